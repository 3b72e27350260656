"""Diffs in the terminal: in one column, or with the clean text beside the original.

Removed text is struck out, or enclosed in `[-` and `-]` where the terminal can't show that, so that nothing depends on colour alone. Lines
are laid out by hand: with a table of rich's, drawing took five times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from cleaner.batch.stats import Stats
from cleaner.render.console import Colours
from cleaner.render.diff_rows import CONTEXT, Fold, Piece, Row, folded, rows
from cleaner.render.layout import PathText, broken, shortened, wrapped
from cleaner.render.tables import families
from cleaner.render.visible import visible
from cleaner.result import Result
from cleaner.ruleset.rule import Rule
from cleaner.spans import restore

#: Characters shown at both ends of a long stretch inside a line; and of a kept one in diffs of removed lines only.
_REACH, _REACH_AROUND = 110, 30
#: Greatest width in cells of the text, and of the names of rules beside it, as long as they take it from the text.
_TEXT_AT_MOST, _LABEL_AT_MOST = 112, 30
#: Least widths in cells for names beside the text, for two columns, and for a column (2, since some letters take two cells).
_NARROW, _TOO_NARROW, _LEAST = 60, 30, 2
_BAR = " │ "
_ARROW = "⟵ "
_INDENT = ("  ", Style.null())
#: Key of a piece's index in the metadata of its style.
_PIECE = "piece"

#: A line on the screen: texts and their styles.
_Cells: TypeAlias = list[tuple[str, Style]]


@dataclass(frozen=True, slots=True)
class Form:
    """Form of a diff.

    Attributes:
        side_by_side: Whether the clean text is shown beside the original, not in one column.
        only_removed: Whether kept lines are left out; removals are then shown in full.
        context: Number of kept lines shown above and below each removal.
    """

    side_by_side: bool = False
    only_removed: bool = False
    context: int = CONTEXT


class Diff:
    """Renderable diff of one document; `stats` are its figures."""

    def __init__(self, name: str, result: Result, form: Form | None = None, colours: Colours | None = None) -> None:
        self._name, self._result = name, result
        self.stats = Stats.of(restore(result), result)
        self._form, self._colours = form or Form(), colours or Colours()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Segments of the diff."""
        yield PathText.assemble((visible(self._name), "head"), f"  {self.stats.words_removed:,} of {self.stats.words:,} words removed")
        for flag in self._result.flags:
            yield Text(f"! {flag.kind}: {visible(flag.message)}", "flag")
        if not self._result.changed:
            yield Text("  nothing to remove", "fold")
            return
        shown = list(_removed(rows(self._result)) if self._form.only_removed else folded(rows(self._result), self._form.context))
        painter = _Painter(console, options.max_width, self._colours, self._form)
        yield Segment.line()
        in_two = self._form.side_by_side and options.max_width >= _TOO_NARROW
        for line in painter.beside(shown) if in_two else painter.inline(shown):
            yield from (Segment(text, style) for text, style in line)
            yield Segment.line()
        yield Segment.line()


def _removed(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows with removals, with a blank row in the place of others between them."""
    begun = between = False
    for row in rows:
        if row.is_kept:
            between |= not row.is_blank
            continue
        if begun and between:
            yield Row(0)
        yield row
        begun, between = True, False


class _Painter:
    """Lays out rows in lines of `width` cells."""

    def __init__(self, console: Console, width: int, colours: Colours, form: Form) -> None:
        self._width, self._colours = width, colours
        self._marked = not console.record and (not console.is_terminal or console.no_color)
        self._reach = _REACH_AROUND if form.only_removed else _REACH
        self._plain = Style.null()
        self._sign, self._fold = console.get_style("sign"), console.get_style("fold")

    def inline(self, shown: Iterable[Row | Fold]) -> Iterator[_Cells]:
        """Lines of one column, with the rules' names at its right, or below on a narrow screen."""
        shown = list(shown)
        named = (rule for row in shown if isinstance(row, Row) for rule in row.rules)
        widest = min(max(_LABEL_AT_MOST, self._width - _TEXT_AT_MOST - 4), max(map(cell_len, named), default=0))
        narrow = self._width < _NARROW
        room = self._width - 2 if narrow else min(_TEXT_AT_MOST, self._width - widest - 4)
        last: tuple[str, ...] = ()
        for row in shown:
            if isinstance(row, Fold):
                yield from ([_INDENT, *cells] for cells in self._wrapped([(f"⋮ {row}", self._fold)], room))
                continue
            text = self._wrapped(self._pieces(row), room)
            labels: list[_Cells] = []
            if row.rules != last or not row.is_gone:
                labels = self._labels(row.rules, room) if narrow else self._labels_beside(row, text, widest)
            last = last if row.is_blank else row.rules
            if narrow:
                text, labels = [*text, *labels], []
            for index, (line, label) in enumerate(zip_longest(text, labels, fillvalue=_Cells())):
                beside = [_INDENT, *label] if label else []
                yield [self._sign_of(row) if index == 0 else _INDENT, *_padded(line, room if label else 0), *beside]

    def beside(self, shown: Iterable[Row | Fold]) -> Iterator[_Cells]:
        """Lines of two columns: the original, and the text left of it or the rule's name."""
        room = (self._width - len(_BAR) - 2) // 2
        bar = (_BAR, self._fold)
        last: tuple[str, ...] = ()
        yield [*_padded([_INDENT, ("original"[:room], self._fold)], room + 2), bar, ("clean"[:room], self._fold)]
        for row in shown:
            if isinstance(row, Fold):
                parts = [(_INDENT, [(f"⋮ {row}", self._fold)], [] if row.is_gone else [("⋮", self._fold)], "")]
            elif row.is_kept or (row.is_gone and len(row.rules) == 1):
                named = row.rules[0] if row.is_gone and row.rules != last else ""
                parts = [(self._sign_of(row), self._pieces(row), self._pieces(row) if row.is_kept else [], named)]
            else:
                parts = list(self._parts(row))
            last = row.rules if isinstance(row, Row) and not row.is_blank else last
            for sign, before, after, rule in parts:
                here = self._wrapped(before, room)
                there = self._labels([rule], room - len(_ARROW), _ARROW) if rule else self._wrapped(after, room)
                for index, (one, other) in enumerate(zip_longest(here, there, fillvalue=_Cells())):
                    yield [*_padded([sign if index == 0 else _INDENT, *one], room + 2), bar, *other]

    def _parts(self, row: Row) -> Iterator[tuple[tuple[str, Style], _Cells, _Cells, str]]:
        """For each piece of a row: sign, original, text left of it, and the rule that removed it."""
        for piece in row.pieces:
            if piece.text.strip():
                cells = self._cells(Piece(piece.text.strip(), piece.rule), bool(piece.rule) and not row.is_gone)
                yield (self._sign_of(row), cells, [], piece.rule) if piece.rule else (_INDENT, cells, cells, "")

    def _sign_of(self, row: Row) -> tuple[str, Style]:
        return _INDENT if row.is_kept else ("- " if row.is_gone else "~ ", self._sign)

    def _pieces(self, row: Row) -> _Cells:
        """Cells of a row's original line; styles of removed pieces hold their index, for `_labels_beside`."""
        cells: _Cells = []
        for index, piece in enumerate(row.pieces):
            of_piece = self._cells(piece, bool(piece.rule) and not row.is_gone)
            cells += [(text, style + Style(meta={_PIECE: index})) for text, style in of_piece] if piece.rule else of_piece
        return cells

    def _cells(self, piece: Piece, in_line: bool) -> _Cells:
        """Cells of a piece; brackets mark a removed one where styles can't be shown and a part of the line (`in_line`) stays."""
        shown = visible(piece.text)
        style = Style.parse(f"{self._colours.of(piece.rule)} strike") if piece.rule else self._plain
        brackets = self._marked and in_line and shown.strip()
        left, hidden, right = shortened(shown, _REACH if piece.rule else self._reach)
        gap = [(f" ⋯ {hidden:,} words ⋯ ", self._fold)] if hidden else []
        return [(f"[-{left}" if brackets else left, style), *gap, (f"{right}-]" if brackets else right, style)]

    def _labels_beside(self, row: Row, text: Sequence[_Cells], width: int) -> list[_Cells]:
        """Names of rules beside the screen lines of a row; each begins on the line on which its rule's removal begins."""
        beside: list[_Cells] = []
        last, named = "", row.rules
        line_of: dict[int, int] = {}
        for line_index, line in enumerate(text):
            for index in (style.meta[_PIECE] for _, style in line if style.meta):
                line_of.setdefault(index, line_index)
        for index, piece in enumerate(row.pieces):
            if piece.rule in named:
                line_index = line_of.get(index, 0)
                if piece.rule != last or line_index > len(beside):
                    beside += [[] for _ in range(line_index - len(beside))]
                    beside += self._labels([piece.rule], width)
                last = piece.rule
        return beside

    def _labels(self, rules: Iterable[str], width: int, arrow: str = "") -> list[_Cells]:
        """Names of rules, one below the other; one that is too long is broken behind slashes."""
        lines: list[_Cells] = []
        for rule in rules:
            style = self._colours.label(rule)
            for index, part in enumerate(broken(visible(rule), width)):
                head = [(arrow if index == 0 else " " * len(arrow), self._fold)] if arrow else []
                lines += [[*head, *line] for line in self._wrapped([(part, style)], width)]
        return lines

    def _wrapped(self, cells: _Cells, width: int) -> list[_Cells]:
        """Cells wrapped to a width, between words where possible."""
        width = max(_LEAST, width)
        return [[(segment.text, segment.style or self._plain) for segment in line] for line in wrapped(cells, width)]


def _padded(cells: _Cells, width: int) -> _Cells:
    missing = width - sum(cell_len(text) for text, _ in cells)
    return [*cells, (" " * missing, Style.null())] if missing > 0 else cells


def draw(console: Console, rules: Iterable[Rule], results: Iterable[tuple[str, Result]], form: Form) -> None:
    """Print diffs one by one as results come, and a table of their sums.

    `rules` are those whose names may be links; `results` are pairs of a document's name and its result.
    """
    colours = Colours(rules)
    total = Stats()
    for name, result in results:
        diff = Diff(name, result, form, colours)
        console.print(diff, crop=False)
        total.add(diff.stats)
    if total.counts:
        console.print(legend(console, form))
        console.print()
    if total.written:
        console.print(families(total, colours))


def legend(console: Console, form: Form) -> Text:
    """Legend of a diff's signs."""
    signs = [("-", "line goes"), ("~", "part of it goes")]
    if not console.is_terminal or console.no_color:
        signs.append(("[- -]", "this part"))
    if not form.only_removed:
        signs.append(("⋮", "lines not shown"))
    line = Text()
    for sign, meaning in signs:
        line.append("   " if line else "").append(sign, "sign").append(f" {meaning}", "fold")
    return line


def coloured_patch(lines: Iterable[str]) -> Iterator[Text]:
    """Lines of a patch in colours."""
    styles = {"---": "head", "+++": "head", "@": "cyan", "-": "red", "+": "green", "\\": "fold"}
    for line in lines:
        for part in line.rstrip("\n").split("\n"):
            style = next((styles[sign] for sign in styles if part.startswith(sign)), "")
            yield Text(visible(part), style)
