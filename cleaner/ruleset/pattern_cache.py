"""Patterns as the code that `regex` makes of them, kept between runs: to read it takes a fiftieth of the time that making it takes.

The code is run by the C half of `regex`. The other half, which makes it, takes longer to import than a page takes to clean; so that is
imported with the first pattern that nobody has compiled before.
"""

from __future__ import annotations

import copyreg
import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
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
_RUNNER = "regex._regex"


class PatternCache:
    """Compiles patterns, or finds what that came to before.

    Args:
        flags: How they are compiled.
        packed: Those that are known, as `packed` gives them; by default those that earlier runs left.
    """

    def __init__(self, flags: int, packed: tuple[str, Mapping[str, bytes]] | None = None) -> None:
        self._flags = flags
        self._file = f"patterns-{flags}-{sys.implementation.cache_tag}"
        self._known: Callable[[str], bytes | None]
        if packed:
            self._known = (packed[1] if packed[0] == _version() else {}).get
        else:
            self._known = _File(self._file, _stamp(_runner())).code
        self._runner = _runner()
        self._used: dict[str, bytes] = {}
        self._new = False

    def __call__(self, pattern: str) -> regex.Pattern[str]:
        """A pattern, compiled.

        Raises:
            regex.error: It isn't a valid expression.
        """
        with suppress(Exception):  # whatever a broken file holds, it is only made again
            code = self._known(pattern)
            if code:
                found: regex.Pattern[str] = self._runner.compile(*pickle.loads(code))
                if found.pattern == pattern:
                    self._used[pattern] = code
                    return found
        made: regex.Pattern[str] = _regex().compile(pattern, self._flags)
        arguments = copyreg.dispatch_table[type(made)](made)[1]  # as `pickle` does it
        self._used[pattern] = pickle.dumps(arguments, pickle.HIGHEST_PROTOCOL)
        self._new = True
        return made

    def packed(self) -> tuple[str, Mapping[str, bytes]]:
        """The code of the patterns that were asked for, for other processes, with what tells whether those can run it."""
        return _version(), self._used

    def keep(self) -> None:
        """Put away what was compiled, with what was there already; if that is too much, what wasn't used goes."""
        if not self._new:
            return
        key = _stamp(self._runner)
        used = {_number(pattern): code for pattern, code in self._used.items()}
        known = {**_File(self._file, key).codes(), **used}
        few = sum(map(len, known.values())) < _BYTES_AT_MOST
        with suppress(OSError):
            disk_cache.write(disk_cache.folder() / f"{self._file}.pickle", _packed(key, known if few else used))


class _File:
    """What earlier runs left, to be read piece by piece: a run needs few of thousands of patterns.

    Args:
        name: Name of the file in the cache.
        key: What wrote it; what another wrote is of no use.
    """

    def __init__(self, name: str, key: object) -> None:
        #: For each pattern's number, where its code begins and ends in the data, and the checksum of that.
        self._index: Mapping[int, tuple[int, int, int]] = {}
        self._data = b""
        with suppress(Exception), (disk_cache.folder() / f"{name}.pickle").open("rb") as file:  # whatever a broken file holds
            if pickle.load(file) == key:
                self._index = dict(pickle.load(file))
                self._data = file.read()

    def code(self, pattern: str) -> bytes:
        """The code of a pattern; nothing if it isn't there, or not whole. It may be that of a pattern with the same number."""
        return self._whole(_number(pattern))

    def codes(self) -> dict[int, bytes]:
        """All that is there and whole, by the patterns' numbers."""
        with suppress(Exception):
            return {number: code for number in self._index if (code := self._whole(number))}
        return {}

    def _whole(self, number: int) -> bytes:
        start, end, checksum = self._index.get(number, (0, 0, 0))
        code = self._data[start:end]
        return code if crc32(code) == checksum else b""


def _packed(key: object, codes: Mapping[int, bytes]) -> bytes:
    """What a file holds."""
    index, at = {}, 0
    for number, code in codes.items():
        index[number] = at, at + len(code), crc32(code)
        at += len(code)
    return b"".join([pickle.dumps(key, pickle.HIGHEST_PROTOCOL), pickle.dumps(index, pickle.HIGHEST_PROTOCOL), *codes.values()])


def _number(pattern: str) -> int:
    """A number that few other patterns have."""
    return crc32(pattern.encode("utf-8", "surrogatepass"))


def _runner() -> Any:
    """The C half of `regex`, without the other."""
    if _RUNNER not in sys.modules:
        try:
            package = PathFinder.find_spec(_RUNNER.partition(".")[0])
            spec = PathFinder.find_spec(_RUNNER, package.submodule_search_locations)  # type: ignore[union-attr]
            module = module_from_spec(spec)  # type: ignore[arg-type]
            spec.loader.exec_module(module)  # type: ignore[union-attr]
            sys.modules[_RUNNER] = module
        except Exception:  # it isn't where modules usually are, as in a program that was packed into one file
            _regex()
    return sys.modules[_RUNNER]


def _regex() -> Any:
    """All of `regex`; its C half stands in it as if it had been imported with it."""
    import regex

    if not hasattr(regex, "_regex"):
        regex._regex = sys.modules[_RUNNER]
    return regex


def _stamp(runner: Any) -> Sequence[object]:
    """What tells a version of the C half from others: code that one has made the next may not understand."""
    try:
        status = Path(runner.__file__).stat()
    except (AttributeError, OSError):
        return [_version()]
    return runner.__file__, status.st_size, status.st_mtime_ns


def _version() -> str:
    """The same across machines."""
    return f"{_regex().__version__} {sys.implementation.cache_tag}"
