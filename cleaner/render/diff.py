"""The diff of what went, in the terminal and as a patch.

Removed text is struck out where the terminal can show it, and stands between `[-` and `-]` where it can't, so that nothing depends on
colour alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.document import Document, words
from cleaner.model import TIDY, Removal, Result
from cleaner.removals import restore
from cleaner.render.console import Colours, short_name
from cleaner.render.tables import Tally
from cleaner.render.visible import visible

#: Kept lines shown above and below each removal.
CONTEXT = 2
#: Removed lines shown at the head of a long removal, and at its foot.
_HEAD, _FOOT = 7, 2
#: Characters shown of a long kept or removed stretch inside a line, on each side of the gap.
_REACH = 110
_TEXT_AT_MOST = 112
_LABEL_AT_MOST = 30
_NARROW = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the diff: its pieces as (text, rule that took it or nothing), or what a fold hides."""

    pieces: tuple[tuple[str, str], ...] = ()
    fold: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """Rules that took something of the line, tidy left out unless it is alone."""
        named = dict.fromkeys(rule for _, rule in self.pieces if rule)
        return tuple(rule for rule in named if rule != TIDY) or tuple(named)

    @property
    def kept(self) -> bool:
        """Whether nothing went."""
        return not self.rules

    @property
    def gone(self) -> bool:
        """Whether something went, and nothing but white space stayed."""
        return not self.kept and not any(text.strip() for text, rule in self.pieces if not rule)

    @property
    def looks(self) -> tuple[object, ...]:
        """What two rows have in common that may be folded together."""
        return self.rules, self.gone


def diff(name: str, result: Result, console: Console) -> RenderableType:
    """One document's diff: what goes is struck out with the rule's name beside it, what stays is plain, long stretches fold."""
    tally = Tally.of([result])
    gone = tally.removed.total()
    title = Text.assemble((visible(name), "head"), f"  {gone:,} of {tally.kept + gone:,} words removed")
    parts: list[RenderableType] = [title]
    parts += [Text(f"! {flag.kind}: {visible(flag.message)}", "flag") for flag in result.flags]
    if not result.changed:
        parts.append(Text("  nothing to remove", "fold"))
        return Group(*parts)
    rows = _fold(_rows(result))
    parts += [Text(""), _table(rows, console), Text("")]
    return Group(*parts)


def _rows(result: Result) -> Iterator[Row]:
    """The input's lines as rows; of blank lines in a row that went one is shown, their count is in the footer."""
    document = Document(restore(result))
    removals = result.removals
    at = 0
    after_blank = True
    for line in document.lines:
        while at < len(removals) and removals[at].end <= line.start:
            at += 1
        if line.text or not after_blank:
            yield Row(tuple(_pieces(document.text, line.start, line.end, removals, at)) if line.text else ())
        after_blank = not line.text


def _pieces(text: str, start: int, end: int, removals: Sequence[Removal], at: int) -> Iterator[tuple[str, str]]:
    while start < end:
        if at == len(removals) or removals[at].start >= end:
            yield text[start:end], ""
            return
        if removals[at].start > start:
            yield text[start : removals[at].start], ""
        stop = min(end, removals[at].end)
        yield text[max(start, removals[at].start) : stop], removals[at].rule
        start = stop
        at += 1


def _fold(rows: Iterable[Row]) -> Iterator[Row]:
    """Fold long stretches of kept lines, and the middle of long removals by one rule; inside those no blank line is shown."""
    runs: list[list[Row]] = []
    for row in rows:
        if not runs or not (_blank(row) or row.looks == runs[-1][0].looks):
            runs.append([])
        elif row.gone and _blank(runs[-1][-1]):
            runs[-1].pop()
        runs[-1].append(row)
    for i, run in enumerate(runs):
        if run[0].kept:
            yield from _squeeze(run, CONTEXT if i else 0, CONTEXT if i < len(runs) - 1 else 0, "")
        else:
            yield from _squeeze(run, _HEAD, _FOOT, " removed")


def _squeeze(run: list[Row], head: int, foot: int, what: str) -> Iterator[Row]:
    """A run of rows without its middle; blank rows at the gap's edges go into the gap."""
    solid = [i for i, row in enumerate(run) if not _blank(row)]
    if len(solid) <= head + foot + 1:
        yield from run
        return
    first = solid[head - 1] + 1 if head else 0
    last = solid[-foot] if foot else len(run)
    hidden = run[first:last]
    count = sum(not _blank(row) for row in hidden)
    size = sum(words(text) for row in hidden for text, _ in row.pieces)
    yield from run[:first]
    yield Row(fold=f"⋮ {count:,} {'line' if count == 1 else 'lines'}{what}, {size:,} words")
    yield from run[last:]


def _blank(row: Row) -> bool:
    return not row.fold and not any(text.strip() for text, _ in row.pieces)


def _table(rows: Iterable[Row], console: Console) -> Table:
    rows = list(rows)
    marked = not console.record and (not console.is_terminal or console.no_color)
    widest = min(_LABEL_AT_MOST, max((len(short_name(rule)) for row in rows for rule in row.rules), default=0))
    narrow = console.width < _NARROW
    text_width = console.width - 2 if narrow else min(_TEXT_AT_MOST, console.width - widest - 4)
    colours = Colours()
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=1, no_wrap=True)
    table.add_column(width=text_width, overflow="fold")
    if not narrow:
        table.add_column(width=widest, overflow="fold")
    last: tuple[str, ...] = ()
    for row in rows:
        sign = "" if row.kept else "-" if row.gone else "~"
        text = Text(row.fold, "fold") if row.fold else _line(row, colours, marked)
        label = Text("") if row.fold or (row.rules == last and row.gone) else _label(row.rules, colours, widest)
        if not _blank(row) and not row.fold:
            last = row.rules
        if narrow:
            table.add_row(Text(sign, "sign"), Text("\n").join([text, label]) if label else text)
        else:
            table.add_row(Text(sign, "sign"), text, label)
    return table


def _label(rules: Iterable[str], colours: Colours, width: int) -> Text:
    """Names of rules, one below the other; one that is too long breaks behind its family."""
    names = []
    for rule in rules:
        name = visible(short_name(rule))
        names.append(Text(name if len(name) <= width else name.replace("/", "/\n  "), colours.of(rule)))
    return Text("\n").join(names)


def _line(row: Row, colours: Colours, marked: bool) -> Text:
    line = Text()
    for text, rule in row.pieces:
        shown = visible(text)
        style = f"{colours.of(rule)} strike" if rule else ""
        brackets = marked and rule and not row.gone and shown.strip()
        line.append("[-" if brackets else "", style)
        left, hidden, right = _shorten(shown)
        line.append(left, style)
        line.append(f" ⋯ {hidden:,} words ⋯ " if hidden else "", "fold")
        line.append(right, style)
        line.append("-]" if brackets else "", style)
    return line


def _shorten(text: str) -> tuple[str, int, str]:
    """A long stretch of a line as its beginning, the number of words left out, and its end."""
    if len(text) <= 2 * _REACH + 40:
        return text, 0, ""
    left, right = text[:_REACH].rsplit(" ", 1)[0], text[-_REACH:].split(" ", 1)[-1]
    return left, words(text) - words(left) - words(right), right


def patch(name: str, before: str, after: str) -> Iterator[str]:
    """A unified diff, line by line, each with its line end.

    Args:
        name: The file's name, for the patch's head.
        before: The text as it was.
        after: The clean text.
    """
    # To `patch`, lines end at LF only.
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    for line in unified_diff(old, new, _quoted(f"a/{name}"), _quoted(f"b/{name}")):
        yield line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"


def _quoted(name: str) -> str:
    """A file's name as `git` and `patch` read it: an odd one in quotes, its bytes in octal; behind one with blanks a tab."""
    if visible(name) == name and '"' not in name and "\\" not in name:
        return f"{name}\t" if " " in name else name
    plain = (chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}" for byte in os.fsencode(name))
    return f'"{"".join(plain)}"'
