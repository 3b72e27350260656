"""Sanitiser for all texts, names and messages that a terminal shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, TextIO

#: Characters that control a terminal or the direction of text: C0 but the tab, C1, directional marks, separators, surrogates.
DRIVING = "\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff"
#: Invisible characters, with which different names look alike: soft hyphens, fillers, joiners, selectors, tags, byte order marks.
_HIDDEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
#: Characters that may be followed by a joiner, in Persian, Khmer, Indian scripts and emoji.
_JOINED = "\u0590-\u1dff\u2190-\u2bff\u2e80-\ua9ff\uaa00-\ud7ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U0003ffff"
#: Characters that may be followed by a variation selector.
_IDEOGRAPHS = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SELECTED = (
    "#*0-9\u00a9\u00ae\u1000-\u109f\u2018-\u201d\u203c\u2049\u2100-\u2bff\ua840-\ua87f\uff01-\uff9f\U00010000-\U0001ffff" + _IDEOGRAPHS
)
#: The flags of England, Scotland and Wales are a black flag and letters among the tags.
_FLAG = "\U0001f3f4"
_PLACES = frozenset("".join(chr(0xE0000 + ord(char)) for char in place) + "\U000e007f" for place in ("gbeng", "gbsct", "gbwls"))


def visible(text: str) -> str:
    r"""The text with control and invisible characters replaced by signs, and tabs by four blanks.

    >>> visible("a\x1b[2Jb\u202ec\td")
    'a␛[2Jb⟨U+202E⟩c    d'
    """
    return _unsafe().sub(_sign, text.replace("\t", "    "))


def visible_lines(text: str) -> str:
    """The same for a text of several lines; line ends stay."""
    return "\n".join(map(visible, text.split("\n")))


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return match.group() if _is_needed(match.string, match.start()) else f"⟨U+{code:04X}⟩"


def _is_needed(text: str, offset: int) -> bool:
    """Whether the invisible character at an offset belongs to the characters before it, as joiners do in some scripts and in emoji."""
    flag = text.rfind(_FLAG, max(0, offset - 6), offset)
    return _needed().match(text, offset) is not None or (flag >= 0 and text[flag + 1 : flag + 7] in _PLACES)


@cache
def _unsafe() -> re.Pattern[str]:
    return re.compile(f"[{DRIVING}{_HIDDEN}]")  # not at import: compiling is slow, and most runs print nothing


@cache
def _needed() -> re.Pattern[str]:
    # Not at import either: most texts hold no invisible characters.
    joiner = f"(?:(?<=[{_JOINED}])|(?<=[\u00a9-\u3299\U0001f000-\U0001faff]\ufe0f))[\u034f\u200b-\u200d]"
    return re.compile(f"{joiner}|(?<=[{_SELECTED}])[\ufe00-\ufe0f]|(?<=[{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]")


class VisibleStream:
    """A stream that sanitises all texts, even those of `typer`, which quotes the command line, and tracebacks.

    It has no `buffer`, since bytes would not be checked.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text, sanitised; see `visible_lines`."""
        self.stream.write(visible_lines(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts, sanitised."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self.stream, name)
