"""Files as lines with one document each, of which none is held that is larger than what is cleaned."""

from __future__ import annotations

import shlex
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cleaner.errors import InputError
from cleaner.io import compression, files
from cleaner.io.fields import Fields
from cleaner.io.jsonl import FieldError, RowError, find, shown_names, string_fields

#: Bytes that are read at once of a line that is too long.
_PIECE = 1 << 20
_BOM = b"\xef\xbb\xbf"
#: Lines, and bytes of them, of which one must have the field of the text.
_LOOKED_AT, _BYTES_LOOKED_AT = 100, 1_000_000


class RecordLine(NamedTuple):
    """A line of a file.

    Attributes:
        data: Bytes of the line, the line end included; of a line that is too long, its beginning.
        done: Number of bytes of the file up to the line's end, roughly for compressed files.
        fault: Reason why the line is no document, if that is known already.
        rest: The rest of a line that is too long, in pieces; it is passed by when the next line is asked for.
    """

    data: bytes
    done: int
    fault: str = ""
    rest: Iterator[bytes] = iter(())

    def pieces(self) -> Iterator[bytes]:
        """All bytes of the line, once."""
        yield self.data
        yield from self.rest


def lines(path: Path, start: int = 0, stop: int | None = None) -> Iterator[RecordLine]:
    """Lines of a file; of an uncompressed file only those that begin at byte offset `start` or behind it, and before `stop`.

    Raises:
        InputError: The file can't be read to its end.
    """
    with faults_told(path), path.open("rb") as raw, compression.reading(path, raw) as stream:
        if start:
            raw.seek(start - 1)
            deque(_rest(raw), maxlen=0)  # of the line before, at least its line end
        offset = raw.tell()
        for line in lines_of(stream, raw.tell):
            if stop is not None and offset >= stop:
                break
            offset = line.done
            if line.fault:
                rest = told(path, line.rest)
                yield line._replace(rest=rest)
                deque(rest, maxlen=0)
                offset = raw.tell()
            else:
                yield line


@contextmanager
def faults_told(path: Path) -> Iterator[None]:
    """Errors in reading a stream become errors with the path of its file.

    Raises:
        InputError: The file can't be read to its end.
    """
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(path, f"can't be read to its end: {str(error).lower()}") from error


def from_first_text(name: object, raw_lines: Iterable[RecordLine], fields: Fields) -> Iterator[RecordLine]:
    """The same lines, once one of the first has a text; those before it are held back.

    A field's name that is wrong is told once, and not for each record: at the beginning, when nothing is written yet.

    Args:
        name: Name of their file, for errors.
        raw_lines: Lines of a file of JSON, from its beginning.
        fields: Names of the fields.

    Raises:
        InputError: There is no text in the first 100 records, or in the first megabyte of them, or in fewer if there are no more.
    """
    raw_lines = iter(raw_lines)
    held, errors, found, size = list[RecordLine](), list[FieldError](), False, 0
    for raw in raw_lines:
        held.append(raw)
        size += len(raw.data)
        try:
            # The rest of a line that is too long can't be held back.
            found = bool(raw.fault) or (not raw.data.isspace() and find(decoded(raw.data)[1], fields) is not None)
        except FieldError as error:
            errors.append(error)
        except RowError:
            pass  # no record: who reads on will say so
        if found or len(held) == _LOOKED_AT or size >= _BYTES_LOOKED_AT:
            break
    if errors and not found:
        raise _no_text(name, [raw.data for raw in held], errors, fields)
    yield from held
    yield from raw_lines


def _no_text(name: object, held: Iterable[bytes], errors: Sequence[FieldError], fields: Fields) -> InputError:
    """The error for a file in whose first lines no record has a text; it names a field with a similar name, or the one with most text."""
    from difflib import get_close_matches  # few names are wrong

    none = "the first record has no" if len(errors) == 1 else f"none of the first {len(errors)} records has a"
    what = f"field {fields.text!r}" if all(error.is_missing for error in errors) else f"text in the field {fields.text!r}"
    names = {name for error in errors for name in error.names}
    lengths = Counter[str]()
    for data in held:
        lengths.update({path: len(value) for path, value in string_fields(data.decode("utf-8", "replace"))})
    near = get_close_matches(fields.text, lengths, 1) or [path for path, _ in lengths.most_common(1)]
    remedy = f"did you mean --text-field {shlex.quote(near[0])}?" if near else "name another with --text-field"
    return InputError(name, f"{none} {what}; {'it has' if len(errors) == 1 else 'they have'} {shown_names(names)}", remedy)


def told(path: Path, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, with errors as by `faults_told`."""
    with faults_told(path):
        yield from pieces


def lines_of(stream: BinaryIO, tell: Callable[[], int] = lambda: 0) -> Iterator[RecordLine]:
    """Lines of a stream from its place on; `tell` gives how much of the file is done."""
    while data := stream.readline(files.LARGEST + 1):
        if len(data) <= files.LARGEST:
            yield RecordLine(data, tell())
        else:
            rest = iter(()) if data.endswith(b"\n") else _rest(stream)
            yield RecordLine(data, tell(), f"is longer than {files.LARGEST:,} bytes", rest)
            deque(rest, maxlen=0)


def _rest(stream: BinaryIO) -> Iterator[bytes]:
    """Bytes up to the end of the line, in pieces."""
    while data := stream.readline(_PIECE):
        yield data
        if data.endswith(b"\n"):
            return


def decoded(data: bytes) -> tuple[bytes, str]:
    """Byte order mark of a line, which may be empty, and the text behind it.

    Raises:
        RowError: The line isn't UTF-8.
    """
    head = _BOM if data.startswith(_BOM) else b""
    try:
        return head, data[len(head) :].decode()
    except UnicodeDecodeError as error:
        raise RowError(f"not UTF-8: byte {error.start} is 0x{data[len(head) + error.start]:02x}") from error
