"""The report as one HTML page, which makes no network requests; text from documents is always escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleaner.render.visible import visible
from cleaner.report.corpus_stats import CorpusStats
from cleaner.report.diffs import SampleDocument
from cleaner.report.document_stats import DocumentStats
from cleaner.report.export import About, values
from cleaner.report.templates import render

#: Greatest number of bytes of all diffs of a page.
DIFFS_AT_MOST = 8_000_000
#: Escapes of characters that could end a `<script>` element or a line in it.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
#: Number of families with a colour of their own; the others share one.
COLOURED = 9
#: Greatest numbers of rows in the tables.
_LINES, _DOCUMENTS, _FLAGGED = 40, 15, 100


@dataclass(frozen=True, slots=True)
class Diffs:
    """Diffs of a page.

    Attributes:
        blocks: Diffs as JSON.
        indexes: Indexes of the blocks, by file and row of the document.
        left_out: Number of documents of the sample for which there was no room.
    """

    blocks: Sequence[str]
    indexes: Mapping[tuple[str, int], int]
    left_out: int


def page(about: About, figures: CorpusStats) -> bytes:
    """The page, in UTF-8."""
    numbers, documents = values(figures, about.descriptions), figures.table()
    diffs = _diffs(figures.sample.chosen())
    lines = [line for line in numbers["lines"][:_LINES] if line["times"] > 1]
    largest = sorted((each for each in documents if each.removals), key=lambda each: (-each.share, -each.removed, each.file, each.row))
    colours = {row["family"]: _colour(index) for index, row in enumerate(numbers["families"])}
    shown = {
        "about": about,
        "title": about.title,
        "flag_counts": [f"{count:,} {kind}" for kind, count in numbers["flags"].items()],
        "lines": lines,
        "colours": colours,
        "coloured": COLOURED,
        "stack": list(_stack(numbers)),
        "largest": largest[:_DOCUMENTS],
        "flagged": [document for document in documents if document.flags][:_FLAGGED],
        "unread": figures.unread[:_FLAGGED],
        "unread_count": figures.rejected + figures.failed,
        "held": len(documents),
        "diffs": diffs.blocks,
        "diffs_left_out": diffs.left_out,
        "data": _json(_data(numbers, documents, diffs)),
    }
    return render("page", {**numbers, **shown}, {"percent": percent})


def percent(part: float, whole: float) -> str:
    r"""Share of a part in a whole, in per cent, with a no-break space.

    >>> [percent(part, 80).replace("\xa0", " ") for part in (10, 0.01, 0)]
    ['12.5 %', '<0.1 %', '0 %']
    """
    if not part or not whole:
        return "0\u00a0%"
    share = 100 * part / whole
    return "<0.1\u00a0%" if share < 0.05 else f"{min(share, 100):.1f}\u00a0%"


def _colour(index: int) -> str:
    """Name of the colour of a family, by its index."""
    return f"f{index}" if index < COLOURED else "fx"


def _stack(numbers: Mapping[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Sections of a bar for all words, one for those kept and one for each family: CSS class, start and width in per cent."""
    kept, taken = numbers["totals"]["kept"], [row["words"] for row in numbers["families"]]
    own = [(_colour(index), words) for index, words in enumerate(taken[:COLOURED])]
    start = 0.0
    for kind, words in [("kept", kept), *own, (_colour(COLOURED), sum(taken[COLOURED:]))]:
        width = 100 * words / (kept + sum(taken) or 1)
        yield kind, start, width
        start += width


def _json(value: Any) -> str:
    """JSON that is safe inside a page."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _diffs(chosen: Iterable[SampleDocument]) -> Diffs:
    blocks: list[str] = []
    indexes: dict[tuple[str, int], int] = {}
    left_out, room = 0, DIFFS_AT_MOST
    for document in chosen:
        block = _json(document.diff())
        size = len(block.encode())
        if size > room:
            left_out += 1
            continue
        room -= size
        indexes[document.stats.file, document.stats.row] = len(blocks)
        blocks.append(block)
    return Diffs(blocks, indexes, left_out)


def _data(numbers: Mapping[str, Any], documents: Sequence[DocumentStats], diffs: Diffs) -> dict[str, Any]:
    """Data of the table of documents, column by column; families, rules and flags by their indexes."""
    families, rules, kinds = (
        {name: index for index, name in enumerate(dict.fromkeys(names))}
        for names in (
            (row["family"] for row in numbers["families"]),
            (rule for document in documents for rule, _ in document.rules),
            (flag.kind for document in documents for flag in document.flags),
        )
    )
    return {
        "families": [visible(name) for name in families],
        "familyOf": {visible(row["rule"]): families[row["family"]] for row in numbers["rules"]},
        "rules": [visible(rule) for rule in rules],
        "flags": [visible(kind) for kind in kinds],
        "documents": {
            "columns": [
                [visible(document.name) for document in documents],
                [visible(document.id) for document in documents],
                [document.words for document in documents],
                [document.removed for document in documents],
                [document.removals for document in documents],
                [[[kinds[flag.kind], visible(flag.message)] for flag in document.flags] for document in documents],
                [[families[name] for name in document.families] for document in documents],
                [[[rules[rule], taken] for rule, taken in document.rules] for document in documents],
                [diffs.indexes.get((document.file, document.row), -1) for document in documents],
            ]
        },
    }
