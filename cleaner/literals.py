r"""The literals that a pattern can't do without, read off the pattern's own parse tree: nobody writes keywords by hand.

A literal is looked for in folded text (see `folding`): in lower case, every digit a `0`, every white space a blank. Where a pattern must
fit a line whole, the line's ends are part of it: the literal `\nshare\n` is on no line but one that says "share" and nothing else. Many
patterns begin with whatever signs may decorate a line; then the literal stands behind its decoration (see `folding.undecorated`).

The sets of exact strings, beginnings and endings that are kept for each part of a pattern, and what becomes of them where two parts meet,
are those of Russ Cox, "Regular Expression Matching with a Trigram Index" (2012); that one looks for trigrams in the end, this for whole
strings.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from typing import Any

from cleaner.folding import fold, folds, undecorated
from cleaner.model import Required, Rule
from cleaner.patterns import Try, parse_tree, tries

Literals = frozenset[str]

#: Stands in a string for any signs and digits, or none.
_SIGNS = "\0"
_NOTHING = frozenset({""})
#: Line ends that are counted, and lines before a literal's that weigh on the choice of it.
_VERY_MANY, _LINES_COUNTED = 1000, 40
#: Finds a character from which on a set isn't worth looking for: lines that hold none are few.
_TOO_MANY = 0.0025
#: A parse node that stands for what can't be parsed.
_UNKNOWN: tuple[Any, Any] = (None, None)
#: What is in every text, or on every line.
_ANYWHERE = frozenset({"", "\n"})
#: Strings that a set may hold, strings that may come of two sets meeting and still be all that there are, and characters of each.
_STRINGS_AT_MOST, _FEW_STRINGS, LENGTH_AT_MOST = 200, 24, 12
#: Characters of a class, or repeats, that are told one from another.
_FEW = 8


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of the strings, folded, that a part of a pattern can match.

    Attributes:
        exact: All of them; None if they are too many. If they are told, the rest is told by them.
        starts: Each begins with one of these, save the empty string if it is one of them.
        ends: Each ends with one of these, with the same exception.
        best: Each holds one of these; None if nothing is known.
        empty: Whether the empty string is one of them.
    """

    exact: Literals | None
    starts: Literals
    ends: Literals
    best: Literals | None = None
    empty: bool = False

    @classmethod
    def of(cls, strings: Iterable[str], best: Literals | None = None) -> _Part:
        """The part that matches some strings and nothing else."""
        found = frozenset(strings)
        return cls(found, found, found, best)

    def then(self, other: _Part) -> _Part:
        """This part and another behind it."""
        exact = _product(self.exact, other.exact, _FEW_STRINGS) if self.exact and other.exact else None
        if exact:
            return _Part.of(exact, self.best or other.best)
        here, there = self.ends | _NOTHING if self.empty else self.ends, other.starts | _NOTHING if other.empty else other.starts
        # What lies farther from the text's beginning, or from its end, is cut where it would be too much.
        starts = _meeting(self.exact, there, -1) if self.exact else self.starts | there if self.empty else self.starts
        ends = _meeting(here, other.exact, 1) if other.exact else other.ends | here if other.empty else other.ends
        best = _best(self.best, other.best, starts if self.exact else _meeting(here, there, 1), here, there)
        return _Part(None, _cut(starts, 1), _cut(ends, -1), best, self.empty and other.empty)

    @property
    def needed(self) -> Literals | None:
        """The best of what is known to be in every string."""
        return None if self.empty else _best(self.best, self.exact, self.starts, self.ends)


_EMPTY = _Part.of(_NOTHING)
_LINE_END = _Part.of({"\n"})
_DECORATION = _Part.of({_SIGNS})
_ANYTHING = _Part(None, _NOTHING, _NOTHING)


def required_literals(pattern: str, whole: bool = False, lines: bool = False) -> Literals:
    r"""Strings of which at least one is in every text that matches a pattern, once that is folded.

    Args:
        pattern: The pattern.
        whole: Whether it must fit a line from end to end. Then literals may begin or end with `\n`, which stands for a line's end.
        lines: Whether what it matches may go over several lines.

    Returns:
        The set that promises the fewest finds, or an empty set: then the pattern must be tried on every line.

    >>> sorted(required_literals(r"read (?:more|also):.*"))
    ['read also:', 'read more:']
    >>> sorted(required_literals(r"read (?:more|also)|\d comments?", whole=True))
    ['\n0 comment\n', '\n0 comments\n', '\nread also\n', '\nread more\n']
    >>> required_literals(r"\w+")
    frozenset()
    """
    nodes = parse_tree(pattern) or [_UNKNOWN]
    return _fewest((_sequence(nodes, not lines, _LINE_END).then(_LINE_END) if whole else _sequence(nodes, not lines)).needed)


def required_of_lines(pattern: str) -> Required:
    r"""What a pattern that must fit one or several whole lines can't do without; each literal on one line.

    >>> required_of_lines(r"related\n.{10,90}")[:2]
    (frozenset({'\nrelated\n'}), 0)
    >>> required_of_lines(r".{10,90}\nread more\n(?:.+\n)?.+")[:2]
    (frozenset({'\nread more\n'}), 3)
    """
    tree = parse_tree(pattern) or [_UNKNOWN]
    part = _sequence(tree, False, _LINE_END).then(_LINE_END)
    first = _best(frozenset("\n" + start[1:].split("\n")[0] + "\n" * ("\n" in start[1:]) for start in part.starts))
    other = _best(frozenset(map(_longest_line, part.needed or ())))
    before = _line_ends(tree)
    if other and (not first or _finds(other) * min(before + 1, _LINES_COUNTED) < _finds(first)):
        return Required(_fewest(other), before)
    return Required(_fewest(first))


def _longest_line(literal: str) -> str:
    r"""The longest part of a literal that is on one line.

    >>> _longest_line("\nby\nreuters"), _longest_line("ago\n")
    ('\nreuters', 'ago\n')
    """
    lines = literal.split("\n")
    at = max(range(len(lines)), key=lambda number: len(lines[number]))
    return "\n" * (at > 0) + lines[at] + "\n" * (at + 1 < len(lines))


def _fewest(literals: Literals | None) -> Literals:
    """Literals without those that another one finds too."""
    found = literals or frozenset()
    return frozenset(each for each in found if not any(other in each for other in found if other != each))


def _line_ends(nodes: Iterable[tuple[Any, Any]]) -> int:
    """How many line ends a sequence of parse nodes can match at most, roughly if they are very many."""
    return min(sum(_line_ends_of(op, value) for op, value in nodes), _VERY_MANY)


def _line_ends_of(op: Any, value: Any) -> int:
    if op in (_constants.SUBPATTERN, _constants.ATOMIC_GROUP):
        return _line_ends(value[3] if op is _constants.SUBPATTERN else value)
    if op is _constants.BRANCH:
        branches: list[Any] = value[1]
        return max(map(_line_ends, branches))
    if op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
        return int(min(value[1], _VERY_MANY)) * _line_ends(value[2])
    if op in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT, _constants.ANY):
        return 0
    if op is _constants.LITERAL:
        return int(value == ord("\n"))
    if op is _constants.NOT_LITERAL:
        return int(value != ord("\n"))
    if op is _constants.IN:
        return int(_has_line_end(value))
    return _VERY_MANY


def _has_line_end(items: Sequence[tuple[Any, Any]]) -> bool:
    """Whether a class holds the line end; what isn't known to hold it or not counts as holding it."""
    negated = items[0][0] is _constants.NEGATE
    plain = [value for op, value in items if op is _constants.LITERAL]
    if ord("\n") in plain:
        return not negated
    spaces = (_constants.CATEGORY_SPACE, _constants.CATEGORY_NOT_WORD, _constants.CATEGORY_NOT_DIGIT)
    return negated or any(op is _constants.CATEGORY and value in spaces for op, value in items)


def required_by(rule: Rule) -> tuple[Required, ...]:
    """What each of the tries can't do without that a rule makes of its pattern."""
    return tuple(_required(rule, each) for each in tries(rule))


def _required(rule: Rule, one: Try) -> Required:
    if rule.remove == "match":
        return Required(required_literals(one.pattern))
    if one.many_lines:
        return required_of_lines(one.pattern)
    literals = required_literals(one.pattern, whole=True)
    least, most = _widths(one.pattern)
    behind = required_literals(rule.next, whole=True) if rule.next and rule.remove == "line" and not literals else None
    return Required(behind, 1, least, most) if behind else Required(literals, 0, least, most)


def _widths(pattern: str) -> tuple[int, int]:
    """The fewest and the most characters that a pattern can match."""
    tree = parse_tree(pattern)
    widths: tuple[int, int] = tree.getwidth() if tree else (0, sys.maxsize)
    return widths


def _sequence(nodes: Iterable[tuple[Any, Any]], one_line: bool, start: _Part = _EMPTY) -> _Part:
    part, run = start, ""
    for op, value in nodes:
        char = _folded(value) if op is _constants.LITERAL else ""
        if char:
            run += char
            continue
        if run:
            part, run = part.then(_Part.of({run})), ""
        part = part.then(_node(op, value, one_line))
    return part.then(_Part.of({run})) if run else part


@cache
def _folded(code: int) -> str:
    """What a letter of a pattern folds into, or nothing if that isn't one character for all that equal it."""
    char = chr(code)
    return fold(char).decode() if folds(char) and char != _SIGNS else ""


def _node(op: Any, value: Any, one_line: bool) -> _Part:
    if op is _constants.IN:
        return _class(value, one_line)
    if op is _constants.SUBPATTERN:
        return _sequence(value[3], one_line)
    if op is _constants.ATOMIC_GROUP:
        return _sequence(value, one_line)
    if op is _constants.BRANCH:
        return _either([_sequence(branch, one_line) for branch in value[1]])
    if op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
        return _repeat(value[0], value[1], _sequence(value[2], one_line))
    if op is _constants.ASSERT and value[0] > 0:
        ahead = _sequence(value[1], one_line)
        return _Part.of(_NOTHING, ahead.needed)
    if op in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT):
        return _EMPTY
    return _ANYTHING


def _class(items: Sequence[tuple[Any, Any]], one_line: bool) -> _Part:
    if (_constants.NEGATE, None) in items and (_constants.CATEGORY, _constants.CATEGORY_WORD) in items:
        return _DECORATION
    folded: set[str] = set()
    for op, value in items:
        if op is _constants.LITERAL:
            folded.add(_folded(value))
        elif op is _constants.RANGE and value[1] - value[0] < _FEW:
            folded.update(map(_folded, range(value[0], value[1] + 1)))
        elif (op is _constants.RANGE and value == (ord("0"), ord("9"))) or (op, value) == (_constants.CATEGORY, _constants.CATEGORY_DIGIT):
            folded.add("0")
        elif one_line and (op, value) == (_constants.CATEGORY, _constants.CATEGORY_SPACE):
            folded.add(" ")
        else:
            return _ANYTHING
    if "" in folded:
        return _ANYTHING
    if len(folded) > _FEW:
        return _ANYTHING if any(map(str.isalpha, folded)) else _DECORATION
    return _Part.of(folded)


def _either(parts: list[_Part]) -> _Part:
    starts = frozenset[str]().union(*(part.starts for part in parts))
    ends = frozenset[str]().union(*(part.ends for part in parts))
    if all(part.exact is not None for part in parts) and len(starts) <= _STRINGS_AT_MOST:
        return _Part.of(starts)
    needed = [part.needed for part in parts]
    best = frozenset[str]().union(*(each or () for each in needed))
    empty = any(part.empty or "" in (part.exact or ()) for part in parts)
    return _Part(None, _cut(starts, 1), _cut(ends, -1), best if all(needed) else None, empty)


def _repeat(least: int, most: int, part: _Part) -> _Part:
    if part == _DECORATION:
        return part
    if part.exact is not None and most <= _FEW:
        times = [_EMPTY]
        for _ in range(most):
            times.append(times[-1].then(part))
        if all(each.exact is not None for each in times[least:]):
            whole = _either(times[least:])
            few = whole.exact is not None and len(whole.exact) <= _FEW
            return whole if few or any(map(str.isalpha, "".join(part.exact))) else _DECORATION
    if part.exact is not None and not any(map(str.isalpha, "".join(part.exact))):
        return _DECORATION
    if not least:
        return _Part(None, _cut(part.starts, 1), _cut(part.ends, -1), None, True)
    once = reduce(_Part.then, [part] * min(least, _FEW), _EMPTY)
    # What stands between the first few and the last few is open.
    return _Part(None, _cut(once.starts, 1), _cut(once.ends, -1), once.needed, once.empty)


def _product(first: Literals, second: Literals, most: int) -> Literals:
    """All strings of the one with all of the other behind them; an empty set if they are too many."""
    if len(first) * len(second) > max(most, len(first), len(second)):
        return frozenset()
    return frozenset(a + b for a in first for b in second)


def _meeting(first: Literals, second: Literals, keep: int) -> Literals:
    """What stands where two parts meet; of the second its beginnings if `keep` is negative, of the first its ends if it is positive."""
    for length in (LENGTH_AT_MOST, 6, 4, 3, 2, 1):
        if keep < 0:
            second = frozenset(each[:length] for each in second)
        else:
            first = frozenset(each[-length:] for each in first)
        found = _product(first, second, _STRINGS_AT_MOST)
        if found:
            return found
    return first if keep < 0 else second


def _cut(strings: Literals, side: int) -> Literals:
    """Beginnings (or ends, if `side` is negative) of strings, short enough to be few."""
    length = LENGTH_AT_MOST
    while True:
        short = frozenset(each[:length] if side > 0 else each[-length:] for each in strings) if length else _NOTHING
        if len(short) <= _STRINGS_AT_MOST:
            return short
        length -= 1


def _definite(literal: str) -> str:
    r"""The longest part of a literal that says what is there; at a line's beginning, what stands behind the decoration.

    >>> _definite("\n\0(read more"), _definite("read\0more")
    ('\nread more', 'read')
    """
    if _SIGNS not in literal:
        return literal
    first, second, *others = literal.split(_SIGNS)
    parts = ["\n" + undecorated(second), *others] if first == "\n" else [first, second, *others]
    return max(parts, key=len)


def _best(*sets: Literals | None) -> Literals | None:
    """Of some sets the one that promises the fewest finds; None if none of them says anything."""
    found, fewest = None, _TOO_MANY
    for each in sets:
        sound = _cut(frozenset(map(_definite, each)), 1) if each and "" not in each else _NOTHING
        finds = _TOO_MANY if sound & _ANYWHERE else _finds(sound)
        if finds < fewest:
            found, fewest = sound, finds
    return found


#: Letters, blanks and digits in a hundred characters of English text; and any other character, of ASCII or beyond it.
_SHARES = {_SIGNS: 100.0} | {
    char: float(share)
    for chars, share in [
        *(
            (" ", 17),
            ("e", 10),
            ("t", 7.5),
            ("a", 6.5),
            ("o", 6.2),
            ("in", 5.7),
            ("s", 5.3),
            ("hr", 5),
            ("dl", 3.3),
            ("cu", 2.3),
            ("mw", 2),
        ),
        *(("f", 1.9), ("g", 1.7), ("y", 1.6), ("p", 1.5), ("b", 1.3), ("0.,", 1), ("vk\n", 0.8), ("'\"-’“”", 0.3)),
    ]
    for char in chars
}
_RARE = 0.1, 0.01
#: What one more string costs, in finds a character: the automaton grows out of the processor's cache.
_COST = 1e-6
#: The same behind a character that makes them likely: a blank or a line's end behind a sign, a digit behind a digit.
_FOLLOWING = {**{sign + " ": 80 for sign in ".,:;!?)”’"}, **{sign + "\n": 30 for sign in '.:!?"”)'}, "00": 50}


def _finds(literals: Literals) -> float:
    """How many finds a set promises: each string as often as its characters meet by chance, and each as something more to look for."""
    return sum(map(_chance, literals)) + _COST * len(literals)


@cache
def _chance(literal: str) -> float:
    chance, before = 1.0, ""
    for char in literal:
        chance *= (_FOLLOWING.get(before + char) or _SHARES.get(char) or _RARE[not char.isascii()]) / 100
        before = char
    return chance
