"""Step one: what each rule matches on its own looks, and which of its conditions a hit meets.

Pure, like the engine that calls it: no input or output, and no clock but the limit on one match.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cleaner.document import Document, equal_lines, key, words
from cleaner.engine.deadline import Deadline
from cleaner.patterns.casefold import repeats_itself
from cleaner.patterns.source import compiled, of_whole_lines
from cleaner.result import Hints, Span
from cleaner.ruleset.rule import PreparedRule, Shape

if TYPE_CHECKING:
    import regex

    from cleaner.engine.line_classifier import Features, LineClassifier

#: Characters that one match may look at. `regex` checks its time limit only every 256 steps, whatever each step costs.
MAX_SCAN = 64 * 1024
#: Characters on which sound patterns are tried without a clock: asking it costs more than most tries do.
SHORT = 1000
#: Times that a page may say its title again; what is said more often is a refrain.
_TITLE_ECHOES = 2


#: Solid lines that bear a rule's mark, or may, by their numbers in rising order; with the numbers of the rule's tries that may match there.
Candidates = Mapping[int, Collection[int]]


class RuleTimeoutError(TimeoutError):
    """One match took too long; the argument is the rule's name."""


class Hit(NamedTuple):
    """Solid lines `first` to `last`, or characters `start` to `end` inside line `first`, that a rule wants gone."""

    first: int
    last: int
    start: int | None = None
    end: int | None = None


class Matcher:
    """A rule at work. Its patterns are compiled when a text first needs them: most texts need few.

    Attributes:
        rule: The rule.
        prepared: The same, with what was told from its patterns.
        by_line: Whether a line by itself tells for each of its tries if it bears the mark.
        hits: From a text and the solid lines that bear the mark, or may, what the rule wants gone, conditions aside.
    """

    def __init__(self, prepared: PreparedRule) -> None:
        self.prepared, self.rule = prepared, prepared.rule
        self._tries = prepared.alternatives
        self.by_line = all(each.by_line for each in prepared.required)
        self._compiled: dict[int, regex.Pattern[str]] = {}
        self.hits: Callable[[View, Candidates], Iterator[Hit]] = {
            "match": self._spans,
            "line": self._lines,
            "block": self._blocks,
            "tail": self._tails,
            "head": self._heads,
            "run": self._runs,
            "echo": self._echoes,
            "shape": self._shapes,
        }[self.rule.remove]

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
            return "" if _found(rule.fingerprint, view, view.document.text) else "fingerprint"
        except TimeoutError as error:
            raise RuleTimeoutError(rule.name) from error

    @property
    def many_lines(self) -> bool:
        """Whether its mark may cover several lines."""
        return any(each.many_lines for each in self._tries)

    def pattern(self, number: int = 0) -> regex.Pattern[str]:
        """The pattern of a try; one of several lines ends where a line ends."""
        pattern = self._compiled.get(number)
        if pattern is None:
            source, many_lines = self._tries[number]
            pattern = self._compiled[number] = compiled(of_whole_lines(source) if many_lines else source)
        return pattern

    @property
    def all_tries(self) -> Collection[int]:
        """The numbers of what it tries."""
        return range(len(self._tries))

    def mark(self, view: View, number: int, among: Collection[int] | None = None) -> int | None:
        """Match the pattern from a solid line on; the number of the last line that it covers, or nothing.

        Args:
            view: The text.
            number: The line.
            among: Its tries that may match there, if not all.
        """
        for each in self.all_tries if among is None else sorted(among):
            if not self._tries[each].many_lines:
                if self.fits(view.lines[number], each, view.deadline):
                    return number
                continue
            start, end = view.window(number)
            found = self.pattern(each).match(view.document.compact, start, end, timeout=self._patience(end - start, view.deadline))
            if found:
                return number + found.group().count("\n")
        return None

    def marked(self, view: View, numbers: Iterable[int]) -> Candidates:
        """Those of some solid lines that bear the mark, or may."""
        bearing = (number for number in numbers if self.rule.remove == "match" or self.mark(view, number) is not None)
        return dict.fromkeys(bearing, self.all_tries)

    def fits(self, line: str, number: int, deadline: Deadline) -> bool:
        """Whether one of the tries matches a line whole."""
        return self.pattern(number).fullmatch(line, timeout=self._patience(len(line), deadline)) is not None

    def _patience(self, length: int, deadline: Deadline) -> float | None:
        """Seconds that matching so many characters may take, if that must be watched."""
        return None if self.prepared.trusted and length <= SHORT else deadline.remaining()

    def _spans(self, view: View, marked: Candidates) -> Iterator[Hit]:
        for number in marked:
            for found in self.pattern().finditer(view.lines[number], timeout=view.deadline.remaining()):
                if found.end() > found.start():
                    yield Hit(number, number, *found.span())

    def _lines(self, view: View, marked: Candidates) -> Iterator[Hit]:
        for number, among in marked.items():
            last = number if self.by_line else self.mark(view, number, among)
            if last is not None:
                yield Hit(number, last)

    def _blocks(self, view: View, marked: Candidates) -> Iterator[Hit]:
        until = compiled(self.rule.until or self.rule.through)
        for hit in self._lines(view, marked):
            stop = min(len(view.document.solid), hit.first + (self.rule.max_lines or 0) + bool(self.rule.until))
            for number in range(hit.last + 1, stop):
                if until.fullmatch(view.lines[number], timeout=view.deadline.remaining()):
                    yield Hit(hit.first, number - bool(self.rule.until))
                    break

    def _tails(self, view: View, marked: Candidates) -> Iterator[Hit]:
        last = len(view.document.solid) - 1
        for hit in self._lines(view, marked):
            length = last - hit.first + 1
            if (self.rule.min_lines or 0) <= length <= (self.rule.max_lines or length):
                yield Hit(hit.first, last)

    def _heads(self, view: View, marked: Candidates) -> Iterator[Hit]:
        for hit in self._lines(view, marked):
            if hit.last < (self.rule.max_lines or 0):
                yield Hit(0, hit.last)

    def _runs(self, view: View, marked: Candidates) -> Iterator[Hit]:
        first = last = -2
        for hit in [*self._lines(view, marked), Hit(-1, -1)]:
            if hit.first == last + 1 and last >= 0:
                last = hit.last
                continue
            if last - first + 1 >= (self.rule.min_lines or 1) and first >= 0:
                yield Hit(first, last)
            first, last = hit.first, hit.last

    def _echoes(self, view: View, marked: Candidates) -> Iterator[Hit]:
        if self.rule.of == "title":
            said = [number for number in equal_lines(view.title, view.lines) if not view.taken[number]]
            yield from (Hit(number, number) for number in said[1 : 1 + _TITLE_ECHOES])
        elif self.rule.of == "previous":
            keys = [*map(key, view.lines)]
            first = 0  # of a row of lines that say the same
            for number in range(1, len(keys)):
                if not keys[number] or keys[number] != keys[number - 1]:
                    first = number
                elif not view.taken[first]:
                    yield Hit(number, number)
        elif self.rule.of == "itself":
            yield from (Hit(number, number) for number, line in enumerate(view.lines) if repeats_itself(line))
        else:
            for number in range(len(view.lines) - 1):
                here, there = view.lines[number], view.lines[number + 1]
                if here and there.startswith(here) and self._is_rest(view, there[len(here) :]):
                    yield Hit(number, number)

    def _shapes(self, view: View, marked: Candidates) -> Iterator[Hit]:
        chrome = self.judge.chrome(self.judge.points(self.looks(view))) if view.document.solid else []
        yield from (Hit(number, number) for number, goes in enumerate(chrome) if goes and not view.settled[number] and view.lines[number])

    @cached_property
    def judge(self) -> LineClassifier:
        """What gives points, for a rule of kind `shape`."""
        from cleaner.engine.line_classifier import LineClassifier  # most runs have no such rule

        return LineClassifier(self.rule.shape or Shape())

    def looks(self, view: View) -> Features:
        """The facts that a rule of kind `shape` gives points for."""
        return self.judge.looks(view.lines, view.stop_words, view.settled, view.deadline)

    def _is_rest(self, view: View, text: str) -> bool:
        return _fits(self.rule.rest, view, text) if self.rule.rest else not text

    def judged(self, view: View, marked: Candidates) -> list[tuple[Matcher, Hit]]:
        """The rule's hits on some solid lines that its conditions allow, save for `where`.

        Raises:
            RuleTimeoutError: One match took too long.
        """
        try:
            return [(self, hit) for hit in self.hits(view, marked) if not self.stopped_by(view, hit)]
        except TimeoutError as error:
            raise RuleTimeoutError(self.rule.name) from error

    def stopped_by(self, view: View, hit: Hit) -> str:
        """The first condition that a hit fails, of those that its own words and its neighbours can answer; an empty string if none."""
        rule = self.rule
        if view.long_lines and not all(view.lines[hit.first : hit.last + 1]):
            return "long-line"
        if self.veto(view, hit):
            return "unless"
        if rule.min_words or rule.max_words:
            count = words(view.text(hit))
            if count < (rule.min_words or 0):
                return "min_words"
            if count > (rule.max_words or count):
                return "max_words"
        if not _neighbour_fits(rule.previous, view, hit.first - 1):
            return "previous"
        return "" if _neighbour_fits(rule.next, view, hit.last + 1) else "next"

    def veto(self, view: View, hit: Hit) -> regex.Match[str] | None:
        """Where `unless` is found in what a hit would take."""
        return _found(self.rule.unless, view, view.text(hit)) if self.rule.unless else None


def _found(pattern: str, view: View, text: str) -> regex.Match[str] | None:
    """Where a pattern is found in a text of any length, of which it sees a piece at a time; the pieces overlap by half."""
    search = compiled(pattern).search
    starts = range(0, max(1, len(text) - MAX_SCAN // 2), MAX_SCAN // 2)
    return next(filter(None, (search(text, at, at + MAX_SCAN, timeout=view.deadline.remaining()) for at in starts)), None)


def _neighbour_fits(pattern: str, view: View, number: int) -> bool:
    return not pattern or _fits(pattern, view, view.lines[number] if 0 <= number < len(view.document.solid) else "")


def _fits(pattern: str, view: View, text: str) -> bool:
    return compiled(pattern).fullmatch(text, timeout=view.deadline.remaining()) is not None


class View:
    """One pass's text as the matchers see it.

    Attributes:
        document: The text.
        lines: Its solid lines; nothing in the place of one that is too long to be looked at.
        taken: For each solid line, whether rules take it whole, as far as that is known; some echoes ask.
        settled: The same for the rules that ask no such question; shapes count these lines as removed.
        title: The title, once it is known which lines are chrome.
        stop_words: The commonest words of its language; none if that isn't known.
        long_lines: Whether some line is too long to be looked at.
        clock: Tells how long its patterns may still take.
    """

    def __init__(self, text: str, stop_words: frozenset[str] = frozenset(), deadline: Deadline | None = None) -> None:
        self.document = Document(text)
        self.deadline = deadline or Deadline(len(text))
        self.stop_words = stop_words
        self.taken: Sequence[bool] = [False] * len(self.document.solid)
        self.settled: Sequence[bool] = self.taken
        self.title = ""
        self.lines = [line.text if len(line.text) <= MAX_SCAN else "" for line in self.document.solid]
        self.long_lines = not all(self.lines)

    def window(self, number: int) -> tuple[int, int]:
        """From where to where in the compact text one match may look: whole lines from a solid line on, none of them too long."""
        start = self.document.compact_start(number)
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
        at = first.start + first.indent
        return Span(at + hit.start, at + hit.end, rule)
