"""Test whether a line may be prose, and lists of headlines, which end where a line may be.

Rules that take lines they don't name, because of a mark above them, ask here how far they may go. In doubt a line is prose: to leave a
headline costs less than to take a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.document import words
from cleaner.patterns.source import compiled

_CLOSERS = r"""["'’”»)\]」』】〉》]"""
_STOP = r"(?![!?！？؟⁇⁈⁉‽])\p{Sentence_Terminal}"
#: A full stop of any script at the end, before notes and a few words in brackets.
_AT_END = rf"{_STOP}{_CLOSERS}*(?:\s?\[\d{{1,3}}\]|\s?\([^()]{{1,30}}\))*$"
#: A full stop inside a line, behind a word of some length and before a word that may begin a sentence.
_INSIDE = (
    rf"(?-i:[\p{{Ll}}\p{{Lo}}\p{{M}}]{{3}}){_CLOSERS}*(?:{_STOP}|…|\.\.\.){_CLOSERS}*\s+(?-i:[\"'“„«‘(\[¿¡]*[\p{{Lu}}\p{{Lo}}\d])|[。｡]."
)
#: Patterns of this module that are compiled at first use.
PATTERNS = (_AT_END, _INSIDE)

_CUT_OFF = ("...", "…")
_ASKING = ("!", "?", "！", "？", "؟")
_GOES_ON = (",", "，", "、", "،", ";", "；", ":", "：", "–", "—")
#: Words from which on a line may be prose: with a full stop inside it, with a sign at its end that says it goes on, if it begins small.
_WITH_STOP, _GOING_ON, _SMALL = 6, 4, 6
#: The same, if half of its words are stop words, if it breaks off with an ellipsis or asks or cries something, in any case.
_STOP_WORDS, _BROKEN_OFF, _ANY = 12, 15, 30
#: Words from which on the last line of a list that prose follows is a headline and no subheading.
_HEADLINE_FROM = 5
_MARKS = "\"'“”‘’«»()[].,:;!?"


def may_be_prose(line: str, stop_words: frozenset[str] = frozenset()) -> bool:
    """Whether a line may be prose, in any script. A headline or a button isn't; a cut teaser may be.

    >>> [may_be_prose(line) for line in ("It cost nine.", "Ferry to cost nine pounds", "渡しは九百円。", "Will it rain?")]
    [True, False, True, False]
    """
    count = words(line)
    if count < 2:
        return False
    if line.endswith(_CUT_OFF):
        return count >= _BROKEN_OFF
    if count >= _ANY or compiled(_AT_END).search(line) or (line.endswith(_ASKING) and count >= _BROKEN_OFF):
        return True
    if (line.endswith(_GOES_ON) and count >= _GOING_ON) or (line[0].islower() and count >= _SMALL):
        return True
    if count >= _WITH_STOP and compiled(_INSIDE).search(line):
        return True
    if count < _STOP_WORDS or not stop_words:
        return False
    parts = line.lower().split()
    return 2 * sum(part.strip(_MARKS) in stop_words for part in parts) >= len(parts)


def end_of_list(lines: Sequence[str], first: int, may_be_prose: Sequence[bool], parted: Sequence[bool], most: int | None = None) -> int:
    """Index behind a list of headlines that begins at a line: where prose begins, or where the text ends.

    The last line before prose may be a subheading of that prose; it is one if it is short, or if it is unlike the list's lines.

    Args:
        lines: Non-blank lines.
        first: Index of the first line of the list.
        may_be_prose: For each line, whether it may be prose.
        parted: For each line, whether a blank line stands before it.
        most: Greatest number of lines in the list.
    """
    stop = first
    while stop < len(lines) and not may_be_prose[stop]:
        stop += 1
    if most is not None and stop - first > most:
        return first + most
    last = stop - 1
    if stop == len(lines) or last <= first:
        return stop
    adjacent = not any(parted[first + 1 : last])
    stands_apart = parted[last] and adjacent and last - first > 1
    unlike = lines[last][0].isalnum() != lines[first][0].isalnum()
    return last if words(lines[last]) < _HEADLINE_FROM or stands_apart or unlike else stop
