"""Text laid out in cells: wrapped, shortened, fitted to the lines of a screen."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.containers import Lines
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from cleaner.document import words

#: Characters of a long text that are shown at each of its ends, unless told otherwise.
_REACH = 120

_console = Console(file=io.StringIO(), width=1000, markup=False, highlight=False, emoji=False)


class PathText(Text):
    """A text that wraps between words, and where a path or a rule's name is wider than a line, behind its slashes.

    It must be a part of something, such as a `Group`: `Console.print` makes a common text of those that it is given.
    """

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """Lines of at most `width` cells; see `Text.wrap`."""
        words = () if options.get("no_wrap") else re.finditer(r"\S+", self.plain)
        breaks = [word.start() + offset for word in words for offset in _breaks(word.group(), width)]
        if not breaks:
            return super().wrap(console, width, **options)
        return Text("\n", self.style).join(self.divide(breaks)).wrap(console, width, **options)


def _breaks(word: str, width: int, behind: str = "/") -> Iterator[int]:
    """Offsets at which a word wider than a line is broken: behind slashes, and inside a part that is too wide behind hyphens and dots."""
    used = 0
    for part in re.finditer(f"[^{behind}]+[{behind}]*|[{behind}]+", word) if cell_len(word) > width else ():
        size = cell_len(part.group())
        if used and used + size > width:
            yield part.start()
            used = 0
        inside = [*_breaks(part.group(), width, "._-")] if behind == "/" else []
        yield from (part.start() + offset for offset in inside)
        used += cell_len(part.group()[inside[-1] :]) if inside else size


def broken(name: str, width: int) -> list[str]:
    """A path or a rule's name in lines of at most `width` cells, broken behind slashes; later lines are indented.

    >>> broken("any/credits/credit-name-and-agency", 30)
    ['any/credits/', '  credit-name-and-agency']
    """
    if cell_len(name) <= width:
        return [name]
    offsets = [0, *_breaks(name, max(1, width - 2)), len(name)]
    return [("  " if start else "") + name[start:stop] for start, stop in pairwise(offsets)]


def wrapped(cells: Iterable[tuple[str, Style]], width: int) -> list[list[Segment]]:
    """Cells in lines of some width, broken between words where that can be; what a style bears beside its looks (`meta`) stays."""
    cells = [(text, style) for text, style in cells if text]
    if sum(cell_len(text) for text, _ in cells) <= width:
        return [[Segment(text, style) for text, style in cells]]
    whole = PathText.assemble(*cells, end="")
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
