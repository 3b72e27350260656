"""From decisions to a rule file that does what was decided: drafts of what to write, tried on the documents until they hold.

A decision can be written in several ways, the most natural first. All are tried together, since one can undo what another does; whatever
can't be had in any way is given back with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cleaner.authoring.examples import run_examples
from cleaner.authoring.review.drafts import Draft, drafts, marked, source
from cleaner.authoring.review.example_finder import ExampleFinder
from cleaner.authoring.review.session import ACCEPT, Session, kept_text, overlapping
from cleaner.engine.engine import Engine
from cleaner.errors import RuleError
from cleaner.result import TIDY, Level, Removal, Result
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.toml_writer import can_hold
from cleaner.wording import shorten

#: Rounds of trying, each with all documents that matter; ways to write a decision are few.
_ROUNDS_AT_MOST = 25
#: Further rules, or parts that they take, that one kept text is kept from.
_FURTHER_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Unmet:
    """A decision that the file will not carry out.

    Attributes:
        index: Index of the item.
        reason: Why, in words.
    """

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
        stem: Name of the file without its suffix, under which it was proven; an empty string if there is nothing to write.
    """

    source: str = ""
    unmet: tuple[Unmet, ...] = ()
    aside: tuple[Unmet, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    results: Mapping[int, Result] = field(default_factory=dict)
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Workshop:
    """With what a file is tried out.

    Attributes:
        load: Gives the rules as they would be with a file of some text in its place, or raises RuleError.
        stem: Name of the file without its suffix: names of its rules begin with it.
        level: How far to go.
        title: Title of the file.
        go_on: Asked again and again; it raises whatever ends the work.
    """

    load: Callable[[str], RuleSet]
    stem: str
    level: Level
    title: str
    go_on: Callable[[], None] = lambda: None


def amend(session: Session, shop: Workshop) -> Amendment:
    """The rule file of a session.

    Raises:
        RuleError: The rules that are there already are wrong.
    """
    return _RuleWriter(session, shop).run()


class _RuleWriter:
    """Tries one way of each draft after the other, until all do what was decided or have no way left."""

    def __init__(self, session: Session, shop: Workshop) -> None:
        self.session, self.shop = session, shop
        self.off = tuple(rule for rule in session.of_rule if session.is_off(rule))
        every = drafts(session, shop.stem)
        half = {draft.index for draft in every if not can_hold(self.texts_of(draft))}
        self.drafts = [draft for draft in every if draft.index not in half]
        self.unmet = [Unmet(item, "holds half a character, which TOML can't write") for item in sorted(half)]
        self.rules: RuleSet | None = None
        self.results: dict[int, Result] = {}  # by the rules as they are loaded
        self.added: set[tuple[int, tuple[str, str]]] = set()  # what further rules a text is kept from, since the rules were loaded
        self.changed = False  # since then

    def run(self) -> Amendment:
        for round_ in range(_ROUNDS_AT_MOST + 1):
            if not self.drafts and not self.off:
                return Amendment(unmet=tuple(self.unmet))
            self.changed = False
            if not self.load():
                continue
            self.clean(self.pages_that_matter())
            for step in (self.check_decisions, self.tighten, self.find_examples, self.run_examples):
                step(round_ == _ROUNDS_AT_MOST)
                if self.changed:
                    break
            else:
                break
        if self.changed and not self.is_sound():
            return Amendment(unmet=tuple(self.given_up()))
        if not self.drafts and not self.off:
            return Amendment(unmet=tuple(self.unmet))
        self.clean(range(len(self.session.pages)))
        different = {n: result for n, result in self.results.items() if result.text != self.session.pages[n].result.text}
        return Amendment(self.source, tuple(self.unmet), tuple(self.aside()), tuple(self.vain_disables()), different, self.shop.stem)

    def is_sound(self) -> bool:
        """Whether what the last round left does what was decided, and proves it: dropping one thing may have undone another."""
        if not self.load():
            return False
        self.clean(self.pages_that_matter())
        if self.changes(self.check_decisions):
            return False
        count = len(self.unmet)
        if self.changes(self.find_examples) and (len(self.unmet) > count or self.added or not self.load()):  # new examples are no harm
            return False
        return not self.changes(self.run_examples)

    def changes(self, step: Callable[[bool], None]) -> bool:
        """Whether a step, taken for the last time, changes anything."""
        self.changed = False
        step(True)
        return self.changed

    def given_up(self) -> Iterator[Unmet]:
        """All that was to be written, with the reason where one is known."""
        yield from self.unmet
        for number in sorted({*(draft.index for draft in self.drafts), *(self.session.of_rule[rule][0] for rule in self.off)}):
            yield Unmet(number, "no file was found that does all that was decided: decide on less at once")

    def texts_of(self, draft: Draft) -> str:
        """The texts that examples of a draft have to hold."""
        return f"{self.session.items[draft.index].text}\n{draft.decision.line}"

    @property
    def source(self) -> str:
        return source(self.shop.title, self.session, self.off, self.drafts)

    def pages_that_matter(self) -> list[int]:
        """Numbers of the documents from which a rule took something that is touched."""
        touched = {*self.off, *(rule for draft in self.drafts for rule in draft.rules)}
        items = [
            item
            for number, item in enumerate(self.session.items)
            if item.rule in touched or self.session.decisions.get(number, ACCEPT).verdict != "accept"
        ]
        return sorted({occurrence.page for item in items for occurrence in item.occurrences})

    def load(self) -> bool:
        """Load the rules with the file; a draft that makes it wrong goes on to its next way."""
        self.shop.go_on()
        self.added.clear()
        before = self.rules
        try:
            self.rules = self.shop.load(self.source)
        except RuleError as error:
            told = {problem.rule: problem.message for problem in error.problems}
            guilty = [(draft, told[name]) for draft in self.drafts for name in self.names(draft) if name in told]
            if not guilty:
                raise
            for draft, message in guilty:
                self.next_way(draft, message)
            return False
        if before is None or before.fingerprint != self.rules.fingerprint:  # examples don't change what goes
            self.results.clear()
        return True

    def names(self, draft: Draft) -> list[str]:
        """Rules that a draft writes or touches."""
        return [*draft.rules, *([f"{self.shop.stem}/{draft.id}"] if draft.id else [])]

    def clean(self, pages: Iterable[int]) -> None:
        if self.rules is None:
            return
        engine = Engine(self.rules.at(self.shop.level).prepared, self.rules.languages)
        for number in pages:
            if number in self.results:
                continue
            self.shop.go_on()
            page = self.session.pages[number]
            self.results[number] = engine.clean(page.text, page.hints)

    def next_way(self, draft: Draft, reason: str, last: bool = False) -> None:
        """Let a draft go on to its next way; where there is none, it is given up."""
        self.changed = True
        if draft.is_last or last:
            self.drafts = [each for each in self.drafts if each is not draft]
            self.unmet.append(Unmet(draft.index, reason))
        else:
            draft.way += 1

    def check_decisions(self, last: bool) -> None:
        """Look at what became of each decision."""
        for draft in list(self.drafts):
            if reason := self.failure(draft):
                self.next_way(draft, reason, last)

    def failure(self, draft: Draft) -> str:
        """Why a draft doesn't do what was decided; an empty string if it does, or may once the text is kept from further rules."""
        for occurrence in self.session.items[draft.index].occurrences:
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
        whole = self.session.items[draft.index].text
        piece = taker.text.strip()
        also = (taker.rule, piece if piece in whole and piece != whole else "")
        if also in draft.also:
            return (draft.index, also) in self.added  # for another place; or else it didn't help
        tried = any(rule == taker.rule and not text for rule, text in ((draft.rule, ""), *draft.also))
        if (tried and not also[1]) or len(draft.also) == _FURTHER_AT_MOST or taker.rule.startswith(f"{self.shop.stem}/"):
            return False
        if self.session.standing.get(taker.rule) == "above" or not draft.ways[draft.way].unless:
            return False
        draft.also.append(also)
        self.added.add((draft.index, also))
        self.changed = True
        return True

    def tighten(self, last: bool) -> None:
        """Where something stays that nobody wanted to keep, be stricter."""
        if not last:
            for number, _ in self.kept_unasked():
                for draft in self.drafts_keeping(number):
                    if draft.can_be_stricter:
                        self.next_way(draft, "")

    def kept_unasked(self) -> Iterator[tuple[int, str]]:
        """Items that were to go, or that nobody decided on, and that stay now, with what stays."""
        for number, item in enumerate(self.session.items):
            if self.session.decisions.get(number, ACCEPT).verdict != "accept":
                continue
            for occurrence in item.occurrences:
                result = self.results.get(occurrence.page)
                text = self.session.pages[occurrence.page].text
                stays = "".join(kept_text(text, result.removals, *span) for span in occurrence.spans) if result else ""
                if stays:
                    yield number, stays
                    break

    def drafts_keeping(self, number: int) -> list[Draft]:
        """Drafts that keep something from an item's rule."""
        return [draft for draft in self.drafts if self.session.items[number].rule in draft.rules]

    def find_examples(self, last: bool) -> None:
        """Give each draft examples that prove it."""
        if self.rules is None:
            return
        finder = ExampleFinder(self.session, self.rules, self.shop.stem)
        for draft in list(self.drafts):
            self.shop.go_on()
            before = (dict(draft.keeps), draft.removes, draft.near, draft.examples)
            if reason := finder.give(draft):
                self.next_way(draft, reason, last)
            elif finder.wants and not self.exempt_also(draft, finder.wants):
                self.next_way(draft, f"{finder.wants.rule} takes {_short(finder.wants.text)} where it stands alone", last=True)
            self.changed |= before != (draft.keeps, draft.removes, draft.near, draft.examples)

    def run_examples(self, last: bool) -> None:
        """Run the examples as `cleaner rules test` does."""
        if self.rules is None:
            return
        tested = {name for draft in self.drafts for name in self.names(draft)}
        problems = run_examples([each for each in self.rules.prepared if each.name in tested], self.rules.prepared).problems
        if not problems:
            return
        before = self.session.prepared
        known = {
            (p.rule, p.message) for p in run_examples([each for name, each in before.items() if name in tested], before.values()).problems
        }
        for problem in problems:
            guilty = [draft for draft in self.drafts if problem.rule in self.names(draft)]
            if guilty and (problem.rule, problem.message) not in known:
                self.next_way(guilty[-1], problem.message, last)

    def aside(self) -> Iterator[Unmet]:
        """What stays though nobody wanted to keep it, with the reason."""
        for number, stays in self.kept_unasked():
            results = (
                self.results[occurrence.page] for occurrence in self.session.items[number].occurrences if occurrence.page in self.results
            )
            flags = [flag.message for result in results for flag in result.flags]
            by = [self.session.items[draft.index].text for draft in self.drafts_keeping(number)]
            yield Unmet(number, flags[0] if flags else f"stays with {_short(by[0])}" if by else f"stays: {_short(stays)}")

    def vain_disables(self) -> Iterator[tuple[str, str]]:
        """Rules that are switched off, but others take what they took."""
        for rule in self.off:
            occurrences = self.session.occurrences(rule)
            takers = [
                taker.rule
                for occurrence in occurrences
                if (taker := next((t for span in occurrence.spans for t in _takers(self.results[occurrence.page], *span)), None))
            ]
            if takers:
                goes = "still goes" if len(takers) == 1 else "still go"
                yield rule, f"is off, but {len(takers):,} of its {len(occurrences):,} removals {goes}, by {', '.join(sorted(set(takers)))}"


def _takers(result: Result, start: int, end: int) -> Iterator[Removal]:
    """What takes something of a stretch."""
    return (removal for removal in overlapping(result.removals, start, end) if removal.rule != TIDY)


def _short(text: str) -> str:
    return repr(shorten(" ".join(text.split()), 50))
