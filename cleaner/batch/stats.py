"""The one place that counts: what became of documents, by rule and by family, in figures that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cleaner.document import words
from cleaner.errors import ProofError
from cleaner.result import TIDY, Result, family

#: Reasons to set a document aside: nothing is left of it, it can't be read, or a flag says why it came out as it was.
EMPTIED, UNREADABLE = "emptied", "unreadable"
REASONS = (EMPTIED, UNREADABLE, "budget", "unstable", "timeout")


def is_emptied(text: str, result: Result) -> bool:
    """Whether nothing is left of a text that held something."""
    return result.changed and not result.text.strip() and bool(text.strip())


def reason_to_exclude(text: str, result: Result) -> str:
    """Why a document should be set aside, if there is a reason: one of `REASONS`, or an empty string."""
    flagged = next((flag.kind for flag in result.flags if flag.kind in REASONS), "")
    return flagged or (EMPTIED if is_emptied(text, result) else "")


@dataclass
class Stats:
    """Figures about documents; words are those of `document.words`.

    Attributes:
        documents: How many were read, or couldn't be.
        written: How many of them were cleaned and aren't set aside.
        changed: How many of these lost something.
        excluded: How many were set aside, by reason.
        rejected: How many can't be read.
        flagged: How many of those written people should look at, by kind of flag.
        words: Words of those written, before cleaning.
        removed: Words that each rule took.
        counts: Removals of each rule.
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
        """Figures about one document that is written: its text before cleaning, and what became of it. Who reads documents counts them."""
        kinds = dict.fromkeys([flag.kind for flag in result.flags] or ([EMPTIED] if is_emptied(text, result) else []), 1)
        stats = Stats(written=1, changed=int(result.changed), flagged=Counter(kinds), words=words(text))
        for removal in result.removals:
            stats.removed[removal.rule] += words(removal.text)
            stats.counts[removal.rule] += 1
        return stats

    def add(self, other: Stats) -> None:
        """Add the figures about other documents, as far as they have them."""
        for name in other.FIGURES:
            figure = getattr(self, name)
            figure += getattr(other, name)
            setattr(self, name, figure)

    def as_json(self) -> dict[str, object]:
        """The figures as JSON can hold them."""
        return {name: dict(value) if isinstance(value := getattr(self, name), Counter) else value for name in self.FIGURES}

    @classmethod
    def from_json(cls, figures: Mapping[str, Any]) -> Stats:
        """What `as_json` was made of.

        Raises:
            TypeError: A figure is none.
            KeyError: One is missing.
        """
        stats = Stats()
        for name in cls.FIGURES:
            kind = type(getattr(stats, name))
            if type(figures[name]) is not (dict if kind is Counter else int):
                raise TypeError(f"{name} is no figure")
            setattr(stats, name, kind(figures[name]))
        return stats

    def check(self) -> None:
        """See that no document is unaccounted for.

        Raises:
            ProofError: Those written, excluded and rejected aren't those read.
        """
        if self.documents != self.written + self.excluded.total() + self.rejected:
            figures = f"{self.written:,} written, {self.excluded.total():,} excluded and {self.rejected:,} rejected"
            raise ProofError(f"{self.documents:,} documents were read, but {figures}")

    @property
    def words_removed(self) -> int:
        """Words that rules took."""
        return self.removed.total()

    @property
    def words_kept(self) -> int:
        """Words that stayed. Where a removal splits a word, its parts count as words: hence the bound."""
        return max(0, self.words - self.words_removed)

    @property
    def removals(self) -> int:
        """Number of removals, left-over blanks not counted."""
        return self.counts.total() - self.counts[TIDY]

    def by_rule(self) -> list[str]:
        """The rules that took something, those first that took the most words; not `tidy`, which only follows others."""
        return sorted(self.counts.keys() - {TIDY}, key=lambda rule: (-self.removed[rule], -self.counts[rule], rule))

    def by_family(self) -> dict[str, list[str]]:
        """These rules by family, those families first that took the most words."""
        families: dict[str, list[str]] = {}
        for rule in self.by_rule():
            families.setdefault(family(rule), []).append(rule)
        return dict(sorted(families.items(), key=lambda item: (-sum(map(self.removed.__getitem__, item[1])), item[0])))
