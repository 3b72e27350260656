"""What went from a corpus, counted: sums by rule and family, lines, documents. Parts of a corpus add up to the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cleaner.batch.stats import Stats
from cleaner.report.diffs import Sample
from cleaner.report.document_stats import DocumentStats, Unread, document_stats
from cleaner.report.top_k import LineCounts, TopK
from cleaner.result import Result

#: Upper ends of the shares by which documents are grouped; those of which nothing went are apart.
SHARES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what is seen is kept.

    Attributes:
        documents: Documents in the table.
        diffs: Documents that get a diff.
        lines: Different removed lines that are counted at a time.
        unread: Unreadable documents that are named, and files whose encoding was guessed; all are counted.
    """

    documents: int = 20_000
    diffs: int = 0
    lines: int = 200_000
    unread: int = 1_000


def _rank(each: DocumentStats) -> tuple[Any, ...]:
    """Flagged documents first, then those of which the largest share went."""
    return not each.flags, -each.share, each.digest, each.file, each.row


@dataclass
class CorpusStats(Stats):
    """Figures about documents, and what a report shows of them beside.

    Attributes:
        limits: How much is kept.
        files: Files that were looked at.
        failed: Files that couldn't be read, or not to their end.
        flagged_documents: Documents that people should look at.
        within: Documents from which each rule took something.
        families: Documents from which each family took something.
        shares: Documents by the share of their words that was removed: by its index in `SHARES`, or -1 for nothing.
        rows: Rows of the file at hand, blank ones too.
        unread: Documents and files that can't be read, as far as they are named.
        encodings: Files whose encoding was guessed, by encoding.
        guessed: Encodings of these files, by their paths, as far as they are named.
    """

    FIGURES: ClassVar[tuple[str, ...]] = (
        *Stats.FIGURES,
        "files",
        "failed",
        "flagged_documents",
        "within",
        "families",
        "shares",
        "encodings",
    )

    limits: Limits = field(default_factory=Limits)
    files: int = 0
    failed: int = 0
    flagged_documents: int = 0
    within: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    shares: Counter[int] = field(default_factory=Counter)
    rows: int = 0
    unread: list[Unread] = field(default_factory=list)
    encodings: Counter[str] = field(default_factory=Counter)
    guessed: dict[str, str] = field(default_factory=dict)
    lines: LineCounts = field(init=False)
    sample: Sample = field(init=False)
    _table: TopK[DocumentStats] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = LineCounts(self.limits.lines)
        self.sample = Sample(self.limits.diffs)
        self._table = TopK[DocumentStats](self.limits.documents, _rank)

    def enter(self, file: str, row: int, name: str, text: str, result: Result) -> None:
        """Enter a document: its file, its row there, its id, its text before cleaning, and what became of it."""
        stats = Stats.of(text, result)
        super().add(stats)
        self.documents += 1
        found = document_stats(file, row, name, text, result, stats)
        self.flagged_documents += bool(found.flags)
        self.within.update(stats.counts.keys())
        self.families.update(found.families)
        self.shares[bucket(found)] += 1
        self.lines.enter(result.removals)
        self._table.add([found])
        self.sample.enter(found, result)

    def reject(self, file: str, row: int, reason: str) -> None:
        """Enter a document that can't be read."""
        self.documents += 1
        self.rejected += 1
        self._note(Unread(file, row, reason))

    def guess(self, file: str, encoding: str) -> None:
        """Enter the encoding in which a file was read, if that was guessed."""
        if encoding:
            self.encodings[encoding] += 1
            self._name({file: encoding})

    def _name(self, guessed: dict[str, str]) -> None:
        for file, encoding in guessed.items():
            if len(self.guessed) < self.limits.unread:
                self.guessed[file] = encoding

    def fail(self, file: str, reason: str) -> None:
        """Enter a file that can't be read, or not to its end."""
        self.failed += 1
        self._note(Unread(file, 0, reason))

    def _note(self, unread: Unread) -> None:
        if len(self.unread) < self.limits.unread:
            self.unread.append(unread)

    def move(self, rows: int) -> None:
        """Add to the row numbers: so many rows were in the parts of the file before."""
        if rows:
            self._table.change(lambda each: each._replace(row=each.row + rows))
            self.sample.move(rows)
            self.unread = [each._replace(row=each.row and each.row + rows) for each in self.unread]

    def add(self, other: Stats) -> None:
        """Add the figures of other documents."""
        super().add(other)
        assert isinstance(other, CorpusStats)
        for each in other.unread:
            self._note(each)
        self._name(other.guessed)
        self.lines.add(other.lines)
        self._table.add(other._table)
        self.sample.add(other.sample)

    @property
    def is_sound(self) -> bool:
        """Whether all could be read."""
        return not self.failed and not self.rejected

    def table(self) -> list[DocumentStats]:
        """The documents in the table, by name."""
        return sorted(self._table, key=lambda each: (each.file, each.row))

    @property
    def left_out(self) -> int:
        """Documents that could be read and aren't in the table."""
        return self.documents - self.rejected - sum(1 for _ in self._table)


def bucket(found: DocumentStats) -> int:
    """Index of a document's share in `SHARES`, or -1 if nothing was removed."""
    return next(index for index, end in enumerate(SHARES) if found.share <= end) if found.removals else -1
