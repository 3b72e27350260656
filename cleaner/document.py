"""A text as lines with exact offsets, and simple measurements of texts: words, sentences, equal lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from cleaner.patterns.source import compiled

BOM = "\ufeff"

# Lines end at LF, CRLF or CR only: `str.splitlines` would also cut at U+2028, NEL, FF and more, inside sentences.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

# A full stop of any script behind two letters or figures; scripts that write without spaces and full stops count by their length.
_SENTENCE = (
    r"""[\p{L}\p{M}\p{N}]{2}["'’”»)\]]*[\p{Sentence_Terminal}…]["'’”»)\]]*(?:\s|$)|[。！？]|[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{20}"""
)

#: Scripts that write without spaces.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_UNSPACED = f"[{UNSPACED}]+"
#: A superset of these scripts, quick to search: most texts hold none of it. The class is negated since `re` takes long to compile one that
#: names characters beyond the first 65,536.
_PERHAPS_UNSPACED = re.compile("[^\\0-\u0dff\u1e00-\u2dff]+")
#: Characters of an unspaced script that count as one word.
_WORD = 2
#: Patterns of this module that are compiled at first use.
PATTERNS = (_SENTENCE, _UNSPACED)
#: Number of characters at a line's start that are compared first, to be quick.
_FIRST = 12
_ALPHANUMERIC = re.compile(r"[^\W_]+")


class Line(NamedTuple):
    """One line of a text; offsets are code points in that text.

    Attributes:
        start: Offset of the first character.
        end: Offset of the line end.
        stop: Offset behind the line end; equal to `end` on a last line without one.
        text: Content without white space at its ends; empty if the line is blank.
        indent: Number of white space characters before `text`.
    """

    start: int
    end: int
    stop: int
    text: str
    indent: int


def _contents(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Lines of a text from offset `start` on: each one's content without its line end, and the offset behind the line end."""
    if "\r" in text:
        for match in _LINE.finditer(text, start):
            yield match.group().rstrip("\r\n"), match.end()
        return
    *lines, last = text[start:].split("\n")
    for line in lines:
        start += len(line) + 1
        yield line, start
    if last:
        yield last, len(text)


class Document:
    """A text, its lines, and its non-blank lines joined into one string for searching.

    A byte order mark at the start belongs to no line, so no rule can see or delete it. `solid` are the non-blank lines; in the engine,
    the index of a line is its index in this list.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[Line] = []
        self.solid: list[Line] = []
        start = 1 if text.startswith(BOM) else 0
        for content, stop in _contents(text, start):
            left = content.lstrip()
            line = Line(start, start + len(content), stop, left.rstrip(), len(content) - len(left))
            self.lines.append(line)
            if line.text:
                self.solid.append(line)
            start = stop

    @cached_property
    def compact(self) -> str:
        """The non-blank lines, stripped, with one LF between them: the text that patterns are matched against."""
        return "\n".join([line.text for line in self.solid])

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(line.text) + 1 for line in self.solid[:-1]), initial=0))

    def compact_start(self, index: int) -> int:
        """Offset in `compact` of the first character of a solid line."""
        return self._starts[index]

    def line_at(self, compact_offset: int) -> int:
        """Index of the solid line that holds a character of `compact`."""
        return bisect_right(self._starts, compact_offset) - 1


def key(text: str) -> str:
    """Letters and digits of a text, casefolded, without spaces, quotes and punctuation.

    >>> key("‘Rough' seas — ahead!") == key('"ROUGH" seas ahead')
    True
    """
    return "".join(_ALPHANUMERIC.findall(text.casefold()))


def equal_lines(said: str, lines: Iterable[str]) -> Iterator[int]:
    """Indexes of the lines that have the same `key` as `said`; none if `said` has neither letters nor digits.

    >>> list(equal_lines("ROUGH seas", ["‘Rough’ Seas!", "Seas", "Rough", "Rough seas ahead"])), list(equal_lines("*", ["*"]))
    ([0], [])
    """
    sought = key(said)
    for index, line in enumerate(lines if sought else ()):
        first = line[:1].casefold()[:1]
        # Most lines differ in the first letter or in the beginning, which are cheap to compare.
        if (first == sought[0] or not first.isalnum()) and sought.startswith(key(line[:_FIRST])) and key(line) == sought:
            yield index


def words(text: str) -> int:
    r"""Number of words: split at white space, or one for two characters of scripts without spaces, whichever is more.

    >>> words("Two  words\n"), words("芦花渡的老渡轮离开了码头。")
    (2, 6)
    """
    count = len(text.split())
    perhaps = "" if text.isascii() else "".join(_PERHAPS_UNSPACED.findall(text))
    return max(count, sum(map(len, compiled(_UNSPACED).findall(perhaps))) // _WORD) if perhaps else count


def has_sentence(text: str) -> bool:
    """Whether a sentence ends anywhere in a text.

    >>> has_sentence("He said so."), has_sentence("Related articles")
    (True, False)
    """
    return compiled(_SENTENCE).search(text) is not None
