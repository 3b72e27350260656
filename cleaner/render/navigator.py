"""Where a person is in a review, and the moves from there. Knows no keys and draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from cleaner.authoring.review.session import DISABLE, Decision, Occurrence, ReviewItem, Session


@dataclass(frozen=True, slots=True)
class Group:
    """Items that are gone through together, by their indexes: those of a rule, or of a document."""

    name: str
    items: tuple[int, ...]


class Navigator:
    """A person's position in a review. A move gives what there is to say about it, or an empty string.

    Args:
        key: Key of the item to begin with; else it is the first undecided one.

    Attributes:
        by_rule: Whether items are grouped by rule, and not by document.
        groups: Rules, those that took the most lines first; or documents.
        order: All positions: index of the group, and of the item in the session.
        position: Index in `order`.
        sought: What was looked for last.
        is_whole: Whether a long removal is shown to its end.
    """

    def __init__(self, session: Session, key: str = "") -> None:
        self.session = session
        self._group(by_rule=True)
        self.sought = ""
        self.is_whole = False
        self._occurrence = 0
        index = next((index for index, item in enumerate(session.items) if item.key == key), None)
        if index is not None and index not in session.decisions:
            self.to_item(index)
        elif self.order and self.index in session.decisions:
            self.to_undecided()

    def _group(self, by_rule: bool) -> None:
        self.by_rule, self.position = by_rule, 0
        self.groups = list(self._rules() if by_rule else self._pages())
        self.order = [(group_index, index) for group_index, group in enumerate(self.groups) for index in group.items]

    def _rules(self) -> Iterable[Group]:
        """Rules, each with its commonest texts first."""
        items = self.session.items
        lines = {rule: sum(items[index].weight for index in indexes) for rule, indexes in self.session.of_rule.items()}
        for rule, _ in sorted(lines.items(), key=lambda pair: (-pair[1], pair[0])):
            yield Group(rule, tuple(sorted(self.session.of_rule[rule], key=lambda index: -len(items[index].occurrences))))

    def _pages(self) -> Iterable[Group]:
        """Documents, each with its removals from the top down."""
        starts: dict[int, dict[int, int]] = {}
        for index, item in enumerate(self.session.items):
            for occurrence in item.occurrences:
                starts.setdefault(occurrence.page, {}).setdefault(index, occurrence.start)
        for page, offsets in sorted(starts.items()):
            yield Group(self.session.pages[page].name, tuple(sorted(offsets, key=offsets.__getitem__)))

    @property
    def group(self) -> int:
        """Index of the group at hand."""
        return self.order[self.position][0]

    @property
    def index(self) -> int:
        """Index of the item that is shown."""
        return self.order[self.position][1]

    @property
    def item(self) -> ReviewItem:
        """The item that is shown."""
        return self.session.items[self.index]

    @property
    def occurrence_index(self) -> int:
        """Index of the occurrence that is shown, of those of the item."""
        return self._occurrence % len(self.item.occurrences)

    @property
    def occurrence(self) -> Occurrence:
        """The occurrence that is shown."""
        return self.item.occurrences[self.occurrence_index]

    def go(self, position: int) -> None:
        """Show what stands at a position."""
        self.position, self._occurrence, self.is_whole = position, 0, False
        if not self.by_rule:
            names = [self.session.pages[occurrence.page].name for occurrence in self.item.occurrences]
            self._occurrence = names.index(self.groups[self.group].name)

    def to_item(self, index: int) -> None:
        """Show an item, in the group at hand if it is there."""
        group = self.group
        positions = [position for position, (_, item) in enumerate(self.order) if item == index]
        self.go(min(positions, key=lambda position: self.order[position][0] != group))

    def step(self, by: int) -> str:
        """Show the next item, or the one before."""
        if not 0 <= self.position + by < len(self.order):
            return "this is the last" if by > 0 else "this is the first"
        self.go(self.position + by)
        return ""

    def to_end(self, position: int) -> str:
        """Show the first item, or with -1 the last."""
        self.go(position % len(self.order))
        return ""

    def to_group(self, by: int) -> str:
        """Show the next group, or the one before."""
        group = (self.group + by) % len(self.groups)
        self.go(next(position for position, (other, _) in enumerate(self.order) if other == group))
        return ""

    def to_page(self) -> str:
        """Show the next item of another document."""
        if not self.by_rule and len(self.groups) > 1:  # what is shown stands in the group's document, wherever else it stands
            return self.to_group(1)
        page = self.occurrence.page
        return "" if self._seek(lambda index: self.session.items[index].occurrences[0].page != page) else "all is in this document"

    def to_undecided(self) -> str:
        """Show the next undecided item."""
        moved = self._seek(lambda index: index not in self.session.decisions)
        return "" if moved else "all is decided: s shows what would be written"

    def to_occurrence(self) -> str:
        """Show the item where it stands next."""
        self._occurrence += 1
        return "" if len(self.item.occurrences) > 1 else "it stands nowhere else"

    def find(self, text: str) -> str:
        """Show the next item whose text or rule holds a text; what was looked for last, if that is empty."""
        self.sought = text or self.sought
        wanted = self.sought.casefold()

        def holds(index: int) -> bool:
            item = self.session.items[index]
            return wanted in item.text.casefold() or wanted in item.rule

        return "" if not wanted or self._seek(holds) else f"nothing holds {self.sought!r}"

    def _seek(self, is_wanted: Callable[[int], bool]) -> bool:
        """Show the next item of some sort, the one at hand last; whether there is one."""
        positions = chain(range(self.position + 1, len(self.order)), range(self.position + 1))
        position = next((position for position in positions if is_wanted(self.order[position][1])), None)
        if position is not None:
            self.go(position)
        return position is not None

    def regroup(self) -> str:
        """Group by document instead of by rule, or the other way round."""
        index = self.index
        self._group(not self.by_rule)
        self.to_item(index)
        return ""

    def unfold(self) -> str:
        """Show a long removal to its end, or fold it again."""
        self.is_whole = not self.is_whole
        return ""

    def decide(self, decision: Decision) -> str:
        """Decide about the item, and go on to the next undecided one."""
        item = self.item
        if obstacle := self.session.obstacle(item.rule, decision.verdict):
            return obstacle
        self.session.decide(self.index, decision)
        message = self.to_undecided()
        if decision == DISABLE:
            return message or f"{item.rule} is to be switched off"
        rule = self.session.rules.get(item.rule)
        if decision == Decision("keep") and rule and rule.takes_more:
            return f"kept where only this line, the mark of {rule.name}, would go; x switches the rule off"
        return message

    def accept_rest(self) -> str:
        """Accept what is undecided of the rule, and go on."""
        count = self.session.accept_rest(self.item.rule)
        return self.to_undecided() or f"{count:,} accepted"

    def undo(self) -> str:
        """Take the last decision back, and show what it was about."""
        index = self.session.undo()
        if index is None:
            return "there is nothing to undo"
        self.to_item(index)
        return ""
