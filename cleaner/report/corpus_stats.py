"""Figures of a corpus: sums by rule and family, removed lines, documents. Figures of parts add up to those of the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cleaner.batch.stats import Stats
from cleaner.report.diffs import Sample
from cleaner.report.document_stats import DocumentStats, Unread, document_stats
from cleaner.report.top_k import LineCounts, TopK
from cleaner.result import Result

#: Upper ends of the groups of documents by the share of words removed; documents without removals are in a group of their own.
SHARES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on what is kept; all documents are counted.

    Attributes:
        documents: Number of documents in the table.
        diffs: Number of documents with a diff.
        lines: Number of different removed lines that are counted at a time.
        unread: Number of unreadable documents that are named, and of files with a guessed encoding.
    """

    documents: int = 20_000
    diffs: int = 0
    lines: int = 200_000
    unread: int = 1_000


def _rank(document: DocumentStats) -> tuple[Any, ...]:
    """Sort key: flagged documents first, then those with the largest share of words removed."""
    return not document.flags, -document.share, document.digest, document.file, document.row


@dataclass
class CorpusStats(Stats):
    """Figures of documents, with the documents, lines and diffs that a report shows.

    Attributes:
        files: Number of files.
        failed: Number of files that couldn't be read to their end.
        flagged_documents: Number of documents with a flag.
        within: Number of documents with removals of each rule.
        families: Number of documents with removals of each family.
        shares: Number of documents by the share of words removed: by its index in `SHARES`, or -1 without removals.
        rows: Number of rows of the current file, blank ones included.
        unread: Unreadable documents and files, up to the limit.
        encodings: Number of files whose encoding was guessed, by encoding.
        guessed: Encodings of these files, by path, up to the limit.
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
        """Count a document; `row` is its row in the file (from 1, or 0 if it is the file), `name` its id, `text` that before cleaning."""
        stats = Stats.of(text, result)
        super().add(stats)
        self.documents += 1
        document = document_stats(file, row, name, text, result, stats)
        self.flagged_documents += bool(document.flags)
        self.within.update(stats.counts.keys())
        self.families.update(document.families)
        self.shares[bucket(document)] += 1
        self.lines.enter(result.removals)
        self._table.add([document])
        self.sample.enter(document, result)

    def reject(self, file: str, row: int, reason: str) -> None:
        """Count a document that can't be read."""
        self.documents += 1
        self.rejected += 1
        self._note(Unread(file, row, reason))

    def guess(self, file: str, encoding: str) -> None:
        """Count a file by its guessed encoding; an empty string if that wasn't guessed."""
        if encoding:
            self.encodings[encoding] += 1
            self._name({file: encoding})

    def _name(self, guessed: dict[str, str]) -> None:
        for file, encoding in guessed.items():
            if len(self.guessed) < self.limits.unread:
                self.guessed[file] = encoding

    def fail(self, file: str, reason: str) -> None:
        """Count a file that can't be read to its end."""
        self.failed += 1
        self._note(Unread(file, 0, reason))

    def _note(self, unread: Unread) -> None:
        if len(self.unread) < self.limits.unread:
            self.unread.append(unread)

    def move(self, rows: int) -> None:
        """Add the number of rows in earlier parts of the file to all row numbers."""
        if rows:
            self._table.change(lambda document: document._replace(row=document.row + rows))
            self.sample.move(rows)
            self.unread = [document._replace(row=document.row and document.row + rows) for document in self.unread]

    def add(self, other: Stats) -> None:
        """Add the figures of other documents."""
        super().add(other)
        assert isinstance(other, CorpusStats)
        for unread in other.unread:
            self._note(unread)
        self._name(other.guessed)
        self.lines.add(other.lines)
        self._table.add(other._table)
        self.sample.add(other.sample)

    @property
    def is_sound(self) -> bool:
        """Whether all documents and files could be read."""
        return not self.failed and not self.rejected

    def table(self) -> list[DocumentStats]:
        """The documents in the table, sorted by file and row."""
        return sorted(self._table, key=lambda document: (document.file, document.row))

    @property
    def left_out(self) -> int:
        """Number of readable documents that aren't in the table."""
        return self.documents - self.rejected - sum(1 for _ in self._table)


def bucket(document: DocumentStats) -> int:
    """Index in `SHARES` of a document's group, or -1 without removals."""
    return next(index for index, end in enumerate(SHARES) if document.share <= end) if document.removals else -1
