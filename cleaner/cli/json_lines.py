"""`cleaner clean --jsonl`: documents from standard input or files, a line each, to standard output or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from cleaner.cli import stdio
from cleaner.engine.engine import Engine
from cleaner.errors import InputError
from cleaner.io.audit import digest
from cleaner.io.fields import Fields
from cleaner.io.jsonl import Row, RowError, find, with_text
from cleaner.io.line_files import RecordLine, decoded, from_first_text, lines, lines_of
from cleaner.render.batch import Grouper, Line
from cleaner.result import Hints

#: How gzip's and zstd's files begin.
_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


def clean_lines(
    names: Iterable[Path], fields: Fields, engine: Engine, hints: Hints, put: Callable[[bytes], object], log: IO[str] | None, strict: bool
) -> int:
    """Clean the documents of lines of JSON; a line that isn't one passes as it is, and is reported. Gives the exit code."""
    failed, errors = False, Grouper()
    for name in names:
        try:
            for row, raw in enumerate(from_first_text(name, _lines(name), fields), 1):
                data = raw.data
                if not raw.fault and data.isspace():
                    put(data)
                    continue
                try:
                    mark, line, found = _found(raw, fields)
                except RowError as error:
                    line_of_error = Line("error", f"{name}:{row}", _reason(error, data))
                    if errors.shown(line_of_error):
                        stdio.warn(str(line_of_error))
                    for piece in raw.pieces():
                        put(piece)
                    failed = True
                    continue
                result = engine.clean_within(found.text or "", hints.with_url(found.url))
                if log:
                    stdio.write_audit(log, str(name), result.removals, digest(result.text), row, engine.seen)
                put(mark + with_text(line, found, result.removals).encode())
                stdio.warn_flags(f"{name}:{row}", result.flags, strict)
                failed |= strict and bool(result.flags)
        except InputError as error:
            stdio.warn(f"error: {error}")
            failed = True
    for said in errors.rest():
        stdio.warn(said)
    return stdio.BAD_INPUT if failed else 0


def _found(raw: RecordLine, fields: Fields) -> tuple[bytes, str, Row]:
    """Byte order mark of a line, its text, and where its fields are.

    Raises:
        RowError: It isn't a document.
    """
    if raw.fault:
        raise RowError(raw.fault)
    mark, line = decoded(raw.data)
    return mark, line, find(line, fields)


def _reason(error: RowError, data: bytes) -> str:
    return "is compressed: unpack it first, with zcat or zstdcat" if data.startswith(_COMPRESSED) else str(error)


def _lines(name: Path) -> Iterator[RecordLine]:
    if str(name) != stdio.STDIN:
        yield from lines(name)
    elif sys.stdin is None or sys.stdin.isatty():
        raise InputError("standard input", "is a terminal" if sys.stdin else "is closed", "pipe JSONL in, or name a file")
    else:
        yield from lines_of(sys.stdin.buffer)
