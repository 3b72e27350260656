"""Sets of strings, as `literals` keeps them for the parts of a pattern: joined where two parts meet, and cut to stay few and short."""

from __future__ import annotations

from cleaner.patterns.casefold import LENGTH_AT_MOST, undecorated

Literals = frozenset[str]

#: Stands in a string for any signs and digits, or none.
SIGNS = "\0"
#: The set of the empty string.
NOTHING = frozenset({""})
#: Strings that a set may hold.
STRINGS_AT_MOST = 200


def longest_line(literal: str) -> str:
    r"""The longest part of a literal that is on one line.

    >>> longest_line("\nby\nreuters"), longest_line("ago\n")
    ('\nreuters', 'ago\n')
    """
    lines = literal.split("\n")
    at = max(range(len(lines)), key=lambda number: len(lines[number]))
    return "\n" * (at > 0) + lines[at] + "\n" * (at + 1 < len(lines))


def fewest(literals: Literals) -> Literals:
    """Literals without those that another one finds too."""
    return frozenset(each for each in literals if not any(other in each for other in literals if other != each))


def product(first: Literals, second: Literals, most: int) -> Literals:
    """All strings of the one with all of the other behind them; an empty set if they are too many."""
    if len(first) * len(second) > max(most, len(first), len(second)):
        return frozenset()
    return frozenset(a + b for a in first for b in second)


def meeting(first: Literals, second: Literals, keep: int) -> Literals:
    """What stands where two parts meet; of the second its beginnings if `keep` is negative, of the first its ends if it is positive."""
    for length in (LENGTH_AT_MOST, 6, 4, 3, 2, 1):
        if keep < 0:
            second = frozenset(each[:length] for each in second)
        else:
            first = frozenset(each[-length:] for each in first)
        found = product(first, second, STRINGS_AT_MOST)
        if found:
            return found
    return first if keep < 0 else second


def truncate(strings: Literals, side: int) -> Literals:
    """Beginnings (or ends, if `side` is negative) of strings, short enough to be few."""
    length = LENGTH_AT_MOST
    while len(strings) > STRINGS_AT_MOST or len(max(strings, key=len, default="")) > length:
        strings = frozenset(each[:length] if side > 0 else each[-length:] for each in strings) if length else NOTHING
        length -= len(strings) > STRINGS_AT_MOST
    return strings


def definite(literals: Literals) -> Literals:
    """Literals with nothing left open in them."""
    return frozenset(map(_definite_part, literals)) if any(SIGNS in each for each in literals) else literals


def _definite_part(literal: str) -> str:
    r"""The longest part of a literal that says what is there; at a line's beginning, what stands behind the decoration.

    >>> _definite_part("\n\0(read more"), _definite_part("read\0more")
    ('\nread more', 'read')
    """
    if SIGNS not in literal:
        return literal
    first, second, *others = literal.split(SIGNS)
    parts = ["\n" + undecorated(second), second, *others] if first == "\n" else [first, second, *others]
    return max(parts, key=lambda part: (sum(map(str.isalpha, part)), bool(part.strip("\n")), len(part)))
