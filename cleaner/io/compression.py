"""Streams that are compressed, or not, as the name of their file says."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, cast

from cleaner.errors import InputError

#: What a name may end in if its file is compressed.
SUFFIXES = (".gz", ".zst")
#: Those that can be told, but not read.
OTHERS = (".bz2", ".xz", ".lz4", ".lz", ".br", ".snappy", ".z", ".zip")
#: Bytes that are read or written at once.
_CHUNK = 1 << 18
#: gzip's own default is 9, which takes three times as long for one hundredth less.
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3
#: Power of two of the bytes that the window of a frame may have: `zstd --long=31` writes such ones.
_WINDOW_LOG = 31


@contextmanager
def reading(path: Path, raw: BinaryIO) -> Iterator[BinaryIO]:
    """A stream of what an open file holds, uncompressed as its name says; lines can be read from it.

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
        zstd = _zstd(path)
        longest = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
        try:
            # Without a buffer of its own, reading lines takes twice the time.
            with zstd.ZstdFile(raw, options=longest) as file, io.BufferedReader(file, _CHUNK) as buffered:
                yield buffered
        except zstd.ZstdError as error:
            raise OSError(f"not zstd: {error}") from error
    else:
        yield raw


@contextmanager
def writing(path: Path, raw: BinaryIO) -> Iterator[BinaryIO]:
    """A stream into an open file that compresses as its name says; the same bytes give the same file.

    Raises:
        InputError: It needs a package that isn't there.
    """
    suffix = path.suffix.lower()
    if suffix == ".gz":
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=_GZIP_LEVEL, mtime=0) as stream:
            yield cast("BinaryIO", stream)
    elif suffix == ".zst":
        with _zstd(path).ZstdFile(raw, "wb", level=_ZSTD_LEVEL) as file, io.BufferedWriter(file, _CHUNK) as buffered:
            yield buffered
    else:
        yield raw


def _zstd(path: Path) -> ModuleType:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError as error:
        raise InputError(path, "needs the package backports.zstd", "pip install 'cleaner[zstd]'") from error
    return zstd
