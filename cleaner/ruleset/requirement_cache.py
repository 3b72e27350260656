"""Cache of the requirements of patterns, kept between runs: deriving them takes nearly all of the time of reading rules."""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from cleaner.io import disk_cache
from cleaner.patterns.values import Required
from cleaner.ruleset import plain_values
from cleaner.ruleset.shipped_requirements import ShippedRequirements

#: Requirements by the name of the function that derives them, and the pattern.
_Known = dict[tuple[str, str], Required]
#: Greatest number of patterns in the cache.
_PATTERNS_AT_MOST = 50_000


class RequirementCache:
    """Derives the requirements of patterns, or takes them from earlier runs; `common` are the commonest words of languages."""

    def __init__(self, common: frozenset[str]) -> None:
        self.common = common
        words = crc32("\n".join(sorted(common)).encode("utf-8", "surrogatepass"))
        self._place = f"requirements-{words:08x}", disk_cache.code_key(("patterns",))
        self._known = disk_cache.cached(*self._place, dict, _dumps, _loads)
        self._new: _Known = {}
        self._shipped = ShippedRequirements(common)

    def __call__(self, derive: Callable[[str, frozenset[str]], Required], pattern: str) -> Required:
        """What `derive` returns for a pattern."""
        key = derive.__name__, pattern
        required = self._known.get(key) or self._new.get(key) or self._shipped.get(derive, pattern)
        if required is None:
            required = self._new[key] = derive(pattern, self.common)
        return required

    def keep(self) -> None:
        """Save what is new beside that of earlier runs; if it is too much, alone."""
        if self._new:
            both = {**self._known, **self._new}
            disk_cache.write(*self._place, _dumps(both if len(both) <= _PATTERNS_AT_MOST else self._new))


def _dumps(known: _Known) -> bytes:
    return plain_values.dumps(known, _Known)


def _loads(data: bytes) -> _Known:
    known: _Known = plain_values.loads(data, _Known)
    return known
