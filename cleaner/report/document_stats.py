"""What is known of one document once it is clean."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import NamedTuple

from cleaner.batch.ledger import EMPTIED, is_emptied
from cleaner.document import words
from cleaner.result import TIDY, Flag, Result, family

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


def document_stats(file: str, row: int, name: str, text: str, result: Result) -> DocumentStats:
    """The facts about a document.

    Args:
        file: Its file.
        row: Its row there, from 1; 0 if it is the file.
        name: Its id, or an empty string.
        text: It before cleaning.
        result: What became of it.
    """
    taken: Counter[str] = Counter()
    for removal in result.removals:
        taken[removal.rule] += words(removal.text)
    by_family: Counter[str] = Counter()
    for rule, count in taken.items():
        if rule != TIDY:
            by_family[family(rule)] += count
    flags = result.flags or ((Flag(EMPTIED, "nothing is left of it"),) if is_emptied(text, result) else ())
    return DocumentStats(
        file,
        row,
        name,
        words(text),
        taken.total(),
        sum(removal.rule != TIDY for removal in result.removals),
        tuple(_first({rule: count for rule, count in taken.items() if rule != TIDY})[:_RULES_AT_MOST]),
        tuple(name for name, _ in _first(by_family)),
        flags,
        int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()),
    )


def _first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
