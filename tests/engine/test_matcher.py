"""The conditions of rules, and how long their patterns may take."""

from __future__ import annotations

import pytest

from cleaner.engine.deadline import Deadline
from cleaner.engine.kinds import matcher_of
from cleaner.engine.matcher import View
from tests.conftest import prepared
from tests.engine.small_rules import LINE, clean, rule


@pytest.mark.parametrize(
    ("condition", "text", "goes"),
    [
        ("where = { first = 1 }", "chrome\na\n", True),
        ("where = { first = 1 }", "a\nchrome\n", False),
        ("where = { last = 1 }", "a\n\nchrome\n\n", True),
        ("where = { last = 1 }", "chrome\na\n", False),
        # A place is counted in lines that no rule would take.
        ("where = { first = 1 }", "chrome\n" * 20 + "a\n", True),
        ("where = { last = 1 }", "a\n" + "chrome\n" * 20, True),
        ("unless = 'hrom'", "a\nchrome\n", False),
        ("unless = 'nothing'", "a\nchrome\n", True),
        ("previous = 'a.*'", "abc\n\nchrome\n", True),
        ("previous = 'a'", "abc\nchrome\n", False),
        ("previous = 'a'", "chrome\na\n", False),
        ("next = 'a'", "chrome\n\na\n", True),
        ("next = 'a'", "chrome\n", False),
        ("min_words = 2", "chrome\n", False),
        ("max_words = 1", "chrome\n", True),
        ("languages = ['de', 'en']", "chrome\n", True),
    ],
)
def test_conditions(condition: str, text: str, goes: bool) -> None:
    result = clean(text, LINE + "\n" + condition)
    assert ("chrome" not in result.text) == goes


def test_places_count_only_lines_that_truly_go() -> None:
    early = "remove = 'line'\nmatch = 'n[.]'\nwhere = { first = 1 }\nnext = 'x'"
    late = "remove = 'line'\nmatch = 'chrome'\nwhere = { first = 2 }"
    assert not clean("a.\n" + "n.\n" * 20 + "chrome\nb.\n", early, late).changed
    assert clean("a.\nchrome\nb.\n", early, late).text == "a.\nb.\n"


def test_only_short_texts_go_unwatched_and_only_by_sound_patterns() -> None:
    for trusted, length, watched in [(True, 1000, False), (True, 1001, True), (False, 10, True)]:
        assert (matcher_of(*prepared(rule(LINE), trusted=trusted))._patience(length, Deadline(0)) is not None) == watched
    # Of a pattern of several lines, all that it may look at counts.
    lines = matcher_of(*prepared(rule(LINE)._replace(match="(?:a|aa)+\\n[^x]*b"), trusted=True))
    asked: list[int] = []
    lines._patience = lambda length, deadline: asked.append(length)  # type: ignore[method-assign]
    lines.last_line(View("aa\n" + "c" * 2000), 0)
    assert asked == [2003]
