"""The parts of the page that are there without JavaScript: totals, charts, and the first of each table. All text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from cleaner.render.visible import visible
from cleaner.report.corpus_stats import SHARES, CorpusStats
from cleaner.report.document_stats import DocumentStats
from cleaner.result import TIDY, family
from cleaner.wording import counted

#: Families that have a colour of their own; the others share one.
COLOURED = 9
#: Rows of the tables: rules before the fold, lines, documents.
_RULES, _LINES, _DOCUMENTS, _UNREAD = 12, 40, 15, 100


def text(value: str) -> str:
    """Text that is nothing but text, in HTML or in an attribute."""
    return escape(visible(value))


def colour(place: int) -> str:
    """Name of the colour of a family, by its place among them."""
    return f"f{place}" if place < COLOURED else "fx"


def percent(part: float, whole: float) -> str:
    r"""A part in per cent, with a space that doesn't break.

    >>> [percent(part, 80).replace("\xa0", " ") for part in (10, 0.01, 0)]
    ['12.5 %', '<0.1 %', '0 %']
    """
    if not part or not whole:
        return "0\u00a0%"
    found = 100 * part / whole
    return "<0.1\u00a0%" if found < 0.05 else f"{min(found, 100):.1f}\u00a0%"


def totals(figures: CorpusStats) -> str:
    """The figures that come first."""
    unread = figures.rejected + figures.failed
    tiles = [
        ("Documents", f"{figures.documents:,}", f"in {counted(figures.files, 'file')}"),
        ("Words", f"{figures.words:,}", "before cleaning"),
        ("Removed", percent(figures.gone, figures.words), f"{counted(figures.gone, 'word')}"),
        ("Changed", f"{figures.changed:,}", f"{percent(figures.changed, figures.documents)} of documents"),
        ("Flagged", f"{figures.flagged:,}", ", ".join(f"{n:,} {text(kind)}" for kind, n in sorted(figures.flags.items())) or "none"),
        ("Not read", f"{unread:,}", "all could be read" if not unread else "see below"),
    ]
    cells = "".join(f'<div class="tile"><dt>{name}</dt><dd><b>{value}</b><span>{note}</span></dd></div>' for name, value, note in tiles)
    return f'<dl class="tiles">{cells}</dl>'


def _bar(part: float, whole: float, kind: str) -> str:
    """A bar for eyes alone: the figures stand beside it."""
    width = 100 * part / whole if whole else 0
    least = max(width, 0.6) if part else 0
    return (
        '<svg class="bar" aria-hidden="true" focusable="false" width="100%" height="10">'
        '<rect class="track" width="100%" height="10" rx="2"/>'
        f'<rect class="{kind}" width="{min(least, 100):.2f}%" height="10" rx="2"/></svg>'
    )


def _table(caption: str, heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> str:
    """A table.

    Args:
        caption: What it is, for those who don't see where it stands.
        heads: Titles of the columns, each with its class.
        rows: Cells, each as HTML; the first heads its row.
    """
    head = "".join(f'<th scope="col" class="{kind}">{title}</th>' if title else f'<td class="{kind}"></td>' for title, kind in heads)
    body = "".join(f"<tr>{_cells(heads, row)}</tr>" for row in rows)
    return f'<table><caption class="unseen">{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cells(heads: Sequence[tuple[str, str]], row: Sequence[str]) -> str:
    kinds = [kind for _, kind in heads]
    rest = "".join(f'<td class="{kind}">{cell}</td>' for cell, kind in zip(row[1:], kinds[1:], strict=True))
    return f'<th scope="row" class="{kinds[0]}">{row[0]}</th>{rest}'


def _folded(caption: str, heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], number: int, what: str) -> str:
    """A table of which only the first rows are open."""
    shown = _table(caption, heads, rows[:number])
    if len(rows) <= number:
        return shown
    rest = _table(f"{caption}: the others", heads, rows[number:])
    return f"{shown}<details><summary>{len(rows) - number:,} more {what}</summary>{rest}</details>"


def families(figures: CorpusStats) -> str:
    """What went by family: one bar for all, and a bar each."""
    found = figures.by_family()
    if not found:
        return "<p>Nothing was removed.</p>"
    taken = {name: sum(figures.removed[rule] for rule in rules) for name, rules in found.items()}
    most = max(taken.values())
    heads = [
        ("Family", "name"),
        ("", "chart"),
        ("Words", "n"),
        ("Of all removed", "n wide"),
        ("Removals", "n wide"),
        ("Documents", "n wide"),
    ]
    rows = [
        (
            f'<i class="dot {colour(at)}" aria-hidden="true"></i>{text(name)}',
            _bar(taken[name], most, colour(at)),
            f"{taken[name]:,}",
            percent(taken[name], figures.gone),
            f"{sum(figures.counts[rule] for rule in rules):,}",
            f"{figures.families[name]:,}",
        )
        for at, (name, rules) in enumerate(found.items())
    ]
    return _stack(figures, taken) + _folded("Words removed by family", heads, rows, COLOURED, "families")


def _stack(figures: CorpusStats, taken: dict[str, int]) -> str:
    """One bar: what stayed, and what each family took."""
    whole = figures.kept + sum(taken.values())
    parts, at = [], 0.0
    counts = list(taken.values())
    own = [(colour(place), each) for place, each in enumerate(counts[:COLOURED])]
    for kind, part in [("kept", figures.kept), *own, (colour(COLOURED), sum(counts[COLOURED:]))]:
        width = 100 * part / whole if whole else 0
        parts.append(f'<rect class="{kind}" x="{at:.3f}%" width="{width:.3f}%" height="22"/>')
        at += width
    told = f"{percent(figures.kept, figures.words)} of {figures.words:,} words were kept, {percent(figures.gone, figures.words)} removed"
    return f'<p class="stack"><svg role="img" aria-label="{told}" width="100%" height="22">{"".join(parts)}</svg><small>{told}</small></p>'


def rules(figures: CorpusStats) -> str:
    """What went by rule."""
    order = {name: at for at, name in enumerate(figures.by_family())}
    names = figures.by_rule()
    if not names:
        return ""
    most = max(figures.removed[rule] for rule in names)
    heads = [("Rule", "name"), ("", "chart"), ("Words", "n"), ("Removals", "n wide"), ("Documents", "n wide")]
    rows = [
        (
            f"<code>{text(rule)}</code>",
            _bar(figures.removed[rule], most, colour(order[family(rule)])),
            f"{figures.removed[rule]:,}",
            f"{figures.counts[rule]:,}",
            f"{figures.within[rule]:,}",
        )
        for rule in names
    ]
    tidy = figures.counts[TIDY]
    note = f"<p><small>Besides, blank lines and spaces were tidied up in {counted(tidy, 'place')}.</small></p>" if tidy else ""
    return _folded("Words removed by rule", heads, rows, _RULES, "rules") + note


def shares(figures: CorpusStats) -> str:
    """Documents by how much of them went."""
    names = ["nothing"] + [f"up to {100 * end:g}\u00a0%" for end in SHARES]
    found = [figures.shares[place] for place in range(-1, len(SHARES))]
    whole = sum(found)
    heads = [("Removed", "name"), ("", "chart"), ("Documents", "n"), ("Of all", "n wide")]
    rows = [(name, _bar(each, max(found), "plain"), f"{each:,}", percent(each, whole)) for name, each in zip(names, found, strict=True)]
    return _table("Documents by the share of their words that was removed", heads, rows)


def lines(figures: CorpusStats) -> str:
    """The lines that were removed most often."""
    found = figures.lines.most(_LINES)
    repeated = [each for each in found if each.times > 1]
    if not repeated:
        return "<p>No line was removed more than once.</p>"
    heads = [("Line", "name line"), ("Times", "n"), ("Documents", "n wide"), ("Rule", "wide")]
    rows = [
        (
            f'<span dir="auto">{text(each.text)}</span>',
            f"{each.times:,}",
            f"{each.documents:,}",
            f"<code>{text(each.rule)}</code>",
        )
        for each in repeated
    ]
    note = "" if figures.lines.exact else "<p><small>There were too many to count all: these are the least that it can be.</small></p>"
    return _table("The lines that were removed most often", heads, rows) + note


def largest(documents: Sequence[DocumentStats]) -> str:
    """The documents of which the largest share went."""
    found = sorted((each for each in documents if each.removals), key=lambda each: (-each.share, -each.removed, each.file, each.row))
    if not found:
        return "<p>Nothing was removed from any document.</p>"
    heads = [("Document", "name"), ("", "chart"), ("Share", "n"), ("Removed", "n wide"), ("Words", "n wide")]
    rows = [
        (link(each.name), _bar(each.share, 1, "plain"), percent(each.share, 1), f"{each.removed:,}", f"{each.words:,}")
        for each in found[:_DOCUMENTS]
    ]
    return _table("The documents of which the largest share was removed", heads, rows)


def flagged(documents: Sequence[DocumentStats], number: int) -> str:
    """Documents that people should look at.

    Args:
        documents: Those in the table.
        number: How many there are in all.
    """
    found = [each for each in documents if each.flags]
    if not found:
        return "<p>None. No document came out unchanged because a limit was met, and none was left empty.</p>"
    rows = [
        (
            link(each.name),
            "<br>".join(f"<b>{text(flag.kind)}</b> {text(flag.message)}" for flag in each.flags),
        )
        for each in found[:_UNREAD]
    ]
    return _table("Flagged documents", [("Document", "name"), ("Why", "why")], rows) + _more(number - len(rows))


def unread(figures: CorpusStats) -> str:
    """What can't be read."""
    number = figures.rejected + figures.failed
    rows = [(f"<bdi>{text(each.name)}</bdi>", text(each.reason)) for each in figures.unread[:_UNREAD]]
    if not rows:
        return ""
    table = _table("What can't be read", [("Document", "name"), ("Why", "why")], rows)
    return (
        f'<section id="unread" aria-labelledby="h-unread"><h2 id="h-unread">Not read</h2><p>{counted(figures.rejected, "document")} and '
        f"{counted(figures.failed, 'file')} can’t be read, or not to the end. They aren’t part of the other figures.</p>"
        f"{table}{_more(number - len(rows))}</section>"
    )


def _more(number: int) -> str:
    return f"<p><small>And {number:,} more.</small></p>" if number > 0 else ""


def link(name: str) -> str:
    """A document's name, by which its diff can be opened."""
    shown = text(name)
    return f'<a href="#doc={quote(visible(name), safe="/:")}"><bdi>{shown}</bdi></a>'
