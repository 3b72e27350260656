"""Texts as literals are looked for in them: two characters that a pattern can't tell apart without case fold into one.

Case folding has traps: `(?i)` in `regex` also lets `s`, `k` and `i` match ſ, the Kelvin sign, İ and ı, and `str.lower` changes the length
of İ and the sigma at a word's end.
"""

from __future__ import annotations

import re
import unicodedata

#: Letters that equal another without case, yet don't turn into it by `str.lower` (found by trying all of Unicode).
_LETTERS = {"ſ": "s", "İ": "i", "ı": "i", "\u212a": "k"} | dict(zip("ᲀᲁᲂᲃᲄᲅᲆᲇᲈ", "вдосттъѣꙋ", strict=True))
#: Where the digits of the scripts that have their own begin; ten each.
_DIGITS = "".join(
    f"{chr(first)}-{chr(first + 9)}"
    for first in [
        *(0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090),
        *(0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50),
        *(0xABF0, 0xFF10),
    ]
)
#: The same beyond the first 65,536 characters; `re` is slow with a class that names many of them.
_FAR_DIGITS = [
    *(0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA),
    *(
        0x11730,
        0x118E0,
        0x11950,
        0x11BF0,
        0x11C50,
        0x11D50,
        0x11DA0,
        0x11DE0,
        0x11F50,
        0x16130,
        0x16A60,
        0x16AC0,
        0x16B50,
        0x16D70,
        0x1CCF0,
    ),
    *(0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0),
]
_AWKWARD = re.compile(rf"[{''.join(_LETTERS)}{_DIGITS}\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\U00010000-\U0010ffff]")
_ASCII = {**dict.fromkeys(map(ord, "123456789"), "0"), **dict.fromkeys(map(ord, "\t\x0b\x0c\x1c\x1d\x1e\x1f"), " ")}
_ASCII_TABLE = bytes(ord(_ASCII.get(byte, chr(byte))) for byte in range(128)) + bytes(range(128, 256))


def fold(text: str) -> bytes:
    r"""A text as literals are looked for in it, in UTF-8.

    Two characters that a pattern can't tell apart without case fold into one; no line end is added or lost.

    >>> fold("READ MORE\t(12)"), fold("\u0130stanbul\xa0\u0663") == b"istanbul 0"
    (b'read more (00)', True)
    """
    if not text.isascii():
        text = _AWKWARD.sub(_plain, text)
    return text.lower().encode("utf-8", "surrogatepass").translate(_ASCII_TABLE)


def undecorated(line: str) -> str:
    """A line without the signs and digits before its first letter.

    >>> undecorated("» 12. Read more!"), undecorated("2019")
    ('Read more!', '')
    """
    return line[next((at for at, char in enumerate(line) if char.isalpha()), len(line)) :]


def said_twice(line: str) -> bool:
    """Whether a line says the same thing twice, with or without white space between; capitals may differ.

    >>> said_twice("Ferry back Ferry back"), said_twice("aa"), said_twice("a-a")
    (True, True, False)
    """
    half = len(line) // 2
    if not half or line[half:-half].strip():
        return False
    first, again = line[0], line[-half]
    if first != again and first.isascii() and again.isascii() and first.lower() != again.lower():
        return False  # nearly always, and cheap to know
    return _bare(line[:half]) == _bare(line[-half:])


def _bare(text: str) -> str:
    """A text without any case: also where two letters have none but are taken for one another, such as ς and σ."""
    return fold(text).decode("utf-8", "surrogatepass").casefold()


def _plain(found: re.Match[str]) -> str:
    char = found.group()
    if char > "\uffff":
        return "0" if any(first <= ord(char) <= first + 9 for first in _FAR_DIGITS) else char
    return _LETTERS.get(char) or (" " if char.isspace() else "0")


def folds(char: str) -> bool:
    """Whether a character folds into one other, and so do all that equal it without case."""
    if char.isascii():
        return True
    return (
        char in _LETTERS
        or (char.lower() == char.upper() and not char.islower() and unicodedata.category(char) != "Cn")
        or char.lower() in "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþăąćčďęěğłńňőœřśşšťůűżžź"
        or "а" <= char.lower() <= "я"
    )
