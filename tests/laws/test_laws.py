"""The five laws, over generated texts and the samples."""

from __future__ import annotations

import ast
import itertools
import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaner import Hints, Result, restore
from cleaner.authoring.examples import run_examples
from cleaner.document import BOM, Document
from cleaner.engine import prefilter
from cleaner.engine.engine import Engine
from cleaner.result import TIDY
from cleaner.spans import delete
from tests.conftest import PAIRS, ROOT, shares, shipped, shipped_engine, unfiltered

ENDS = ["\n", "\r\n", "\r", "\n\n", "\n \n", "\n\n\n", "\r\n\r\n", ""]
ODD = ["\u2028", "\x85", "\x0c", "\u200b", "e\u0301", "𝄞", "\ufeff", "ſ", "İ", "\u212a", "ß", "\t", "\xa0", "  "]


@cache
def material() -> list[str]:
    """Lines of samples, and the texts that rules remove and keep."""
    lines = {line.text for sample in PAIRS for line in Document(sample.read_bytes().decode()).solid}
    for rule in shipped().rules:
        lines.update(rule.removes + rule.keeps + tuple(example.before for example in rule.examples))
    return sorted(lines)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text of real lines, chrome, near misses and odd characters, with any mix of line ends."""
    line = st.sampled_from(material())
    noise = st.text(max_size=30)
    odd = st.sampled_from(ODD)
    pieces = draw(st.lists(st.one_of(line, line, line, noise, st.builds("{}{}{}".format, line, odd, line)), max_size=14))
    ends = draw(st.lists(st.sampled_from(ENDS), min_size=len(pieces), max_size=len(pieces)))
    bom = draw(st.sampled_from(["", "", "", BOM]))
    return bom + "".join(piece + end for piece, end in zip(pieces, ends, strict=True))


def laws_hold(text: str, result: Result) -> None:
    # 1: the output is the input with spans cut out.
    assert result.text == delete(text, [(r.start, r.end, r.rule) for r in result.removals])  # type: ignore[misc]
    assert restore(result) == text
    # 2: every deletion has a name and its own place.
    names = {rule.name for rule in shipped().rules} | {TIDY}
    reached = 0
    for removal in result.removals:
        assert reached <= removal.start < removal.end <= len(text)
        assert removal.text == text[removal.start : removal.end]
        assert removal.rule in names
        reached = removal.end
    # 2: tidy follows others only, and leaves no stray blank lines.
    if result.removals:
        assert {removal.rule for removal in result.removals} != {TIDY}
        blanks = [not line.text for line in Document(result.text).lines]
        assert blanks[:1] != [True]
        assert blanks[-1:] != [True]
        assert (True, True) not in itertools.pairwise(blanks)
    else:
        assert result.text == text


@pytest.mark.parametrize("share", shares(10))
@settings(max_examples=100, deadline=None)
@given(texts())
@example("Share.\n" * 40)
@example("logo\n" * 40 + "The harbour froze.\n")
@example(BOM + "Share.\r\n")
@example("The harbour froze.\rShare.\r")
@example(f"(si apre in una nuova finestra){BOM}(si apre in una nuova finestra)\n")
def test_cleaning_only_deletes_with_a_name_and_is_stable(share: int, text: str) -> None:
    result = shipped_engine().clean(text)
    laws_hold(text, result)
    assert shipped_engine().clean(result.text).text == result.text


@cache
def shuffled(seed: int) -> Engine:
    rules = list(shipped().prepared)
    random.Random(seed).shuffle(rules)
    return Engine(rules, shipped().languages)


@pytest.mark.parametrize("share", shares(4))
@settings(max_examples=100, deadline=None)
@given(texts(), st.integers(0, 7))
def test_the_order_of_rules_does_not_matter(share: int, text: str, seed: int) -> None:
    assert shuffled(seed).clean(text) == shipped_engine().clean(text)


@cache
def blind() -> Engine:
    """An engine that tries every rule on every line."""
    return Engine([unfiltered(each) for each in shipped().prepared], shipped().languages)


@pytest.mark.parametrize("share", shares(3))
@settings(max_examples=100, deadline=None)
@given(texts())
def test_the_prefilter_hides_no_match(share: int, text: str) -> None:
    assert blind().clean(text) == shipped_engine().clean(text)


@pytest.mark.parametrize("little", [0, 10**9], ids=["all literals", "little text"])
def test_samples_come_out_the_same_by_either_automaton(little: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefilter, "_LITTLE", little)
    fresh = Engine(shipped().prepared, shipped().languages)
    for sample in PAIRS:
        text = sample.read_bytes().decode()
        assert fresh.clean(text) == shipped_engine().clean(text)
    assert ("_automaton" in vars(fresh._candidates._prefilter)) == (little == 0)


@pytest.mark.parametrize("sample", PAIRS, ids=lambda path: path.stem)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("bom", ["", BOM], ids=["", "bom"])
@pytest.mark.parametrize("last", [True, False], ids=["", "open-end"])
def test_samples_whatever_their_line_ends(sample: Path, end: str, bom: str, last: bool) -> None:
    plain = sample.read_bytes().decode().removeprefix(BOM).replace("\r\n", "\n")
    clean = shipped_engine().clean(plain)
    text = bom + (plain if last else plain.rstrip("\n")).replace("\n", end)
    result = shipped_engine().clean(text)
    laws_hold(text, result)
    assert result.text.removeprefix(bom).replace(end, "\n").rstrip("\n") == clean.text.rstrip("\n")
    if not clean.changed:
        assert result.text == text


def test_a_text_without_chrome_comes_out_as_it_is() -> None:
    for text in ["", "\n", "\n\n\n", " \r\n\r\n", BOM, "One line", "\n\n\nTwo\n\n\n\nlines \n\n", "a\u2028b\x85c\x0cd\r"]:
        assert shipped_engine().clean(text) == Result(text)


def test_no_knowledge_of_the_web_lives_in_python() -> None:
    """No phrase in the engine's modules, documentation apart, is anything that a rule would remove."""
    alone = Engine([each for each in shipped().prepared if not each.rule.kind.judges_pages], shipped().languages, guarded=False)
    for path in sorted((ROOT / "cleaner").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose and " " in node.value:
                assert not alone.clean(node.value).changed, f"{path.name}:{node.lineno}: {node.value}"


def test_every_shipped_rule_proves_itself() -> None:
    """In the face of all others, too."""
    report = run_examples(shipped().prepared)
    assert report.problems == ()
    assert report.rules > 200
    assert report.texts > 1000


def test_a_rule_for_another_language_stays_out() -> None:
    text = "Der Hafen ist am Montag zugefroren.\nArtikel teilen\n"
    standard = shipped_engine("standard")
    assert standard.clean(text, Hints(language="de-AT")).changed
    assert not standard.clean(text, Hints(language="ja")).changed


def test_what_is_sure_in_english_goes_in_any_language() -> None:
    """Pages in other languages have English buttons. What needs more context stays."""
    text = "El puerto se heló el lunes.\nShare this article\n"
    assert shipped_engine("standard").clean(text, Hints(language="es")).text == "El puerto se heló el lunes.\n"
    assert {profile.code for profile in shipped().languages if profile.everywhere} == {"en"}
    sure = [rule for rule in shipped().rules if rule.everywhere]
    assert {(rule.languages, rule.confidence) for rule in sure} == {(("en",), "high")}
    assert {rule.remove for rule in sure} == {"line", "match"}
