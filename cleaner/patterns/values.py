"""Facts about a pattern, as values that are quick to import."""

from __future__ import annotations

import sys
from typing import Literal, NamedTuple

#: Use of a pattern: it must match one whole line, several whole lines, or the rest of a line; be found anywhere in a text; be a part of
#: other patterns; or match the line before or after.
Use = Literal["line", "lines", "rest", "found", "part", "beside"]


class Alternative(NamedTuple):
    """One of the patterns that a rule tries in turn; `many_lines` says that it may match several lines."""

    pattern: str
    many_lines: bool


class Required(NamedTuple):
    """Conditions that a text must meet for a pattern to match in it.

    Attributes:
        literals: Folded strings of which one stands on a line of the match, or on the line after it. A line end in them is a line's
            beginning or end. If the set is empty, the pattern must be tried on every line.
        min_lines_before: Least number of lines between the first line of the match and the line with the literal.
        max_lines_before: Greatest number of these lines.
        min_width: Least length, in characters, of the line with the literal.
        max_width: Greatest length of that line.
        tail: Greatest number of characters from the literal's first one to the line's end, which counts as one.
        by_line: Whether matching one whole line decides; otherwise the lines around are needed, or a search inside the line.
        beginnings: Folded strings with which a match may begin, decoration aside. It may begin otherwise, too.
    """

    literals: frozenset[str]
    min_lines_before: int = 0
    max_lines_before: int = 0
    min_width: int = 0
    max_width: int = sys.maxsize
    tail: int = sys.maxsize
    by_line: bool = True
    beginnings: frozenset[str] = frozenset()


class Fault(NamedTuple):
    """Fault of a pattern.

    Attributes:
        message: What is wrong, without a full stop.
        remedy: What to write instead, or an empty string.
        offset: Offset of the fault in the pattern, in characters.
    """

    message: str
    remedy: str = ""
    offset: int = 0
