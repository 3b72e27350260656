"""Diffs as values that JSON can hold, safe to show, with what folds hide; and the sample of documents that get one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from cleaner.document import words
from cleaner.render.diff_rows import Fold, Piece, Row, folded, rows
from cleaner.render.visible import visible
from cleaner.report.document_stats import DocumentStats
from cleaner.report.top_k import TopK
from cleaner.result import Result

#: `rules` are names; `rows` are lines and folds. A line is its number and its pieces: a string was kept, a string with a rule's index was
#: removed, numbers are words and characters left out, with a rule's index if they were removed. A fold has the number of `lines` and
#: `words` that it hides, of words that are `gone`, and the `rows`, unless there are too many. `cut` is how many lines the end lacks.
Diff: TypeAlias = dict[str, Any]

#: Characters of a piece of a line from which on it is shortened, and those of it that are left at both ends.
LONG, _HEAD, _TAIL = 3_000, 1_200, 600
#: Characters of a diff's shown lines, and of the lines in its folds.
_SHOWN, _HIDDEN = 400_000, 400_000
#: Characters of a text from which on its diff is kept in place of the result.
_LARGE = 200_000


def diff(result: Result) -> Diff:
    """The diff of a document."""
    every = list(rows(result))
    shown = list(folded(every))
    builder = _DiffBuilder()
    built: list[Any] = []
    row = 0
    for index, item in enumerate(shown):
        if builder.shown > _SHOWN:
            return {"rules": builder.names(), "rows": built, "cut": sum(not each.is_blank for each in every[row:])}
        if isinstance(item, Row):
            while every[row] is not item:  # blank lines that `folded` has left out
                row += 1
            row += 1
            built.append(builder.row(item))
            continue
        after = shown[index + 1] if index + 1 < len(shown) else None
        first = row
        while row < len(every) and every[row] is not after:
            row += 1
        built.append(builder.fold(item, every[first:row]))
    return {"rules": builder.names(), "rows": built}


class _DiffBuilder:
    """Turns rows into values for JSON.

    Attributes:
        rules: Indexes of rules, by their names.
        shown: Characters of the rows so far.
        hidden: Characters of the rows in folds.
    """

    def __init__(self) -> None:
        self.rules: dict[str, int] = {}
        self.shown = self.hidden = 0

    def names(self) -> list[str]:
        """Names of the rules, safe to show."""
        return [visible(rule) for rule in self.rules]

    def row(self, row: Row) -> list[Any]:
        """A row that is shown."""
        built = self._row(row)
        self.shown += _size(built)
        return built

    def fold(self, fold: Fold, hidden: Sequence[Row]) -> dict[str, Any]:
        """A fold, with the rows that it hides if there is room."""
        built: dict[str, Any] = {"lines": fold.lines, "words": fold.words, "gone": fold.removed}
        if self.hidden + sum(len(piece.text) for row in hidden for piece in row.pieces) <= _HIDDEN:
            built["rows"] = [self._row(row) for row in hidden]
            self.hidden += sum(map(_size, built["rows"]))
        return built

    def _row(self, row: Row) -> list[Any]:
        return [row.number, *(part for piece in row.pieces for part in self._parts(piece))]

    def _parts(self, piece: Piece) -> Iterator[Any]:
        rule = self.rules.setdefault(piece.rule, len(self.rules)) if piece.rule else None
        if len(piece.text) <= LONG:
            yield _marked(visible(piece.text), rule)
            return
        head, middle, tail = shortened(piece.text)
        yield _marked(visible(head), rule)
        yield [words(middle), len(middle), *([] if rule is None else [rule])]
        yield _marked(visible(tail), rule)


def shortened(text: str) -> tuple[str, str, str]:
    """Head of a long text, what is to be left out of it, and its tail; parted between words if one ends nearby."""
    start = text.rfind(" ", _HEAD - 100, _HEAD) + 1 or _HEAD
    end = text.find(" ", len(text) - _TAIL, len(text) - _TAIL + 100)
    end = len(text) - _TAIL if end < 0 else end
    return text[:start], text[start:end], text[end:]


def _marked(text: str, rule: int | None) -> Any:
    return text if rule is None else [text, rule]


def _size(row: Sequence[Any]) -> int:
    return sum(len(part if isinstance(part, str) else str(part[0])) for part in row[1:])


class SampleDocument(NamedTuple):
    """A document whose diff may be shown.

    Attributes:
        stats: Its figures.
        source: Its result; of a large one, only the diff.
    """

    stats: DocumentStats
    source: Result | Diff

    def diff(self) -> Diff:
        """The diff of the document."""
        return diff(self.source) if isinstance(self.source, Result) else self.source


def _by_chance(document: SampleDocument) -> tuple[Any, ...]:
    return document.stats.digest, document.stats.file, document.stats.row


def _by_share(document: SampleDocument) -> tuple[Any, ...]:
    return -document.stats.share, *_by_chance(document)


class Sample:
    """Documents whose diffs are shown: flagged ones, those of which the largest share went, and an even spread over all.

    Args:
        limit: Documents at most.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        #: The flagged ones, the largest shares, and the spread.
        self._pools = tuple(TopK[SampleDocument](limit, order) for order in (_by_chance, _by_share, _by_chance))

    def enter(self, stats: DocumentStats, result: Result) -> None:
        """Enter a document."""
        if self.limit:
            size = len(result.text) + sum(len(removal.text) for removal in result.removals)
            document = SampleDocument(stats, diff(result) if size > _LARGE else result)
            for pool in self._pools if stats.flags else self._pools[1:]:
                pool.add([document])

    def add(self, other: Sample) -> None:
        """Add what was entered elsewhere."""
        for mine, theirs in zip(self._pools, other._pools, strict=True):
            mine.add(theirs)

    def move(self, rows: int) -> None:
        """Add to the row numbers: so many rows were in the parts of the file before."""
        for pool in self._pools:
            pool.change(lambda each: each._replace(stats=each.stats._replace(row=each.stats.row + rows)))

    def chosen(self) -> list[SampleDocument]:
        """The documents: flagged ones to half of all, the largest shares to three quarters, then the spread, then what is left of these."""
        found: dict[tuple[str, int], SampleDocument] = {}
        for pool, until in zip((*self._pools, *self._pools), (self.limit // 2, self.limit * 3 // 4, *(4 * (self.limit,))), strict=True):
            for document in pool:
                if len(found) >= until:
                    break
                found.setdefault((document.stats.file, document.stats.row), document)
        return list(found.values())
