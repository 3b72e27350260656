"""The prefilter finds each line that holds a literal, and no other."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.engine import prefilter
from cleaner.engine.prefilter import Prefilter
from cleaner.patterns.casefold import TWICE, fold

LITERALS = [
    frozenset({"share"}),
    frozenset({"\nshare\n", "\nlike\n"}),
    frozenset({"absent"}),
    frozenset({"this\n"}),
    frozenset({"é", "ab"}),
]


def found(filtering: Prefilter, lines: list[str]) -> dict[int, set[int]]:
    return {line: set(patterns) for line, patterns in filtering.candidates(lines) if patterns}


@pytest.fixture(params=[0, 10**9], ids=["all literals", "little text"])
def automaton(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look by an automaton of all literals, and by one of those that a little text may hold."""
    monkeypatch.setattr(prefilter, "_LITTLE", request.param)


@pytest.mark.usefixtures("automaton")
def test_candidates_are_the_patterns_with_a_literal_on_the_line() -> None:
    lines = ["Share this", "nothing", "• SHARE", "12", "", "share\xa0THIS", "like"]
    assert found(Prefilter(LITERALS), lines) == {0: {0, 3}, 2: {0, 1}, 5: {0, 3}, 6: {1}}


@pytest.mark.usefixtures("automaton")
def test_a_pattern_without_literals_is_worth_trying_everywhere() -> None:
    assert found(Prefilter([frozenset(), frozenset({"two"})]), ["one", "two"]) == {0: {0}, 1: {0, 1}}


@pytest.mark.usefixtures("automaton")
def test_lines_that_say_the_same_twice_bear_a_sign() -> None:
    lines = ["Ferry back Ferry back", "back back again", "Ferry backFERRY BACK", "", "a"]
    assert found(Prefilter([frozenset({f"\n{TWICE}\n"})]), lines) == {0: {0}, 2: {0}}


@pytest.mark.usefixtures("automaton")
def test_where_a_literal_stands_is_asked_but_for_a_line_that_comes_a_second_time() -> None:
    lines = ["share it", "share this", "• share it", "• share this and more"]
    assert found(Prefilter([frozenset({"share"})], [8]), lines) == {0: {0}, 2: {0}, 3: {0}}
    assert found(Prefilter([frozenset({"\nshare"})], [9]), lines) == {0: {0}, 2: {0}, 3: {0}}


@settings(max_examples=500)
@given(st.lists(st.text(alphabet="shareliket •é1ſabxt", max_size=12)))
def test_either_automaton_finds_the_same(lines: list[str]) -> None:
    whole = Prefilter(LITERALS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefilter, "_LITTLE", 0)
        by_all = found(whole, lines)
    assert by_all == found(Prefilter(LITERALS), lines)
    assert "_automaton" in vars(whole)


@settings(max_examples=500)
@given(st.lists(st.text(alphabet="share •é1ſabx", max_size=8)), st.sampled_from(["e", "sh", "\nsh", "ab\n", "éa", "\nshare\n"]))
def test_a_literal_is_found_wherever_it_stands(lines: list[str], literal: str) -> None:
    here = {number for number, line in enumerate(lines) if literal.encode() in fold(f"\n{line}\n")}
    assert here <= found(Prefilter([frozenset({literal})]), lines).keys()


def test_one_from_a_pickle_finds_the_same() -> None:
    lines = ["Share this", "• SHARE", "like"]
    at_first = Prefilter([*LITERALS, frozenset()])
    assert found(at_first, lines) == found(pickle.loads(pickle.dumps(at_first)), lines) == {0: {0, 3, 5}, 1: {0, 1, 5}, 2: {1, 5}}


def test_for_a_little_text_no_automaton_of_all_literals_is_built() -> None:
    filtering = Prefilter(LITERALS)
    assert found(filtering, ["share"]) == {0: {0, 1}}
    assert "_automaton" not in vars(filtering)
    assert found(filtering, ["share " * 50_000]) == {0: {0}}
    assert "_automaton" in vars(filtering)


@pytest.mark.usefixtures("automaton")
def test_a_literal_may_stand_no_farther_from_the_end_than_it_is_said() -> None:
    filtering = Prefilter([frozenset({"photo"}), frozenset({"photo"}), frozenset({"\nphoto"})], [7, 400, 8])
    lines = ["A photo", "“ä photo!", "A photo by Ada", "Photo by A", "photo x"]
    assert found(filtering, lines) == {0: {0, 1}, 1: {0, 1}, 2: {1}, 3: {1}, 4: {0, 1, 2}}
