r"""Strings of which one is in whatever a pattern matches, read off the pattern's own parse tree: nobody writes keywords by hand.

A literal is looked for in folded text (see `folding`): in lower case, every digit a `0`, every white space a blank. Where a pattern must
fit a line whole, the line's ends are part of it: the literal `\nshare\n` is on no line but one that says "share" and nothing else. Many
patterns begin with whatever signs may decorate a line; then the literal stands behind its decoration (see `folding.undecorated`).

The sets of exact strings, beginnings and endings that are kept for each part of a pattern, and what becomes of them where two parts meet,
are those of Russ Cox, "Regular Expression Matching with a Trigram Index" (2012); that one looks for trigrams in the end, this for whole
strings.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence, Set
from functools import cache, reduce
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from typing import Any, NamedTuple

from cleaner.patterns.casefold import folded, folds
from cleaner.patterns.frequency import finds
from cleaner.patterns.literal_sets import NOTHING, SIGNS, STRINGS_AT_MOST, Literals, definite, meeting, product, truncate
from cleaner.patterns.syntax_tree import REPEATS, has_line_end, line_ends

#: Finds a character from which on a set isn't worth looking for: lines that hold none are few.
_TOO_MANY = 0.006
#: Parse nodes that match one character.
_ONE_CHARACTER = (_constants.ANY, _constants.LITERAL, _constants.NOT_LITERAL, _constants.IN)
#: Parse nodes that stand for a digit.
_DIGITS = ((_constants.RANGE, (ord("0"), ord("9"))), (_constants.CATEGORY, _constants.CATEGORY_DIGIT))
#: What is in every text, or on every line.
_ANYWHERE = frozenset({"", "\n", "\n\n"})
#: Strings that may come of two sets meeting and still be all that there are.
_FEW_STRINGS = 24
#: Characters of a class, or repeats, that are told one from another.
FEW = 8


class LiteralChoice(NamedTuple):
    """Strings to look for.

    Attributes:
        finds: How many finds a character they promise.
        literals: The strings; none, if that would be too many finds.
        tail: The most characters that a part can match from where one of them begins.
    """

    finds: float
    literals: Literals
    tail: int = sys.maxsize

    def before(self, most: int) -> LiteralChoice:
        """The same in a part that goes on with so many characters at most."""
        return self._replace(tail=min(self.tail + most, sys.maxsize))


_NONE = LiteralChoice(_TOO_MANY, frozenset())


class _Part(NamedTuple):
    """What is known of the strings, folded, that a part of a pattern can match.

    Attributes:
        exact: All of them; None if they are too many. If they are told, so are the beginnings and ends.
        starts: Each begins with one of these, save the empty string if it is one of them.
        ends: Each ends with one of these, with the same exception.
        best: Each holds one of these.
        most: Characters of the longest.
        empty: Whether the empty string is one of them.
    """

    exact: Literals | None
    starts: Literals
    ends: Literals
    best: LiteralChoice
    most: int
    empty: bool = False

    @classmethod
    def of(cls, strings: Iterable[str], best: LiteralChoice = _NONE) -> _Part:
        """The part that matches some strings and nothing else."""
        found = frozenset(strings)
        return cls(found, found, found, best, _longest(found))


def _longest(strings: Literals) -> int:
    """Characters of the longest of some strings."""
    return sys.maxsize if any(SIGNS in each for each in strings) else max(map(len, strings))


_EMPTY = _Part.of(NOTHING)
LINE_END = _Part.of({"\n"})
_SPACE = _Part.of({" "})
_DECORATION = _Part.of({SIGNS})
_CHARACTER = _Part(None, NOTHING, NOTHING, _NONE, 1)
_ANYTHING = _CHARACTER._replace(most=sys.maxsize)


class LiteralExtractor(NamedTuple):
    """Reads parse nodes.

    Attributes:
        one_line: Whether what they match is within one line.
        common: The commonest words of languages, which are the last to look for.
    """

    one_line: bool
    common: Set[str]

    def sequence(self, nodes: Iterable[tuple[Any, Any]], start: _Part = _EMPTY) -> _Part:
        """What some nodes match one behind another, and behind a start."""
        part, run = start, ""
        for op, value in nodes:
            char = _folded(value) if op is _constants.LITERAL else ""
            if char:
                run += char
                continue
            if run:
                part, run = self.join(part, _Part.of({run})), ""
            part = self.join(part, self.node(op, value))
        return self.join(part, _Part.of({run})) if run else part

    def node(self, op: Any, value: Any) -> _Part:
        """What one node matches."""
        if op is _constants.IN:
            return self.one_of(value)
        if op is _constants.SUBPATTERN:
            return self.sequence(value[3])
        if op is _constants.ATOMIC_GROUP:
            return self.sequence(value)
        if op is _constants.BRANCH:
            return self.either([self.sequence(branch) for branch in value[1]])
        if op in REPEATS:
            return self.repeat(value[0], value[1], self.sequence(value[2]))
        if op is _constants.ASSERT and value[0] > 0 and self.one_line:
            return _Part.of(NOTHING, self.needed(self.sequence(value[1]))._replace(tail=sys.maxsize))
        if op in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT):
            return _EMPTY
        return _CHARACTER if op in _ONE_CHARACTER else _ANYTHING

    def join(self, one: _Part, other: _Part) -> _Part:
        """One part and another behind it."""
        if one == _EMPTY or other == _EMPTY:
            return other if one == _EMPTY else one
        exact = product(one.exact, other.exact, _FEW_STRINGS) if one.exact and other.exact else None
        inside = one.best.before(other.most), other.best
        if exact:
            return _Part.of(exact, min(inside, key=_promised))
        here, there = one.ends | NOTHING if one.empty else one.ends, other.starts | NOTHING if other.empty else other.starts
        # What lies farther from the text's beginning, or from its end, is cut where it would be too much.
        starts = meeting(one.exact, there, -1) if one.exact else one.starts | there if one.empty else one.starts
        ends = meeting(here, other.exact, 1) if other.exact else other.ends | here if other.empty else other.ends
        middle = starts if one.exact else ends if other.exact else meeting(here, there, 1)
        sets = (middle, *(each for each in (here, there) if len(each) <= len(middle)))
        most = min(one.most + other.most, sys.maxsize)
        tail = min(_longest(here) + other.most, most)
        return _Part(
            None, truncate(starts, 1), truncate(ends, -1), self.best(*sets, tail=tail, known=inside), most, one.empty and other.empty
        )

    def one_of(self, items: Sequence[tuple[Any, Any]]) -> _Part:
        """What a class matches."""
        negated = (_constants.NEGATE, None) in items
        if negated and (_constants.CATEGORY, _constants.CATEGORY_WORD) in items:
            return self.signs(has_line_end(items))
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
            return _CHARACTER if any(map(str.isalpha, chars)) else self.signs("\n" in chars)
        return _Part.of(chars)

    def signs(self, line_ends: bool) -> _Part:
        """Any signs and digits; those that may run over a line's end decorate no line."""
        return _ANYTHING if line_ends and not self.one_line else _DECORATION

    def either(self, parts: Sequence[_Part]) -> _Part:
        """What one of some parts matches."""
        starts = frozenset[str]().union(*(part.starts for part in parts))
        ends = frozenset[str]().union(*(part.ends for part in parts))
        if all(part.exact is not None for part in parts) and len(starts) <= STRINGS_AT_MOST:
            return _Part.of(starts)
        needed = [self.needed(part) for part in parts]
        best = _NONE
        if all(each.literals for each in needed):
            best = self.best(frozenset().union(*(each.literals for each in needed)), tail=max(each.tail for each in needed))
        empty = any(part.empty or "" in (part.exact or ()) for part in parts)
        return _Part(None, truncate(starts, 1), truncate(ends, -1), best, max(part.most for part in parts), empty)

    def repeat(self, least: int, most: int, part: _Part) -> _Part:
        """What a part matches, so many times in a row."""
        if part == _DECORATION:
            return part
        if part.exact is not None and most <= FEW:
            times = [_EMPTY]
            for _ in range(most):
                times.append(self.join(times[-1], part))
            if all(each.exact is not None for each in times[least:]):
                whole = self.either(times[least:])
                few = whole.exact is not None and len(whole.exact) <= FEW
                return whole if few or any(map(str.isalpha, "".join(part.exact))) else self.signs("\n" in "".join(part.exact))
        if part.exact is not None and not any(map(str.isalpha, "".join(part.exact))):
            return self.signs("\n" in "".join(part.exact))
        longest = sys.maxsize if most is _constants.MAXREPEAT else min(part.most * most, sys.maxsize)
        if not least:
            return _Part(None, truncate(part.starts, 1), truncate(part.ends, -1), _NONE, longest, True)
        once = reduce(self.join, [part] * min(least, FEW), _EMPTY)
        # What stands between the first few and the last few is open.
        return _Part(None, truncate(once.starts, 1), truncate(once.ends, -1), self.needed(once)._replace(tail=longest), longest, once.empty)

    def says_twice(self, nodes: Sequence[tuple[Any, Any]]) -> bool:
        """Whether the first line is a group's find, a blank, and the same again."""
        nodes = list(nodes)
        while nodes and nodes[0][0] is _constants.SUBPATTERN and nodes[0][1][0] is None:
            nodes[:1] = nodes[0][1][3]
        if [op for op, _ in nodes[:3]] != [_constants.SUBPATTERN, _constants.LITERAL, _constants.GROUPREF]:
            return False
        (_, (group, _, _, said)), (_, blank), (_, again), *rest = nodes
        behind = self.join(self.sequence(rest), LINE_END)
        return group == again and blank == ord(" ") and not line_ends(said) and all(start.startswith("\n") for start in behind.starts)

    def says_again(self, nodes: Sequence[tuple[Any, Any]]) -> bool:
        """Whether the first line is a group's find, and the next begins with the same."""
        if [op for op, _ in nodes[:3]] != [_constants.SUBPATTERN, _constants.LITERAL, _constants.GROUPREF]:
            return False
        (_, (group, _, _, said)), (_, line_end), (_, again) = nodes[:3]
        return bool(group == again and line_end == ord("\n") and not line_ends(said))

    def needed(self, part: _Part) -> LiteralChoice:
        """The best of what is known to be in every string that a part matches."""
        return _NONE if part.empty else self.best(part.exact or frozenset(), part.starts, part.ends, tail=part.most, known=(part.best,))

    def best(self, *sets: Literals, tail: int = sys.maxsize, known: Iterable[LiteralChoice] = ()) -> LiteralChoice:
        """Of some sets, and what is known already, what promises the fewest finds."""
        found = min(known, key=_promised, default=_NONE)
        for each in sets:
            sound = truncate(definite(each), 1)
            if sound and not sound & _ANYWHERE:
                found = min(found, LiteralChoice(finds(sound, self.common), sound, tail), key=_promised)
        return found


def _promised(best: LiteralChoice) -> float:
    return best.finds


@cache
def _folded(code: int) -> str:
    """What a letter of a pattern folds into, or nothing if that isn't one character for all that equal it."""
    char = chr(code)
    return folded(char) if folds(char) and char != SIGNS else ""
