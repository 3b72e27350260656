"""What takes long to work out and never changes, kept in the user's cache folder between runs.

A cache may be missing, unreadable or broken at any time: then the work is done again, and nobody hears of it.
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
#: Path, size in bytes, and what else the system says of a file: it changes with the file.
_Stamp = tuple[str, int, int, int, int]
#: Seconds that a file may lie there unused before it goes.
_AGE_AT_MOST = 30 * 24 * 3600
#: Seconds that a file must have been left alone to be known by its stamp: within the tick of a clock it may change unseen.
_SETTLED_AFTER = 2.0
#: Rooms of which a change may change what is made of files.
_ROOMS = ("", "io", "patterns", "ruleset", "engine")


class InputFiles:
    """Files of which something is made, and whether they have changed since; our own code and what runs it count as well.

    Attributes:
        key: What changes whenever one of them does.
        settled: Whether the last change of each is long enough ago for `key` to tell the next from it.
    """

    def __init__(self) -> None:
        self._names: list[Hashable] = [sys.version]
        self.key: list[object] = [sys.version, [_stamp(path) for path in _own_files()]]
        self.settled = True

    def add(self, purpose: Hashable, files: Iterable[Path]) -> None:
        """Add files that are read for a purpose."""
        stamps = [_stamp(path) for path in files]
        self._names.append(purpose)
        self.key.append((purpose, stamps))
        before = time.time_ns() - _SETTLED_AFTER * 1e9
        self.settled &= all(max(changed, moved) < before for _, _, changed, moved, _ in stamps)

    def name(self, kind: str, further: Hashable = None) -> str:
        """A name for a file in the cache, which stays when these files change, and which few others share."""
        return f"{kind}-{crc32(repr((self._names, further)).encode('utf-8', 'surrogatepass')):08x}"


@cache
def _own_files() -> list[Path]:
    package = Path(__file__).parent.parent
    return sorted((path for room in _ROOMS for path in (package / room).glob("*.py")), key=str)


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:  # reading it will say what is wrong
        return str(path), 0, 0, 0, 0
    return str(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def folder() -> Path:
    """The folder of the cache: the platform's own place for it."""
    return of_user("cache")


def cached(name: str, key: object, kind: type[T], make: Callable[[], T], sound: Callable[[T], bool] = bool) -> T:
    """A value from the cache, or made and put there.

    Args:
        name: Name of its file.
        key: All that the value depends on; a file made by another is made again.
        kind: What the value must be.
        make: Makes it.
        sound: Whether what was made is worth keeping.
    """
    value = read(name, key, kind)
    if value is None:
        value = make()
        if sound(value):
            write(name, key, value)
    return value


def read(name: str, key: object, kind: type[T]) -> T | None:
    """The value in a file of the cache; None if it isn't there whole, is of another key or another kind."""
    with suppress(Exception):  # whatever a broken file holds, it is only made again
        with (folder() / f"{name}.pickle").open("rb") as file:
            value = pickle.load(file) if pickle.load(file) == key else None
        if isinstance(value, kind):
            return value
    return None


def write(name: str, key: object, value: object) -> None:
    """Put a value in a file of the cache, if that can be written; files that have long been of no use go."""
    import tempfile  # most runs write nothing of the kind, and it takes long to import

    content = pickle.dumps(key, pickle.HIGHEST_PROTOCOL) + pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    path = folder() / f"{name}.pickle"
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent)  # so another process never reads half of it; nobody else may write it
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        for other in path.parent.glob("*.pickle"):
            if time.time() - other.stat().st_mtime > _AGE_AT_MOST:
                other.unlink(missing_ok=True)
