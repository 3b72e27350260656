"""Rows of a diff: lines in pieces that are kept or removed, and folds in the place of long stretches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from cleaner.document import Document, words
from cleaner.result import TIDY, Removal, Result
from cleaner.spans import restore
from cleaner.wording import counted

#: Kept lines shown above and below each removal.
CONTEXT = 2
#: Removed lines shown at the head of a long removal, and at its foot.
HEAD, FOOT = 7, 2


class Piece(NamedTuple):
    """A stretch of a line, with the name of the rule that removed it, or an empty string if it is kept."""

    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a text: its line number in the input, from 1, and its pieces, none if it is blank."""

    number: int
    pieces: tuple[Piece, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules that removed parts of the line; `tidy` only if it is the only one."""
        named = dict.fromkeys(piece.rule for piece in self.pieces if piece.rule)
        return tuple(rule for rule in named if rule != TIDY) or tuple(named)

    @property
    def is_kept(self) -> bool:
        """Whether nothing of the line was removed."""
        return not any(piece.rule for piece in self.pieces)

    @property
    def is_gone(self) -> bool:
        """Whether something was removed, and nothing but white space is left."""
        return not self.is_kept and not any(piece.text.strip() for piece in self.pieces if not piece.rule)

    @property
    def is_blank(self) -> bool:
        """Whether the line holds nothing but white space."""
        return not any(piece.text.strip() for piece in self.pieces)

    @property
    def words(self) -> int:
        """Number of words in the line, kept and removed."""
        return sum(words(piece.text) for piece in self.pieces)

    @property
    def removed(self) -> int:
        """Number of words removed."""
        return sum(words(piece.text) for piece in self.pieces if piece.rule)


@dataclass(frozen=True, slots=True)
class Fold:
    """Numbers of the lines, without blank ones, of the words, and of the removed words in rows that aren't shown."""

    lines: int
    words: int
    removed: int

    @property
    def is_gone(self) -> bool:
        """Whether all words were removed."""
        return self.removed == self.words

    def __str__(self) -> str:
        part = f", {self.removed:,} of them removed" if self.removed and not self.is_gone else ""
        return f"{counted(self.lines, 'line')}{' removed' if self.is_gone else ''}, {counted(self.words, 'word')}{part}"


def rows(result: Result) -> Iterator[Row]:
    """Rows for the input's lines, in order; for blank lines in a row only the first."""
    document = Document(restore(result))
    removals = result.removals
    index = 0
    after_blank = True
    for line_number, line in enumerate(document.lines, 1):
        while index < len(removals) and removals[index].end <= line.start:
            index += 1
        if line.text or not after_blank:
            yield Row(line_number, tuple(pieces(document.text, line.start, line.end, removals, index)) if line.text else ())
        after_blank = not line.text


def pieces(text: str, start: int, end: int, removals: Sequence[Removal], index: int) -> Iterator[Piece]:
    """Kept and removed pieces from offset `start` to `end`; `index` is that of the first removal that ends behind `start`."""
    for removal in islice(removals, index, None):
        if start >= end or removal.start >= end:
            break
        if removal.start > start:
            yield Piece(text[start : removal.start])
        stop = min(end, removal.end)
        yield Piece(text[max(start, removal.start) : stop], removal.rule)
        start = stop
    if start < end:
        yield Piece(text[start:end])


def folded(rows: Iterable[Row], context: int = CONTEXT, head: int = HEAD, foot: int = FOOT) -> Iterator[Row | Fold]:
    """Rows of a text, with folds for long kept stretches and for the middle of long removals by one rule.

    Shown are `context` kept lines above and below each removal, and `head` and `foot` lines at its beginning and end, without blank ones.
    """
    runs: list[list[Row]] = []
    for row in rows:
        if not runs or not (row.is_blank or (row.rules, row.is_gone) == (runs[-1][0].rules, runs[-1][0].is_gone)):
            runs.append([])
        elif row.is_gone and runs[-1][-1].is_blank:
            runs[-1].pop()
        runs[-1].append(row)
    for i, run in enumerate(runs):
        if run[0].is_kept:
            yield from _squeeze(run, context if i else 0, context if i < len(runs) - 1 else 0)
        else:
            yield from _squeeze(run, head, foot)


def _squeeze(run: list[Row], head: int, foot: int) -> Iterator[Row | Fold]:
    """A run of rows with a fold in the place of its middle; blank rows at the edges of the middle go into the fold."""
    solid = [i for i, row in enumerate(run) if not row.is_blank]
    if len(solid) <= head + foot + 1:
        yield from run
        return
    first = solid[head - 1] + 1 if head else 0
    last = solid[-foot] if foot else len(run)
    hidden = run[first:last]
    yield from run[:first]
    yield Fold(sum(not row.is_blank for row in hidden), sum(row.words for row in hidden), sum(row.removed for row in hidden))
    yield from run[last:]
