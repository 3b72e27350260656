"""Parts of a line: sentences, and what stands glued to them. Line rules work on them, so that chrome inside a line goes alone.

A part is bounded by the line's ends, the ends of sentences, a capital letter glued to what stands before it (`tomorrow.Share this`,
`tomorrowShare this`), and signs that part the items of a row (`|`, `•`). A rule takes a run of parts only where that is sure:

- It begins with the fixed words of a pattern that wouldn't match other words before them, too: such a one would take prose along.
- Of the runs that begin at a part, the shortest that the pattern matches is taken. What only a wildcard would match stays.
- Where the pattern is open, as behind `Read more:`, the run must end where the title surely ends.
- It doesn't stand inside a quotation, nor inside brackets that were opened before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from cleaner.document import words
from cleaner.engine.boundaries import CAPITAL, CLOSING, ENDING, GLUED, SMALL, STARTING, Boundary, boundaries
from cleaner.engine.language import Vocabulary
from cleaner.engine.matcher import RuleTimeoutError
from cleaner.engine.part_index import KEY, Beginnings, PartIndex
from cleaner.patterns.casefold import bare, folded

if TYPE_CHECKING:
    from cleaner.engine.deadline import Deadline
    from cleaner.engine.matcher import Matcher
    from cleaner.engine.matchers import Matchers

#: Greatest number of parts in a run.
_PARTS_AT_MOST = 5
#: Number of characters in which a beginning is looked for: the signs before it, and the longest literal.
_BEGINNING = 16
_LINE_END = re.compile(r"\n")
#: A sentence's last signs.
_ENDED = re.compile(rf"[.!?…؟۔।。！？][{CLOSING}]*\Z")
#: The rest of a mail address, from a letter inside its name on.
_ADDRESS = re.compile(r"[\w.+-]*@")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
#: A capital letter that may begin a sentence or a name: at a word's beginning, behind a small letter, a figure or a bracket.
_NEW_WORD = re.compile(rf"(?<=[{SMALL}0-9)”»]) (?=[„“«\"]?[{CAPITAL}])")
#: Brackets, and quotation marks that don't depend on the language.
_BRACKETS = (("(", ")"), ("[", "]"), ("「", "」"), ("『", "』"))
#: A quotation mark with its neighbours, and one that opens a quotation: many marks open it in one language and close it in another.
_QUOTE = re.compile(r"(?:^|[\s\S])[\"“”„«»][\s\S]")
_OPENING_QUOTE = re.compile(r"(?:[\s(\[–—-]?[\"“”„«»]\S|\s?[„«“]\s)")
#: Signs that stand around words.
_QUOTATION_MARKS = frozenset("\"“”„«»'‘’「『")
_ENDING_SIGNS = frozenset(".!?…؟۔।。！？,;")
_END_SIGNS = ".!?…。！？؟۔।"
_CLOSING_SIGNS = CLOSING.replace("\\", "")
#: Number of characters before a run in which an open quotation or bracket is looked for.
_LOOKED_BACK = 400
#: Greatest number of words of a title behind a label: one that ends like a sentence, and one that nothing follows.
_TITLE, _OPEN_TITLE = 12, 25
#: Greatest number of words that a wildcard may match in a run that is a sentence.
_REST = 40
#: Words from which on a sentence behind chrome without an end is told from the rest of a name; and words of chrome that may have no end.
_SENTENCE, _UNENDED = 5, 8
#: Words before a single word from which on they are a sentence, and no name with a full stop in it.
_CLAUSE = 3
#: Letters from which on a part may be a single word.
_LONG_WORD = 5
#: Words that show whether a pattern goes on to match what it likes.
_PROBES = (" qx", " Qx")
_LEAD = "Qx "
#: Words in a question from which on it belongs to no pitch behind it.
_QUESTION = 10

#: Words from which on a text behind chrome is prose, and the least share of stop words in it.
_PROSE_BEHIND, _COMMON = 8, 0.2


class PartHit(NamedTuple):
    """A run of parts that a rule's alternative (both by index) takes; offsets in the line."""

    rule: int
    alternative: int
    start: int
    end: int


#: Indexes of rules and their alternatives that may match what begins somewhere.
Begun = Set[tuple[int, int]]


class PartFinder:
    """Finds the parts of lines that line rules take. Rules are given as indexes of `matchers`, whose index may be given, too."""

    def __init__(self, matchers: Matchers | Sequence[Matcher], index: PartIndex | None = None) -> None:
        self._matchers = matchers
        self.index = index or PartIndex.of(matchers)
        self._beginnings = Beginnings(self.index)

    def of(self, lines: Sequence[str], active: Set[int], vocabulary: Vocabulary, deadline: Deadline) -> dict[str, list[PartHit]]:
        """Hits inside lines, by line; lines without any are left out."""
        likely = self._likely(lines, active) if self.index.groups else {}
        found = {line: list(self._hits(line, begun, vocabulary, deadline)) for line, begun in likely.items()}
        return {line: hits for line, hits in found.items() if hits}

    def _likely(self, lines: Sequence[str], active: Set[int]) -> dict[str, dict[int, Begun]]:
        """Lines of several parts, with the offsets at which active patterns may begin."""
        text = "\n".join(["", *lines, ""])
        line_ends = [match.start() for match in _LINE_END.finditer(text)]
        likely: dict[str, dict[int, Begun]] = {}
        groups = self.index.groups
        for pattern in (ENDING, GLUED):
            index, stop = -1, 0  # of the line of the last match, and its end
            for match in pattern.finditer(text):
                offset = match.end() if pattern is ENDING else match.start()
                if text[offset] == "\n":
                    continue
                word = text[offset : offset + KEY]
                may_begin = word.lower() in groups or not (word.isascii() and word[0].isalpha())
                if offset < stop and not may_begin:
                    continue
                offsets = [offset] if may_begin else []
                if offset > stop:
                    index = bisect_right(line_ends, offset) - 1
                    stop = line_ends[index + 1]
                    offsets.append(line_ends[index] + 1)
                for start in offsets:
                    begun = {each for each in self._beginning_at(text, start) if each[0] in active}
                    if begun:
                        likely.setdefault(lines[index], {})[start - line_ends[index] - 1] = begun
        return likely

    def _beginning_at(self, line: str, offset: int) -> Iterator[tuple[int, int]]:
        """Rules and alternatives that may match what begins at an offset."""
        text = line[offset : offset + _BEGINNING].partition("\n")[0]
        if not text[:1].isalpha() and text[:1] not in STARTING:
            return
        text = folded(text if text[:1].isalpha() else bare(text))
        yield from self._beginnings.of(text)

    def _hits(self, line: str, begun: Mapping[int, Begun], vocabulary: Vocabulary, deadline: Deadline) -> Iterator[PartHit]:
        bounds = boundaries(line, vocabulary.abbreviations)
        for index, start in enumerate([0, *(bound.start for bound in bounds)] if bounds else ()):
            tried = begun.get(start, ())
            if not tried or line[start] in _QUOTATION_MARKS:
                continue
            ends = [bound.end for bound in bounds[index : index + _PARTS_AT_MOST] if self._is_end(line, bound)]
            if index + _PARTS_AT_MOST > len(bounds):
                ends.append(len(line))
            if line[start] in "([" and (closing := line.find(")" if line[start] == "(" else "]", start) + 1):
                ends = sorted({*ends, closing})
            run = _Run(line, start, ends, vocabulary)
            for rule, alternative in sorted(tried) if ends else ():
                try:
                    end = run.end(self._matchers[rule], alternative, deadline)
                except TimeoutError as error:
                    raise RuleTimeoutError(self._matchers[rule].rule.name) from error
                if end is not None and not _is_enclosed(line, start):
                    yield PartHit(rule, alternative, start, end)

    def _is_end(self, line: str, bound: Boundary) -> bool:
        """Whether a run may end at a boundary: in a word such as `YouTube` only if a pattern begins behind it, in an address never."""
        if bound.end < bound.start or bound.is_sentence:
            return True
        if _ADDRESS.match(line, bound.start):
            return False
        word = _LAST_WORD.search(line, 0, bound.end)
        own = word is None or (len(word.group()) >= _CLAUSE and word.group()[0].islower())
        return own or any(self._beginning_at(line, bound.start))


class _Run:
    """Parts from one offset on; `ends` are the offsets behind each of them."""

    def __init__(self, line: str, start: int, ends: Sequence[int], vocabulary: Vocabulary) -> None:
        self.line, self.start, self.ends, self.vocabulary = line, start, ends, vocabulary

    def end(self, matcher: Matcher, alternative: int, deadline: Deadline) -> int | None:
        """Offset behind the run that a rule's alternative takes; None if it takes none."""
        required = matcher.prepared.required[alternative]
        where = matcher.rule.where

        def fits(text: str) -> bool:
            return required.min_width <= len(text) <= required.max_width and matcher.fits(text, alternative, deadline)

        def is_open(text: str) -> bool:
            bare_text = text.rstrip(_END_SIGNS)
            return any(matcher.fits(start + probe, alternative, deadline) for start in {text, bare_text} for probe in _PROBES)

        if where and where.first and self.start:
            return None
        end = next((end for end in self.ends if fits(self.line[self.start : end])), None)
        if end is None:
            end = None if where and where.last else self._unended(fits, is_open)
            return end if end is not None and self._is_bounded(end, True) else None
        text = self.line[self.start : end]
        if text.count("(") != text.count(")"):
            return None
        if (self.start == 0 and end == len(self.line)) or (where and where.last and end < len(self.line)):
            return None
        if not self._is_bounded(end, False) or matcher.fits(_LEAD + text, alternative, deadline):
            return None
        return self._whole(text, end, fits) if is_open(text) else end

    def _unended(self, fits: Callable[[str], bool], is_open: Callable[[str], bool]) -> int | None:
        """End of chrome that has none, before a sentence that begins with a common word: `Share this article The union …`."""
        texts = ((stop, self.line[self.start : stop]) for stop in self.stops)
        return next((stop for stop, text in texts if fits(text) and not fits(_LEAD + text) and not is_open(text)), None)

    @cached_property
    def stops(self) -> list[int]:
        """Offsets before a new sentence that follows no sentence end."""
        first = self.ends[0]
        stops = []
        for match in islice(_NEW_WORD.finditer(self.line, self.start, first), _UNENDED):
            word = _first_word(self.line[match.end() : first])
            if word in self.vocabulary.stop_words and word not in self.vocabulary.addresses:
                rest = self.line[match.end() : first]
                if words(rest) >= _SENTENCE and _ENDED.search(rest):
                    stops.append(match.start())
        return stops

    def _is_bounded(self, end: int, unended: bool) -> bool:
        """Whether the ends of a run are sure enough for its length: a single word must stand alone more clearly than a sentence."""
        text = self.line[self.start : end]
        if words(text) > 1:
            return True
        before, behind = self.line[: self.start].rstrip(), self.line[end:]
        is_long = sum(map(str.isalpha, text)) >= _LONG_WORD
        starts = not before or (words(before) >= _CLAUSE and bool(_ENDED.search(before)))
        stops = not behind or ((unended or not behind[0].isspace()) and words(behind) >= _SENTENCE and bool(_ENDED.search(behind)))
        return is_long and starts and stops and (bool(behind) or not self.line[self.start - 1].isspace())

    def _whole(self, text: str, end: int, fits: Callable[[str], bool]) -> int | None:
        """Offset where what a wildcard matches behind a pattern's fixed words surely ends; None if that isn't sure."""
        stops = [match.start() for match in re.finditer(r"(?<=\S)(?=\s)", text)] + [len(text)]
        shortest = next((text[:stop] for stop in stops if fits(text[:stop])), text)
        rest = text[len(shortest) - 1 :]  # with the last letter before it, by which a new word is told
        if self._is_last(end) and not _ENDED.search(text):
            return end if words(rest) <= _OPEN_TITLE else None
        if ":" in shortest:
            return self._title_end(end, rest, fits)
        is_name = shortest.lower().startswith(("©", "ⓒ", "(c)", "copyright")) and _is_in_title_case(rest)
        certain = _cased(rest) and words(rest) <= _REST and (is_name or not _NEW_WORD.search(rest))
        return end if certain or not any(map(str.isalpha, rest[1:])) else None

    def _title_end(self, end: int, rest: str, fits: Callable[[str], bool]) -> int | None:
        """The same behind a label: the end of the title that it points to. Titles may be two sentences, and may have no full stop."""
        if words(rest) > _TITLE or (_NEW_WORD.search(rest) and not _is_in_title_case(rest)) or not _cased(self.line[self.start : end]):
            return None
        if self.line[self.start : end].partition(":")[2].lstrip(_CLOSING_SIGNS + "„« ")[:1].islower():
            return None  # a sentence that goes on behind its colon
        if self._is_last(end):
            return end
        index = self.ends.index(end) + 1
        if index == len(self.ends):
            return None
        stop = self.ends[index]
        following = self.line[end:stop].strip()
        if self._is_last(stop) and not _ENDED.search(following):
            return stop if words(following) <= _TITLE and fits(self.line[self.start : stop]) else None
        begun = [_first_word(following[match.end() :]) for match in _NEW_WORD.finditer(following)]
        is_prose = _ENDED.search(following) and self.vocabulary.stop_words.isdisjoint(begun)
        return end if is_prose and (_first_word(following) in self.vocabulary.stop_words or words(following) >= _TITLE) else None

    def _is_last(self, end: int) -> bool:
        """Whether nothing follows an offset, or something glued to it."""
        return end == len(self.line) or not self.line[end].isspace()


def needed(matcher: Matcher, line: str, vocabulary: Vocabulary, deadline: Deadline) -> tuple[int, int] | None:
    """Start and end offset of the sentences of a line that a rule needs to match; None if it needs the whole line.

    In `Extra sailings will bring them home. Subscribe to our newsletter.` a wildcard may take the first sentence for a part of the pitch.
    A sentence at the line's beginning is not needed if the pattern would match any other words in its place.
    """
    if matcher.rule.sentences or not (bounds := [bound for bound in boundaries(line, vocabulary.abbreviations) if bound.is_sentence]):
        return None
    fitting = [
        index for index, each in enumerate(matcher.prepared.alternatives) if not each.many_lines and matcher.fits(line, index, deadline)
    ]
    start = min((_first_needed(matcher, alternative, line, bounds, deadline) for alternative in fitting), default=0)
    return (start, len(line)) if start else None


def _first_needed(matcher: Matcher, alternative: int, line: str, bounds: Sequence[Boundary], deadline: Deadline) -> int:
    """Offset of the first sentence of a line that an alternative needs to match."""
    for bound in reversed(bounds):
        if matcher.fits(_nonsense(line[: bound.start]) + line[bound.start :], alternative, deadline):
            return 0 if _is_question(line[: bound.start], bounds) else bound.start
    return 0


def prose_behind(matcher: Matcher, line: str, start: int, vocabulary: Vocabulary, deadline: Deadline) -> int | None:
    """Offset behind what a rule needs of a line, from `start` on, if prose follows that it doesn't need; None if none does.

    In `Read more: Ten lakes of Fife. The ferry sails again on Friday, she said.` a wildcard may take the last sentence for the title's end.
    """
    if matcher.rule.sentences:
        return None
    for bound in boundaries(line, vocabulary.abbreviations):
        head, tail = line[start : bound.end], line[bound.start :]
        if not bound.is_sentence or bound.end <= start or not _is_prose(tail, vocabulary.stop_words):
            continue
        for index, each in enumerate(matcher.prepared.alternatives):
            if each.many_lines or not matcher.fits(head, index, deadline):
                continue
            if matcher.fits(line[start : bound.start] + _nonsense(tail), index, deadline):
                return bound.end
    return None


def _is_prose(text: str, stop_words: Set[str]) -> bool:
    """Whether a text is a sentence of some length or more, most of whose words are of no list."""
    parts = text.lower().split()
    common = sum(part.strip(_CLOSING_SIGNS + ",.:;!?„«(") in stop_words for part in parts)
    return words(text) >= _PROSE_BEHIND and _ENDED.search(text) is not None and (not stop_words or common >= _COMMON * len(parts))


def _nonsense(text: str) -> str:
    """Words that no pattern knows, in the shape of a text."""
    return "".join("Q" if char.isupper() else char if char.isspace() or char in _ENDING_SIGNS else "q" for char in text)


def _is_question(text: str, bounds: Sequence[Boundary]) -> bool:
    """Whether a text before a pitch is one short question, with which pitches begin: `Like this story?`."""
    return text.rstrip().endswith(("?", "？")) and words(text) < _QUESTION and bounds[0].start == len(text)


def _first_word(text: str) -> str:
    return re.split(r"[\s,.;:!?]", text.lstrip(_CLOSING_SIGNS + "„«"), maxsplit=1)[0].lower()


def _cased(text: str) -> bool:
    """Whether a text is in a script that has capital letters."""
    return text.lower() != text.upper()


def _is_in_title_case(text: str) -> bool:
    return all(word[:1].isupper() or len(word) < _LONG_WORD or not word[:1].isalpha() for word in text.split())


def _is_enclosed(line: str, start: int) -> bool:
    """Whether an offset is inside a quotation or brackets that were opened before it.

    >>> [_is_enclosed(line, line.index("Share")) for line in ('He said: "No. Share it."', '"No," he said. Share it.', "(No. Share it.)")]
    [True, False, True]
    """
    before = line[max(0, start - _LOOKED_BACK) : start]
    quotes = _QUOTE.findall(before + "\n")
    return (bool(quotes) and bool(_OPENING_QUOTE.fullmatch(quotes[-1]))) or any(
        before.rfind(closing) < before.rfind(opening) for opening, closing in _BRACKETS
    )
