"""The kinds of rules: the keys of each, and how its pattern is used.

How a kind is matched in a text is in `engine.kinds`, one class for each kind; rule files are read without the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

KindName = Literal["match", "line", "block", "tail", "head", "run", "echo", "shape"]


class Kind(NamedTuple):
    """Properties of a kind of rule.

    Attributes:
        takes: What rules of the kind remove, in plain words.
        needs: Required keys.
        allows: Optional keys that some other kinds don't allow; keys that all kinds allow are not listed.
        one_of: Keys of which exactly one is required.
        searches: Whether the pattern is searched for inside lines; otherwise it must match whole lines.
        takes_more: Whether rules may take lines beside those that the pattern matches.
        reaches: End of the text that the removed lines always reach, if any.
        judges_pages: Whether a line is judged by the whole page, so that a short text can't be an example.
    """

    takes: str
    needs: tuple[str, ...]
    allows: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    searches: bool = False
    takes_more: bool = False
    reaches: Literal["first", "last"] | None = None
    judges_pages: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that the kind allows and some other kinds don't."""
        return (*self.needs, *self.one_of, *self.allows)


KINDS: Mapping[KindName, Kind] = {
    "match": Kind("parts of lines", needs=("match",), searches=True),
    "line": Kind("whole lines", needs=("match",), allows=("decoration", "parts", "sentences", "headlines", "min_lines")),
    "block": Kind("a block of lines", needs=("match", "max_lines"), one_of=("until", "through"), takes_more=True),
    "tail": Kind(
        "all from a line to the end of the text",
        needs=("match",),
        allows=("min_lines", "max_lines", "prose"),
        takes_more=True,
        reaches="last",
    ),
    "head": Kind("all from the start of the text to a line", needs=("match", "max_lines"), takes_more=True, reaches="first"),
    "run": Kind("several such lines in a row", needs=("match", "min_lines"), takes_more=True),
    "echo": Kind("lines that repeat another text", needs=("of",), allows=("rest",)),
    "shape": Kind("lines that look like the page around the article", needs=("shape",), judges_pages=True),
}
