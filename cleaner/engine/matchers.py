"""The matchers of an engine's rules, which are made when a text first needs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cleaner.engine.kinds import matcher_of
from cleaner.engine.matcher import Matcher
from cleaner.ruleset import plain_values
from cleaner.ruleset.rule import PreparedRule


class Matchers:
    """Sequence of matchers; rules may be given as bytes, by `plain_values.dumps`, and are then read when first asked for."""

    def __init__(self, rules: Iterable[PreparedRule | memoryview]) -> None:
        self._rules = [rule if isinstance(rule, memoryview) else matcher_of(rule) for rule in rules]

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Matcher]:
        return map(self.__getitem__, range(len(self._rules)))

    def __getitem__(self, index: int) -> Matcher:
        rule = self._rules[index]
        if isinstance(rule, memoryview):
            rule = self._rules[index] = matcher_of(plain_values.loads(bytes(rule), PreparedRule))
        return rule

    @property
    def packed(self) -> Iterator[bytes]:
        """The rules as bytes."""
        for rule in self._rules:
            yield bytes(rule) if isinstance(rule, memoryview) else plain_values.dumps(rule.prepared, PreparedRule)
