"""Lists and counts of limited size, however many documents there are; the same parts, added in the same order, give the same result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from cleaner.document import Document
from cleaner.result import TIDY, Removal

T = TypeVar("T")

#: Number of characters of a line that are compared and kept.
LINE_AT_MOST = 300


class TopK(Generic[T]):
    """The first `limit` items in the order of `key`.

    No two items may have the same key. `key` must be a function of a module, so that it can be pickled.
    """

    def __init__(self, limit: int, key: Callable[[T], Any]) -> None:
        self.limit, self._key = limit, key
        self._items: list[T] = []
        self._last: Any = None  # greatest key of the first `limit` items; None while there are fewer

    def add(self, items: Iterable[T]) -> None:
        """Add items; those that aren't among the first are dropped."""
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
        """The first items, in order."""
        self._trim()
        return iter(self._items)

    def change(self, by: Callable[[T], T]) -> None:
        """Replace each item by `by(item)`, which must keep the order."""
        self._trim()
        self._items = [by(item) for item in self._items]
        self._last = None


class LineCount(NamedTuple):
    """A line that was removed, perhaps from many documents.

    Attributes:
        text: The line, or the removed part of it, without white space at its ends; a long one is shortened.
        rule: Name of the rule that removed it.
        times: Number of removals.
        documents: Number of documents.
    """

    text: str
    rule: str
    times: int
    documents: int


class LineCounts:
    """Counts of at most `limit` removed lines. Beyond it, the rarest are forgotten: then `exact` is False, and counts are lower bounds."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        #: By line and rule.
        self._times: Counter[tuple[str, str]] = Counter()
        self._documents: Counter[tuple[str, str]] = Counter()
        self.exact = True

    def __len__(self) -> int:
        return len(self._times)

    def enter(self, removals: Iterable[Removal]) -> None:
        """Count the lines of one document."""
        times: Counter[tuple[str, str]] = Counter()
        for removal in removals:
            if removal.rule != TIDY:
                for line in Document(removal.text).solid:
                    text = line.text if len(line.text) <= LINE_AT_MOST else line.text[:LINE_AT_MOST] + "…"
                    times[text, removal.rule] += 1
        self._sum(times, Counter(times.keys()))

    def add(self, other: LineCounts) -> None:
        """Add other counts."""
        self.exact &= other.exact
        self._sum(other._times, other._documents)

    def _sum(self, times: Counter[tuple[str, str]], documents: Counter[tuple[str, str]]) -> None:
        self._times.update(times)
        self._documents.update(documents)
        if len(self._times) > self._limit:
            self.exact = False
            kept = self.most(self._limit // 2)
            self._times = Counter({(line.text, line.rule): line.times for line in kept})
            self._documents = Counter({(line.text, line.rule): line.documents for line in kept})

    def most(self, number: int) -> list[LineCount]:
        """The lines that were removed most often, `number` of them at most."""
        lines = (LineCount(*line, times, self._documents[line]) for line, times in self._times.items())
        return sorted(lines, key=lambda line: (-line.times, -line.documents, line.text, line.rule))[:number]
