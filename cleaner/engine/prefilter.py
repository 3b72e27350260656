"""Prefilter: one search of a text for the literals of all patterns at once tells which patterns are worth trying on which lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property

from ahocorasick_rs import BytesAhoCorasick, Implementation

from cleaner.patterns.casefold import LONGEST_LITERAL, TWICE, fold, repeats_itself, undecorated

_LINE_END = re.compile(b"\n")
#: Tail in characters from which on a pattern's tail is ignored.
_LONG_TAIL = 400
#: Bytes of text from which on an automaton of all literals pays.
_LITTLE = 100_000
#: Length in bytes of the beginnings of literals that are looked up in a small text. Four bytes rule out nearly all literals.
_GRAM = 4
#: Indexes of the patterns that require a literal anywhere on a line; and (tail, index) of those that require it near the line's end,
#: with the longest tail first.
_Called = tuple[tuple[int, ...], tuple[tuple[int, int], ...]]
_State = tuple[tuple[int, ...], list[bytes], list[_Called], list[int]]


class Prefilter:
    """Finds the patterns that are worth trying on each line.

    Args:
        literals: Required literals of each pattern; a pattern without any is tried on every line.
        tails: For each pattern, the greatest number of characters from its literal's first one to the line's end, which counts as one;
            by default any number.
    """

    def __init__(self, literals: Sequence[Set[str]], tails: Sequence[int] = ()) -> None:
        self._everywhere = tuple(pattern for pattern, required in enumerate(literals) if not required)
        calls: dict[bytes, tuple[list[int], list[tuple[int, int]]]] = {}
        for pattern, required in enumerate(literals):
            tail = tails[pattern] if tails else _LONG_TAIL
            for literal in required:
                anywhere, near_end = calls.setdefault(literal.encode("utf-8", "surrogatepass"), ([], []))
                if tail < _LONG_TAIL:
                    near_end.append((tail, pattern))
                else:
                    anywhere.append(pattern)
        self._literals = list(calls)
        #: Distinct values of `_Called`, since many literals share one; and for each literal the index of its value.
        indexes: dict[_Called, int] = {}
        self._called_by = [
            indexes.setdefault((tuple(anywhere), tuple(sorted(near_end, reverse=True))), len(indexes))
            for anywhere, near_end in calls.values()
        ]
        self._called = list(indexes)
        self._looked_at = 0

    def __getstate__(self) -> _State:
        return self._everywhere, self._literals, self._called, self._called_by

    def __setstate__(self, state: _State) -> None:
        self._everywhere, self._literals, self._called, self._called_by = state
        self._looked_at = 0

    def candidates(self, lines: Sequence[str]) -> Iterator[tuple[int, Iterable[int]]]:
        """Indexes of the lines on which any pattern may match, each with the indexes of those patterns; lines have no line ends."""
        # Behind all lines come, once more, the letters of decorated lines, and `TWICE` for each line that is the same text twice.
        more = [(index, undecorated(line)[:LONGEST_LITERAL]) for index, line in enumerate(lines) if not line[:1].isalpha()]
        more += [(index, TWICE) for index, line in enumerate(lines) if repeats_itself(line)]
        text = fold("\n".join(["", *lines, *(line for _, line in more), ""]))
        starts = [line_end.start() for line_end in _LINE_END.finditer(text)]
        called, called_by = self._called, self._called_by
        candidates: dict[int, set[int]] = {}
        patterns = set[int]()
        start = end = stop = 0
        for literal, offset, _ in self._hits(text):
            if not start <= offset < stop:  # on another line than the one before
                row = bisect_right(starts, offset) - 1
                start, stop = starts[row], starts[row + 1]
                index = row if row < len(lines) else more[row - len(lines)][0]
                # A line has at least as many bytes as characters. On the lines that come once more, tails are ignored.
                end = start + len(lines[index]) if row < len(lines) else 0
                patterns = candidates.setdefault(index, set())
            anywhere, near_end = called[called_by[literal]]
            patterns.update(anywhere)
            for tail, pattern in near_end:
                if end - offset > tail:
                    break
                patterns.add(pattern)
        if self._everywhere:
            yield from ((index, candidates.get(index, set()).union(self._everywhere)) for index in range(len(lines)))
        else:
            yield from candidates.items()

    def _hits(self, text: bytes) -> Iterable[tuple[int, int, int]]:
        """Literals found in a folded text: index of the literal, start and end offset in bytes."""
        self._looked_at += len(text)
        if self._looked_at >= _LITTLE:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        # An automaton of all 13,600 literals takes 17 ms to build, a fifth of a whole run; one of those that a page may hold, 3 ms.
        grams = {text[offset : offset + _GRAM] for offset in range(len(text) - _GRAM + 1)}
        possible = [index for index, literal in enumerate(self._literals) if literal[:_GRAM] in grams or len(literal) < _GRAM]
        hits = _automaton_of([self._literals[index] for index in possible]).find_matches_as_indexes(text, overlapping=True)
        return ((possible[index], start, end) for index, start, end in hits)

    @cached_property
    def _automaton(self) -> BytesAhoCorasick:
        return _automaton_of(self._literals)


def _automaton_of(literals: Sequence[bytes]) -> BytesAhoCorasick:
    # This kind is built in a tenth of the time of the fastest one, and searches as fast with thousands of literals.
    return BytesAhoCorasick(literals, implementation=Implementation.ContiguousNFA)
