"""Compressed and plain streams, by the suffix of the file's name."""

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
from cleaner.wording import extra

#: Suffixes of the compressions that can be read and written.
SUFFIXES = (".gz", ".zst")
#: Suffixes of compressions that are recognised, but can't be read.
OTHERS = (".bz2", ".xz", ".lz4", ".lz", ".br", ".snappy", ".z", ".zip")
#: Size of the buffer in bytes.
_CHUNK = 1 << 18
#: gzip's own default is 9, which takes three times as long for one hundredth less.
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3
#: Greatest window of a zstd frame, as a power of two of bytes: `zstd --long=31` writes such frames.
_WINDOW_LOG = 31


@contextmanager
def reading(path: Path, raw: BinaryIO) -> Iterator[BinaryIO]:
    """Stream of the decompressed content of the open file `raw`, which can be read by lines.

    Raises:
        InputError: The compression can't be read, or needs a package that isn't installed.
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
            # Without this buffer, reading lines takes twice the time.
            with zstd.ZstdFile(raw, options=longest) as file, io.BufferedReader(file, _CHUNK) as buffered:
                yield buffered
        except zstd.ZstdError as error:
            raise OSError(f"not zstd: {error}") from error
    else:
        yield raw


@contextmanager
def writing(path: Path, raw: BinaryIO) -> Iterator[BinaryIO]:
    """Stream that compresses into the open file `raw`; the same bytes always give the same file.

    Raises:
        InputError: The compression needs a package that isn't installed.
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
        raise InputError(path, "needs the package backports.zstd", extra("zstd")) from error
    return zstd
