"""Patterns as the code that `regex` makes of them, kept between runs: to read it takes a fiftieth of the time that making it takes.

The code is run by the C half of `regex`. The Python half, which makes it, is imported with the first pattern that isn't known: it takes
8 ms of the 95 of processor time that cleaning a page takes from start to end. How a compiled pattern is pickled is private to `regex`;
`tests/ruleset/test_pattern_cache.py` tells when that changes.
"""

from __future__ import annotations

import copyreg
import pickle
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from cleaner.io import disk_cache

if TYPE_CHECKING:
    import regex

#: Bytes of code that are kept.
_BYTES_AT_MOST = 32_000_000
#: The C half of `regex`.
_C_HALF = "regex._regex"


class PatternCache:
    """Compiles patterns, or finds what that came to before.

    Args:
        flags: How they are compiled.
        packed: Those that are known, as `packed` gives them; by default those that earlier runs left.
    """

    def __init__(self, flags: int, packed: tuple[str, Mapping[str, bytes]] | None = None) -> None:
        self._flags = flags
        self._c_half = _c_half()
        self._known = self._kept() if packed is None else packed[1] if packed[0] == _version() else {}
        self._used: dict[str, bytes] = {}
        self._new = False

    def __call__(self, pattern: str) -> regex.Pattern[str]:
        """A pattern, compiled.

        Raises:
            regex.error: It isn't a valid expression.
        """
        compiled: regex.Pattern[str]
        with suppress(Exception):  # whatever was sent, it is only made again
            code = self._known[pattern]
            compiled = self._c_half.compile(pattern, *pickle.loads(code))
            self._used[pattern] = code
            return compiled
        compiled = _regex().compile(pattern, self._flags)
        arguments = copyreg.dispatch_table[type(compiled)](compiled)[1]  # as `pickle` does it
        self._used[pattern] = pickle.dumps(arguments[1:], pickle.HIGHEST_PROTOCOL)
        self._new = True
        return compiled

    def packed(self) -> tuple[str, Mapping[str, bytes]]:
        """The code of the patterns that were asked for, for other processes, with what tells whether those can run it."""
        return _version(), self._used

    def keep(self) -> None:
        """Put away what was compiled, with what was there already; if that is too much, what wasn't used goes."""
        if self._new:
            known = {**self._kept(), **self._used}
            few = sum(map(len, known.values())) < _BYTES_AT_MOST
            data = pickle.dumps(known if few else self._used, pickle.HIGHEST_PROTOCOL)
            disk_cache.write(*self._place(), (crc32(data), data))

    def _kept(self) -> dict[str, bytes]:
        """The code that earlier runs left, by pattern. It has a checksum: what runs it would not survive code that was damaged."""
        checksum, data = disk_cache.read(*self._place(), tuple) or (0, b"")
        return pickle.loads(data) if data and crc32(data) == checksum else {}

    def _place(self) -> tuple[str, object]:
        """Name and key of the file in the cache: code that one build of the C half has made the next may not understand."""
        path = str(getattr(self._c_half, "__file__", None))
        name = f"patterns-{self._flags}-{crc32(path.encode()):08x}"  # installations side by side don't overwrite each other's
        try:
            status = Path(path).stat()
        except OSError:  # it is in no file of its own
            return name, _version()
        return name, (path, status.st_size, status.st_mtime_ns)


def _c_half() -> Any:
    """The C half of `regex`, without the other."""
    if _C_HALF not in sys.modules:
        try:
            package = PathFinder.find_spec("regex")
            spec = PathFinder.find_spec(_C_HALF, package.submodule_search_locations)  # type: ignore[union-attr]
            module = module_from_spec(spec)  # type: ignore[arg-type]
            spec.loader.exec_module(module)  # type: ignore[union-attr]
            sys.modules[_C_HALF] = module
        except Exception:  # it isn't where modules usually are, as in a program that was packed into one file
            _regex()
    return sys.modules[_C_HALF]


def _regex() -> Any:
    """All of `regex`; its C half stands in it as if it had been imported with it."""
    import regex

    if not hasattr(regex, "_regex"):
        regex._regex = sys.modules[_C_HALF]
    return regex


def _version() -> str:
    """What tells builds of `regex` apart that may not understand each other's code, the same across machines."""
    return f"{_regex().__version__} {sys.implementation.cache_tag}"
