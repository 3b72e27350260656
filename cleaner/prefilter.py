"""Which rules can possibly match a text: the literals that a pattern can't do without.

Nobody writes keywords by hand. They are read off the pattern's own parse tree, and looked for in a lower-cased copy of the text; a rule
of which no literal is there need not be tried. Case folding has traps: `(?i)` in `regex` also lets `s`, `k` and `i` match ſ, the Kelvin
sign, İ and ı, and `str.lower` changes the length of İ and the sigma at a word's end. So literals break at letters with more than one lower
form, and a text with one of those characters is not filtered at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from typing import Any

from cleaner.document import Document
from cleaner.patterns import alternatives, parse_tree

Literals = frozenset[str]

#: Characters that equal another letter without case, yet don't turn into it by `str.lower` (found by trying all of Unicode).
AWKWARD = re.compile("[\u017f\u0130\u0131\u212a\u1c80-\u1c88]")

_ALTERNATIVES_AT_MOST = 200


def required_literals(pattern: str) -> Literals:
    r"""Strings of which at least one, in lower case, is in every text that matches a pattern.

    Returns:
        The best such set that was found, or an empty set: then the pattern must be tried on every line.

    >>> sorted(required_literals(r"read (?:more|also):.*"))
    ['read ']
    >>> sorted(required_literals(r"(?:foto|bild): \w+"))
    ['bild', 'foto']
    >>> required_literals(r"\d+")
    frozenset()
    """
    return max(_required(parse_tree(pattern) or ()), key=_worth, default=frozenset())


def literals_of(pattern: str) -> tuple[Literals, tuple[Literals, ...]]:
    """Required literals of a pattern, and of each of its alternatives."""
    parts = tuple(map(required_literals, alternatives(pattern)))
    return parts[0] if len(parts) == 1 else required_literals(pattern), parts


def fold(text: str) -> str | None:
    """A text as literals are looked for in it: in lower case; or None if it holds characters that fold in another way.

    >>> fold("READ MORE"), fold("\u0130stanbul")
    ('read more', None)
    """
    folded = text.lower()
    return None if len(folded) != len(text) or AWKWARD.search(text) else folded


def _worth(literals: Literals) -> float:
    """How little it costs to look for a set: each literal is a scan, and short ones stand on many lines that must then be tried.

    The weights are lines in a thousand of news pages that hold a typical literal of one, two, three … characters, divided by ten.
    """
    return -sum((60, 25, 8, 3)[min(len(literal), 4) - 1] + 2 for literal in literals)


def _required(tree: Iterable[tuple[Any, Any]]) -> list[Literals]:
    """Every set of literals of which a sequence of parse nodes needs one."""
    found: list[Literals] = []
    run: list[str] = []

    def end_run() -> None:
        if run:
            found.append(frozenset({"".join(run)}))
            run.clear()

    for op, value in tree:
        if op is _constants.LITERAL and _folds(chr(value)):
            run.append(chr(value).lower())
        elif op is _constants.AT:
            continue
        else:
            end_run()
            found += _inside(op, value)
    end_run()
    return found


def _inside(op: Any, value: Any) -> list[Literals]:
    if op is _constants.SUBPATTERN:
        return _required(value[3])
    if op is _constants.ATOMIC_GROUP:
        return _required(value)
    if op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
        return _required(value[2]) if value[0] else []
    if op is _constants.BRANCH:
        best = [max(_required(branch), key=_worth, default=frozenset()) for branch in value[1]]
        union = frozenset[str]().union(*best)
        return [union] if all(best) and len(union) <= _ALTERNATIVES_AT_MOST else []
    return []


def _folds(char: str) -> bool:
    """Whether a character has one lower form, which is itself in lower case, whatever stands beside it."""
    if char.isascii():
        return True
    return (
        char.lower() == char.upper()
        or char.lower() in "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþăąćčďęěğłńňőœřśşšťůűżžź"
        or "а" <= char.lower() <= "я"
    )


#: Length of the pieces by which most literals are told to be absent without a search of their own. Four characters are rare enough to rule
#: out nearly all, and cutting a text into its pieces costs what searching it for about a hundred literals does.
_GRAM = 4


class Prefilter:
    """Finds, for each of some patterns, the lines that are worth trying.

    Args:
        literals: A set of required literals for each pattern; empty means every line.
        whole: For each pattern, whether one literal anywhere means every line, because it looks at several lines at once.
    """

    def __init__(self, literals: Sequence[Literals], whole: Sequence[bool]) -> None:
        self._literals = literals
        self._whole = whole
        self._short = {literal for group in literals for literal in group if len(literal) < _GRAM}
        self._by_gram: dict[str, list[str]] = {}
        for literal in sorted({literal for group in literals for literal in group} - self._short):
            self._by_gram.setdefault(literal[:_GRAM], []).append(literal)

    def candidates(self, document: Document, among: Iterable[int]) -> Iterable[tuple[int, Iterable[int]]]:
        """For each pattern that may match (by its place), the numbers of the solid lines to try it on.

        Args:
            document: The text.
            among: The patterns to ask for.
        """
        every = range(len(document.solid))
        folded = fold(document.compact)
        present = frozenset[str]() if folded is None else self._present(folded)
        lines: dict[str, set[int]] = {}
        for place in among:
            literals = self._literals[place]
            if folded is None or not literals:
                yield place, every
                continue
            found = literals & present
            if found and self._whole[place]:
                yield place, every
            elif found:
                for literal in found - lines.keys():
                    lines[literal] = _lines_with(document, folded, literal)
                yield place, sorted(set().union(*(lines[literal] for literal in found)))

    def _present(self, folded: str) -> frozenset[str]:
        """The literals that a folded text holds."""
        grams = {folded[at : at + _GRAM] for at in range(len(folded) - _GRAM + 1)}
        likely = [literal for gram in self._by_gram.keys() & grams for literal in self._by_gram[gram]]
        return frozenset(literal for literal in [*self._short, *likely] if literal in folded)


def _lines_with(document: Document, folded: str, literal: str) -> set[int]:
    numbers = set()
    at = folded.find(literal)
    while at >= 0:
        number = document.line_at(at)
        numbers.add(number)
        following = number + 1
        if following >= len(document.solid):
            break
        at = folded.find(literal, document.compact_start(following))
    return numbers
