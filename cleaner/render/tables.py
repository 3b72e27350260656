"""Tables of what went, by family and by document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.batch.tally import Tally
from cleaner.render.console import Colours, from_here, short_name
from cleaner.render.visible import visible
from cleaner.result import TIDY
from cleaner.ruleset.settings import Setting


def families(tally: Tally, colours: Colours | None = None, rules: bool = False) -> RenderableType:
    """A table of what went by family, with the sum of what stayed.

    Args:
        tally: What went.
        colours: Those in which the families were shown, so that the table explains them.
        rules: Whether to tell the rules of each family, too.
    """
    total = tally.total
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("family", overflow="fold")
    for title in ("removals", "words", "share"):
        table.add_column(title, justify="right", no_wrap=True)

    def row(name: Text, members: Iterable[str]) -> None:
        counts, removed = (sum(map(of.__getitem__, members)) for of in (tally.counts, tally.removed))
        table.add_row(name, f"{counts:,}", f"{removed:,}", _percent(removed, total))

    for name, members in tally.families().items():
        row(Text(visible(name), colours.of_family(name) if colours else ""), members)
        for rule in members if rules else ():
            row(Text(f"  {visible(short_name(rule))}", colours.label(rule) if colours else "fold"), [rule])
    if tally.counts[TIDY]:
        table.add_row("tidy (blank lines, spaces)", f"{tally.counts[TIDY]:,}", "–", "–")
    gone = tally.removed.total()
    table.add_section()
    table.add_row(Text("removed", "total"), f"{tally.counts.total():,}", f"{gone:,}", _percent(gone, total))
    table.add_row(Text("kept", "total"), "", f"{tally.kept:,}", _percent(tally.kept, total))
    return table


def documents(tallies: Mapping[str, Tally]) -> RenderableType:
    """A table of documents, by their names: what each lost, and what is the matter with it."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("document", overflow="fold")
    for title in ("removals", "words", "removed", "share"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for name, tally in tallies.items():
        gone = tally.removed.total()
        flags = Text(", ".join(map(visible, tally.flags)), "flag")
        count = tally.counts.total() - tally.counts[TIDY]
        table.add_row(visible(name), f"{count:,}", f"{tally.total:,}", f"{gone:,}", _percent(gone, tally.total), flags)
    return table


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def settings(listed: Iterable[Setting]) -> RenderableType:
    """What is in force, and where each value comes from."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("setting", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("from", overflow="fold")
    last = ""
    for each in listed:
        value = from_here(each.value) if each.path else each.value
        origin = from_here(each.origin) + (f":{each.line}" if each.line else "")
        table.add_row("" if each.name == last else each.name, Text(visible(value)), Text(visible(origin), "fold"))
        last = each.name
    return table
