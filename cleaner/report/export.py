"""A report's figures for other programs: JSON, and a table of documents as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cleaner.render.visible import visible
from cleaner.report.corpus_stats import SHARES, CorpusStats
from cleaner.report.document_stats import DocumentStats
from cleaner.result import TIDY, family

#: Lines in JSON: those that were removed most often.
_LINES_AT_MOST = 1_000
#: What a spreadsheet takes for the beginning of a formula; behind an apostrophe it is text.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
COLUMNS = ("file", "row", "id", "words", "removed", "share", "removals", "flags", "families", "rules", "error")


@dataclass(frozen=True, slots=True)
class About:
    """What a report says of itself.

    Attributes:
        title: Its title.
        sources: The files and folders that it is about.
        version: That of the program.
        level: How far the rules went.
        language: Language that was said, or an empty string.
        rules: How many rules were in force.
        fingerprint: Of the rules.
    """

    title: str
    sources: Sequence[str]
    version: str
    level: str
    language: str
    rules: int
    fingerprint: str


def as_json(about: About, figures: CorpusStats) -> bytes:
    """All figures as one JSON object, in UTF-8."""
    value = {"title": about.title, "cleaner": about.version, "settings": _settings(about), **values(figures)}
    try:
        return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
    except UnicodeEncodeError:  # a file's name that isn't UTF-8, or half a character in an id
        return (json.dumps(value, indent=1) + "\n").encode()


def _settings(about: About) -> dict[str, Any]:
    return {
        "sources": list(about.sources),
        "level": about.level,
        "language": about.language,
        "rules": about.rules,
        "fingerprint": about.fingerprint,
    }


def values(figures: CorpusStats) -> dict[str, Any]:
    """All figures as JSON can hold them. Words are those of `document.words`; shares are from 0 to 1."""
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
                "words": figures.removed[rule],
                "removals": figures.counts[rule],
                "documents": figures.within[rule],
            }
            for rule in figures.by_rule()
        ],
        "shares": [{"up_to": end, "documents": figures.shares[place]} for place, end in ((-1, 0.0), *enumerate(SHARES))],
        "flags": dict(sorted(figures.flagged.items())),
        "lines": [each._asdict() for each in figures.lines.most(_LINES_AT_MOST)],
        "lines_are_exact": figures.lines.exact,
        "documents": [_document(each) for each in documents],
        "documents_left_out": figures.left_out,
        "encodings_guessed": dict(sorted(figures.encodings.items())),
        "read_as": dict(figures.guessed),
        "unread": [each._asdict() for each in figures.unread],
        "unread_left_out": figures.rejected + figures.failed - len(figures.unread),
    }


def _document(each: DocumentStats) -> dict[str, Any]:
    return {
        "file": each.file,
        "row": each.row,
        "id": each.id,
        "words": each.words,
        "removed": each.removed,
        "share": round(each.share, 4),
        "removals": each.removals,
        "rules": dict(each.rules),
        "families": list(each.families),
        "flags": [{"kind": flag.kind, "message": flag.message} for flag in each.flags],
    }


def share(part: int, whole: int) -> float:
    """A part of a whole, from 0 to 1, to four places."""
    return round(min(1.0, part / whole), 4) if whole else 0.0


def as_csv(figures: CorpusStats) -> bytes:
    """The table of documents, and what can't be read, one line each, in UTF-8.

    It is for people and their spreadsheets: what has no sign of its own is shown as one, a line's end too, and a cell that would be taken
    for a formula gets an apostrophe before it. In JSON, names and ids are exact.
    """
    stream = io.StringIO(newline="")
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    for each in figures.table():
        flags, families, rules = (" ".join(names) for names in ([flag.kind for flag in each.flags], each.families, dict(each.rules)))
        texts = [safe(text) for text in (flags, families, rules, "")]
        table.writerow(
            [safe(each.file), each.row, safe(each.id), each.words, each.removed, f"{round(each.share, 4):g}", each.removals, *texts]
        )
    for unread in figures.unread:
        table.writerow([safe(unread.file), unread.row, *[""] * (len(COLUMNS) - 3), safe(unread.reason)])
    return stream.getvalue().encode()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, and no terminal for an order.

    >>> safe("=HYPERLINK(1)"), safe("a=1")
    ("'=HYPERLINK(1)", 'a=1')
    """
    shown = visible(cell)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
