"""Files of JSON lines, as `clean --jsonl` and `batch` wrote them, with what was removed from their texts put back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cleaner.errors import InputError, ProofError
from cleaner.io.audit import AuditEntry, digest
from cleaner.io.fields import Fields
from cleaner.io.jsonl import RowError, find, with_removed
from cleaner.io.line_files import decoded, from_first_text, lines
from cleaner.result import Removal, Result
from cleaner.spans import restore as put_back

#: Names of files that an error gives.
_NAMED_AT_MOST = 5


def restored_lines(source: Path, audit: Path, entries: Iterable[AuditEntry], fields: Fields, file: str = "") -> Iterator[bytes]:
    """Lines of a clean file with all removals put back; the file is read twice, a line at a time, so that nothing is given before all fits.

    Args:
        source: The clean file.
        audit: The audit's file, for errors.
        entries: Texts of the audit.
        fields: Names of the fields.
        file: Name of the input in the audit; an empty string if its lines tell it.

    Raises:
        InputError: The file can't be read, or isn't what any input of the audit came out as.
    """
    by_file: dict[str, dict[int, list[AuditEntry]]] = {}
    for entry in entries:
        if entry.row and file in ("", entry.file):
            by_file.setdefault(entry.file, {}).setdefault(entry.row, []).append(entry)
    rows = {row for of_file in by_file.values() for row in of_file}
    clean, escaped = dict[int, str](), True
    for row, data in _numbered(source, fields):
        escaped = escaped and data.isascii()
        if row in rows and (text := _text(data, fields)) is not None:
            clean[row] = digest(text)
    removals = _removals(source, audit, by_file, clean, file)
    for row, data in _numbered(source, fields):
        yield _restored(data, removals[row], fields, escaped, f"{source}:{row}") if row in removals else data


def _numbered(source: Path, fields: Fields) -> Iterator[tuple[int, bytes]]:
    return enumerate(from_first_text(source, (line.data for line in lines(source)), fields), 1)


def _text(data: bytes, fields: Fields) -> str | None:
    """Text of a line; None if it is no record."""
    try:
        return find(decoded(data)[1], fields).text or ""
    except RowError:
        return None


def _removals(
    source: Path, audit: Path, by_file: Mapping[str, Mapping[int, Sequence[AuditEntry]]], clean: Mapping[int, str], file: str
) -> Mapping[int, Sequence[Removal]]:
    """Removals of each row of a clean file whose rows have some digests; none if the audit is empty."""
    fitting: dict[str, dict[int, Sequence[Removal]]] = {}
    for name, of_file in by_file.items():
        known: dict[int, Sequence[Removal]] = {
            row: entry.removals for row, entries in of_file.items() for entry in entries if entry.clean == clean.get(row)
        }
        if known.keys() == of_file.keys():
            fitting[name] = known
    if by_file and not fitting:
        what = f"isn't what {file} came out as, by {audit}" if file else f"isn't what any file in {audit} came out as"
        remedy = "it was changed since, has lost lines (--exclude-to), or its text is in another field (--text-field)"
        raise InputError(source, what, remedy)
    first, *others = fitting.values() if fitting else [{}]
    if any(other != first for other in others):
        names = ", ".join([*fitting][:_NAMED_AT_MOST])
        raise InputError(audit, f"several files came out like {source}", f"name one with --file: {names}")
    if file and not fitting:
        raise InputError(source, f"{file} is not in {audit}")
    return first


def _restored(data: bytes, removals: Sequence[Removal], fields: Fields, escaped: bool, name: str) -> bytes:
    mark, line = decoded(data)
    row = find(line, fields)
    try:
        text = put_back(Result(row.text or "", tuple(removals)))
        whole = with_removed(line, row, removals, escaped)
    except ProofError as error:
        raise InputError(name, f"doesn't belong to the audit: {error}", "was the audit changed?") from error
    if find(whole, fields).text != text:
        raise ProofError(f"{name}: what was put back is not what was removed")
    return mark + whole.encode()
