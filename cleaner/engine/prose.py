"""Tests of what a line is by its neighbours: prose, a list of headlines above it, a part of a sentence, a heading, a comment in code.

Rules that take lines they don't name, because of a mark above them, ask here how far they may go. In doubt a line is prose: to leave a
headline costs less than to take a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.document import UNSPACED, words
from cleaner.patterns.source import compiled

_CLOSERS = r"""["'’”»)\]」』】〉》]"""
_STOP = r"(?![!?！？؟⁇⁈⁉‽])\p{Sentence_Terminal}"
#: A full stop of any script at the end, before notes and a few words in brackets.
_AT_END = rf"{_STOP}{_CLOSERS}*(?:\s?\[\d{{1,3}}\]|\s?\([^()]{{1,30}}\))*$"
#: A full stop inside a line, behind a word of some length and before a word that may begin a sentence.
_INSIDE = (
    rf"(?-i:[\p{{Ll}}\p{{Lo}}\p{{M}}]{{3}}){_CLOSERS}*(?:{_STOP}|…|\.\.\.){_CLOSERS}*\s+(?-i:[\"'“„«‘(\[¿¡]*[\p{{Lu}}\p{{Lo}}\d])|[。｡]."
)
#: A line of code, and a comment in code.
_CODE = (
    r"[;{]$|^[}\])]+[;,)]*$|=> |^(?:const|let|var|def|class|import|function|return|public|private|static|void|elif|else:|#include) ?\S"
    r"|^(?:if|for|while|switch|catch) ?\(|^(?:\$|>>>) \S|\w\.\w+\([^)]*\)|^\w+ \+?= \S|^\w+\([^)]*\)$"
)
_COMMENT = r"^(?://|/\*|\*(?:/| )|# |-- |<!--|%+ )"
_UNSPACED_WORD = rf"[{UNSPACED}\p{{Hangul}}]{{2,}}"
#: Patterns of this module that are compiled at first use.
PATTERNS = (_AT_END, _INSIDE, _CODE, _COMMENT, _UNSPACED_WORD)

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
#: Words from which on a line may go on in the next one, and words of a broken sentence.
_BROKEN, _SENTENCE = 4, 10
#: Greatest number of words in a heading that is also a button, least number of words in the prose under it, number of its words that are
#: compared, and least length in characters of words that are.
_HEADING, _ABOUT, _FIRST_WORDS, _STEM = 4, 8, 12, 4
#: Least and greatest length in characters of the lines of a paragraph that is wrapped; least share of it that lines before the last have.
_WRAPPED_FROM, _WRAPPED_TO, _FILLED = 40, 120, 0.6
#: Least share of lines that begin small in such a paragraph, and of stop words in it.
_SMALL_LINES, _STOP_SHARE = 0.3, 0.2
#: Words with figures from which on a line is a date, and greatest number of words in one.
_FIGURES, _DATE = 3, 8


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


def next_of(flags: Sequence[bool]) -> Sequence[int]:
    """For each flag, and for the end, the index of the next that is set, the flag itself included; their number where there is none.

    >>> next_of([False, True, False])
    [1, 1, 3, 3]
    """
    found = [len(flags)]
    for index in range(len(flags) - 1, -1, -1):
        found.append(index if flags[index] else found[-1])
    return found[::-1]


def end_of_list(lines: Sequence[str], first: int, next_prose: Sequence[int], next_apart: Sequence[int], most: int | None = None) -> int:
    """Index behind a list of headlines that begins at a line: where prose begins, or where the text ends.

    The last line before prose may be a subheading of that prose; it is one if it is short, or if it is unlike the list's lines.

    Args:
        lines: Non-blank lines.
        first: Index of the first line of the list.
        next_prose: For each line, the next that may be prose (see `next_of`).
        next_apart: For each line, the next with a blank line before it (the same).
        most: Greatest number of lines in the list.
    """
    stop = next_prose[first]
    if most is not None and stop - first > most:
        return first + most
    last = stop - 1
    if stop == len(lines) or last <= first:
        return stop
    stands_apart = next_apart[first + 1] == last and last - first > 1
    unlike = lines[last][0].isalnum() != lines[first][0].isalnum()
    return last if words(lines[last]) < _HEADLINE_FROM or stands_apart or unlike else stop


def broken_sentences(lines: Sequence[str], blank_before: Sequence[bool], stop_words: frozenset[str] = frozenset()) -> list[bool]:
    """For each line, whether it is a part of a sentence that goes on in the next line, or comes from the line before.

    Extractors break sentences at links and letters; e-mails and old files wrap their lines. `blank_before` says for each line whether a
    blank line stands before it.
    """
    broken = [False] * len(lines)
    if not any(line[:1].islower() for line in lines):
        return broken
    ends = [not line or compiled(_AT_END).search(line) is not None or line.endswith((*_CUT_OFF, *_ASKING)) for line in lines]
    small = [index > 0 and line[:1].islower() and not ends[index - 1] and not _is_date(line) for index, line in enumerate(lines)]
    for first, stop in (*_chains(lines, small, ends), *_wrapped(lines, blank_before, small, ends)):
        if _is_running_text(" ".join(lines[first:stop]), stop_words):
            broken[first:stop] = [True] * (stop - first)
    return broken


def _is_date(line: str) -> bool:
    """Whether a line is a day, a year and an hour, in languages whose days begin small."""
    return sum(any(map(str.isdigit, part)) for part in line.split()) >= _FIGURES and words(line) <= _DATE


def _chains(lines: Sequence[str], small: Sequence[bool], ends: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First lines and stops of sentences whose lines begin small: two or more of them, or one that ends the sentence."""
    index = 1
    while index < len(lines):
        first = index - 1
        while index < len(lines) and small[index]:
            index += 1
        count = index - first - 1
        lengths = [words(line) for line in lines[first : index + 1]]
        if (count > 1 and max(lengths[1 : count + 1]) > _BROKEN) or (count and ends[index - 1] and lengths[0] >= _BROKEN):
            goes_on = index < len(lines) and not ends[index - 1] and ends[index] and lengths[-1] < _SENTENCE
            if ends[index - 1] or goes_on:
                yield first, index + goes_on
        index += 1


def _wrapped(lines: Sequence[str], blank_before: Sequence[bool], small: Sequence[bool], ends: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First lines and stops of paragraphs whose lines are about equally long, but for the last."""
    first = 0
    while first < len(lines):
        longest, stop = len(lines[first]), first + 1
        while (
            stop < len(lines)
            and not blank_before[stop]
            and _FILLED * longest <= len(lines[stop - 1])
            and _WRAPPED_FROM <= longest <= _WRAPPED_TO
        ):
            if ends[stop - 1] and len(lines[stop]) < _FILLED * longest:
                break
            longest = max(longest, len(lines[stop]))
            stop += 1
        count = stop - first
        if count > 2 and longest <= _WRAPPED_TO and sum(small[first:stop]) >= _SMALL_LINES * count and not all(ends[first : stop - 1]):
            yield first, stop
        first = stop


def _is_running_text(text: str, stop_words: frozenset[str]) -> bool:
    parts = text.lower().split()
    common = sum(part.strip(_MARKS) in stop_words for part in parts)
    return len(parts) >= _SENTENCE and (not stop_words or common >= _STOP_SHARE * len(parts))


def names_what_follows(line: str, following: str) -> bool:
    """Whether a line may be the heading of the prose under it: a few words, all of which are among the first of that prose.

    Short words don't count by themselves; where there are no others, all must stand there as they do in the line, and not first.

    >>> names_what_follows("Log in", "To log in to the harbour you need the number of your berth and a rope.")
    True
    >>> names_what_follows("Log in", "To log in, you need the number of your berth and a rope that is long enough.")
    True
    >>> names_what_follows("Subscribe", "To subscribe to the harbour fund means to pay a tenth of the fee each spring.")
    True
    >>> names_what_follows("Subscribe", "The ferry to the islands sails again on Friday, the harbour master said.")
    False
    """
    if not line[-1:].isalpha() or words(line) > _HEADING or words(following) < _ABOUT or not may_be_prose(following):
        return False
    if any(map(str.isdigit, line)):
        return False
    lower = following.casefold()
    first = [part.strip(_MARKS) for part in lower.split()[:_FIRST_WORDS]]
    found = 0
    for part in line.casefold().split():
        word = part.strip(_MARKS)
        if compiled(_UNSPACED_WORD).fullmatch(word):
            is_there = word in lower[: 2 * _FIRST_WORDS]
        elif len(word) >= _STEM:
            is_there = any(other.startswith(word[: max(_STEM, len(word) - 2)]) for other in first)
        else:
            continue
        if not is_there:
            return False
        found += 1
    return found > 0 or f" {line.casefold()} " in f" {' '.join(first[1:])} "


def comments_in_code(lines: Sequence[str]) -> list[bool]:
    """For each line, whether it is a comment with a line of code within two lines of it.

    >>> comments_in_code(["for (const each of all) {", "// read more", "}", "The ferry sails.", "So it goes.", "# Share"])
    [False, True, False, False, False, False]
    """
    comment = [compiled(_COMMENT).search(line) is not None for line in lines]
    if not any(comment):
        return comment
    code = [not is_comment and compiled(_CODE).search(line) is not None for line, is_comment in zip(lines, comment, strict=True)]
    near = [any(code[max(0, index - 2) : index + 3]) for index in range(len(lines))]
    return [is_comment and is_near for is_comment, is_near in zip(comment, near, strict=True)]
