"""From decisions to a rule file that does what was decided."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from cleaner.authoring.review import session_store
from cleaner.authoring.review.rule_writer import Amendment, amend
from cleaner.authoring.review.scratch_layer import ScratchLayer
from cleaner.authoring.review.session import ACCEPT, DISABLE, Decision, Page, Session, region
from cleaner.engine.engine import Engine
from cleaner.errors import Problem, RuleError
from cleaner.render.review import plan_summary
from cleaner.ruleset.layers import Layer, RuleSet, load
from tests.authoring.review.pages import ONE, OWN, TWO, index_of, own_rules, session_of, written
from tests.conftest import SAMPLES, Command, sampled


def cleaned(text: str, source: str, folder: Path) -> str:
    """A text cleaned with the shipped rules and a rule file."""
    folder.mkdir(exist_ok=True)
    (folder / "review-x.toml").write_text(source, encoding="utf-8")
    found = load([folder])
    return Engine(found.at("standard").prepared, found.languages).clean(text).text


def test_nothing_to_write_where_all_is_accepted(shipped: RuleSet, tmp_path: Path) -> None:
    session = session_of({"one.txt": ONE}, shipped)
    for number in range(len(session.items)):
        session.decide(number, ACCEPT)
    with ScratchLayer([], tmp_path / "rules.d", True) as scratch:
        assert written(session, scratch) == Amendment()


def test_what_is_kept_stays_and_the_rest_goes(shipped: RuleSet, tmp_path: Path) -> None:
    session = session_of({"one.txt": ONE, "two.txt": TWO}, shipped)
    session.decide(index_of(session, "Share this article"), Decision("keep"))
    session.decide(index_of(session, "Click to share"), Decision("keep"))
    session.decide(
        index_of(session, "Try Our AI"), Decision("keep", "The harbour master said that nobody had been hurt in the storm at all.")
    )
    session.decide(index_of(session, "READ MORE"), ACCEPT)
    with ScratchLayer([], tmp_path / "rules.d", True) as scratch:
        amendment = written(session, scratch)
    assert (amendment.unmet, amendment.aside) == ((), ())
    one, two = (cleaned(text, amendment.source, tmp_path / "out") for text in (ONE, TWO))
    assert "Share this article" in one
    assert "Share this article" in two
    assert "(Opens in new window) The ferry" in one
    assert "The harbour master said" in one
    assert "No comments yet" not in one  # other rules may have what isn't the marked line
    assert "READ MORE" not in one + two
    assert "Advertisement" not in two
    assert "# one.txt, line 5, and 1 place more" in amendment.source
    read = tomllib.loads(amendment.source)
    assert {each["rule"].split("/")[1] for each in read["exemption"]} >= {"share", "adverts"}


def test_a_rule_is_switched_off(shipped: RuleSet, tmp_path: Path) -> None:
    session = session_of({"two.txt": TWO}, shipped)
    for text in ("READ MORE", "Advertisement"):
        session.decide(index_of(session, text), DISABLE)
    with ScratchLayer([], tmp_path / "rules.d", True) as scratch:
        amendment = written(session, scratch)
    assert len(tomllib.loads(amendment.source)["disable"]) == 2
    after = cleaned(TWO, amendment.source, tmp_path / "out")
    assert "Advertisement" in after
    assert "READ MORE" not in after
    [(rule, note)] = amendment.notes
    assert rule == "en/related/read-more-line"
    assert note.startswith("is off, but 1 of its 1 removals still goes, by en/related/read-more-label")


@pytest.mark.parametrize(
    ("start", "end", "left"),
    sampled(
        [
            (0, 53, "ferry sails again on Friday."),
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
    session.decide(index_of(session, "Click to share"), Decision("edit", line=line, start=start, end=end))
    with ScratchLayer([], tmp_path / "rules.d", True) as scratch:
        amendment = written(session, scratch)
    assert amendment.unmet == ()
    assert left in cleaned(ONE, amendment.source, tmp_path / "out").splitlines()
    assert len(tomllib.loads(amendment.source)["rule"]) == 1


@pytest.mark.parametrize(("start", "end"), sampled([(0, -3), (2, 0), (-2, 0), (0, 4)], 2))
def test_an_edit_among_other_removals_of_its_line(start: int, end: int, shipped: RuleSet, tmp_path: Path) -> None:
    """Less of a caption, or more, in a line that holds three others."""
    text = (SAMPLES / "inline-tabloid.txt").read_text(encoding="utf-8")
    session = session_of({"page.txt": text}, shipped)
    number = index_of(session, "4 Archie")
    found = region(session.pages[0], session.items[number], session.items[number].occurrences[0])
    edges = [each.start() for each in re.finditer(r"(?<!\S)\S|$", found.text)]
    first, last = edges.index(found.start), next(n for n, edge in enumerate(edges) if edge >= found.end)
    begin, stop = edges[first + start], found.text[: edges[last + end]].rstrip()
    session.decide(number, Decision("edit", line=found.text, start=begin, end=len(stop)))
    with ScratchLayer([], tmp_path / "rules.d", True) as scratch:
        amendment = written(session, scratch)
    assert amendment.unmet == ()
    after = cleaned(text, amendment.source, tmp_path / "again")
    marked, was = found.text[begin : len(stop)], session.items[number].text
    assert marked not in after
    for kept in filter(None, (part.strip() for part in was.split(marked))) if marked in was else ():
        assert kept in after


def test_lines_of_a_block_are_marked(shipped: RuleSet, tmp_path: Path) -> None:
    session = session_of({"one.txt": ONE}, shipped)
    number = index_of(session, "Try Our AI")
    text = "\n".join(session.items[number].lines)
    session.decide(number, Decision("edit", line=text, start=0, end=2))
    with ScratchLayer([], tmp_path / "rules.d", True) as scratch:
        amendment = written(session, scratch)
    after = cleaned(ONE, amendment.source, tmp_path / "out")
    assert "Try Our" not in after
    assert "The harbour master said" in after


def test_what_is_written_proves_itself(shipped: RuleSet, tmp_path: Path, cleaner: Command) -> None:
    session = session_of({"one.txt": ONE, "two.txt": TWO}, shipped)
    lines = {"Click to share": (ONE.splitlines()[10], 0, 26), "Try Our AI": ("\n".join(ONE.splitlines()[14:19]), 3, 5)}
    for number, each in enumerate(session.items):
        line = next((value for key, value in lines.items() if key in each.text), None)
        session.decide(number, Decision("edit", "", *line) if line else Decision("keep"))
    with ScratchLayer([], tmp_path / "rules.d", True) as scratch:
        amendment = written(session, scratch)
    assert amendment.unmet == ()
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "rules.d" / "review-x.toml").write_text(amendment.source, encoding="utf-8")
    done = cleaner("rules", "test", "rules.d/review-x.toml")
    assert (done.code, done.err) == (0, "")


def test_a_text_is_kept_from_every_rule_that_would_take_it(tmp_path: Path) -> None:
    found = own_rules(tmp_path / "own", OWN)
    text = "He came home late on Friday.\nzorp zilps now\nzorp fish\n"
    session = session_of({"a.txt": text}, found)
    session.decide(index_of(session, "zorp zilps"), Decision("keep"))
    with ScratchLayer([Layer("user", tmp_path / "own")], tmp_path / "rules.d", True) as scratch:
        amendment = written(session, scratch)
    assert [each["rule"] for each in tomllib.loads(amendment.source)["exemption"]] == ["own/any-buy", "own/buy"]
    assert amendment.unmet == ()


def test_what_cannot_be_had_is_told(tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir()
    rule = "[[rule]]\nid = \"b\"\nabout = \"B\"\nremove = \"line\"\nmatch = '''zorp .{2,60}'''\n"
    (above / "z.toml").write_text(f'title = "Z"\nabout = "Z."\n{rule}', encoding="utf-8")
    own_rules(tmp_path / "own", OWN)
    layers = [Layer("user", tmp_path / "own"), Layer("--rules", above)]
    found = load(layers, shipped=False)
    with ScratchLayer(layers, tmp_path / "rules.d", True) as scratch:
        text = "He came home late on Friday.\nzorp zilps now\n"
        engine = Engine(found.at("standard").prepared)
        session = Session([Page("a.txt", engine.clean(text))], {each.name: each for each in found.prepared}, scratch.standing(found.rules))
        assert session.standing == {"z/b": "above"}
        session.decide(0, Decision("keep"))
        amendment = written(session, scratch)
    assert amendment.source == ""
    assert [each.reason for each in amendment.unmet] == ["z/b would take 'zorp zilps now' then"]


@pytest.mark.parametrize("fault", ["", "rejected", "undone", "unproven"])
def test_what_the_last_round_leaves_is_tried_again(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one round that there is keeps a text from a second rule; that must load, hold and prove itself, or nothing is written."""
    monkeypatch.setattr("cleaner.authoring.review.rule_writer._ROUNDS_AT_MOST", 0)
    found = own_rules(tmp_path / "own", OWN)
    session = session_of({"a.txt": "He came home late on Friday.\nzorp zilps now\nLOUD SHOUT HERE\n"}, found)
    for text, decision in (("zorp zilps", Decision("keep")), ("LOUD", DISABLE)):
        session.decide(index_of(session, text), decision)
    loads = 0
    with ScratchLayer([Layer("user", tmp_path / "own")], tmp_path / "rules.d", True) as scratch:

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
            return scratch.load("review-x.toml", source)

        amendment = amend(session, load_one, "review-x", "standard")
    everything = set(session.decisions)
    if fault:
        assert (amendment.source, amendment.stem, dict(amendment.results)) == ("", "", {})
        assert {each.index for each in amendment.unmet} == everything
    else:
        assert amendment.unmet == ()
        assert [each["rule"] for each in tomllib.loads(amendment.source)["exemption"]] == ["own/any-buy", "own/buy"]


@pytest.mark.parametrize("edited", [False, True])
def test_half_a_character_is_told_and_not_written(edited: bool, tmp_path: Path) -> None:
    """Such as JSON's \\ud800: TOML has no way to write it, nor has UTF-8."""
    found = own_rules(tmp_path / "own", OWN)
    session = session_of({"a\udcff.txt": "He \udc00 came late on Friday.\nzorp fi\ud800sh now\nzorp fish\nAn \ud801 it was.\n"}, found)
    half, whole = index_of(session, "fi\ud800sh"), index_of(session, "zorp fish")
    session.decide(half, Decision("edit", line="zorp fi\ud800sh now", start=0, end=11) if edited else Decision("keep"))
    session.decide(whole, Decision("keep"))
    with ScratchLayer([Layer("user", tmp_path / "own")], tmp_path / "rules.d", True) as scratch:
        amendment = written(session, scratch)
    assert [(each.index, each.reason) for each in amendment.unmet] == [(half, "holds half a character, which TOML can't write")]
    assert [each["keeps"] for each in tomllib.loads(amendment.source)["exemption"]] == [["zorp fish"]]
    amendment.source.encode()
    plan_summary(session, amendment).plain.encode()
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
    with ScratchLayer([Layer("user", tmp_path / "own")], tmp_path / "rules.d", True) as scratch:
        amendment = written(session, scratch)
    assert (amendment.unmet, [each["keeps"] for each in tomllib.loads(amendment.source)["exemption"]]) == ((), [["zorp fish"]])
