"""Audits: removals as lines of JSON, in one file or in one for each part of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

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


def part_path(path: Path, number: int, of: int) -> Path:
    """Path of the audit of part `number` of a run in `of` parts, each of which writes its own; `path` is the audit's name as it was given.

    >>> part_path(Path("audit.jsonl"), 2, 5).name
    'audit-2-of-5.jsonl'
    """
    return path.with_name(f"{path.stem}-{number}-of-{of}{path.suffix}") if of > 1 else path


def parts(path: Path) -> list[Path]:
    """Files of an audit: that of its name, and those that `part_path` gives for it; the name alone if there are none."""
    name = re.compile(rf"{re.escape(path.stem)}-(\d+)-of-(\d+){re.escape(path.suffix)}")
    try:
        found = {tuple(map(int, match.groups()[::-1])): each for each in path.parent.iterdir() if (match := name.fullmatch(each.name))}
    except OSError:  # opening the file will say what is wrong
        found = {}
    return [*([path] if path.exists() or not found else []), *(each for _, each in sorted(found.items()))]
