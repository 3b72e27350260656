r"""A line of JSON with one string in it made shorter, and every other byte as it was.

Since cleaning only ever deletes, it is the string's own bytes that are cut: how it is escaped stays as it was, too.

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
    """A whole number as it is written: it may have more digits than Python makes a number of."""


_value = json.JSONDecoder(parse_int=_Number).raw_decode
#: Characters of a field's name that are told, and how many names are.
_NAME_SHOWN, _NAMES_SHOWN = 40, 8
# One character of a string, if it is written with more.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")


class RowError(ValueError):
    """A line that isn't a document; the argument says why."""


class Row(NamedTuple):
    """What a line holds.

    Attributes:
        text: Its text; None if that is null.
        id: Its id, or an empty string.
        url: Its address, or an empty string.
        source: The collection that it is from, or an empty string.
        start: Where the text's string begins in the line, behind its quote.
        end: Where it ends, before its quote.
        names: Names of the outermost fields.
        stop: Where the brace stands that closes the record.
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
        RowError: It isn't a JSON object, or has no such text.
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
    """Go through the object whose brace stands at an offset, note the values that are wanted, and give the offset behind it."""
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
    """The line without some spans of its text, which are sorted, free of overlaps, and in characters of the text."""
    if not spans:
        return line
    escapes = [found.span() for found in _ESCAPE.finditer(line, row.start, row.end)] if "\\" in line[row.start : row.end] else []
    extra = [0, *accumulate(end - start - 1 for start, end in escapes)]
    # Offsets in the text of the characters that are written with more than one.
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
    """The line with one more field at its end; to be called before its text is cut.

    Raises:
        RowError: There is one of that name.
    """
    if name in row.names:
        raise RowError(f"has a field {name!r} already")
    return f"{line[: row.stop].rstrip()}, {json.dumps(name)}: {json.dumps(value)}{line[row.stop :]}"
