"""What the design promises to cost, as counts: times differ from machine to machine, these don't."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest

from cleaner import Cleaner
from cleaner.engine import line_classifier, matcher
from cleaner.engine.applicability import Applicability
from cleaner.engine.candidates import CandidateFinder, KnownLines
from cleaner.engine.deadline import Deadline
from cleaner.engine.engine import Engine
from cleaner.engine.line_classifier import LineClassifier
from cleaner.engine.matcher import Matcher, View
from cleaner.engine.matchers import Matchers
from cleaner.patterns.source import compiled
from cleaner.result import Hints
from cleaner.ruleset import prepare
from cleaner.ruleset.layers import load
from cleaner.ruleset.prepare import shape_literals
from tests.bench import synthetic_pages
from tests.conftest import prepared


class Counts:
    """Counts what an engine does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done = Counter[str]()
        pattern, last_line, done = Matcher.pattern, Matcher.last_line, self.done

        class Counted:
            """A pattern that counts the lines it is tried on."""

            def __init__(self, counted: Any) -> None:
                self.match, self.finditer, self._fullmatch = counted.match, counted.finditer, counted.fullmatch

            def fullmatch(self, *args: Any, **options: Any) -> object:
                done["fits"] += 1
                return self._fullmatch(*args, **options)

        def counted_last_line(matcher: Matcher, view: View, index: int, among: Collection[int] | None = None) -> int | None:
            self.done["several"] += 1
            return last_line(matcher, view, index, among)

        def counted_compiled(pattern: str) -> object:
            self.done["compiled"] += 1
            return compiled(pattern)

        monkeypatch.setattr(Matcher, "pattern", lambda matcher, number=0: Counted(pattern(matcher, number)))
        monkeypatch.setattr(Matcher, "last_line", counted_last_line)
        monkeypatch.setattr(matcher, "compiled", counted_compiled)


def test_few_patterns_are_tried_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = load().at("standard")
    pages = synthetic_pages.pages(30, rules.rules)
    engine = Engine(rules.prepared, rules.languages)
    counts = Counts(monkeypatch)
    for page in pages:
        engine.clean(page)
    kilobytes = sum(map(len, pages)) / 1000
    assert counts.done["fits"] / kilobytes < 19, counts.done  # of about two thousand patterns on each of its ten lines
    assert counts.done["several"] / kilobytes < 3, counts.done


def test_rules_that_do_not_fire_cost_no_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = load().at("standard")
    page = synthetic_pages.pages(1, shipped.rules)[0]
    alternatives = {}
    for number in (len(shipped.rules), 3000):
        engine = Engine(synthetic_pages.padded(shipped.prepared, number), shipped.languages)
        with monkeypatch.context() as patch:
            counts = Counts(patch)
            engine.clean(page)
        alternatives[number] = counts.done["fits"] + counts.done["several"]
    assert alternatives[3000] == alternatives[len(shipped.rules)] > 0


def test_nothing_is_compiled_that_no_line_calls_for(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = load().at("standard")
    engine = Engine(rules.prepared, rules.languages)
    counts = Counts(monkeypatch)
    engine.clean("The harbour froze\n\nIt froze to the ground, and the ferry stayed where it was.\n")
    assert counts.done["compiled"] < 15, counts.done


def test_a_line_that_was_looked_at_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    matchers = Matchers(load().at("standard").prepared)
    candidates = CandidateFinder(matchers)
    known = KnownLines()
    view = View("Share this article\nThe harbour froze.\n")
    active = frozenset(range(len(matchers)))
    counts = Counts(monkeypatch)
    first = candidates.of(view, active, known)
    tried = counts.done["fits"]
    assert tried
    assert candidates.of(view, active, known) == first
    assert counts.done["fits"] == tried


def test_what_a_page_looks_like_is_looked_up_when_it_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = next(rule.shape for rule in load().rules if rule.shape)
    classifier = LineClassifier(shape, shape_literals(shape))
    lines = ["Home News Sport 12:30", "Subscribe now to our newsletter", "The harbour froze at 12:30, said the ferryman. " * 12]
    searched: list[str] = []

    def counted(pattern: str) -> object:
        searched.append(pattern)
        return compiled(pattern)

    monkeypatch.setattr(line_classifier, "compiled", counted)

    def finds(lines: Sequence[str]) -> Mapping[str, Sequence[float | None]]:
        found = classifier.features(lines, [False] * len(lines), frozenset(), [False] * len(lines), Deadline(1))
        return {name: found.fact(name) for name, _ in shape.patterns}

    first = finds(lines)
    assert any(map(any, first.values()))
    short = len(searched)
    assert finds([*lines[:2], lines[0]]) == {pattern: [*found[:2], found[0]] for pattern, found in first.items()}
    assert len(searched) == short > 0
    assert finds(lines) == first
    assert 0 < len(searched) - short < short  # a long line isn't kept
    monkeypatch.setattr(line_classifier, "LINES_KEPT", 1)
    finds(lines)
    searched.clear()
    finds(lines[:2])
    assert searched


def test_rules_for_other_sites_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    sites = {site: f"{site}.org" for site in ("anstruther", "burntisland", "crail", "dysart", "elie")}
    rule = synthetic_pages.padded([], 1)[0].rule
    rules = [rule._replace(name=f"made/{name}/x", sites=(host,), fingerprint=f"The {name} news") for name, host in sites.items()]
    scope = Applicability(Matchers(prepared(*rules)))
    asked: list[str] = []
    kept_out_by = Matcher.kept_out_by

    def counted(matcher: Matcher, hints: Hints, view: View) -> str:
        asked.append(matcher.rule.name)
        return kept_out_by(matcher, hints, view)

    monkeypatch.setattr(Matcher, "kept_out_by", counted)
    assert scope.of(Hints(url="www.crail.org"), View("It stood in the Elie news, they said.\n")) == {2, 4}
    assert sorted(asked) == ["made/crail/x", "made/elie/x"]


def test_an_untouched_text_comes_back_as_the_same_object() -> None:
    text = "The harbour froze.\n"
    assert Cleaner().clean(text).text is text


def test_what_patterns_require_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = load()
    monkeypatch.setattr(prepare, "_required", None)
    assert Engine(found.prepared).rules == found.rules == load().rules
