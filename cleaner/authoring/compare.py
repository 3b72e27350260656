"""Comparison of two rule sets on a corpus, to review a change of rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.document import words
from cleaner.engine.engine import Engine
from cleaner.result import TIDY, Hints, Removal, Result, Span
from cleaner.spans import gaps


class DeltaSample(NamedTuple):
    """A piece of text that only one rule set removes, without white space at its ends; with the name of its document and line number."""

    file: str
    line: int
    text: str


@dataclass
class RuleDelta:
    """Removals of a rule that the other rule set doesn't make: numbers of pieces of text and of words, and different samples."""

    pieces: int = 0
    words: int = 0
    samples: list[DeltaSample] = field(default_factory=list)

    def add(self, sample: DeltaSample, at_most: int) -> None:
        """Count a piece, and keep it as a sample if there are fewer than `at_most`."""
        self.pieces += 1
        self.words += words(sample.text)
        if len(self.samples) < at_most and sample.text not in {known.text for known in self.samples}:
            self.samples.append(sample)

    def as_dict(self) -> dict[str, object]:
        """The values as a JSON object."""
        return {"pieces": self.pieces, "words": self.words, "samples": [sample._asdict() for sample in self.samples]}


@dataclass
class Comparison:
    """Differences between two rule sets on the same documents.

    Attributes:
        documents: Number of documents.
        changed: Number of documents with another clean text.
        gained: Removals that only the new set makes, by its rules.
        lost: Removals that only the old set makes, by its rules.
        renamed: Number of pieces that both remove by different rules, by (old rule, new rule).
    """

    documents: int = 0
    changed: int = 0
    gained: dict[str, RuleDelta] = field(default_factory=dict)
    lost: dict[str, RuleDelta] = field(default_factory=dict)
    renamed: Counter[tuple[str, str]] = field(default_factory=Counter)


def compare(documents: Iterable[tuple[str, str]], old: Engine, new: Engine, hints: Hints, samples: int = 5) -> Comparison:
    """Clean documents (names and texts) with two engines and sum up the differences, with at most `samples` for each rule."""
    comparison = Comparison()
    for name, text in documents:
        before, after = old.clean(text, hints), new.clean(text, hints)
        comparison.documents += 1
        comparison.changed += before.text != after.text
        for mine, other, by_rule in ((after, before, comparison.gained), (before, after, comparison.lost)):
            for removal in _only(text, mine, other):
                line = text.count("\n", 0, removal.start) + 1
                by_rule.setdefault(removal.rule, RuleDelta()).add(DeltaSample(name, line, removal.text.strip()), samples)
        old_rules = {(removal.start, removal.end): removal.rule for removal in before.removals}
        for removal in after.removals:
            old_rule = old_rules.get((removal.start, removal.end), removal.rule)
            if old_rule != removal.rule and TIDY not in (old_rule, removal.rule):
                comparison.renamed[old_rule, removal.rule] += 1
    return comparison


def _only(text: str, mine: Result, other: Result) -> Iterator[Removal]:
    """The parts of one result's removals that the other result keeps; left-over white space doesn't count."""
    for removal in mine.removals:
        if removal.rule == TIDY:
            continue
        cuts = (Span(*cut[:3]) for cut in other.removals if cut.end > removal.start and cut.start < removal.end)
        for start, end in gaps(removal.start, removal.end, cuts):
            if text[start:end].strip():
                yield Removal(start, end, removal.rule, text[start:end])
