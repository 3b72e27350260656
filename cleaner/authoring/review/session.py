"""Going through what rules removed: what there is to decide on, what was decided, and how to take it back. No input or output."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from cleaner.document import Document, has_sentence, words
from cleaner.io.audit import digest
from cleaner.result import TIDY, Hints, Removal, Result, Span
from cleaner.ruleset.rule import PreparedRule, Rule
from cleaner.spans import gaps, restore

Verdict = Literal["accept", "keep", "disable", "edit"]

#: Where a rule stands, seen from the file that a review writes: in a layer below it, in the same folder, or in a layer above.
Standing = Literal["below", "beside", "above"]


@dataclass(frozen=True)
class Page:
    """A cleaned document.

    Attributes:
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
        page: Index of the document.
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
        text: What went, without white space at its ends.
        occurrences: At least one.
    """

    rule: str
    text: str
    occurrences: tuple[Occurrence, ...]

    @cached_property
    def key(self) -> str:
        """Tells it from other items, in this session and the next."""
        return digest(f"{self.rule}\n{self.text}")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines that aren't blank, without white space at their ends."""
        return tuple(line.text for line in Document(self.text).solid)

    @property
    def weight(self) -> int:
        """Lines that went, over all occurrences."""
        return len(self.lines) * len(self.occurrences)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about an item.

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

    @property
    def parts(self) -> tuple[str, str, str]:
        """edit: the text before what goes, what goes, and the text behind it."""
        if "\n" not in self.line:
            return self.line[: self.start], self.line[self.start : self.end], self.line[self.end :]
        lines = self.line.split("\n")
        return "\n".join(lines[: self.start]), "\n".join(lines[self.start : self.end]), "\n".join(lines[self.end :])


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
        return len(self.text.split("\n") if self.many_lines else self.text)


def review_items(pages: Sequence[Page], rules: Mapping[str, Rule]) -> tuple[ReviewItem, ...]:
    """What there is to decide on, in the order of the documents; equal texts that one rule took are one item."""
    occurrences: dict[tuple[str, str], list[Occurrence]] = {}
    for index, page in enumerate(pages):
        for rule, spans in _taken(page, rules):
            text = page.text[spans[0][0] : spans[-1][1]]
            spans[0] = (spans[0][0] + len(text) - len(text.lstrip()), spans[0][1])
            spans[-1] = (spans[-1][0], spans[-1][1] - len(text) + len(text.rstrip()))
            occurrences.setdefault((rule, text.strip()), []).append(Occurrence(index, tuple(spans)))
    return tuple(ReviewItem(rule, text, tuple(group)) for (rule, text), group in occurrences.items())


def _taken(page: Page, rules: Mapping[str, Rule]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Each rule's name with the spans that it took at once: a block stays one, though another rule took something out of its midst."""
    rule_name, spans, end = "", list[tuple[int, int]](), 0
    for removal in page.result.removals:
        if spans and page.text[end : removal.start].strip():
            yield rule_name, spans
            spans = []
        end = removal.end
        if removal.rule == TIDY or not removal.text.strip():
            continue
        rule = rules.get(removal.rule)
        if spans and removal.rule == rule_name:
            spans.append((removal.start, removal.end))
        elif rule is None or not rule.takes_more:
            yield removal.rule, [(removal.start, removal.end)]
        else:
            if spans:
                yield rule_name, spans
            rule_name, spans = removal.rule, [(removal.start, removal.end)]
    if spans:
        yield rule_name, spans


def region(page: Page, item: ReviewItem, occurrence: Occurrence) -> Region:
    """What an edit of an item is made in, at one of its occurrences."""
    if len(item.lines) > 1:
        return Region("\n".join(item.lines), 0, len(item.lines))
    line = page.document.lines[line_index(page.document, occurrence.start)]
    start = line.start + line.indent
    return Region(line.text, occurrence.start - start, occurrence.end - start)


def line_index(document: Document, offset: int) -> int:
    """Index of the line that holds a character."""
    return max(0, bisect_right(document.lines, offset, key=lambda line: line.start) - 1)


def suggested_line(lines: Sequence[str]) -> int | None:
    """Index of the line by which a text of several lines is best told from others: its longest that looks like a sentence.

    Never the first: it is a mark, such as a heading, and to tell by it would switch the rule off. None, if there is no other.
    """
    others = range(1, len(lines))
    sentences = [index for index in others if has_sentence(lines[index])]
    return max(sentences or others, key=lambda index: (words(lines[index]), len(lines[index]), -index), default=None)


class Session:
    """Items and what was decided about them.

    Args:
        prepared: The rules in force, by name.
        standing: Where the rules stand that don't stand below the file to be written.
        about: The rules whose removals are gone through; by default all.

    Attributes:
        decisions: By index of the item.
    """

    def __init__(
        self,
        pages: Sequence[Page],
        prepared: Mapping[str, PreparedRule],
        standing: Mapping[str, Standing] | None = None,
        about: Collection[str] | None = None,
    ) -> None:
        self.pages, self.prepared = tuple(pages), prepared
        self.rules = {name: rule.rule for name, rule in prepared.items()}
        self.standing = standing or {}
        self.items = tuple(item for item in review_items(pages, self.rules) if about is None or item.rule in about)
        self.decisions: dict[int, Decision] = {}
        self._undone: list[dict[int, Decision | None]] = []

    @cached_property
    def of_rule(self) -> Mapping[str, tuple[int, ...]]:
        """Indexes of each rule's items."""
        indexes: dict[str, list[int]] = {}
        for index, item in enumerate(self.items):
            indexes.setdefault(item.rule, []).append(index)
        return {rule: tuple(item_indexes) for rule, item_indexes in indexes.items()}

    def occurrences(self, rule: str) -> list[Occurrence]:
        """All places where a rule removed something."""
        return [occurrence for index in self.of_rule[rule] for occurrence in self.items[index].occurrences]

    def obstacle(self, rule: str, verdict: Verdict) -> str:
        """Why a verdict on a rule can't be written; an empty string if it can."""
        standing = self.standing.get(rule, "below")
        if verdict == "accept" or standing == "below" or (standing == "beside" and verdict != "disable"):
            return ""
        definition = self.rules[rule]
        where = "in the same folder as what a review writes" if standing == "beside" else "in a layer above what a review writes"
        return f"the rule stands {where}: edit {definition.file}:{definition.line}"

    def decide(self, index: int, decision: Decision) -> None:
        """Decide about an item. To disable its rule decides about all the rule's items; any other verdict opens them again."""
        rule = self.items[index].rule
        changes: dict[int, Decision | None] = {index: decision}
        if decision.verdict == "disable":
            changes = dict.fromkeys(self.of_rule[rule], decision)
        elif self.is_off(rule):
            changes = {**dict.fromkeys(self.of_rule[rule]), index: decision}
        self._apply(changes)

    def accept_rest(self, rule: str) -> int:
        """Accept what is undecided of a rule; gives the number of items."""
        undecided = [index for index in self.of_rule[rule] if index not in self.decisions]
        self._apply(dict.fromkeys(undecided, ACCEPT))
        return len(undecided)

    def is_off(self, rule: str) -> bool:
        """Whether a rule is to be switched off."""
        return self.decisions.get(self.of_rule[rule][0]) == DISABLE

    def _apply(self, changes: Mapping[int, Decision | None]) -> None:
        before = self._set(changes)
        if before != changes:
            self._undone.append(before)

    def _set(self, changes: Mapping[int, Decision | None]) -> dict[int, Decision | None]:
        """Decide, or open again; gives what was decided before."""
        before = {index: self.decisions.pop(index, None) for index in changes}
        self.decisions.update({index: decision for index, decision in changes.items() if decision})
        return before

    def undo(self) -> int | None:
        """Take the last decision back; gives the index of an item that it was about, or None if there is none."""
        if not self._undone:
            return None
        changes = self._undone.pop()
        self._set(changes)
        return min(changes)

    def without_disabled(self) -> Session:
        """The same session without the decisions to switch rules off."""
        session = copy(self)
        session.decisions = {index: decision for index, decision in self.decisions.items() if decision.verdict != "disable"}
        return session

    def forget_all_but(self, indexes: Iterable[int]) -> None:
        """Forget what was decided, save about some items; a rule that is off stays off for all of its items."""
        kept = set(indexes)
        for rule in {self.items[index].rule for index in kept}:
            if self.is_off(rule):
                kept.update(self.of_rule[rule])
        self.decisions = {index: decision for index, decision in self.decisions.items() if index in kept}
        self._undone.clear()

    def resume(self, decisions: Mapping[str, Decision], digests: Mapping[str, str]) -> int:
        """Take the decisions of an earlier session over.

        Args:
            decisions: By key of the item.
            digests: Those of the documents as they were then, by name.

        Returns:
            How many had to be let go: their texts have changed or aren't removed any more.
        """
        unchanged = {index for index, page in enumerate(self.pages) if digests.get(page.name) == page.digest}
        taken = 0
        for index, item in enumerate(self.items):
            decision = decisions.get(item.key)
            pages = {occurrence.page for occurrence in item.occurrences}
            if decision and unchanged & pages and not self.obstacle(item.rule, decision.verdict):
                self.decisions[index] = decision
                taken += 1
        for rule, indexes in self.of_rule.items():  # a rule is off or isn't
            if any(self.decisions.get(index) == DISABLE for index in indexes):
                self._set(dict.fromkeys(indexes, DISABLE if self.is_off(rule) else None))
        return len(decisions) - taken


def kept_text(text: str, removals: Sequence[Removal], start: int, end: int) -> str:
    """What stays of a stretch of a text, without white space; removals are sorted and free of overlaps."""
    removed = [Span(*removal[:3]) for removal in overlapping(removals, start, end)]
    return "".join("".join(text[a:b].split()) for a, b in gaps(start, end, removed))


def overlapping(removals: Sequence[Removal], start: int, end: int) -> Sequence[Removal]:
    """The removals that take something of a stretch, out of some that are sorted and free of overlaps."""
    if start >= end:
        return ()
    first = bisect_right(removals, start, key=lambda removal: removal.end)
    return removals[first : bisect_left(removals, end, first, key=lambda removal: removal.start)]
