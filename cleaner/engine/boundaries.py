"""Boundaries between the parts of a line: ends of sentences, glued words, and signs between the items of a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import NamedTuple

#: Small and capital letters of scripts that have them, as ranges that Python's `re` searches fast.
SMALL = "a-zß-öø-ÿāăąćčďđēėęěğģīįıķłļńņňőœŗřśşšţťūůűųźżžșțŷα-ωάέήίόύώа-яѐ-џґў"
CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶŁĻŃŅŇŐŒŖŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚŶΑ-ΩΆΈΉΊΌΎΏА-ЯЀ-ЏҐЎ"
CLOSING = "\"'’”“»)\\]」』）"
#: Behind the match a part may begin, if it isn't the line's end.
ENDING = re.compile(rf"(?P<mark>[.!?…؟۔।。！？]+[{CLOSING}]*|[|•·►▪])[^\S\n]*")
#: A capital letter glued to what stands before it.
GLUED = re.compile(rf"[{CAPITAL}](?<=[{SMALL}0-9)”»\]].)")
#: Signs that end a sentence in scripts that write no blank behind them.
_WIDE = frozenset("。！？")
#: Signs with which a part may begin behind a full stop without a space.
STARTING = frozenset("©ⓒ([►▶→»•+")


class Boundary(NamedTuple):
    """Boundary between two parts of a line.

    Attributes:
        end: Offset behind the part before.
        start: Offset of the part behind.
        is_sentence: Whether a sentence ends there.
    """

    end: int
    start: int
    is_sentence: bool


def boundaries(line: str, abbreviations: Set[str]) -> list[Boundary]:
    """Boundaries between the parts of a line, in order; `abbreviations` are words behind whose full stop a sentence goes on.

    >>> [line[each.start :] for line in ("See Dr. Roe at 5. Now.Share this", "StoryRead more") for each in boundaries(line, {"dr"})]
    ['Share this', 'Read more']
    """
    return sorted({*_of_sentences(line, abbreviations), *_of_glued_words(line)}, key=lambda each: each.start)


def _of_sentences(line: str, abbreviations: Set[str]) -> Iterator[Boundary]:
    for match in ENDING.finditer(line):
        mark, end, start = match["mark"], match.end("mark"), match.end()
        if start == len(line) or match.start() == 0:
            continue
        following = line[start]
        if mark in "|•·►▪":
            if start > end and line[match.start() - 1].isspace():
                yield Boundary(len(line[: match.start()].rstrip()), start, False)
        elif mark[0] in _WIDE:
            yield Boundary(end, start, True)
        elif start > end:
            if not following.islower() and not (mark[0] == "." and _is_abbreviation(line, match.start(), abbreviations)):
                yield Boundary(end, start, True)
        elif following in STARTING or (
            following.isupper() and (line[start + 1 : start + 2].islower() or line[start + 1 : start + 2].isspace())
        ):
            before = line[max(0, match.start() - 2) : match.start()]
            if len(before) == 2 and all(char.islower() or char.isdigit() or char in CLOSING for char in before):
                yield Boundary(end, start, True)


def _of_glued_words(line: str) -> Iterator[Boundary]:
    for match in GLUED.finditer(line):
        if line[match.end() : match.end() + 1].isalpha():
            yield Boundary(match.start(), match.start(), False)


def _is_abbreviation(line: str, stop: int, abbreviations: Set[str]) -> bool:
    """Whether the full stop at an offset belongs to an abbreviation, an initial, or an ordinal number."""
    word = line[line.rfind(" ", max(0, stop - 12), stop) + 1 : stop].lstrip("(\"'“„«[")
    if len(word) == 1 and word.isalpha():
        return True
    if word.replace(".", "").isdigit():
        return len(word) <= 2 or "." in word
    return word.lower() in abbreviations or (word.count(".") >= 1 and word.replace(".", "").isupper())
