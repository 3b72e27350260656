"""What a review shows, as texts for a screen: a removal among its neighbours, what takes it, and what was decided.

What goes is struck out and, where there are no colours, stands between `[-` and `-]`, so that nothing depends on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.cells import set_cell_size
from rich.console import ConsoleRenderable
from rich.style import Style
from rich.table import Table
from rich.text import Text

from cleaner.authoring.learn.decisions import is_doubtful
from cleaner.authoring.learn.learned_folder import LEARNED
from cleaner.authoring.review.rule_writer import Amendment
from cleaner.authoring.review.session import Decision, Page, Session, line_index
from cleaner.document import words
from cleaner.render.console import Colours, from_here
from cleaner.render.diff_rows import Fold, Row, folded, rows
from cleaner.render.layout import abridged, shortened, truncate
from cleaner.render.navigator import Group, Navigator
from cleaner.render.selection import Selection
from cleaner.render.visible import visible
from cleaner.wording import counted

#: Lines above and below a removal.
_CONTEXT = 10
#: Lines of a removal beyond which its midst is folded.
_FOLDED_FROM = 24
#: Characters to show on either side of a removal in a long line, and of a line of which nothing is shown otherwise.
_AROUND = 300
#: Characters of a pattern, and of a text that is quoted in a line.
_PATTERN_AT_MOST, _QUOTED_AT_MOST = 300, 60

_GONE = Style(strike=True, bold=True, color="red")


class ReviewDrawing:
    """Draws where a person is in a review."""

    def __init__(self, navigator: Navigator, has_colours: bool = True) -> None:
        self.navigator, self._session, self._has_colours = navigator, navigator.session, has_colours
        self._colours = Colours()
        for group in navigator.groups:
            self._colours.of(group.name)
        self._rows = lru_cache(maxsize=8)(lambda page: list(rows(self._session.pages[page].result)))

    def parts(self, message: str) -> dict[str, ConsoleRenderable]:
        """All parts of the screen but the list, by name."""
        above, removal, below = self.lines()
        parts: dict[str, ConsoleRenderable] = {"header": self.header(), "about": self.about(), "verdict": self.verdict()}
        return parts | {"above": above, "removal": removal, "below": below, "message": Text(visible(message))}

    def header(self) -> Table:
        """How much is decided, and how the removals are grouped."""
        session = self._session
        table = Table.grid(expand=True)
        by = "  by rule" if self.navigator.by_rule else "  by document"
        table.add_row(f"cleaner review   {len(session.decisions):,} of {len(session.items):,} decided", Text(by, justify="right"))
        return table

    def group(self, group: Group, width: int) -> Text:
        """A rule or a document, with how much of it is decided, in so many cells."""
        by_rule = self.navigator.by_rule
        done, total = sum(index in self._session.decisions for index in group.items), len(group.items)
        rule = self._session.rules.get(group.name) if by_rule else None
        sign = "✗" if by_rule and self._session.is_off(group.name) else "✓" if done == total else "?" if rule and is_doubtful(rule) else " "
        count = f" {done:,}/{total:,}"
        name = visible(group.name if by_rule else from_here(group.name))
        room = width - len(count)
        text = set_cell_size(f"{sign} {truncate(name, room - 2, tail=not by_rule or (rule is not None and rule.layer == LEARNED))}", room)
        return Text.assemble((text, self._colours.of(group.name) if by_rule else ""), (count, "dim"))

    def about(self) -> Text:
        """What takes the text, and where."""
        navigator, item, occurrence = self.navigator, self.navigator.item, self.navigator.occurrence
        rule = self._session.rules.get(item.rule)
        count = len(item.occurrences)
        page = self._session.pages[occurrence.page]
        text = Text.assemble(
            (visible(item.rule), Style.parse(self._colours.of(item.rule)) + Style(bold=True)),
            (f"  {count:,} times" if count > 1 else "", "bold"),
            f"\n{visible(from_here(page.name))}",
            (f":{line_index(page.document, occurrence.start) + 1}", "dim"),
            (f"  place {navigator.occurrence_index + 1:,} of {count:,}" if count > 1 else "", "dim"),
        )
        if rule:
            text.append(f"\n{visible(rule.about)}", "italic")
            text.append(f"\n{rule.remove}, {rule.confidence} confidence, {visible(rule.layer)}", "dim")
        return text

    def verdict(self) -> Text:
        """What was decided, and the rule's pattern."""
        text = Text.assemble(*_in_words(self._session.decisions.get(self.navigator.index)))
        rule = self._session.rules.get(self.navigator.item.rule)
        if rule and rule.match:
            text.append("\npattern  ", "dim").append(visible(rule.match[:_PATTERN_AT_MOST]))
        return text

    def lines(self) -> tuple[Table, Table, Table]:
        """Lines above the removal, the removal's, and those below."""
        occurrence = self.navigator.occurrence
        page, page_rows = self._session.pages[occurrence.page], self._rows(occurrence.page)
        first, last = (line_index(page.document, offset) + 1 for offset in (occurrence.start, occurrence.end - 1))
        begin = next(index for index, row in enumerate(page_rows) if row.number >= first)
        end = next((index for index, row in enumerate(page_rows) if row.number > last), len(page_rows))
        removal: Sequence[Row | Fold] = page_rows[begin:end]
        if end - begin > _FOLDED_FROM and not self.navigator.is_whole:
            removal = list(folded(page_rows[begin:end]))
        width = len(f"{last + _CONTEXT:,}")
        above, below = page_rows[max(0, begin - _CONTEXT) : begin], page_rows[end : end + _CONTEXT]
        return self._table(page, above, width), self._table(page, removal, width), self._table(page, below, width)

    def _table(self, page: Page, parts: Sequence[Row | Fold], width: int) -> Table:
        table = Table.grid()
        table.add_column(justify="right", style="dim", width=width)
        table.add_column(width=3, style="bold")
        table.add_column(overflow="fold")
        for row in parts:
            if isinstance(row, Fold):
                table.add_row("", "", Text(f"⋮ {row}; z shows them", "dim italic"))
            else:
                sign = " " if row.is_kept else "-" if row.is_gone else "~"
                table.add_row(str(row.number), f" {sign} ", self._line(page, row))
        return table

    def _line(self, page: Page, row: Row) -> Text:
        """A line, with what goes of it struck out, and what is far from it left out; what this item is about is bold."""
        spans = self.navigator.occurrence.spans
        start = end = page.document.lines[row.number - 1].start
        pieces: list[tuple[int, int, str]] = []
        for piece in row.pieces:
            pieces.append((end, end + len(piece.text), piece.rule))
            end += len(piece.text)
        own = [(a, b) for a, b, rule in pieces if rule and any(a < stop and b > begin for begin, stop in spans)]
        first, last = start, min(end, start + _AROUND)
        if own:
            first = max(start, max(spans[0][0], own[0][0]) - _AROUND)
            last = min(end, min(spans[-1][1], own[-1][1]) + _AROUND)
        text = Text()
        if first > start:
            text.append(f"⋯ {words(page.text[start:first]):,} words ⋯ ", "dim")
        for a, b, rule in pieces:
            stretch = page.text[max(a, first) : min(b, last)]
            style = (
                Style.parse(self._colours.of(rule)) + Style(strike=True, bold=(a, b) in own, dim=(a, b) not in own or None) if rule else ""
            )
            brackets = not self._has_colours and rule and stretch.strip() and not row.is_gone
            text.append_text(_shortened(f"[-{visible(stretch)}-]" if brackets else visible(stretch), style))
        if last < end:
            text.append(f" ⋯ {words(page.text[last:end]):,} words ⋯", "dim")
        return text


def _shortened(text: str, style: Style | str) -> Text:
    beginning, hidden, end = shortened(text)
    return Text.assemble((beginning, style), (f" ⋯ {hidden:,} words ⋯ ", "dim") if hidden else "", (end, style))


def _in_words(decision: Decision | None) -> Iterator[tuple[str, str]]:
    """A decision in words."""
    if decision is None:
        yield "undecided", "bold"
    elif decision.verdict == "accept":
        yield "✓ accepted", "bold"
    elif decision.verdict == "disable":
        yield "✗ the rule is to be switched off", "bold"
    elif decision.verdict == "keep":
        yield "✓ kept", "bold"
        if decision.mark:
            yield f", told by {truncate(visible(decision.mark), _QUOTED_AT_MOST)!r}", ""
    else:
        yield "✓ edited: ", "bold"
        first, *others = decision.parts[1].split("\n")
        more = f", and {len(others):,} lines more" if others else ""
        yield f"{truncate(visible(first), _QUOTED_AT_MOST)!r} goes{more}", ""


def edit_lines(edit: Selection) -> list[Text]:
    """The text in which is marked what goes: one line, or several of which some go."""
    text = edit.region.text
    if edit.region.many_lines:
        gone = range(edit.start, edit.end)
        return [
            Text.assemble("- " if index in gone else "  ", (abridged(visible(line)), _GONE if index in gone else ""))
            for index, line in enumerate(text.split("\n"))
        ]
    begin, stop = max(0, edit.start - _AROUND), min(len(text), edit.end + _AROUND)
    line = Text.assemble("⋯ " if begin else "", visible(text[begin : edit.start]), ("[-", "bold"))
    line.append_text(_shortened(visible(text[edit.start : edit.end]), _GONE)).append("-]", "bold")
    return [line.append(visible(text[edit.end : stop])).append(" ⋯" if stop < len(text) else "")]


def plan_summary(session: Session, amendment: Amendment) -> Text:
    """What would be written, and what it changes."""
    verdicts = [decision.verdict for decision in session.decisions.values()]
    off = sum(map(session.is_off, session.of_rule))
    counts = [f"{verdicts.count('accept'):,} accepted", f"{verdicts.count('keep'):,} kept", f"{verdicts.count('edit'):,} edited"]
    counts += [f"{counted(off, 'rule')} off", f"{len(session.items) - len(verdicts):,} undecided, which go on as before"]
    text = Text.assemble((", ".join(counts), "bold"), "\n")
    for kind, unmet in (("can't be had", amendment.unmet), ("changes, too", amendment.aside)):
        for problem in unmet:
            item = session.items[problem.index]
            text.append(f"\n{kind}: ", "bold magenta").append(truncate(visible(" ".join(item.text.split())), _QUOTED_AT_MOST))
            text.append(f"  {visible(item.rule)}: {visible(problem.reason)}\n", "dim")
    for rule, note in amendment.notes:
        text.append("\nchanges little: ", "bold magenta").append(f"{visible(rule)} {visible(note)}\n")
    for deed in amendment.deeds:
        text.append(f"\n{visible(deed)}\n")
    if amendment.source:
        text.append(f"\n{len(amendment.results):,} of {len(session.pages):,} documents come out differently with this file:\n")
    elif not amendment.deeds:
        text.append("\nThere is nothing to write: you changed nothing. Enter ends the review.\n")
    for line in amendment.source.splitlines():
        text.append(f"\n{abridged(visible(line))}", "dim" if line.lstrip().startswith("#") else "")
    return text
