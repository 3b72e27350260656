"""Base of the matchers: matching of a rule's pattern, and the conditions on a hit. The kinds of matchers are in `engine.kinds`.

Pure, like the engine: no input or output, and no clock but the limits on time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from cleaner.document import Document, words
from cleaner.engine.deadline import Deadline
from cleaner.engine.language import UNKNOWN, Vocabulary
from cleaner.engine.prose import broken_sentences, comments_in_code, end_of_list, may_be_prose, names_what_follows, next_of
from cleaner.patterns.source import compiled, of_whole_lines
from cleaner.result import Hints, Span
from cleaner.ruleset.rule import PreparedRule, Rule

if TYPE_CHECKING:
    import regex

#: Greatest number of characters that one match may scan. `regex` checks its time limit only every 256 steps, whatever each step costs.
MAX_SCAN = 64 * 1024
#: Greatest number of characters on which trusted patterns are tried without a time limit: reading the clock costs more than most matches.
SHORT = 1000

#: Indexes of solid lines on which a match of the rule may begin, in rising order, each with the indexes of the alternatives to try there.
Candidates = Mapping[int, Collection[int]]


class RuleTimeoutError(TimeoutError):
    """One match took too long; the argument is the rule's name."""


class Hit(NamedTuple):
    """Part of a text that a rule would remove: solid lines `first` to `last` (indexes), or characters `start` to `end` of line `first`."""

    first: int
    last: int
    start: int | None = None
    end: int | None = None


class NearMiss(NamedTuple):
    """A rule that nearly took a line.

    Attributes:
        condition: Key that stopped the rule: `unless`, `where`, `match`, `level`, …
        reason: Why it stopped the rule, in words.
        closeness: 0 to 1; 1 is a hit that only a condition stopped.
    """

    rule: Rule
    condition: str
    reason: str
    closeness: float = 0.95


class Matcher(ABC):
    """Finds the hits of one rule. Patterns are compiled when a text first needs them: most texts need few.

    `by_line` says that each of the rule's alternatives can be decided by matching one whole line.
    """

    #: Whether the matcher only needs the candidate lines, not all lines.
    needs_candidates: ClassVar[bool] = True
    #: Whether the matcher needs to know which lines other rules take.
    is_late: ClassVar[bool] = False

    def __init__(self, prepared: PreparedRule) -> None:
        self.prepared, self.rule = prepared, prepared.rule
        self._alternatives = prepared.alternatives
        self.by_line = all(required.by_line for required in prepared.required)
        self._compiled: dict[int, regex.Pattern[str]] = {}

    @abstractmethod
    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        """Hits of the rule, before its conditions are checked."""

    def near_miss(self, view: View, index: int) -> NearMiss | None:
        """Why a solid line that the pattern matches is no hit, conditions aside; None if the pattern doesn't match it."""
        return None

    def points(self, view: View, index: int) -> str:
        """Points of a solid line, in words; an empty string for rules that don't use points."""
        return ""

    def action(self, text: str, lines: str) -> str:
        """What the rule does with a text, in words: `takes lines 2 to 4 as a tail`; `lines` names the text's lines."""
        return f"takes {lines} as a {self.rule.remove}"

    def action_inside(self, text: str, line: str) -> str:
        """The same where it takes only a part of a line, which `line` names."""
        return self.action(text, line)

    def kept_out_by(self, hints: Hints, view: View) -> str:
        """Key by which the rule doesn't apply to a text: `languages`, `disable`, `sites`, `fingerprint`; an empty string if it applies.

        Raises:
            RuleTimeoutError: The search for the fingerprint took too long.
        """
        rule = self.rule
        if not rule.is_for(hints.primary_language):
            return "languages"
        if hints.is_on(rule.off_sites):
            return "disable"
        if not (rule.sites or rule.fingerprint) or hints.is_on(rule.sites):
            return ""
        if not rule.fingerprint:
            return "sites"
        try:
            return "" if _search(rule.fingerprint, view, view.document.text) else "fingerprint"
        except TimeoutError as error:
            raise RuleTimeoutError(rule.name) from error

    def pattern(self, alternative: int = 0) -> regex.Pattern[str]:
        """Compiled pattern of an alternative; one that may match several lines only matches up to a line's end."""
        pattern = self._compiled.get(alternative)
        if pattern is None:
            source, many_lines = self._alternatives[alternative]
            pattern = self._compiled[alternative] = compiled(of_whole_lines(source) if many_lines else source)
        return pattern

    def fits(self, line: str, alternative: int, deadline: Deadline) -> bool:
        """Whether an alternative matches the whole line."""
        return self.pattern(alternative).fullmatch(line, timeout=self._patience(len(line), deadline)) is not None

    def last_line(self, view: View, index: int, alternatives: Collection[int] | None = None) -> int | None:
        """Index of the last solid line of a match that begins at line `index` and covers whole lines; None without a match.

        `alternatives` are indexes of those to try, by default all.
        """
        for alternative in self._all_alternatives if alternatives is None else sorted(alternatives):
            if not self._alternatives[alternative].many_lines:
                if self.fits(view.lines[index], alternative, view.deadline):
                    return index
                continue
            start, end = view.window(index)
            match = self.pattern(alternative).match(view.document.compact, start, end, timeout=self._patience(end - start, view.deadline))
            if match:
                return index + match.group().count("\n")
        return None

    def candidates(self, view: View, indexes: Iterable[int]) -> Candidates:
        """Those of the solid lines `indexes` on which a match begins, found by trying each."""
        fitting = (index for index in indexes if self.last_line(view, index) is not None)
        return dict.fromkeys(fitting, self._all_alternatives)

    def hit_on(self, view: View, index: int) -> Hit | None:
        """The hit that takes a solid line or a part of it, conditions aside; None if there is none."""
        alone = not self.rule.takes_more and not any(alternative.many_lines for alternative in self._alternatives)
        candidates = self.candidates(view, [index] if alone else range(len(view.lines)))
        return next((hit for hit in self.hits(view, candidates) if hit.first <= index <= hit.last), None)

    def fitting(self, view: View, hit: Hit) -> int:
        """Index of the alternative of the rule's `match` that makes a hit; 0 if none of them does by itself."""
        indexes = range(hit.first, hit.last + 1)
        made = (n for n in self._all_alternatives if any(self.last_line(view, index, [n]) is not None for index in indexes))
        return next(made, 0)

    @property
    def _all_alternatives(self) -> Collection[int]:
        return range(len(self._alternatives))

    def _patience(self, length: int, deadline: Deadline) -> float | None:
        """Time limit in seconds for matching `length` characters; None for a trusted pattern on a short text."""
        return None if self.prepared.trusted and length <= SHORT else deadline.remaining()

    def _line_hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        """Hits on the whole lines that the pattern matches."""
        for index, alternatives in candidates.items():
            last = index if self.by_line else self.last_line(view, index, alternatives)
            if last is not None:
                yield Hit(index, last)

    def allowed_hits(self, view: View, candidates: Candidates, inside: Iterable[Hit] = ()) -> list[tuple[Matcher, Hit]]:
        """Hits that the rule's conditions allow, except `where`, each with this matcher; those `inside` lines are known already.

        Raises:
            RuleTimeoutError: One match took too long.
        """
        try:
            allowed = [hit for hit in self.hits(view, candidates) if not self.stopped_by(view, hit)]
            parts = [hit for hit in (*self.shortened(view, allowed), *inside) if hit.start is None or not self.stopped_by(view, hit)]
            return [(self, hit) for hit in parts]
        except TimeoutError as error:
            raise RuleTimeoutError(self.rule.name) from error

    def shortened(self, view: View, hits: Iterable[Hit]) -> Iterable[Hit]:
        """The hits, where they take more than the rule needs without it."""
        return hits

    def stopped_by(self, view: View, hit: Hit) -> str:
        """Key of the first condition on the hit's text or its neighbour lines that fails; an empty string if none does.

        Three are no keys: `long-line`, `sentence` for whole lines that are parts of a broken sentence, and `code` for comments in code.
        """
        rule = self.rule
        if view.has_long_lines and not all(view.lines[hit.first : hit.last + 1]):
            return "long-line"
        if hit.start is None and any(view.broken[hit.first : hit.last + 1]):
            return "sentence"
        if view.comments[hit.first]:
            return "code"
        if self.veto(view, hit):
            return "unless"
        if rule.min_words or rule.max_words:
            count = words(view.text(hit))
            if count < (rule.min_words or 0):
                return "min_words"
            if count > (rule.max_words or count):
                return "max_words"
        if rule.previous and not fits(rule.previous, view, view.line(hit.first - 1)):
            return "previous"
        return "next" if rule.next and not fits(rule.next, view, view.line(hit.last + 1)) else ""

    def veto(self, view: View, hit: Hit) -> regex.Match[str] | None:
        """Match of `unless` in the text of a hit; None without one."""
        return _search(self.rule.unless, view, view.text(hit)) if self.rule.unless else None


def _search(pattern: str, view: View, text: str) -> regex.Match[str] | None:
    """First match of a pattern in a text of any length, which is searched in pieces that overlap by half."""
    search = compiled(pattern).search
    starts = range(0, max(1, len(text) - MAX_SCAN // 2), MAX_SCAN // 2)
    return next(filter(None, (search(text, start, start + MAX_SCAN, timeout=view.deadline.remaining()) for start in starts)), None)


def fits(pattern: str, view: View, line: str) -> bool:
    """Whether a pattern matches the whole line."""
    return compiled(pattern).fullmatch(line, timeout=view.deadline.remaining()) is not None


class View:
    """The text of one pass, prepared for the matchers.

    Attributes:
        lines: The solid lines; an empty string in the place of one too long to be searched.
        has_long_lines: Whether there is such a line.
        taken: For each solid line, whether the hits so far take the whole of it.
        taken_early: `taken` before the rules that depend on it (`Matcher.is_late`) are matched.
        title: The article's title; set once it is known which lines stay.
        vocabulary: Words that are known of the text's language, and of all.
        deadline: End of the time for this text.
    """

    def __init__(self, text: str, vocabulary: Vocabulary = UNKNOWN, deadline: Deadline | None = None) -> None:
        self.document = Document(text)
        self.deadline = deadline or Deadline(len(text))
        self.vocabulary = vocabulary
        self.taken: Sequence[bool] = [False] * len(self.document.solid)
        self.taken_early: Sequence[bool] = self.taken
        self.title = ""
        self.lines = [line.text if len(line.text) <= MAX_SCAN else "" for line in self.document.solid]
        self.has_long_lines = not all(self.lines)

    def line(self, index: int) -> str:
        """The solid line with an index; an empty string before the first and after the last."""
        return self.lines[index] if 0 <= index < len(self.lines) else ""

    @cached_property
    def may_be_prose(self) -> Sequence[bool]:
        """For each solid line, whether it may be prose."""
        known = {line: may_be_prose(line, self.vocabulary.stop_words) for line in dict.fromkeys(self.lines)}
        return [known[line] or is_broken or not line for line, is_broken in zip(self.lines, self.broken, strict=True)]

    @cached_property
    def broken(self) -> Sequence[bool]:
        """For each solid line, whether it is a part of a sentence that other lines go on with."""
        return broken_sentences(self.lines, self.blank_before, self.vocabulary.stop_words)

    @cached_property
    def _prose_before(self) -> Sequence[int]:
        """For each solid line, and for the text's end, the words of the lines before it that may be prose."""
        pairs = zip(self.lines, self.may_be_prose, strict=True)
        return [*accumulate((words(line) if may_be else 0 for line, may_be in pairs), initial=0)]

    def prose_around(self, first: int, stop: int) -> tuple[int, int]:
        """Words that may be prose before a solid line, and from another one on."""
        return self._prose_before[first], self._prose_before[-1] - self._prose_before[stop]

    @cached_property
    def comments(self) -> Sequence[bool]:
        """For each solid line, whether it is a comment in code."""
        return comments_in_code(self.lines)

    def is_heading(self, hit: Hit) -> bool:
        """Whether a hit takes one whole line that may be the heading of the prose under it, which stays."""
        below = hit.first + 1
        is_whole = hit.start is None or (hit.start == 0 and hit.end == len(self.lines[hit.first]))
        if not is_whole or hit.last != hit.first or below >= len(self.lines) or self.taken[below]:
            return False
        return names_what_follows(self.lines[hit.first], self.lines[below])

    def end_of_list(self, first: int, most: int | None = None) -> int:
        """Index behind the list of at most `most` headlines that begins at a solid line; `first` if none does."""
        return end_of_list(self.lines, first, *self._next_prose_and_apart, most)

    @cached_property
    def _next_prose_and_apart(self) -> tuple[Sequence[int], Sequence[int]]:
        return next_of(self.may_be_prose), next_of(self.blank_before)

    @cached_property
    def blank_before(self) -> Sequence[bool]:
        """For each solid line, whether a blank line stands before it."""
        solid = self.document.solid
        return [False, *(line.start > before.stop for before, line in pairwise(solid))][: len(solid)]

    def window(self, index: int) -> tuple[int, int]:
        """Start and end offset, in the compact text, of what one match may scan: whole lines from a solid line on, up to `MAX_SCAN`."""
        start = self.document.compact_start(index)
        end = len(self.document.compact)
        if end - start > MAX_SCAN:
            end = self.document.compact_start(self.document.line_at(start + MAX_SCAN)) - 1
        return start, max(start, end)

    def text(self, hit: Hit) -> str:
        """Text of a hit, without blank lines."""
        if hit.start is not None:
            return self.lines[hit.first][hit.start : hit.end]
        return "\n".join(line.text for line in self.document.solid[hit.first : hit.last + 1])

    def span(self, hit: Hit, rule: str) -> Span:
        """Span of a hit in the pass's text; whole lines include their line ends."""
        first, last = self.document.solid[hit.first], self.document.solid[hit.last]
        if hit.start is None or hit.end is None:
            return Span(first.start, last.stop, rule)
        line_start = first.start + first.indent
        return Span(line_start + hit.start, line_start + hit.end, rule)
