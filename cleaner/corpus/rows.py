"""JSONL, and what can be read as such: line by line, each written with every byte as it was but those of its text that go."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cleaner.corpus import compression
from cleaner.corpus.attributes import attribute_line
from cleaner.corpus.fields import Fields
from cleaner.corpus.formats import format_of
from cleaner.corpus.jsonl import Row, RowError, find, with_field, with_text
from cleaner.corpus.ledger import Ledger, reason_of
from cleaner.corpus.sinks import Sinks
from cleaner.corpus.task import Beat, Judge, Task
from cleaner.errors import InputError
from cleaner.model import Removal, Result
from cleaner.removals import as_spans

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

#: What can be wrong with a file that is read as a stream.
_FAULTS = (OSError, EOFError, zlib.error)
_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line of a file.

    Attributes:
        data: Its bytes, the line end included.
        done: Bytes of the file up to its end, as far as is known.
        fault: Why it is no document, if that is known already.
    """

    data: bytes
    done: int
    fault: str = ""


def clean_rows(task: Task, judge: Judge, beat: Beat, skip: Mapping[int, str]) -> Ledger:
    """Clean a file of lines, or a part of one.

    Args:
        task: The file.
        judge: Cleans texts.
        beat: Is told of each document before it is cleaned.
        skip: Rows to reject, each with the reason.

    Raises:
        InputError: The file can't be read to its end, or one can't be written.
    """
    options, (job,) = judge.options, task.jobs
    wet = format_of(job.source) == "wet"
    fields = Fields() if wet else options.fields
    ledger = Ledger()
    with Sinks(job, options, task.part) as sinks:
        clean, attributes = sinks.clean(), sinks.attributes()
        name = options.attributes.name if options.attributes else ""
        for data, done, fault in records(job.source) if wet else lines(job.source, task.start, task.stop):
            ledger.rows += 1
            if data.isspace():
                clean.write(data)
                continue
            beat(ledger.rows, done - task.start, len(data))
            ledger.documents += 1
            row: Row | None = None
            removals: tuple[Removal, ...] = ()
            try:
                if fault or ledger.rows in skip:
                    raise RowError(fault or skip[ledger.rows])
                head, line = _decoded(data)
                row = find(line, fields)
                result = judge.clean(row.text or "", row.url)
                written = head + _written(line, row, result, options.removals)
            except Exception as error:  # one document must not end the others, whatever is wrong with it
                sinks.reject(ledger, ledger.rows, [data], reason_of(error))
            else:
                removals = result.removals
                sinks.put(ledger, ledger.rows, (row.text or "", data), result, written)
            if attributes:
                attributes.write(attribute_line(name, row.id if row else "", row.source if row else "", removals))
        ledger.check()
    return ledger


def _decoded(data: bytes) -> tuple[bytes, str]:
    """A line's byte order mark, if it has one, and the rest."""
    head = _BOM if data.startswith(_BOM) else b""
    try:
        return head, data[len(head) :].decode()
    except UnicodeDecodeError as error:
        raise RowError(f"not UTF-8: byte {error.start} is 0x{data[len(head) + error.start]:02x}") from error


def _written(line: str, row: Row, result: Result, field: str) -> bytes:
    if field:
        line = with_field(line, row, field, as_spans(result.removals))
    return with_text(line, row, result.removals).encode()


def lines(path: Path, start: int = 0, stop: int | None = None) -> Iterator[Line]:
    """Lines of a file that may be compressed.

    Args:
        path: The file.
        start: Only lines that begin at this byte or behind it; for files that aren't compressed.
        stop: Only lines that begin before this byte.

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
                yield Line(data, at if stream is raw else raw.tell())
    except _FAULTS as error:
        raise InputError(path, f"can't be read to its end: {str(error).lower()}") from error


def records(path: Path) -> Iterator[Line]:
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


def _page(record: WarcRecord, done: int) -> Line:
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
    return Line(json.dumps(document, ensure_ascii=bool(fault)).encode() + b"\n", done, fault)
