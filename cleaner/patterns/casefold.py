"""Folding of text for the search for literals: characters that are equal in a case-insensitive pattern become the same one.

`str.lower` is not enough: in `regex`, `(?i)` also lets `s`, `k` and `i` match ſ, the Kelvin sign, İ and ı; and `str.lower` makes two
characters of İ, and another sigma at a word's end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

#: Literal that stands for a line that consists of the same text twice.
TWICE = "\1"
#: Literal that stands for a line with which the next line begins.
AGAIN = "\2"
#: Signs of copyright, which weigh as much as a word.
COPYRIGHT = ("©", "ⓒ")
#: Greatest length of a literal in characters.
LONGEST_LITERAL = 12

#: Number of characters that are compared first, to be quick, before whole strings are.
_FIRST = 12
#: Letters that `regex` takes for another one without case, though `str.lower` doesn't (found by trying all of Unicode).
_LETTERS = dict(zip("ſİı\u212aᲀᲁᲂᲃᲄᲅᲆᲇᲈµ\u0345\u1fbeϐϵϑϴϰϖϱΣςϕ\U0001df95", "siikвдосттъѣꙋμιιβεθθκπρσσφß", strict=True))
#: Letters that equal another one that folds into something else.
_UNLIKE = frozenset("ΐ\u1fd3ΰ\u1fe3Ṡṡẛﬅﬆ")
#: Code points of the zeros of scripts with digits of their own, in hexadecimal; ten digits follow one another.
_NEAR = (
    "660 6f0 7c0 966 9e6 a66 ae6 b66 be6 c66 ce6 d66 de6 e50 ed0 f20 1040 1090 17e0 1810 1946 19d0 1a80 1a90 1b50 1bb0 1c40 1c50 a620 a8d0 "
    "a900 a9d0 a9f0 aa50 abf0 ff10"
)
#: The same beyond the first 65,536 code points; apart, since `re` is slow with a class that names many of them.
_FAR = (
    "104a0 10d30 10d40 11066 110f0 11136 111d0 112f0 11450 114d0 11650 116c0 116d0 116da 11730 118e0 11950 11bf0 11c50 11d50 11da0 11de0 "
    "11f50 16130 16a60 16ac0 16b50 16d70 1ccf0 1d7ce 1d7d8 1d7e2 1d7ec 1d7f6 1e140 1e2f0 1e4f0 1e5f1 1e950 1fbf0"
)
_NEAR_DIGITS, _FAR_DIGITS = ([int(first, 16) for first in each.split()] for each in (_NEAR, _FAR))
_DIGITS = "".join(f"{chr(first)}-{chr(first + 9)}" for first in _NEAR_DIGITS)
_AWKWARD = re.compile(rf"[{''.join(_LETTERS)}{_DIGITS}\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\U00010000-\U0010ffff]")
_SPACES = dict.fromkeys(map(ord, "\t\x0b\x0c\x1c\x1d\x1e\x1f"), " ")
_ASCII = {**dict.fromkeys(map(ord, "123456789"), "0"), **_SPACES}
_ASCII_TABLE = bytes(ord(_ASCII.get(byte, chr(byte))) for byte in range(128)) + bytes(range(128, 256))


def fold(text: str) -> bytes:
    r"""Folded text in UTF-8: lower case, every digit `0`, all white space a blank; line ends stay as they are.

    >>> fold("READ MORE\t(12)"), fold("\u0130stanbul\xa0\u0663") == b"istanbul 0"
    (b'read more (00)', True)
    """
    if not text.isascii():
        text = _AWKWARD.sub(_plain, text)
    return text.lower().encode("utf-8", "surrogatepass").translate(_ASCII_TABLE)


def folded(text: str) -> str:
    """Folded text as a string; see `fold`."""
    return fold(text).decode("utf-8", "surrogatepass")


def undecorated(line: str) -> str:
    """A line without the signs and digits before its first letter.

    >>> undecorated("» 12. Read more!"), undecorated("2019")
    ('Read more!', '')
    """
    return line[next((offset for offset, char in enumerate(line) if char.isalpha()), len(line)) :]


def bare(text: str) -> str:
    """A text from its first letter, or sign of copyright, on.

    >>> bare("» 12. Read more!"), bare("– © 2019 Gazette")
    ('Read more!', '© 2019 Gazette')
    """
    return text[next((offset for offset, char in enumerate(text) if char.isalpha() or char in COPYRIGHT), len(text)) :]


def repeats_itself(line: str) -> bool:
    """Whether a line is the same text twice, with or without white space between; case is ignored.

    >>> repeats_itself("Ferry back Ferry back"), repeats_itself("aa"), repeats_itself("a-a"), repeats_itself("Part 1 part 2")
    (True, True, False, False)
    """
    half = len(line) // 2
    return half > 0 and not line[half:-half].strip() and _equal_caseless(line[:half], line[-half:])


def lines_repeated_by_the_next(lines: Sequence[str]) -> list[int]:
    """Indexes of the lines with which the next line begins; case is ignored.

    >>> lines_repeated_by_the_next(["Ferry back", "FERRY BACK (Gazette)", "Ferry"])
    [0]
    """
    # Most lines differ from the next in the first letter, which is cheap to compare.
    likely = [index for index, (here, there) in enumerate(pairwise(map(_first_letter, lines))) if here == there]
    return [index for index in likely if _equal_caseless(lines[index], lines[index + 1][: len(lines[index])])]


def _equal_caseless(one: str, other: str) -> bool:
    """Whether two strings are equal in a case-insensitive pattern; kinds of white space are equal, digits are not."""
    # Most strings differ in the beginning, which is cheap to compare.
    return (
        len(one) == len(other)
        and _first_letter(one) == _first_letter(other)
        and _caseless(one[:_FIRST]) == _caseless(other[:_FIRST])
        and _caseless(one) == _caseless(other)
    )


def _first_letter(text: str) -> str:
    return _LETTERS.get(text[:1]) or text[:1].casefold()


def _caseless(text: str) -> str:
    # `str.casefold` also makes one of letters in the same case, such as ς and σ.
    return _AWKWARD.sub(_plain_letter, text).translate(_SPACES).casefold()


def _plain_letter(match: re.Match[str]) -> str:
    char = match.group()
    return _LETTERS.get(char) or (" " if char.isspace() else char)


def _plain(match: re.Match[str]) -> str:
    char = _plain_letter(match)
    if char != match.group():
        return char
    return "0" if char <= "\uffff" or any(first <= ord(char) <= first + 9 for first in _FAR_DIGITS) else char


def folds(char: str) -> bool:
    """Whether a character, and every one equal to it without case, folds into the same single character."""
    if char.isascii():
        return True
    if char in _UNLIKE or unicodedata.category(char) == "Cn":
        return False
    # A letter in lower case without an upper one may get one in a later version of Unicode, which `regex` may know already.
    return char in _LETTERS or char.lower() != char.upper() or not char.islower()
