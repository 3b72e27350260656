"""A result as an exact patch in unified form."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cleaner.render.diff_rows import pieces as pieces_of
from cleaner.result import Result
from cleaner.spans import restore

#: Kept lines around what went in a patch, as `diff -u` has them.
AROUND = 3


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
        pieces = list(pieces_of(text, offset, stop, removals[first:at], 0))
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
