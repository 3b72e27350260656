"""What went, counted by rule, and the order in which it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cleaner.document import words
from cleaner.result import TIDY, Removal, Result, family


def enter(removals: Iterable[Removal], removed: Counter[str], counts: Counter[str]) -> None:
    """Count removals in.

    Args:
        removals: They.
        removed: Words that each rule took.
        counts: Removals of each rule.
    """
    for removal in removals:
        removed[removal.rule] += words(removal.text)
        counts[removal.rule] += 1


@dataclass
class Tally:
    """Words kept, words and removals by rule, and kinds of flags."""

    kept: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    flags: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, result: Result) -> Tally:
        """Of one text."""
        tally = cls(words(result.text), flags=[flag.kind for flag in result.flags])
        enter(result.removals, tally.removed, tally.counts)
        return tally

    @classmethod
    def from_figures(cls, total: int, removed: Counter[str], counts: Counter[str]) -> Tally:
        """From words and removals counted by rule; `total` is the words before cleaning."""
        return cls(total - removed.total(), removed, counts)

    def add(self, other: Tally) -> None:
        """Count another in."""
        self.kept += other.kept
        self.removed.update(other.removed)
        self.counts.update(other.counts)
        self.flags += other.flags

    @property
    def total(self) -> int:
        """Words before cleaning."""
        return self.kept + self.removed.total()

    def rules(self) -> list[str]:
        """The rules that took something, those first that took the most words; not `tidy`, which only follows others."""
        return sorted(self.counts.keys() - {TIDY}, key=lambda rule: (-self.removed[rule], -self.counts[rule], rule))

    def families(self) -> dict[str, list[str]]:
        """These rules by family, those families first that took the most words."""
        found: dict[str, list[str]] = {}
        for rule in self.rules():
            found.setdefault(family(rule), []).append(rule)
        return dict(sorted(found.items(), key=lambda item: (-sum(map(self.removed.__getitem__, item[1])), item[0])))
