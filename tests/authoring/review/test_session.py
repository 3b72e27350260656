"""What there is to decide on, and decisions."""

from __future__ import annotations

from cleaner.authoring.review.session import ACCEPT, DISABLE, Decision, suggested_line
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.rule import Rule
from tests.authoring.review.pages import ONE, TWO, index_of, session_of
from tests.conftest import prepared


def test_equal_texts_of_a_rule_are_one_item(shipped: RuleSet) -> None:
    session = session_of({"one.txt": ONE, "two.txt": TWO}, shipped)
    share = session.items[index_of(session, "Share this article")]
    assert [place.page for place in share.occurrences] == [0, 1]
    assert share.weight == 2
    for each in session.items:
        for place in each.occurrences:
            assert session.pages[place.page].text[place.start : place.end] == each.text
    assert len({each.key for each in session.items}) == len(session.items)
    assert len(session.items[index_of(session, "Try Our AI Features")].lines) == 5


def test_a_rule_is_off_or_is_not() -> None:
    found = RuleSet(prepared(Rule("a/b/buy", "A line", "line", match="buy .*")))
    session = session_of({"one.txt": "He said so on Friday.\nbuy boats\nbuy fish\n"}, found)
    session.decide(0, ACCEPT)
    session.decide(1, DISABLE)
    assert session.decisions == {0: DISABLE, 1: DISABLE}
    session.decide(0, Decision("keep"))
    assert session.decisions == {0: Decision("keep")}
    session.undo()
    assert session.decisions == {0: DISABLE, 1: DISABLE}
    session.undo()
    assert session.decisions == {0: ACCEPT}
    session.undo()
    assert session.undo() is None
    assert session.decisions == {}


def test_what_was_decided_is_forgotten_save_for_some() -> None:
    found = RuleSet(prepared(Rule("a/b/buy", "A line", "line", match="buy .*"), Rule("a/b/sell", "A line", "line", match="sell .*")))
    session = session_of({"one.txt": "He said so on Friday.\nbuy boats\nsell fish\nbuy fish\nsell boats\n"}, found)
    session.decide(index_of(session, "buy boats"), DISABLE)
    session.decide(index_of(session, "sell boats"), ACCEPT)
    session.decide(index_of(session, "sell fish"), Decision("keep"))
    session.forget_all_but([index_of(session, "buy fish"), index_of(session, "sell fish")])
    assert {session.items[number].text: each.verdict for number, each in session.decisions.items()} == {
        "buy boats": "disable",
        "buy fish": "disable",
        "sell fish": "keep",
    }
    session.forget_all_but([])
    assert session.decisions == {}
    assert session.undo() is None


def test_the_line_that_tells_is_a_sentence_and_never_the_mark() -> None:
    assert suggested_line(["Related articles are what this long line is about.", "Ten castles", "It froze on Friday."]) == 2
    assert suggested_line(["Related articles", "Ten castles", "Boats"]) == 1
    assert suggested_line(["Related articles"]) is None


def test_decisions_of_texts_that_changed_are_let_go(shipped: RuleSet) -> None:
    session = session_of({"one.txt": ONE, "two.txt": TWO}, shipped)
    for number in range(len(session.items)):
        session.decide(number, ACCEPT)
    decisions = {session.items[number].key: decision for number, decision in session.decisions.items()}
    digests = {page.name: page.digest for page in session.pages}
    again = session_of({"one.txt": ONE + "\nMore.\n", "two.txt": TWO}, shipped)
    lost = again.resume(decisions, digests)
    assert lost == len([each for each in session.items if all(place.page == 0 for place in each.occurrences)])
    assert {again.items[number].text for number in again.decisions} == {each.text for each in again.items if each.occurrences[-1].page == 1}
