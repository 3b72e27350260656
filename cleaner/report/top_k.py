"""Lists and counts that stay small, however many documents there are; the same parts, added in the same order, come to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from cleaner.document import Document
from cleaner.result import TIDY, Removal

T = TypeVar("T")

#: Characters of a line by which it is counted.
LINE_AT_MOST = 300


class TopK(Generic[T]):
    """The first so many items by an order.

    Args:
        limit: How many.
        key: What to order them by; no two may have the same. A function of a module, so that it can go to other processes.
    """

    def __init__(self, limit: int, key: Callable[[T], Any]) -> None:
        self.limit, self._key = limit, key
        self._items: list[T] = []
        self._last: Any = None  # key of the last that can still come in

    def add(self, items: Iterable[T]) -> None:
        """Add some."""
        for item in items:
            if self.limit and (self._last is None or self._key(item) < self._last):
                self._items.append(item)
                if len(self._items) >= 2 * self.limit:
                    self._trim()

    def _trim(self) -> None:
        self._items = sorted(self._items, key=self._key)[: self.limit]
        if self._items and len(self._items) == self.limit:
            self._last = self._key(self._items[-1])

    def __iter__(self) -> Iterator[T]:
        """They, in order."""
        self._trim()
        return iter(self._items)

    def change(self, by: Callable[[T], T]) -> None:
        """Put another in the place of each, in the same order."""
        self._trim()
        self._items = [by(item) for item in self._items]
        self._last = None


class LineCount(NamedTuple):
    """A line that was removed, perhaps from many documents.

    Attributes:
        text: The line, or the part of it that went, without white space at its ends; a long one is cut.
        rule: The rule that took it.
        times: How often.
        documents: From how many documents.
    """

    text: str
    rule: str
    times: int
    documents: int


class LineCounts:
    """Counts removed lines. Beyond a limit, the rarest are forgotten: what is left is the least that it can be.

    Args:
        limit: Different lines that are known at a time.

    Attributes:
        exact: Whether none was forgotten.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}
        self.exact = True

    def __len__(self) -> int:
        return len(self._counts)

    def enter(self, removals: Iterable[Removal]) -> None:
        """Count the lines of one document."""
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for removal in removals:
            if removal.rule != TIDY:
                for line in Document(removal.text).solid:
                    text = line.text if len(line.text) <= LINE_AT_MOST else line.text[:LINE_AT_MOST] + "…"
                    found[text, removal.rule] = (found.get((text, removal.rule), (0, 0))[0] + 1, 1)
        self._sum(found)

    def add(self, other: LineCounts) -> None:
        """Add what was counted elsewhere."""
        self.exact &= other.exact
        self._sum(other._counts)

    def _sum(self, found: dict[tuple[str, str], tuple[int, int]]) -> None:
        for key, (count, documents) in found.items():
            had = self._counts.get(key, (0, 0))
            self._counts[key] = (had[0] + count, had[1] + documents)
        if len(self._counts) > self._limit:
            self.exact = False
            self._counts = {(each.text, each.rule): (each.times, each.documents) for each in self.most(self._limit // 2)}

    def most(self, number: int) -> list[LineCount]:
        """The lines that were removed most often."""
        ordered = sorted(self._counts.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
        return [LineCount(text, rule, count, documents) for (text, rule), (count, documents) in ordered[:number]]
