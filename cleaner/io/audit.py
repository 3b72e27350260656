"""Removals as lines of JSON, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cleaner.errors import InputError
from cleaner.result import Removal

_SURROGATE = re.compile("[\ud800-\udfff]")


def audit_lines(file: str, removals: Iterable[Removal], clean: str, row: int = 0) -> Iterator[str]:
    """Removals as lines of JSON (without line ends): file, start, end, rule, text, and `clean`, by which restoring knows the clean text.

    Args:
        file: Name of the input.
        removals: What was removed from it.
        clean: Digest of the clean text.
        row: Row of the text in the file, from 1, if it is one of several; then the lines have it, too.
    """
    name = {"file": file, "row": row} if row else {"file": file}
    for removal in removals:
        yield json_line({**name, **removal._asdict(), "clean": clean})


def spans_of(removals: Iterable[Removal]) -> list[dict[str, object]]:
    """Removals as a record bears them: start and end in characters of the input's text, and the rule."""
    return [{"start": removal.start, "end": removal.end, "rule": removal.rule} for removal in removals]


def digest(text: str) -> str:
    """First 16 hexadecimal digits of the SHA-256 of a text in UTF-8."""
    import hashlib  # it takes long to import, and plain cleaning asks for no digest

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def json_line(value: Mapping[str, object]) -> str:
    """An object as one line of JSON that can be written as UTF-8, even where a file's name can't."""
    import json  # the same

    line = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if _SURROGATE.search(line) else line


class AuditEntry(NamedTuple):
    """What an audit tells of one text: the input's name, the digest of the clean text, and the removals."""

    file: str
    clean: str
    removals: list[Removal]


def read_audit(name: str, lines: Iterable[str]) -> list[AuditEntry]:
    """The texts of an audit, each with its removals in their order; `name` stands in errors.

    Raises:
        InputError: A line isn't what `audit_lines` writes.
    """
    import json  # the same

    entries: dict[tuple[str, object, str], AuditEntry] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            values = [row[key] for key in ("start", "end", "rule", "text", "file", "clean")]
            if [type(value) for value in values] != [int, int, str, str, str, str]:
                raise TypeError("a value has the wrong type")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            remedy = "each line must be an object with file, start, end, rule, text and clean, as `--audit` writes it"
            raise InputError(f"{name}:{number}", f"not an audit line: {error}", remedy) from error
        start, end, rule, text, file, clean = values
        entry = entries.setdefault((file, row.get("row"), clean), AuditEntry(file, clean, []))
        entry.removals.append(Removal(start, end, rule, text))
    for entry in entries.values():
        entry.removals[:] = sorted(set(entry.removals))  # a text may have been cleaned twice in one run
    return list(entries.values())
