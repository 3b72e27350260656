"""Step one: what each rule matches on its own looks, and which of its conditions a hit meets.

Pure, like the engine that calls it: no input or output, and no clock but the limit on one match.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from cleaner.document import Document, key, words
from cleaner.model import Hints, Rule, Shape, Span
from cleaner.patterns import TIMEOUT, alternatives, compiled, of_whole_lines, spans_lines
from cleaner.prefilter import fold, literals_of
from cleaner.shape import Judge, Looks

#: Characters that one match may look at. `regex` checks its time limit only every 256 steps, whatever each step costs.
MAX_SCAN = 64 * 1024
#: Times that a page may say its title again; what is said more often is a refrain.
_TITLE_ECHOES = 2


class RuleTimeoutError(Exception):
    """One match took too long; the argument is the rule's name."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Solid lines `first` to `last`, or characters `start` to `end` inside line `first`, that a rule wants gone."""

    first: int
    last: int
    start: int | None = None
    end: int | None = None


class Matcher:
    """A rule at work. Its patterns are compiled when a text first needs them: most texts need few."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.many_lines = rule.remove != "match" and spans_lines(rule.match)
        self.literals, self._parts = rule.literals or literals_of(rule.match)
        self._compiled: dict[int, regex.Pattern[str]] = {}
        self.hits: Callable[[View, Iterable[int]], Iterator[Hit]] = {
            "match": self._spans,
            "line": self._lines,
            "block": self._blocks,
            "tail": self._tails,
            "head": self._heads,
            "run": self._runs,
            "echo": self._echoes,
            "shape": self._shapes,
        }[rule.remove]

    @cached_property
    def pattern(self) -> regex.Pattern[str]:
        """What the rule matches; a pattern of several lines ends where a line ends."""
        return compiled(of_whole_lines(self.rule.match) if self.many_lines else self.rule.match)

    def kept_out_by(self, hints: Hints, text: str) -> str:
        """The key that keeps the rule from a text (`languages`, `disable`, `sites`, `fingerprint`), or an empty string."""
        rule = self.rule
        if rule.languages and hints.language and hints.language.lower().split("-")[0] not in rule.languages:
            return "languages"
        if is_on(hints.host, rule.off_sites):
            return "disable"
        if not (rule.sites or rule.fingerprint) or is_on(hints.host, rule.sites):
            return ""
        if not rule.fingerprint:
            return "sites"
        try:
            return "" if compiled(rule.fingerprint).search(text, timeout=TIMEOUT) else "fingerprint"
        except TimeoutError as error:
            raise RuleTimeoutError(rule.name) from error

    def mark(self, view: View, number: int) -> int | None:
        """Match the pattern from a solid line on; the number of the last line that it covers, or nothing."""
        if not self.many_lines:
            return number if self._fits(view, number) else None
        found = self.pattern.match(view.document.compact, *view.window(number), timeout=TIMEOUT)
        return number + found.group().count("\n") if found else None

    def _fits(self, view: View, number: int) -> bool:
        """Whether the pattern matches a line whole. Its alternatives are compiled one by one, as lines need them: it takes long."""
        folded = view.folded[number]
        for place, literals in enumerate(self._parts):
            if folded is None or not literals or any(literal in folded for literal in literals):
                pattern = self._compiled.get(place)
                if pattern is None:
                    pattern = self._compiled[place] = compiled(self._alternatives[place])
                if pattern.fullmatch(view.line(number), timeout=TIMEOUT):
                    return True
        return False

    @cached_property
    def _alternatives(self) -> list[str]:
        return alternatives(self.rule.match)

    def _spans(self, view: View, numbers: Iterable[int]) -> Iterator[Hit]:
        for number in numbers:
            for found in self.pattern.finditer(view.line(number), timeout=TIMEOUT):
                if found.end() > found.start():
                    yield Hit(number, number, *found.span())

    def _lines(self, view: View, numbers: Iterable[int]) -> Iterator[Hit]:
        for number in numbers:
            last = self.mark(view, number)
            if last is not None:
                yield Hit(number, last)

    def _blocks(self, view: View, numbers: Iterable[int]) -> Iterator[Hit]:
        until = compiled(self.rule.until or self.rule.through)
        for hit in self._lines(view, numbers):
            stop = min(len(view.document.solid), hit.first + (self.rule.max_lines or 0) + bool(self.rule.until))
            for number in range(hit.last + 1, stop):
                if until.fullmatch(view.line(number), timeout=TIMEOUT):
                    yield Hit(hit.first, number - bool(self.rule.until))
                    break

    def _tails(self, view: View, numbers: Iterable[int]) -> Iterator[Hit]:
        last = len(view.document.solid) - 1
        for hit in self._lines(view, numbers):
            length = last - hit.first + 1
            if (self.rule.min_lines or 0) <= length <= (self.rule.max_lines or length):
                yield Hit(hit.first, last)

    def _heads(self, view: View, numbers: Iterable[int]) -> Iterator[Hit]:
        for hit in self._lines(view, numbers):
            if hit.last < (self.rule.max_lines or 0):
                yield Hit(0, hit.last)

    def _runs(self, view: View, numbers: Iterable[int]) -> Iterator[Hit]:
        first = last = -2
        for hit in [*self._lines(view, numbers), Hit(-1, -1)]:
            if hit.first == last + 1 and last >= 0:
                last = hit.last
                continue
            if last - first + 1 >= (self.rule.min_lines or 1) and first >= 0:
                yield Hit(first, last)
            first, last = hit.first, hit.last

    def _echoes(self, view: View, numbers: Iterable[int]) -> Iterator[Hit]:
        keys = view.keys
        if self.rule.of == "title":
            title = view.title
            said = [number for number, gone in enumerate(view.taken) if title and not gone and keys[number] == title]
            yield from (Hit(number, number) for number in said[1 : 1 + _TITLE_ECHOES])
        elif self.rule.of == "previous":
            first = 0  # of a row of lines that say the same
            for number in range(1, len(keys)):
                if not keys[number] or keys[number] != keys[number - 1]:
                    first = number
                elif not view.taken[first]:
                    yield Hit(number, number)
        else:
            for number in range(len(keys) - 1):
                here, there = view.line(number), view.line(number + 1)
                if here and there.startswith(here) and self._is_rest(there[len(here) :]):
                    yield Hit(number, number)

    def _shapes(self, view: View, numbers: Iterable[int]) -> Iterator[Hit]:
        chrome = self.judge.chrome(self.judge.points(self.looks(view))) if view.document.solid else []
        yield from (Hit(number, number) for number, goes in enumerate(chrome) if goes and not view.settled[number] and view.line(number))

    @cached_property
    def judge(self) -> Judge:
        """What gives points, for a rule of kind `shape`."""
        return Judge(self.rule.shape or Shape())

    def looks(self, view: View) -> Looks:
        """The facts that a rule of kind `shape` gives points for."""
        lines = [view.line(number) for number in range(len(view.document.solid))]
        return self.judge.looks(lines, view.stop_words, view.settled)

    def _is_rest(self, text: str) -> bool:
        return _fits(self.rule.rest, text) if self.rule.rest else not text

    def judged(self, view: View, numbers: Iterable[int]) -> list[tuple[Matcher, Hit]]:
        """The rule's hits on some solid lines that its conditions allow, save for `where`.

        Raises:
            RuleTimeoutError: One match took too long.
        """
        try:
            return [(self, hit) for hit in self.hits(view, numbers) if not self.stopped_by(view, hit)]
        except TimeoutError as error:
            raise RuleTimeoutError(self.rule.name) from error

    def stopped_by(self, view: View, hit: Hit) -> str:
        """The first condition that a hit fails, of those that its own words and its neighbours can answer; an empty string if none."""
        rule = self.rule
        if rule.unless or rule.min_words or rule.max_words:
            text = view.text(hit)
            if rule.unless and compiled(rule.unless).search(text, timeout=TIMEOUT):
                return "unless"
            count = words(text)
            if count < (rule.min_words or 0):
                return "min_words"
            if count > (rule.max_words or count):
                return "max_words"
        if not _neighbour_fits(rule.previous, view, hit.first - 1):
            return "previous"
        return "" if _neighbour_fits(rule.next, view, hit.last + 1) else "next"


def is_on(host: str, sites: Iterable[str]) -> bool:
    """Whether a host is one of some sites, or below one."""
    return bool(host) and any(host == site or host.endswith("." + site) for site in sites)


def _neighbour_fits(pattern: str, view: View, number: int) -> bool:
    return not pattern or _fits(pattern, view.line(number) if 0 <= number < len(view.document.solid) else "")


def _fits(pattern: str, text: str) -> bool:
    return compiled(pattern).fullmatch(text, timeout=TIMEOUT) is not None


class View:
    """One pass's text as the matchers see it.

    Attributes:
        document: The text.
        taken: For each solid line, whether rules take it whole, as far as that is known; some echoes ask.
        settled: The same for the rules that ask no such question; shapes count these lines as removed.
        title: What the title boils down to (see `document.key`), once it is known which lines are chrome.
        stop_words: The commonest words of its language; none if that isn't known.
        long_lines: Whether some line is too long to be looked at.
    """

    def __init__(self, text: str, stop_words: Collection[str] = ()) -> None:
        self.document = Document(text)
        self.stop_words = stop_words
        self.taken: Sequence[bool] = [False] * len(self.document.solid)
        self.settled: Sequence[bool] = self.taken
        self.title = ""
        self.long_lines = any(len(line.text) > MAX_SCAN for line in self.document.solid)

    def line(self, number: int) -> str:
        """A solid line's text; nothing if it is too long to be looked at."""
        text = self.document.solid[number].text
        return text if len(text) <= MAX_SCAN else ""

    def window(self, number: int) -> tuple[int, int]:
        """From where to where in the compact text one match may look: whole lines from a solid line on, none of them too long."""
        start = self.document.compact_start(number)
        end = len(self.document.compact)
        if end - start > MAX_SCAN:
            end = self.document.compact_start(self.document.line_at(start + MAX_SCAN)) - 1
        return start, max(start, end)

    @cached_property
    def folded(self) -> list[str | None]:
        """The solid lines as required literals are looked for in them; None for one that folds in another way (see `prefilter`)."""
        return [fold(self.line(number)) for number in range(len(self.document.solid))]

    @cached_property
    def keys(self) -> list[str]:
        """The solid lines boiled down (see `document.key`); nothing for one that is too long to be looked at."""
        return [key(self.line(number)) for number in range(len(self.document.solid))]

    def text(self, hit: Hit) -> str:
        """What a hit would take, blank lines left out."""
        if hit.start is not None:
            return self.line(hit.first)[hit.start : hit.end]
        return "\n".join(line.text for line in self.document.solid[hit.first : hit.last + 1])

    def span(self, hit: Hit, rule: str) -> Span:
        """A hit as a span of the pass's text; whole lines take their line ends with them."""
        first, last = self.document.solid[hit.first], self.document.solid[hit.last]
        if hit.start is None or hit.end is None:
            return Span(first.start, last.stop, rule)
        at = first.start + first.indent
        return Span(at + hit.start, at + hit.end, rule)
