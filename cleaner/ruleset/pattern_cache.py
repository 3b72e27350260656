"""Cache of the code that `regex` compiles patterns to, kept between runs: reading takes a fiftieth of the time of compiling.

The code is run by the C half of `regex`. The Python half, which compiles, is imported with the first pattern that isn't in the cache: that
takes 8 of the 95 ms of processor time of cleaning one page. How `regex` pickles a compiled pattern is private to it;
`tests/ruleset/test_pattern_cache.py` fails when that changes.
"""

from __future__ import annotations

import copyreg
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from cleaner.io import disk_cache
from cleaner.ruleset import plain_values

if TYPE_CHECKING:
    import regex

#: Greatest size of the cache in bytes.
_BYTES_AT_MOST = 32_000_000
#: Module name of the C half of `regex`.
_C_HALF = "regex._regex"
#: Arguments with which the C half makes a pattern, behind the pattern itself: flags, code, groups by name and by number, no named lists,
#: and what must stand where.
_Code = tuple[int, bytes, dict[str, int], dict[int, str], dict[str, int], list[int], int, tuple[int, ...] | None, int, int]


class PatternCache:
    """Compiles patterns with `flags` of `regex`, or takes their code from `packed` (see there), by default from earlier runs."""

    def __init__(self, flags: int, packed: bytes | None = None) -> None:
        self._flags = flags
        self._c_half = _c_half()
        #: By pattern, as JSON, the line that holds its code.
        self._known = self._kept() if packed is None else _of_others(packed)
        self._used: dict[bytes, bytes] = {}
        self._new = False

    def __call__(self, pattern: str) -> regex.Pattern[str]:
        """The compiled pattern.

        Raises:
            regex.error: It isn't a valid expression.
        """
        compiled: regex.Pattern[str]
        key = plain_values.dumps(pattern, str)
        with suppress(Exception):  # if there is no code, or another version's, the pattern is compiled
            code = self._known[key]
            compiled = self._c_half.compile(pattern, *plain_values.loads(code, _Code))
            self._used[key] = code
            return compiled
        compiled = _regex().compile(pattern, self._flags)
        arguments = copyreg.dispatch_table[type(compiled)](compiled)[1]  # as `pickle` does it
        with suppress(TypeError, ValueError):
            self._used[key] = plain_values.dumps(arguments[1:], _Code)
        self._new = True
        return compiled

    def packed(self) -> bytes:
        """The code of the patterns used so far, for other processes; on the first line stands the version of `regex`."""
        return _version() + b"\n" + _lines(self._used)

    def keep(self) -> None:
        """Save newly compiled code beside that of earlier runs; if it is too much, only the code used in this run."""
        if self._new:
            known = {**self._kept(), **self._used}
            few = sum(map(len, known.values())) < _BYTES_AT_MOST
            disk_cache.write(*self._place(), _lines(known if few else self._used))

    def _kept(self) -> dict[bytes, bytes]:
        """Code from earlier runs, by pattern."""
        return _codes(disk_cache.read(*self._place()) or b"")

    def _place(self) -> tuple[str, object]:
        """Name and key of the cache file; the key names the build of the C half, since another may not understand the code."""
        path = str(getattr(self._c_half, "__file__", None))
        name = f"patterns-{self._flags}-{crc32(path.encode()):08x}"  # installations side by side don't overwrite each other's
        try:
            status = Path(path).stat()
        except OSError:  # not loaded from a file
            return name, _version()
        return name, (path, status.st_size, status.st_mtime_ns)


def _lines(codes: Mapping[bytes, bytes]) -> bytes:
    """Codes as lines, each behind its pattern and a tab; both are JSON, which holds neither."""
    return b"\n".join(b"%s\t%s" % pair for pair in codes.items())


def _codes(lines: bytes) -> dict[bytes, bytes]:
    return {pattern: code for pattern, _, code in (line.partition(b"\t") for line in lines.split(b"\n"))}


def _of_others(packed: bytes) -> dict[bytes, bytes]:
    """Codes that another process packed; none if its `regex` was another version."""
    version, _, lines = packed.partition(b"\n")
    return _codes(lines) if version == _version() else {}


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


def _version() -> bytes:
    """Version of `regex` and of Python: builds with the same understand each other's code, on any machine."""
    return f"{_regex().__version__} {sys.implementation.cache_tag}".encode()
