"""Files as lines with one document each: JSONL, and WET converted to JSONL."""

from __future__ import annotations

import json
import shlex
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cleaner.errors import InputError
from cleaner.io import compression
from cleaner.io.fields import Fields
from cleaner.io.jsonl import FieldError, RowError, find, shown_names, string_fields
from cleaner.wording import extra

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

#: Errors that reading a stream may raise.
_FAULTS = (OSError, EOFError, zlib.error)
_BOM = b"\xef\xbb\xbf"
#: Lines, and bytes of them, of which one must have the field of the text.
_LOOKED_AT, _BYTES_LOOKED_AT = 100, 1_000_000


class RecordLine(NamedTuple):
    """A line of a file.

    Attributes:
        data: Bytes of the line, the line end included.
        done: Number of bytes of the file up to the line's end, roughly for compressed files.
        fault: Reason why the line is no document, if that is known already.
    """

    data: bytes
    done: int
    fault: str = ""


def lines(path: Path, start: int = 0, stop: int | None = None) -> Iterator[RecordLine]:
    """Lines of a file; of an uncompressed file only those that begin at byte offset `start` or behind it, and before `stop`.

    Raises:
        InputError: The file can't be read to its end.
    """
    try:
        with path.open("rb") as raw, compression.reading(path, raw) as stream:
            if start:
                raw.seek(start - 1)
                raw.readline()  # the rest of the line before, at least its line end
            offset = raw.tell()
            for data in stream:
                if stop is not None and offset >= stop:
                    break
                offset += len(data)
                yield RecordLine(data, offset if stream is raw else raw.tell())
    except _FAULTS as error:
        raise InputError(path, f"can't be read to its end: {str(error).lower()}") from error


def from_first_text(name: object, raw_lines: Iterable[bytes], fields: Fields) -> Iterator[bytes]:
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
    held, errors, found = list[bytes](), list[FieldError](), False
    for data in raw_lines:
        held.append(data)
        try:
            found = not data.isspace() and find(decoded(data)[1], fields) is not None
        except FieldError as error:
            errors.append(error)
        except RowError:
            pass  # no record: who reads on will say so
        if found or len(held) == _LOOKED_AT or sum(map(len, held)) >= _BYTES_LOOKED_AT:
            break
    if errors and not found:
        raise _no_text(name, held, errors, fields)
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


def records(path: Path) -> Iterator[RecordLine]:
    """Pages of a WET file (Common Crawl), each as a line of JSON: text, id, url, date, language.

    Raises:
        InputError: The file can't be read, or needs a package that isn't installed.
    """
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        raise InputError(path, "needs the package fastwarc", extra("warc")) from error
    if path.suffix.lower() == ".zst":
        raise InputError(path, "WET is read plain or .gz", "decompress it first: zstd -d")
    try:
        # fastwarc's own decompression takes a truncated file for a complete one.
        with path.open("rb") as raw, compression.reading(path, raw) as stream:
            empty = True
            for record in ArchiveIterator(stream, parse_http=False):
                empty = False
                if record.record_type == WarcRecordType.unknown:
                    raise OSError("holds a record of no known type")
                if record.record_type == WarcRecordType.conversion:
                    yield _page(record, raw.tell())
            if empty and raw.tell():
                raise OSError("holds no WARC records")
    except _FAULTS as error:
        raise InputError(path, f"can't be read to its end: {str(error).lower()}") from error


def _page(record: WarcRecord, done: int) -> RecordLine:
    """A record as a line of JSON.

    Raises:
        EOFError: The record is truncated.
    """
    headers = dict(record.headers)
    body = record.reader.read()
    if "Content-Length" not in headers or len(body) != record.content_length:
        raise EOFError("ends in the middle of a record")
    fault = ""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        fault = f"not UTF-8: byte {error.start} is 0x{body[error.start]:02x}"
        text = body.decode(errors="surrogateescape")
    known = {
        "id": record.record_id,
        "url": headers.get("WARC-Target-URI"),
        "date": headers.get("WARC-Date"),
        "language": headers.get("WARC-Identified-Content-Language"),
    }
    document = {"text": text, **{name: value for name, value in known.items() if value}}
    return RecordLine(json.dumps(document, ensure_ascii=bool(fault)).encode() + b"\n", done, fault)


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
