"""The kinds of rules, as far as one can speak of them without a text: the keys of each, and what its pattern means.

What a kind takes from a text stands in `engine.kinds`, one class a kind; rule files are read without the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

KindName = Literal["match", "line", "block", "tail", "head", "run", "echo", "shape"]


class Kind(NamedTuple):
    """What all rules of one kind have in common.

    Attributes:
        needs: Keys that it can't do without.
        allows: Further keys that other kinds may not have; those that all may have stand nowhere.
        one_of: Keys of which it needs exactly one.
        searches: Whether its pattern is searched for inside lines; otherwise it must fit whole lines.
        takes_more: Whether it may take lines beside those that its pattern fits.
        reaches: The end of the text that it always reaches.
        judges_pages: Whether it judges a line by the whole page, so that a text by itself is no test for it.
    """

    needs: tuple[str, ...]
    allows: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    searches: bool = False
    takes_more: bool = False
    reaches: Literal["first", "last"] | None = None
    judges_pages: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it may have and some other kinds may not."""
        return (*self.needs, *self.one_of, *self.allows)


KINDS: Mapping[KindName, Kind] = {
    "match": Kind(needs=("match",), searches=True),
    "line": Kind(needs=("match",)),
    "block": Kind(needs=("match", "max_lines"), one_of=("until", "through"), takes_more=True),
    "tail": Kind(needs=("match",), allows=("min_lines", "max_lines"), takes_more=True, reaches="last"),
    "head": Kind(needs=("match", "max_lines"), takes_more=True, reaches="first"),
    "run": Kind(needs=("match", "min_lines"), takes_more=True),
    "echo": Kind(needs=("of",), allows=("rest",)),
    "shape": Kind(needs=("shape",), judges_pages=True),
}
