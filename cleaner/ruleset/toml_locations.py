"""Where the keys and values of a TOML text stand, which the parser doesn't tell.

The text is known to be valid: `tomllib` has read it. So this only has to tell strings, comments, brackets and keys apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

Path = tuple[object, ...]


class Location(NamedTuple):
    """Line and column of something, both from 1; the column counts characters."""

    line: int
    column: int


@dataclass
class Locations:
    """Places of a TOML text's keys and values.

    A path names them as in `data["rule"][2]["match"]`: `("rule", 2, "match")`.

    Attributes:
        source: The text.
        keys: Offset of each key, or of each table's header.
        values: Offset of each value; of a literal string, of its first character.
        literal: Paths of the values that are strings in single quotes, which stand in the text as they are.
    """

    source: str
    keys: dict[Path, int] = field(default_factory=dict)
    values: dict[Path, int] = field(default_factory=dict)
    literal: set[Path] = field(default_factory=set)

    @classmethod
    def of(cls, source: str) -> Locations:
        """The places of a valid text. What can't be made out has no place of its own, but that of what holds it."""
        scanner = _Scanner(source)
        with suppress(IndexError, RecursionError):  # better no place than no error message
            scanner.document()
        return scanner.places

    def key(self, path: Path) -> Location | None:
        """Place of a key, or of the nearest thing above it."""
        return self._nearest(self.keys, path)

    def value(self, path: Path, within: int = 0) -> Location | None:
        """Place of a value, or of the nearest thing above it.

        Args:
            path: The value's path.
            within: Characters to go on, in a string that stands there as it is.
        """
        if path in self.values:
            return self._place(self.values[path] + (within if path in self.literal else 0))
        return self._nearest(self.values, path) or self.key(path)

    def _nearest(self, offsets: Mapping[Path, int], path: Path) -> Location | None:
        while path and path not in offsets:
            path = path[:-1]
        return self._place(offsets[path]) if path else None

    def _place(self, offset: int) -> Location:
        start = self.source.rfind("\n", 0, offset) + 1
        return Location(self.source.count("\n", 0, offset) + 1, offset - start + 1)


_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[\w+.:-]+")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_STRING = re.compile(
    r"""(?P<long>'''\r?\n?)(?s:.*?)'''(?!')|(?P<open>')[^'\n]*'|\"\"\"(?s:\\.|[^\\])*?\"\"\"(?!")|"(?:\\.|[^"\\\n])*\"""",
)


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 1 if source.startswith("\ufeff") else 0
        self.places = Locations(source)
        self.counts: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self.skip_space():
            if self.peek("["):
                table = self.header()
            else:
                self.pair(table)

    def skip_space(self) -> bool:
        found = _SPACE.match(self.source, self.at)
        self.at = found.end() if found else self.at
        return self.at < len(self.source)

    def peek(self, text: str) -> bool:
        return self.source.startswith(text, self.at)

    def header(self) -> Path:
        start = self.at
        many = self.peek("[[")
        self.at += 1 + many
        parts = self.key()
        self.skip_space()
        self.at += 1 + many  # the closing brackets
        path: Path = ()
        for i, part in enumerate(parts):
            path = (*path, part)
            if many and i == len(parts) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.places.keys[path] = start
        return path

    def key(self) -> list[str]:
        parts = []
        while True:
            self.skip_space()
            found = _KEY.match(self.source, self.at)
            if not found:
                raise IndexError(self.at)
            self.at = found.end()
            parts.append(found.group().strip("\"'"))
            self.skip_space()
            if not self.peek("."):
                return parts
            self.at += 1

    def pair(self, table: Path) -> None:
        start = self.at
        path = (*table, *self.key())
        self.places.keys[path] = start
        self.at += 1  # the equals sign
        self.value(path)

    def value(self, path: Path) -> None:
        self.skip_space()
        self.places.values[path] = self.at
        if self.peek("["):
            self.items(path, "]")
        elif self.peek("{"):
            self.items(path, "}")
        elif found := _STRING.match(self.source, self.at):
            opening = found.group("long") or found.group("open")
            if opening:
                self.places.values[path] += len(opening)
                self.places.literal.add(path)
            self.at = found.end()
        elif found := _BARE.match(self.source, self.at):
            self.at = found.end()
        else:
            raise IndexError(self.at)

    def items(self, path: Path, closing: str) -> None:
        self.at += 1
        number = 0
        while self.skip_space() and not self.peek(closing):
            if self.peek(","):
                self.at += 1
            elif closing == "]":
                self.value((*path, number))
                number += 1
            else:
                self.pair(path)
        self.at += 1
