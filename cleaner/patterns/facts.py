"""Facts about a pattern, as values that are quick to import."""

from __future__ import annotations

import sys
from typing import Literal, NamedTuple

#: How a pattern is used: to fit one line whole, lines whole, the end of a line, to be found somewhere, as a part of others, on a neighbour.
Use = Literal["line", "lines", "rest", "found", "part", "beside"]


class Alternative(NamedTuple):
    """One of the patterns that a rule tries in turn.

    Attributes:
        pattern: Its source.
        many_lines: Whether it may fit several lines.
    """

    pattern: str
    many_lines: bool


class Required(NamedTuple):
    """What a pattern can't do without.

    Attributes:
        literals: Strings, folded, of which one stands where it matches: on the line, on one of the lines, or on the line after. A line end
            in them is a line's beginning or end. Without any, the pattern must be tried on every line.
        min_lines_before: Lines from the first of the match to the one with the literal, at least.
        max_lines_before: The same at most.
        min_width: Characters of the shortest line that it fits, or on which the literal stands.
        max_width: Characters of the longest.
        tail: The most characters from where the literal begins to the line's end, which counts as one.
        by_line: Whether one line tells if the pattern fits it; or it takes the lines around, or a search inside the line.
    """

    literals: frozenset[str]
    min_lines_before: int = 0
    max_lines_before: int = 0
    min_width: int = 0
    max_width: int = sys.maxsize
    tail: int = sys.maxsize
    by_line: bool = True


class Fault(NamedTuple):
    """What is wrong with a pattern.

    Attributes:
        message: What is wrong, without a full stop.
        remedy: What to write instead, or an empty string.
        offset: Characters of the pattern before the fault.
    """

    message: str
    remedy: str = ""
    offset: int = 0
