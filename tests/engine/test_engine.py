"""Passes over a text, and what keeps a text from losing too much."""

from __future__ import annotations

import pickle

import pytest

from cleaner import Result
from cleaner.engine import deadline
from cleaner.engine.engine import MAX_PASSES, Engine
from cleaner.engine.matcher import MAX_SCAN
from cleaner.ruleset.layers import load
from tests.conftest import prepared
from tests.engine.small_rules import LINE, clean, rule


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
    result = Engine(prepared(rule("remove = 'line'\nmatch = 'start\\n.{1,80}'"))).clean(f"Title\nStart\n{prose}\n")
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


@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_headline_said_ten_times_leaves_the_article(blank: str) -> None:
    rules = load().at("standard")
    title = "Ferry Crosses The Frozen Harbour At Dawn\n" + blank
    article = "The harbour froze on Monday, and the ferry stayed where it was.\n\nThe ferryman had tied it to the quay and gone home.\n"
    result = Engine(rules.prepared, rules.languages).clean(title * 10 + article)
    assert (result.text, result.flags) == (title + article, ())


def test_an_unstable_rule_set_leaves_the_text_alone() -> None:
    text = "".join(f"n{i}\n" for i in range(2 * MAX_PASSES)) + "end\n"
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
    result = Engine(prepared(rule("remove = 'line'\nmatch = 'start\\n.{1,80}'"))).clean("Title\nStart\nA sentence, it was.\n")
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


def test_a_very_long_line_is_passed_through_and_reported() -> None:
    long = "chrome " * (MAX_SCAN // 7 + 1)
    result = clean(f"chrome\n{long}\n", LINE, "remove = 'match'\nmatch = 'chrome'")
    assert result.text == f"{long}\n"
    assert [flag.kind for flag in result.flags] == ["long-line"]
    # Nobody has read it, so it goes with no tail either.
    assert not clean(f"a\ntail\n{long}", "remove = 'tail'\nmatch = 'tail'\nprose = 'any'").changed


def test_the_surer_rule_gets_the_credit_for_the_same_span() -> None:
    rules = [rule(LINE + "\nconfidence = 'low'")._replace(name="a/a"), rule(LINE)._replace(name="z/z")]
    assert Engine(prepared(*rules), guarded=False).clean("a\nchrome\n").removals[0].rule == "z/z"


def test_an_engine_can_be_sent_to_another_process() -> None:
    engine = Engine(prepared(rule(LINE)))
    assert pickle.loads(pickle.dumps(engine)).clean("a\nchrome\n") == engine.clean("a\nchrome\n")


def test_a_heading_of_the_prose_under_it_is_no_button() -> None:
    button = "remove = 'line'\nmatch = 'subscribe'"
    prose = "To subscribe to the harbour fund means to pay a tenth of the berth fee each spring.\n"
    assert not clean("Subscribe\n" + prose, button).changed
    assert clean("Subscribe\nThe ferry sails again on Friday, and it calls at both of the islands.\n", button).changed
    # Where the prose goes, too, it is no article's heading.
    assert clean("a.\nSubscribe\n" + prose, button, "remove = 'line'\nmatch = 'to subscribe to .{3,90}'").text == "a.\n"


def test_a_comment_in_code_is_no_button() -> None:
    button = "remove = 'line'\nmatch = '(?:// |# )read more'"
    assert not clean("for (const each of all) {\n// read more\n}\n", button).changed
    assert clean("The ferry sails.\n# Read more\nIt calls at two islands.\n", button).text == "The ferry sails.\nIt calls at two islands.\n"
