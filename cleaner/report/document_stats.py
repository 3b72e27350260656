"""Figures of one document, and unreadable documents."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from cleaner.batch.stats import EMPTIED, Stats
from cleaner.result import Flag, Result

#: Number of rules that are named for a document: those that removed the most words.
_RULES_AT_MOST = 3


class Unread(NamedTuple):
    """A document or file that can't be read.

    Attributes:
        file: Path of the file, as the user gave it.
        row: Row of the document in the file, from 1; 0 for the whole file, or the rest of it.
        reason: Why it can't be read, without a full stop.
    """

    file: str
    row: int
    reason: str

    @property
    def name(self) -> str:
        """Name for people: the file, and the row if there is one."""
        return named(self.file, self.row)


class DocumentStats(NamedTuple):
    """Figures of one document.

    Attributes:
        file: Path of the file, as the user gave it.
        row: Row of the document in the file, from 1; 0 if it is the file.
        id: Id, or an empty string.
        words: Number of words before cleaning.
        removed: Number of words removed.
        removals: Number of removals, without those of `tidy`.
        rules: Rules that removed the most words, each with their number.
        families: Families with removals, sorted by the number of words, the most first.
        flags: Flags of the result.
        digest: Checksum of the text, for a random order.
    """

    file: str
    row: int
    id: str
    words: int
    removed: int
    removals: int
    rules: tuple[tuple[str, int], ...]
    families: tuple[str, ...]
    flags: tuple[Flag, ...]
    digest: int

    @property
    def name(self) -> str:
        """Name for people: the file, and the row if there is one."""
        return named(self.file, self.row)

    @property
    def share(self) -> float:
        """Share of words removed, from 0 to 1. Where a removal splits words, their parts count as words: hence the bound."""
        return min(1.0, self.removed / self.words) if self.words else 0.0


def named(file: str, row: int) -> str:
    """Name of a document for people: its file, and its row there unless it is the file."""
    return f"{file}:{row}" if row else file


def document_stats(file: str, row: int, name: str, text: str, result: Result, stats: Stats) -> DocumentStats:
    """Figures of a document; `name` is its id, `stats` those by `Stats.of` for its text and result."""
    return DocumentStats(
        file,
        row,
        name,
        stats.words,
        stats.words_removed,
        stats.removals,
        tuple((rule, stats.removed[rule]) for rule in stats.by_rule()[:_RULES_AT_MOST]),
        tuple(stats.by_family()),
        result.flags or ((Flag(EMPTIED, "nothing is left of it"),) if EMPTIED in stats.flagged else ()),
        int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()),
    )
