"""What went from a text, line by line, for whoever shows it: rows with their pieces, folds for long stretches, and a patch."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cleaner.document import Document, words
from cleaner.model import TIDY, Removal, Result
from cleaner.removals import restore

#: Kept lines shown above and below each removal.
CONTEXT = 2
#: Removed lines shown at the head of a long removal, and at its foot.
HEAD, FOOT = 7, 2
#: Kept lines around what went in a patch, as `diff -u` has them.
AROUND = 3


class Piece(NamedTuple):
    """A stretch of a line.

    Attributes:
        text: Its characters.
        rule: The rule that took it, or an empty string if it stays.
    """

    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a text, in the pieces that stay and go.

    Attributes:
        number: The line's number in the input, from 1.
        pieces: What it is made of; nothing, if it is blank.
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

    @property
    def clean(self) -> str:
        """What is left of the line."""
        return "".join(piece.text for piece in self.pieces if not piece.rule)


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows that aren't shown.

    Attributes:
        lines: How many, blank ones not counted.
        words: Words in them.
        removed: Those that went.
    """

    lines: int
    words: int
    removed: int

    @property
    def is_gone(self) -> bool:
        """Whether nothing of them stays."""
        return self.removed == self.words

    def __str__(self) -> str:
        lines = "1 line" if self.lines == 1 else f"{self.lines:,} lines"
        count = "1 word" if self.words == 1 else f"{self.words:,} words"
        part = f", {self.removed:,} of them removed" if self.removed and not self.is_gone else ""
        return f"{lines}{' removed' if self.is_gone else ''}, {count}{part}"


def rows(result: Result) -> Iterator[Row]:
    """The input's lines, in order; of blank lines in a row the first alone."""
    document = Document(restore(result))
    removals = result.removals
    at = 0
    after_blank = True
    for number, line in enumerate(document.lines, 1):
        while at < len(removals) and removals[at].end <= line.start:
            at += 1
        if line.text or not after_blank:
            yield Row(number, tuple(_pieces(document.text, line.start, line.end, removals, at)) if line.text else ())
        after_blank = not line.text


def _pieces(text: str, start: int, end: int, removals: Sequence[Removal], at: int) -> Iterator[Piece]:
    while start < end:
        if at == len(removals) or removals[at].start >= end:
            yield Piece(text[start:end])
            return
        if removals[at].start > start:
            yield Piece(text[start : removals[at].start])
        stop = min(end, removals[at].end)
        yield Piece(text[max(start, removals[at].start) : stop], removals[at].rule)
        start = stop
        at += 1


def folded(rows: Iterable[Row], context: int = CONTEXT, head: int = HEAD, foot: int = FOOT) -> Iterator[Row | Fold]:
    """Rows without long stretches of kept lines, and without the middle of long removals by one rule; inside those no blank line is left.

    Args:
        rows: All rows of a text.
        context: Kept lines to leave above and below each removal.
        head: Lines to leave at the head of a removal.
        foot: Lines to leave at its foot.
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
    """A run of rows without its middle; blank rows at the gap's edges go into the gap."""
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


@dataclass(slots=True)
class _Block:
    """Lines of a text that stand together in a patch.

    Attributes:
        old: They as they were.
        new: What is left of them; None if that is all.
    """

    old: list[str]
    new: list[str] | None = None


def patch(name: str, result: Result, context: int = AROUND) -> Iterator[str]:
    """A unified diff, line by line, each with its line end: the input to the clean text.

    Args:
        name: The file's name from where the patch is to be used, for its head.
        result: What became of it.
        context: Kept lines around what went.
    """
    if not result.changed:
        return
    yield f"--- {_quoted(f'a/{name}')}\n"
    yield f"+++ {_quoted(f'b/{name}')}\n"
    was = now = 1
    for hunk in _hunks(list(_blocks(result)), context):
        if isinstance(hunk, int):
            was, now = was + hunk, now + hunk
            continue
        old = [line for block in hunk for line in block.old]
        new = [line for block in hunk for line in (block.old if block.new is None else block.new)]
        yield f"@@ -{_range(was, len(old))} +{_range(now, len(new))} @@\n"
        for block in hunk:
            yield from _signed(" " if block.new is None else "-", block.old)
            yield from _signed("+", block.new or ())
        was, now = was + len(old), now + len(new)


def _blocks(result: Result) -> Iterator[_Block]:
    """A text's lines, those of which something went apart from the others, with what is left of them."""
    text, removals = restore(result), result.removals
    offset = at = 0
    block = _Block([])
    kept: list[str] = []
    for line in _lines(text):
        stop = offset + len(line)
        first = at
        while at < len(removals) and removals[at].start < stop:
            at += 1
        pieces = list(_pieces(text, offset, stop, removals[first:at], 0))
        open_ended = bool(kept) and not kept[-1].endswith("\n")  # its line end went: what comes now belongs to it
        if (at > first or open_ended) != (block.new is not None):
            yield from _closed(block, kept)
            block, kept = _Block([], [] if at > first else None), []
        block.old.append(line)
        kept += [piece.text for piece in pieces if not piece.rule]
        offset = stop
        at -= at > first and removals[at - 1].end > stop
    yield from _closed(block, kept)


def _closed(block: _Block, kept: Iterable[str]) -> Iterator[_Block]:
    if block.old:
        yield block if block.new is None else _Block(block.old, _lines("".join(kept)))


def _lines(text: str) -> list[str]:
    """Lines as `patch` sees them: they end at LF only."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def is_patchable(encoding: str) -> bool:
    """Whether a patch of a text in an encoding can be read: its own words are written in ASCII."""
    return "@".encode(encoding) == b"@"


def _hunks(blocks: Sequence[_Block], context: int) -> Iterator[list[_Block] | int]:
    """Blocks that stand near one another, with a few kept lines around them; or how many kept lines are between."""
    hunk: list[_Block] = []
    for place, block in enumerate(blocks):
        if block.new is not None:
            hunk.append(block)
            continue
        above = context if place else 0  # lines that belong to the hunk before
        below = context if place < len(blocks) - 1 else 0
        if len(block.old) <= above + below and place and below:
            hunk.append(block)
            continue
        if place:
            yield [*hunk, _Block(block.old[:above])]
        hidden = len(block.old) - len(block.old[:above]) - below
        yield max(0, hidden)
        hunk = [_Block(block.old[-below:])] if below else []
    if any(block.new is not None for block in hunk):
        yield hunk


def _range(start: int, count: int) -> str:
    """Lines of a hunk, as `diff` writes them; none stand behind the line before."""
    return f"{start}" if count == 1 else f"{start if count else start - 1},{count}"


def _signed(sign: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _quoted(name: str) -> str:
    """A file's name as `git` and `patch` read it: an odd one in quotes, its bytes in octal; behind one with blanks a tab."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return f"{name}\t" if " " in name else name
    plain = (chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}" for byte in os.fsencode(name))
    return f'"{"".join(plain)}"'
