"""Cache of values that take long to compute, kept in the user's cache folder between runs.

A cache file may be missing, unreadable or damaged at any time: then the value is computed again, without a message. So it is where
somebody else could have written the file: it holds data only, but what is removed from a text depends on it.
"""

from __future__ import annotations

import os
import stat
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
#: Length of a checksum's line in bytes.
_CHECKSUM = 9
#: Seconds since a file's last change from which on its stamp is reliable: within one tick of the clock it may change unseen.
_SETTLED_AFTER = 2.0
#: Ending of cache files, and of those of version 0.1.0, which were pickles.
_ENDING, _FORMER_ENDING = ".cache", ".pickle"
#: Packages of our own code on which cached values depend.
ROOMS = ("", "io", "patterns", "ruleset", "engine")


class InputFiles:
    """Files from which a cached value is computed, together with our own code and the version of Python.

    Attributes:
        key: Value that changes whenever one of the files does.
        settled: Whether the last change of each file is so long ago that `key` is reliable.
    """

    def __init__(self) -> None:
        self._names: list[Hashable] = [sys.version]
        self.key = code_key(ROOMS)
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
    return [sys.version, [_stamp(path) for path in own_files(rooms)]]


@cache
def own_files(rooms: tuple[str, ...]) -> list[Path]:
    """Paths of the files of some packages of ours."""
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


def cached(
    name: str,
    key: object,
    make: Callable[[], T],
    dumps: Callable[[T], bytes],
    loads: Callable[[bytes], T],
    sound: Callable[[T], bool] = bool,
    prebuilt: Callable[[], bytes | None] = lambda: None,
) -> T:
    """The value in the cache file `name`, or else the value of `make`, which is then cached.

    Args:
        name: Name of the cache file.
        key: All that the value depends on; a file with another key is ignored.
        make: Function that computes the value.
        dumps: Function that makes bytes of a value; if it raises a TypeError or ValueError, the value isn't cached.
        loads: Function that makes a value of these bytes.
        sound: Whether a value that wasn't cached is to be.
        prebuilt: Function that returns the bytes of a value that was computed when the package was built, if there is one.
    """
    data = read(name, key)
    if data is not None:
        with suppress(Exception):  # whatever a file holds that somebody made by hand, the value is computed again
            return loads(data)
    data = prebuilt()
    value = make() if data is None else loads(data)
    if sound(value):
        with suppress(TypeError, ValueError):
            write(name, key, dumps(value) if data is None else data)
    return value


def read(name: str, key: object) -> bytes | None:
    """What was written to a cache file; None if the file is missing or damaged, has another key, or isn't the user's own."""
    try:
        with open(_path(name), "rb", buffering=0, opener=_open_own) as file:
            head = _head(key)
            if file.read(len(head)) != head:
                return None
            checksum, data = file.read(_CHECKSUM), file.read()
    except (OSError, RuntimeError):
        return None
    return data if checksum == _checksum(data) else None


def write(name: str, key: object, data: bytes) -> None:
    """Write a cache file, if possible; delete cache files that weren't written for long."""
    import tempfile  # slow to import, and most runs don't write to the cache

    with suppress(OSError, RuntimeError):
        path = _path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not is_own(path.parent.stat()):
            return
        handle, temporary = tempfile.mkstemp(dir=path.parent)  # other processes never read half a file, other users can't write it
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_head(key))
                file.write(_checksum(data))
                file.write(data)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        for other in path.parent.iterdir():
            if other.suffix in (_ENDING, _FORMER_ENDING) and time.time() - other.stat().st_mtime > _AGE_AT_MOST:
                other.unlink(missing_ok=True)


def is_own(status: os.stat_result) -> bool:
    """Whether a file or folder belongs to the user, and nobody else may write to it. Where there are no owners, it does."""
    return not hasattr(os, "geteuid") or (status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def _path(name: str) -> Path:
    return folder() / f"{name}{_ENDING}"


def _head(key: object) -> bytes:
    """First line of a file: the key, in which line ends are escaped."""
    return repr(key).encode("utf-8", "surrogatepass") + b"\n"


def _checksum(data: bytes) -> bytes:
    return b"%08x\n" % crc32(data)


def _open_own(path: str, flags: int) -> int:
    """Open a regular file of the user's own in a folder of the user's own; no link is followed, and no pipe waited for.

    Raises:
        OSError: It is something else.
    """
    if not is_own(Path(path).parent.stat()):
        raise PermissionError(f"{path} is in a folder that isn't the user's own")
    handle = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    status = os.fstat(handle)
    if stat.S_ISREG(status.st_mode) and is_own(status):
        return handle
    os.close(handle)
    raise PermissionError(f"{path} isn't the user's own")
