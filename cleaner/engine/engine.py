"""The engine: a text and rules in, a result out that gives the text back.

Step one is context-free: which lines and spans does each rule match by themselves? Step two asks for the context: neighbours, place in the
text, runs, echoes. Within a pass every rule sees the same text and the spans are united, so the order of rules doesn't matter. The engine
passes over its own result until nothing more goes, which makes `clean(clean(x)) == clean(x)`.

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
from cleaner.ruleset.rule import CONFIDENCES, Confidence, LanguageProfile, PreparedRule, Rule, Where

#: Passes over a text; a rule set that still finds something in the one after is unstable.
MAX_PASSES = 4
#: Share of a text's words that the rules of a confidence may take in all. Low ones are for whole pages, which are mostly chrome.
BUDGETS: Mapping[Confidence, float] = {"medium": 0.5, "low": 0.9}
#: Below so many words such rules may take anything: a share of next to nothing means nothing.
BUDGET_FROM = 60

RuleHit = tuple[Matcher, Hit]


class PassResult(NamedTuple):
    """One pass over a text.

    Attributes:
        view: What the pass saw.
        hints: What was known beside it, its language as the caller says or as it was detected.
        offsets: Where its characters stand in the text as given.
        hits: The hits that all conditions allow, each with its rule.
        removed: All spans of the text as given that are removed after this pass, sorted.
    """

    view: View
    hints: Hints
    offsets: spans.OffsetMap
    hits: Sequence[RuleHit]
    removed: list[Span]


class Engine:
    """Cleans texts with one set of rules. Safe to share between threads, and to send to other processes.

    Args:
        prepared: The rules to use, names unique.
        languages: Those that are told apart where the caller doesn't know a text's; without any, rules of all languages apply.
        guarded: Whether texts that would lose too much come out unchanged; rule tests switch it off, since their
            examples are nothing but chrome.
    """

    def __init__(self, prepared: Sequence[PreparedRule], languages: Sequence[LanguageProfile] = (), guarded: bool = True) -> None:
        self.languages = tuple(languages)
        self.guarded = guarded
        self.matchers = Matchers(prepared)
        self._detector = LanguageDetector(languages)
        self._confidence = {each.name: each.rule.confidence for each in prepared}
        # Of rules that take the same span, the surest gets the credit.
        self._doubt = {name: CONFIDENCES.index(confidence) for name, confidence in self._confidence.items()}
        self._candidates = CandidateFinder(self.matchers)
        self._applicability = Applicability(self.matchers)
        self._late = [index for index, matcher in enumerate(self.matchers) if matcher.is_late]
        self._on_all_lines = [index for index, matcher in enumerate(self.matchers) if not matcher.is_late and not matcher.needs_candidates]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its rules."""
        return tuple(matcher.rule for matcher in self.matchers)

    @property
    def patterns(self) -> Iterator[str]:
        """All patterns that it may have compiled."""
        yield from (*document.PATTERNS, *self._detector.patterns)
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
        removed: list[Span] = []
        flags: list[Flag] = []
        for number, result_of_pass in enumerate(self.passes(text, hints)):
            if result_of_pass.view.has_long_lines and not flags:
                flags.append(Flag("long-line", f"a line of more than {MAX_SCAN:,} characters was not looked at"))
            if number == MAX_PASSES and result_of_pass.hits:
                return Result(text, flags=(Flag("unstable", f"its rules still find something after {MAX_PASSES} passes"),))
            removed = result_of_pass.removed
        result = spans.result(text, removed)
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
        removed: list[Span] = []
        deadline = Deadline(len(text))
        offsets = spans.OffsetMap([(0, len(text))])
        current = text
        detected = DetectedLanguage("") if hints.language else self._detector.detect(text)
        for _ in range(MAX_PASSES + 1):
            language = hints.language or (detected if detected.holds_without(text, removed) else self._detector.detect(current)).code
            known = hints._replace(language=language)
            view = View(current, self._detector.words.get(known.primary_language, frozenset()), deadline)
            # A site's fingerprint, or the words of a language, may go with what goes, or come to light by it; rules once in force stay so.
            before, active = active, active | self._applicability.of(known, view)
            if active != before:
                known_lines.clear()
            hits = self._pass(view, active, known_lines, known)
            taken = spans.merge((view.span(hit, matcher.rule.name) for matcher, hit in hits), self._doubt)
            if not taken:
                yield PassResult(view, known, offsets, (), removed)
                return
            taken = sorted([*taken, *spans.tidy(view.document, taken)])
            new = [Span(start, end, span.rule) for span in taken for start, end in offsets.to_original(span.start, span.end)]
            removed = sorted([*removed, *new])
            yield PassResult(view, known, offsets, hits, removed)
            offsets = spans.OffsetMap(spans.gaps(0, len(text), removed))
            current = spans.delete(text, removed)

    def _pass(self, view: View, active: frozenset[int], known_lines: KnownLines, hints: Hints) -> Sequence[RuleHit]:
        """The hits of the active rules in one pass's text; they may overlap."""
        candidates: dict[int, Candidates] = {index: {} for index in self._on_all_lines if index in active}
        candidates |= self._candidates.of(view, active, known_lines)
        hits = _in_place(view, [hit for index in sorted(candidates) for hit in self.matchers[index].allowed_hits(view, candidates[index])])
        late = [self.matchers[index] for index in self._late if index in active]
        if late:
            view.taken_early = view.taken
            view.title = hints.title or next((line for line, taken in zip(view.lines, view.taken, strict=True) if not taken), "")
            hits = _in_place(view, [*hits, *(hit for matcher in late for hit in matcher.allowed_hits(view, {}))])
        return hits

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


def _in_place(view: View, hits: Sequence[RuleHit]) -> list[RuleHit]:
    """The hits whose `where` holds; notes in the view which lines they take.

    `where` counts lines that stay. So the hits without it come first; each that they let move nearer to the text's start or end may let
    further ones hold. That only ever adds hits, so the outcome doesn't depend on an order.
    """
    accepted = [hit for hit in hits if hit[0].rule.where is None]
    waiting = [hit for hit in hits if hit[0].rule.where is not None]
    while True:
        view.deadline.remaining()  # texts that are nothing but chrome need many rounds
        view.taken = _taken(view, accepted)
        ranks = _ranks(view.taken) if waiting else []
        elsewhere: list[RuleHit] = []
        for matcher, hit in waiting:
            (accepted if _is_there(matcher.rule.where, hit, ranks) else elsewhere).append((matcher, hit))
        if len(elsewhere) == len(waiting):
            return accepted
        waiting = elsewhere


def _taken(view: View, hits: Iterable[RuleHit]) -> list[bool]:
    """For each solid line, whether some hit takes it whole."""
    taken = [False] * len(view.lines)
    for _, hit in hits:
        if hit.start is None or (hit.start == 0 and hit.end == len(view.document.solid[hit.first].text)):
            taken[hit.first : hit.last + 1] = [True] * (hit.last - hit.first + 1)
    return taken


def _ranks(taken: Sequence[bool]) -> list[tuple[int, int]]:
    """For each line, its rank from the start and from the end (from 1) among the lines that nothing takes."""
    before, staying = [], 0
    for is_taken in taken:
        before.append(staying)
        staying += not is_taken
    return [(rank + 1, staying - rank + is_taken) for rank, is_taken in zip(before, taken, strict=True)]


def _is_there(where: Where | None, hit: Hit, ranks: Sequence[tuple[int, int]]) -> bool:
    """Whether a hit is where its rule looks."""
    if where is None:
        return True
    if where.first is not None:
        return ranks[hit.first][0] <= where.first
    return ranks[hit.last][1] <= (where.last or 0)
