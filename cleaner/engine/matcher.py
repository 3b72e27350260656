"""A rule at work: what its pattern fits in a text, and which conditions a hit meets. What each kind takes stands in `engine.kinds`.

Pure, like the engine that calls it: no input or output, and no clock but the limit on one match.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from cleaner.document import Document, words
from cleaner.engine.deadline import Deadline
from cleaner.patterns.source import compiled, of_whole_lines
from cleaner.result import Hints, Span
from cleaner.ruleset.rule import PreparedRule, Rule

if TYPE_CHECKING:
    import regex

#: Characters that one match may look at. `regex` checks its time limit only every 256 steps, whatever each step costs.
MAX_SCAN = 64 * 1024
#: Characters on which sound patterns are tried without a clock: asking it costs more than most matches do.
SHORT = 1000

#: Indexes of solid lines that a rule's pattern may fit, in rising order, each with the indexes of the alternatives that may fit there.
Candidates = Mapping[int, Collection[int]]


class RuleTimeoutError(TimeoutError):
    """One match took too long; the argument is the rule's name."""


class Hit(NamedTuple):
    """Solid lines `first` to `last`, or characters `start` to `end` inside line `first`, that a rule wants removed."""

    first: int
    last: int
    start: int | None = None
    end: int | None = None


class NearMiss(NamedTuple):
    """A rule that came close to taking a line.

    Attributes:
        rule: The rule.
        condition: The key that stopped it: `unless`, `where`, `match`, `level`, …
        reason: Why, in words.
        closeness: From 0 to 1; 1 is a hit that only a condition stopped.
    """

    rule: Rule
    condition: str
    reason: str
    closeness: float = 0.95


class Matcher(ABC):
    """A rule at work. Its patterns are compiled when a text first needs them: most texts need few.

    Attributes:
        prepared: The rule, with what was told from its patterns.
        rule: The same as its author wrote it.
        by_line: Whether a line by itself tells for each of the alternatives if that fits it.
    """

    #: Whether it looks at candidates only, and not at all lines.
    needs_candidates: ClassVar[bool] = True
    #: Whether it must know which lines other rules take.
    is_late: ClassVar[bool] = False

    def __init__(self, prepared: PreparedRule) -> None:
        self.prepared, self.rule = prepared, prepared.rule
        self._alternatives = prepared.alternatives
        self.by_line = all(required.by_line for required in prepared.required)
        self._compiled: dict[int, regex.Pattern[str]] = {}

    @abstractmethod
    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        """What the rule wants removed, conditions aside."""

    def near_miss(self, view: View, index: int) -> NearMiss | None:
        """What stops the rule at a solid line that it looks for and doesn't take, conditions aside; None if it doesn't look for it."""
        return None

    def points(self, view: View, index: int) -> str:
        """The points that a solid line has, in words, if points decide."""
        return ""

    def action(self, text: str, lines: str) -> str:
        """What the rule does with a text that stands on `lines`, in words: `takes lines 2 to 4 as a tail`."""
        return f"takes {lines} as a {self.rule.remove}"

    def kept_out_by(self, hints: Hints, view: View) -> str:
        """The key that keeps the rule from a text (`languages`, `disable`, `sites`, `fingerprint`), or an empty string.

        Raises:
            RuleTimeoutError: To look for the fingerprint took too long.
        """
        rule = self.rule
        if rule.languages and hints.language and hints.primary_language not in rule.languages:
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
        """The pattern of an alternative; one of several lines ends where a line ends."""
        pattern = self._compiled.get(alternative)
        if pattern is None:
            source, many_lines = self._alternatives[alternative]
            pattern = self._compiled[alternative] = compiled(of_whole_lines(source) if many_lines else source)
        return pattern

    def fits(self, line: str, alternative: int, deadline: Deadline) -> bool:
        """Whether an alternative matches a line whole."""
        return self.pattern(alternative).fullmatch(line, timeout=self._patience(len(line), deadline)) is not None

    def last_line(self, view: View, index: int, alternatives: Collection[int] | None = None) -> int | None:
        """Match whole lines from a solid line on.

        Args:
            view: The text.
            index: The line.
            alternatives: Those that may match there, if not all.

        Returns:
            The index of the last line that the match covers; None without a match.
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
        """Those of some solid lines that its pattern fits, found by trying."""
        fitting = (index for index in indexes if self.last_line(view, index) is not None)
        return dict.fromkeys(fitting, self._all_alternatives)

    def hit_on(self, view: View, index: int) -> Hit | None:
        """The hit that takes a solid line, or a part of it, conditions aside."""
        alone = not self.rule.kind.takes_more and not any(alternative.many_lines for alternative in self._alternatives)
        candidates = self.candidates(view, [index] if alone else range(len(view.lines)))
        return next((hit for hit in self.hits(view, candidates) if hit.first <= index <= hit.last), None)

    def fitting(self, view: View, hit: Hit) -> int:
        """Index of the alternative, among those of the rule's `match`, that makes a hit; 0 if none of them does by itself."""
        indexes = range(hit.first, hit.last + 1)
        made = (n for n in self._all_alternatives if any(self.last_line(view, index, [n]) is not None for index in indexes))
        return next(made, 0)

    @property
    def _all_alternatives(self) -> Collection[int]:
        return range(len(self._alternatives))

    def _patience(self, length: int, deadline: Deadline) -> float | None:
        """Seconds that matching so many characters may take, if that must be watched."""
        return None if self.prepared.trusted and length <= SHORT else deadline.remaining()

    def _line_hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        """The whole lines that its pattern fits."""
        for index, alternatives in candidates.items():
            last = index if self.by_line else self.last_line(view, index, alternatives)
            if last is not None:
                yield Hit(index, last)

    def allowed_hits(self, view: View, candidates: Candidates) -> list[tuple[Matcher, Hit]]:
        """The hits that the rule's conditions allow, save for `where`.

        Raises:
            RuleTimeoutError: One match took too long.
        """
        try:
            return [(self, hit) for hit in self.hits(view, candidates) if not self.stopped_by(view, hit)]
        except TimeoutError as error:
            raise RuleTimeoutError(self.rule.name) from error

    def stopped_by(self, view: View, hit: Hit) -> str:
        """The first condition that a hit fails, of those that its own words and its neighbours can answer; an empty string if none."""
        rule = self.rule
        if view.has_long_lines and not all(view.lines[hit.first : hit.last + 1]):
            return "long-line"
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
        """Where `unless` is found in what a hit would take."""
        return _search(self.rule.unless, view, view.text(hit)) if self.rule.unless else None


def _search(pattern: str, view: View, text: str) -> regex.Match[str] | None:
    """Where a pattern is found in a text of any length, of which it sees a piece at a time; the pieces overlap by half."""
    search = compiled(pattern).search
    starts = range(0, max(1, len(text) - MAX_SCAN // 2), MAX_SCAN // 2)
    return next(filter(None, (search(text, start, start + MAX_SCAN, timeout=view.deadline.remaining()) for start in starts)), None)


def fits(pattern: str, view: View, line: str) -> bool:
    """Whether a pattern matches a line whole, within the text's time."""
    return compiled(pattern).fullmatch(line, timeout=view.deadline.remaining()) is not None


class View:
    """One pass's text as the matchers see it.

    Attributes:
        document: The text.
        lines: Its solid lines; an empty string in the place of one that is too long to be looked at.
        has_long_lines: Whether there is such a line.
        taken: For each solid line, whether the hits found so far take it whole.
        taken_early: The same for the hits of the rules that needn't know it; a classifier counts these lines as removed.
        title: The title, once it is known which lines stay.
        stop_words: The commonest words of its language; none if that isn't known.
        deadline: Tells how long its patterns may still take.
    """

    def __init__(self, text: str, stop_words: frozenset[str] = frozenset(), deadline: Deadline | None = None) -> None:
        self.document = Document(text)
        self.deadline = deadline or Deadline(len(text))
        self.stop_words = stop_words
        self.taken: Sequence[bool] = [False] * len(self.document.solid)
        self.taken_early: Sequence[bool] = self.taken
        self.title = ""
        self.lines = [line.text if len(line.text) <= MAX_SCAN else "" for line in self.document.solid]
        self.has_long_lines = not all(self.lines)

    def line(self, index: int) -> str:
        """A solid line; an empty string before the first and after the last."""
        return self.lines[index] if 0 <= index < len(self.lines) else ""

    def window(self, index: int) -> tuple[int, int]:
        """Offsets in the compact text between which one match may look: whole lines from a solid line on, none of them too long."""
        start = self.document.compact_start(index)
        end = len(self.document.compact)
        if end - start > MAX_SCAN:
            end = self.document.compact_start(self.document.line_at(start + MAX_SCAN)) - 1
        return start, max(start, end)

    def text(self, hit: Hit) -> str:
        """What a hit would take, blank lines left out."""
        if hit.start is not None:
            return self.lines[hit.first][hit.start : hit.end]
        return "\n".join(line.text for line in self.document.solid[hit.first : hit.last + 1])

    def span(self, hit: Hit, rule: str) -> Span:
        """A hit as a span of the pass's text; whole lines take their line ends with them."""
        first, last = self.document.solid[hit.first], self.document.solid[hit.last]
        if hit.start is None or hit.end is None:
            return Span(first.start, last.stop, rule)
        line_start = first.start + first.indent
        return Span(line_start + hit.start, line_start + hit.end, rule)
