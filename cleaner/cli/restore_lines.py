"""Files of JSON lines, as `clean --jsonl` and `batch` wrote them, with what was removed from their texts put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cleaner.errors import InputError, ProofError
from cleaner.io.audit import digest
from cleaner.io.audit_index import AuditIndex, AuditRow
from cleaner.io.fields import Fields
from cleaner.io.jsonl import RowError, find, with_removed
from cleaner.io.line_files import RecordLine, decoded, from_first_text, lines
from cleaner.result import Removal, Result
from cleaner.spans import restore as put_back

#: Names of files that an error gives.
_NAMED_AT_MOST = 5


def restored_lines(source: Path, audit: Path, index: AuditIndex, fields: Fields, file: str = "") -> Iterator[bytes]:
    """Lines of a clean file with all removals put back; the file is read twice, a line at a time, so that nothing is given before all fits.

    Args:
        source: The clean file.
        audit: The audit's file, for errors.
        index: Texts of the audit.
        fields: Names of the fields.
        file: Name of the input in the audit; an empty string if its lines tell it.

    Raises:
        InputError: The file can't be read, or isn't what any input of the audit came out as.
    """
    by_file: dict[str, dict[int, list[AuditRow]]] = {}
    for each in index.rows(file):
        by_file.setdefault(each.file, {}).setdefault(each.row, []).append(each)
    rows = {row for of_file in by_file.values() for row in of_file}
    clean, escaped = dict[int, str](), True
    for row, raw in _numbered(source, fields):
        escaped = escaped and raw.data.isascii()
        if row in rows and (text := _text(raw, fields)) is not None:
            clean[row] = digest(text)
    known = _rows(source, audit, index, by_file, clean, file)
    for row, raw in _numbered(source, fields):
        if row in known:
            yield _restored(raw.data, index.removals(known[row]), fields, escaped, f"{source}:{row}")
        else:
            yield from raw.pieces()


def _numbered(source: Path, fields: Fields) -> Iterator[tuple[int, RecordLine]]:
    return enumerate(from_first_text(source, lines(source), fields), 1)


def _text(raw: RecordLine, fields: Fields) -> str | None:
    """Text of a line; None if it is no record."""
    try:
        return None if raw.fault else find(decoded(raw.data)[1], fields).text or ""
    except RowError:
        return None


def _rows(
    source: Path,
    audit: Path,
    index: AuditIndex,
    by_file: Mapping[str, Mapping[int, Sequence[AuditRow]]],
    clean: Mapping[int, str],
    file: str,
) -> Mapping[int, AuditRow]:
    """The audit's text for each row of a clean file whose rows have some digests; none if the audit is empty."""
    fitting: list[Mapping[int, AuditRow]] = []
    for of_file in by_file.values():
        known = {row: each for row, several in of_file.items() for each in several if each.clean == clean.get(row)}
        if known.keys() == of_file.keys():
            fitting.append(known)
    if by_file and not fitting:
        what = f"isn't what {file} came out as, by {audit}" if file else f"isn't what any file in {audit} came out as"
        remedy = "it was changed since, has lost lines (--exclude-to), or its text is in another field (--text-field)"
        raise InputError(source, what, remedy)
    if file and not fitting:
        raise InputError(source, f"{file} is not in {audit}")
    first, *others = fitting or [{}]
    for other in others:
        if other.keys() != first.keys() or any(index.removals(other[row]) != index.removals(each) for row, each in first.items()):
            names = ", ".join(next(iter(each.values())).file for each in fitting[:_NAMED_AT_MOST])
            raise InputError(audit, f"several files came out like {source}", f"name one with --file: {names}")
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
