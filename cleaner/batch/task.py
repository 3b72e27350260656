"""Task for one process, and its outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.batch.manifest import ManifestEntry
from cleaner.batch.options import BatchOptions
from cleaner.batch.stats import UNREADABLE, Stats
from cleaner.io.audit import digest
from cleaner.io.files import InputOutput
from cleaner.result import Removal, Result

#: Kind of the note with the guessed encoding of a text.
READ_AS = "read as"
#: Kind of a note on a document that looks like HTML.
HTML = "HTML"
#: Greatest number of notes on one file; further ones are only counted.
_NOTES_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Task:
    """Files to clean, or a part of one file.

    Attributes:
        jobs: Paths of the files; more than one only if each is one document.
        size: Number of bytes to read.
        start: Byte offset from which on lines begin.
        stop: Byte offset before which lines begin; None for the end of the file.
        part: Index of the part, or None for whole files.
        parts: Number of parts of the file.
    """

    jobs: tuple[InputOutput, ...]
    size: int = 0
    start: int = 0
    stop: int | None = None
    part: int | None = None
    parts: int = 1


class Note(NamedTuple):
    """Message on one document.

    Attributes:
        row: Row of the document in its file, from 1, or 0 if it is the file.
        kind: Kind of a flag, `unreadable`, `read as` or `HTML`.
        message: The message, without the file's name.
    """

    row: int
    kind: str
    message: str


class Audited(NamedTuple):
    """Removals of one document for an audit.

    It has the document's row (from 1, or 0 if it is the file), the digest of its clean text, and its encoding if its bytes don't tell it.
    """

    row: int
    removals: tuple[Removal, ...]
    clean: str
    encoding: str = ""


@dataclass(slots=True)
class Outcome:
    """Outcome of cleaning one file, or a part of one.

    Attributes:
        job: Paths of the file and of its clean file.
        stats: Figures of its documents.
        rows: Number of rows read, blank ones included.
        notes: Messages on its documents.
        unsaid: Number of notes that were left out, by kind.
        audited: Removals, if there is an audit.
        error: Reason why the whole file failed, or an empty string.
        size: Size of the file in bytes.
        modified: Its time of modification, in nanoseconds since the epoch.
        sha256: Its digest, in hexadecimal digits.
        digests: Digests of its output files, by purpose.
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
    digests: Mapping[str, str] = field(default_factory=dict)

    def reject(self, row: int, reason: str) -> None:
        """Count a document that can't be read."""
        self.stats.rejected += 1
        self.note(row, UNREADABLE, reason)

    def enter(self, row: int, text: str, result: Result, audited: bool, encoding: str = "") -> None:
        """Count a written document, from its text before cleaning and its result.

        `audited` keeps its removals for an audit, with its encoding if its bytes don't tell it.
        """
        self.stats.add(Stats.of(text, result))
        for flag in result.flags:
            self.note(row, flag.kind, flag.message)
        if audited and result.changed:
            self.audited.append(Audited(row, result.removals, digest(result.text), encoding))

    def note(self, row: int, kind: str, message: str) -> None:
        """Add a message on a document."""
        if len(self.notes) < _NOTES_AT_MOST:
            self.notes.append(Note(row, kind, message))
        else:
            self.unsaid[kind] += 1

    def add(self, part: Outcome) -> None:
        """Add the outcome of the next part of the file."""
        for note in part.notes:
            self.note(note.row + self.rows, note.kind, note.message)
        self.unsaid += part.unsaid
        self.audited += [audit._replace(row=audit.row + self.rows) for audit in part.audited]
        self.stats.add(part.stats)
        self.rows += part.rows

    def entry(self, options: BatchOptions, fingerprint: str, audit: int) -> ManifestEntry:
        """Entry for a manifest; `audit` is the size of the audit in bytes with this file's removals."""
        name = self.job.target.relative_to(options.output).as_posix()
        return ManifestEntry(
            name,
            str(self.job.source),
            self.size,
            self.modified,
            self.sha256,
            options.written(self.job),
            fingerprint,
            audit,
            self.stats.as_json(),
            self.digests,
        )
