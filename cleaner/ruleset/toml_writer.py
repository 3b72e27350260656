r"""TOML for people: literal strings where the text allows it, so that a backslash is a backslash.

`tomlkit` was tried: it leaves the choice of quotes to the caller, and doesn't escape invisible characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

#: Characters that a literal string can't hold, or that are invisible.
_UNFIT = re.compile(
    r"[^\t\n\x20-\x7e\xa1-\U0010ffff]"
    r"|[\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff\U000e0000-\U000e0fff]"
)


def can_hold(text: str) -> bool:
    r"""Whether TOML can hold a text: it can't hold lone surrogates, halves of a character as broken JSON has them.

    >>> can_hold("\x00"), can_hold("\ud800")
    (True, False)
    """
    return not re.search(r"[\ud800-\udfff]", text)


def string(text: str) -> str:
    r"""TOML string of a text for which `can_hold` is true.

    >>> string("Read more"), string("a\\b"), string("It's \"so\"")
    ('"Read more"', "'''a\\b'''", '\'\'\'It\'s "so"\'\'\'')
    """
    return literal(text) if re.search(r'["\\\n]', text) else _basic(text)


def literal(text: str) -> str:
    r"""TOML literal string of a text, between three quotes, as patterns are written; a string with escapes if a literal one can't hold it.

    >>> literal("a\\b"), literal("three ''' quotes")
    ("'''a\\b'''", '"three \'\'\' quotes"')
    """
    if _UNFIT.search(text) or "'''" in text or text.endswith("'"):
        return _basic(text)
    return f"'''\n{text}'''" if "\n" in text else f"'''{text}'''"  # TOML ignores a line end behind the opening quotes


def _basic(text: str) -> str:
    return _escaped(json.dumps(text, ensure_ascii=False))  # JSON escapes what a basic string must, save for U+007F


def _escaped(text: str) -> str:
    return _UNFIT.sub(lambda unfit: escaped(unfit.group()), text)


def escaped(char: str) -> str:
    """Escape of a character by its code point, valid in TOML and in patterns."""
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"


def strings(texts: Iterable[str]) -> str:
    """TOML array of texts."""
    return f"[{', '.join(map(string, texts))}]"


def comment(text: str) -> str:
    """Text of a comment; invisible characters, tabs and line ends are escaped."""
    return _escaped(text).replace("\t", escaped("\t")).replace("\n", escaped("\n"))
