"""One page that holds all: no request leaves it, and text from documents is only ever text."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Any

from cleaner.render.visible import visible
from cleaner.report import html
from cleaner.report.corpus_stats import CorpusStats
from cleaner.report.diffs import Candidate
from cleaner.report.document_stats import DocumentStats
from cleaner.report.export import About
from cleaner.report.html import text
from cleaner.result import TIDY
from cleaner.wording import counted

#: Bytes that all diffs of a page may take.
DIFFS_AT_MOST = 8_000_000
#: What would end a block of data, or a line of it, wherever it stands.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


@dataclass(slots=True)
class Diffs:
    """The diffs of a page.

    Attributes:
        blocks: Each as JSON.
        places: Where each document's stands, by file and row.
        left_out: Documents that were chosen, and for which there was no room.
    """

    blocks: list[str]
    places: Mapping[tuple[str, int], int]
    left_out: int


def page(about: About, figures: CorpusStats) -> bytes:
    """The page, in UTF-8."""
    style, script = (files("cleaner.report").joinpath(name).read_text("utf-8").strip() for name in ("page.css", "page.js"))
    documents = figures.table()
    diffs = _diffs(figures.sample.chosen())
    unread = html.unread(figures)
    parts = {
        "title": text(about.title),
        "version": text(about.version),
        "style": style,
        "style_hash": _hash(style),
        "script": script,
        "script_hash": _hash(script),
        "about": _about(about, figures),
        "unread_link": '<a href="#unread">Not read</a>' if unread else "",
        "totals": html.totals(figures),
        "families": html.families(figures),
        "shares": html.shares(figures),
        "rules": html.rules(figures),
        "lines": html.lines(figures),
        "largest": html.largest(documents),
        "flagged": html.flagged(documents, figures.flagged),
        "unread": unread,
        "chosen": _chosen(figures, documents, diffs),
        "made": _made(about),
        "data": _json(_data(figures, documents, diffs)),
        "diffs": "\n".join(f'<script type="application/json" id="diff-{at}">{block}</script>' for at, block in enumerate(diffs.blocks)),
    }
    template = Template(files("cleaner.report").joinpath("page.html").read_text("utf-8"))
    return template.substitute(parts).encode("utf-8")


def _hash(source: str) -> str:
    return b64encode(sha256(source.encode()).digest()).decode()


def _json(value: Any) -> str:
    """JSON that is safe inside a page."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _diffs(chosen: Iterable[Candidate]) -> Diffs:
    """As many diffs as there is room for."""
    found = Diffs([], {}, 0)
    places: dict[tuple[str, int], int] = {}
    room = DIFFS_AT_MOST
    for each in chosen:
        block = _json(each.diff())
        size = len(block.encode())
        if size > room:
            found.left_out += 1
            continue
        room -= size
        places[each.facts.file, each.facts.row] = len(found.blocks)
        found.blocks.append(block)
    found.places = places
    return found


def _data(figures: CorpusStats, documents: Sequence[DocumentStats], diffs: Diffs) -> dict[str, Any]:
    """What the table of documents is made of, column by column."""
    rules = list(dict.fromkeys(rule for each in documents for rule, _ in each.rules))
    kinds = list(dict.fromkeys(flag.kind for each in documents for flag in each.flags))
    families = figures.by_family()
    at = {name: place for place, name in enumerate(families)}
    rule_at, kind_at = ({name: place for place, name in enumerate(names)} for names in (rules, kinds))
    return {
        "families": [visible(name) for name in families],
        "familyOf": {visible(rule): at[name] for name, members in families.items() for rule in members if rule != TIDY},
        "rules": [visible(rule) for rule in rules],
        "flags": [visible(kind) for kind in kinds],
        "documents": {
            "columns": [
                [visible(each.name) for each in documents],
                [visible(each.id) for each in documents],
                [each.words for each in documents],
                [each.removed for each in documents],
                [each.removals for each in documents],
                [[[kind_at[flag.kind], visible(flag.message)] for flag in each.flags] for each in documents],
                [[at[name] for name in each.families] for each in documents],
                [[[rule_at[rule], taken] for rule, taken in each.rules] for each in documents],
                [diffs.places.get((each.file, each.row), -1) for each in documents],
            ]
        },
    }


def _about(about: About, figures: CorpusStats) -> str:
    """What the report is about, in a sentence."""
    names = [f"<bdi>{text(name)}</bdi>" for name in about.sources[:3]]
    more = len(about.sources) - len(names)
    named = ", ".join(names) + (f" and {more:,} more" if more else "")
    return f"What <i>cleaner</i> would remove from {named}: {counted(figures.documents, 'document')} in {counted(figures.files, 'file')}."


def _chosen(figures: CorpusStats, documents: Sequence[DocumentStats], diffs: Diffs) -> str:
    """What the table holds, and which of its documents have a diff."""
    read = figures.documents - figures.rejected
    held = f"The table holds {counted(len(documents), 'document')}."
    if len(documents) < read:
        held = (
            f"The table holds {len(documents):,} of {counted(read, 'document')}: the flagged ones, and those of which the largest share "
            "was removed. The figures above count all."
        )
    shown = len(diffs.blocks)
    if not shown:
        return f"{held} There are no diffs in this page." if read else held
    if shown == read:
        return f"{held} Each has its diff: open it by its name."
    room = f" {counted(diffs.left_out, 'more diff')} would have made the page too large." if diffs.left_out else ""
    return (
        f"{held} {shown:,} of them {'has' if shown == 1 else 'have'} a diff, and a mark for it: flagged ones first, "
        "then those of which the largest share was removed, then an even spread over the rest, picked by a checksum of their texts."
        f"{room}"
    )


def _made(about: About) -> str:
    language = f", language {text(about.language)}" if about.language else ""
    return (
        f"Made by cleaner {text(about.version)} with {counted(about.rules, 'rule')} at level {text(about.level)}{language}; rules "
        f"<code>{text(about.fingerprint[:12])}</code>. Nothing was changed."
    )
