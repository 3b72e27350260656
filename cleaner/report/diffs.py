"""Diffs as JSON values that are safe to show, with the rows that folds hide; and the sample of documents that get a diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from cleaner.document import words
from cleaner.render.diff_rows import Fold, Piece, Row, folded, rows
from cleaner.render.visible import visible
from cleaner.report.document_stats import DocumentStats
from cleaner.report.top_k import TopK
from cleaner.result import Result

#: A diff: `rules` are names; `rows` are lines and folds. A line is a list of its line number and its pieces: a string is kept text, a
#: string with a rule's index is removed text, two numbers are words and characters that are left out, with a rule's index if they were
#: removed. A fold has the number of `lines` and `words` that it hides, that of removed words as `gone`, and the hidden `rows` unless there
#: are too many. `cut` is the number of lines missing at the end.
Diff: TypeAlias = dict[str, Any]

#: Greatest length of a piece of a line, in characters, and lengths of the beginning and end that are kept of a longer one.
LONG, _HEAD, _TAIL = 3_000, 1_200, 600
#: Greatest number of characters of a diff's shown lines, and of the lines in its folds.
_SHOWN, _HIDDEN = 400_000, 400_000
#: Length of a text in characters from which on the sample keeps its diff in place of its result.
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
            return {"rules": builder.names(), "rows": built, "cut": sum(not hidden.is_blank for hidden in every[row:])}
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
    """Turns rows into JSON values; counts the characters of rows that are `shown`, and of those `hidden` in folds."""

    def __init__(self) -> None:
        self.rules: dict[str, int] = {}
        self.shown = self.hidden = 0

    def names(self) -> list[str]:
        """Names of the rules, safe to show."""
        return [visible(rule) for rule in self.rules]

    def row(self, row: Row) -> list[Any]:
        """Value of a row that is shown."""
        built = self._row(row)
        self.shown += _size(built)
        return built

    def fold(self, fold: Fold, hidden: Sequence[Row]) -> dict[str, Any]:
        """Value of a fold, with the rows that it hides if there is room."""
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
    """Beginning, middle and end of a long text, split between words where possible; the middle is to be left out."""
    start = text.rfind(" ", _HEAD - 100, _HEAD) + 1 or _HEAD
    end = text.find(" ", len(text) - _TAIL, len(text) - _TAIL + 100)
    end = len(text) - _TAIL if end < 0 else end
    return text[:start], text[start:end], text[end:]


def _marked(text: str, rule: int | None) -> Any:
    return text if rule is None else [text, rule]


def _size(row: Sequence[Any]) -> int:
    return sum(len(part if isinstance(part, str) else str(part[0])) for part in row[1:])


class SampleDocument(NamedTuple):
    """A document whose diff may be shown; `source` is its result, or for a large document its diff."""

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
    """Sample of at most `limit` documents: flagged ones, those with the largest share of words removed, and random ones."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        #: Flagged documents, those with the largest shares, and random ones.
        self._pools = tuple(TopK[SampleDocument](limit, order) for order in (_by_chance, _by_share, _by_chance))

    def enter(self, stats: DocumentStats, result: Result) -> None:
        """Add a document, if it belongs to the sample."""
        if self.limit:
            size = len(result.text) + sum(len(removal.text) for removal in result.removals)
            document = SampleDocument(stats, diff(result) if size > _LARGE else result)
            for pool in self._pools if stats.flags else self._pools[1:]:
                pool.add([document])

    def add(self, other: Sample) -> None:
        """Add the documents of another sample."""
        for mine, theirs in zip(self._pools, other._pools, strict=True):
            mine.add(theirs)

    def move(self, rows: int) -> None:
        """Add the number of rows in earlier parts of the file to all row numbers."""
        for pool in self._pools:
            pool.change(lambda document: document._replace(stats=document.stats._replace(row=document.stats.row + rows)))

    def chosen(self) -> list[SampleDocument]:
        """The documents: flagged ones up to half of the limit, largest shares up to three quarters, random ones; then the rest of these."""
        chosen: dict[tuple[str, int], SampleDocument] = {}
        for pool, until in zip((*self._pools, *self._pools), (self.limit // 2, self.limit * 3 // 4, *(4 * (self.limit,))), strict=True):
            for document in pool:
                if len(chosen) >= until:
                    break
                chosen.setdefault((document.stats.file, document.stats.row), document)
        return list(chosen.values())
