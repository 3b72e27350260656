"""Which patterns can possibly match which lines of a text: one look at the text for the literals of all patterns at once.

The look is an Aho-Corasick automaton's where the package `ahocorasick_rs` is installed, and plain tables' where not; both find the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from typing import Any

from cleaner.patterns.casefold import LONGEST_LITERAL, TWICE, fold, repeats_itself, undecorated

try:
    import ahocorasick_rs
except ImportError:  # pragma: no cover - there are wheels for the usual platforms; elsewhere it is slower and all the same
    ahocorasick_rs = None  # type: ignore[assignment]

_LINE_END = re.compile(b"\n")
#: Characters from which on it makes no difference how far from a line's end a literal may stand.
_LONG_TAIL = 400
#: Bytes of text from which on it is worth while to build an automaton of all literals.
_LITTLE = 100_000
#: The patterns that a literal calls for; and those that ask for it near the end, each behind its longest tail, the longest first.
_Called = tuple[tuple[int, ...], tuple[tuple[int, int], ...]]
_State = tuple[tuple[int, ...], list[bytes], list[_Called], list[int]]
#: Bytes of a literal by which the tables find it. Four are rare enough to rule out nearly all.
_GRAM = 4


class Prefilter:
    """Finds, for each of some lines, the patterns that are worth trying on it.

    Args:
        literals: The required literals of each pattern; without any, it is worth trying on every line.
        tails: The most characters from where the literal of each begins to the line's end, which counts as one; by default any number.
    """

    def __init__(self, literals: Sequence[Set[str]], tails: Sequence[int] = ()) -> None:
        self._everywhere = tuple(place for place, each in enumerate(literals) if not each)
        found: dict[bytes, tuple[list[int], list[tuple[int, int]]]] = {}
        for place, each in enumerate(literals):
            tail = tails[place] if tails else _LONG_TAIL
            for literal in each:
                anywhere, near_end = found.setdefault(literal.encode("utf-8", "surrogatepass"), ([], []))
                if tail < _LONG_TAIL:
                    near_end.append((tail, place))
                else:
                    anywhere.append(place)
        self._literals = sorted(found, key=len)
        #: What literals call for, each once, since many call for the same; and for each literal the number of that.
        numbers: dict[_Called, int] = {}
        self._called_by = [
            numbers.setdefault((tuple(anywhere), tuple(sorted(near_end, reverse=True))), len(numbers))
            for anywhere, near_end in map(found.__getitem__, self._literals)
        ]
        self._called = list(numbers)
        self._looked_at = 0

    def __getstate__(self) -> _State:
        return self._everywhere, self._literals, self._called, self._called_by

    def __setstate__(self, state: _State) -> None:
        self._everywhere, self._literals, self._called, self._called_by = state
        self._looked_at = 0

    def candidates(self, lines: Sequence[str]) -> Iterator[tuple[int, Iterable[int]]]:
        """The lines, by their numbers, on which any pattern may match, each with those patterns' places.

        Args:
            lines: Lines without line ends.
        """
        # Decorated lines come a second time, by their first letters; lines that say the same twice, by a sign of that.
        more = [(number, undecorated(line)[:LONGEST_LITERAL]) for number, line in enumerate(lines) if not line[:1].isalpha()]
        more += [(number, TWICE) for number, line in enumerate(lines) if repeats_itself(line)]
        text = fold("\n".join(["", *lines, *(line for _, line in more), ""]))
        starts = [found.start() for found in _LINE_END.finditer(text)]
        called, called_by = self._called, self._called_by
        found: dict[int, set[int]] = {}
        here = set[int]()
        start = end = stop = 0
        for literal, at, _ in self._finds(text):
            if not start <= at < stop:  # on another line than the one before
                row = bisect_right(starts, at) - 1
                start, stop = starts[row], starts[row + 1]
                number = row if row < len(lines) else more[row - len(lines)][0]
                # A line has at least so many bytes as characters. Of those that come a second time it isn't asked where a literal stands.
                end = start + len(lines[number]) if row < len(lines) else 0
                here = found.setdefault(number, set())
            anywhere, near_end = called[called_by[literal]]
            here.update(anywhere)
            for longest, place in near_end:
                if end - at > longest:
                    break
                here.add(place)
        if self._everywhere:
            yield from ((number, found.get(number, set()).union(self._everywhere)) for number in range(len(lines)))
        else:
            yield from found.items()

    def _finds(self, text: bytes) -> Iterable[tuple[int, int, int]]:
        """Where the literals stand in a folded text: the number of each, where it begins, and where it ends."""
        if not ahocorasick_rs:
            return self._tables.finds(text)
        self._looked_at += len(text)
        if self._looked_at < _LITTLE:
            return self._finds_in_little(text)
        found: Iterable[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return found

    def _finds_in_little(self, text: bytes) -> Iterator[tuple[int, int, int]]:
        """The same for a text that is over before an automaton of all literals is built: by one of those that it may hold."""
        grams = {text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1)}
        may_be = [*range(bisect_left(self._literals, _GRAM, key=len))]  # the shortest come first
        may_be += [number for number, each in enumerate(self._literals) if each[:_GRAM] in grams]
        automaton = _automaton_of([self._literals[number] for number in may_be])
        return ((may_be[number], at, end) for number, at, end in automaton.find_matches_as_indexes(text, overlapping=True))

    @cached_property
    def _automaton(self) -> Any:
        return _automaton_of(self._literals)

    @cached_property
    def _tables(self) -> _Tables:
        return _Tables(self._literals)


def _automaton_of(literals: Sequence[bytes]) -> Any:
    # Of the ways to build it this takes a tenth of the fastest one's time, and is as fast at work with so many literals.
    return ahocorasick_rs.BytesAhoCorasick(literals, implementation=ahocorasick_rs.Implementation.ContiguousNFA)


class _Tables:
    """What stands in for the automaton: a table of the literals' first bytes."""

    def __init__(self, literals: Sequence[bytes]) -> None:
        self._short = [(number, each) for number, each in enumerate(literals) if len(each) < _GRAM]
        self._by_gram: dict[bytes, list[tuple[int, bytes]]] = {}
        for number, literal in enumerate(literals):
            if len(literal) >= _GRAM:
                self._by_gram.setdefault(literal[:_GRAM], []).append((number, literal))

    def finds(self, text: bytes) -> Iterator[tuple[int, int, int]]:
        """Numbers of the literals that stand in a folded text, each with where it begins and where it ends."""
        by_gram = self._by_gram
        for at in range(len(text) - _GRAM + 1):
            gram = text[at : at + _GRAM]
            if gram in by_gram:
                for number, literal in by_gram[gram]:
                    if text.startswith(literal, at):
                        yield number, at, at + len(literal)
        for number, literal in self._short:
            at = text.find(literal)
            while at >= 0:
                yield number, at, at + len(literal)
                at = text.find(literal, at + 1)
