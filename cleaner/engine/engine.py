"""The two steps that turn a text and a rule set into a proven result.

Step one is context-free: which lines and spans does each rule match on their own looks. Step two asks for the context: neighbours, place
in the text, runs, echoes. Within a pass every rule sees the same text and the spans are united, so the order of rules doesn't matter. The
engine passes over its own result until nothing more goes, which makes `clean(clean(x)) == clean(x)`.

Pure: no input or output, no state between calls that could change a result, and no clock but the limits on a match and on a text, which
leave a text that meets them unchanged. Only `clean_within`, for processes that are ours, sets an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cleaner import document, spans
from cleaner.document import has_sentence, words
from cleaner.engine.applicability import Applicability
from cleaner.engine.candidates import CandidateFinder, KnownLines
from cleaner.engine.deadline import Deadline, limits, run_with_timeout, seconds_for
from cleaner.engine.language import DetectedLanguage, LanguageDetector
from cleaner.engine.matcher import MAX_SCAN, Candidates, Hit, Matcher, RuleTimeoutError, View
from cleaner.engine.pickling import Matchers
from cleaner.result import Flag, Hints, Result, Span
from cleaner.ruleset.rule import Confidence, LanguageProfile, PreparedRule, Rule, Where

#: Passes over a text; a rule set that still finds something in the one after is unstable.
MAX_PASSES = 4
#: Share of a text's words that the rules of a confidence may take in all. Low ones are for whole pages, which are mostly chrome.
BUDGETS: Mapping[Confidence, float] = {"medium": 0.5, "low": 0.9}
#: Below so many words such rules may take anything: a share of next to nothing means nothing.
BUDGET_FROM = 60


class PassResult(NamedTuple):
    """One pass over a text.

    Attributes:
        view: What the pass saw.
        hints: What was known beside it, its language as the caller or the text tells it.
        offsets: Where its characters stand in the text as given.
        found: The hits that all conditions allow.
        gone: All spans of the text as given that are gone after this pass, sorted.
    """

    view: View
    hints: Hints
    offsets: spans.OffsetMap
    found: Sequence[tuple[Matcher, Hit]]
    gone: list[Span]


class Engine:
    """Cleans texts with one set of rules. Safe to share and to send to other processes: its pickle holds all that it worked out.

    Args:
        prepared: The rules to use, names unique.
        languages: Those that texts are told to be in where the caller doesn't know; without any, rules of all languages apply.
        guarded: Whether texts that would lose too much come out unchanged; rule tests switch it off, since their
            examples are nothing but chrome.
    """

    def __init__(self, prepared: Sequence[PreparedRule], languages: Sequence[LanguageProfile] = (), guarded: bool = True) -> None:
        self.languages = tuple(languages)
        self._languages = LanguageDetector(languages)
        self.guarded = guarded
        self.matchers = Matchers(prepared)
        rules = self.rules
        # Of rules that take the same span, the surest gets the credit.
        self._confidence = {rule.name: rule.confidence for rule in rules}
        order: Mapping[Confidence, int] = {"high": 0, "medium": 1, "low": 2}
        self._doubt = {rule.name: order[rule.confidence] for rule in rules}
        self._marks = CandidateFinder(self.matchers)
        self._scope = Applicability(self.matchers)
        # Those that need to know which lines stay, and those beside them that no pattern leads to.
        self._late = [place for place, rule in enumerate(rules) if rule.of in ("title", "previous") or rule.shape]
        self._echoes = [place for place, rule in enumerate(rules) if rule.of in ("next", "itself")]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rules."""
        return tuple(matcher.rule for matcher in self.matchers)

    @property
    def patterns(self) -> Iterator[str]:
        """All patterns that it may have compiled."""
        yield from (*document.PATTERNS, *self._languages.patterns)
        for matcher in self.matchers:
            yield from matcher.prepared.patterns

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
        except TimeoutError as error:
            return _overdue(text, error)

    def clean_within(self, text: str, hints: Hints | None = None) -> Result:
        """Clean one text in a process that is ours: as `clean`, but the limit is counted on the wall, whatever the machine is busy with.

        Raises:
            ProofError: The result would not give the input back; there is no output then.
        """
        try:
            return run_with_timeout(seconds_for(len(text)), lambda: self.clean(text, hints))
        except TimeoutError as error:
            return _overdue(text, error)

    def _clean(self, text: str, hints: Hints) -> Result:
        gone: list[Span] = []
        flags: list[Flag] = []
        for number, turn in enumerate(self.passes(text, hints)):
            if turn.view.long_lines and not flags:
                flags.append(Flag("long-line", f"a line of more than {MAX_SCAN:,} characters was not looked at"))
            if number == MAX_PASSES and turn.found:
                return Result(text, flags=(Flag("unstable", f"its rules still find something after {MAX_PASSES} passes"),))
            gone = turn.gone
        result = spans.result(text, gone)
        objection = self._objection(text, result) if self.guarded and result.changed else None
        if objection:
            return Result(text, flags=(*flags, objection))
        return result._replace(flags=tuple(flags))

    def passes(self, text: str, hints: Hints) -> Iterator[PassResult]:
        """Every pass over a text and over what the passes before left of it; the last finds nothing, unless the rules are unstable.

        Raises:
            TimeoutError: It took too long.
        """
        active = frozenset[int]()
        known_lines: KnownLines = {}
        gone: list[Span] = []
        deadline = Deadline(len(text))
        offsets = spans.OffsetMap([(0, len(text))])
        current = text
        told = DetectedLanguage("") if hints.language else self._languages.detect(text)
        for _ in range(MAX_PASSES + 1):
            language = hints.language or (told if told.holds_without(text, gone) else self._languages.detect(current)).code
            known = hints._replace(language=language)
            view = View(current, self._languages.words.get(known.primary_language, frozenset()), deadline)
            # A site's mark, or the words of a language, may go with what goes, or come to light by it; what they switched on stays on.
            was, active = active, active | self._scope.of(known, view)
            if active != was:
                known_lines.clear()
            found = self._pass(view, active, known_lines, known)
            taken = spans.merge((view.span(hit, matcher.rule.name) for matcher, hit in found), self._doubt)
            if not taken:
                yield PassResult(view, known, offsets, (), gone)
                return
            taken = sorted([*taken, *spans.tidy(view.document, taken)])
            new = [Span(a, b, span.rule) for span in taken for a, b in offsets.to_original(span.start, span.end)]
            gone = sorted([*gone, *new])
            yield PassResult(view, known, offsets, found, gone)
            offsets = spans.OffsetMap(spans.gaps(0, len(text), gone))
            current = spans.delete(text, gone)

    def _pass(self, view: View, active: frozenset[int], known: KnownLines, hints: Hints) -> Sequence[tuple[Matcher, Hit]]:
        """What the rules want gone from one pass's text; hits may overlap.

        Args:
            view: The text.
            active: The rules in force.
            known: What is known of its lines.
            hints: What is known beside it.
        """
        marked: dict[int, Candidates] = {place: {} for place in self._echoes if place in active}
        marked |= self._marks.of(view, active, known)
        found = _in_place(view, [pair for place in sorted(marked) for pair in self.matchers[place].judged(view, marked[place])])
        late = [self.matchers[place] for place in self._late if place in active]
        if late:
            view.settled = view.taken
            view.title = hints.title or next((line for line, gone in zip(view.lines, view.taken, strict=True) if not gone), "")
            found = _in_place(view, [*found, *(pair for matcher in late for pair in matcher.judged(view, {}))])
        return found

    def _objection(self, text: str, result: Result) -> Flag | None:
        """Why a result takes too much to be trusted, if it does."""
        if has_sentence(text) and not has_sentence(result.text):
            return Flag("emptied", "no sentence would be left")
        for confidence, budget in BUDGETS.items():
            taken = sum(words(removal.text) for removal in result.removals if self._confidence.get(removal.rule) == confidence)
            if taken and taken > budget * (total := words(text)) and total >= BUDGET_FROM:
                return Flag("budget", f"rules of {confidence} confidence would take {taken} of {total} words")
        return None


def _overdue(text: str, error: TimeoutError) -> Result:
    """A text that took too long, as it was, with the reason."""
    rule = f"rule {error}" if isinstance(error, RuleTimeoutError) else "its rules"
    return Result(text, flags=(Flag("timeout", f"{rule} took too long: {limits(len(text))}"),))


def _in_place(view: View, found: Sequence[tuple[Matcher, Hit]]) -> list[tuple[Matcher, Hit]]:
    """The hits whose `where` holds; notes in the view which lines they take.

    A place is counted in lines that stay. So the hits without `where` come first; each that they let move nearer to the text's start or end
    may let further ones hold. That only ever adds hits, so the outcome doesn't depend on an order.
    """
    held = [pair for pair in found if pair[0].rule.where is None]
    waiting = [pair for pair in found if pair[0].rule.where is not None]
    while True:
        view.deadline.remaining()  # texts that are nothing but chrome need many rounds
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
