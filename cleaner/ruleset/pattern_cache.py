"""Cache of the code that `regex` compiles patterns to, kept between runs: reading takes a fiftieth of the time of compiling.

The code is run by the C half of `regex`. The Python half, which compiles, is imported with the first pattern that isn't in the cache: that
takes 8 of the 95 ms of processor time of cleaning one page. How `regex` pickles a compiled pattern is private to it;
`tests/ruleset/test_pattern_cache.py` fails when that changes.
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

#: Greatest size of the cache in bytes.
_BYTES_AT_MOST = 32_000_000
#: Module name of the C half of `regex`.
_C_HALF = "regex._regex"


class PatternCache:
    """Compiles patterns with `flags` of `regex`, or takes their code from `packed` (see there), by default from earlier runs."""

    def __init__(self, flags: int, packed: tuple[str, Mapping[str, bytes]] | None = None) -> None:
        self._flags = flags
        self._c_half = _c_half()
        self._known = self._kept() if packed is None else packed[1] if packed[0] == _version() else {}
        self._used: dict[str, bytes] = {}
        self._new = False

    def __call__(self, pattern: str) -> regex.Pattern[str]:
        """The compiled pattern.

        Raises:
            regex.error: It isn't a valid expression.
        """
        compiled: regex.Pattern[str]
        with suppress(Exception):  # if the code is damaged, the pattern is compiled again
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
        """Version of `regex`, and the code of the patterns used so far, for other processes."""
        return _version(), self._used

    def keep(self) -> None:
        """Save newly compiled code beside that of earlier runs; if it is too much, only the code used in this run."""
        if self._new:
            known = {**self._kept(), **self._used}
            few = sum(map(len, known.values())) < _BYTES_AT_MOST
            data = pickle.dumps(known if few else self._used, pickle.HIGHEST_PROTOCOL)
            disk_cache.write(*self._place(), (crc32(data), data))

    def _kept(self) -> dict[str, bytes]:
        """Code from earlier runs, by pattern. It has a checksum, since running damaged code would crash the process."""
        checksum, data = disk_cache.read(*self._place(), tuple) or (0, b"")
        return pickle.loads(data) if data and crc32(data) == checksum else {}

    def _place(self) -> tuple[str, object]:
        """Name and key of the cache file; the key names the build of the C half, since another may not understand the code."""
        path = str(getattr(self._c_half, "__file__", None))
        name = f"patterns-{self._flags}-{crc32(path.encode()):08x}"  # installations side by side don't overwrite each other's
        try:
            status = Path(path).stat()
        except OSError:  # not loaded from a file
            return name, _version()
        return name, (path, status.st_size, status.st_mtime_ns)


def _c_half() -> Any:
    """The C half of `regex`, imported without the Python half."""
    if _C_HALF not in sys.modules:
        try:
            package = PathFinder.find_spec("regex")
            spec = PathFinder.find_spec(_C_HALF, package.submodule_search_locations)  # type: ignore[union-attr]
            module = module_from_spec(spec)  # type: ignore[arg-type]
            spec.loader.exec_module(module)  # type: ignore[union-attr]
            sys.modules[_C_HALF] = module
        except Exception:  # not among the usual modules, as in a program packed into one file
            _regex()
    return sys.modules[_C_HALF]


def _regex() -> Any:
    """The whole of `regex`; the C half that was imported alone becomes its attribute, as after a normal import."""
    import regex

    if not hasattr(regex, "_regex"):
        regex._regex = sys.modules[_C_HALF]
    return regex


def _version() -> str:
    """Version of `regex` and of Python: builds with the same understand each other's code, on any machine."""
    return f"{_regex().__version__} {sys.implementation.cache_tag}"
