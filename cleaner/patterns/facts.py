"""Facts about a pattern, as values that are quick to import."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Alternative(NamedTuple):
    """One of the patterns that a rule tries in turn.

    Attributes:
        pattern: The pattern.
        many_lines: Whether it may fit several lines.
    """

    pattern: str
    many_lines: bool


class Required(NamedTuple):
    """What a pattern can't do without.

    Attributes:
        literals: Strings, folded, of which one stands where it matches: on the line, on one of the lines, or on the line after. A line end
            in them is a line's beginning or end. Without any, the pattern must be tried on every line.
        nearest: How many lines before the one with the literal the match begins, at least.
        before: And at most.
        least: Characters of the shortest line that it fits, or of which the literal stands on one.
        most: Characters of the longest.
        tail: And the most from where the literal begins to the line's end, which counts as one.
        by_line: Whether one line tells if the pattern fits it; or it takes the lines around, or a search inside the line.
    """

    literals: frozenset[str]
    nearest: int = 0
    before: int = 0
    least: int = 0
    most: int = sys.maxsize
    tail: int = sys.maxsize
    by_line: bool = True
