"""Each rule kind and each condition, on rules written for the test."""

from __future__ import annotations

import pickle

import pytest

from cleaner import Hints, Result
from cleaner.engine import deadline
from cleaner.engine.deadline import Deadline
from cleaner.engine.engine import MAX_PASSES, Engine
from cleaner.engine.kinds import matcher_of
from cleaner.engine.matcher import MAX_SCAN, View
from cleaner.result import TIDY
from cleaner.ruleset.rule import Rule
from cleaner.ruleset.rule_file import parse
from tests.conftest import prepared

PROSE = "The harbour froze on Monday.\nIt thawed on Tuesday.\n"


def rule(keys: str, head: str = "") -> Rule:
    source = f'title = "t"\nabout = "a"\n{head}\n[[rule]]\nid = "r"\nabout = "a"\n{keys}\n'
    (only,) = parse(source, "test", "test.toml", {}).rules
    return only


def clean(text: str, *keys: str, hints: Hints | None = None, head: str = "") -> Result:
    rules = [rule(k, head)._replace(name=f"test/r{i}") for i, k in enumerate(keys)]
    return Engine(prepared(*rules), guarded=False).clean(text, hints)


LINE = "remove = 'line'\nmatch = 'chrome'"


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


@pytest.mark.parametrize(
    ("head", "hints", "text", "goes"),
    [
        ("sites = ['example.org']", Hints(), "chrome\n", False),
        ("sites = ['example.org']", Hints(url="https://www.example.org/a"), "chrome\n", True),
        ("sites = ['example.org']", Hints(url="example.org"), "chrome\n", True),
        ("sites = ['example.org']", Hints(url="https://badexample.org/"), "chrome\n", False),
        ("sites = ['example.org']", Hints(url="http://[bad"), "chrome\n", False),
        ("fingerprint = 'Coast Gazette'", Hints(), "chrome\n", False),
        ("fingerprint = 'Coast Gazette'", Hints(), "chrome\nIn the coast gazette.\n", True),
        ("sites = ['a.org']\nfingerprint = 'Coast Gazette'", Hints(url="b.org"), "chrome\nIn the coast gazette.\n", True),
        ("languages = ['de']", Hints(language="de-AT"), "chrome\n", True),
        ("languages = ['de']", Hints(language="en"), "chrome\n", False),
        ("languages = ['de']", Hints(), "chrome\n", True),
    ],
)
def test_scope(head: str, hints: Hints, text: str, goes: bool) -> None:
    assert ("chrome" not in clean(text, LINE, hints=hints, head=head).text) == goes


def test_an_echo_never_takes_the_last_copy() -> None:
    title, previous = "remove = 'echo'\nof = 'title'", "remove = 'echo'\nof = 'previous'"
    nxt = "remove = 'echo'\nof = 'next'\nrest = ' \\(photo\\)'"
    credit = "remove = 'line'\nmatch = '.* \\(photo\\)'"
    text = "Storm hits\nStorm hits (photo)\nStorm hits\nIt did.\n"
    assert clean(text, title, nxt, credit).text == "Storm hits\nIt did.\n"
    # The first of two like lines goes by its own rule: then the second is no echo.
    first = "remove = 'line'\nmatch = 'storm hits'\nnext = 'storm hits'"
    assert clean("Storm hits\nStorm hits\nIt did.\nIt did!\n", previous, first).text == "Storm hits\nIt did.\n"


def test_places_count_only_lines_that_truly_go() -> None:
    early = "remove = 'line'\nmatch = 'n[.]'\nwhere = { first = 1 }\nnext = 'x'"
    late = "remove = 'line'\nmatch = 'chrome'\nwhere = { first = 2 }"
    assert not clean("a.\n" + "n.\n" * 20 + "chrome\nb.\n", early, late).changed
    assert clean("a.\nchrome\nb.\n", early, late).text == "a.\nb.\n"


def test_a_mark_that_comes_to_light_or_goes_keeps_the_result_stable() -> None:
    head = "fingerprint = 'gazette says'"
    rules = [rule(LINE, head)._replace(name="a/a"), rule("remove = 'match'\nmatch = '\\[x\\] '")._replace(name="b/b")]
    rules.append(rule("remove = 'line'\nmatch = 'by gazette says'")._replace(name="c/c"))
    engine = Engine(prepared(*rules), guarded=False)
    for text in ("chrome\nThe gazette [x] says.\n", "chrome\nBy gazette says\nA text.\n", "chrome\nA text.\n"):
        once = engine.clean(text)
        assert engine.clean(once.text).text == once.text
    assert engine.clean("chrome\nThe gazette [x] says.\n").text == "The gazette says.\n"


def test_the_window_of_a_pattern_of_several_lines_holds_whole_lines() -> None:
    keys = "remove = 'line'\nmatch = 'ad(?:.{0,70000}\\n)+?no comments'"
    for length in range(MAX_SCAN - 40, MAX_SCAN + 3):
        text = f"ad\n{'x' * (length - 15)}\nno comments were made by the mayor.\n"
        assert not clean(text, keys).changed
    assert clean("ad\nxx\nno comments\na.\n", keys).text == "a.\n"
    long = "related\n" + "y" * (MAX_SCAN + 1) + "\n"
    assert not clean(long, "remove = 'line'\nmatch = 'related\\n.*'").changed
    assert not clean((("y" * (MAX_SCAN + 1)) + "\n") * 2, "remove = 'echo'\nof = 'previous'").changed


@pytest.mark.parametrize(
    "prose",
    [
        "यह कहानी का अंत था।",
        "كانت هذه نهاية القصة؟",
        "Սա պատմության վերջն էր։",
        "นี่คือจุดจบของเรื่องราวทั้งหมดที่เกิดขึ้น",
        "It ended in 2024.",
    ],
)
def test_sentences_of_all_scripts_are_guarded(prose: str) -> None:
    result = Engine(prepared(rule("remove = 'tail'\nmatch = 'start'"))).clean(f"Title\nStart\n{prose}\n")
    assert [flag.kind for flag in result.flags] == ["emptied"]


def test_what_one_pass_uncovers_the_next_removes() -> None:
    second = "remove = 'line'\nmatch = 'list'\nprevious = 'a'"
    result = clean("a\nchrome\nlist\nb\n", LINE, second)
    assert result.text == "a\nb\n"
    assert [(r.rule, r.text) for r in result.removals] == [("test/r0", "chrome\n"), ("test/r1", "list\n")]


def test_offsets_are_the_originals_even_after_several_passes() -> None:
    text = "x\n\nchrome\n\n\nlist\r\n\r\nchrome\nlist\nb\n"
    result = clean(text, LINE, "remove = 'tail'\nmatch = 'list\\nlist\\nb'")
    assert result.text == "x\n"
    assert all(text[r.start : r.end] == r.text for r in result.removals)


def test_an_unstable_rule_set_leaves_the_text_alone() -> None:
    text = "".join(f"n{i}\n" for i in range(20)) + "end\n"
    result = clean(text, "remove = 'line'\nmatch = 'n\\d+'\nnext = 'end'")
    assert result == Result(text, flags=result.flags)
    assert [flag.kind for flag in result.flags] == ["unstable"]
    short = "".join(f"n{i}\n" for i in range(MAX_PASSES)) + "end\n"
    assert clean(short, "remove = 'line'\nmatch = 'n\\d+'\nnext = 'end'").text == "end\n"


def test_the_budget_for_unsure_rules_counts_over_all_of_them() -> None:
    text = "word " * 70 + "\n" + "This goes away now, it does.\n" * 20
    keys = "remove = 'line'\nmatch = 'this goes away.*'\nconfidence = "
    text += "It stays, it does.\n"
    sure, unsure = (Engine(prepared(rule(keys + f"'{confidence}'"))).clean(text) for confidence in ("high", "medium"))
    assert sure.changed
    assert unsure == Result(text, flags=unsure.flags)
    assert [flag.kind for flag in unsure.flags] == ["budget"]


def test_the_budget_counts_words_in_scripts_without_spaces() -> None:
    text = "渡轮回来了。\n" * 60 + "芦花渡的老渡轮离开了码头。\n"
    result = Engine(prepared(rule("remove = 'line'\nmatch = '渡轮.*'\nconfidence = 'medium'"))).clean(text)
    assert [flag.kind for flag in result.flags] == ["budget"]


def test_a_text_is_not_left_without_a_sentence() -> None:
    result = Engine(prepared(rule("remove = 'tail'\nmatch = 'start'"))).clean("Title\nStart\nA sentence, it was.\n")
    assert not result.changed
    assert [flag.kind for flag in result.flags] == ["emptied"]
    assert Engine(prepared(rule(LINE))).clean("chrome\n").text == ""


def test_a_rule_that_takes_too_long_leaves_the_text_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "MATCH_SECONDS", 0.05)
    text = "chrome\n" + "a" * 60 + " cb\n"
    slow = rule(LINE)._replace(match="(?:a|aa)+c.*b")  # a rule file would refuse it
    result = Engine(prepared(slow)).clean(text)
    assert not result.changed
    assert [flag.kind for flag in result.flags] == ["timeout"]


def test_only_short_texts_go_unwatched_and_only_by_sound_patterns() -> None:
    for trusted, length, watched in [(True, 1000, False), (True, 1001, True), (False, 10, True)]:
        assert (matcher_of(*prepared(rule(LINE), trusted=trusted))._patience(length, Deadline(0)) is not None) == watched
    # Of a pattern of several lines, all that it may look at counts.
    lines = matcher_of(*prepared(rule(LINE)._replace(match="(?:a|aa)+\\n[^x]*b"), trusted=True))
    asked: list[int] = []
    lines._patience = lambda length, deadline: asked.append(length)  # type: ignore[method-assign]
    lines.last_line(View("aa\n" + "c" * 2000), 0)
    assert asked == [2003]


def test_a_very_long_line_is_passed_through_and_reported() -> None:
    long = "chrome " * (MAX_SCAN // 7 + 1)
    result = clean(f"chrome\n{long}\n", LINE, "remove = 'match'\nmatch = 'chrome'")
    assert result.text == f"{long}\n"
    assert [flag.kind for flag in result.flags] == ["long-line"]
    # Nobody has read it, so it goes with no tail either.
    assert not clean(f"a\ntail\n{long}", "remove = 'tail'\nmatch = 'tail'").changed


def test_the_surer_rule_gets_the_credit_for_the_same_span() -> None:
    rules = [rule(LINE + "\nconfidence = 'low'")._replace(name="a/a"), rule(LINE)._replace(name="z/z")]
    assert Engine(prepared(*rules), guarded=False).clean("a\nchrome\n").removals[0].rule == "z/z"


def test_an_engine_can_be_sent_to_another_process() -> None:
    engine = Engine(prepared(rule(LINE)))
    assert pickle.loads(pickle.dumps(engine)).clean("a\nchrome\n") == engine.clean("a\nchrome\n")
