"""The two steps that turn a text and a rule set into a proven result.

Step one is context-free: which lines and spans does each rule match on their own looks. Step two asks for the context: neighbours, place
in the text, runs, echoes. Within a pass every rule sees the same text and the spans are united, so the order of rules doesn't matter. The
engine passes over its own result until nothing more goes, which makes `clean(clean(x)) == clean(x)`.

Pure: no input or output, no state between calls, and no clock but the limit on one match, which leaves a text that meets it unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import regex

from cleaner import removals
from cleaner.document import Document, has_sentence, key, words
from cleaner.model import Flag, Hints, Result, Rule, Span, Where
from cleaner.patterns import compiled, of_whole_lines, spans_lines
from cleaner.prefilter import Prefilter, required_literals

#: Passes over a text; a rule set that still finds something in the one after is unstable.
MAX_PASSES = 4
#: Characters that one match may look at. `regex` checks its time limit only every 256 steps, whatever each step costs.
MAX_SCAN = 64 * 1024
#: Seconds that one match may take. No text and rule of good will come near it.
TIMEOUT = 2.0
#: Share of a text's words that rules of less than high confidence may take in all.
BUDGET = 0.5
#: Below so many words such rules may take anything: a share of next to nothing means nothing.
BUDGET_FROM = 60
#: Times that a page may say its title again; what is said more often is a refrain.
_TITLE_ECHOES = 2


class _RuleTimeoutError(Exception):
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
        self.literals = required_literals(rule.match) if rule.match else frozenset()
        self.hits: Callable[[View, Iterable[int]], Iterator[Hit]] = {
            "match": self._spans,
            "line": self._lines,
            "block": self._blocks,
            "tail": self._tails,
            "head": self._heads,
            "run": self._runs,
            "echo": self._echoes,
        }[rule.remove]

    @cached_property
    def pattern(self) -> regex.Pattern[str]:
        """What the rule matches; a pattern of several lines ends where a line ends."""
        return compiled(of_whole_lines(self.rule.match) if self.many_lines else self.rule.match)

    def applies(self, hints: Hints, text: str) -> bool:
        """Whether language and site let the rule look at a text at all."""
        rule = self.rule
        if rule.languages and hints.language and hints.language.lower().split("-")[0] not in rule.languages:
            return False
        if not rule.sites and not rule.fingerprint:
            return True
        host = hints.host
        if host and any(host == site or host.endswith("." + site) for site in rule.sites):
            return True
        try:
            return bool(rule.fingerprint) and compiled(rule.fingerprint).search(text, timeout=TIMEOUT) is not None
        except TimeoutError as error:
            raise _RuleTimeoutError(rule.name) from error

    def mark(self, view: View, number: int) -> int | None:
        """Match the pattern from a solid line on; the number of the last line that it covers, or nothing."""
        if not self.many_lines:
            return number if self.pattern.fullmatch(view.line(number), timeout=TIMEOUT) else None
        found = self.pattern.match(view.document.compact, *view.window(number), timeout=TIMEOUT)
        return number + found.group().count("\n") if found else None

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

    def _is_rest(self, text: str) -> bool:
        return _fits(self.rule.rest, text) if self.rule.rest else not text

    def judged(self, view: View, numbers: Iterable[int]) -> list[tuple[Matcher, Hit]]:
        """The rule's hits on some solid lines that its conditions allow, save for `where`.

        Raises:
            _RuleTimeoutError: One match took too long.
        """
        try:
            return [(self, hit) for hit in self.hits(view, numbers) if self.allows(view, hit)]
        except TimeoutError as error:
            raise _RuleTimeoutError(self.rule.name) from error

    def allows(self, view: View, hit: Hit) -> bool:
        """Whether the conditions that a hit's own words and its neighbours can answer let it go."""
        rule = self.rule
        if rule.unless or rule.min_words or rule.max_words:
            text = view.text(hit)
            if rule.unless and compiled(rule.unless).search(text, timeout=TIMEOUT):
                return False
            if not (rule.min_words or 0) <= words(text) <= (rule.max_words or len(text)):
                return False
        return _neighbour_fits(rule.previous, view, hit.first - 1) and _neighbour_fits(rule.next, view, hit.last + 1)


def _neighbour_fits(pattern: str, view: View, number: int) -> bool:
    return not pattern or (0 <= number < len(view.document.solid) and _fits(pattern, view.line(number)))


def _fits(pattern: str, text: str) -> bool:
    return compiled(pattern).fullmatch(text, timeout=TIMEOUT) is not None


class View:
    """One pass's text as the matchers see it.

    Attributes:
        document: The text.
        taken: For each solid line, whether rules take it whole, as far as that is known; echoes of the title and of the line before ask.
        title: What the title boils down to (see `document.key`), once it is known which lines are chrome.
        long_lines: Whether some line is too long to be looked at.
    """

    def __init__(self, text: str) -> None:
        self.document = Document(text)
        self.taken: Sequence[bool] = [False] * len(self.document.solid)
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


class Engine:
    """Cleans texts with one set of rules. Safe to share and to send to other processes.

    Args:
        rules: The rules to use, names unique.
        guarded: Whether texts that would lose too much come out unchanged; rule tests switch it off, since their
            examples are nothing but chrome.
    """

    def __init__(self, rules: Sequence[Rule], guarded: bool = True) -> None:
        self.rules = tuple(rules)
        self.guarded = guarded
        self._matchers = [Matcher(rule) for rule in rules]
        # How unsure a rule is; of rules that take the same span, the surest gets the credit.
        order: Mapping[str, int] = {"high": 0, "medium": 1, "low": 2}
        self._doubt = {rule.name: order[rule.confidence] for rule in rules}
        self._prefilter = Prefilter(
            [matcher.literals for matcher in self._matchers],
            [matcher.many_lines for matcher in self._matchers],
        )

    def __reduce__(self) -> tuple[type[Engine], tuple[tuple[Rule, ...], bool]]:
        return Engine, (self.rules, self.guarded)

    def clean(self, text: str, hints: Hints | None = None) -> Result:
        """Clean one text.

        Args:
            text: Any text, with any mix of line ends.
            hints: What is known beside it.

        Raises:
            ProofError: The result would not give the input back; there is no output then.
        """
        hints = hints or Hints()
        try:
            return self._clean(text, hints)
        except _RuleTimeoutError as error:
            return Result(text, flags=(Flag("timeout", f"rule {error} took longer than {TIMEOUT:g} s on it"),))

    def _clean(self, text: str, hints: Hints) -> Result:
        active: list[int] = []
        gone: list[Span] = []
        offsets = removals.OffsetMap([(0, len(text))])
        current = text
        flags: list[Flag] = []
        for turn in range(MAX_PASSES + 1):
            view = View(current)
            if view.long_lines and not flags:
                flags.append(Flag("long-line", f"a line of more than {MAX_SCAN:,} characters was not looked at"))
            # A site's mark may go with what goes, or come to light by it; the rules that it switched on stay on.
            was = set(active)
            active = [place for place, matcher in enumerate(self._matchers) if place in was or matcher.applies(hints, current)]
            spans = removals.merge(self._pass(view, active, hints), self._doubt)
            if not spans:
                break
            if turn == MAX_PASSES:
                return Result(text, flags=(Flag("unstable", f"its rules still find something after {MAX_PASSES} passes"),))
            spans = sorted([*spans, *removals.tidy(view.document, spans)])
            new = [Span(a, b, span.rule) for span in spans for a, b in offsets.to_original(span.start, span.end)]
            gone = sorted([*gone, *new])
            offsets = offsets.without(gone)
            current = removals.cut(text, gone)
        result = removals.result(text, gone)
        objection = self._objection(text, result) if self.guarded and result.changed else None
        if objection:
            return Result(text, flags=(*flags, objection))
        return replace(result, flags=tuple(flags))

    def _pass(self, view: View, active: Sequence[int], hints: Hints) -> Iterator[Span]:
        """The spans that rules want gone from one pass's text; they may overlap."""
        found: list[tuple[Matcher, Hit]] = []
        echoes: list[Matcher] = []
        for place, numbers in self._prefilter.candidates(view.document, active):
            matcher = self._matchers[place]
            if matcher.rule.of in ("title", "previous"):
                echoes.append(matcher)  # these need to know which lines stay
            else:
                found += matcher.judged(view, numbers)
        found = _in_place(view, found)
        if echoes:
            view.title = key(hints.title) or next((k for k, gone in zip(view.keys, view.taken, strict=True) if not gone), "")
            found = _in_place(view, [*found, *(pair for matcher in echoes for pair in matcher.judged(view, ()))])
        for matcher, hit in found:
            yield view.span(hit, matcher.rule.name)

    def _objection(self, text: str, result: Result) -> Flag | None:
        """Why a result takes too much to be trusted, if it does."""
        if has_sentence(text) and not has_sentence(result.text):
            return Flag("emptied", "no sentence would be left")
        unsure = sum(words(removal.text) for removal in result.removals if self._doubt.get(removal.rule))
        total = words(text)
        if total >= BUDGET_FROM and unsure > BUDGET * total:
            return Flag("budget", f"rules of less than high confidence would take {unsure} of {total} words")
        return None


def _in_place(view: View, found: Sequence[tuple[Matcher, Hit]]) -> list[tuple[Matcher, Hit]]:
    """The hits whose `where` holds; notes in the view which lines they take.

    A place is counted in lines that stay. So the hits without `where` come first; each that they let move nearer to the text's start or end
    may let further ones hold. That only ever adds hits, so the outcome doesn't depend on an order.
    """
    held = [pair for pair in found if pair[0].rule.where is None]
    waiting = [pair for pair in found if pair[0].rule.where is not None]
    while True:
        view.taken = _taken(view, held)
        places = _places(view.taken) if waiting else []
        still: list[tuple[Matcher, Hit]] = []
        before = len(held)
        for matcher, hit in waiting:
            (held if _is_there(matcher.rule.where, hit, places) else still).append((matcher, hit))
        if len(held) == before:
            return held
        waiting = still


def _taken(view: View, found: Iterable[tuple[Matcher, Hit]]) -> list[bool]:
    """For each solid line, whether some hit takes it whole."""
    taken = [False] * len(view.document.solid)
    for _, hit in found:
        if hit.start is None or (hit.end == len(view.document.solid[hit.first].text) and hit.start == 0):
            taken[hit.first : hit.last + 1] = [True] * (hit.last - hit.first + 1)
    return taken


def _places(taken: Sequence[bool]) -> list[tuple[int, int]]:
    """For each line, its place from the start and from the end (from 1) among the lines that nothing takes."""
    before, total = [], 0
    for gone in taken:
        before.append(total)
        total += not gone
    return [(n + 1, total - n + gone) for n, gone in zip(before, taken, strict=True)]


def _is_there(where: Where | None, hit: Hit, places: Sequence[tuple[int, int]]) -> bool:
    if where is None:
        return True
    if where.first is not None:
        return places[hit.first][0] <= where.first
    return places[hit.last][1] <= (where.last or 0)
