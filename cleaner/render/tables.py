"""Tables of removals by family and by document, and of settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import RenderableType
from rich.table import Table

from cleaner.batch.stats import Stats
from cleaner.render.console import Colours, from_here
from cleaner.render.layout import PathText
from cleaner.render.visible import visible
from cleaner.result import TIDY
from cleaner.ruleset.settings import Setting


def families(stats: Stats, colours: Colours | None = None, rules: bool = False) -> RenderableType:
    """Table of removals by family, with the sums of words removed and kept; with `rules`, also by rule.

    `colours` are those of a diff above, which the table explains.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("family", overflow="fold")
    for title in ("removals", "words", "share"):
        table.add_column(title, justify="right", no_wrap=True)

    def row(name: PathText, members: Iterable[str]) -> None:
        counts, removed = (sum(map(of.__getitem__, members)) for of in (stats.counts, stats.removed))
        table.add_row(name, f"{counts:,}", f"{removed:,}", _percent(removed, stats.words))

    for name, members in stats.by_family().items():
        row(PathText(visible(name), colours.of_family(name) if colours else ""), members)
        for rule in members if rules else ():
            row(PathText(f"  {visible(rule)}", colours.label(rule) if colours else "fold"), [rule])
    if stats.counts[TIDY]:
        table.add_row("tidy (blank lines, spaces)", f"{stats.counts[TIDY]:,}", "–", "–")
    table.add_section()
    removed, kept = stats.words_removed, stats.words_kept
    table.add_row(PathText("removed", "total"), f"{stats.counts.total():,}", f"{removed:,}", _percent(removed, stats.words))
    table.add_row(PathText("kept", "total"), "", f"{kept:,}", _percent(kept, stats.words))
    return table


def documents(by_name: Mapping[str, Stats]) -> RenderableType:
    """Table of documents, by their names: removals, words and flags."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("document", overflow="fold")
    for title in ("removals", "words", "removed", "share"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    for name, stats in by_name.items():
        removed, share = f"{stats.words_removed:,}", _percent(stats.words_removed, stats.words)
        flags = PathText(", ".join(map(visible, stats.flagged)), "flag")
        table.add_row(PathText(visible(name)), f"{stats.removals:,}", f"{stats.words:,}", removed, share, flags)
    return table


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def settings(listed: Iterable[Setting]) -> RenderableType:
    """Table of settings with their origins."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("setting", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("from", overflow="fold")
    last = ""
    for setting in listed:
        value = from_here(setting.value) if setting.path else setting.value
        origin = from_here(setting.origin) + (f":{setting.line}" if setting.line else "")
        table.add_row("" if setting.name == last else setting.name, PathText(visible(value)), PathText(visible(origin), "fold"))
        last = setting.name
    return table
