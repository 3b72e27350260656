"""A result as an exact patch in unified form."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from cleaner.render.diff_rows import pieces as pieces_of
from cleaner.result import Result
from cleaner.spans import restore

#: Number of kept lines around each change, the same as for `diff -u`.
AROUND = 3

#: `difflib` opcode: tag, start and end index in the old lines, start and end index in the new lines.
_Opcode = tuple[str, int, int, int, int]


class _Block(NamedTuple):
    """Lines that stand together in a patch, old and new; `new` is None if they are unchanged."""

    old: list[str]
    new: list[str] | None = None


class _Changes(SequenceMatcher[str]):
    """Known changes, for `difflib` to group them into hunks."""

    def __init__(self, opcodes: list[_Opcode]) -> None:
        super().__init__()
        self._opcodes = opcodes

    def get_opcodes(self) -> list[_Opcode]:  # type: ignore[override]  # their tags are any strings
        return self._opcodes


def patch(name: str, result: Result, context: int = AROUND) -> Iterator[str]:
    """Lines, with line ends, of a unified diff from the input to the clean text.

    `name` is the file's path from the folder in which the patch is to be applied; `context` is the number of kept lines around changes.
    """
    if not result.changed:
        return
    old, new, opcodes = list[str](), list[str](), list[_Opcode]()
    for block in _blocks(result):
        was, now = len(old), len(new)
        old += block.old
        new += block.old if block.new is None else block.new
        opcodes.append(("equal" if block.new is None else "replace", was, len(old), now, len(new)))
    yield f"--- {_quoted(f'a/{name}')}\n"
    yield f"+++ {_quoted(f'b/{name}')}\n"
    for hunk in _Changes(opcodes).get_grouped_opcodes(context):
        (_, was, _, now, _), (_, _, was_end, _, now_end) = hunk[0], hunk[-1]
        yield f"@@ -{_range(was, was_end)} +{_range(now, now_end)} @@\n"
        for tag, was, was_end, now, now_end in hunk:
            yield from _signed(" " if tag == "equal" else "-", old[was:was_end])
            yield from _signed("+", new[now:now_end] if tag != "equal" else ())


def _blocks(result: Result) -> Iterator[_Block]:
    """Blocks of unchanged and of changed lines, in turn."""
    text, removals = restore(result), result.removals
    offset = index = 0
    block = _Block([])
    kept: list[str] = []
    for line in _lines(text):
        stop = offset + len(line)
        first = index
        while index < len(removals) and removals[index].start < stop:
            index += 1
        pieces = list(pieces_of(text, offset, stop, removals[first:index], 0))
        open_ended = bool(kept) and not kept[-1].endswith("\n")  # its line end was removed, so this line continues it
        if (index > first or open_ended) != (block.new is not None):
            yield from _closed(block, kept)
            block, kept = _Block([], [] if index > first else None), []
        block.old.append(line)
        kept += [piece.text for piece in pieces if not piece.rule]
        offset = stop
        index -= index > first and removals[index - 1].end > stop
    yield from _closed(block, kept)


def _closed(block: _Block, kept: Iterable[str]) -> Iterator[_Block]:
    if block.old:
        yield block if block.new is None else _Block(block.old, _lines("".join(kept)))


def _lines(text: str) -> list[str]:
    """Lines as `patch` splits them: at LF only."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def is_patchable(encoding: str) -> bool:
    """Whether patches of texts in an encoding can be read: the encoding must include ASCII."""
    return "@".encode(encoding) == b"@"


def _range(start: int, end: int) -> str:
    """Range of a hunk's lines as `diff` writes it: line numbers from 1; for an empty range the line before it."""
    count = end - start
    return f"{start + 1}" if count == 1 else f"{start + 1 if count else start},{count}"


def _signed(sign: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _quoted(name: str) -> str:
    """A file's name as `git` and `patch` read it: an odd one in quotes, with bytes in octal; one with blanks with a tab behind it."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return f"{name}\t" if " " in name else name
    plain = (chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}" for byte in os.fsencode(name))
    return f'"{"".join(plain)}"'
