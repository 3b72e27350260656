"""Prefilter: one search of a text for the literals of all patterns at once tells which patterns are worth trying on which lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from cleaner.patterns.casefold import LONGEST_LITERAL, TWICE, fold, repeats_itself, undecorated

_LINE_END = re.compile(b"\n")
#: Tail in characters from which on a pattern's tail is ignored.
_LONG_TAIL = 400
#: Bytes of text from which on an automaton of all literals pays.
_LITTLE = 100_000
#: Length in bytes of the beginnings of literals that are looked up in a small text. Four bytes rule out nearly all literals.
_GRAM = 4
#: Sign that stands between the literals of a group: no byte of UTF-8.
_SEPARATOR = b"\xff"
#: Indexes of the patterns that require a literal anywhere on a line; and (tail, index) of those that require it near the line's end,
#: with the longest tail first.
_Called = tuple[Sequence[int], Sequence[tuple[int, int]]]


class PrefilterIndex(NamedTuple):
    """Index of literals, of few and plain values, for it is read on each run: which patterns each literal calls.

    Literals stand in groups by their first four bytes, or by all if they have fewer. Each character stands for one byte.

    Attributes:
        everywhere: Indexes of the patterns without literals.
        grams: Of each group, these first bytes.
        literals: Of each group, the literals.
        called_by: Of each group, for each literal an index in `called`.
        called: Distinct values of `_Called`, since many literals share one: the indexes, a semicolon, the pairs.
    """

    everywhere: Sequence[int]
    grams: Sequence[str]
    literals: Sequence[str]
    called_by: Sequence[str]
    called: Sequence[str]

    @classmethod
    def of(cls, literals: Sequence[Set[str]], tails: Sequence[int] = ()) -> PrefilterIndex:
        """The index of the literals of some patterns; for the parameters see `Prefilter`."""
        calls: dict[bytes, tuple[list[int], list[tuple[int, int]]]] = {}
        for pattern, required in enumerate(literals):
            tail = tails[pattern] if tails else _LONG_TAIL
            for literal in required:
                anywhere, near_end = calls.setdefault(literal.encode("utf-8", "surrogatepass"), ([], []))
                if tail < _LONG_TAIL:
                    near_end.append((tail, pattern))
                else:
                    anywhere.append(pattern)
        groups: dict[bytes, list[bytes]] = {}
        called: dict[str, int] = {}
        called_by: dict[bytes, list[int]] = {}
        for encoded, (anywhere, near_end) in calls.items():
            gram = encoded[:_GRAM]
            groups.setdefault(gram, []).append(encoded)
            pairs = (number for pair in sorted(near_end, reverse=True) for number in pair)
            called_by.setdefault(gram, []).append(called.setdefault(f"{_written(anywhere)};{_written(pairs)}", len(called)))
        return cls(
            [pattern for pattern, required in enumerate(literals) if not required],
            [gram.decode("latin-1") for gram in groups],
            [_SEPARATOR.join(group).decode("latin-1") for group in groups.values()],
            [*map(_written, called_by.values())],
            [*called],
        )


def _written(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


def _read(numbers: str) -> Iterator[int]:
    return map(int, numbers.split())


class Prefilter:
    """Finds the patterns that are worth trying on each line.

    Args:
        literals: Required literals of each pattern; a pattern without any is tried on every line. Or the index of them.
        tails: For each pattern, the greatest number of characters from its literal's first one to the line's end, which counts as one;
            by default any number.
    """

    def __init__(self, literals: Sequence[Set[str]] | PrefilterIndex, tails: Sequence[int] = ()) -> None:
        self.index = literals if isinstance(literals, PrefilterIndex) else PrefilterIndex.of(literals, tails)
        self._groups = dict(zip(self.index.grams, range(len(self.index.grams)), strict=True))
        self._short = [gram for gram in self.index.grams if len(gram) < _GRAM]
        #: The values of `_Called` that were looked up.
        self._called: dict[int, _Called] = {}
        self._looked_at = 0

    def candidates(self, lines: Sequence[str]) -> Iterator[tuple[int, Iterable[int]]]:
        """Indexes of the lines on which any pattern may match, each with the indexes of those patterns; lines have no line ends."""
        # Behind all lines come, once more, the letters of decorated lines, and `TWICE` for each line that is the same text twice.
        more = [(index, undecorated(line)[:LONGEST_LITERAL]) for index, line in enumerate(lines) if not line[:1].isalpha()]
        more += [(index, TWICE) for index, line in enumerate(lines) if repeats_itself(line)]
        text = fold("\n".join(["", *lines, *(line for _, line in more), ""]))
        starts = [line_end.start() for line_end in _LINE_END.finditer(text)]
        everywhere, called = self.index.everywhere, self._called
        candidates: dict[int, set[int]] = {}
        patterns = set[int]()
        start = end = stop = 0
        automaton, called_by = self._automaton_for(text)
        for literal, offset, _ in automaton.find_matches_as_indexes(text, overlapping=True):
            if not start <= offset < stop:  # on another line than the one before
                row = bisect_right(starts, offset) - 1
                start, stop = starts[row], starts[row + 1]
                index = row if row < len(lines) else more[row - len(lines)][0]
                # A line has at least as many bytes as characters. On the lines that come once more, tails are ignored.
                end = start + len(lines[index]) if row < len(lines) else 0
                patterns = candidates.setdefault(index, set())
            calls = called_by[literal]
            anywhere, near_end = called.get(calls) or self._read_calls(calls)
            patterns.update(anywhere)
            for tail, pattern in near_end:
                if end - offset > tail:
                    break
                patterns.add(pattern)
        if everywhere:
            yield from ((index, candidates.get(index, set()).union(everywhere)) for index in range(len(lines)))
        else:
            yield from candidates.items()

    def _read_calls(self, index: int) -> _Called:
        """A value of `_Called` from the index."""
        anywhere, _, pairs = self.index.called[index].partition(";")
        numbers = _read(pairs)
        called = self._called[index] = tuple(_read(anywhere)), tuple(zip(numbers, numbers, strict=True))
        return called

    def _automaton_for(self, text: bytes) -> tuple[BytesAhoCorasick, Sequence[int]]:
        """Automaton of the literals that a folded text may hold; and for each literal an index in `called`."""
        self._looked_at += len(text)
        if self._looked_at >= _LITTLE:
            return self._automaton
        # An automaton of all literals takes a fifth of a whole run to build, and one of those that a page may hold a twentieth of that.
        characters = text.decode("latin-1")
        grams = {characters[offset : offset + _GRAM] for offset in range(len(characters) - _GRAM + 1)}
        return self._automaton_of([*self._short, *(gram for gram in grams if gram in self._groups)])

    def _automaton_of(self, grams: Iterable[str]) -> tuple[BytesAhoCorasick, Sequence[int]]:
        """Automaton of the literals of some groups; and for each literal an index in `called`."""
        literals, called_by = list[bytes](), list[int]()
        for group in map(self._groups.__getitem__, grams):
            literals += self.index.literals[group].encode("latin-1").split(_SEPARATOR)
            called_by += _read(self.index.called_by[group])
        # This kind is built in a tenth of the time of the fastest one, and searches as fast with thousands of literals.
        return BytesAhoCorasick(literals, implementation=Implementation.ContiguousNFA), called_by

    @cached_property
    def _automaton(self) -> tuple[BytesAhoCorasick, Sequence[int]]:
        return self._automaton_of(self._groups)
