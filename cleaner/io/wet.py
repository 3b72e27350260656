"""WET files (Common Crawl) as lines of JSON, a page each; a damaged record is told and counted, and the next one is found again.

`fastwarc` passes by records without a known type, drops what it can't make sense of, and reads a body of any size at once.
"""

from __future__ import annotations

import io
import json
import re
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from cleaner.errors import InputError
from cleaner.io import compression, files
from cleaner.io.line_files import RecordLine, faults_told, told

_PIECE = 1 << 20
#: Greatest length of a line of a header, and of a header, in bytes.
_LINE, _HEADER = 1 << 16, 1 << 18
_VERSION = re.compile(rb"WARC/\d\.\d\r\n")
_NEXT = re.compile(rb"\nWARC/\d\.\d\r\n")
_FIELD = re.compile(rb"([!-9;-~]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)\r\n")
_PAGE = "conversion"
_OTHERS = ("warcinfo", "response", "resource", "request", "metadata", "revisit", "continuation")
#: Fields of a page, by the names of a record's header.
_NAMES = {"id": "warc-record-id", "url": "warc-target-uri", "date": "warc-date", "language": "warc-identified-content-language"}


def records(path: Path) -> Iterator[RecordLine]:
    """Pages of a WET file, each as a line of JSON: text, id, url, date, language; and what can't be read as one, with the reason.

    Raises:
        InputError: The file can't be read to its end, or holds no records.
    """
    if path.suffix.lower() == ".zst":
        raise InputError(path, "WET is read plain or .gz", "decompress it first: zstd -d")
    with faults_told(path), path.open("rb") as raw, compression.reading(path, raw) as stream:
        for pieces, fault in _Records(stream).pages():
            if fault:
                rest = told(path, pieces)
                yield RecordLine(b"", raw.tell(), fault, rest)
                deque(rest, maxlen=0)  # of what nobody has written
            else:
                line = b"".join(pieces)
                yield RecordLine(line, raw.tell(), f"is larger than {files.LARGEST:,} bytes" if len(line) > files.LARGEST else "")


class _DamageError(Exception):
    """A record can't be read as it stands; the arguments are the reason, and the bytes that were read of it."""


class _Records:
    """Records of a decompressed stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._again = io.BytesIO()  # bytes that are read once more

    def pages(self) -> Iterator[tuple[Iterator[bytes], str]]:
        """Pages, and what can't be read, each as a line of JSON in pieces, with the fault.

        Raises:
            EOFError: The last record is truncated.
            OSError: There are no records.
        """
        sound = read = False
        while line := self._line():
            read = True
            if line == b"\r\n":
                continue
            sound = sound or bool(_VERSION.fullmatch(line))
            if not sound:
                break
            try:
                yield from self._record(line)
            except _DamageError as damage:
                fault, data = damage.args
                yield _json([self._up_to_next(data)], {}), fault
        if read and not sound:
            raise OSError("holds no WARC records")

    def _record(self, line: bytes) -> Iterator[tuple[Iterator[bytes], str]]:
        """The record that begins with a line, if it is a page or can't be told."""
        read, header = self._header(line)
        length = header.get("content-length", "")
        if not (length.isascii() and length.isdecimal() and len(length) < 16):
            raise _DamageError("a record of unknown length", read)
        kind, size = header.get("warc-type", "").lower(), int(length)
        fault = "" if kind in (_PAGE, *_OTHERS) else "a record of unknown type"
        if size > files.LARGEST and kind in _OTHERS:
            deque(self._large(size), maxlen=0)
        elif size > files.LARGEST:
            yield _json(self._large(size), header), fault or f"is larger than {files.LARGEST:,} bytes"
        else:
            body = self._body(size, read)
            if kind not in _OTHERS:
                yield _json([body], header), fault or _not_utf8(body)

    def _body(self, size: int, read: bytes) -> bytes:
        """The body behind a header; `read` is the header."""
        body, end = self._read(size), self._read(4)
        if len(body) < size and not _NEXT.search(body):
            raise EOFError("ends in the middle of a record")
        if len(body) < size or end not in (b"\r\n\r\n", b""):
            raise _DamageError("a record of another length than its header says", read + body + end)
        return body

    def _header(self, line: bytes) -> tuple[bytes, Mapping[str, str]]:
        """The bytes of a header that begins with a line, and its fields."""
        read, header = line, dict[str, str]()
        if not _VERSION.fullmatch(line):
            raise _DamageError("a record whose beginning is damaged", read)
        while (line := self._line()) != b"\r\n":
            if not line:
                raise EOFError("ends in the middle of a record")
            read += line
            field = _FIELD.fullmatch(line)
            if not field or len(read) > _HEADER:
                raise _DamageError("a record whose header is damaged", read)
            header[field[1].decode().lower()] = field[2].decode(errors="replace").rstrip()
        return read, header

    def _large(self, left: int) -> Iterator[bytes]:
        """A body that is too large to be held, in pieces."""
        while left and (piece := self._read(min(left, _PIECE))):
            left -= len(piece)
            yield piece
        if left or self._read(4) not in (b"\r\n\r\n", b""):
            raise EOFError("ends in the middle of a record")

    def _up_to_next(self, data: bytes) -> bytes:
        """What can't be read, up to the next line that begins a record; `data` is what was read of it."""
        self._again = io.BytesIO(data + self._again.read())
        damaged = bytearray(self._line())
        while line := self._line():
            if damaged.endswith(b"\n") and _VERSION.fullmatch(line):
                self._again = io.BytesIO(line + self._again.read())
                break
            damaged += line
            if len(damaged) > files.LARGEST:
                raise OSError(f"holds more than {files.LARGEST:,} bytes that are no record")
        return bytes(damaged)

    def _line(self) -> bytes:
        line = self._again.readline(_LINE)
        return line if line.endswith(b"\n") or len(line) == _LINE else line + self._stream.readline(_LINE - len(line))

    def _read(self, size: int) -> bytes:
        data = bytearray(self._again.read(size))
        while len(data) < size and (piece := self._stream.read(min(size - len(data), _PIECE))):
            data += piece
        return bytes(data)


def _not_utf8(body: bytes) -> str:
    """Where a body isn't UTF-8; empty if it is."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return f"not UTF-8: byte {error.start} is 0x{body[error.start]:02x}"
    return ""


def _json(body: Iterable[bytes], header: Mapping[str, str]) -> Iterator[bytes]:
    """A page as a line of JSON, in pieces; bytes that aren't UTF-8 are escaped as halves of characters."""
    decode = getincrementaldecoder("utf-8")("surrogateescape").decode
    start = b'{"text": "'
    for text in chain(map(decode, body), [decode(b"", True)]):
        yield start + _string(text)[1:-1]
        start = b""
    known = {name: header[key] for name, key in _NAMES.items() if header.get(key)}
    yield b'"' + b"".join(b", " + _string(name) + b": " + _string(value) for name, value in known.items()) + b"}\n"


def _string(text: str) -> bytes:
    """A string as JSON, in ASCII if UTF-8 can't encode it."""
    try:
        return json.dumps(text, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(text).encode()
