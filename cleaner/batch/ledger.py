"""What became of documents, in figures that must add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cleaner.batch.tally import enter
from cleaner.document import words
from cleaner.errors import CleanerError, ProofError
from cleaner.io.audit import digest
from cleaner.result import Removal, Result

#: Reasons to set a document aside: what flags tell of those that came out as they were, that nothing is left, that it can't be read.
EMPTIED, UNREADABLE = "emptied", "unreadable"
#: Kind of the note that says in what encoding a text was read, if that was guessed.
READ_AS = "read as"
REASONS = (EMPTIED, UNREADABLE, "budget", "unstable", "timeout")
#: The fields of a ledger that are figures.
_FIGURES = ("documents", "written", "changed", "excluded", "rejected", "flagged", "words", "removed", "counts")
#: Notes that are kept of one file; what is beyond is counted.
_NOTES_AT_MOST = 5


class Note(NamedTuple):
    """What people should hear of one document.

    Attributes:
        row: Its row in the file, from 1, or 0 if it is the file.
        kind: A flag's kind, or `unreadable`.
        message: What is the matter.
    """

    row: int
    kind: str
    message: str


class Audited(NamedTuple):
    """Removals of one document, for an audit.

    Attributes:
        row: Its row in the file, from 1, or 0 if it is the file.
        removals: What went.
        clean: Digest of the clean text.
    """

    row: int
    removals: tuple[Removal, ...]
    clean: str


def is_emptied(text: str, result: Result) -> bool:
    """Whether nothing is left of a text that held something."""
    return result.changed and not result.text.strip() and bool(text.strip())


def reason_to_exclude(text: str, result: Result) -> str:
    """Why a document should be set aside, if there is a reason: one of `REASONS`, or an empty string."""
    flagged = next((flag.kind for flag in result.flags if flag.kind in REASONS), "")
    return flagged or (EMPTIED if is_emptied(text, result) else "")


def reason_of(error: Exception) -> str:
    """What to say of an error that a document ran into."""
    said = getattr(error, "reason", "") or str(error)
    return said if isinstance(error, ValueError | CleanerError) and said else f"{type(error).__name__}: {said}".rstrip(": ")


@dataclass(slots=True)
class Ledger:
    """Figures about documents.

    Attributes:
        documents: How many were read.
        written: How many of them went to the output with a text that was looked at.
        changed: How many of these lost something.
        excluded: How many were set aside, by reason.
        rejected: How many can't be read.
        flagged: How many of those that were written people should look at, by kind of flag.
        rows: Rows that were read, blank ones too.
        words: Words of those that were written, before cleaning.
        removed: Words that each rule took.
        counts: Removals of each rule.
        notes: What people should hear.
        unsaid: Notes that were left out, by kind.
        audited: Removals, if an audit was asked for.
    """

    documents: int = 0
    written: int = 0
    changed: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    flagged: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    words: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[Note] = field(default_factory=list)
    unsaid: Counter[str] = field(default_factory=Counter)
    audited: list[Audited] = field(default_factory=list)

    def reject(self, row: int, why: str) -> None:
        """Enter a document that can't be read."""
        self.rejected += 1
        self.note(row, UNREADABLE, why)

    def enter(self, row: int, text: str, result: Result, audited: bool) -> None:
        """Enter a document that is written.

        Args:
            row: Its row in the file, from 1, or 0 if it is the file.
            text: It before cleaning.
            result: What became of it.
            audited: Whether an audit wants to know.
        """
        if audited and result.changed:
            self.audited.append(Audited(row, result.removals, digest(result.text)))
        self.written += 1
        for flag in result.flags:
            self.note(row, flag.kind, flag.message)
        self.flagged.update({flag.kind for flag in result.flags} or ([EMPTIED] if is_emptied(text, result) else []))
        self.words += words(text)
        self.changed += result.changed
        enter(result.removals, self.removed, self.counts)

    def note(self, row: int, kind: str, message: str) -> None:
        """Note what people should hear of a document."""
        if len(self.notes) < _NOTES_AT_MOST:
            self.notes.append(Note(row, kind, message))
        else:
            self.unsaid[kind] += 1

    def add(self, other: Ledger) -> None:
        """Add the figures of what comes after in the same file, or of another."""
        for note in other.notes:
            self.note(note.row and note.row + self.rows, note.kind, note.message)
        self.audited += [each._replace(row=each.row and each.row + self.rows) for each in other.audited]
        self.sum(other)
        self.rows += other.rows

    def sum(self, other: Ledger) -> None:
        """Add the figures alone."""
        self.documents += other.documents
        self.written += other.written
        self.changed += other.changed
        self.excluded += other.excluded
        self.rejected += other.rejected
        self.flagged += other.flagged
        self.words += other.words
        self.removed += other.removed
        self.counts += other.counts
        self.unsaid += other.unsaid

    def figures(self) -> dict[str, object]:
        """The figures alone, as JSON can hold them."""
        return {name: dict(value) if isinstance(value := getattr(self, name), Counter) else value for name in _FIGURES}

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> Ledger:
        """The ledger with some figures.

        Raises:
            TypeError: They aren't what `figures` gives.
            KeyError: One is missing.
        """
        found = cls()
        for name in _FIGURES:
            kind = type(getattr(found, name))
            value = figures[name]
            if type(value) is not (dict if kind is Counter else int):
                raise TypeError(f"{name} is no figure")
            setattr(found, name, kind(value))
        return found

    def check(self) -> None:
        """See that no document is unaccounted for.

        Raises:
            ProofError: Those written, excluded and rejected aren't those read.
        """
        if self.documents != self.written + self.excluded.total() + self.rejected:
            figures = f"{self.written:,} written, {self.excluded.total():,} excluded and {self.rejected:,} rejected"
            raise ProofError(f"{self.documents:,} documents were read, but {figures}")
