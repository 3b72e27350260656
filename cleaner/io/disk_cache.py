"""What takes long to work out and never changes, kept in the user's cache folder between runs.

A cache may be missing, unreadable or broken at any time: then the work is done again, and nobody hears of it.
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from cleaner.io.user_dirs import of_user

T = TypeVar("T")
#: Seconds that a file may lie there unused before it goes.
_AGE_AT_MOST = 30 * 24 * 3600


def cached(name: str, key: object, kind: type[T], make: Callable[[], T], sound: Callable[[T], bool] = bool) -> T:
    """A value from the cache, or made and put there.

    Args:
        name: Name of its file.
        key: All that the value depends on; a file made by another is made again.
        kind: What the value must be.
        make: Makes it.
        sound: Whether what was made is worth keeping.
    """
    found = _read(name, key, kind)
    if found is None:
        found = make()
        if sound(found):
            _keep(name, key, found)
    return found


def _read(name: str, key: object, kind: type[T]) -> T | None:
    with suppress(Exception), (folder() / f"{name}.pickle").open("rb") as file:  # whatever a broken file holds, it is only made again
        if pickle.load(file) == key:
            value = pickle.load(file)
            if isinstance(value, kind):
                return value
    return None


def _keep(name: str, key: object, value: object) -> None:
    with suppress(OSError):
        write(folder() / f"{name}.pickle", pickle.dumps(key, pickle.HIGHEST_PROTOCOL) + pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def folder() -> Path:
    """The folder of the cache: the platform's own place for it."""
    return of_user("cache")


def write(path: Path, data: bytes) -> None:
    """Write a file through a temporary one, so that another process never reads half of it; what has long been of no use goes.

    Args:
        path: A file in the cache's folder, with the ending `.pickle`.
        data: What to write.

    Raises:
        OSError: It can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    import tempfile  # most runs write nothing of the kind, and it takes long to import

    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    for other in path.parent.glob("*.pickle"):
        if time.time() - other.stat().st_mtime > _AGE_AT_MOST:
            other.unlink(missing_ok=True)
