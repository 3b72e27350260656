"""Rules of kind `shape`: facts about lines, points for them, and the lines that go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import inf
from pathlib import Path
from types import MappingProxyType

import hypothesis
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from cleaner.authoring.explain import explain
from cleaner.engine.deadline import Deadline
from cleaner.engine.engine import Engine
from cleaner.engine.line_classifier import LineClassifier
from cleaner.engine.line_features import NONE, Features
from cleaner.engine.matcher import View
from cleaner.errors import RuleError
from cleaner.result import Hints
from cleaner.ruleset.layers import RuleSet, load
from cleaner.ruleset.prepare import shape_literals
from cleaner.ruleset.rule import Feature, Rule, Shape
from cleaner.ruleset.schema import FACTS
from cleaner.ruleset.trees import TreeReader
from tests.conftest import prepared

PROSE = "The ferry to the island was late again on Friday, and the people on the pier were not amused."
STOP_WORDS = frozenset({"the", "to", "was", "on", "and", "were", "not"})


def shape(*trees: str, start: float = 0, change: float = 0, patterns: Mapping[str, str] = MappingProxyType({})) -> Shape:
    reader = TreeReader((*FACTS, *patterns))
    read = tuple(reader.read(tree) for tree in trees)
    return Shape(read, tuple(reader.features), tuple(patterns.items()), (), start, change, gap=2)


def classifier(model: Shape) -> LineClassifier:
    return LineClassifier(model, shape_literals(model))


def features(*lines: str, model: Shape | None = None, blank_before: Sequence[bool] = ()) -> Features:
    blank = blank_before or [False] * len(lines)
    return classifier(model or shape()).features(lines, blank, STOP_WORDS, [False] * len(lines), Deadline(0))


def column(feature: str, *lines: str, patterns: Mapping[str, str] = MappingProxyType({})) -> list[float]:
    model = shape(f"{feature} < 0 ? 0 : 0", patterns=patterns)
    return list(features(*lines, model=model).column(model.features[0]))


def facts(line: str) -> dict[str, float]:
    found = features(line)
    return {name: found.fact(name)[0] for name in FACTS}


def given(model: Shape, *lines: str, least: float = -inf) -> list[float]:
    return classifier(model).points(features(*lines, model=model), least)


SHORT = "words < 4 ? 5 : -5"


def test_every_fact_that_rules_may_name_is_there() -> None:
    assert facts(PROSE).keys() == FACTS.keys()


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
    text = features("Menu", PROSE, "Menu", PROSE, PROSE, "a", "b", "c", PROSE)
    found = {name: list(text.fact(name)) for name in FACTS}
    assert found["repeats"][:3] == [2, 4, 2]
    assert found["since-prose"] == [0, 1, 0, 1, 0, 0, 1, 2, 3]
    assert found["until-prose"] == [0, 1, 0, 0, 3, 2, 1, 0, 0]
    assert found["prose-before"] == [0, 0, 25, 25, 50, 75, 75, 75, 75]
    assert found["prose-after"] == [100, 75, 75, 50, 25, 25, 25, 25, 0]
    assert found["stretch"] == [0, 75, 75, 75, 75, 0, 0, 0, 25]
    assert found["before-main"] == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert found["from-main"] == [0, 0, 0, 0, 0, 1, 2, 3, 4]
    assert found["gap"] == [1, 0, 1, 0, 0, 3, 3, 3, 0]
    assert found["words-before"] == [0, 0, 19, 19, 38, 57, 57, 57, 57]
    assert found["words-after"] == [76, 57, 57, 38, 19, 19, 19, 19, 0]
    assert found["relative-words"][:2] == [1 / 19, 1]
    assert found["prose-share"] == [pytest.approx(76 / 81)] * 9


def test_words_of_the_article_are_known() -> None:
    text = features(
        "Ferry late", "The ferry was late again, and nobody on the pier was amused by that at all.", "Ferry late again", "Weather"
    )
    assert text.fact("known-words") == [1, 0, 1, 0]


def test_facts_of_marks_and_scripts() -> None:
    assert [facts(line)["colon"] for line in ("Late again:", "続き：", "9:30 sharp")] == [1, 1, 0]
    assert [facts(line)["capitals"] for line in ("島へのフェリー", "12:30", "Late again")] == [NONE, 100, 50]


def test_blank_lines_are_facts() -> None:
    text = features("a", "b", "c", "d", blank_before=[False, True, False, False])
    assert (text.fact("blank-before"), text.fact("blank-share")) == ([0, 1, 0, 0], [0.25] * 4)
    assert View("a\n\nb\nc\n").blank_before == [False, True, False]
    assert View("").blank_before == []


def test_a_long_line_of_a_script_without_full_stops_may_be_prose() -> None:
    assert facts("เรือข้ามฟากไปเกาะล่าช้าอีกครั้งในวันศุกร์ และผู้คนบนท่าเรือไม่พอใจ เพราะพวกเขารอมาตั้งแต่เที่ยงวันแล้ว")["ends"] == 1


def test_without_prose_there_are_no_places_in_it() -> None:
    found = features("Menu", "Sport")
    assert found.fact("prose-before") == [NONE, NONE]
    assert found.fact("from-main") == found.fact("before-main") == [0, 0]


def test_features_look_at_lines_around() -> None:
    lines = "one", "one two", "one two three"
    assert column("words[1]", *lines) == [2, 3, NONE]
    assert column("words[-2]", *lines) == [NONE, NONE, 1]
    assert column("words[-1..1]", *lines) == [1.5, 2, 2.5]
    assert column("words[1..9]", *lines) == [2.5, 3, 0]
    assert column("t-words", *lines, patterns={"t-words": r"\bt"}) == [0, 1, 2]


def test_what_was_seen_counts_from_the_first_prose_on() -> None:
    assert column("heading[seen]", "Comments", PROSE, "Comments", PROSE, patterns={"heading": "Comments"}) == [0, 0, 1, 1]


def test_points_are_added_up() -> None:
    model = shape(SHORT, "menu < 1 ? 0 : words < 2 ? 7 : 8", "words[1] < 0 ? 2 : 0", start=1, patterns={"menu": "menu"})
    assert given(model, "Menu", PROSE) == [1 + 5 + 7, 1 - 5 + 2]


def test_a_line_far_below_the_least_points_is_given_up_after_some_trees() -> None:
    model = shape(*["words < 4 ? 50 : -50"] * 12)
    assert given(model, "Menu", PROSE) == [600, -600]
    assert given(model, "Menu", PROSE, least=0) == [600, -500]


def test_words_of_lists_are_counted_wherever_they_stand() -> None:
    model = Shape(features=(Feature("page-words"),), words=(("page-words", ("share", "sign up", "подпис")),), trees=(0.0,))
    text = features("Share this page", "SIGN UP and share, share", "Подписаться", "A shore", model=model)
    assert text.fact("page-words") == [1, 2, 1, 0]


@hypothesis.given(st.lists(st.integers(-9, 9), max_size=9), st.integers(0, 6))
def test_what_goes_gathers_the_most_points(points: list[int], change: int) -> None:
    def gathered(goes: list[bool]) -> int:
        changes = sum(a != b for a, b in zip([False, *goes], goes, strict=False)) - (bool(goes) and goes[0])
        return sum(p for p, gone in zip(points, goes, strict=True) if gone) - change * changes

    best = max(gathered(list(goes)) for goes in product((False, True), repeat=len(points)))
    assert gathered(classifier(shape(change=change)).best(points)) == best


def test_a_text_of_short_lines_keeps_those_between_its_prose() -> None:
    model = shape(SHORT)._replace(inside=0.2)

    def left(text: str) -> str:
        return Engine(prepared(Rule("a/b/c", "", "shape", "low", shape=model))).clean(text).text

    listed = f"Menu\n{PROSE}\nTea\nMilk\nBread\nSalt\nEggs and ham\nJam\n{PROSE}\nShare\n"
    assert left(listed) == listed.removeprefix("Menu\n").removesuffix("Share\n")
    assert left(f"Menu\n{PROSE}\nAdvert\n{PROSE}\nShare\n") == f"{PROSE}\n{PROSE}\n"


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
    assert engine(confidence="medium").clean(f"{menu}{PROSE}\n").text == f"{PROSE}\n"
    by_words = Engine(prepared(Rule("a/b/c", "", "line", "medium", match="home news")))
    assert by_words.clean(f"{menu}{PROSE}\n").flags[0].kind == "budget"
    assert engine(confidence="medium").clean(f"{menu * 9}{PROSE}\n").flags[0].kind == "budget"
    assert engine().clean(f"{menu * 9}{PROSE}\n").flags[0].kind == "budget"


@pytest.mark.parametrize(("lines", "goes"), [(15, True), (60, False), (3000, False)])
def test_a_shape_that_eats_its_way_through_a_text_takes_nothing(lines: int, goes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time only the last line looks like chrome: in a long text that has no end, and would take time by the square of its length."""
    last = shape("from-end < 1 ? prose < 1 ? 9 : -9 : -9")
    looks: list[Features] = []
    chrome = LineClassifier.chrome
    monkeypatch.setattr(LineClassifier, "chrome", lambda self, found: looks.append(found) or chrome(self, found))  # type: ignore[func-returns-value]
    text = f"{PROSE}\n" + "".join(f"Home {number}\n" for number in range(lines))
    result = Engine(prepared(Rule("a/b/c", "", "shape", "low", shape=last))).clean(text)
    assert (result.text, result.flags) == (f"{PROSE}\n" if goes else text, ())
    assert len(looks) < 50


def test_explain_tells_the_points() -> None:
    rule = Rule("a/b/c", "short lines", "shape", shape=shape(SHORT, "words[-1..1] < 1 ? 0 : -3"))
    text = f"Menu\n{PROSE}\n"
    gone = explain(text, 1, RuleSet(prepared(rule)), "standard", Hints())
    assert gone.matches[0].points == "+2 points: words: 1 (+5), words of lines -1 to +1: 10 (-2)"
    stays = explain(text, 2, RuleSet(prepared(rule)), "standard", Hints())
    assert stays.misses[0].reason == "-8 points: words: 19 (-5), words of lines -1 to +1: 19 (-2)"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("change = 1", "key 'shape.trees' is missing"),
        ("trees = []", "trees: "),
        ("trees = ['word < 4 ? 1 : 2']", "unknown fact 'word' (did you mean 'words'?)"),
        ("trees = ['words < 4 ? 1 :']", "tree: it ends where points, or a question such as 'words < 4' should stand (write"),
        ("trees = ['words < 4 ? 1']", "tree: it ends where ':' should stand"),
        ("trees = ['words < 4 ? 1 : 2 : 3']", "tree: it goes on behind its end: ':'"),
        ("trees = ['words > 4 ? 1 : 2']", "tree: it can't be read from '> 4 ? 1 : 2' on"),
        ("trees = ['words < ends ? 1 : 2']", "tree: 'ends' stands where a number should"),
        ("trees = ['words ? 1 : 2']", "tree: '?' stands where '<' should"),
        ("trees = ['words[2..1] < 4 ? 1 : 2']", "tree: 'words[2..1]' is no range of lines"),
        ("trees = ['words[-51] < 4 ? 1 : 2']", "tree: 'words[-51]' is no range of lines"),
        (f"trees = ['{'words < 1 ? 1 : ' * 13}1']", "tree: it asks more than 12 questions in a row"),
        ("trees = ['m < 1 ? 1 : 2']\npatterns = { m = '(' }", "m: not a valid pattern"),
    ],
)
def test_wrong_trees_are_errors(tmp_path: Path, keys: str, message: str) -> None:
    path = tmp_path / "own.toml"
    head = 'title = "t"\nabout = "a"\n[[rule]]\nid = "r"\nabout = "a"\nremove = "shape"\n'
    path.write_text(f"{head}[rule.shape]\n{keys}\n", encoding="utf-8")
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
    path.write_text(f"{head}remove = 'line'\nmatch = 'menu'\nshape = {{ trees = ['words < 1 ? 1 : 2'] }}\n", encoding="utf-8")
    with pytest.raises(RuleError, match="'shape' has no meaning with remove = 'line'"):
        load([path])


@settings(max_examples=30, deadline=None)
@hypothesis.given(
    st.lists(st.sampled_from([PROSE, "Menu", "News | Sport", "3 hours ago", "", "• A list", "© 2020"]), max_size=30).map("\n".join)
)
def test_the_shipped_shape_keeps_the_laws(text: str) -> None:
    aggressive = Engine([each for each in load().prepared if each.rule.shape], load().languages)
    once = aggressive.clean(text)
    pieces = sorted([(removal.start, removal.text) for removal in once.removals])
    assert len(once.text) + sum(len(piece) for _, piece in pieces) == len(text)
    assert aggressive.clean(once.text).text == once.text
