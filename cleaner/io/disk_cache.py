"""Cache of values that take long to compute, kept in the user's cache folder between runs.

A cache file may be missing, unreadable or damaged at any time: then the value is computed again, without a message.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from cleaner.io.user_dirs import of_user

T = TypeVar("T")
#: Path of a file, size in bytes, times of modification and of change of its status (nanoseconds), inode: it changes with the file.
_Stamp = tuple[str, int, int, int, int]
#: Seconds after which a cache file is deleted if it wasn't written again.
_AGE_AT_MOST = 30 * 24 * 3600
#: Seconds since a file's last change from which on its stamp is reliable: within one tick of the clock it may change unseen.
_SETTLED_AFTER = 2.0
#: Packages of our own code on which cached values depend.
_ROOMS = ("", "io", "patterns", "ruleset", "engine")


class InputFiles:
    """Files from which a cached value is computed, together with our own code and the version of Python.

    Attributes:
        key: Value that changes whenever one of the files does.
        settled: Whether the last change of each file is so long ago that `key` is reliable.
    """

    def __init__(self) -> None:
        self._names: list[Hashable] = [sys.version]
        self.key = code_key(_ROOMS)
        self.settled = True

    def add(self, purpose: Hashable, files: Iterable[Path]) -> None:
        """Add files, and the purpose that they are read for."""
        stamps = [_stamp(path) for path in files]
        self._names.append(purpose)
        self.key.append((purpose, stamps))
        before = time.time_ns() - _SETTLED_AFTER * 1e9
        self.settled &= all(max(changed, moved) < before for _, _, changed, moved, _ in stamps)

    def name(self, kind: str, further: Hashable = None) -> str:
        """Name for a cache file, which stays the same when the files change: the new value replaces the old one."""
        return f"{kind}-{crc32(repr((self._names, further)).encode('utf-8', 'surrogatepass')):08x}"


def code_key(rooms: tuple[str, ...]) -> list[object]:
    """Value that changes whenever the code in some packages of ours does, or Python."""
    return [sys.version, [_stamp(path) for path in _own_files(rooms)]]


@cache
def _own_files(rooms: tuple[str, ...]) -> list[Path]:
    package = Path(__file__).parent.parent
    return sorted((path for room in rooms for path in (package / room).glob("*.py")), key=str)


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:  # reading it will say what is wrong
        return str(path), 0, 0, 0, 0
    return str(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def folder() -> Path:
    """Path of the cache folder, in the platform's place for caches."""
    return of_user("cache")


def cached(name: str, key: object, kind: type[T], make: Callable[[], T], sound: Callable[[T], bool] = bool) -> T:
    """The value in the cache file `name`, or else the value of `make`, which is then cached.

    Args:
        name: Name of the cache file.
        key: All that the value depends on; a file with another key is ignored.
        kind: Type of the value.
        make: Function that computes the value.
        sound: Whether a computed value is to be cached.
    """
    value = read(name, key, kind)
    if value is None:
        value = make()
        if sound(value):
            write(name, key, value)
    return value


def read(name: str, key: object, kind: type[T]) -> T | None:
    """The value in a cache file; None if the file is missing or damaged, or has another key or type."""
    with suppress(Exception):  # whatever a damaged file holds, the value is computed again
        with (folder() / f"{name}.pickle").open("rb") as file:
            value = pickle.load(file) if pickle.load(file) == key else None
        if isinstance(value, kind):
            return value
    return None


def write(name: str, key: object, value: object) -> None:
    """Write a value to a cache file, if possible; delete cache files that weren't written for long."""
    import tempfile  # slow to import, and most runs don't write to the cache

    content = pickle.dumps(key, pickle.HIGHEST_PROTOCOL) + pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    path = folder() / f"{name}.pickle"
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent)  # other processes never read half a file, other users can't write it
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        for other in path.parent.glob("*.pickle"):
            if time.time() - other.stat().st_mtime > _AGE_AT_MOST:
                other.unlink(missing_ok=True)
