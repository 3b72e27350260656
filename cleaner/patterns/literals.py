r"""Literals of a pattern: strings of which one is in whatever it matches, read off its parse tree. Nobody writes keywords by hand.

They are looked for in folded text (see `casefold`): lower case, every digit a `0`, every white space a blank. Where a pattern must fit a
line whole, the line's ends are part of it: the literal `\nshare\n` is on no line but one that says "share" and nothing else. Many patterns
begin with whatever signs may decorate a line; then the literal stands behind its decoration (see `casefold.undecorated`).

The method is that of Russ Cox, "Regular Expression Matching with a Trigram Index" (2012): for each part of a pattern, the set of its exact
strings, their prefixes and suffixes, and what must match inside; with a rule for two parts behind one another, for alternatives, and for
repeats. His search is for trigrams in the end, this one for whole strings.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence, Set
from functools import cache, reduce
from operator import attrgetter
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from typing import Any, NamedTuple

from cleaner.patterns.casefold import LONGEST_LITERAL, folded, folds, undecorated
from cleaner.patterns.frequency import expected_hits
from cleaner.patterns.syntax_tree import REPEATS, Node, has_line_end

Literals = frozenset[str]

#: Hits per character from which on a set isn't worth looking for: lines that hold none are few.
_TOO_MANY = 0.006
#: Parse nodes that match one character.
_ONE_CHARACTER = (_constants.ANY, _constants.LITERAL, _constants.NOT_LITERAL, _constants.IN)
#: Parse nodes that stand for a digit.
_DIGITS = ((_constants.RANGE, (ord("0"), ord("9"))), (_constants.CATEGORY, _constants.CATEGORY_DIGIT))
#: What is in every text, or on every line.
_ANYWHERE = frozenset({"", "\n", "\n\n"})
#: Stands in a string for any signs and digits, or none.
_SIGNS = "\0"
#: The set of the empty string.
_NOTHING = frozenset({""})
#: Strings that a set may hold.
_STRINGS_AT_MOST = 200
#: Strings that two exact sets may make together and still be one.
_EXACT_AT_MOST = 24
#: Characters of a class, or repeats, that are told one from another.
FEW = 8


class LiteralChoice(NamedTuple):
    """Strings to look for.

    Attributes:
        hits: Hits expected per character of text.
        literals: The strings; none, if that would be too many hits.
        tail: The most characters that a part can match from where one of them begins.
    """

    hits: float
    literals: Literals
    tail: int = sys.maxsize

    def before(self, longest: int) -> LiteralChoice:
        """The same in a part that goes on with at most `longest` characters."""
        return self._replace(tail=min(self.tail + longest, sys.maxsize))


_NONE = LiteralChoice(_TOO_MANY, frozenset())


class Part(NamedTuple):
    """What is known of the strings, folded, that a part of a pattern can match.

    Attributes:
        exact: All of them, which are then the prefixes and suffixes too; None if they are too many.
        prefix: Each begins with one of these, save the empty string if it is one of them.
        suffix: Each ends with one of these, with the same exception.
        match: Each holds one of these.
        longest: Characters of the longest.
        empty: Whether the empty string is one of them, where `exact` doesn't tell.
    """

    exact: Literals | None
    prefix: Literals
    suffix: Literals
    match: LiteralChoice
    longest: int
    empty: bool = False

    @classmethod
    def of(cls, strings: Literals, match: LiteralChoice = _NONE) -> Part:
        """The part that matches some strings and nothing else."""
        return cls(strings, strings, strings, match, _longest(strings))


def _longest(strings: Literals) -> int:
    """Characters of the longest string."""
    return sys.maxsize if any(_SIGNS in string for string in strings) else max(map(len, strings))


_EMPTY = Part.of(_NOTHING)
LINE_END = Part.of(frozenset({"\n"}))
_SPACE = Part.of(frozenset({" "}))
_DECORATION = Part.of(frozenset({_SIGNS}))
_CHARACTER = Part(None, _NOTHING, _NOTHING, _NONE, 1)
_ANYTHING = _CHARACTER._replace(longest=sys.maxsize)


class LiteralExtractor(NamedTuple):
    """Reads parse nodes.

    Attributes:
        one_line: Whether what they match is within one line.
        common: The commonest words of languages, which are the last to look for.
    """

    one_line: bool
    common: Set[str]

    def sequence(self, nodes: Iterable[Node], start: Part = _EMPTY) -> Part:
        """What nodes match one behind another, and behind a start."""
        part, run = start, ""
        for op, value in nodes:
            char = _folded(value) if op is _constants.LITERAL else ""
            if char:
                run += char
                continue
            if run:
                part, run = self.concatenate(part, Part.of(frozenset({run}))), ""
            part = self.concatenate(part, self._node(op, value))
        return self.concatenate(part, Part.of(frozenset({run}))) if run else part

    def _node(self, op: Any, value: Any) -> Part:
        if op is _constants.IN:
            return self._character_class(value)
        if op is _constants.SUBPATTERN:
            return self.sequence(value[3])
        if op is _constants.ATOMIC_GROUP:
            return self.sequence(value)
        if op is _constants.BRANCH:
            return self._alternate([self.sequence(branch) for branch in value[1]])
        if op in REPEATS:
            return self._repeat(value[0], value[1], self.sequence(value[2]))
        if op is _constants.ASSERT and value[0] > 0 and self.one_line:
            return Part.of(_NOTHING, self.required(self.sequence(value[1]))._replace(tail=sys.maxsize))
        if op in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT):
            return _EMPTY
        return _CHARACTER if op in _ONE_CHARACTER else _ANYTHING

    def concatenate(self, one: Part, other: Part) -> Part:
        """What one part matches with another behind it."""
        if one == _EMPTY or other == _EMPTY:
            return other if one == _EMPTY else one
        exact = _cross(one.exact, other.exact, _EXACT_AT_MOST) if one.exact and other.exact else None
        inside = one.match.before(other.longest), other.match
        if exact:
            return Part.of(exact, min(inside, key=_hits))
        suffix = one.suffix | _NOTHING if one.empty else one.suffix
        prefix = other.prefix | _NOTHING if other.empty else other.prefix
        # Each is cut where it would be too much: away from the text's beginning, or from its end.
        starts = _cross_prefixes(one.exact, prefix) if one.exact else one.prefix | prefix if one.empty else one.prefix
        ends = _cross_suffixes(suffix, other.exact) if other.exact else other.suffix | suffix if other.empty else other.suffix
        middle = starts if one.exact else ends if other.exact else _cross_suffixes(suffix, prefix)
        options = (middle, *(strings for strings in (suffix, prefix) if len(strings) <= len(middle)))
        longest = min(one.longest + other.longest, sys.maxsize)
        tail = min(_longest(suffix) + other.longest, longest)
        match = self.best(*options, tail=tail, known=inside)
        return Part(None, _simplify(starts, _prefixes), _simplify(ends, _suffixes), match, longest, one.empty and other.empty)

    def _character_class(self, items: Sequence[Node]) -> Part:
        negated = (_constants.NEGATE, None) in items
        if negated and (_constants.CATEGORY, _constants.CATEGORY_WORD) in items:
            return self._signs(has_line_end(items))
        if negated and (_constants.CATEGORY, _constants.CATEGORY_NOT_SPACE) in items:
            return _CHARACTER if has_line_end(items) and not self.one_line else _SPACE
        chars: set[str] = set()
        for op, value in items:
            if op is _constants.LITERAL:
                chars.add(_folded(value))
            elif op is _constants.RANGE and value[1] - value[0] < FEW:
                chars.update(map(_folded, range(value[0], value[1] + 1)))
            elif (op, value) in _DIGITS:
                chars.add("0")
            elif self.one_line and (op, value) == (_constants.CATEGORY, _constants.CATEGORY_SPACE):
                chars.add(" ")
            else:
                return _CHARACTER
        if "" in chars:
            return _CHARACTER
        if len(chars) > FEW:
            return _CHARACTER if any(map(str.isalpha, chars)) else self._signs("\n" in chars)
        return Part.of(frozenset(chars))

    def _signs(self, line_ends: bool) -> Part:
        """Any signs and digits; those that may run over a line's end decorate no line."""
        return _ANYTHING if line_ends and not self.one_line else _DECORATION

    def _alternate(self, parts: Sequence[Part]) -> Part:
        """What one of several parts matches."""
        prefix = frozenset[str]().union(*(part.prefix for part in parts))
        suffix = frozenset[str]().union(*(part.suffix for part in parts))
        if all(part.exact is not None for part in parts) and len(prefix) <= _STRINGS_AT_MOST:
            return Part.of(prefix)
        required = [self.required(part) for part in parts]
        match = _NONE
        if all(choice.literals for choice in required):
            literals = frozenset[str]().union(*(choice.literals for choice in required))
            match = self.best(literals, tail=max(choice.tail for choice in required))
        empty = any(part.empty or "" in (part.exact or ()) for part in parts)
        longest = max(part.longest for part in parts)
        return Part(None, _simplify(prefix, _prefixes), _simplify(suffix, _suffixes), match, longest, empty)

    def _repeat(self, least: int, most: int, part: Part) -> Part:
        """What a part matches, `least` to `most` times in a row."""
        if part == _DECORATION:
            return part
        if part.exact is not None:
            chars = "".join(part.exact)
            lettered = any(map(str.isalpha, chars))
            if most <= FEW:
                times = [_EMPTY]
                for _ in range(most):
                    times.append(self.concatenate(times[-1], part))
                if all(each.exact is not None for each in times[least:]):
                    whole = self._alternate(times[least:])
                    if lettered or (whole.exact is not None and len(whole.exact) <= FEW):
                        return whole
            if not lettered:
                return self._signs("\n" in chars)
        longest = sys.maxsize if most is _constants.MAXREPEAT else min(part.longest * most, sys.maxsize)
        # What stands between the first few and the last few is open.
        once = reduce(self.concatenate, [part] * min(least, FEW), _EMPTY) if least else part
        match = self.required(once)._replace(tail=longest) if least else _NONE
        return Part(None, _simplify(once.prefix, _prefixes), _simplify(once.suffix, _suffixes), match, longest, once.empty or not least)

    def required(self, part: Part) -> LiteralChoice:
        """The best of what is known to be in every string that a part matches."""
        if part.empty:
            return _NONE
        return self.best(part.exact or frozenset(), part.prefix, part.suffix, tail=part.longest, known=(part.match,))

    def best(self, *options: Literals, tail: int = sys.maxsize, known: Iterable[LiteralChoice] = ()) -> LiteralChoice:
        """The choice with the fewest hits, of some sets and of what is known already."""
        choice = min(known, key=_hits, default=_NONE)
        for option in options:
            literals = _simplify(_definite(option), _prefixes)
            if literals and not literals & _ANYWHERE:
                choice = min(choice, LiteralChoice(expected_hits(literals, self.common), literals, tail), key=_hits)
        return choice


_hits = attrgetter("hits")


@cache
def _folded(code: int) -> str:
    """What a letter of a pattern folds into; an empty string if that isn't one character for all that equal it."""
    char = chr(code)
    return folded(char) if folds(char) and char != _SIGNS else ""


def _prefixes(strings: Literals, length: int) -> Literals:
    return frozenset(string[:length] for string in strings)


def _suffixes(strings: Literals, length: int) -> Literals:
    return frozenset(string[-length:] for string in strings)


def _simplify(strings: Literals, cut: Callable[[Literals, int], Literals]) -> Literals:
    """Strings cut to prefixes, or to suffixes, that are short enough to be few."""
    if len(strings) <= _STRINGS_AT_MOST and len(max(strings, key=len, default="")) <= LONGEST_LITERAL:
        return strings
    shortened = (cut(strings, length) for length in range(LONGEST_LITERAL, 0, -1))
    return next((few for few in shortened if len(few) <= _STRINGS_AT_MOST), _NOTHING)


def _cross(first: Literals, second: Literals, most: int = _STRINGS_AT_MOST) -> Literals:
    """All strings of the one with all of the other behind them; an empty set if they are too many."""
    if len(first) * len(second) > max(most, len(first), len(second)):
        return frozenset()
    return frozenset(one + other for one in first for other in second)


#: Lengths to which strings are cut in turn, until they are few enough to be crossed with others.
_LENGTHS = (LONGEST_LITERAL, 6, 4, 3, 2, 1)


def _cross_prefixes(exact: Literals, prefix: Literals) -> Literals:
    """Exact strings with the prefixes of what follows, as much of those as leaves few."""
    return next(filter(None, (_cross(exact, _prefixes(prefix, length)) for length in _LENGTHS)), exact)


def _cross_suffixes(suffix: Literals, exact: Literals) -> Literals:
    """Suffixes of what comes before, as much of them as leaves few, with exact strings."""
    return next(filter(None, (_cross(_suffixes(suffix, length), exact) for length in _LENGTHS)), exact)


def _definite(literals: Literals) -> Literals:
    """Literals with nothing left open in them."""
    return frozenset(map(_definite_part, literals)) if any(_SIGNS in literal for literal in literals) else literals


def _definite_part(literal: str) -> str:
    r"""The longest part of a literal that says what is there; at a line's beginning, what stands behind the decoration.

    >>> _definite_part("\n\0(read more"), _definite_part("read\0more")
    ('\nread more', 'read')
    """
    if _SIGNS not in literal:
        return literal
    first, second, *others = literal.split(_SIGNS)
    parts = ["\n" + undecorated(second), second, *others] if first == "\n" else [first, second, *others]
    return max(parts, key=lambda part: (sum(map(str.isalpha, part)), bool(part.strip("\n")), len(part)))
