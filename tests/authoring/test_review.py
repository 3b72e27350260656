"""A review in the terminal: what its keys do, what it drafts, and the rules that it writes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import select
import signal
import struct
import subprocess
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from syrupy.assertion import SnapshotAssertion

from cleaner.authoring.review import session_store
from cleaner.authoring.review.drafts import pattern
from cleaner.authoring.review.rule_writer import Amendment, Workshop, amend
from cleaner.authoring.review.scratch_layer import ScratchLayer
from cleaner.authoring.review.session import ACCEPT, DISABLE, Decision, Page, Session, region, suggested_line
from cleaner.engine.engine import Engine
from cleaner.errors import InputError, Problem, RuleError
from cleaner.patterns.source import compiled
from cleaner.render.layout import shortened, wrapped
from cleaner.render.navigator import Navigator
from cleaner.render.review import Screen
from cleaner.ruleset.layers import Layer, RuleSet, load
from cleaner.ruleset.rule import Exemption, Rule
from tests.conftest import SAMPLES, Command, prepared, sampled

pty = pytest.importorskip("pty")
pyte = pytest.importorskip("pyte")
pytest.importorskip("textual")

ONE = """The harbour reopened

The harbour of Elvery reopened on Monday after the storm had closed it for nine days.

Share this article

READ MORE: Ten castles to see in Fife

Boats came back one by one, and the fishmonger hung out her sign.

Click to share on Facebook (Opens in new window) The ferry sails again on Friday.

Sign up to our newsletter for the latest news

Try Our AI Features
Explore what Newsbox AI can do for you:
The harbour master said that nobody had been hurt in the storm at all.
Comments
No comments yet...
"""
TWO = """The lamp is lit

The lamp on the pier of Elvery was lit again on Tuesday, to the joy of the children.

Share this article

Advertisement

It had been dark since the storm, and the gulls had moved in.

READ MORE: Ten castles to see in Fife
"""

ENTER, ESCAPE, TAB, CTRL_C = "\r", "\x1b", "\t", "\x03"
LEFT = "\x1b[D"


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return load()


def session_of(texts: Mapping[str, str], found: RuleSet) -> Session:
    engine = Engine(found.at("standard").prepared, found.languages)
    pages = [Page(name, engine.clean(text)) for name, text in texts.items()]
    return Session(pages, {rule.name: rule for rule in found.prepared})


def own_rules(folder: Path, source: str) -> RuleSet:
    """Only the rules of one file, which stand in a layer below the project's."""
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text(f'title = "Own"\nabout = "Own."\n{source}', encoding="utf-8")
    return load([Layer("user", folder)], shipped=False)


def entry(session: Session, text: str, rule: str = "") -> int:
    return next(n for n, each in enumerate(session.items) if text in each.text and rule in each.rule)


def amended(session: Session, trial: ScratchLayer, layers: Sequence[Layer] = ()) -> Amendment:
    shop = Workshop(lambda source: trial.load("review-x.toml", source), "review-x", "standard", "Review of x")
    return amend(session, shop)


def cleaned(text: str, source: str, folder: Path) -> str:
    """A text cleaned with the shipped rules and a rule file."""
    folder.mkdir(exist_ok=True)
    (folder / "review-x.toml").write_text(source, encoding="utf-8")
    found = load([folder])
    return Engine(found.at("standard").prepared, found.languages).clean(text).text


# What there is to decide on, and decisions.


def test_equal_texts_of_a_rule_are_one_entry(shipped: RuleSet) -> None:
    session = session_of({"one.txt": ONE, "two.txt": TWO}, shipped)
    share = session.items[entry(session, "Share this article")]
    assert [place.page for place in share.occurrences] == [0, 1]
    assert share.weight == 2
    for each in session.items:
        for place in each.occurrences:
            assert session.pages[place.page].text[place.start : place.end] == each.text
    assert len({each.key for each in session.items}) == len(session.items)
    assert len(session.items[entry(session, "Try Our AI Features")].lines) == 5


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
    session.decide(entry(session, "buy boats"), DISABLE)
    session.decide(entry(session, "sell boats"), ACCEPT)
    session.decide(entry(session, "sell fish"), Decision("keep"))
    session.forget_all_but([entry(session, "buy fish"), entry(session, "sell fish")])
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


# What is written.


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=30), st.data())
def test_a_pattern_fits_its_own_text_alone(text: str, data: st.DataObject) -> None:
    source = pattern(text)
    assert source.isprintable()
    assert compiled(source).fullmatch(text)
    at = data.draw(st.integers(0, len(text) - 1))
    head, char, tail = text[:at], text[at], text[at + 1 :]
    other = data.draw(st.sampled_from([each for each in "z5. \u00e9\\" if each.casefold() != char.casefold()]))
    near = [head + tail, head + char + char + tail, head + other + tail, text[:-1], text[1:], f"{other}{text}", f"{text}{other}"]
    assert [each for each in near if compiled(source).fullmatch(each)] == []
    shorter = [head + tail, text[:-1], text[1:]]
    assert [each for each in shorter if compiled(source).search(each)] == []


def test_nothing_to_write_where_all_is_accepted(shipped: RuleSet, tmp_path: Path) -> None:
    session = session_of({"one.txt": ONE}, shipped)
    for number in range(len(session.items)):
        session.decide(number, ACCEPT)
    with ScratchLayer([], tmp_path / "rules.d", True) as trial:
        assert amended(session, trial) == Amendment()


def test_what_is_kept_stays_and_the_rest_goes(shipped: RuleSet, tmp_path: Path) -> None:
    session = session_of({"one.txt": ONE, "two.txt": TWO}, shipped)
    session.decide(entry(session, "Share this article"), Decision("keep"))
    session.decide(entry(session, "Click to share"), Decision("keep"))
    session.decide(entry(session, "Try Our AI"), Decision("keep", "The harbour master said that nobody had been hurt in the storm at all."))
    session.decide(entry(session, "READ MORE"), ACCEPT)
    with ScratchLayer([], tmp_path / "rules.d", True) as trial:
        made = amended(session, trial)
    assert (made.unmet, made.aside) == ((), ())
    one, two = (cleaned(text, made.source, tmp_path / "out") for text in (ONE, TWO))
    assert "Share this article" in one
    assert "Share this article" in two
    assert "(Opens in new window) The ferry" in one
    assert "The harbour master said" in one
    assert "No comments yet" not in one  # other rules may have what isn't the marked line
    assert "READ MORE" not in one + two
    assert "Advertisement" not in two
    assert "# one.txt, line 5, and 1 place more" in made.source
    read = tomllib.loads(made.source)
    assert {each["rule"].split("/")[1] for each in read["exemption"]} >= {"share", "aggregator"}


def test_a_rule_is_switched_off(shipped: RuleSet, tmp_path: Path) -> None:
    session = session_of({"two.txt": TWO}, shipped)
    for text in ("READ MORE", "Advertisement"):
        session.decide(entry(session, text), DISABLE)
    with ScratchLayer([], tmp_path / "rules.d", True) as trial:
        made = amended(session, trial)
    assert len(tomllib.loads(made.source)["disable"]) == 2
    after = cleaned(TWO, made.source, tmp_path / "out")
    assert "Advertisement" in after
    assert "READ MORE" not in after
    [(rule, note)] = made.notes
    assert rule == "common/read-more/read-more-line"
    assert note.startswith("is off, but 1 of its 1 removals still goes, by common/read-more/read-more-label")


@pytest.mark.parametrize(
    ("start", "end", "left"),
    sampled(
        [
            (0, 14, "on Facebook (Opens in new window) The ferry sails again on Friday."),
            (15, 48, "Click to share The ferry sails again on Friday."),
            (0, 58, "sails again on Friday."),
            (9, 58, "Click to sails again on Friday."),
        ],
        2,
    ),
)
def test_a_part_of_a_line_is_marked(start: int, end: int, left: str, shipped: RuleSet, tmp_path: Path) -> None:
    session = session_of({"one.txt": ONE}, shipped)
    line = "Click to share on Facebook (Opens in new window) The ferry sails again on Friday."
    session.decide(entry(session, "Click to share"), Decision("edit", line=line, start=start, end=end))
    with ScratchLayer([], tmp_path / "rules.d", True) as trial:
        made = amended(session, trial)
    assert made.unmet == ()
    assert left in cleaned(ONE, made.source, tmp_path / "out").splitlines()
    assert len(tomllib.loads(made.source)["rule"]) == 1


@pytest.mark.parametrize(("start", "end"), sampled([(0, -3), (2, 0), (-2, 0), (0, 4)], 2))
def test_an_edit_among_other_removals_of_its_line(start: int, end: int, shipped: RuleSet, tmp_path: Path) -> None:
    """Less of a caption, or more, in a line that holds three others."""
    text = (SAMPLES / "inline-tabloid.txt").read_text(encoding="utf-8")
    session = session_of({"page.txt": text}, shipped)
    number = entry(session, "4 Archie")
    found = region(session.pages[0], session.items[number], session.items[number].occurrences[0])
    edges = [each.start() for each in re.finditer(r"(?<!\S)\S|$", found.text)]
    first, last = edges.index(found.start), next(n for n, edge in enumerate(edges) if edge >= found.end)
    begin, stop = edges[first + start], found.text[: edges[last + end]].rstrip()
    session.decide(number, Decision("edit", line=found.text, start=begin, end=len(stop)))
    with ScratchLayer([], tmp_path / "rules.d", True) as trial:
        amendment = amended(session, trial)
    assert amendment.unmet == ()
    after = cleaned(text, amendment.source, tmp_path / "again")
    marked, was = found.text[begin : len(stop)], session.items[number].text
    assert marked not in after
    for kept in filter(None, (part.strip() for part in was.split(marked))) if marked in was else ():
        assert kept in after


def test_lines_of_a_block_are_marked(shipped: RuleSet, tmp_path: Path) -> None:
    session = session_of({"one.txt": ONE}, shipped)
    number = entry(session, "Try Our AI")
    text = "\n".join(session.items[number].lines)
    session.decide(number, Decision("edit", line=text, start=0, end=2))
    with ScratchLayer([], tmp_path / "rules.d", True) as trial:
        made = amended(session, trial)
    after = cleaned(ONE, made.source, tmp_path / "out")
    assert "Try Our" not in after
    assert "The harbour master said" in after


def test_what_is_written_proves_itself(shipped: RuleSet, tmp_path: Path, cleaner: Command) -> None:
    session = session_of({"one.txt": ONE, "two.txt": TWO}, shipped)
    lines = {"Click to share": (ONE.splitlines()[10], 0, 26), "Try Our AI": ("\n".join(ONE.splitlines()[14:19]), 3, 5)}
    for number, each in enumerate(session.items):
        line = next((value for key, value in lines.items() if key in each.text), None)
        session.decide(number, Decision("edit", "", *line) if line else Decision("keep"))
    with ScratchLayer([], tmp_path / "rules.d", True) as trial:
        made = amended(session, trial)
    assert made.unmet == ()
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "rules.d" / "review-x.toml").write_text(made.source, encoding="utf-8")
    done = cleaner("rules", "test", "rules.d/review-x.toml")
    assert (done.code, done.err) == (0, "")


OWN = """
[[rule]]
id = "shout"
about = "A line in capitals"
remove = "line"
match = '''(?-i:[A-Z ]{4,60})'''
min_words = 2

[[rule]]
id = "buy"
about = "A line that says buy"
remove = "line"
match = '''zorp .{2,60}'''

[[rule]]
id = "any-buy"
about = "A line with boats to buy"
remove = "line"
match = '''.{0,20}zilps.{0,20}'''
"""


def test_a_text_is_kept_from_every_rule_that_would_take_it(tmp_path: Path) -> None:
    found = own_rules(tmp_path / "own", OWN)
    text = "He came home late on Friday.\nzorp zilps now\nzorp fish\n"
    session = session_of({"a.txt": text}, found)
    session.decide(entry(session, "zorp zilps"), Decision("keep"))
    with ScratchLayer([Layer("user", tmp_path / "own")], tmp_path / "rules.d", True) as trial:
        made = amended(session, trial)
    assert [each["rule"] for each in tomllib.loads(made.source)["exemption"]] == ["own/any-buy", "own/buy"]
    assert made.unmet == ()


def test_what_cannot_be_had_is_told(tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir()
    rule = "[[rule]]\nid = \"b\"\nabout = \"B\"\nremove = \"line\"\nmatch = '''zorp .{2,60}'''\n"
    (above / "z.toml").write_text(f'title = "Z"\nabout = "Z."\n{rule}', encoding="utf-8")
    own_rules(tmp_path / "own", OWN)
    layers = [Layer("user", tmp_path / "own"), Layer("--rules", above)]
    found = load(layers, shipped=False)
    with ScratchLayer(layers, tmp_path / "rules.d", True) as trial:
        text = "He came home late on Friday.\nzorp zilps now\n"
        engine = Engine(found.at("standard").prepared)
        session = Session([Page("a.txt", engine.clean(text))], {each.name: each for each in found.prepared}, trial.standing(found.rules))
        assert session.standing == {"z/b": "above"}
        session.decide(0, Decision("keep"))
        made = amended(session, trial)
    assert made.source == ""
    assert [each.reason for each in made.unmet] == ["z/b would take 'zorp zilps now' then"]


@pytest.mark.parametrize("fault", ["", "rejected", "undone", "unproven"])
def test_what_the_last_round_leaves_is_tried_again(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one round that there is keeps a text from a second rule; that must load, hold and prove itself, or nothing is written."""
    monkeypatch.setattr("cleaner.authoring.review.rule_writer._ROUNDS_AT_MOST", 0)
    found = own_rules(tmp_path / "own", OWN)
    session = session_of({"a.txt": "He came home late on Friday.\nzorp zilps now\nLOUD SHOUT HERE\n"}, found)
    for text, decision in (("zorp zilps", Decision("keep")), ("LOUD", DISABLE)):
        session.decide(entry(session, text), decision)
    loads = 0
    with ScratchLayer([Layer("user", tmp_path / "own")], tmp_path / "rules.d", True) as trial:

        def load_one(source: str) -> RuleSet:
            nonlocal loads
            loads += 1
            if fault == "rejected":
                raise RuleError(
                    [Problem("review-x.toml", 1, "own/any-buy", "doesn't fit"), Problem("review-x.toml", 1, "own/buy", "is wrong")]
                )
            if fault == "undone" and loads > 1:
                return found
            if fault == "unproven":
                source = source.replace("keeps = [", 'keeps = ["zorp other", ')
            return trial.load("review-x.toml", source)

        made = amend(session, Workshop(load_one, "review-x", "standard", "Review of x"))
    everything = set(session.decisions)
    if fault:
        assert (made.source, made.stem, dict(made.results)) == ("", "", {})
        assert {each.index for each in made.unmet} == everything
    else:
        assert made.unmet == ()
        assert [each["rule"] for each in tomllib.loads(made.source)["exemption"]] == ["own/any-buy", "own/buy"]


@pytest.mark.parametrize("edited", [False, True])
def test_half_a_character_is_told_and_not_written(edited: bool, tmp_path: Path) -> None:
    """Such as JSON's \\ud800: TOML has no way to write it, nor has UTF-8."""
    found = own_rules(tmp_path / "own", OWN)
    session = session_of({"a\udcff.txt": "He \udc00 came late on Friday.\nzorp fi\ud800sh now\nzorp fish\nAn \ud801 it was.\n"}, found)
    half, whole = entry(session, "fi\ud800sh"), entry(session, "zorp fish")
    session.decide(half, Decision("edit", line="zorp fi\ud800sh now", start=0, end=11) if edited else Decision("keep"))
    session.decide(whole, Decision("keep"))
    with ScratchLayer([Layer("user", tmp_path / "own")], tmp_path / "rules.d", True) as trial:
        made = amended(session, trial)
    assert [(each.index, each.reason) for each in made.unmet] == [(half, "holds half a character, which TOML can't write")]
    assert [each["keeps"] for each in tomllib.loads(made.source)["exemption"]] == [["zorp fish"]]
    made.source.encode()
    browser = Navigator(session)
    browser.planned(made)
    shown(Screen(browser), 120, 40).encode()
    state = tmp_path / "state.json"
    session_store.write(state, session, session.items[half].key)
    before = session_store.read(state)
    again = session_of({page.name: page.text for page in session.pages}, found)
    assert again.resume(before.decisions, before.pages) == 0
    assert again.decisions == session.decisions


def test_examples_hold_no_half_characters(tmp_path: Path) -> None:
    """Where what is kept is only taken among its neighbours."""
    rule = "[[rule]]\nid = 'by'\nabout = 'By'\nremove = 'line'\nmatch = 'zorp .*'\nprevious = 'And .*'\n"
    found = own_rules(tmp_path / "own", rule)
    session = session_of({"a.txt": "He came late on Friday.\nAnd \ud800 so.\nzorp fish\n"}, found)
    session.decide(0, Decision("keep"))
    with ScratchLayer([Layer("user", tmp_path / "own")], tmp_path / "rules.d", True) as trial:
        made = amended(session, trial)
    assert (made.unmet, [each["keeps"] for each in tomllib.loads(made.source)["exemption"]]) == ((), [["zorp fish"]])


def test_rules_of_the_folder_that_is_written_to_can_be_narrowed_but_not_switched_off(tmp_path: Path) -> None:
    folder = tmp_path / "rules.d"
    found = own_rules(folder, OWN)
    layers = [Layer("project", folder)]
    with ScratchLayer(layers, folder, True) as trial:
        engine = Engine(found.at("standard").prepared)
        page = Page("a.txt", engine.clean("He came home late on Friday.\nzorp fish\nzorp bread\n"))
        session = Session([page], {each.name: each for each in found.prepared}, trial.standing(found.rules))
        assert re.search(r"edit .*own.toml:\d+$", session.obstacle("own/buy", "disable"))
        browser = Navigator(session)
        browser.press("x", "x")
        assert session.decisions == {}
        assert "own.toml:" in browser.message
        browser.press("k", "k")
        made = amended(session, trial)
    assert tomllib.loads(made.source)["exemption"][0]["unless"] == "^zorp fish$"
    assert [path.name for path in folder.iterdir()] == ["own.toml"]


def test_a_file_is_tried_without_the_one_before(tmp_path: Path) -> None:
    with ScratchLayer([], tmp_path / "rules.d", True) as trial:
        header = 'title = "A"\nabout = "A."\n'
        trial.load("review-a.toml", f"{header}{OWN}")
        names = {rule.name for rule in trial.load("review-b.toml", f"{header}{OWN}").rules}
    assert "review-b/shout" in names
    assert not any(name.startswith("review-a/") for name in names)


def test_a_rule_may_have_a_thousand_exemptions() -> None:
    rule = Rule("a/b/buy", "A line", "line", match="buy .*", unless="never")
    for number in range(1_000):
        rule = rule.exempted(Exemption(rule.name, f"^buy {number}$"))
    assert Engine(prepared(rule), guarded=False).clean("buy 7\nbuy 1007\nbuy never\n").text == "buy 7\nbuy never\n"


# Keys.


@pytest.fixture
def browser(shipped: RuleSet) -> Navigator:
    return Navigator(session_of({"one.txt": ONE, "two.txt": TWO}, shipped))


def press(browser: Navigator, keys: str) -> None:
    names = {"\r": "enter", "\x1b": "escape", "\t": "tab", " ": "space"}
    for key in keys:
        browser.press(names.get(key, key), key)


def test_keys_go_everywhere_and_back(browser: Navigator) -> None:
    seen = [browser.number]
    for _ in range(len(browser.session.items) - 1):
        press(browser, "n")
        seen.append(browser.number)
    assert sorted(seen) == list(range(len(browser.session.items)))
    press(browser, "n")
    assert browser.message == "this is the last"
    for _ in seen[1:]:
        press(browser, "p")
    assert browser.number == seen[0]
    press(browser, "/lamp\r")
    assert browser.message == "nothing holds 'lamp'"
    press(browser, "/READ MORE\r")
    assert "READ MORE" in browser.entry.text
    assert browser.shown.page == 0
    press(browser, " ")
    assert browser.shown.page == 1
    number = browser.number
    press(browser, "g")
    assert browser.number == number
    assert not browser.by_rule
    assert [group.name for group in browser.groups] == ["one.txt", "two.txt"]
    press(browser, "g")
    assert browser.number == number


def test_the_next_document_is_another_one(browser: Navigator) -> None:
    press(browser, "g")
    for here in browser.flat:
        browser.go(here)
        press(browser, "d")
        assert browser.here == (1 - here[0], 0)
        assert browser.shown.page == browser.here[0]


def test_a_decision_goes_on_to_what_is_undecided(browser: Navigator) -> None:
    press(browser, "/share this\ra")
    assert browser.number not in browser.session.decisions
    for _ in browser.session.items:
        press(browser, "a")
    assert browser.message.startswith("all is decided")
    press(browser, "u")
    assert len(browser.session.decisions) == len(browser.session.items) - 1
    assert browser.number not in browser.session.decisions


@given(
    st.lists(st.sampled_from(["a", "A", "k", "K", "x", "e", "u", "n", "p", "d", "g", "z", "/", "?", "q", "s", *ENTER, ESCAPE, TAB, " "]))
)
def test_mashed_keys_break_nothing(keys: list[str]) -> None:
    rule = Rule("a/b", "A line", "line", match="x .*")
    found = RuleSet(prepared(rule, Rule("c/d", "A tail", "tail", match="end.*")))
    session = session_of({"a": "One.\nx two three\nx four\nGood.\nend of it\nRest of it is here.\n", "b": "Two.\nx four\n"}, found)
    browser = Navigator(session)
    screen = Screen(browser)
    names = {"\r": "enter", "\x1b": "escape", "\t": "tab", " ": "space"}
    for key in keys:
        if browser.press(names.get(key, key), key) == "plan":
            browser.planned(Amendment("title = 'x'\n"))
        assert len(screen.draw(30, 10)) == 10


# The screen.


def shown(screen: Screen, width: int, height: int) -> str:
    lines = ["".join(segment.text for segment in line).rstrip() for line in screen.draw(width, height)]
    return "\n".join(lines)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (200, 60), (40, 20)])
def test_what_people_see(width: int, height: int, browser: Navigator, snapshot: SnapshotAssertion) -> None:
    screen = Screen(browser)
    drawn = shown(screen, width, height)
    assert len(drawn.split("\n")) == height
    assert max(map(len, drawn.splitlines())) <= width
    assert drawn == snapshot
    press(browser, "k")
    assert shown(screen, width, height) == snapshot(name="mark")
    press(browser, "\x1be\t")
    browser.press("down")
    assert shown(screen, width, height) == snapshot(name="edit")


def test_without_colour_it_stands_between_brackets(browser: Navigator) -> None:
    press(browser, "/Click to share\r")
    assert "[-Click to share on Facebook (Opens in new window)-] The ferry" in shown(Screen(browser, colour=False), 120, 40)
    assert "[-" not in shown(Screen(browser), 120, 40)


def test_what_would_be_written_is_shown(browser: Navigator, snapshot: SnapshotAssertion, tmp_path: Path) -> None:
    press(browser, "/Share this\rk/Advertise\rx")
    assert browser.press("s", "s") == "plan"
    with ScratchLayer([], tmp_path / "rules.d", True) as trial:
        browser.planned(amended(browser.session, trial))
    assert shown(Screen(browser), 80, 24) == snapshot
    assert browser.press("enter") == "write"


HARD = {
    "long line": "He said so on Friday. " + "word " * 6_000 + "Click to share on Facebook (Opens in new window) " + "tail " * 6_000,
    "right to left": "قال إن الميناء فتح يوم الاثنين.\n\nClick to share on Facebook (Opens in new window) قال إن\n",
    "wide": "港口星期一重新開放。" * 30 + "\n\nClick to share on Facebook (Opens in new window)" + "港口星期一" * 40 + "\n",
    "hostile": "He said so.\n\x1b[2J\x1b]0;t\x07 [bold]x[/foo] \u202e\x9b31m Click to share on Facebook (Opens in new window)\n",
}


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("word " * 400, 353),
        ("word " * 399 + "word", 352),
        ("word " * 400 + "x" * 130, 376),
        ("word " * 400 + "x" * 130 + " ", 377),
        ("x" * 400, 1),
    ],
)
def test_what_a_gap_hides_is_counted(text: str, hidden: int) -> None:
    left, count, right = shortened(text)
    assert count == hidden
    assert text.startswith(left)
    assert text.endswith(right)
    assert shortened(text, len(text)) == (text, 0, "")


def test_lines_know_what_their_styles_bear() -> None:
    """As the diff's do, by which it finds where a piece begins."""
    lines = wrapped([("one two ", Style.null()), ("three four", Style(strike=True, meta={"place": 3}))], 9)
    assert [[(segment.text, (segment.style or Style.null()).meta.get("place")) for segment in line] for line in lines] == [
        [("one two ", None)],
        [("three ", 3)],
        [("four", 3)],
    ]


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize(("width", "height"), [(80, 24), (30, 8), (10, 3)])
def test_hard_texts_fit_the_screen(name: str, width: int, height: int) -> None:
    from rich.cells import cell_len

    found = RuleSet(prepared(Rule("a/b/share", "A link \x1b[1m", "match", match=r"click to share on \w+ \(opens in new window\)")))
    browser = Navigator(session_of({f"{name}\x1b.txt": HARD[name]}, found))
    press(browser, "/Click to\r")
    screen = Screen(browser)
    for keys in ("", "e", "\x1bk", "?"):
        press(browser, keys)
        drawn = shown(screen, width, height)
        assert len(drawn.split("\n")) == height
        assert max(map(cell_len, drawn.split("\n"))) <= width
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", drawn)


def test_many_removals_are_drawn_fast(tmp_path: Path) -> None:
    found = RuleSet(prepared(Rule("a/b/c", "A line", "line", match=r"buy \d+ boats")))
    text = "".join(f"It rained on day {n}.\nbuy {n} boats\n" for n in range(10_000))
    page = Page("a.txt", Engine(found.prepared).clean(text))
    began = time.process_time()
    browser = Navigator(Session([page], {rule.name: rule for rule in found.prepared}))
    screen = Screen(browser)
    assert len(browser.session.items) == 10_000
    for key in "aaaaannnpppu":
        press(browser, key)
        screen.draw(120, 40)
    assert time.process_time() - began < 5


# Runs in the background.


@pytest.mark.parametrize("late", ["polls", "returns", "fails"])
def test_a_run_that_was_stopped_leaves_nothing_behind(late: str, browser: Navigator) -> None:
    from cleaner.render.review_app import ReviewApp

    began, may_end = threading.Event(), threading.Event()
    runs: list[int] = []
    busy = threading.Lock()

    def plan(go_on: Callable[[], None]) -> Amendment:
        assert busy.acquire(blocking=False), "two at once"
        try:
            runs.append(len(browser.session.decisions))
            if len(runs) == 1:
                began.set()
                assert may_end.wait(20)
                if late == "fails":
                    raise RuntimeError("dictionary changed size during iteration")
                if late == "polls":
                    go_on()
            return Amendment(f"{runs[-1]}")
        finally:
            busy.release()

    async def person() -> None:
        app = ReviewApp(browser, plan, lambda: None)
        async with app.run_test() as pilot:
            await pilot.press("a", "s")
            assert await asyncio.to_thread(began.wait, 20)
            await pilot.press("escape", "a", "s")
            await pilot.pause(0.1)
            assert browser.mode == "working"
            may_end.set()
            for _ in range(200):
                await pilot.pause(0.05)
                if browser.mode != "working" or app.fault:
                    break
            await pilot.pause(0.1)
            assert (app.fault, browser.mode, browser.amendment.source) == (None, "confirm", "2")

    asyncio.run(person())
    assert runs == [1, 2]


# The command, in a terminal.


class Terminal:
    """A process in a pseudo-terminal, and what its screen shows."""

    def __init__(self, cleaner: Command, *args: str, width: int = 80, height: int = 24, **env: str) -> None:
        import fcntl
        import termios

        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        environment = Command.environment({"TERM": "xterm-256color", "XDG_STATE_HOME": str(cleaner.folder / "state"), **env})
        del environment["COLUMNS"]
        self.process = subprocess.Popen(
            Command.line(args), stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=cleaner.folder, start_new_session=True
        )
        os.close(theirs)

    def pump(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.ours], [], [], seconds)
        if not ready:
            return True
        try:
            piece = os.read(self.ours, 65536)
        except OSError:  # the other end is closed
            return False
        self.raw += piece
        self.stream.feed(piece)
        return bool(piece)

    def until(self, text: str | Callable[[str], bool]) -> str:
        end = time.monotonic() + 40
        found = (lambda shown: text in shown) if isinstance(text, str) else text
        while not found("\n".join(self.screen.display)):
            assert self.pump(0.2), f"ended before it showed {text!r}: {self.raw[-2000:]!r}"
            assert time.monotonic() < end, f"never showed {text!r}:\n" + "\n".join(self.screen.display)
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        while self.pump(10):
            pass
        code = self.process.wait(timeout=10)
        os.close(self.ours)
        return code


@pytest.fixture
def terminal(cleaner: Command) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []
    pages = cleaner.folder / "pages"
    pages.mkdir()
    (pages / "one.txt").write_text(ONE)
    (pages / "two.txt").write_text(TWO)

    def start(*args: str, **options: object) -> Terminal:
        opened.append(Terminal(cleaner, "review", *(args or ("pages",)), **options))  # type: ignore[arg-type]
        return opened[-1]

    yield start
    for each in opened:
        with suppress(OSError):
            if each.process.poll() is None:
                each.process.kill()
                each.process.wait()
            os.close(each.ours)


def states(cleaner: Command) -> list[Path]:
    return sorted((cleaner.folder / "state").rglob("*.json"))


def test_keys_in_files_out(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    seen = terminal()
    seen.until("0 of 6 decided")
    seen.press("/Share this\r")
    seen.until("A line that only asks")
    seen.press("k/Advertisement\r")
    seen.until("advert-mark")
    seen.press("x/Click to share\r")
    seen.until("click-to-share")
    seen.press("e" + LEFT * 4)
    seen.until("[-Click to share on Facebook-]")
    seen.press(ENTER)
    seen.until("3 of 6 decided")
    assert len(states(cleaner)) == 1
    for _ in range(3):
        seen.press("A")
    seen.until("6 of 6 decided")
    seen.press("s")
    seen.until("[[exemption]]")
    seen.press(ENTER)
    assert seen.end() == 0
    assert states(cleaner) == []
    [file] = (cleaner.folder / "rules.d").iterdir()
    assert re.fullmatch(r"review-\d{4}-\d\d-\d\d\.toml", file.name)
    assert f"rules.d/{file.name} is written" in seen.raw.decode()
    tested = cleaner("rules", "test", f"rules.d/{file.name}")
    assert (tested.code, tested.err) == (0, "")
    one, two = (cleaner("clean", f"pages/{name}.txt").out.decode() for name in ("one", "two"))
    assert "Share this article" in one
    assert "Share this article" in two
    assert "Advertisement" in two
    assert "\n(Opens in new window) The ferry sails" in one
    assert "READ MORE" not in one + two
    assert "newsletter" not in one
    left = {path.name for path in cleaner.folder.rglob("*") if path.is_file()}
    assert left == {"one.txt", "two.txt", file.name}


def test_a_name_that_is_taken_meanwhile_is_left_alone(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    seen = terminal(width=200)
    seen.until("0 of 6 decided")
    seen.press("/Share this\r")
    seen.until("A line that only asks")
    seen.press("ks")
    name = re.search(r"Review of (\d{4}-\d\d-\d\d)", seen.until("[[exemption]]"))
    assert name
    theirs = cleaner.folder / "rules.d" / f"review-{name[1]}.toml"
    theirs.parent.mkdir()
    theirs.write_text("title = 'Theirs'\n")
    seen.press(ENTER)
    assert seen.end() == 2
    assert f"error: rules.d/{theirs.name}: was written by somebody else meanwhile" in seen.raw.decode()
    assert theirs.read_text() == "title = 'Theirs'\n"
    assert list(theirs.parent.iterdir()) == [theirs]
    [state] = states(cleaner)
    assert len(session_store.read(state).decisions) == 1


def test_what_could_not_be_written_stays_decided(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    folders = []
    for name, word in (("a-low", "boats"), ("mine", "zorp"), ("z-high", "boats")):
        (cleaner.folder / name).mkdir()
        folders += ["--rules", name]
        rule = f"[[rule]]\nid = 'one'\nabout = 'A line with boats'\nremove = 'line'\nmatch = '{word} .{{2,80}}'\n"
        (cleaner.folder / name / f"{name}.toml").write_text(f"title = '{name}'\nabout = 'Boats.'\n{rule}")
    command = ("pages", *folders, "--into", "mine")
    seen = terminal(*command, width=200)
    seen.until("0 of 7 decided")
    for number, (text, about, key) in enumerate(
        [("Boats came", "A line with boats", "k"), ("Share this", "A line that only asks", "k"), ("Advertisement", "advert-mark", "a")], 1
    ):
        seen.press(f"/{text}\r")
        seen.until(about)
        seen.press(key)
        seen.until(f"{number} of 7 decided")
    seen.press("s")
    seen.until("can't be had")
    seen.press(ENTER)
    assert seen.end() == 0
    assert "what could not be written stays decided" in seen.raw.decode()
    [file] = (cleaner.folder / "mine").glob("review-*.toml")
    assert [each["rule"].split("/")[1] for each in tomllib.loads(file.read_text())["exemption"]] == ["share"]
    assert [each.verdict for each in session_store.read(states(cleaner)[0]).decisions.values()] == ["keep"]
    again = terminal(*command, width=200)
    again.until("1 decided before")
    again.press("q")
    assert again.end() == 0


def test_a_killed_review_leaves_all_as_it_was_and_goes_on(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    first = terminal()
    first.until("0 of 6 decided")
    first.press("aa")
    first.until("2 of 6 decided")
    first.press("s")
    first.process.kill()
    assert first.end() == -signal.SIGKILL
    assert not (cleaner.folder / "rules.d").exists()
    assert json.loads(states(cleaner)[0].read_text())["version"] == 1
    (cleaner.folder / "pages" / "three.txt").write_text("It froze.\n")
    again = terminal()
    again.until(lambda shown: "of 6 decided" in shown and "decided before" in shown)
    again.press(CTRL_C)
    assert again.end() == 0
    assert b"the same command goes on from here" in again.raw
    assert not (cleaner.folder / "rules.d").exists()


def test_sigterm_leaves_the_terminal_as_it_was(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    seen = terminal()
    seen.until("0 of 6 decided")
    seen.press("x")
    seen.until("1 of 6 decided")
    seen.press("s")
    seen.process.terminate()
    assert seen.end() == 128 + signal.SIGTERM
    assert b"\x1b[?1049l" in seen.raw
    assert not (cleaner.folder / "rules.d").exists()
    assert len(states(cleaner)) == 1


def test_it_needs_a_terminal(cleaner: Command) -> None:
    done = cleaner("review", ".")
    assert (done.code, done.out) == (2, b"")
    assert done.err == "error: review: needs a terminal for its keys and its screen (cleaner preview shows removals anywhere)\n"


def test_without_the_extra(cleaner: Command, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text("import sys\nsys.modules['textual'] = None\n")
    seen = Terminal(cleaner, "review", ".", PYTHONPATH=str(blocked), width=120)
    assert seen.end() == 2
    assert "pip install 'cleaner[review]'" in seen.raw.decode()


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("{", "damaged"),
        ("[1]", "damaged"),
        ("[" * 100_000, "damaged"),
        ('{"version": 9}', "another version"),
        ('{"version": 1, "at": "", "pages": {}, "decisions": {"a": {"verdict": "edit"}}}', "damaged"),
        ('{"version": 1, "at": "", "pages": {}, "decisions": {"a": {"verdict": "sell"}}}', "damaged"),
        ('{"version": 1, "at": "", "pages": {}, "decisions": {"a": {"verdict": "keep", "mark": 3}}}', "damaged"),
        ('{"version": 1, "at": "", "pages": [], "decisions": {}}', "damaged"),
    ],
)
def test_a_broken_state_has_a_remedy(broken: str, message: str, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text(broken)
    with pytest.raises(InputError, match=f"{message}.*start anew with --fresh"):
        session_store.read(state)


def test_a_broken_state_is_an_error(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    place = cleaner.folder / "state" / "cleaner" / "review"
    place.mkdir(parents=True)
    state = session_store.place(cleaner.folder / "rules.d", [cleaner.folder / "pages"])
    (place / state.name).write_text("{")
    failed = terminal(width=300)
    assert failed.end() == 2
    assert "start anew with --fresh" in failed.raw.decode()


def test_nothing_is_removed(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    (cleaner.folder / "plain.txt").write_text("It froze on Friday, he said.\n")
    seen = terminal("plain.txt", "./plain.txt")
    assert seen.end() == 0
    assert "nothing is removed from 1 text\r\n" in seen.raw.decode()
    assert states(cleaner) == []


def test_no_colour_and_a_smaller_window(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    import fcntl
    import termios

    state = (
        cleaner.folder / "state" / "cleaner" / "review" / session_store.place(cleaner.folder / "rules.d", [cleaner.folder / "pages"]).name
    )
    state.parent.mkdir(parents=True)
    state.write_text("{")
    seen = terminal("pages", "--fresh", NO_COLOR="1")
    seen.until("0 of 6 decided")
    seen.press("/Click to\r")
    seen.until("[-Click to")
    assert not re.search(rb"\x1b\[(?:\d+;)*3[1-7]m", seen.raw)
    seen.screen.resize(15, 50)
    fcntl.ioctl(seen.ours, termios.TIOCSWINSZ, struct.pack("HHHH", 15, 50, 0, 0))
    seen.process.send_signal(signal.SIGWINCH)
    seen.until(lambda shown: "│" not in shown and "[-Click to" in shown)
    seen.press("q")
    assert seen.end() == 0


def test_nothing_to_decide_on_can_be_drawn() -> None:
    browser = Navigator(session_of({"a": "It froze.\n"}, RuleSet(())))
    press(browser, "nakxegz/x\r\tu?")
    assert "nothing was removed" in shown(Screen(Navigator(browser.session)), 80, 24)


def test_samples_are_reviewed_at_once(shipped: RuleSet) -> None:
    texts = {path.name: path.read_bytes().decode() for path in sorted(SAMPLES.glob("*.txt")) if ".clean." not in path.name}
    browser = Navigator(session_of(texts, shipped))
    screen = Screen(browser)
    for width in (80, 200):
        for here in browser.flat:
            browser.go(here)
            drawn = shown(screen, width, 24)
            assert len(drawn.split("\n")) == 24
