"""Files as lines with one document each: JSONL, and WET converted to JSONL."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cleaner.errors import InputError
from cleaner.io import compression
from cleaner.io.jsonl import RowError
from cleaner.wording import extra

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

#: Errors that reading a stream may raise.
_FAULTS = (OSError, EOFError, zlib.error)
_BOM = b"\xef\xbb\xbf"


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
