r"""Values as TOML that people like to read: literal strings where the text allows it, so that a backslash is a backslash."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: What a literal string can't hold, or what a reader would not see in it.
_UNFIT = re.compile(
    r"[^\t\n\x20-\x7e\xa1-\U0010ffff]|[\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_SURROGATE = re.compile("[\ud800-\udfff]")


def can_hold(text: str) -> bool:
    r"""Whether TOML can hold a text: it has no way to write lone surrogates, halves of a character as broken JSON has them.

    >>> can_hold("\x00"), can_hold("\ud800")
    (True, False)
    """
    return not _SURROGATE.search(text)


def string(text: str) -> str:
    r"""A text as a TOML string.

    Args:
        text: Any text without lone surrogates, which TOML can't hold.

    >>> string("Read more"), string("a\\b"), string("It's \"so\"")
    ('"Read more"', "'''a\\b'''", '\'\'\'It\'s "so"\'\'\'')
    """
    if '"' in text or "\\" in text or "\n" in text:
        return literal(text)
    return f'"{text}"' if not _UNFIT.search(text) and "\t" not in text else _basic(text)


def literal(text: str) -> str:
    r"""A text as a literal string between three quotes, as patterns are written; or with escapes, where that can't hold it.

    >>> literal("a\\b"), literal("three ''' quotes")
    ("'''a\\b'''", '"three \'\'\' quotes"')
    """
    if _UNFIT.search(text) or "'''" in text or text.endswith("'"):
        return _basic(text)
    return f"'''\n{text}'''" if "\n" in text else f"'''{text}'''"  # a line end behind the first quotes is not part of the text


def _basic(text: str) -> str:
    inside = "".join(_ESCAPES.get(char) or (escaped(char) if _UNFIT.match(char) else char) for char in text)
    return f'"{inside}"'


def escaped(char: str) -> str:
    """A character by its number, as TOML and patterns both write it."""
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"


def strings(texts: Iterable[str]) -> str:
    """Texts as a TOML array."""
    return f"[{', '.join(map(string, texts))}]"


def comment(text: str) -> str:
    """A text as the words of a comment: what has no sign of its own, or would end the line, is escaped."""
    return "".join(escaped(char) if _UNFIT.match(char) or char in "\t\n" or "\ud800" <= char <= "\udfff" else char for char in text)
