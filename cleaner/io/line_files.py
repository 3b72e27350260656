"""Files as lines that hold a document each: JSONL, and WET as if it were."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cleaner.errors import InputError
from cleaner.io import compression
from cleaner.io.jsonl import RowError

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

#: What can be wrong with a file that is read as a stream.
_FAULTS = (OSError, EOFError, zlib.error)
_BOM = b"\xef\xbb\xbf"


class RecordLine(NamedTuple):
    """A line of a file.

    Attributes:
        data: Its bytes, the line end included.
        done: Bytes of the file up to its end, as far as is known.
        fault: Why it is no document, if that is known already.
    """

    data: bytes
    done: int
    fault: str = ""


def lines(path: Path, start: int = 0, stop: int | None = None) -> Iterator[RecordLine]:
    """Lines of a file that may be compressed; of one that isn't, only those that begin at byte `start` or behind it, and before `stop`.

    Raises:
        InputError: It can't be read to its end.
    """
    try:
        with path.open("rb") as raw, compression.reading(path, raw) as stream:
            if start:
                raw.seek(start - 1)
                raw.readline()  # the rest of a line that begins before, if only its end
            at = raw.tell()
            for data in stream:
                if stop is not None and at >= stop:
                    break
                at += len(data)
                yield RecordLine(data, at if stream is raw else raw.tell())
    except _FAULTS as error:
        raise InputError(path, f"can't be read to its end: {str(error).lower()}") from error


def records(path: Path) -> Iterator[RecordLine]:
    """The pages of a file of Common Crawl's WET form, each as a line of JSON: text, id, url, date, language.

    Raises:
        InputError: It can't be read, or needs a package that isn't there.
    """
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        raise InputError(path, "needs the package fastwarc", "pip install 'cleaner[warc]'") from error
    if path.suffix.lower() == ".zst":
        raise InputError(path, "WET is read plain or .gz", "decompress it first: zstd -d")
    try:
        # Its own reader of compressed files takes one that breaks off for a whole one.
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
    """A record as a line.

    Raises:
        EOFError: It is only half there.
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
    """A line's byte order mark, if it has one, and the rest.

    Raises:
        RowError: It isn't UTF-8.
    """
    head = _BOM if data.startswith(_BOM) else b""
    try:
        return head, data[len(head) :].decode()
    except UnicodeDecodeError as error:
        raise RowError(f"not UTF-8: byte {error.start} is 0x{data[len(head) + error.start]:02x}") from error
