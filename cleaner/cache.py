"""What takes long to work out and never changes, kept in the user's cache folder between runs.

A cache may be missing, unreadable or broken at any time: then the work is done again, and nobody hears of it.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from platformdirs import user_cache_path

T = TypeVar("T")


def cached(name: str, kind: type[T], make: Callable[[], T]) -> T:
    """A value from the cache, or made and put there.

    Args:
        name: Name of its file; it must change with all that the value depends on.
        kind: What the value must be.
        make: Makes it.
    """
    path = folder() / f"{name}.pickle"
    with suppress(Exception):  # whatever a broken file holds, it is only made again
        value = pickle.loads(path.read_bytes())
        if isinstance(value, kind):
            return value
    value = make()
    with suppress(OSError):
        _write(path, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
    return value


def folder() -> Path:
    """The folder of the cache: the platform's own place for it."""
    return Path(user_cache_path("cleaner", appauthor=False))


def _write(path: Path, data: bytes) -> None:
    """Write through a temporary file, so that another process never reads half of it; what other versions left goes."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with suppress(OSError), os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(path)
    prefix = path.name.split("-")[0] + "-"
    for other in path.parent.glob(f"{prefix}*.pickle"):
        if other != path:
            other.unlink(missing_ok=True)
