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
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from cleaner.io.fields import Fields
from cleaner.result import Removal, Span

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
        RowError: The line isn't a JSON object, or has no field of the text that is a string.
    """
    wanted = {path: tuple(path.split(".")) for path in (fields.text, fields.id, fields.url, fields.source)}
    found: dict[tuple[str, ...], _StringLocation] = {}
    names: set[str] = set()
    try:
        at = _space(line, 0)
        if line[at : at + 1] != "{":
            raise RowError("not a JSON object")
        stop = _object(line, at, (), set(wanted.values()), found, names)
    except json.JSONDecodeError as error:
        raise RowError(f"not JSON: {error.msg.removesuffix(' at')} at character {error.pos}") from error
    except RecursionError as error:
        raise RowError("not JSON that can be read: nested too deep") from error
    if _space(line, stop) != len(line):
        raise RowError(f"not JSON: more than one value, from character {stop}")
    text = found.get(wanted[fields.text])
    if text is None:
        known = ", ".join(name[:_NAME_SHOWN] for name in sorted(names)[:_NAMES_SHOWN])
        has = f"; it has {known} (name one with --text-field)" if names else ""
        raise RowError(f"has no field {fields.text!r}{has}")
    if not isinstance(text.value, str | None) or isinstance(text.value, _Number):
        raise RowError(f"field {fields.text!r} is no string")
    values = [found[wanted[path]].value if wanted[path] in found else None for path in (fields.id, fields.url, fields.source)]
    name, url, source = ("" if value is None else str(value) for value in values)
    return Row(text.value, name, url, source, text.start, text.end, frozenset(names), stop - 1)


def _space(line: str, at: int) -> int:
    found = _skip_space(line, at)
    return found.end() if found else at


def _object(
    line: str, at: int, above: tuple[str, ...], wanted: set[tuple[str, ...]], found: dict[tuple[str, ...], _StringLocation], names: set[str]
) -> int:
    """Offset behind the object whose brace is at `at`; adds wanted values to `found`, by path, and names of fields to `names`."""
    at = _space(line, at + 1)
    if line[at : at + 1] == "}":
        return at + 1
    while True:
        if line[at : at + 1] != '"':
            raise json.JSONDecodeError("a field's name is missing", line, at)
        name, at = _value(line, at)
        at = _space(line, at)
        if line[at : at + 1] != ":":
            raise json.JSONDecodeError("a colon is missing", line, at)
        at = _space(line, at + 1)
        path = (*above, name)
        start = at
        if line[at : at + 1] == "{" and any(len(each) > len(path) and each[: len(path)] == path for each in wanted):
            at = _object(line, at, path, wanted, found, set())
        else:
            value, at = _value(line, at)
            if path in wanted:
                if path in found:
                    raise RowError(f"field {'.'.join(path)!r} stands there twice")
                found[path] = _StringLocation(value, start + 1, at - 1)
        names.add(name)
        at = _space(line, at)
        if line[at : at + 1] == "}":
            return at + 1
        if line[at : at + 1] != ",":
            raise json.JSONDecodeError("a comma is missing", line, at)
        at = _space(line, at + 1)


def with_text(line: str, row: Row, spans: Sequence[Span | Removal]) -> str:
    """The line without `spans` of its text, which are sorted, without overlaps, and in characters of the text."""
    if not spans:
        return line
    escapes = [found.span() for found in _ESCAPE.finditer(line, row.start, row.end)] if "\\" in line[row.start : row.end] else []
    extra = [0, *accumulate(end - start - 1 for start, end in escapes)]
    # Offsets, in the text, of escaped characters.
    offsets = [start - row.start - before for (start, _), before in zip(escapes, extra, strict=False)]

    def raw(offset: int) -> int:
        return row.start + offset + extra[bisect_left(offsets, offset)]

    pieces, at = [], 0
    for span in spans:
        pieces.append(line[at : raw(span.start)])
        at = raw(span.end)
    pieces.append(line[at:])
    return "".join(pieces)


def with_field(line: str, row: Row, name: str, value: object) -> str:
    """The line with one more field at its end. `row` must be that of the line, so call this before `with_text`.

    Raises:
        RowError: There is a field of that name already.
    """
    if name in row.names:
        raise RowError(f"has a field {name!r} already")
    return f"{line[: row.stop].rstrip()}, {json.dumps(name)}: {json.dumps(value)}{line[row.stop :]}"
