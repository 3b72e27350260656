"""How much learning adds on real pages: `python -m tests.learn.publishers PAGES.jsonl.gz…`, pages with human-made bodies (`gold`).

For each extractor, pages are parted by publisher; of those with three pages or more, rules are learned from all of them, and the pages are
cleaned with and without these. Figures are precision and recall over four-word shingles, as means over pages, and the share of the gap to
the best possible cleaner of whole lines (`oracle`) that is closed.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from cleaner.authoring.learn.evidence import PAGES_AT_LEAST, Site
from cleaner.authoring.learn.learned_folder import LearnedFolder
from cleaner.authoring.learn.learner import LearnedSite
from cleaner.authoring.learn.pages import PageText, read
from cleaner.authoring.learn.proposals import proposals
from cleaner.authoring.learn.rule_writer import RuleWriter
from cleaner.engine.engine import Engine
from cleaner.result import Hints
from cleaner.ruleset.layers import load
from cleaner.ruleset.loading import shipped_terms

_SHINGLE = 4
#: The publisher in a page's id, such as fp-uk-iNews_2025_01_28 or fu-iNews_4.
_PUBLISHER = re.compile(r"f[up]-(?:[a-z]{2,3}-)?([A-Za-z]+)")


class Score(NamedTuple):
    """Shingles that a text shares with the body, that it has beside these, and that it lacks."""

    shared: int
    more: int
    lacking: int


class Figures(NamedTuple):
    """Means over pages."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Sequences of four words."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[start : start + _SHINGLE]) for start in range(len(words) - _SHINGLE + 1))


def score(gold: str, text: str) -> Score:
    """Score of a text by a body."""
    body, other = shingles(gold), shingles(text)
    shared = (body & other).total()
    return Score(shared, other.total() - shared, body.total() - shared)


def figures(scores: Iterable[Sequence[int]]) -> Figures:
    """Figures of many pages."""
    scores = list(scores)
    precision = mean(shared / (shared + more) if shared + more else float(lacking == 0) for shared, more, lacking in scores)
    return Figures(precision, mean(shared / (shared + lacking) if shared + lacking else 1.0 for shared, _, lacking in scores))


def by_publisher(paths: Iterable[Path]) -> dict[str, list[dict[str, Any]]]:
    """Pages of publishers of whom there are enough."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for page in map(json.loads, lines):
                if match := _PUBLISHER.match(page["id"]):
                    found[match[1].lower()].append(page)
    return {name: pages for name, pages in sorted(found.items()) if len(pages) >= PAGES_AT_LEAST}


def learned(name: str, texts: Sequence[str], engine: Engine) -> Engine:
    """An engine with the sure rules that are learned from texts, too."""
    site = Site(name, [read(PageText(str(number), text, name), engine, Hints()) for number, text in enumerate(texts)])
    found = proposals(site) if site.size >= PAGES_AT_LEAST else []
    rules = tuple(RuleWriter(site, shipped_terms()).written(proposal for proposal in found if not proposal.doubt))
    if not rules:
        return engine
    with tempfile.TemporaryDirectory() as folder:
        LearnedFolder(Path(folder)).write(LearnedSite(name, len(texts), site.size, rules))
        rule_set = load([Path(folder)]).at("standard")
    return Engine(rule_set.prepared, rule_set.languages)


def rows(publishers: dict[str, list[dict[str, Any]]], extractor: str) -> Iterator[tuple[Score, Score, Score, Sequence[int]]]:
    """For each page the scores before, with the shipped rules, with learned ones, too, and at best."""
    rule_set = load().at("standard")
    engine = Engine(rule_set.prepared, rule_set.languages)
    for name, pages in publishers.items():
        known = [page for page in pages if extractor in page["texts"]]
        texts = [page["texts"][extractor] for page in known]
        with_learned = learned(name, texts, engine) if texts else engine
        for page, text in zip(known, texts, strict=True):
            cleaned = [each.clean(text, Hints(name)).text for each in (engine, with_learned)]
            gold = page["gold"]
            yield score(gold, text), score(gold, cleaned[0]), score(gold, cleaned[1]), page["oracle"][extractor]


def main(paths: Sequence[Path]) -> dict[str, tuple[float, float, float]]:
    """Print the table; gives the gap closed without and with learning, and what that costs in recall, by extractor."""
    publishers = by_publisher(paths)
    extractors = sorted({extractor for pages in publishers.values() for page in pages for extractor in page["texts"]})
    sys.stdout.write(f"{len(publishers)} publishers, {sum(map(len, publishers.values()))} pages\n")
    told: dict[str, tuple[float, float, float]] = {}
    for extractor in extractors:
        before, shipped, with_learned, best = map(figures, zip(*rows(publishers, extractor), strict=True))
        closed = [(each.f1 - before.f1) / (best.f1 - before.f1) for each in (shipped, with_learned)]
        loss = shipped.recall - with_learned.recall
        told[extractor] = (closed[0], closed[1], loss)
        f1 = " -> ".join(f"{each.f1:.3f}" for each in (before, shipped, with_learned))
        sys.stdout.write(f"{extractor:14s} F1 {f1}   gap closed {closed[0]:6.1%} -> {closed[1]:6.1%}   recall {0.0 - loss:+.4f}\n")
    return told


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
