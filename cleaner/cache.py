"""What takes long to work out and never changes, kept in the user's cache folder between runs.

A cache may be missing, unreadable or broken at any time: then the work is done again, and nobody hears of it.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import regex
from platformdirs import user_cache_path

T = TypeVar("T")
#: Seconds that a file may lie there unused before it goes.
_AGE_AT_MOST = 30 * 24 * 3600
#: Bytes of compiled patterns that are kept.
_PATTERNS_AT_MOST = 32_000_000


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
        _write(folder() / f"{name}.pickle", pickle.dumps(key, pickle.HIGHEST_PROTOCOL) + pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def folder() -> Path:
    """The folder of the cache: the platform's own place for it."""
    return Path(user_cache_path("cleaner", appauthor=False))


class Patterns:
    """Compiled patterns, which are found again in the next run: to compile one takes fifty times as long as to read it.

    Args:
        flags: How they are compiled.
        packed: Those that are known, as `packed` gives them; by default those that the last run left.
    """

    def __init__(self, flags: int, packed: tuple[str, Mapping[str, bytes]] | None = None) -> None:
        self._flags = flags
        self._name = f"patterns-{regex.__version__}-{flags}-{sys.implementation.cache_tag}"
        name, known = packed or (self._name, _read(self._name, self._name, dict) or {})
        self._known: Mapping[str, bytes] = known if name == self._name else {}
        self._used: dict[str, bytes] = {}
        self._new = False

    def __call__(self, pattern: str) -> regex.Pattern[str]:
        """A pattern, compiled.

        Raises:
            regex.error: It isn't a valid expression.
        """
        known = self._known.get(pattern)
        if known is not None:
            with suppress(Exception):  # whatever a broken file holds, it is only made again
                found = pickle.loads(known)
                if isinstance(found, regex.Pattern):
                    self._used[pattern] = known
                    return found
        found = regex.compile(pattern, self._flags)
        self._used[pattern] = pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
        self._new = True
        return found

    def packed(self) -> tuple[str, Mapping[str, bytes]]:
        """The patterns that were asked for, for other processes, with what tells whether those can read them."""
        return self._name, self._used

    def keep(self) -> None:
        """Put away what was compiled, with what was there already; if that is too much, what wasn't used goes."""
        if not self._new:
            return
        known = {**(_read(self._name, self._name, dict) or {}), **self._known, **self._used}
        _keep(self._name, self._name, known if sum(map(len, known.values())) < _PATTERNS_AT_MOST else self._used)


def _write(path: Path, data: bytes) -> None:
    """Write through a temporary file, so that another process never reads half of it; what has long been of no use goes."""
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
