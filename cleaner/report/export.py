"""Figures of a report for other programs: JSON, and a table of documents as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cleaner.render.visible import visible
from cleaner.report.corpus_stats import SHARES, CorpusStats
from cleaner.report.document_stats import DocumentStats
from cleaner.result import TIDY, family

#: Number of removed lines in JSON: those removed most often.
_LINES_AT_MOST = 1_000
#: Signs with which a formula begins in spreadsheets; an apostrophe before them makes the cell a text.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
COLUMNS = ("file", "row", "id", "words", "removed", "share", "removals", "flags", "families", "rules", "error")


@dataclass(frozen=True, slots=True)
class About:
    """Title and settings of a report: paths of the sources, version of the program, level, language (or an empty string), and rules.

    `rules` is the number of rules in force, `fingerprint` their digest, and `descriptions` says what each takes, by name.
    """

    title: str
    sources: Sequence[str]
    version: str
    level: str
    language: str
    rules: int
    fingerprint: str
    descriptions: Mapping[str, str] = field(default_factory=dict)


def as_json(about: About, figures: CorpusStats) -> bytes:
    """All figures as one JSON object, in UTF-8."""
    settings = {name: getattr(about, name) for name in ("sources", "level", "language", "rules", "fingerprint")}
    value = {"title": about.title, "cleaner": about.version, "settings": settings, **values(figures, about.descriptions)}
    try:
        return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
    except UnicodeEncodeError:  # a file's name that isn't UTF-8, or a lone surrogate in an id
        return (json.dumps(value, indent=1) + "\n").encode()


def values(figures: CorpusStats, descriptions: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """All figures as a JSON object. Words are those of `document.words`; shares are from 0 to 1; `descriptions` are those of rules."""
    documents = figures.table()
    return {
        "totals": {
            "files": figures.files,
            "failed": figures.failed,
            "documents": figures.documents,
            "unreadable": figures.rejected,
            "changed": figures.changed,
            "flagged": figures.flagged_documents,
            "words": figures.words,
            "removed": figures.words_removed,
            "kept": figures.words_kept,
            "share": share(figures.words_removed, figures.words),
            "removals": figures.counts.total() - figures.counts[TIDY],
            "tidied": figures.counts[TIDY],
        },
        "families": [
            {
                "family": name,
                "words": sum(figures.removed[rule] for rule in rules),
                "removals": sum(figures.counts[rule] for rule in rules),
                "documents": figures.families[name],
            }
            for name, rules in figures.by_family().items()
        ],
        "rules": [
            {
                "rule": rule,
                "family": family(rule),
                "about": descriptions.get(rule, ""),
                "words": figures.removed[rule],
                "removals": figures.counts[rule],
                "documents": figures.within[rule],
            }
            for rule in figures.by_rule()
        ],
        "shares": [{"up_to": end, "documents": figures.shares[index]} for index, end in ((-1, 0.0), *enumerate(SHARES))],
        "flags": dict(sorted(figures.flagged.items())),
        "lines": [line._asdict() for line in figures.lines.most(_LINES_AT_MOST)],
        "lines_are_exact": figures.lines.exact,
        "documents": [_document(document) for document in documents],
        "documents_left_out": figures.left_out,
        "encodings_guessed": dict(sorted(figures.encodings.items())),
        "read_as": dict(figures.guessed),
        "unread": [unread._asdict() for unread in figures.unread],
        "unread_left_out": figures.rejected + figures.failed - len(figures.unread),
    }


def _document(document: DocumentStats) -> dict[str, Any]:
    return {
        **{name: getattr(document, name) for name in ("file", "row", "id", "words", "removed")},
        "share": round(document.share, 4),
        "removals": document.removals,
        "rules": dict(document.rules),
        "families": document.families,
        "flags": [flag._asdict() for flag in document.flags],
    }


def share(part: int, whole: int) -> float:
    """Share of a part in a whole, from 0 to 1, rounded to four places."""
    return round(min(1.0, part / whole), 4) if whole else 0.0


def as_csv(figures: CorpusStats) -> bytes:
    """Table of documents and of unreadable ones, one row each, in UTF-8.

    It is for spreadsheets: invisible characters and line ends are shown as signs, and a cell that looks like a formula gets an apostrophe
    before it. In JSON, names and ids are exact.
    """
    stream = io.StringIO(newline="")
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    for document in figures.table():
        names = ([flag.kind for flag in document.flags], document.families, dict(document.rules), ())
        numbers = [document.words, document.removed, f"{round(document.share, 4):g}", document.removals]
        table.writerow([safe(document.file), document.row, safe(document.id), *numbers, *(safe(" ".join(group)) for group in names)])
    for unread in figures.unread:
        table.writerow([safe(unread.file), unread.row, *[""] * (len(COLUMNS) - 3), safe(unread.reason)])
    return stream.getvalue().encode()


def safe(cell: str) -> str:
    """Text of a cell that is no formula in a spreadsheet, and doesn't drive a terminal.

    >>> safe("=HYPERLINK(1)"), safe("a=1")
    ("'=HYPERLINK(1)", 'a=1')
    """
    shown = visible(cell)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
