"""From decisions to a rule file that does what was decided: drafts of what to write, tried on the documents until they hold.

A decision can be written in several ways, the most natural first. All are tried together, since one can undo what another does; whatever
can't be had in any way is given back with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cleaner.authoring.examples import run_examples
from cleaner.authoring.review.drafts import Draft, drafts, marked, source
from cleaner.authoring.review.example_finder import ExampleFinder
from cleaner.authoring.review.session import ACCEPT, Session, kept_text, overlapping
from cleaner.engine.engine import Engine
from cleaner.errors import RuleError
from cleaner.result import TIDY, Level, Removal, Result
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.rule import PreparedRule
from cleaner.ruleset.toml_writer import can_hold
from cleaner.wording import shorten

#: Rounds of trying, each with all documents that matter; ways to write a decision are few.
_ROUNDS_AT_MOST = 25
#: Further rules, or parts that they take, that one kept text is kept from.
_FURTHER_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Unmet:
    """A decision that the file will not carry out: the index of its item, and why, in words."""

    index: int
    reason: str


@dataclass(frozen=True)
class Amendment:
    """A rule file, and what it does.

    Attributes:
        source: Its text; an empty string if there is nothing to write.
        unmet: What it can't do.
        aside: What else it changes: items that were to go, or that nobody decided on, and don't go any more.
        notes: Rules that are switched off in vain, each with what to say about it.
        results: What becomes of the documents with it, by their numbers; only those that come out differently.
        stem: Name of the file without its suffix, under which it was proven.
        deeds: What is done beside writing it, in words.
    """

    source: str = ""
    unmet: tuple[Unmet, ...] = ()
    aside: tuple[Unmet, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    results: Mapping[int, Result] = field(default_factory=dict)
    stem: str = ""
    deeds: tuple[str, ...] = ()


def amend(session: Session, load: Callable[[str], RuleSet], stem: str, level: Level, go_on: Callable[[], None] = lambda: None) -> Amendment:
    """The rule file of a session.

    Args:
        load: Gives the rules as they would be with a file of some text in its place, or raises RuleError.
        stem: Name of the file without its suffix: names of its rules begin with it.
        go_on: Called again and again; it raises whatever ends the work.

    Raises:
        RuleError: The rules that are there already are wrong.
    """
    return _RuleWriter(session, load, stem, level, go_on).run()


class _RuleWriter:
    """Tries one way of each draft after the other, until all do what was decided or have no way left."""

    def __init__(self, session: Session, load: Callable[[str], RuleSet], stem: str, level: Level, go_on: Callable[[], None]) -> None:
        self.session, self.load_rules, self.stem, self.level, self.go_on = session, load, stem, level, go_on
        self.off = tuple(rule for rule in session.of_rule if session.is_off(rule))
        self.drafts: list[Draft] = []
        self.unmet: list[Unmet] = []
        for draft in drafts(session):
            if can_hold(f"{draft.item.text}\n{draft.decision.line}"):
                self.drafts.append(draft)
            else:
                self.unmet.append(Unmet(draft.index, "holds half a character, which TOML can't write"))
        self.rules = RuleSet(())
        self.results: dict[int, Result] = {}  # by the rules as they are loaded
        self.added: set[tuple[int, tuple[str, str]]] = set()  # what further rules a text is kept from, since the rules were loaded
        self.changed = False

    def run(self) -> Amendment:
        for last in [False] * _ROUNDS_AT_MOST + [True]:
            steps = (self.check_decisions, self.tighten, self.find_examples, self.run_examples)
            if not (self.drafts or self.off) or (self.load() and not any(self.changes(step, last) for step in steps)):
                break
        else:
            if not self.is_sound():
                return Amendment(unmet=tuple(self.given_up()))
        if not self.drafts and not self.off:
            return Amendment(unmet=tuple(self.unmet))
        self.clean(range(len(self.session.pages)))
        different = {n: result for n, result in self.results.items() if result.text != self.session.pages[n].result.text}
        return Amendment(self.source, tuple(self.unmet), tuple(self.aside()), tuple(self.vain_disables()), different, self.stem)

    def is_sound(self) -> bool:
        """Whether what the last round left does what was decided, and proves it: dropping one thing may have undone another."""
        if not self.load() or self.changes(self.check_decisions):
            return False
        count = len(self.unmet)
        if self.changes(self.find_examples) and (len(self.unmet) > count or self.added or not self.load()):  # new examples are no harm
            return False
        return not self.changes(self.run_examples)

    def changes(self, step: Callable[[bool], None], last: bool = True) -> bool:
        """Whether a step changes anything; at the `last` time a draft that fails is given up."""
        self.changed = False
        step(last)
        return self.changed

    def given_up(self) -> Iterator[Unmet]:
        """All that was to be written, with the reason where one is known."""
        yield from self.unmet
        for index in sorted({*(draft.index for draft in self.drafts), *(self.session.of_rule[rule][0] for rule in self.off)}):
            yield Unmet(index, "no file was found that does all that was decided: decide on less at once")

    @property
    def source(self) -> str:
        return source(f"Review of {self.stem.removeprefix('review-')}", self.session, self.off, self.drafts)

    def pages_that_matter(self) -> set[int]:
        """Indexes of the documents from which a rule took something that is touched."""
        touched = {*self.off, *(rule for draft in self.drafts for rule in draft.rules)}
        decided = self.session.decisions
        return {
            occurrence.page
            for index, item in enumerate(self.session.items)
            if item.rule in touched or decided.get(index, ACCEPT).verdict != "accept"
            for occurrence in item.occurrences
        }

    def load(self) -> bool:
        """Load the rules with the file, and try them; a draft that makes them wrong goes on to its next way."""
        self.go_on()
        self.added.clear()
        before = self.rules
        try:
            self.rules = self.load_rules(self.source)
        except RuleError as error:
            told = {problem.rule: problem.message for problem in error.problems}
            guilty = [(draft, told[name]) for draft in self.drafts for name in self.names(draft) if name in told]
            if not guilty:
                raise
            for draft, message in guilty:
                self.next_way(draft, message)
            return False
        if before.fingerprint != self.rules.fingerprint:  # examples don't change what goes
            self.results.clear()
        self.clean(self.pages_that_matter())
        return True

    def names(self, draft: Draft) -> list[str]:
        """Rules that a draft writes or touches."""
        return [*draft.rules, *([f"{self.stem}/{draft.id}"] if draft.id else [])]

    def clean(self, pages: Iterable[int]) -> None:
        new = sorted(set(pages) - self.results.keys())
        if not new:
            return
        engine = Engine(self.rules.at(self.level).prepared, self.rules.languages)
        for index in new:
            self.go_on()
            page = self.session.pages[index]
            self.results[index] = engine.clean(page.text, page.hints)

    def next_way(self, draft: Draft, reason: str, last: bool = False) -> None:
        """Let a draft go on to its next way; where there is none, it is given up."""
        self.changed = True
        if last or len(draft.ways) == 1:
            self.drafts = [other for other in self.drafts if other is not draft]
            self.unmet.append(Unmet(draft.index, reason))
        else:
            del draft.ways[0]

    def check_decisions(self, last: bool) -> None:
        """Look at what became of each decision."""
        for draft in list(self.drafts):
            if reason := self.failure(draft):
                self.next_way(draft, reason, last)

    def failure(self, draft: Draft) -> str:
        """Why a draft doesn't do what was decided; an empty string if it does, or may once the text is kept from further rules."""
        for occurrence in draft.item.occurrences:
            page, result = self.session.pages[occurrence.page], self.results[occurrence.page]
            goes, stays = marked(self.session, draft, occurrence)
            if any(kept_text(page.text, result.removals, *span) for span in goes):
                return "what was marked would not go" + (f": {result.flags[0].message}" if result.flags else "")
            for taker in [taker for span in stays for taker in _takers(result, *span)]:
                if not self.exempt_also(draft, taker):
                    return f"{taker.rule} would take {_short(taker.text)} then"
        return ""

    def exempt_also(self, draft: Draft, taker: Removal) -> bool:
        """Keep a draft's text from another rule, too, that would take it or a part of it now; whether that can be done."""
        whole, piece = draft.item.text, taker.text.strip()
        also = (taker.rule, piece if piece in whole and piece != whole else "")
        if also in draft.exemptions:
            return (draft.index, also) in self.added  # for another place; or else it didn't help
        is_ours, is_above = taker.rule.startswith(f"{self.stem}/"), self.session.standing.get(taker.rule) == "above"
        if is_ours or is_above or not draft.exemptions or len(draft.also) == _FURTHER_AT_MOST:
            return False
        draft.also.append(also)
        self.added.add((draft.index, also))
        self.changed = True
        return True

    def tighten(self, last: bool) -> None:
        """Where something stays that nobody wanted to keep, be stricter."""
        if not last:
            for index, _ in self.kept_unasked():
                for draft in self.drafts_keeping(index):
                    if any(way.strict for way in draft.ways[1:2]):
                        self.next_way(draft, "")

    def kept_unasked(self) -> Iterator[tuple[int, str]]:
        """Items that were to go, or that nobody decided on, and that stay now, with what stays."""
        for index, item in enumerate(self.session.items):
            if self.session.decisions.get(index, ACCEPT).verdict != "accept":
                continue
            for occurrence in item.occurrences:
                if result := self.results.get(occurrence.page):
                    text = self.session.pages[occurrence.page].text
                    if stays := "".join(kept_text(text, result.removals, *span) for span in occurrence.spans):
                        yield index, stays
                        break

    def drafts_keeping(self, index: int) -> list[Draft]:
        """Drafts that keep something from an item's rule."""
        return [draft for draft in self.drafts if self.session.items[index].rule in draft.rules]

    def find_examples(self, last: bool) -> None:
        """Give each draft examples that prove it."""
        finder = ExampleFinder(self.session, self.rules, self.stem)
        for draft in list(self.drafts):
            self.go_on()
            before = (dict(draft.keeps), draft.removes, draft.near, draft.examples)
            if reason := finder.give(draft):
                self.next_way(draft, reason, last)
            elif finder.wants and not self.exempt_also(draft, finder.wants):
                self.next_way(draft, f"{finder.wants.rule} takes {_short(finder.wants.text)} where it stands alone", last=True)
            self.changed |= before != (draft.keeps, draft.removes, draft.near, draft.examples)

    def run_examples(self, last: bool) -> None:
        """Run the examples as `cleaner rules test` does."""
        tested = {name for draft in self.drafts for name in self.names(draft)}

        def failures(rules: Collection[PreparedRule]) -> list[tuple[str, str]]:
            report = run_examples([rule for rule in rules if rule.name in tested], rules)
            return [(problem.rule, problem.message) for problem in report.problems]

        problems = failures(self.rules.prepared)
        known = failures(self.session.prepared.values()) if problems else []
        for rule, message in problems:
            guilty = [draft for draft in self.drafts if rule in self.names(draft)]
            if guilty and (rule, message) not in known:
                self.next_way(guilty[-1], message, last)

    def aside(self) -> Iterator[Unmet]:
        """What stays though nobody wanted to keep it, with the reason."""
        for index, stays in self.kept_unasked():
            pages = (occurrence.page for occurrence in self.session.items[index].occurrences)
            flags = [flag.message for page in pages if page in self.results for flag in self.results[page].flags]
            by = [draft.item.text for draft in self.drafts_keeping(index)]
            yield Unmet(index, flags[0] if flags else f"stays with {_short(by[0])}" if by else f"stays: {_short(stays)}")

    def vain_disables(self) -> Iterator[tuple[str, str]]:
        """Rules that are switched off, but others take what they took."""
        for rule in self.off:
            occurrences = self.session.occurrences(rule)
            groups = ([t for span in each.spans for t in _takers(self.results[each.page], *span)] for each in occurrences)
            takers = [first.rule for first, *_ in filter(None, groups)]
            if takers:
                goes = "still goes" if len(takers) == 1 else "still go"
                yield rule, f"is off, but {len(takers):,} of its {len(occurrences):,} removals {goes}, by {', '.join(sorted(set(takers)))}"


def _takers(result: Result, start: int, end: int) -> Iterator[Removal]:
    """What takes something of a stretch."""
    return (removal for removal in overlapping(result.removals, start, end) if removal.rule != TIDY)


def _short(text: str) -> str:
    return repr(shorten(" ".join(text.split()), 50))
