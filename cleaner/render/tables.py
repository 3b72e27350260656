"""Tables of what went, by family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from cleaner.document import words
from cleaner.model import TIDY, Result, family
from cleaner.render.console import from_here
from cleaner.render.visible import visible
from cleaner.settings import Setting


@dataclass
class Tally:
    """Words kept and removed, by family."""

    kept: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, results: Iterable[Result]) -> Tally:
        """Sum over results."""
        tally = cls()
        for result in results:
            tally.kept += words(result.text)
            for removal in result.removals:
                tally.removed[removal.family] += words(removal.text)
                tally.counts[removal.family] += 1
        return tally

    @classmethod
    def by_rule(cls, total: int, removed: Counter[str], counts: Counter[str]) -> Tally:
        """From words and removals counted by rule; `total` is the words before cleaning."""
        tally = cls(total - removed.total())
        for rule in counts:
            tally.removed[family(rule)] += removed[rule]
            tally.counts[family(rule)] += counts[rule]
        return tally


def families(tally: Tally) -> RenderableType:
    """A table of what went by family, with the sum of what stayed."""
    total = tally.kept + tally.removed.total()
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("family")
    for title in ("removals", "words", "share"):
        table.add_column(title, justify="right")
    ranked = [name for name in sorted(tally.counts, key=lambda name: (-tally.removed[name], name)) if name != TIDY]
    for name in ranked:
        table.add_row(visible(name), f"{tally.counts[name]:,}", f"{tally.removed[name]:,}", _percent(tally.removed[name], total))
    if tally.counts[TIDY]:
        table.add_row("tidy (blank lines, spaces)", f"{tally.counts[TIDY]:,}", "–", "–")
    gone = tally.removed.total()
    table.add_section()
    table.add_row(Text("removed", "total"), f"{tally.counts.total():,}", f"{gone:,}", _percent(gone, total))
    table.add_row(Text("kept", "total"), "", f"{tally.kept:,}", _percent(tally.kept, total))
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
