"""What a review shows, as lines of a screen: a list of rules or documents, a removal among its neighbours, and what the keys do.

What goes is struck out and, where there are no colours, stands between `[-` and `-]`, so that nothing depends on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from cleaner.authoring.review.session import Decision, Page, line_index
from cleaner.document import words
from cleaner.render.console import Colours, from_here, short_name
from cleaner.render.diff_rows import Fold, Piece, Row, folded, rows
from cleaner.render.layout import Cells, abridged, filled, fitted, shortened, truncate, within, wrapped
from cleaner.render.navigator import Group, Navigator
from cleaner.render.review_keys import HELP, KEYS
from cleaner.render.visible import visible

#: Cells of the list; and the width of a screen that has room for it.
_LIST_LEAST, _LIST_MOST, _LIST_FROM = 24, 44, 72
#: Lines of a screen up to which every line is wanted for the text.
_LOW = 12
#: Cells of the widest text.
_TEXT_AT_MOST = 120
#: Lines that stay to show above and below a removal; more on a screen of many lines.
_CONTEXT, _CONTEXT_MOST = 4, 10
#: Lines of a removal beyond which its midst is folded.
_FOLDED_FROM = 24
#: Characters to show on either side of a removal in a long line, and of a line of which nothing is shown otherwise.
_AROUND = 300
#: Lines that the pattern may take.
_PATTERN_AT_MOST = 3

_PLAIN = Style.null()
_DIM, _BOLD = Style(dim=True), Style(bold=True)
_BAR = Style(reverse=True)
_FLAG = Style(bold=True, color="magenta")
_KEY = Style(bold=True)


class Screen:
    """Draws a review.

    Args:
        browser: Where the person is.
        colour: Whether the terminal has colours.
    """

    def __init__(self, browser: Navigator, colour: bool = True) -> None:
        self.browser, self.colour = browser, colour
        self.session = browser.session
        self.colours = Colours()
        for group in browser.groups if browser.by_rule else ():
            self.colours.of(group.name)
        self._rows = lru_cache(maxsize=8)(lambda number: list(rows(self.session.pages[number].result)))

    def draw(self, width: int, height: int) -> list[Cells]:
        """The screen.

        Args:
            width: Its width in cells.
            height: Its lines.
        """
        foot = self._foot(width, 2 if height > _LOW else 1)
        room = max(0, height - 1 - len(foot))
        return [within(line, width) for line in [self._head(width), *self._body(width, room), *foot][: max(1, height)]]

    def _head(self, width: int) -> Cells:
        session = self.session
        by = "by rule" if self.browser.by_rule else "by document"
        left = f" cleaner review   {len(session.decisions):,} of {len(session.items):,} decided"
        right = f"{by} " if cell_len(left) + len(by) + 3 < width else ""
        return [Segment(fitted(left, width - len(right)) + right, _BAR)]

    def _foot(self, width: int, rows: int) -> list[Cells]:
        browser = self.browser
        said = f"/{visible(browser.typed)}▏" if browser.mode == "search" else visible(browser.message)
        lines: list[Cells] = [[Segment(truncate(said, width), _PLAIN if browser.mode == "search" else _FLAG)]]
        line, used = list[Segment](), 0
        hints: list[Cells] = []
        for key, meaning in KEYS[browser.mode]:
            need = cell_len(key) + cell_len(meaning) + 3
            if used + need > width and line:
                hints.append(line)
                line, used = [], 0
            line += [Segment(key, _KEY), Segment(f" {meaning}  ", _DIM)]
            used += need
        hints.append(line)
        return [*lines, *hints[:rows]]

    def _body(self, width: int, height: int) -> list[Cells]:
        browser = self.browser
        full = {"help": self._help, "working": self._working, "confirm": self._confirm}.get(browser.mode)
        if full:
            return self._scrolled(list(full(width - 2)), height)
        if not browser.flat:
            return filled([[Segment(" nothing was removed", _DIM)]], height)
        side = min(_LIST_MOST, max(_LIST_LEAST, width * 3 // 10)) if width >= _LIST_FROM else 0
        main = self._main(min(_TEXT_AT_MOST, width - side - (3 if side else 1)), height)
        if not side:
            return [[Segment(" "), *line] for line in main]
        listed = self._list(side, height)
        return [[*left, Segment(" │ ", _DIM), *right] for left, right in zip(listed, main, strict=True)]

    def _scrolled(self, lines: list[Cells], height: int) -> list[Cells]:
        self.browser.top = max(0, min(self.browser.top, len(lines) - height))
        return filled([[Segment(" "), *line] for line in lines[self.browser.top : self.browser.top + height]], height)

    def _list(self, width: int, height: int) -> list[Cells]:
        """Rules or documents, those around the one that is shown."""
        groups, here = self.browser.groups, self.browser.here[0]
        top = max(0, min(here - height // 2, len(groups) - height))
        lines = [self._listed(group, width, number == here) for number, group in enumerate(groups[top : top + height], top)]
        return filled(lines, height, width)

    def _listed(self, group: Group, width: int, shown: bool) -> Cells:
        done, total = self.browser.decided(group), len(group.entries)
        off = self.browser.by_rule and self.session.is_off(group.name)
        sign = "✗" if off else "✓" if done == total else "›" if shown else " "
        count = f" {done:,}/{total:,}"
        name = short_name(group.name) if self.browser.by_rule else from_here(group.name)
        text = fitted(f"{sign} {truncate(visible(name), width - 2 - len(count), tail=not self.browser.by_rule)}", width - len(count))
        style = Style.parse(self.colours.of(group.name)) if self.browser.by_rule else _PLAIN
        return [Segment(text, style + _BAR if shown else style), Segment(count, _BAR if shown else _DIM)]

    def _main(self, width: int, height: int) -> list[Cells]:
        """The removal that is shown: what took it, what stands around it, and what was decided."""
        browser = self.browser
        head = list(self._about(width))
        around = max(_CONTEXT, min(_CONTEXT_MOST, height // 6))
        if browser.mode == "mark":
            middle, focus = self._marking(width)
        elif browser.mode == "edit":
            middle, focus = self._editing(width)
        else:
            middle, focus = self._context(width, around)
        foot = [] if browser.mode in ("mark", "edit") else list(self._verdict(width))
        room = height - len(head) - len(foot) - 2
        if room < 4:  # better the text than all about it
            head, foot = head[:1], foot[:1]
            room = max(1, height - len(head) - len(foot) - 1)
        if browser.mode in ("mark", "edit"):
            top = max(0, min(focus - room // 2, len(middle) - room))
        else:
            browser.top = max(0, min(browser.top, len(middle) - room))
            top = browser.top or max(0, min(focus - min(2 * around, room // 3), len(middle) - room))
        lines = [*head, [], *middle[top : top + room], [], *foot]
        return filled([within(line, width) for line in lines], height)

    def _about(self, width: int) -> Iterator[Cells]:
        entry, session = self.browser.entry, self.session
        rule = session.rules.get(entry.rule)
        many = len(entry.occurrences)
        times = f"  {many:,} times" if many > 1 else ""
        name = truncate(visible(short_name(entry.rule)), width - len(times))
        yield [Segment(name, Style.parse(self.colours.of(entry.rule)) + _BOLD), Segment(times, _BOLD)]
        if rule:
            yield from wrapped([(visible(rule.about), Style(italic=True))], width)[:2]
            yield from wrapped([(f"{rule.remove}, {rule.confidence} confidence, {visible(rule.layer)}", _DIM)], width)[:1]
        shown = self.browser.shown
        page = session.pages[shown.page]
        where = f":{line_index(page.document, shown.start) + 1}" + (
            f"  place {self.browser.place % many + 1:,} of {many:,}" if many > 1 else ""
        )
        yield [Segment(truncate(visible(from_here(page.name)), width - len(where), tail=True)), Segment(where, _DIM)]

    def _context(self, width: int, around: int) -> tuple[list[Cells], int]:
        """Lines around the place that is shown, and how many of them stand above the removal."""
        browser, shown = self.browser, self.browser.shown
        page = self.session.pages[shown.page]
        every = self._rows(shown.page)
        first, last = (line_index(page.document, at) + 1 for at in (shown.start, shown.end - 1))
        inside = [place for place, row in enumerate(every) if first <= row.number <= last]
        begin, end = (inside[0], inside[-1] + 1) if inside else (0, 0)
        chosen: list[Row | Fold] = list(every[max(0, begin - around) : begin])
        before = len(chosen)
        removal = every[begin:end]
        if len(removal) > _FOLDED_FROM and not browser.whole:
            chosen += list(folded(removal))
        else:
            chosen += removal
        chosen += every[end : end + around]
        gutter = len(f"{last + around}")
        lines: list[Cells] = []
        above = 0
        for number, row in enumerate(chosen):
            if number == before:
                above = len(lines)
            if isinstance(row, Fold):
                lines.append(
                    [
                        Segment(" " * gutter),
                        Segment(" ┃  ", _BOLD),
                        Segment(truncate(f"⋮ {row}; z shows them", width - gutter - 4), Style(dim=True, italic=True)),
                    ]
                )
                continue
            focused = first <= row.number <= last
            lines += self._row(page, row, gutter, width, focused)
        return lines, above

    def _row(self, page: Page, row: Row, gutter: int, width: int, focused: bool) -> list[Cells]:
        sign = " " if row.is_kept else "-" if row.is_gone else "~"
        bar = Segment(" ┃" if focused else "  ", _BOLD)
        head = [Segment(f"{row.number:>{gutter}}", _DIM), bar, Segment(f"{sign} ", _BOLD if focused else _DIM)]
        more = [Segment(" " * gutter), bar, Segment("  ")]
        lines = wrapped(self._pieces(page, row), max(8, width - gutter - 4))
        return [[*(head if number == 0 else more), *line] for number, line in enumerate(lines)]

    def _pieces(self, page: Page, row: Row) -> Iterator[tuple[str, Style]]:
        """A line in its pieces, what is long about it left out; what this entry is about is bold."""
        spans = self.browser.shown.spans
        at = page.document.lines[row.number - 1].start
        places: list[tuple[int, Piece, bool]] = []
        for piece in row.pieces:
            mine = bool(piece.rule) and any(start < at + len(piece.text) and end > at for start, end in spans)
            places.append((at, piece, mine))
            at += len(piece.text)
        mine_at = [(start, start + len(piece.text)) for start, piece, mine in places if mine]
        begin = max(spans[0][0], mine_at[0][0]) - _AROUND if mine_at else page.document.lines[row.number - 1].start
        stop = min(spans[-1][1], mine_at[-1][1]) + _AROUND if mine_at else begin + _AROUND
        for start, piece, mine in places:
            a, b = max(start, begin), min(start + len(piece.text), stop)
            if a >= b:
                continue
            if a > start and start < begin:
                yield f"⋯ {words(page.text[page.document.lines[row.number - 1].start : a]):,} words ⋯ ", _DIM
            text = page.text[a:b]
            style = _PLAIN
            if piece.rule:
                style = Style.parse(self.colours.of(piece.rule)) + Style(strike=True, bold=mine, dim=not mine or None)
            brackets = not self.colour and piece.rule and text.strip() and not row.is_gone
            left, hidden, right = shortened(visible(text))
            yield (f"[-{left}" if brackets else left), style
            if hidden:
                yield f" ⋯ {hidden:,} words ⋯ ", _DIM
            yield (f"{right}-]" if brackets else right), style
        if at > stop:
            yield f" ⋯ {words(page.text[stop:at]):,} words ⋯", _DIM

    def _verdict(self, width: int) -> Iterator[Cells]:
        """What was decided, and the rule's pattern."""
        decision = self.session.decisions.get(self.browser.number)
        yield from wrapped([*_said(decision, self.colour)], width)
        rule = self.session.rules.get(self.browser.entry.rule)
        if rule and rule.match:
            lines = wrapped([("pattern  ", _DIM), (visible(rule.match[: 4 * width]), _PLAIN)], width)
            yield from lines[:_PATTERN_AT_MOST]

    def _marking(self, width: int) -> tuple[list[Cells], int]:
        """The removal's lines, to choose the one by which it is told."""
        entry, cursor = self.browser.entry, self.browser.cursor
        lines = wrapped([("By which line is it told that this is article?", _BOLD)], width)
        if cursor == 0:
            note = "The first line is the rule's mark: to keep it nearly switches the rule off."
            lines += wrapped([(note, _FLAG)], width)
        lines.append([])
        at = 0
        for number, line in enumerate(entry.lines):
            shown = number == cursor
            at = len(lines) if shown else at
            text = abridged(visible(line))
            for part, cells in enumerate(wrapped([(text, _BAR if shown else _PLAIN)], width - 2)):
                lines.append([Segment("› " if shown and part == 0 else "  ", _BOLD), *cells])
        return lines, at

    def _editing(self, width: int) -> tuple[list[Cells], int]:
        """What goes, with its start and end to be moved."""
        edit = self.browser.cut
        if edit is None:
            return [], 0
        moving = "end" if edit.moves_end else "start"
        lines = [*wrapped([("Mark what goes: ", _BOLD), (f"the {moving} moves", _PLAIN)], width), []]
        gone = Style(strike=True, bold=True, color="red")
        if edit.region.many_lines:
            edge = edit.end - 1 if edit.moves_end else edit.start
            at = 0
            for number, line in enumerate(edit.region.text.split("\n")):
                goes = edit.start <= number < edit.end
                at = len(lines) if number == edge else at
                text = abridged(visible(line))
                for part, cells in enumerate(wrapped([(text, gone if goes else _PLAIN)], width - 4)):
                    sign = ("›" if number == edge else " ") + ("-" if goes else " ") if part == 0 else "  "
                    lines.append([Segment(f"{sign}  ", _BOLD), *cells])
            return lines, at
        text = edit.region.text
        before, after = max(0, edit.start - _AROUND), min(len(text), edit.end + _AROUND)
        left, hidden, right = shortened(visible(text[edit.start : edit.end]))
        parts: list[tuple[str, Style]] = [
            ("⋯ " if before else "", _DIM),
            (visible(text[before : edit.start]), _PLAIN),
            ("[-", _BOLD),
            (left, gone),
        ]
        parts += [(f" ⋯ {hidden:,} words ⋯ ", _DIM), (right, gone)] if hidden else []
        parts += [("-]", _BOLD), (visible(text[edit.end : after]), _PLAIN), (" ⋯" if after < len(text) else "", _DIM)]
        return [*lines, *wrapped(parts, width)], 0

    def _help(self, width: int) -> Iterator[Cells]:
        for key, meaning in HELP:
            if not meaning:
                yield []
                yield [Segment(key, _BOLD)]
                continue
            room = min(22, width // 2)
            lines = wrapped([(meaning, _PLAIN)], width - room)
            for number, line in enumerate(lines):
                yield [Segment(fitted(key if number == 0 else "", room), _KEY), *line]

    def _working(self, width: int) -> Iterator[Cells]:
        yield []
        yield from wrapped([("Working out the rules, and cleaning all documents with them …", _PLAIN)], width)

    def _confirm(self, width: int) -> Iterator[Cells]:
        """What would be written, and what it changes."""
        session, amendment = self.session, self.browser.amendment
        count: dict[str, int] = dict.fromkeys(("accept", "keep", "edit", "disable"), 0)
        for decision in session.decisions.values():
            count[decision.verdict] += 1
        off = sum(session.is_off(rule) for rule in session.of_rule)
        open_ = len(session.items) - len(session.decisions)
        said = [f"{count['accept']:,} accepted", f"{count['keep']:,} kept", f"{count['edit']:,} edited"]
        said += [f"{off:,} {'rule' if off == 1 else 'rules'} off", f"{open_:,} undecided, which go on as before"]
        yield from wrapped([(", ".join(said), _BOLD)], width)
        changed = len(amendment.results)
        if amendment.source:
            what = f"{changed:,} of {len(session.pages):,} documents come out differently with this file:"
        else:
            what = "There is nothing to write: what goes stays as it is. Enter ends the review."
        for kind, unmet in (("can't be had", amendment.unmet), ("changes, too", amendment.aside)):
            for each in unmet:
                entry = session.items[each.index]
                yield []
                cells = [(f"{kind}: ", _FLAG), (truncate(visible(" ".join(entry.text.split())), 60), _PLAIN)]
                yield from wrapped([*cells, (f"  {visible(short_name(entry.rule))}: {visible(each.reason)}", _DIM)], width)
        for rule, note in amendment.notes:
            yield []
            yield from wrapped([("changes little: ", _FLAG), (f"{visible(short_name(rule))} {visible(note)}", _PLAIN)], width)
        yield []
        yield from wrapped([(what, _PLAIN)], width)
        yield []
        for line in amendment.source.splitlines():
            text = abridged(visible(line))
            yield from wrapped([(text, _DIM if line.lstrip().startswith("#") else _PLAIN)], width) if line else [[]]


def _said(decision: Decision | None, colour: bool) -> Iterator[tuple[str, Style]]:
    """A decision in words."""
    if decision is None:
        yield "undecided", _BOLD
    elif decision.verdict == "accept":
        yield "✓ accepted", _BOLD
    elif decision.verdict == "disable":
        yield "✗ the rule is to be switched off", _BOLD
    elif decision.verdict == "keep":
        yield "✓ kept", _BOLD
        if decision.mark:
            yield f", told by {truncate(visible(decision.mark), 60)!r}", _PLAIN
    else:
        yield "✓ edited: ", _BOLD
        lines = decision.line.split("\n")
        parts = lines[decision.start : decision.end] if len(lines) > 1 else [decision.line[decision.start : decision.end]]
        yield f"{truncate(visible(parts[0]), 60)!r} goes" + (f", and {len(parts) - 1:,} lines more" if len(parts) > 1 else ""), _PLAIN
