"""Pickled engines, for other processes and later runs. Rules are unpickled when a text first needs them; patterns come compiled."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from cleaner.engine.kinds import matcher_of
from cleaner.engine.matcher import Matcher
from cleaner.patterns.source import FLAGS, compile_with
from cleaner.ruleset.pattern_cache import PatternCache
from cleaner.ruleset.rule import PreparedRule

if TYPE_CHECKING:
    from cleaner.engine.engine import Engine

#: Number of packed engines that a process keeps.
_KEPT = 4


class Matchers:
    """Sequence of matchers; those given as pickled rules (bytes) are made when first asked for."""

    def __init__(self, rules: Iterable[PreparedRule | bytes]) -> None:
        self._rules = [rule if isinstance(rule, bytes) else matcher_of(rule) for rule in rules]

    def __reduce__(self) -> tuple[Callable[[Iterable[bytes]], Matchers], tuple[list[bytes]]]:
        pickles = [rule if isinstance(rule, bytes) else pickle.dumps(rule.prepared, pickle.HIGHEST_PROTOCOL) for rule in self._rules]
        return Matchers, (pickles,)

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Matcher]:
        return map(self.__getitem__, range(len(self._rules)))

    def __getitem__(self, index: int) -> Matcher:
        rule = self._rules[index]
        if isinstance(rule, bytes):
            rule = self._rules[index] = matcher_of(pickle.loads(rule))
        return rule


@lru_cache(maxsize=_KEPT)
def packed(engine: Engine) -> bytes:
    """An engine as bytes, with the compiled code of all of its patterns: reading that is much faster than compiling."""
    patterns = PatternCache(FLAGS)
    for pattern in engine.patterns:
        patterns(pattern)
    patterns.keep()
    return pickle.dumps((engine, patterns.packed()), pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> Engine:
    """The engine from `packed`."""
    engine: Engine
    engine, patterns = pickle.loads(data)
    compile_with(PatternCache(FLAGS, patterns))
    return engine
