"""Pages of a site as units that can be compared: lines, and the sentences of long lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.document import words
from cleaner.engine.boundaries import boundaries
from cleaner.engine.engine import Engine
from cleaner.engine.prose import may_be_prose
from cleaner.result import Hints

#: Words from which on a line is looked at sentence by sentence.
_LONG = 12
DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")
#: Signs at a unit's ends that don't count: bullets, arrows, dashes, colons.
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class PageText(NamedTuple):
    """A page of a site: its name for people, its text, and its address, or an empty string."""

    name: str
    text: str
    url: str = ""


class Unit(NamedTuple):
    """A line, or a part of a long one.

    Attributes:
        text: It, without white space at its ends.
        key: What it has in common with units that say the same; empty if it holds no letter.
        start: Offset of its first character in the page's text.
        is_line: Whether it is a whole line.
        is_taken: Whether the rules in force take it whole.
        is_prose: Whether it may be prose.
        is_row: Whether it is a row of words that was cut from the sentence behind it.
    """

    text: str
    key: str
    start: int
    is_line: bool = True
    is_taken: bool = False
    is_prose: bool = False
    is_row: bool = False

    @property
    def stop(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)


@dataclass(slots=True)
class Page:
    """A page and its units; pages that are copies of one another have the same `group`; `fired` are the rules that take something."""

    source: PageText
    fired: frozenset[str] = frozenset()
    units: list[Unit] = field(default_factory=list)
    group: int = 0


def key(text: str) -> str:
    """What is left of a text when it is compared: small letters, figures as 0, without signs at its ends.

    >>> key("  • Comments: 1,204 »"), key("12. März") == key("3. März"), key("***")
    ('comments: 0,0', True, '')
    """
    if not any(map(str.isalpha, text)):
        return ""
    return _EDGES.sub("", _SPACES.sub(" ", DIGITS.sub("0", text.casefold())))


def read(source: PageText, engine: Engine, hints: Hints) -> Page:
    """A page as units; the engine says which of them the rules in force take."""
    try:
        passes = list(engine.passes(source.text, hints._replace(url=source.url)))
    except TimeoutError:
        return Page(source)
    view, removed = passes[0].view, passes[-1].removed
    bare = _bare(source.text, [(span.start, span.end) for span in removed])
    page = Page(source, frozenset(span.rule for span in removed))
    for line, is_broken in zip(view.document.solid, view.broken, strict=True):
        start = line.start + line.indent
        if words(line.text) < _LONG:
            page.units.append(_unit(line.text, start, True, bare, is_broken))
            continue
        for offset, part in _parts(line.text, view.vocabulary.abbreviations):
            is_line = len(part) == len(line.text)
            page.units.append(_unit(part, start + offset, is_line, bare))
    return page


def split(unit: Unit, length: int) -> Iterator[Unit]:
    """A row of words at the beginning of a unit, `length` characters of it, and the rest."""
    row, rest = unit.text[:length].rstrip(), unit.text[length:].lstrip()
    yield Unit(row, key(row), unit.start, False, unit.is_taken, is_row=True)
    yield Unit(rest, key(rest), unit.stop - len(rest), False, unit.is_taken, may_be_prose(rest))


def _unit(text: str, start: int, is_line: bool, bare: str, is_broken: bool = False) -> Unit:
    is_taken = not bare[start : start + len(text)].strip()
    return Unit(text, key(text), start, is_line, is_taken, is_broken or may_be_prose(text))


def _bare(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text in which what goes is blank, so that offsets stay."""
    parts, offset = [], 0
    for start, end in spans:
        parts += [text[offset:start], " " * (end - start)]
        offset = end
    return "".join([*parts, text[offset:]])


def _parts(line: str, abbreviations: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Offsets and texts of a line's parts."""
    start = 0
    for boundary in boundaries(line, abbreviations):
        if boundary.end > start:
            yield start, line[start : boundary.end].rstrip()
        start = boundary.start
    yield start, line[start:]
