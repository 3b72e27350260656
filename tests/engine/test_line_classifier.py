"""Rules of kind `shape`: facts about lines, points for them, and the lines that go."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.authoring.explain import explain
from cleaner.engine.deadline import Deadline
from cleaner.engine.engine import Engine
from cleaner.engine.line_classifier import Features, LineClassifier
from cleaner.errors import RuleError
from cleaner.result import Hints
from cleaner.ruleset.layers import RuleSet, load
from cleaner.ruleset.rule import Rule, Shape, Weights
from cleaner.ruleset.schema import FACTS
from tests.conftest import prepared

PROSE = "The ferry to the island was late again on Friday, and the people on the pier were not amused."
STOP_WORDS = frozenset({"the", "to", "was", "on", "and", "were", "not"})


def features(*lines: str, rows: tuple[Weights, ...] = ()) -> Features:
    return LineClassifier(Shape(rows, gap=2)).features(lines, STOP_WORDS, [False] * len(lines), Deadline(0))


def column(row: Weights, *lines: str) -> list[float | None]:
    return list(features(*lines, rows=(row,)).column(row))


def facts(line: str) -> dict[str, float | None]:
    return {name: column[0] for name, column in features(line).columns.items()}


def shape(*rows: Weights, start: float = 0, change: float = 0) -> Shape:
    return Shape(rows, start, change)


SHORT = Weights((5.0, -5.0), (4.0,), "words")


def test_every_fact_that_rules_may_name_is_there() -> None:
    assert set(features(PROSE).columns) == set(FACTS)


def test_facts_of_a_line() -> None:
    found = facts("• NEWS | Sport | The 24 ferries, “late”")
    expected = {"words": 9, "bullet": 1, "bars": 3, "ends": 0, "commas": 1, "quotes": 2, "upper": 0, "small": 0, "prose": 0}
    assert {name: found[name] for name in expected} == expected
    assert found["digits"] == pytest.approx(100 * 2 / 39)
    assert found["stop-words"] == pytest.approx(100 / 9)
    assert found["capitals"] == pytest.approx(100 * 3 / 5)


def test_facts_of_a_sentence() -> None:
    found = facts(PROSE)
    assert (found["prose"], found["prose-words"], found["ends"], found["sentences"]) == (1, 19, 1, 1)
    assert facts("he said “no”.")["dropped"] == 0
    assert facts("he said so…")["dropped"] == 1


def test_scripts_without_spaces_have_words_too() -> None:
    assert facts("金曜日、島へ向かうフェリーはまた遅れた。")["words"] == 8


def test_facts_of_places() -> None:
    found = features("Menu", PROSE, "Menu", PROSE, PROSE, "a", "b", "c", PROSE).columns
    assert found["repeats"][:3] == [2, 4, 2]
    assert found["since-prose"] == [0, 1, 0, 1, 0, 0, 1, 2, 3]
    assert found["until-prose"] == [0, 1, 0, 0, 3, 2, 1, 0, 0]
    assert found["prose-before"] == [0, 0, 25, 25, 50, 75, 75, 75, 75]
    assert found["prose-after"] == [100, 75, 75, 50, 25, 25, 25, 25, 0]
    assert found["stretch"] == [0, 75, 75, 75, 75, 0, 0, 0, 25]
    assert found["from-main"] == [-1, 0, 0, 0, 0, 1, 2, 3, 4]


def test_without_prose_there_are_no_places_in_it() -> None:
    found = features("Menu", "Sport").columns
    assert found["prose-before"] == found["from-main"] == [None, None]


def test_rows_look_at_lines_around() -> None:
    lines = "one", "one two", "one two three"
    assert column(Weights((), (), "words", line=1), *lines) == [2, 3, None]
    assert column(Weights((), (), "words", line=-2), *lines) == [None, None, 1]
    assert column(Weights((), (), "words", around=1), *lines) == [1.5, 2, 2.5]
    assert column(Weights((), (), match=r"\bt"), *lines) == [0, 1, 2]


def test_what_was_seen_counts_from_the_first_prose_on() -> None:
    assert column(Weights((), (), match="Comments", seen=True), "Comments", PROSE, "Comments", PROSE) == [0, 0, 1, 1]


def test_points_are_added_up() -> None:
    classifier = LineClassifier(
        shape(SHORT, Weights((0, 7), (0.5,), match="menu"), Weights((0, 0), (1,), "words", line=1, none=2), start=1)
    )
    assert classifier.points(classifier.features(["Menu", PROSE], STOP_WORDS, [False, False], Deadline(0))) == [1 + 5 + 7, 1 - 5 + 2]


@given(st.lists(st.integers(-9, 9), max_size=9), st.integers(0, 6))
def test_what_goes_gathers_the_most_points(points: list[int], change: int) -> None:
    def gathered(goes: list[bool]) -> int:
        changes = sum(a != b for a, b in zip([False, *goes], goes, strict=False)) - (bool(goes) and goes[0])
        return sum(p for p, gone in zip(points, goes, strict=True) if gone) - change * changes

    best = max(gathered(list(goes)) for goes in product((False, True), repeat=len(points)))
    assert gathered(LineClassifier(shape(change=change)).chrome(points)) == best


def engine(*, confidence: str = "low") -> Engine:
    return Engine(prepared(Rule("a/b/c", "", "shape", confidence, shape=shape(SHORT))))  # type: ignore[arg-type]


def test_a_shape_takes_lines_that_no_other_rule_takes() -> None:
    result = engine().clean(f"Menu\n{PROSE}\nShare\n")
    assert result.text == f"{PROSE}\n"
    assert [removal.rule for removal in result.removals] == ["a/b/c", "a/b/c"]


def test_a_line_too_long_to_look_at_stays() -> None:
    long = "x" * 70_000
    assert long in engine().clean(f"{PROSE}\n{long}\nMenu\n").text


def test_low_confidence_may_take_most_of_a_page_but_not_all_of_a_text() -> None:
    menu = "Home News\n" * 60
    assert engine().clean(f"{menu}{PROSE}\n").text == f"{PROSE}\n"
    assert engine(confidence="medium").clean(f"{menu}{PROSE}\n").flags[0].kind == "budget"
    assert engine().clean(f"{menu * 9}{PROSE}\n").flags[0].kind == "budget"


def test_explain_tells_the_points() -> None:
    rule = Rule("a/b/c", "short lines", "shape", shape=shape(SHORT, Weights((0, -3), (1,), "words", around=1)))
    text = f"Menu\n{PROSE}\n"
    gone = explain(text, 1, RuleSet(prepared(rule)), "standard", Hints())
    assert gone.matches[0].points == "+2 points: words: 1 (+5), words around 1: 10 (-3)"
    stays = explain(text, 2, RuleSet(prepared(rule)), "standard", Hints())
    assert stays.misses[0].reason == "-8 points: words: 19 (-5), words around 1: 19 (-3)"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{ points = [1, 2] }", "a row of points needs one of 'fact' and 'match'"),
        ("{ fact = 'words', match = 'a', points = [1, 2] }", "a row of points needs one of 'fact' and 'match'"),
        ("{ fact = 'word', points = [1, 2] }", "unknown fact 'word' (did you mean 'words'?)"),
        (
            "{ fact = 'words', edges = [3], points = [1, 2, 3] }",
            "3 points for 1 edges (give rising edges, and one number of points more than edges)",
        ),
        ("{ fact = 'words', edges = [3, 2], points = [1, 2, 3] }", "give rising edges"),
        ("{ fact = 'words', points = [1, 2], line = 1, around = 1 }", "a row of points looks in one way: 'line', 'around' or 'seen'"),
        ("{ match = '(', points = [1, 2] }", "match: not a valid pattern"),
        ("{ fact = 'words', points = [1, 2], line = 1.5 }", "line"),
    ],
)
def test_wrong_points_are_errors(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "own.toml"
    head = 'title = "t"\nabout = "a"\n[[rule]]\nid = "r"\nabout = "a"\nremove = "shape"\n'
    path.write_text(f"{head}[rule.shape]\npoints = [{row}]\n", encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load([path])
    assert message in str(caught.value.problems[0])
    assert str(path) in str(caught.value.problems[0])


def test_a_shape_and_its_kind_go_together(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    head = 'title = "t"\nabout = "a"\n[[rule]]\nid = "r"\nabout = "a"\n'
    path.write_text(f"{head}remove = 'shape'\n", encoding="utf-8")
    with pytest.raises(RuleError, match="needs the key 'shape'"):
        load([path])
    path.write_text(
        f"{head}remove = 'line'\nmatch = 'menu'\nshape = {{ points = [{{ fact = 'words', points = [1, 2] }}] }}\n", encoding="utf-8"
    )
    with pytest.raises(RuleError, match="'shape' has no meaning with remove = 'line'"):
        load([path])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([PROSE, "Menu", "News | Sport", "3 hours ago", "", "• A list", "© 2020"]), max_size=30).map("\n".join))
def test_the_shipped_shape_keeps_the_laws(text: str) -> None:
    aggressive = Engine([each for each in load().prepared if each.rule.shape], load().languages)
    once = aggressive.clean(text)
    pieces = sorted([(removal.start, removal.text) for removal in once.removals])
    assert len(once.text) + sum(len(piece) for _, piece in pieces) == len(text)
    assert aggressive.clean(once.text).text == once.text
