"""A text line by line, with what went: rows of pieces, and folds for long stretches."""

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
    """A stretch of a line.

    Attributes:
        rule: Name of the rule that took it, or an empty string if it stays.
    """

    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a text, in the pieces that stay and go.

    Attributes:
        number: Number of the line in the input, from 1.
        pieces: The line's stretches; none if it is blank.
    """

    number: int
    pieces: tuple[Piece, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Rules that took something of the line, tidy left out unless it is alone."""
        named = dict.fromkeys(piece.rule for piece in self.pieces if piece.rule)
        return tuple(rule for rule in named if rule != TIDY) or tuple(named)

    @property
    def is_kept(self) -> bool:
        """Whether nothing went."""
        return not any(piece.rule for piece in self.pieces)

    @property
    def is_gone(self) -> bool:
        """Whether something went, and nothing but white space stayed."""
        return not self.is_kept and not any(piece.text.strip() for piece in self.pieces if not piece.rule)

    @property
    def is_blank(self) -> bool:
        """Whether the line holds nothing but white space."""
        return not any(piece.text.strip() for piece in self.pieces)

    @property
    def words(self) -> int:
        """Words of the line, whether they stay or go."""
        return sum(words(piece.text) for piece in self.pieces)

    @property
    def removed(self) -> int:
        """Words of what goes."""
        return sum(words(piece.text) for piece in self.pieces if piece.rule)


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows that aren't shown.

    Attributes:
        lines: Number of their lines, blank ones left out.
        words: Number of their words.
        removed: Number of those that went.
    """

    lines: int
    words: int
    removed: int

    @property
    def is_gone(self) -> bool:
        """Whether nothing of them stays."""
        return self.removed == self.words

    def __str__(self) -> str:
        part = f", {self.removed:,} of them removed" if self.removed and not self.is_gone else ""
        return f"{counted(self.lines, 'line')}{' removed' if self.is_gone else ''}, {counted(self.words, 'word')}{part}"


def rows(result: Result) -> Iterator[Row]:
    """The input's lines, in order; of blank lines in a row the first alone."""
    document = Document(restore(result))
    removals = result.removals
    index = 0
    after_blank = True
    for number, line in enumerate(document.lines, 1):
        while index < len(removals) and removals[index].end <= line.start:
            index += 1
        if line.text or not after_blank:
            yield Row(number, tuple(pieces(document.text, line.start, line.end, removals, index)) if line.text else ())
        after_blank = not line.text


def pieces(text: str, start: int, end: int, removals: Sequence[Removal], index: int) -> Iterator[Piece]:
    """A stretch of a text in pieces that stay or went; `index` is that of the first removal that ends behind its start."""
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
    """Rows of a text, with folds for long stretches that stay and for the middle of long removals by one rule, which keep no blank line.

    Args:
        rows: All rows of the text.
        context: Kept lines above and below each removal.
        head: Lines at the head of a removal.
        foot: Lines at its foot.
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
    """A run of rows with a fold for its middle; the fold takes in blank rows at its edges."""
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
