"""Index of the fixed words with which patterns begin that match parts of lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cleaner.engine.matcher import Matcher

#: Number of characters by which beginnings are looked up, and in scripts whose words have few letters.
KEY, _SHORT_KEY = 4, 2
#: Indexes of a rule and of one of its alternatives.
_Begins = tuple[int, int]


class PartIndex(NamedTuple):
    """Index of beginnings, of plain values: which rules may match what begins so.

    Attributes:
        groups: For the first characters of beginnings, each of these on a line: the pairs of rule and alternative, a tab, the beginning.
    """

    groups: Mapping[str, str]

    @classmethod
    def of(cls, matchers: Iterable[Matcher]) -> PartIndex:
        """The index of the beginnings of some rules."""
        begun: dict[str, list[_Begins]] = {}
        for rule, matcher in enumerate(matchers):
            if not _works_on_parts(matcher):
                continue
            for alternative, required in enumerate(matcher.prepared.required):
                for beginning in required.beginnings:
                    if "\n" not in beginning:  # no part of a line has a line end
                        begun.setdefault(beginning, []).append((rule, alternative))
        groups: dict[str, list[str]] = {}
        for beginning, pairs in begun.items():
            written = " ".join(f"{rule} {alternative}" for rule, alternative in pairs)
            groups.setdefault(_key(beginning), []).append(f"{written}\t{beginning}")
        return cls({key: "\n".join(lines) for key, lines in groups.items()})


class _Group(NamedTuple):
    """Beginnings of a group, each with its pairs of rule and alternative; and their lengths."""

    begun: Mapping[str, Sequence[_Begins]]
    lengths: Collection[int]

    @classmethod
    def of(cls, written: str) -> _Group:
        """A group as the index has it."""
        begun: dict[str, Sequence[_Begins]] = {}
        for line in written.split("\n"):
            pairs, _, beginning = line.partition("\t")
            numbers = map(int, pairs.split())
            begun[beginning] = list(zip(numbers, numbers, strict=True))
        return cls(begun, {*map(len, begun)})


_NO_BEGINNINGS = _Group({}, ())


class Beginnings:
    """Looks up beginnings; groups of the index are read when a text first needs them."""

    def __init__(self, index: PartIndex) -> None:
        self._index = index
        self._read: dict[str, _Group] = {}

    def of(self, text: str) -> Iterator[_Begins]:
        """Pairs of rule and alternative whose beginnings a folded text begins with."""
        key = _key(text)
        group = self._read.get(key)
        if group is None:
            written = self._index.groups.get(key)
            group = self._read[key] = _Group.of(written) if written else _NO_BEGINNINGS
        for length in group.lengths:
            yield from group.begun.get(text[:length], ())


def _key(beginning: str) -> str:
    """First characters of a beginning, by which it is looked up."""
    if beginning[:KEY].isascii() and not beginning.startswith("c)"):
        return beginning[:KEY]
    return beginning[: 1 if beginning[:1] in "©ⓒ" else KEY if "©" < beginning[:1] < "\u0900" else _SHORT_KEY]


def _works_on_parts(matcher: Matcher) -> bool:
    """Whether a rule looks at parts of lines."""
    rule = matcher.rule
    return rule.remove == "line" and rule.parts and not (rule.previous or rule.next)
