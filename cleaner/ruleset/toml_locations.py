"""Locations of the keys and values in a TOML text, which `tomllib` doesn't give, and the source text of a rule.

The text is known to be valid, since `tomllib` has read it. So this scanner only has to recognise strings, comments, brackets and keys.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.ruleset.rule import Rule

#: A path into the data of a TOML text: `("rule", 2, "match")` is `data["rule"][2]["match"]`.
KeyPath = tuple[object, ...]


class Location(NamedTuple):
    """Line number and column, both from 1; the column counts characters."""

    line: int
    column: int


@dataclass
class Locations:
    """Locations of a TOML text's keys and values.

    Attributes:
        source: The TOML text.
        keys: Offsets of keys and of table headers, by path.
        values: Offsets of values, by path; for a literal string, the offset of its first character.
        literal: Paths of the literal strings (in single quotes), in which an offset of the value is one of the source.
    """

    source: str
    keys: dict[KeyPath, int] = field(default_factory=dict)
    values: dict[KeyPath, int] = field(default_factory=dict)
    literal: set[KeyPath] = field(default_factory=set)

    @classmethod
    def of(cls, source: str) -> Locations:
        """Scan a valid TOML text; where that fails, the rest of its keys has no locations of its own."""
        scanner = _Scanner(source)
        with suppress(IndexError, RecursionError):  # better no location than no error message
            scanner.document()
        return scanner.locations

    def key(self, path: KeyPath) -> Location | None:
        """Location of a key, or of the nearest table above it that has one."""
        nearest = _nearest(self.keys, path)
        return self._location(self.keys[nearest]) if nearest else None

    def value(self, path: KeyPath, offset: int = 0) -> Location | None:
        """Location of a value, or of the nearest value or key above it; in a literal string, of the character at `offset`."""
        nearest = _nearest(self.values, path)
        if not nearest:
            return self.key(path)
        return self._location(self.values[nearest] + (offset if nearest in self.literal else 0))

    def _location(self, offset: int) -> Location:
        start = self.source.rfind("\n", 0, offset) + 1
        return Location(self.source.count("\n", 0, offset) + 1, offset - start + 1)


def _nearest(offsets: Mapping[KeyPath, int], path: KeyPath) -> KeyPath:
    while path and path not in offsets:
        path = path[:-1]
    return path


class RuleSource(NamedTuple):
    """Source text of a rule, from `[[rule]]` on, without white space at its end; and its `match` patterns with their line numbers."""

    source: str
    patterns: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, rule: Rule, source: str) -> RuleSource:
        """Find a rule in the valid text of its file."""
        rules, locations = tomllib.loads(source.removeprefix("\ufeff"))["rule"], Locations.of(source)
        index = next(index for index, given in enumerate(rules) if given["id"] == rule.name.rpartition("/")[2])
        others = [location.line for path in locations.keys if path[:2] != ("rule", index) and (location := locations.key(path))]
        end = min((line - 1 for line in others if line > rule.line), default=None)
        match, path = rules[index].get("match", []), ("rule", index, "match")
        patterns = [match] if isinstance(match, str) else match
        starts = [locations.value((*path, pattern_index)) or Location(rule.line, 1) for pattern_index in range(len(patterns))]
        lines = [location.line for location in starts]
        return cls("\n".join(source.split("\n")[rule.line - 1 : end]).rstrip(), tuple(zip(patterns, lines, strict=True)))


_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[\w+.:-]+")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_STRING = re.compile(
    r"""(?P<long>'''\r?\n?)(?s:.*?)'''(?!')|(?P<open>')[^'\n]*'|\"\"\"(?s:\\.|[^\\])*?\"\"\"(?!")|"(?:\\.|[^"\\\n])*\"""",
)


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.offset = 1 if source.startswith("\ufeff") else 0
        self.locations = Locations(source)
        self.counts: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        while self.skip_space():
            if self.peek("["):
                table = self.header()
            else:
                self.pair(table)

    def skip_space(self) -> bool:
        match = _SPACE.match(self.source, self.offset)
        self.offset = match.end() if match else self.offset
        return self.offset < len(self.source)

    def peek(self, text: str) -> bool:
        return self.source.startswith(text, self.offset)

    def header(self) -> KeyPath:
        start = self.offset
        many = self.peek("[[")
        self.offset += 1 + many
        parts = self.key()
        self.skip_space()
        self.offset += 1 + many  # the closing brackets
        path: KeyPath = ()
        for i, part in enumerate(parts):
            path = (*path, part)
            if many and i == len(parts) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.locations.keys[path] = start
        return path

    def key(self) -> list[str]:
        parts = []
        while True:
            self.skip_space()
            match = _KEY.match(self.source, self.offset)
            if not match:
                raise IndexError(self.offset)
            self.offset = match.end()
            parts.append(match.group().strip("\"'"))
            self.skip_space()
            if not self.peek("."):
                return parts
            self.offset += 1

    def pair(self, table: KeyPath) -> None:
        start = self.offset
        path = (*table, *self.key())
        self.locations.keys[path] = start
        self.offset += 1  # the equals sign
        self.value(path)

    def value(self, path: KeyPath) -> None:
        self.skip_space()
        self.locations.values[path] = self.offset
        if self.peek("["):
            self.items(path, "]")
        elif self.peek("{"):
            self.items(path, "}")
        elif match := _STRING.match(self.source, self.offset):
            opening = match.group("long") or match.group("open")
            if opening:
                self.locations.values[path] += len(opening)
                self.locations.literal.add(path)
            self.offset = match.end()
        elif match := _BARE.match(self.source, self.offset):
            self.offset = match.end()
        else:
            raise IndexError(self.offset)

    def items(self, path: KeyPath, closing: str) -> None:
        self.offset += 1
        index = 0
        while self.skip_space() and not self.peek(closing):
            if self.peek(","):
                self.offset += 1
            elif closing == "]":
                self.value((*path, index))
                index += 1
            else:
                self.pair(path)
        self.offset += 1
