"""What is known of one document once it is clean."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from cleaner.batch.stats import EMPTIED, Stats
from cleaner.result import Flag, Result

#: Rules of a document that are told: those that took the most words.
_RULES_AT_MOST = 3


class Unread(NamedTuple):
    """What can't be read.

    Attributes:
        file: Its file.
        row: Its row there, from 1; 0 if it is the file, or all that is left of it.
        reason: What is the matter.
    """

    file: str
    row: int
    reason: str

    @property
    def name(self) -> str:
        """What it is called."""
        return named(self.file, self.row)


class DocumentStats(NamedTuple):
    """One document in figures.

    Attributes:
        file: Its file.
        row: Its row there, from 1; 0 if it is the file.
        id: Its id, or an empty string.
        words: Words before cleaning.
        removed: Words that went.
        removals: How many removals there are, left-over blanks not counted.
        rules: Those that took the most words, each with how many.
        families: All families that took something, those that took the most first.
        flags: Why people should look at it.
        digest: A number that its text gives, for an order that means nothing.
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
        """What it is called."""
        return named(self.file, self.row)

    @property
    def share(self) -> float:
        """Part of its words that went, from 0 to 1. Where a removal splits words, its parts count as words: hence the bound."""
        return min(1.0, self.removed / self.words) if self.words else 0.0


def named(file: str, row: int) -> str:
    """What a document is called: its file, and its row there unless it is the file."""
    return f"{file}:{row}" if row else file


def document_stats(file: str, row: int, name: str, text: str, result: Result, stats: Stats) -> DocumentStats:
    """The figures about a document, and what it is called.

    Args:
        file: Its file.
        row: Its row there, from 1; 0 if it is the file.
        name: Its id, or an empty string.
        text: Its text before cleaning.
        result: What became of it.
        stats: The figures, as `Stats.of` has them.
    """
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
