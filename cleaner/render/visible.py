"""The one sanitiser through which all goes that a terminal shows of texts, names and messages."""

from __future__ import annotations

import re

_UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""A text that can't drive a terminal: control characters and overrides of direction turn into signs one can see.

    >>> visible("a\x1b[2Jb\u202ec\td")
    'a␛[2Jb⟨U+202E⟩c    d'
    """
    return _UNSAFE.sub(_sign, text.replace("\t", "    "))


def _sign(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"
