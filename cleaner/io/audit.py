"""Audits: removals as lines of JSON, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from cleaner.errors import InputError
from cleaner.result import Removal

_SURROGATE = re.compile("[\ud800-\udfff]")


def audit_lines(
    file: str, removals: Iterable[Removal], clean: str, row: int = 0, seen: Mapping[str, int] = MappingProxyType({}), encoding: str = ""
) -> Iterator[str]:
    """Lines of an audit, without line ends: JSON objects with file, start, end, rule, text and clean; row, encoding and seen, if given.

    `row` is the row in the file, from 1, or 0 for a whole file; `clean` is the digest of the clean text, by which `restore` knows it.
    `seen` has the numbers of pages on which rules were learned.
    """
    name: dict[str, object] = {"file": file, **({"row": row} if row else {}), **({"encoding": encoding} if encoding else {})}
    for removal in removals:
        pages = {"seen": seen[removal.rule]} if removal.rule in seen else {}
        yield json_line({**name, **removal._asdict(), **pages, "clean": clean})


def spans_of(removals: Iterable[Removal]) -> list[dict[str, object]]:
    """Removals for a field of a record: start and end in characters of the input's text, and the rule."""
    return [{"start": removal.start, "end": removal.end, "rule": removal.rule} for removal in removals]


def digest(text: str) -> str:
    """First 16 hexadecimal digits of the SHA-256 of a text in UTF-8."""
    import hashlib  # slow to import, and plain cleaning needs no digest

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def json_line(value: Mapping[str, object]) -> str:
    """Object as one line of JSON, without a line end; characters that UTF-8 can't encode, as in odd file names, are escaped."""
    import json  # the same

    line = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if _SURROGATE.search(line) else line


class AuditEntry(NamedTuple):
    """Entries of an audit on one text.

    It has the input's name, the digest of the clean text, the removals, the encoding if it is told, and the row, as `audit_lines` has them.
    """

    file: str
    clean: str
    removals: list[Removal]
    encoding: str = ""
    row: int = 0


def read_audit(name: str, lines: Iterable[str]) -> list[AuditEntry]:
    """Texts of an audit, each with its removals, sorted; `name` is the audit's, for errors.

    Raises:
        InputError: A line isn't one of an audit.
    """
    import json  # the same

    entries: dict[tuple[str, int, str], AuditEntry] = {}
    for line_number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            values = [row[key] for key in ("start", "end", "rule", "text", "file", "clean")]
            if [type(value) for value in values] != [int, int, str, str, str, str]:
                raise TypeError("a value has the wrong type")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            remedy = "each line must be an object with file, start, end, rule, text and clean, as `--audit` writes it"
            raise InputError(f"{name}:{line_number}", f"not an audit line: {error}", remedy) from error
        start, end, rule, text, file, clean = values
        in_file = number if isinstance(number := row.get("row"), int) else 0
        entry = entries.setdefault((file, in_file, clean), AuditEntry(file, clean, [], str(row.get("encoding", "")), in_file))
        entry.removals.append(Removal(start, end, rule, text))
    for entry in entries.values():
        # A text may have been cleaned twice, by rules of other names.
        entry.removals[:] = sorted({(removal.start, removal.end): removal for removal in entry.removals}.values())
    return list(entries.values())
