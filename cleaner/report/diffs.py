"""Diffs as values that JSON can hold, safe to show, with what folds hide; and which documents get one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from cleaner.document import words
from cleaner.render.diff_rows import Fold, Piece, Row, folded, rows
from cleaner.render.visible import visible
from cleaner.report.document_stats import DocumentStats
from cleaner.report.top_k import TopK
from cleaner.result import Result

#: `rules` are names; `rows` are lines and folds. A line is its number and its pieces: a string stays, a string with a rule's number went,
#: numbers are words and characters left out, with a rule's number if they went. A fold says how many `lines` and `words` it hides, how
#: many of the words are `gone`, and what the `rows` are, unless there are too many. `cut` says how many lines at the end aren't there.
Diff: TypeAlias = dict[str, Any]

#: Characters of a stretch of a line from which on it is shortened, and those of it that are left at both ends.
LONG, _HEAD, _TAIL = 3_000, 1_200, 600
#: Characters of a diff's shown lines, and of the lines in its folds.
_SHOWN, _HIDDEN = 400_000, 400_000
#: Characters of a text from which on its diff is kept and not it.
_LARGE = 200_000


def diff(result: Result) -> Diff:
    """The diff of a document."""
    every = list(rows(result))
    shown = list(folded(every))
    found = _Drawn()
    drawn: list[Any] = []
    at = 0
    for number, item in enumerate(shown):
        if found.shown > _SHOWN:
            return {"rules": found.names(), "rows": drawn, "cut": sum(not row.is_blank for row in every[at:])}
        if isinstance(item, Row):
            while every[at] is not item:  # blank lines that `folded` has left out
                at += 1
            at += 1
            drawn.append(found.row(item))
            continue
        after = shown[number + 1] if number + 1 < len(shown) else None
        start = at
        while at < len(every) and every[at] is not after:
            at += 1
        drawn.append(found.fold(item, every[start:at]))
    return {"rules": found.names(), "rows": drawn}


class _Drawn:
    """What a diff has come to.

    Attributes:
        rules: Names of rules, each with its number.
        shown: Characters that are shown.
        hidden: Characters in folds.
    """

    def __init__(self) -> None:
        self.rules: dict[str, int] = {}
        self.shown = self.hidden = 0

    def names(self) -> list[str]:
        """Names of the rules, safe to show."""
        return [visible(rule) for rule in self.rules]

    def row(self, row: Row) -> list[Any]:
        """A line."""
        found = self._row(row)
        self.shown += _size(found)
        return found

    def fold(self, fold: Fold, hidden: Sequence[Row]) -> dict[str, Any]:
        """A fold."""
        found: dict[str, Any] = {"lines": fold.lines, "words": fold.words, "gone": fold.removed}
        if self.hidden + sum(len(piece.text) for row in hidden for piece in row.pieces) <= _HIDDEN:
            found["rows"] = [self._row(row) for row in hidden]
            self.hidden += sum(map(_size, found["rows"]))
        return found

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
    """A long text in three: its head, what is to be left out, and its tail; cut between words if one ends nearby."""
    start = text.rfind(" ", _HEAD - 100, _HEAD) + 1 or _HEAD
    end = text.find(" ", len(text) - _TAIL, len(text) - _TAIL + 100)
    end = len(text) - _TAIL if end < 0 else end
    return text[:start], text[start:end], text[end:]


def _marked(text: str, rule: int | None) -> Any:
    return text if rule is None else [text, rule]


def _size(row: Sequence[Any]) -> int:
    return sum(len(part if isinstance(part, str) else str(part[0])) for part in row[1:])


class Candidate(NamedTuple):
    """A document that may be shown.

    Attributes:
        facts: What is known of it.
        source: What became of it; of a large one, only the diff.
    """

    facts: DocumentStats
    source: Result | Diff

    def diff(self) -> Diff:
        """Its diff."""
        return diff(self.source) if isinstance(self.source, Result) else self.source


def _by_chance(each: Candidate) -> tuple[Any, ...]:
    return each.facts.digest, each.facts.file, each.facts.row


def _by_share(each: Candidate) -> tuple[Any, ...]:
    return -each.facts.share, *_by_chance(each)


class Sample:
    """Documents to be shown: flagged ones, those of which the largest share went, and an even spread over all.

    Args:
        limit: How many.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._flagged = TopK[Candidate](limit, _by_chance)
        self._most = TopK[Candidate](limit, _by_share)
        self._spread = TopK[Candidate](limit, _by_chance)

    def enter(self, facts: DocumentStats, result: Result) -> None:
        """Enter a document."""
        if self.limit:
            size = len(result.text) + sum(len(removal.text) for removal in result.removals)
            each = [Candidate(facts, diff(result) if size > _LARGE else result)]
            if facts.flags:
                self._flagged.add(each)
            self._most.add(each)
            self._spread.add(each)

    def add(self, other: Sample) -> None:
        """Add what was entered elsewhere."""
        for mine, theirs in zip(self._pools, other._pools, strict=True):
            mine.add(theirs)

    def move(self, rows: int) -> None:
        """Count rows from further up in the file."""
        for pool in self._pools:
            pool.change(lambda each: each._replace(facts=each.facts._replace(row=each.facts.row + rows)))

    @property
    def _pools(self) -> tuple[TopK[Candidate], ...]:
        return self._flagged, self._most, self._spread

    def chosen(self) -> list[Candidate]:
        """The documents: flagged ones to half of all, the largest shares to three quarters, then the spread, then what is left of these."""
        found: dict[tuple[str, int], Candidate] = {}
        for pool, until in zip((*self._pools, *self._pools), (self.limit // 2, self.limit * 3 // 4, *(4 * (self.limit,))), strict=True):
            for each in pool:
                if len(found) >= until:
                    break
                found.setdefault((each.facts.file, each.facts.row), each)
        return list(found.values())
