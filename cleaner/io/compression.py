"""Streams that are compressed, or not, as the name of their file says."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from cleaner.errors import InputError

if TYPE_CHECKING:
    from types import ModuleType

#: What a name may end in if its file is compressed.
SUFFIXES = (".gz", ".zst")
#: Those that can be told, but not read.
OTHERS = (".bz2", ".xz", ".lz4", ".lz", ".br", ".snappy", ".z", ".zip")
#: Bytes that are read at once.
_CHUNK = 1 << 18
#: gzip's own default is 9, which takes three times as long for one hundredth less.
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3
#: Bytes of the window of frames that `zstd --long=31` wrote.
_WINDOW = 2**31


@contextmanager
def reading(path: Path, raw: BinaryIO) -> Iterator[BinaryIO]:
    """What a file holds, uncompressed; lines can be read from it.

    Args:
        path: Its name tells how it is compressed.
        raw: The file, open.

    Raises:
        InputError: It is compressed in another way, or needs a package that isn't there.
    """
    suffix = path.suffix.lower()
    if suffix in OTHERS:
        raise InputError(path, f"{suffix} can't be read", "compress it as .gz or .zst, or not at all")
    if suffix == ".gz":
        with gzip.GzipFile(fileobj=raw, mode="rb") as stream:
            yield cast("BinaryIO", stream)
    elif suffix == ".zst":
        with io.BufferedReader(_Frames(raw, _zstandard(path)), _CHUNK) as buffered:
            yield buffered
    else:
        yield raw


@contextmanager
def writing(path: Path, raw: BinaryIO) -> Iterator[BinaryIO]:
    """A stream that compresses what is written to it, as a name says; the same bytes give the same file.

    Args:
        path: The name.
        raw: Where it goes.

    Raises:
        InputError: It needs a package that isn't there.
    """
    suffix = path.suffix.lower()
    if suffix == ".gz":
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=_GZIP_LEVEL, mtime=0) as stream:
            yield cast("BinaryIO", stream)
    elif suffix == ".zst":
        with _zstandard(path).ZstdCompressor(level=_ZSTD_LEVEL).stream_writer(raw, closefd=False) as writer:
            yield writer
    else:
        yield raw


def _zstandard(path: Path) -> ModuleType:
    try:
        import zstandard
    except ImportError as error:
        raise InputError(path, "needs the package zstandard", "pip install 'cleaner[zstd]'") from error
    return zstandard


class _Frames(io.RawIOBase):
    """Frames of zstd, one after another; that the last one is whole is seen to, which the package's own reader doesn't do."""

    def __init__(self, raw: BinaryIO, zstandard: ModuleType) -> None:
        self._raw = raw
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._fault = zstandard.ZstdError
        self._frame: Any = None
        self._compressed = self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer.

        Raises:
            OSError: It isn't zstd, or ends in the middle of a frame.
        """
        while not self._ready:
            self._compressed = self._compressed or self._raw.read(_CHUNK)
            if not self._compressed:
                if self._frame is not None:
                    raise OSError("ends in the middle of a zstd frame")
                return 0
            self._frame = self._frame or self._decompressor.decompressobj()
            try:
                self._ready = self._frame.decompress(self._compressed)
            except self._fault as error:
                raise OSError(f"not zstd: {error}") from error
            self._compressed = b""
            if self._frame.eof:
                self._compressed, self._frame = self._frame.unused_data, None
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
