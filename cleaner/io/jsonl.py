r"""Lines of JSON whose text is shortened, with every other byte unchanged.

Since cleaning only deletes, parts of the string are cut from the line itself: even its escapes stay as they were.

>>> line = r'{"id": 7, "text": "Caf\u00e9\nShare", "n": 1.0}'
>>> row = find(line, Fields())
>>> row.text, row.id
('Café\nShare', '7')
>>> with_text(line, row, [Span(4, 10, "share/word")])
'{"id": 7, "text": "Caf\\u00e9", "n": 1.0}'
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from cleaner.io.fields import Fields
from cleaner.result import Removal, Span

_Path = tuple[str, ...]
_skip_space = re.compile(r"[ \t\n\r]*").match


class _Number(str):
    """A whole number as written: Python refuses to convert those with very many digits."""


_value = json.JSONDecoder(parse_int=_Number).raw_decode
#: Number of characters of a field's name that are shown, and number of names.
_NAME_SHOWN, _NAMES_SHOWN = 40, 8
# Escape of one character in a string.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")


class RowError(ValueError):
    """A line that isn't a document; the argument says why."""


class FieldError(RowError):
    """A record without the field of the text, or with another value than a string in it.

    Attributes:
        names: Names of its outermost fields.
        is_missing: Whether the field is missing.
    """

    def __init__(self, message: str, names: Iterable[str], is_missing: bool) -> None:
        super().__init__(message)
        self.names, self.is_missing = frozenset(names), is_missing


class Row(NamedTuple):
    """A record, and offsets in its line, in characters.

    Attributes:
        text: Text; None if it is null.
        id: Id, or an empty string.
        url: Address of the page, or an empty string.
        source: Name of the collection, or an empty string.
        start: Offset of the text's string, behind its opening quote.
        end: Offset of the string's closing quote.
        names: Names of the outermost fields.
        stop: Offset of the brace that closes the record.
    """

    text: str | None
    id: str
    url: str
    source: str
    start: int
    end: int
    names: frozenset[str]
    stop: int


class _StringLocation(NamedTuple):
    value: object
    start: int
    end: int


def find(line: str, fields: Fields) -> Row:
    """Find the fields of a line.

    Raises:
        FieldError: The line has no field of the text that is a string.
        RowError: The line isn't a JSON object.
    """
    wanted = {path: tuple(path.split(".")) for path in (fields.text, fields.id, fields.url, fields.source)}
    locations: dict[_Path, _StringLocation] = {}
    names: set[str] = set()
    try:
        start = _space(line, 0)
        if line[start : start + 1] != "{":
            raise RowError("not a JSON object")
        stop = _object(line, start, (), set(wanted.values()), locations, names)
    except json.JSONDecodeError as error:
        raise RowError(f"not JSON: {error.msg.removesuffix(' at')} at character {error.pos}") from error
    except RecursionError as error:
        raise RowError("not JSON that can be read: nested too deep") from error
    if _space(line, stop) != len(line):
        raise RowError(f"not JSON: more than one value, from character {stop}")
    text = locations.get(wanted[fields.text])
    if text is None:
        has = f"; it has {shown_names(names)} (name one with --text-field)" if names else ""
        raise FieldError(f"has no field {fields.text!r}{has}", names, is_missing=True)
    if not isinstance(text.value, str | None) or isinstance(text.value, _Number):
        raise FieldError(f"field {fields.text!r} is no string", names, is_missing=False)
    values = [locations[wanted[path]].value if wanted[path] in locations else None for path in (fields.id, fields.url, fields.source)]
    name, url, source = ("" if value is None else str(value) for value in values)
    return Row(text.value, name, url, source, text.start, text.end, frozenset(names), stop - 1)


def shown_names(names: Iterable[str]) -> str:
    """Names of fields in a message: sorted, shortened, and not too many."""
    return ", ".join(name[:_NAME_SHOWN] for name in sorted(names)[:_NAMES_SHOWN])


def string_fields(line: str) -> Iterator[tuple[str, str]]:
    """Fields of a record that hold strings: path, as `Fields` has it, and value; none if the line is no record that can be read."""
    try:
        todo = [("", _value(line.strip(), 0)[0])]
    except (ValueError, RecursionError):
        return
    while todo:
        path, value = todo.pop()
        if isinstance(value, dict):
            todo += [(f"{path}.{name}" if path else name, below) for name, below in value.items()]
        elif isinstance(value, str) and not isinstance(value, _Number):
            yield path, value


def _space(line: str, offset: int) -> int:
    match = _skip_space(line, offset)
    return match.end() if match else offset


def _object(line: str, offset: int, above: _Path, wanted: set[_Path], locations: dict[_Path, _StringLocation], names: set[str]) -> int:
    """Offset behind the object whose brace is at `offset`; adds wanted values to `locations`, by path, and names of fields to `names`."""
    offset = _space(line, offset + 1)
    if line[offset : offset + 1] == "}":
        return offset + 1
    while True:
        if line[offset : offset + 1] != '"':
            raise json.JSONDecodeError("a field's name is missing", line, offset)
        name, offset = _value(line, offset)
        offset = _space(line, offset)
        if line[offset : offset + 1] != ":":
            raise json.JSONDecodeError("a colon is missing", line, offset)
        offset = _space(line, offset + 1)
        path = (*above, name)
        start = offset
        if line[offset : offset + 1] == "{" and any(len(other) > len(path) and other[: len(path)] == path for other in wanted):
            offset = _object(line, offset, path, wanted, locations, set())
        else:
            value, offset = _value(line, offset)
            if path in wanted:
                if path in locations:
                    raise RowError(f"field {'.'.join(path)!r} stands there twice")
                locations[path] = _StringLocation(value, start + 1, offset - 1)
        names.add(name)
        offset = _space(line, offset)
        if line[offset : offset + 1] == "}":
            return offset + 1
        if line[offset : offset + 1] != ",":
            raise json.JSONDecodeError("a comma is missing", line, offset)
        offset = _space(line, offset + 1)


def with_text(line: str, row: Row, spans: Sequence[Span | Removal]) -> str:
    """The line without `spans` of its text, which are sorted, without overlaps, and in characters of the text."""
    if not spans:
        return line
    raw = _raw_offsets(line, row)
    pieces, position = [], 0
    for span in spans:
        pieces.append(line[position : raw(span.start)])
        position = raw(span.end)
    pieces.append(line[position:])
    return "".join(pieces)


def with_removed(line: str, row: Row, removals: Sequence[Removal], escaped: bool) -> str:
    r"""The line with what was removed from its text put back: the opposite of `with_text`.

    Args:
        line: Line whose text is shortened.
        row: Its fields.
        removals: Removals from its text, as `with_text` has them, in characters of the whole text.
        escaped: Whether characters that aren't ASCII are written as escapes; the line itself doesn't tell how they were.

    >>> line = r'{"text": "Caf\u00e9", "n": 1.0}'
    >>> with_removed(line, find(line, Fields()), [Removal(4, 10, "share/word", "\nShare")], escaped=True)
    '{"text": "Caf\\u00e9\\nShare", "n": 1.0}'
    """
    raw = _raw_offsets(line, row)
    pieces, position, before = [], 0, 0
    for removal in removals:
        offset = raw(removal.start - before)
        said = json.dumps(removal.text, ensure_ascii=escaped)[1:-1]
        pieces += [line[position:offset], said.replace("/", "\\/") if "\\/" in line else said]
        position, before = offset, before + len(removal.text)
    return "".join([*pieces, line[position:]])


def _raw_offsets(line: str, row: Row) -> Callable[[int], int]:
    """Function that gives, for an offset in the text, that in the line."""
    escapes = [match.span() for match in _ESCAPE.finditer(line, row.start, row.end)] if "\\" in line[row.start : row.end] else []
    extra = [0, *accumulate(end - start - 1 for start, end in escapes)]
    # Offsets, in the text, of escaped characters.
    offsets = [start - row.start - before for (start, _), before in zip(escapes, extra, strict=False)]
    return lambda offset: row.start + offset + extra[bisect_left(offsets, offset)]


def with_field(line: str, row: Row, name: str, value: object) -> str:
    """The line with one more field at its end. `row` must be that of the line, so call this before `with_text`.

    Raises:
        RowError: There is a field of that name already.
    """
    if name in row.names:
        raise RowError(f"has a field {name!r} already")
    return f"{line[: row.stop].rstrip()}, {json.dumps(name)}: {json.dumps(value)}{line[row.stop :]}"
