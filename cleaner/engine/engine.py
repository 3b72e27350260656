"""The engine: it takes a text and rules, and gives a result from which the text can be restored.

Step one of a pass is context-free: which lines does each rule's pattern match? Step two checks the context: neighbours, position in the
text, runs, echoes. Within a pass every rule sees the same text and their spans are merged, so the order of rules doesn't matter. Passes go
over the cleaned text until nothing more is removed, which makes `clean(clean(x)) == clean(x)`.

Pure: no input or output, no state between calls that could change a result, and no clock but the limits on a match and on a text; a text
that exceeds them comes out unchanged. Only `clean_within`, for processes of our own, sets an alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cleaner import document, spans
from cleaner.document import has_sentence, words
from cleaner.engine import line_features, prose
from cleaner.engine.applicability import Applicability, ApplicabilityIndex
from cleaner.engine.candidates import CandidateFinder, CandidateIndex, Found, KnownLines
from cleaner.engine.deadline import Deadline, limits, run_with_timeout, seconds_for
from cleaner.engine.language import DetectedLanguage, LanguageDetector, LanguageIndex, Vocabulary
from cleaner.engine.matcher import MAX_SCAN, Hit, Matcher, RuleTimeoutError, View
from cleaner.engine.matchers import Matchers
from cleaner.result import Flag, Hints, Result, Span
from cleaner.ruleset.rule import CONFIDENCES, Confidence, LanguageProfile, PreparedRule, Rule, Where

#: Greatest number of passes over a text; a rule set that still has hits in the next one is unstable. Of 6,000 pages and extractors'
#: outputs, three need five, and none more; a headline that is said a hundred times needs fifty.
MAX_PASSES = 50
#: The same for rules that judge lines by the page around them: each time, what is left may look less like an article.
MAX_JUDGEMENTS = 4
#: Share of a text's words that all rules of a confidence together may remove. Low ones are for whole pages, which are mostly chrome; so
#: are those that judge lines by the page around them, whatever their confidence.
BUDGETS: Mapping[Confidence, float] = {"medium": 0.5, "low": 0.9}
#: Number of words from which on texts have budgets: in shorter ones a share says nothing.
BUDGET_FROM = 60

RuleHit = tuple[Matcher, Hit]


class PassResult(NamedTuple):
    """One pass over a text.

    Attributes:
        view: The text of this pass.
        hints: The caller's hints; without a language, the detected one is filled in.
        offsets: Map from this pass's text to the input.
        hits: The hits that all conditions allow, each with its rule.
        removed: Spans of the input removed by this pass and those before, sorted.
    """

    view: View
    hints: Hints
    offsets: spans.OffsetMap
    hits: Sequence[RuleHit]
    removed: list[Span]


class EngineIndex(NamedTuple):
    """What an engine needs to know of all of its rules, of plain values: it takes longer to work out than to clean a text.

    Attributes:
        confidences: The confidence of each rule, by name, in the order of the rules.
        judging: Names of the rules that judge lines by the page around them.
        seen: For each learned rule the number of pages on which it was seen.
        late: Indexes of the rules that look at what others leave.
        on_all_lines: Indexes of the others that don't need candidates.
        candidates: Index of the requirements.
        applicability: Index of languages and sites.
        languages: Index of the languages that can be detected.
    """

    confidences: Mapping[str, Confidence]
    judging: Sequence[str]
    seen: Mapping[str, int]
    late: Sequence[int]
    on_all_lines: Sequence[int]
    candidates: CandidateIndex
    applicability: ApplicabilityIndex
    languages: LanguageIndex

    @classmethod
    def of(cls, matchers: Matchers, languages: Sequence[LanguageProfile]) -> EngineIndex:
        """The index of some rules and languages."""
        rules = [matcher.rule for matcher in matchers]
        return cls(
            {rule.name: rule.confidence for rule in rules},
            [rule.name for rule in rules if rule.kind.judges_pages],
            {rule.name: rule.seen for rule in rules if rule.seen},
            [index for index, matcher in enumerate(matchers) if matcher.is_late],
            [index for index, matcher in enumerate(matchers) if not matcher.is_late and not matcher.needs_candidates],
            CandidateIndex.of(matchers),
            ApplicabilityIndex.of(matchers),
            LanguageDetector(languages).index,
        )


class Engine:
    """Cleans texts with one set of rules. Safe to share between threads, and to send to other processes.

    Args:
        rules: The rules to use, names unique; or, with an index, the bytes of each (see `Matchers`).
        languages: Languages that can be detected; without any, rules of all languages apply where the caller gives no language.
        guarded: Whether texts that would lose too much come out unchanged; off for the examples of rules, which are nothing but chrome.
        index: Index of these rules and languages, if it is known.
    """

    def __init__(
        self,
        rules: Sequence[PreparedRule | memoryview],
        languages: Sequence[LanguageProfile] = (),
        guarded: bool = True,
        index: EngineIndex | None = None,
    ) -> None:
        self.languages = tuple(languages)
        self.guarded = guarded
        self.matchers = Matchers(rules)
        self.index = index or EngineIndex.of(self.matchers, languages)
        self.seen = self.index.seen
        self._detector = LanguageDetector(languages, self.index.languages)
        #: The confidence whose budget a rule goes by.
        self._budget = {**self.index.confidences, **dict.fromkeys(self.index.judging, "low")}
        # A span that several rules match is credited to the one with the highest confidence.
        self._doubt = {name: CONFIDENCES.index(confidence) for name, confidence in self.index.confidences.items()}
        self._candidates = CandidateFinder(self.matchers, self.index.candidates)
        self._applicability = Applicability(self.matchers, self.index.applicability)
        self._late, self._on_all_lines = self.index.late, self.index.on_all_lines

    def __reduce__(self) -> tuple[Callable[[bytes, bytes], Engine], tuple[bytes, bytes]]:
        from cleaner.engine.packing import packed, unpacked

        return unpacked, packed(self)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in use."""
        return tuple(matcher.rule for matcher in self.matchers)

    @property
    def patterns(self) -> Iterator[str]:
        """All patterns that may be compiled."""
        yield from (*document.PATTERNS, *prose.PATTERNS, *line_features.PATTERNS, *self._detector.patterns)
        for matcher in self.matchers:
            yield from matcher.prepared.patterns

    def clean(self, text: str, hints: Hints | None = None) -> Result:
        """Result of cleaning one text, which may have any mix of line ends.

        Raises:
            ProofError: The result would not give the input back.
        """
        hints = hints or Hints()
        try:
            return self._clean(text, hints)
        except TimeoutError as error:
            return _overdue(text, error)

    def clean_within(self, text: str, hints: Hints | None = None) -> Result:
        """As `clean`, but with an alarm that enforces the time limit; only for processes of our own, since it sets a signal handler.

        Raises:
            ProofError: The result would not give the input back.
        """
        try:
            return run_with_timeout(seconds_for(len(text)), lambda: self.clean(text, hints))
        except TimeoutError as error:
            return _overdue(text, error)

    def _clean(self, text: str, hints: Hints) -> Result:
        removed: list[Span] = []
        flags: list[Flag] = []
        for result_of_pass in self.passes(text, hints):
            if result_of_pass.view.has_long_lines and not flags:
                flags.append(Flag("long-line", f"a line of more than {MAX_SCAN:,} characters was not looked at"))
            removed = result_of_pass.removed
        if result_of_pass.hits:
            return Result(text, flags=(Flag("unstable", "its rules find something again, however often it is cleaned"),))
        result = spans.result(text, removed)
        objection = self._objection(text, result) if self.guarded and result.changed else None
        if objection:
            return Result(text, flags=(*flags, objection))
        return result._replace(flags=tuple(flags))

    def passes(self, text: str, hints: Hints) -> Iterator[PassResult]:
        """Passes over a text, each over the text that the one before left; the last has no hits, unless the rules are unstable.

        Raises:
            TimeoutError: A match or the text took too long.
        """
        active = frozenset[int]()
        known_lines = KnownLines()
        vocabulary = Vocabulary()
        removed: list[Span] = []
        deadline = Deadline(len(text))
        offsets = spans.OffsetMap([(0, len(text))])
        current = text
        detected = DetectedLanguage("") if hints.language else self._detector.detect(text)
        for index in range(MAX_PASSES + 1):
            language = hints.language or (detected if detected.holds_without(text, removed) else self._detector.detect(current)).code
            known = hints._replace(language=language)
            view = View(current, self._detector.vocabulary(known.primary_language), deadline)
            # A removal may delete a site's fingerprint, or change the detected language. Rules that have applied once apply to the end.
            before, active = active, active | self._applicability.of(known, view)
            if active != before or view.vocabulary != vocabulary:
                known_lines.clear()
                vocabulary = view.vocabulary
            hits = self._pass(view, active, known_lines, known)
            taken = spans.merge((view.span(hit, matcher.rule.name) for matcher, hit in hits), self._doubt)
            if not taken:
                yield PassResult(view, known, offsets, (), removed)
                return
            taken = sorted([*taken, *spans.tidy(view.document, taken)])
            new = [Span(start, end, span.rule) for span in taken for start, end in offsets.to_original(span.start, span.end)]
            removed = sorted([*removed, *new])
            yield PassResult(view, known, offsets, hits, removed)
            if _is_too_late(index, hits):
                return
            offsets = spans.OffsetMap(spans.gaps(0, len(text), removed))
            current = spans.delete(text, removed)

    def _pass(self, view: View, active: frozenset[int], known_lines: KnownLines, hints: Hints) -> Sequence[RuleHit]:
        """Hits of the active rules in the text of one pass; they may overlap."""
        found = {index: Found() for index in self._on_all_lines if index in active}
        found |= self._candidates.of(view, active, known_lines)
        allowed = [hit for index in sorted(found) for hit in self.matchers[index].allowed_hits(view, *found[index])]
        hits = _without_headings(view, _in_place(view, allowed))
        late = [self.matchers[index] for index in self._late if index in active]
        if late:
            view.taken_early = view.taken
            view.title = hints.title or next((line for line, taken in zip(view.lines, view.taken, strict=True) if not taken), "")
            hits = _in_place(view, [*hits, *(hit for matcher in late for hit in matcher.allowed_hits(view, {}))])
        return hits

    def _objection(self, text: str, result: Result) -> Flag | None:
        """Flag of a result that removes too much; None if it doesn't."""
        if has_sentence(text) and not has_sentence(result.text):
            return Flag("emptied", "no sentence would be left")
        for confidence, budget in BUDGETS.items():
            taken = sum(words(removal.text) for removal in result.removals if self._budget.get(removal.rule) == confidence)
            if taken and taken > budget * (total := words(text)) and total >= BUDGET_FROM:
                return Flag("budget", f"rules of {confidence} confidence would take {taken} of {total} words")
        return None


def _is_too_late(index: int, hits: Sequence[RuleHit]) -> bool:
    """Whether the hits of a pass, by index, are so late that the rules are unstable."""
    return index == MAX_PASSES or (index >= MAX_JUDGEMENTS and any(matcher.rule.kind.judges_pages for matcher, _ in hits))


def _overdue(text: str, error: TimeoutError) -> Result:
    """Result of a text that took too long: unchanged, with a flag."""
    rule = f"rule {error}" if isinstance(error, RuleTimeoutError) else "its rules"
    return Result(text, flags=(Flag("timeout", f"{rule} took too long: {limits(len(text))}"),))


def _in_place(view: View, hits: Sequence[RuleHit]) -> list[RuleHit]:
    """The hits whose `where` holds; sets `view.taken` to the lines that they take.

    `where` counts the lines that stay. So hits without `where` are accepted first; each accepted hit may bring others near enough to the
    start or end of the text. Accepting only ever adds hits, so the outcome doesn't depend on their order.
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


def _without_headings(view: View, hits: list[RuleHit]) -> list[RuleHit]:
    """The hits without those that take a heading of prose that stays; sets `view.taken` to the lines that they take."""
    headings = {hit.first for _, hit in hits if view.is_heading(hit)}
    return (
        _in_place(view, [(matcher, hit) for matcher, hit in hits if hit.first not in headings or hit.last > hit.first])
        if headings
        else hits
    )


def _taken(view: View, hits: Iterable[RuleHit]) -> list[bool]:
    """For each solid line, whether a hit takes the whole of it."""
    taken = [False] * len(view.lines)
    for _, hit in hits:
        if hit.start is None or (hit.start == 0 and hit.end == len(view.document.solid[hit.first].text)):
            taken[hit.first : hit.last + 1] = [True] * (hit.last - hit.first + 1)
    return taken


def _ranks(taken: Sequence[bool]) -> list[tuple[int, int]]:
    """For each line, its rank (from 1) among the lines that stay, counted from the start and from the end."""
    before, staying = [], 0
    for is_taken in taken:
        before.append(staying)
        staying += not is_taken
    return [(rank + 1, staying - rank + is_taken) for rank, is_taken in zip(before, taken, strict=True)]


def _is_there(where: Where | None, hit: Hit, ranks: Sequence[tuple[int, int]]) -> bool:
    """Whether a hit is near enough to the start or end of the text; `ranks` comes from `_ranks`."""
    if where is None:
        return True
    if where.first is not None:
        return ranks[hit.first][0] <= where.first
    return ranks[hit.last][1] <= (where.last or 0)
