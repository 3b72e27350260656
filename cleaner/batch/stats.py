"""Figures of cleaned documents, by rule and by family; figures of parts add up to those of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cleaner.document import words
from cleaner.errors import ProofError
from cleaner.result import TIDY, Result, family

#: Reasons to set a document aside: nothing is left of it, it can't be read, or the kind of a flag by which it came out unchanged.
EMPTIED, UNREADABLE = "emptied", "unreadable"
REASONS = (EMPTIED, UNREADABLE, "budget", "unstable", "timeout")


def is_emptied(text: str, result: Result) -> bool:
    """Whether a text that wasn't blank has become blank."""
    return result.changed and not result.text.strip() and bool(text.strip())


def reason_to_exclude(text: str, result: Result) -> str:
    """Reason to set a document aside: one of `REASONS`, or an empty string."""
    flagged = next((flag.kind for flag in result.flags if flag.kind in REASONS), "")
    return flagged or (EMPTIED if is_emptied(text, result) else "")


@dataclass
class Stats:
    """Figures of documents; words are those of `document.words`.

    Attributes:
        documents: Number of documents, unreadable ones included.
        written: Number of documents that were cleaned and not set aside.
        changed: Number of written documents with removals.
        excluded: Number of documents set aside, by reason.
        rejected: Number of unreadable documents.
        flagged: Number of written documents with a flag, by its kind.
        words: Words of the written documents, before cleaning.
        removed: Words removed by each rule.
        counts: Number of removals of each rule.
        FIGURES: Names of all these.
    """

    FIGURES: ClassVar[tuple[str, ...]] = (
        "documents",
        "written",
        "changed",
        "excluded",
        "rejected",
        "flagged",
        "words",
        "removed",
        "counts",
    )

    documents: int = 0
    written: int = 0
    changed: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    flagged: Counter[str] = field(default_factory=Counter)
    words: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, text: str, result: Result) -> Stats:
        """Figures of one written document, from its text before cleaning and its result; `documents` stays 0, since readers count it."""
        kinds = dict.fromkeys([flag.kind for flag in result.flags] or ([EMPTIED] if is_emptied(text, result) else []), 1)
        stats = Stats(written=1, changed=int(result.changed), flagged=Counter(kinds), words=words(text))
        for removal in result.removals:
            stats.removed[removal.rule] += words(removal.text)
            stats.counts[removal.rule] += 1
        return stats

    def add(self, other: Stats) -> None:
        """Add the figures of other documents, those that they have."""
        for name in other.FIGURES:
            figure = getattr(self, name)
            figure += getattr(other, name)
            setattr(self, name, figure)

    def as_json(self) -> dict[str, object]:
        """The figures as a JSON object."""
        return {name: dict(value) if isinstance(value := getattr(self, name), Counter) else value for name in self.FIGURES}

    @classmethod
    def from_json(cls, figures: Mapping[str, Any]) -> Stats:
        """Figures from the object that `as_json` gave.

        Raises:
            TypeError: A figure has the wrong type.
            KeyError: A figure is missing.
        """
        stats = Stats()
        for name in cls.FIGURES:
            kind = type(getattr(stats, name))
            counts = figures[name].values() if kind is Counter and type(figures[name]) is dict else [figures[name]]
            if any(type(count) is not int or count < 0 for count in counts):
                raise TypeError(f"{name} is no figure")
            setattr(stats, name, kind(figures[name]))
        return stats

    def check(self) -> None:
        """Check that every document was written, excluded or rejected.

        Raises:
            ProofError: The sum of these isn't the number of documents.
        """
        if self.documents != self.written + self.excluded.total() + self.rejected:
            figures = f"{self.written:,} written, {self.excluded.total():,} excluded and {self.rejected:,} rejected"
            raise ProofError(f"{self.documents:,} documents were read, but {figures}")

    @property
    def words_removed(self) -> int:
        """Number of words removed."""
        return self.removed.total()

    @property
    def words_kept(self) -> int:
        """Number of words kept. Where a removal splits a word, its parts count as words: hence the bound."""
        return max(0, self.words - self.words_removed)

    @property
    def removals(self) -> int:
        """Number of removals, without those of `tidy`."""
        return self.counts.total() - self.counts[TIDY]

    def by_rule(self) -> list[str]:
        """Rules with removals, sorted by the number of words removed, the most first; without `tidy`."""
        return sorted(self.counts.keys() - {TIDY}, key=lambda rule: (-self.removed[rule], -self.counts[rule], rule))

    def by_family(self) -> dict[str, list[str]]:
        """The same rules by family, sorted by the number of words removed, the most first."""
        families: dict[str, list[str]] = {}
        for rule in self.by_rule():
            families.setdefault(family(rule), []).append(rule)
        return dict(sorted(families.items(), key=lambda item: (-sum(map(self.removed.__getitem__, item[1])), item[0])))
