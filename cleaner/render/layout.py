"""Text laid out in cells: wrapped, shortened, fitted to the lines of a screen."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from cleaner.document import words

#: Characters of a long text that are shown at each of its ends, unless told otherwise.
_REACH = 120

_console = Console(file=io.StringIO(), width=1000, markup=False, highlight=False, emoji=False)


def wrapped(cells: Iterable[tuple[str, Style]], width: int) -> list[list[Segment]]:
    """Cells in lines of some width, broken between words where that can be; what a style bears beside its looks (`meta`) stays."""
    cells = [(text, style) for text, style in cells if text]
    if sum(cell_len(text) for text, _ in cells) <= width:
        return [[Segment(text, style) for text, style in cells]]
    whole = Text.assemble(*cells, end="")
    return [list(line.render(_console)) for line in whole.wrap(_console, max(1, width), overflow="fold")]


def shortened(text: str, reach: int = _REACH) -> tuple[str, int, str]:
    """A long text as its beginning, the number of words left out, and its end.

    Args:
        text: The text, of one line.
        reach: Characters that its beginning and its end may have.

    >>> shortened("one two three four five six", 8)
    ('one two', 3, 'six')
    """
    if len(text) <= 3 * reach:  # a gap that hides a few words isn't worth it
        return text, 0, ""
    left, right = text[:reach].rsplit(" ", 1)[0], text[-reach:].split(" ", 1)[-1]
    return left, max(1, words(text) - words(left) - words(right)), right  # of one endless word both ends are shown


def abridged(text: str) -> str:
    """A long text as its beginning and its end, with the number of words between."""
    left, hidden, right = shortened(text)
    return f"{left} ⋯ {hidden:,} words ⋯ {right}" if hidden else left


def truncate(text: str, width: int, tail: bool = False) -> str:
    """A text in at most so many cells, its end left out, or its beginning."""
    if cell_len(text) <= width:
        return text
    if width < 2:
        return ""
    if tail:
        return "…" + set_cell_size(text[::-1], width - 1).rstrip()[::-1]
    return set_cell_size(text, width - 1).rstrip() + "…"
