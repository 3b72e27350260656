"""What each kind of rule takes, on rules written for the test."""

from __future__ import annotations

from typing import get_args

from cleaner import Hints
from cleaner.engine.kinds import matcher_of
from cleaner.engine.matcher import MAX_SCAN
from cleaner.result import TIDY
from cleaner.ruleset.kind_keys import KINDS, KindName
from cleaner.ruleset.rule import EchoOf, Rule
from tests.conftest import prepared
from tests.engine.small_rules import LINE, PROSE, clean


def test_every_kind_has_a_class() -> None:
    """One for each kind, and for each thing that a line may repeat."""
    assert set(KINDS) == set(get_args(KindName))
    rules = [Rule("a/b/c", "", kind, match="x") for kind in KINDS if kind != "echo"]
    rules += [Rule("a/b/c", "", "echo", of=of) for of in get_args(EchoOf)]
    assert len({type(matcher_of(each)) for each in prepared(*rules)}) == len(KINDS) - 1 + len(get_args(EchoOf))


def test_line_takes_whole_lines_only() -> None:
    assert clean("chrome\nchrome here\n  CHROME \r\na\n", LINE).text == "chrome here\na\n"


def test_line_of_several_lines_looks_past_blank_ones() -> None:
    result = clean("a.\nComments\n\n None yet\nb.\n", r"remove = 'line'" + "\n" + r"match = 'comments\nnone yet'")
    assert result.text == "a.\nb.\n"
    assert [r.text for r in result.removals] == ["Comments\n\n None yet\n"]


def test_a_pattern_of_several_lines_ends_with_a_line() -> None:
    assert not clean("comments\nnone yet, he said\n", r"remove = 'line'" + "\n" + r"match = 'comments\nnone yet'").changed


def test_match_takes_every_span_inside_lines() -> None:
    text = "One [x] two [x].\n[x]\nthree\n"
    result = clean(text, r"remove = 'match'" + "\n" + r"match = '\[x\]'")
    assert result.text == "One two.\nthree\n"
    assert [r.text for r in result.removals if r.rule != TIDY] == ["[x]"] * 3


def test_tail_takes_everything_from_its_mark() -> None:
    assert clean(PROSE + "\nRelated\n\nb\nc\n", "remove = 'tail'\nmatch = 'related'").text == PROSE
    assert clean(PROSE + "Related\nb\nc\n", "remove = 'tail'\nmatch = 'related'\nmax_lines = 2").text != PROSE
    assert clean(PROSE + "Related\nb\n", "remove = 'tail'\nmatch = 'related'\nmax_lines = 2").text == PROSE
    assert clean(PROSE + "Related\n", "remove = 'tail'\nmatch = 'related'\nmin_lines = 2").text != PROSE


def test_a_tail_ends_before_the_first_line_that_may_be_prose() -> None:
    tail = "remove = 'tail'\nmatch = 'related'"
    before = "The ferry sails on Friday, and it calls at two islands.\n"
    boxed = "Related\nA whale off the pier again\nNobody bans the last bucket\n"
    assert clean(before + boxed + "It costs nine.\nSo it goes.\n", tail).text == before + "It costs nine.\nSo it goes.\n"
    assert clean(before + boxed + "It costs nine.\n", tail + "\nprose = 'any'").text == before
    assert clean(before + boxed + "It costs nine.\n", tail + "\nprose = 'less'").text == before
    assert not clean(before + boxed + 2 * before, tail + "\nprose = 'less'").changed
    assert clean(before + boxed + 2 * before, tail + "\nprose = 'any'").text == before
    # More prose below than above: the list may end with the title.
    assert not clean(boxed + before, tail).changed
    # A short line before prose is a subheading.
    assert clean(before + boxed + "The fares\nThey rise.\n", tail).text == before + "The fares\nThey rise.\n"


def test_a_label_takes_the_headlines_under_it() -> None:
    label = "remove = 'line'\nmatch = 'read more:?'\nheadlines = 2"
    box = "Read more:\nA whale off the pier again\n\nNobody bans the last bucket\n"
    assert clean(PROSE + box + PROSE, label).text == PROSE + PROSE
    assert clean(PROSE + box + "A third story of the sea\n", label).text == PROSE + "A third story of the sea\n"
    assert clean(PROSE + "Read more:\n" + PROSE, label).text == PROSE + PROSE
    assert not clean(PROSE + "Read more:\n" + PROSE, label + "\nmin_lines = 2").changed
    assert not clean(box + PROSE, label).changed


def test_head_takes_everything_to_its_mark() -> None:
    keys = "remove = 'head'\nmatch = 'skip menu'\nmax_lines = 3"
    assert clean("Home\nNews\nSkip menu\n" + PROSE, keys).text == PROSE
    assert not clean("Home\nNews\nSport\nSkip menu\n" + PROSE, keys).changed


def test_block_takes_what_lies_between_two_marks() -> None:
    text = "a.\nBox begins\nb\nc\nBox ends\nd.\n"
    mark = "remove = 'block'\nmatch = 'box begins'\nmax_lines = 4\n"
    assert clean(text, mark + "through = 'box ends'").text == "a.\nd.\n"
    assert clean(text, mark + "until = 'd[.]'").text == "a.\nd.\n"
    assert clean(text, mark + "until = 'box ends'").text == "a.\nBox ends\nd.\n"
    assert not clean(text, mark.replace("4", "3") + "through = 'box ends'").changed
    assert not clean(text, mark + "through = 'never'").changed


def test_run_takes_enough_like_lines_in_a_row() -> None:
    keys = "remove = 'run'\nmatch = '#\\w+'\nmin_lines = 3"
    assert clean("#a\n#b\n\n#c\n" + PROSE + "#d\n#e\n", keys).text == PROSE + "#d\n#e\n"
    assert clean(PROSE + "#a\n#b\n#c", keys).text == PROSE
    assert not clean("#a\n#b\n" + PROSE + "#c\n", keys).changed


def test_echo_of_title() -> None:
    keys = "remove = 'echo'\nof = 'title'"
    assert clean("Title here\n\n“Title” – HERE\na.\n", keys).text == "Title here\n\na.\n"
    assert clean("a.\nTitle\nb.\nTitle\n", keys, hints=Hints(title="title")).text == "a.\nTitle\nb.\n"
    # The title is the first line that stays.
    assert clean("chrome\nTitle\nTitle\nchrome\n", LINE, keys).text == "Title\n"


def test_echo_of_previous_and_next() -> None:
    assert clean("a b\nA b!\nc\n", "remove = 'echo'\nof = 'previous'").text == "a b\nc\n"
    nxt = "remove = 'echo'\nof = 'next'\nrest = '\\s?\\(photo\\)'"
    assert clean("Boats\nBoats (photo)\nBoats\n", nxt).text == "Boats (photo)\nBoats\n"
    assert clean("Boats\n\nBoats\nx\n", "remove = 'echo'\nof = 'next'").text == "Boats\nx\n"


def test_an_echo_never_takes_the_last_copy() -> None:
    title, previous = "remove = 'echo'\nof = 'title'", "remove = 'echo'\nof = 'previous'"
    nxt = "remove = 'echo'\nof = 'next'\nrest = ' \\(photo\\)'"
    credit = "remove = 'line'\nmatch = '.* \\(photo\\)'"
    text = "Storm hits\nStorm hits (photo)\nStorm hits\nIt did.\n"
    assert clean(text, title, nxt, credit).text == "Storm hits\nIt did.\n"
    # The first of two like lines goes by its own rule: then the second is no echo.
    first = "remove = 'line'\nmatch = 'storm hits'\nnext = 'storm hits'"
    assert clean("Storm hits\nStorm hits\nIt did.\nIt did!\n", previous, first).text == "Storm hits\nIt did.\n"


def test_the_window_of_a_pattern_of_several_lines_holds_whole_lines() -> None:
    keys = "remove = 'line'\nmatch = 'ad(?:.{0,70000}\\n)+?no comments'"
    for length in range(MAX_SCAN - 40, MAX_SCAN + 3):
        text = f"ad\n{'x' * (length - 15)}\nno comments were made by the mayor.\n"
        assert not clean(text, keys).changed
    assert clean("ad\nxx\nno comments\na.\n", keys).text == "a.\n"
    long = "related\n" + "y" * (MAX_SCAN + 1) + "\n"
    assert not clean(long, "remove = 'line'\nmatch = 'related\\n.*'").changed
    assert not clean((("y" * (MAX_SCAN + 1)) + "\n") * 2, "remove = 'echo'\nof = 'previous'").changed
