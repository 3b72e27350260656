"""A piece of work for one process, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.batch.manifest import ManifestEntry
from cleaner.batch.options import BatchOptions
from cleaner.batch.stats import UNREADABLE, Stats
from cleaner.io.audit import digest
from cleaner.io.files import InputOutput
from cleaner.result import Removal, Result

#: Kind of the note that says in what encoding a text was read, if that was guessed.
READ_AS = "read as"
#: Notes that are kept of one file; what is beyond is counted.
_NOTES_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Task:
    """Some files, or a part of one.

    Attributes:
        jobs: The files; more than one only if each is a document.
        size: Bytes to be read.
        start: Byte from which lines are taken.
        stop: Byte before which they begin; None is the end.
        part: Index of the part, or None if it is the whole file.
        parts: How many there are.
    """

    jobs: tuple[InputOutput, ...]
    size: int = 0
    start: int = 0
    stop: int | None = None
    part: int | None = None
    parts: int = 1


class Note(NamedTuple):
    """What people should hear of one document.

    Attributes:
        row: Its row in the file, from 1, or 0 if it is the file.
        kind: A flag's kind, `unreadable` or `read as`.
        message: What is the matter, without the file's name.
    """

    row: int
    kind: str
    message: str


class Audited(NamedTuple):
    """Removals of one document, for an audit.

    Attributes:
        row: Its row in the file, from 1, or 0 if it is the file.
        removals: What was removed.
        clean: Digest of the clean text.
    """

    row: int
    removals: tuple[Removal, ...]
    clean: str


@dataclass(slots=True)
class Outcome:
    """What became of one file, or of a part of one.

    Attributes:
        job: The file.
        stats: What became of its documents.
        rows: Rows that were read, blank ones too.
        notes: What people should hear of its documents.
        unsaid: Notes that were left out, by kind.
        audited: Removals, if an audit was asked for.
        error: Why all of it failed, or an empty string.
        size: Bytes that it had.
        modified: When it was modified, in nanoseconds of the epoch.
        sha256: Its digest.
    """

    job: InputOutput
    stats: Stats = field(default_factory=Stats)
    rows: int = 0
    notes: list[Note] = field(default_factory=list)
    unsaid: Counter[str] = field(default_factory=Counter)
    audited: list[Audited] = field(default_factory=list)
    error: str = ""
    size: int = 0
    modified: int = 0
    sha256: str = ""

    def reject(self, row: int, reason: str) -> None:
        """Enter a document that can't be read."""
        self.stats.rejected += 1
        self.note(row, UNREADABLE, reason)

    def enter(self, row: int, text: str, result: Result, audited: bool) -> None:
        """Enter a document that is written: its text before cleaning, what became of it, and whether an audit wants to know."""
        self.stats.add(Stats.of(text, result))
        for flag in result.flags:
            self.note(row, flag.kind, flag.message)
        if audited and result.changed:
            self.audited.append(Audited(row, result.removals, digest(result.text)))

    def note(self, row: int, kind: str, message: str) -> None:
        """Note what people should hear of a document."""
        if len(self.notes) < _NOTES_AT_MOST:
            self.notes.append(Note(row, kind, message))
        else:
            self.unsaid[kind] += 1

    def add(self, part: Outcome) -> None:
        """Add the part of the file that comes next."""
        for note in part.notes:
            self.note(note.row + self.rows, note.kind, note.message)
        self.unsaid += part.unsaid
        self.audited += [each._replace(row=each.row + self.rows) for each in part.audited]
        self.stats.add(part.stats)
        self.rows += part.rows

    def entry(self, options: BatchOptions, fingerprint: str, audit: int) -> ManifestEntry:
        """What a manifest says of it; `audit` is how many bytes the audit has with it."""
        name = self.job.target.relative_to(options.output).as_posix()
        written, figures = options.written(self.job), self.stats.as_json()
        return ManifestEntry(name, str(self.job.source), self.size, self.modified, self.sha256, written, fingerprint, audit, figures)
