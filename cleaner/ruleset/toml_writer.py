r"""Values as TOML that people like to read: literal strings where the text allows it, so that a backslash is a backslash.

`tomlkit` was tried: it leaves it to its caller which quotes a text can stand in, and doesn't escape characters that nobody sees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

#: What a literal string can't hold, or what a reader would not see in it.
_UNFIT = re.compile(
    r"[^\t\n\x20-\x7e\xa1-\U0010ffff]"
    r"|[\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff\U000e0000-\U000e0fff]"
)


def can_hold(text: str) -> bool:
    r"""Whether TOML can hold a text: it has no way to write lone surrogates, halves of a character as broken JSON has them.

    >>> can_hold("\x00"), can_hold("\ud800")
    (True, False)
    """
    return not re.search(r"[\ud800-\udfff]", text)


def string(text: str) -> str:
    r"""A text that TOML can hold as a TOML string.

    >>> string("Read more"), string("a\\b"), string("It's \"so\"")
    ('"Read more"', "'''a\\b'''", '\'\'\'It\'s "so"\'\'\'')
    """
    return literal(text) if re.search(r'["\\\n]', text) else _basic(text)


def literal(text: str) -> str:
    r"""A text as a literal string between three quotes, as patterns are written; or with escapes, where that can't hold it.

    >>> literal("a\\b"), literal("three ''' quotes")
    ("'''a\\b'''", '"three \'\'\' quotes"')
    """
    if _UNFIT.search(text) or "'''" in text or text.endswith("'"):
        return _basic(text)
    return f"'''\n{text}'''" if "\n" in text else f"'''{text}'''"  # a line end behind the first quotes is not part of the text


def _basic(text: str) -> str:
    return _escaped(json.dumps(text, ensure_ascii=False))  # JSON escapes what a basic string must, save for U+007F


def _escaped(text: str) -> str:
    return _UNFIT.sub(lambda unfit: escaped(unfit.group()), text)


def escaped(char: str) -> str:
    """A character by its number, as TOML and patterns both write it."""
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"


def strings(texts: Iterable[str]) -> str:
    """Texts as a TOML array."""
    return f"[{', '.join(map(string, texts))}]"


def comment(text: str) -> str:
    """A text as the words of a comment: what has no sign of its own, or would end the line, is escaped."""
    return _escaped(text).replace("\t", escaped("\t")).replace("\n", escaped("\n"))
