"""Moves in a review."""

from __future__ import annotations

import pytest

from cleaner.authoring.review.session import ACCEPT, DISABLE, Decision
from cleaner.render.navigator import Navigator
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.rule import Rule
from tests.authoring.review.pages import ONE, TWO, session_of
from tests.conftest import prepared


@pytest.fixture
def navigator(shipped: RuleSet) -> Navigator:
    return Navigator(session_of({"one.txt": ONE, "two.txt": TWO}, shipped))


def test_steps_go_everywhere_and_back(navigator: Navigator) -> None:
    seen = [navigator.index]
    for _ in range(len(navigator.session.items) - 1):
        assert navigator.step(1) == ""
        seen.append(navigator.index)
    assert sorted(seen) == list(range(len(navigator.session.items)))
    assert navigator.step(1) == "this is the last"
    for _ in seen[1:]:
        navigator.step(-1)
    assert navigator.step(-1) == "this is the first"
    assert navigator.index == seen[0]
    navigator.to_end(-1)
    assert navigator.index == seen[-1]
    navigator.to_end(0)
    assert navigator.index == seen[0]


def test_groups_go_round(navigator: Navigator) -> None:
    seen = [navigator.group]
    for _ in navigator.groups[1:]:
        navigator.to_group(1)
        seen.append(navigator.group)
    assert seen == list(range(len(navigator.groups)))
    navigator.to_group(1)
    assert navigator.group == 0
    navigator.to_group(-1)
    assert navigator.group == seen[-1]


def test_a_search_finds_texts_and_rules_and_goes_on(navigator: Navigator) -> None:
    assert navigator.find("lamp") == "nothing holds 'lamp'"
    assert navigator.find("READ MORE") == ""
    assert "READ MORE" in navigator.item.text
    navigator.find("share")
    first = navigator.index
    assert "share" in navigator.item.rule
    navigator.find("")
    assert navigator.index != first
    navigator.find("")
    assert navigator.index == first
    assert Navigator(navigator.session).find("") == ""


def test_a_text_is_shown_in_every_place_and_stays_when_it_is_grouped_anew(navigator: Navigator) -> None:
    navigator.find("READ MORE")
    assert navigator.occurrence.page == 0
    navigator.to_occurrence()
    assert navigator.occurrence.page == 1
    index = navigator.index
    navigator.regroup()
    assert navigator.index == index
    assert not navigator.by_rule
    assert [group.name for group in navigator.groups] == ["one.txt", "two.txt"]
    navigator.regroup()
    assert navigator.index == index


def test_the_next_document_is_another_one(navigator: Navigator) -> None:
    navigator.regroup()
    for position in range(len(navigator.order)):
        navigator.go(position)
        group = navigator.group
        navigator.to_page()
        assert navigator.group == 1 - group
        assert navigator.order[navigator.position - 1][0] == group
        assert navigator.occurrence.page == navigator.group
    navigator.regroup()
    page = navigator.occurrence.page
    navigator.to_page()
    assert navigator.occurrence.page != page


def test_a_decision_goes_on_to_what_is_undecided(navigator: Navigator) -> None:
    navigator.find("share this")
    navigator.decide(ACCEPT)
    assert navigator.index not in navigator.session.decisions
    for _ in navigator.session.items:
        message = navigator.decide(ACCEPT)
    assert message.startswith("all is decided")
    navigator.undo()
    assert len(navigator.session.decisions) == len(navigator.session.items) - 1
    assert navigator.index not in navigator.session.decisions
    navigator.step(1)
    navigator.to_undecided()
    assert navigator.index not in navigator.session.decisions
    for _ in range(len(navigator.session.decisions)):
        navigator.undo()
    assert navigator.undo() == "there is nothing to undo"


def test_decisions_say_what_they_do() -> None:
    rules = RuleSet(prepared(Rule("a/b", "A line", "line", match="x .*"), Rule("c/d", "A tail", "tail", match="end.*")))
    session = session_of({"a": "One.\nx two three\nx four\nGood.\nx five\nend of it\n"}, rules)
    navigator = Navigator(session)
    assert navigator.item.rule == "a/b"
    navigator.decide(ACCEPT)
    assert navigator.accept_rest() == "2 accepted"
    assert navigator.item.rule == "c/d"
    assert navigator.decide(Decision("keep")) == "kept where only this line, the mark of c/d, would go; x switches the rule off"
    navigator.undo()
    assert navigator.decide(DISABLE).startswith("all is decided")
    navigator.undo()
    navigator.find("x two")
    navigator.decide(Decision("keep"))
    navigator.find("x four")
    assert navigator.decide(DISABLE) == "a/b is to be switched off"
    assert session.is_off("a/b")


def test_a_review_goes_on_where_it_was(navigator: Navigator) -> None:
    session = navigator.session
    navigator.step(3)
    key = navigator.item.key
    assert Navigator(session, key).item.key == key
    navigator.decide(ACCEPT)
    assert Navigator(session, key).index not in session.decisions
    assert Navigator(session).position == 0
