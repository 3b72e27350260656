"""Going through what rules removed: what there is to decide on, what was decided, and how to take it back. No input or output."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from cleaner.document import Document, Line, has_sentence, words
from cleaner.io.audit import digest
from cleaner.result import TIDY, Hints, Removal, Result, Span
from cleaner.ruleset.rule import Rule
from cleaner.spans import gaps, restore

Verdict = Literal["accept", "keep", "disable", "edit"]

#: Where a rule stands, seen from the file that a review writes: in a layer below it, in the same folder, or in a layer above.
Standing = Literal["below", "beside", "above"]


@dataclass(frozen=True)
class Page:
    """A cleaned document.

    Attributes:
        name: What it is called.
        result: What became of it.
        hints: What was known beside it.
    """

    name: str
    result: Result
    hints: Hints = field(default_factory=Hints)

    @cached_property
    def text(self) -> str:
        """The document as it was."""
        return restore(self.result)

    @cached_property
    def document(self) -> Document:
        """Its lines."""
        return Document(self.text)

    @cached_property
    def digest(self) -> str:
        """Tells whether it has changed."""
        return digest(self.text)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a rule removed a text.

    Attributes:
        page: Number of the document.
        spans: What the rule took there, without white space at the ends, in characters of the document; several, if other rules took
            something in between.
    """

    page: int
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.spans[-1][1]


@dataclass(frozen=True)
class ReviewItem:
    """A text that a rule removed, once or often: one thing to decide on.

    Attributes:
        rule: The rule's full name.
        text: What went, without white space at its ends.
        places: Where; at least one.
    """

    rule: str
    text: str
    places: tuple[Occurrence, ...]

    @cached_property
    def key(self) -> str:
        """Tells it from other entries, in this session and the next."""
        return digest(f"{self.rule}\n{self.text}")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines that aren't blank, without white space at their ends."""
        return tuple(line.text for line in Document(self.text).solid)

    @property
    def weight(self) -> int:
        """Lines that went, over all places."""
        return len(self.lines) * len(self.places)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about an entry.

    Attributes:
        verdict: `accept`: it goes. `keep`: it stays. `disable`: its rule takes nothing any more. `edit`: a part of it goes.
        mark: keep: the line by which it is told; an empty string means the whole of a single line.
        line: edit: the text in which the part was marked, see `Region`.
        start: edit: first character of the part there, or, in a text of several lines, first line.
        end: edit: behind its last.
    """

    verdict: Verdict
    mark: str = ""
    line: str = ""
    start: int = 0
    end: int = 0


ACCEPT, DISABLE = Decision("accept"), Decision("disable")


@dataclass(frozen=True, slots=True)
class Region:
    """What an edit is made in: for a removal in one line that line, else the removal's lines.

    Attributes:
        text: It, without white space at its ends; of several lines, one below the other without blank ones.
        start: Where in it the removal begins, in characters, or in lines if it has several.
        end: Behind its last character or line.
    """

    text: str
    start: int
    end: int

    @property
    def many_lines(self) -> bool:
        """Whether lines are marked, and not characters."""
        return "\n" in self.text

    @property
    def size(self) -> int:
        """Its characters or lines."""
        return self.text.count("\n") + 1 if self.many_lines else len(self.text)


def gather(pages: Sequence[Page], rules: Mapping[str, Rule]) -> tuple[ReviewItem, ...]:
    """What there is to decide on, in the order in which it comes up; equal texts that one rule took are one entry.

    Args:
        pages: The documents.
        rules: The rules in force, by name.
    """
    found: dict[tuple[str, str], list[Occurrence]] = {}
    for number, page in enumerate(pages):
        for rule, spans in _taken(page, rules):
            text = page.text[spans[0][0] : spans[-1][1]]
            if text.strip():
                left, right = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
                spans[0] = (spans[0][0] + left, spans[0][1])
                spans[-1] = (spans[-1][0], spans[-1][1] - right)
                found.setdefault((rule, text.strip()), []).append(Occurrence(number, tuple(spans)))
    return tuple(ReviewItem(rule, text, tuple(places)) for (rule, text), places in found.items())


def _taken(page: Page, rules: Mapping[str, Rule]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """What each rule took; of one that takes many lines at once, what another pass or rule took out of its midst doesn't part them."""
    open_rule, spans = "", list[tuple[int, int]]()
    reached = -1
    for removal in page.result.removals:
        if page.text[reached : removal.start].strip() or reached < 0:
            if spans:
                yield open_rule, spans
            open_rule, spans = "", []
        reached = removal.end
        if removal.rule == TIDY or not removal.text.strip():
            continue
        if spans and removal.rule == open_rule:
            spans.append((removal.start, removal.end))
            continue
        rule = rules.get(removal.rule)
        if rule is None or rule.remove not in ("block", "tail", "head", "run"):
            yield removal.rule, [(removal.start, removal.end)]
            continue
        if spans:
            yield open_rule, spans
        open_rule, spans = removal.rule, [(removal.start, removal.end)]
    if spans:
        yield open_rule, spans


def region(page: Page, entry: ReviewItem, place: Occurrence) -> Region:
    """What an edit of an entry is made in, where it stands at one place."""
    if len(entry.lines) > 1:
        return Region("\n".join(entry.lines), 0, len(entry.lines))
    line = line_of(page.document, place.start)
    at = line.start + line.indent
    return Region(line.text, place.start - at, place.end - at)


def line_of(document: Document, offset: int) -> Line:
    """The line that holds a character."""
    return document.lines[number_of(document, offset)]


def number_of(document: Document, offset: int) -> int:
    """Number of the line that holds a character, from 0."""
    return max(0, bisect_right(document.lines, offset, key=lambda line: line.start) - 1)


def suggested(lines: Sequence[str]) -> int | None:
    """Number of the line by which a text of several lines is best told from others: its longest that looks like a sentence.

    The first line is a mark, such as a heading: to tell by it would switch the rule off. Nothing, if there is no other.
    """
    others = range(1, len(lines))
    sentences = [number for number in others if has_sentence(lines[number])]
    return max(sentences or others, key=lambda number: (words(lines[number]), len(lines[number]), -number), default=None)


class Session:
    """Entries and what was decided about them.

    Args:
        pages: The documents.
        rules: The rules in force, by name.
        standing: Where rules stand that don't stand below the file to be written.

    Attributes:
        entries: What there is to decide on.
        decisions: By number of the entry.
    """

    def __init__(self, pages: Sequence[Page], rules: Mapping[str, Rule], standing: Mapping[str, Standing] | None = None) -> None:
        self.pages, self.rules = tuple(pages), rules
        self.standing = standing or {}
        self.entries = gather(pages, rules)
        self.decisions: dict[int, Decision] = {}
        self._undone: list[dict[int, Decision | None]] = []

    @cached_property
    def of_rule(self) -> Mapping[str, tuple[int, ...]]:
        """Numbers of each rule's entries."""
        found: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            found.setdefault(entry.rule, []).append(number)
        return {rule: tuple(numbers) for rule, numbers in found.items()}

    def obstacle(self, rule: str, verdict: Verdict) -> str:
        """Why a verdict on a rule can't be written; an empty string if it can."""
        standing = self.standing.get(rule, "below")
        if verdict == "accept" or standing == "below" or (standing == "beside" and verdict != "disable"):
            return ""
        found = self.rules[rule]
        where = "in the same folder as what a review writes" if standing == "beside" else "in a layer above what a review writes"
        return f"the rule stands {where}: edit {found.file}:{found.line}"

    def decide(self, number: int, decision: Decision) -> None:
        """Decide about an entry. A rule is off or isn't: to disable it decides about all its entries, and otherwise opens them."""
        rule = self.entries[number].rule
        changes: dict[int, Decision | None] = {number: decision}
        if decision.verdict == "disable":
            changes = dict.fromkeys(self.of_rule[rule], decision)
        elif self.is_off(rule):
            changes = {**dict.fromkeys(self.of_rule[rule]), number: decision}
        self._apply(changes)

    def accept_rest(self, rule: str) -> int:
        """Accept what is undecided of a rule; gives the number of entries."""
        open_ = [number for number in self.of_rule[rule] if number not in self.decisions]
        if open_:
            self._apply(dict.fromkeys(open_, ACCEPT))
        return len(open_)

    def is_off(self, rule: str) -> bool:
        """Whether it was decided that a rule takes nothing any more."""
        decision = self.decisions.get(self.of_rule[rule][0])
        return decision is not None and decision.verdict == "disable"

    def _apply(self, changes: Mapping[int, Decision | None]) -> None:
        before = {number: self.decisions.get(number) for number in changes}
        if before != changes:
            self._undone.append(before)
            self._set(changes)

    def _set(self, changes: Mapping[int, Decision | None]) -> None:
        for number, decision in changes.items():
            if decision is None:
                self.decisions.pop(number, None)
            else:
                self.decisions[number] = decision

    def undo(self) -> int | None:
        """Take the last decision back; gives the number of an entry that it was about, or nothing if there is none."""
        if not self._undone:
            return None
        changes = self._undone.pop()
        self._set(changes)
        return min(changes)

    def forget_all_but(self, numbers: Iterable[int]) -> None:
        """Forget what was decided, save about some entries; what was decided about all of a rule stays for all of it."""
        stay = {other for number in numbers for other in self._decided_with(number)}
        self.decisions = {number: decision for number, decision in self.decisions.items() if number in stay}
        self._undone.clear()

    def _decided_with(self, number: int) -> tuple[int, ...]:
        rule = self.entries[number].rule
        return self.of_rule[rule] if self.is_off(rule) else (number,)

    def resume(self, decisions: Mapping[str, Decision], digests: Mapping[str, str]) -> int:
        """Take decisions of an earlier sitting over.

        Args:
            decisions: By key of the entry.
            digests: Those of the documents as they were then, by name.

        Returns:
            How many had to be let go: their texts have changed or aren't removed any more.
        """
        same = {number for number, page in enumerate(self.pages) if digests.get(page.name) == page.digest}
        taken = 0
        for number, entry in enumerate(self.entries):
            decision = decisions.get(entry.key)
            if decision and same.intersection(place.page for place in entry.places) and not self.obstacle(entry.rule, decision.verdict):
                self.decisions[number] = decision
                taken += 1
        for rule, numbers in self.of_rule.items():  # a rule is off or isn't
            if any(self.decisions.get(number) == DISABLE for number in numbers):
                self._set(dict.fromkeys(numbers, DISABLE if self.is_off(rule) else None))
        return len(decisions) - taken


def left(text: str, removals: Sequence[Removal], start: int, end: int) -> str:
    """What stays of a stretch of a text, without white space.

    Args:
        text: The text.
        removals: What went of it, sorted and free of overlaps.
        start: Offset of the stretch.
        end: Offset behind it.
    """
    at = bisect_right(removals, start, key=lambda removal: removal.end)
    cuts = []
    while at < len(removals) and removals[at].start < end:
        cuts.append(Span(*removals[at][:3]))
        at += 1
    return "".join("".join(text[a:b].split()) for a, b in gaps(start, end, cuts))
