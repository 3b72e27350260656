"""Index of the texts of an audit, by which their removals are found; it is on the disk, since audits may be larger than memory."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cleaner.errors import InputError
from cleaner.io.files import LARGEST
from cleaner.result import Removal

#: Greatest length of a line in bytes: JSON may write a byte of a text as six, and there are names and figures beside it.
_LONGEST = 6 * LARGEST + 1_000_000
_REMEDY = "each line must be an object with file, start, end, rule, text and clean, as `--audit` writes it"
# Names are bytes, since those of files needn't be UTF-8. A range is a stretch of lines, in bytes, that are all of one text.
_TABLES = """
CREATE TABLE texts (text INTEGER PRIMARY KEY, file BLOB, row INTEGER, clean BLOB, encoding BLOB, UNIQUE (file, row, clean));
CREATE INDEX by_clean ON texts (clean);
CREATE TABLE ranges (text INTEGER, audit INTEGER, start INTEGER, stop INTEGER);
CREATE INDEX by_text ON ranges (text);
"""


class AuditEntry(NamedTuple):
    """Entries of an audit on one text: the input's name, the digest of the clean text, the removals, and the encoding if it is told."""

    file: str
    clean: str
    removals: list[Removal]
    encoding: str = ""


class AuditRow(NamedTuple):
    """One text of a file of many: the input's name, the row, the digest of the clean text, and the index's key for it."""

    file: str
    row: int
    clean: str
    key: int


class _Line(NamedTuple):
    file: str
    row: int
    clean: str
    encoding: str
    removal: Removal


class AuditIndex:
    """Texts of an audit, which may be in several files; removals are read when they are asked for, those of one text at a time.

    Args:
        paths: The audit's files.
        start: Offset in bytes from which on lines of each file count.

    Raises:
        InputError: A file can't be read, or a line isn't one of an audit.
    """

    def __init__(self, paths: Sequence[Path], start: int = 0) -> None:
        self._paths = paths
        self._base = sqlite3.connect("")  # a temporary file, which goes with the connection
        self._base.executescript(_TABLES)
        with ExitStack() as stack:
            self._streams = [stack.enter_context(_opened(path)) for path in paths]
            for number in range(len(paths)):
                self._take(number, start)
            self._stack = stack.pop_all()

    def close(self) -> None:
        """Close the audit's files and the index."""
        self._stack.close()
        self._base.close()

    def of_clean(self, clean: str, file: str = "") -> Iterator[AuditEntry]:
        """Entries on texts whose clean text has this digest, in the audit's order; only those of a file, if one is named."""
        yield from self._entries("clean = ? AND (? = x'' OR file = ?)", _bytes(clean), _bytes(file), _bytes(file))

    def of_file(self, file: str) -> Iterator[AuditEntry]:
        """Entries on the texts of a file, in the audit's order."""
        yield from self._entries("file = ?", _bytes(file))

    def files(self) -> Iterator[str]:
        """Names of the files, in the audit's order."""
        for (name,) in self._base.execute("SELECT file FROM texts GROUP BY file ORDER BY min(text)"):
            yield _text(name)

    def encoding_of(self, file: str) -> str | None:
        """Encoding of a file, or an empty string if its bytes tell it; None if the audit doesn't name the file."""
        row = self._base.execute("SELECT encoding FROM texts WHERE file = ? ORDER BY text DESC LIMIT 1", (_bytes(file),)).fetchone()
        return _text(row[0]) if row else None

    def rows(self, file: str = "") -> Iterator[AuditRow]:
        """Texts in rows of files, in the audit's order; only those of a file, if one is named."""
        query = "SELECT file, row, clean, text FROM texts WHERE row > 0 AND (? = x'' OR file = ?) ORDER BY text"
        for name, row, clean, key in self._base.execute(query, (_bytes(file), _bytes(file))):
            yield AuditRow(_text(name), row, _text(clean), key)

    def removals(self, row: AuditRow) -> list[Removal]:
        """What was removed from the text of a row."""
        return self._removals(row.key)

    def _entries(self, condition: str, *values: bytes) -> Iterator[AuditEntry]:
        query = f"SELECT text, file, clean, encoding FROM texts WHERE {condition} ORDER BY text"
        for text, file, clean, encoding in self._base.execute(query, values):
            yield AuditEntry(_text(file), _text(clean), self._removals(text), _text(encoding))

    def _removals(self, text: int) -> list[Removal]:
        found: dict[tuple[int, int], Removal] = {}  # a text may have been cleaned twice, by rules of other names
        for number, start, stop in self._base.execute(
            "SELECT audit, start, stop FROM ranges WHERE text = ? ORDER BY audit, start", (text,)
        ):
            for _, line, _ in self._lines(number, start, stop):
                found[line.removal.start, line.removal.end] = line.removal
        return sorted(found.values())

    def _take(self, number: int, start: int) -> None:
        """Add the lines of a file, from an offset on, to the index."""
        begin, last = 0, 0
        before: _Line | None = None
        for offset, line, stop in self._lines(number, start, None):
            if before is None or before[:3] != line[:3]:
                self._add(number, begin, last, before)
                begin, before = offset, line
            last = stop
        self._add(number, begin, last, before)

    def _add(self, number: int, start: int, stop: int, line: _Line | None) -> None:
        if line:
            key = (_bytes(line.file), line.row, _bytes(line.clean))
            self._base.execute(
                "INSERT OR IGNORE INTO texts (file, row, clean, encoding) VALUES (?, ?, ?, ?)", (*key, _bytes(line.encoding))
            )
            (text,) = self._base.execute("SELECT text FROM texts WHERE (file, row, clean) = (?, ?, ?)", key).fetchone()
            self._base.execute("INSERT INTO ranges VALUES (?, ?, ?, ?)", (text, number, start, stop))

    def _lines(self, number: int, start: int, stop: int | None) -> Iterator[tuple[int, _Line, int]]:
        """Lines of a file that begin at offsets from `start` to before `stop`, each with its offset and its end's; without blank ones."""
        stream, path = self._streams[number], self._paths[number]
        stream.seek(start)
        line_number = 0
        try:
            while (stop is None or start < stop) and (data := stream.readline(_LONGEST)):
                line_number += 1
                end = start + len(data)
                if not data.isspace():
                    yield start, _parsed(data, f"{path}:{line_number}"), end
                start = end
        except OSError as error:
            raise InputError.from_os(path, error) from error


def _opened(path: Path) -> BinaryIO:
    try:
        stream = path.open("rb")
        if stream.seekable():
            return stream
        with stream:  # a pipe
            copy = tempfile.TemporaryFile()  # noqa: SIM115 # as the other stream, it is the caller's
            shutil.copyfileobj(stream, copy)
            return copy
    except OSError as error:
        raise InputError.from_os(path, error) from error


def _parsed(data: bytes, name: str) -> _Line:
    """A line of an audit; `name` is for errors."""
    try:
        if len(data) == _LONGEST:
            raise ValueError("it is too long")
        line = json.loads(data.decode())
        values = [line[key] for key in ("start", "end", "rule", "text", "file", "clean")] + [line.get("row", 0)]
        if [type(value) for value in values] != [int, int, str, str, str, str, int]:
            raise TypeError("a value has the wrong type")
        if not 0 <= values[-1] < 1 << 63:
            raise ValueError("there is no such row")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(name, f"not an audit line: {error}", _REMEDY) from error
    start, end, rule, text, file, clean, row = values
    return _Line(file, row, clean, str(line.get("encoding", "")), Removal(start, end, rule, text))


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")
