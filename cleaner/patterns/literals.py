r"""Literals of a pattern: strings of which each match holds at least one. They are derived from the parse tree; nobody writes keywords.

Literals are searched for in folded text (see `casefold`). Where a pattern must match a whole line, the line's ends belong to the literal:
`\nshare\n` is only found on a line that is "share" and nothing else. Many patterns begin with any signs that may decorate a line; then the
literal stands behind the decoration (see `casefold.undecorated`).

Method: Russ Cox, "Regular Expression Matching with a Trigram Index" (2012). For each part of a pattern it keeps the set of its exact
strings, their prefixes and suffixes, and the literals that must be inside; with a rule each for concatenation, alternatives and repeats.
Cox searches for trigrams in the end; this module for whole strings.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache, reduce
from itertools import islice
from operator import attrgetter
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from typing import Any, NamedTuple

from cleaner.patterns.casefold import COPYRIGHT, LONGEST_LITERAL, bare, folded, folds, undecorated
from cleaner.patterns.frequency import expected_hits
from cleaner.patterns.syntax_tree import REPEATS, Node, has_line_end

Literals = frozenset[str]

#: Hits per character above which a set isn't worth searching for, since nearly every line would hold one of its strings.
_TOO_MANY = 0.006
#: Parse nodes that match one character.
_ONE_CHARACTER = (_constants.ANY, _constants.LITERAL, _constants.NOT_LITERAL, _constants.IN)
#: Parse nodes that stand for a digit.
_DIGITS = ((_constants.RANGE, (ord("0"), ord("9"))), (_constants.CATEGORY, _constants.CATEGORY_DIGIT))
#: Strings that are in every text, or on every line.
_ANYWHERE = frozenset({"", "\n", "\n\n"})
#: Placeholder in a string for any number of any signs and digits.
_SIGNS = "\0"
#: The set of the empty string.
_NOTHING = frozenset({""})
#: Greatest size of a set of strings.
_STRINGS_AT_MOST = 200
#: Greatest size of an exact set made by concatenating two others.
_EXACT_AT_MOST = 24
#: Greatest number of characters of a class, or of repeats, that are written out.
FEW = 8
#: Least length of a beginning in characters, if the pattern has more; and the first letter of scripts without spaces, or with short words.
_BEGINNING, _UNSPACED = 6, "\u0900"
#: Least weight of a beginning: each letter counts 1, one of a script whose words have few letters 2.
_WEIGHT = 4
#: Number of common words with which sentences often begin.
_COMMON_AT_MOST = 2
#: Greatest number of options at a pattern's beginning that are looked at.
_BEGINNINGS_AT_MOST = 200


class LiteralChoice(NamedTuple):
    """Strings to search for.

    Attributes:
        hits: Expected hits per character of text.
        literals: The strings, folded; empty if there would be too many hits.
        tail: Greatest number of characters from the first one of a literal to the end of the part's match.
    """

    hits: float
    literals: Literals
    tail: int = sys.maxsize

    def before(self, longest: int) -> LiteralChoice:
        """The same choice, where at most `longest` more characters follow."""
        return self._replace(tail=min(self.tail + longest, sys.maxsize))


_NONE = LiteralChoice(_TOO_MANY, frozenset())


class Part(NamedTuple):
    """Facts about the folded strings that a part of a pattern can match.

    Attributes:
        exact: All of the strings, which are then also `prefix` and `suffix`; None if they are too many.
        prefix: Beginnings of the strings: every string but the empty one has one of them.
        suffix: Endings of the strings, likewise.
        match: Literals of which every string holds one.
        longest: Length of the longest string, in characters.
        empty: Whether the empty string is among them, if `exact` is None.
    """

    exact: Literals | None
    prefix: Literals
    suffix: Literals
    match: LiteralChoice
    longest: int
    empty: bool = False

    @classmethod
    def of(cls, strings: Literals, match: LiteralChoice = _NONE) -> Part:
        """A part that matches just these strings."""
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
    """Derives literals from parse nodes.

    Attributes:
        one_line: Whether matches lie within one line.
        common: The commonest words of languages, which are avoided as literals.
        weighs: Whether the literals with the fewest hits are looked for; prefixes alone are had in half the time.
    """

    one_line: bool
    common: frozenset[str]
    weighs: bool = True

    def sequence(self, nodes: Iterable[Node], start: Part = _EMPTY) -> Part:
        """The part that `start` and the nodes behind it match in sequence."""
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

    def beginnings(self, nodes: Sequence[Node]) -> Literals:
        """Strings with which a match of the nodes may begin, signs and figures before its first letter aside.

        What sentences often begin with is left out, and so is what stands behind more options than `_BEGINNINGS_AT_MOST`.
        """
        prefixes = islice(self._replace(weighs=False)._prefixes(list(nodes)), _BEGINNINGS_AT_MOST)
        begun = (bare(prefix.strip("\n")).split(_SIGNS)[0][:LONGEST_LITERAL] for part in prefixes for prefix in part)
        return _without_longer_ones(_cut(string) for string in begun if _weight(string) >= _WEIGHT and not self._is_common(string))

    def _is_common(self, string: str) -> bool:
        """Whether a string is nothing but one or two common words."""
        words = string.split()
        return len(words) <= _COMMON_AT_MOST and all(word in self.common for word in words)

    def _prefixes(self, nodes: Sequence[Node]) -> Iterator[Literals]:
        """Prefixes of the nodes, with and without each option at their beginning."""
        for index, (op, value) in enumerate(nodes):
            rest = nodes[index + 1 :]
            if op is _constants.SUBPATTERN or op is _constants.ATOMIC_GROUP:
                yield from self._prefixes([*(value[3] if op is _constants.SUBPATTERN else value), *rest])
                return
            if op is _constants.BRANCH:
                for branch in value[1]:
                    yield from self._prefixes([*branch, *rest])
                return
            if op in REPEATS and value[0] == 0:
                if self._node(op, value) != _DECORATION:
                    yield from self._prefixes([*value[2], *rest])
            elif op not in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT):
                yield self._prefix(nodes[index:])
                return

    def _prefix(self, nodes: Iterable[Node]) -> Literals:
        """Prefixes of the nodes, from so many of them as are needed for the longest."""
        part = _EMPTY
        for node in nodes:
            part = self.sequence([node], part)
            if (part.exact and min(map(len, part.exact)) >= LONGEST_LITERAL) or not (part.exact or part.empty):
                break
        return part.prefix

    @lru_cache(maxsize=20_000)  # noqa: B019  # extractors are values, and few
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
        """The part that matches `one` and then `other`."""
        if one == _EMPTY or other == _EMPTY:
            return other if one == _EMPTY else one
        exact = _cross(one.exact, other.exact, _EXACT_AT_MOST) if one.exact and other.exact else None
        inside = one.match.before(other.longest), other.match
        if exact:
            return Part.of(exact, min(inside, key=_hits))
        suffix = one.suffix | _NOTHING if one.empty else one.suffix
        prefix = other.prefix | _NOTHING if other.empty else other.prefix
        # Where there would be too many strings, prefixes are shortened at their end, suffixes at their beginning.
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
        """Part of any signs and digits; where it may match line ends, it isn't the decoration of one line."""
        return _ANYTHING if line_ends and not self.one_line else _DECORATION

    def _alternate(self, parts: Sequence[Part]) -> Part:
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
        if part == _DECORATION:
            return part
        if part.exact is not None:
            chars = "".join(part.exact)
            lettered = any(map(str.isalpha, chars))
            if most <= FEW:
                times = [_EMPTY]
                for _ in range(most):
                    times.append(self.concatenate(times[-1], part))
                if all(repetition.exact is not None for repetition in times[least:]):
                    whole = self._alternate(times[least:])
                    if lettered or (whole.exact is not None and len(whole.exact) <= FEW):
                        return whole
            if not lettered:
                return self._signs("\n" in chars)
        longest = sys.maxsize if most is _constants.MAXREPEAT else min(part.longest * most, sys.maxsize)
        # Between the first few repeats and the last few may be any number of others.
        once = reduce(self.concatenate, [part] * min(least, FEW), _EMPTY) if least else part
        match = self.required(once)._replace(tail=longest) if least else _NONE
        return Part(None, _simplify(once.prefix, _prefixes), _simplify(once.suffix, _suffixes), match, longest, once.empty or not least)

    def required(self, part: Part) -> LiteralChoice:
        """The choice with the fewest hits among the literals that every string of a part holds."""
        if part.empty:
            return _NONE
        return self.best(part.exact or frozenset(), part.prefix, part.suffix, tail=part.longest, known=(part.match,))

    def best(self, *options: Literals, tail: int = sys.maxsize, known: Iterable[LiteralChoice] = ()) -> LiteralChoice:
        """The choice with the fewest hits among `options` (sets, with their `tail`) and `known` choices."""
        if not self.weighs:
            return _NONE
        choice = min(known, key=_hits, default=_NONE)
        for option in options:
            literals = _simplify(_definite(option), _prefixes)
            if literals and not literals & _ANYWHERE:
                choice = min(choice, LiteralChoice(expected_hits(literals, self.common, choice.hits), literals, tail), key=_hits)
        return choice


_hits = attrgetter("hits")


@cache
def _folded(code: int) -> str:
    """The character that a code point folds into; an empty string if not all that equal it without case fold into the same one."""
    char = chr(code)
    return folded(char) if folds(char) and char != _SIGNS else ""


def _prefixes(strings: Literals, length: int) -> Literals:
    return frozenset(string[:length] for string in strings)


def _suffixes(strings: Literals, length: int) -> Literals:
    return frozenset(string[-length:] for string in strings)


def _simplify(strings: Literals, cut: Callable[[Literals, int], Literals]) -> Literals:
    """Strings, cut to prefixes or suffixes (by `cut`) so short that they are few."""
    if len(strings) <= _STRINGS_AT_MOST and len(max(strings, key=len, default="")) <= LONGEST_LITERAL:
        return strings
    shortened = (cut(strings, length) for length in range(LONGEST_LITERAL, 0, -1))
    return next((few for few in shortened if len(few) <= _STRINGS_AT_MOST), _NOTHING)


def _cross(first: Literals, second: Literals, most: int = _STRINGS_AT_MOST) -> Literals:
    """All concatenations of a string of `first` and one of `second`; an empty set if they are more than `most`."""
    if len(first) * len(second) > max(most, len(first), len(second)):
        return frozenset()
    return frozenset(one + other for one in first for other in second)


#: Lengths to which strings are cut in turn until they are few enough for `_cross`.
_LENGTHS = (LONGEST_LITERAL, 6, 4, 3, 2, 1)


def _cross_prefixes(exact: Literals, prefix: Literals) -> Literals:
    """Exact strings, each with every prefix behind it; the prefixes are cut until the results are few."""
    return next(filter(None, (_cross(exact, _prefixes(prefix, length)) for length in _LENGTHS)), exact)


def _cross_suffixes(suffix: Literals, exact: Literals) -> Literals:
    """Exact strings, each with every suffix before it; the suffixes are cut until the results are few."""
    return next(filter(None, (_cross(_suffixes(suffix, length), exact) for length in _LENGTHS)), exact)


def _definite(literals: Literals) -> Literals:
    """Literals without the placeholder for signs."""
    return frozenset(map(_definite_part, literals)) if any(_SIGNS in literal for literal in literals) else literals


def _definite_part(literal: str) -> str:
    r"""The longest part of a literal between placeholders; at a line's beginning, the part behind the decoration.

    >>> _definite_part("\n\0(read more"), _definite_part("\n\0\0read more"), _definite_part("read\0more")
    ('\nread more', '\nread more', 'read')
    """
    signs = literal.count(_SIGNS)
    if not signs:
        return literal
    if signs == 1 and literal.startswith("\n" + _SIGNS):  # most often: a line's decoration, and all letters behind it
        behind = undecorated(literal[2:])
        if behind:
            return "\n" + behind if len(literal) - 2 <= len(behind) + 1 else literal[2:]
    while _SIGNS * 2 in literal:
        literal = literal.replace(_SIGNS * 2, _SIGNS)
    first, second, *others = literal.split(_SIGNS)
    parts = ["\n" + undecorated(second), second, *others] if first == "\n" else [first, second, *others]
    return max(parts, key=lambda part: (sum(map(str.isalpha, part)), bool(part.strip("\n")), len(part)))


def _cut(string: str) -> str:
    """A beginning cut behind the word with which it is long enough to be told from most others; in a script without spaces, anywhere."""
    for length in range(_BEGINNING, len(string)):
        if (string[length - 1] == " " or string[length - 1] >= _UNSPACED) and _weight(string[:length]) >= _WEIGHT:
            return string[:length]
    return string


def _without_longer_ones(strings: Iterable[str]) -> Literals:
    """The strings, without those that begin with another one."""
    kept = set[str]()
    for string in sorted(strings, key=len):
        if not any(string[:length] in kept for length in range(len(string))):
            kept.add(string)
    return frozenset(kept)


def _weight(string: str) -> int:
    weight = sum(1 if char < _UNSPACED else 2 for char in string if char.isalpha())
    return weight + _WEIGHT * (string[:1] in COPYRIGHT or string.startswith("c)"))
