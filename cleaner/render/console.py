"""The console: its styles, the colours of families, and protection against control characters in texts.

Colours are those of the terminal's palette, so they suit dark and light backgrounds.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast
from urllib.parse import quote

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.theme import Theme

from cleaner.errors import InputError
from cleaner.render.visible import VisibleStream, visible_lines
from cleaner.result import TIDY, family
from cleaner.ruleset.rule import Rule

THEME = Theme({"sign": "bold", "fold": "dim italic", "head": "bold", "flag": "bold magenta", "total": "bold"})
#: Colours of families, in the order of their first use. Yellow and white can't be read on every background.
_FAMILY_COLOURS = ("red", "magenta", "cyan", "green", "blue")


def from_here(path: str) -> str:
    """The path relative to the working directory, if it lies below that; an address stays as it is."""
    if "://" in path:
        return path
    with suppress(ValueError, OSError):
        return str(Path(path).resolve().relative_to(Path.cwd()))
    return path


class Colours:
    """Colours of families, in the order of their first use, and links from names of `rules` to their files."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._colours: dict[str, str] = {}
        self._rules = {rule.name: rule for rule in rules}

    def of(self, rule: str) -> str:
        """Style of a rule's family."""
        return "dim" if rule == TIDY else self.of_family(family(rule))

    def of_family(self, name: str) -> str:
        """Style of a family."""
        return self._colours.setdefault(name, _FAMILY_COLOURS[len(self._colours) % len(_FAMILY_COLOURS)])

    def label(self, rule: str) -> Style:
        """Style of a rule's name: its family's, with a link to the rule's file and line."""
        known = self._rules.get(rule)
        style = Style.parse(self.of(rule))
        return style + Style(link=_link(Path(known.file), known.line)) if known and known.line else style


#: Words in braces that `CLEANER_LINKS` may hold.
_IN_LINKS = ("host", "path", "line")


def _link(file: Path, line: int) -> str:
    """Address of a line in a file, in the form of `CLEANER_LINKS`, by default in kitty's; other terminals open the file then."""
    form = os.environ.get("CLEANER_LINKS") or "file://{host}{path}#{line}"
    path = quote(os.fsencode(file.resolve()))
    return form.replace("{host}", socket.gethostname()).replace("{path}", path).replace("{line}", str(line))


def follows_links(console: Console) -> bool:
    """Whether a console is a terminal that supports links.

    Raises:
        InputError: `CLEANER_LINKS` holds an unknown word in braces.
    """
    form = os.environ.get("CLEANER_LINKS", "")
    odd = os.environ.get("TERM") in ("dumb", "linux") or os.environ.get("TERM_PROGRAM") == "Apple_Terminal"
    if not console.file.isatty() or console.is_dumb_terminal or odd or form == "none":
        return False
    for word in re.findall(r"\{(.*?)\}", form):
        if word not in _IN_LINKS:
            raise InputError("CLEANER_LINKS", f"knows no {{{word}}}", "it takes {host}, {path} and {line}")
    return True


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Raise the error, which commands handle as for any other output; rich would exit with 1."""
        raise BrokenPipeError

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Segments without control characters, even where a caller forgot `visible`; rich's own control segments pass."""
        for segment in super().render(renderable, options):
            plain = segment.text.isascii() and segment.text.isprintable()
            yield segment if plain or segment.control else Segment(visible_lines(segment.text), segment.style)


class _Trimmed:
    """A stream that drops blanks at line ends, with which rich pads tables: they don't belong in a file or a pipe."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(re.sub(r" +(?=\n)", "", text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


#: Width in characters without a terminal: wide enough that paths don't wrap.
_WIDE = 160
#: Greatest width in characters, whatever a terminal or COLUMNS says: lines are padded to it.
_WIDEST = 1000


def console(*, stderr: bool = False) -> Console:
    """A console with our styles that prints text literally: no markup, no highlighting, no emoji codes."""
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, VisibleStream):  # it would escape rich's own codes; `_Console` escapes those of texts
        stream = stream.stream
    width = None
    if not stream.isatty() and "FORCE_COLOR" not in os.environ:
        stream, width = cast("TextIO", _Trimmed(stream)), None if "COLUMNS" in os.environ else _WIDE
    made = _Console(file=stream, width=width, theme=THEME, markup=False, highlight=False, emoji=False)
    if made.width > _WIDEST:
        made.width = _WIDEST
    return made
