"""What tells whether files have changed since something was made of them."""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Hashable, Iterable
from functools import cache
from pathlib import Path

_Stamp = tuple[str, int, int, int, int]
#: Seconds that a file must have been left alone to be known by its stamp: within the tick of a clock it may change unseen.
_SETTLED_AFTER = 2.0
#: Rooms of which a change may change what is made of files.
_ROOMS = ("", "io", "patterns", "ruleset", "engine")


def _stamp(path: Path) -> _Stamp:
    """What changes with a file."""
    try:
        status = path.stat()
    except OSError:  # reading it will say what is wrong
        return str(path), 0, 0, 0, 0
    return str(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


@cache
def _own_files() -> list[Path]:
    package = Path(__file__).parent.parent
    return sorted(path for room in _ROOMS for path in (package / room).glob("*.py"))


class InputFiles:
    """Files of which something is made, beside our own code and what runs it.

    Attributes:
        key: What changes whenever one of them does.
        settled: Whether the last change of each is long enough ago for `key` to tell the next from it.
    """

    def __init__(self) -> None:
        own = [_stamp(path) for path in _own_files()]
        self._names: list[Hashable] = [sys.version]
        self.key: list[object] = [sys.version, own]
        self.settled = True

    def add(self, what: Hashable, files: Iterable[Path]) -> None:
        """Take in some more.

        Args:
            what: What they are read for, and how.
            files: The files.
        """
        stamps = [_stamp(path) for path in files]
        self._names.append(what)
        self.key.append((what, stamps))
        before = time.time_ns() - _SETTLED_AFTER * 1e9
        self.settled &= all(max(changed, moved) < before for _, _, changed, moved, _ in stamps)

    def name(self, kind: str, further: Hashable = None) -> str:
        """A name for a file in the cache that is the same as long as these files are, and few others share."""
        return f"{kind}-{zlib.crc32(repr((self._names, further)).encode('utf-8', 'surrogatepass')):08x}"
