"""Files as lines with one document each, of which none is held that is larger than what is cleaned."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cleaner.errors import InputError
from cleaner.io import compression, files
from cleaner.io.jsonl import RowError

#: Bytes that are read at once of a line that is too long.
_PIECE = 1 << 20
_BOM = b"\xef\xbb\xbf"


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
