"""Where a person is in a review, and what each key does there. Draws nothing and writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from cleaner.authoring.review.rule_writer import Amendment
from cleaner.authoring.review.session import ACCEPT, DISABLE, Decision, Occurrence, ReviewItem, Session, Verdict, region, suggested_line
from cleaner.render.selection import Selection

Mode = Literal["look", "mark", "edit", "search", "help", "working", "confirm"]
#: What a key asks of whoever holds the terminal: to work the file out, to stop that, to write it, to leave.
Request = Literal["plan", "stop", "write", "quit"]


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that are gone through together.

    Attributes:
        name: A rule, or a document.
        entries: Their numbers.
    """

    name: str
    entries: tuple[int, ...]


class Navigator:
    """A person's place in a review.

    Args:
        session: What is reviewed.
        at: Key of the entry to begin with; else it is the first that is undecided.

    Attributes:
        session: What is reviewed.
        by_rule: Whether entries are grouped by rule, and not by document.
        here: Number of the group, and of the entry in it.
        place: Number of the place that is shown, of those of the entry.
        mode: What is going on.
        message: What there is to say, or an empty string.
        typed: What is being typed, to be looked for.
        sought: What was looked for last.
        cursor: Line by which a text is to be told.
        cut: The edit.
        top: Lines that are scrolled past.
        whole: Whether long removals are shown to their end.
        amendment: What would be written.
    """

    def __init__(self, session: Session, at: str = "") -> None:
        self.session = session
        self.by_rule = True
        self.here = (0, 0)
        self.place = 0
        self.mode: Mode = "look"
        self.message = self.typed = self.sought = ""
        self.cursor = self.top = 0
        self.cut: Selection | None = None
        self.whole = False
        self.amendment = Amendment()
        number = next((number for number, entry in enumerate(session.items) if entry.key == at), None)
        if number is not None and number not in session.decisions:
            self.to(number)
        elif self.flat and self.number in session.decisions:
            self.to_undecided()

    @cached_property
    def _by_rule(self) -> Sequence[Group]:
        """Rules, those that took the most lines first, each with its commonest texts first."""
        entries = self.session.items
        groups = [
            Group(rule, tuple(sorted(numbers, key=lambda n: (-len(entries[n].occurrences), n))))
            for rule, numbers in self.session.of_rule.items()
        ]
        return sorted(groups, key=lambda group: (-sum(entries[n].weight for n in group.entries), group.name))

    @cached_property
    def _by_page(self) -> Sequence[Group]:
        found: dict[int, dict[int, int]] = {}
        for number, entry in enumerate(self.session.items):
            for place in entry.occurrences:
                found.setdefault(place.page, {}).setdefault(number, place.start)
        return [
            Group(self.session.pages[page].name, tuple(sorted(starts, key=lambda number: starts[number])))
            for page, starts in sorted(found.items())
        ]

    @property
    def groups(self) -> Sequence[Group]:
        """What the entries are grouped by."""
        return self._by_rule if self.by_rule else self._by_page

    @property
    def flat(self) -> Sequence[tuple[int, int]]:
        """All places where one can be, in order."""
        return self._flat_by_rule if self.by_rule else self._flat_by_page

    @cached_property
    def _flat_by_rule(self) -> Sequence[tuple[int, int]]:
        return [(g, e) for g, group in enumerate(self._by_rule) for e in range(len(group.entries))]

    @cached_property
    def _flat_by_page(self) -> Sequence[tuple[int, int]]:
        return [(g, e) for g, group in enumerate(self._by_page) for e in range(len(group.entries))]

    @property
    def number(self) -> int:
        """Number of the entry that is shown."""
        group, entry = self.here
        return self.groups[group].entries[entry]

    @property
    def entry(self) -> ReviewItem:
        """The entry that is shown."""
        return self.session.items[self.number]

    @property
    def shown(self) -> Occurrence:
        """The place that is shown."""
        return self.entry.occurrences[self.place % len(self.entry.occurrences)]

    def decided(self, group: Group) -> int:
        """How many entries of a group are decided."""
        return sum(number in self.session.decisions for number in group.entries)

    def go(self, here: tuple[int, int]) -> None:
        """Show another entry."""
        self.here, self.place, self.top, self.whole = here, 0, 0, False
        if not self.by_rule and self.groups:
            name = self.groups[here[0]].name
            pages = [self.session.pages[place.page].name for place in self.entry.occurrences]
            self.place = pages.index(name)

    def to(self, number: int) -> None:
        """Show an entry, in the group at hand if it is there."""
        group = self.groups[self.here[0]].entries
        if number in group:
            self.go((self.here[0], group.index(number)))
            return
        self.go(next((g, e) for g, e in self.flat if self.groups[g].entries[e] == number))

    def step(self, by: int) -> None:
        """Show the next entry, or the one before."""
        at = self.flat.index(self.here) + by
        if 0 <= at < len(self.flat):
            self.go(self.flat[at])
        else:
            self.message = "this is the last" if by > 0 else "this is the first"

    def to_group(self, by: int) -> None:
        """Show the next group, or the one before."""
        self.go(((self.here[0] + by) % len(self.groups), 0))

    def to_page(self) -> None:
        """Show the next entry of another document."""
        if not self.by_rule and len(self.groups) > 1:  # what is shown stands in the group's document, wherever else it stands
            self.to_group(1)
            return
        here = self.shown.page
        start = self.flat.index(self.here)
        for group, entry in [*self.flat[start + 1 :], *self.flat[:start]]:
            if self.session.items[self.groups[group].entries[entry]].occurrences[0].page != here:
                self.go((group, entry))
                return
        self.message = "all is in this document"

    def to_undecided(self) -> None:
        """Show the next entry that is undecided."""
        start = self.flat.index(self.here)
        for group, entry in [*self.flat[start + 1 :], *self.flat[: start + 1]]:
            if self.groups[group].entries[entry] not in self.session.decisions:
                self.go((group, entry))
                return
        self.message = "all is decided: s shows what would be written"

    def find(self) -> None:
        """Show the next entry whose text or rule holds what was typed."""
        self.sought = self.typed or self.sought
        wanted = self.sought.casefold()
        start = self.flat.index(self.here)
        for group, entry in [*self.flat[start + 1 :], *self.flat[: start + 1]] if wanted else ():
            found = self.session.items[self.groups[group].entries[entry]]
            if wanted in found.text.casefold() or wanted in found.rule:
                self.go((group, entry))
                return
        self.message = f"nothing holds {self.sought!r}" if wanted else ""

    def decide(self, decision: Decision) -> None:
        """Decide about the entry, and go on to the next."""
        self.session.decide(self.number, decision)
        self.mode = "look"
        self.to_undecided()

    def may(self, verdict: Verdict) -> bool:
        """Whether a verdict can be written; says why, if it can't."""
        self.message = self.session.obstacle(self.entry.rule, verdict)
        return not self.message

    def press(self, key: str, character: str | None = None) -> Request | None:
        """Do what a key asks for.

        Args:
            key: Its name, as textual has it.
            character: What it writes, if it writes something.
        """
        self.message = ""
        if key == "ctrl+c":
            return "quit"
        if self.mode == "search":
            self._type(key, character)
            return None
        return self._modes[self.mode](character if character and character.isprintable() and character != " " else key)

    @cached_property
    def _modes(self) -> Mapping[Mode, Callable[[str], Request | None]]:
        return {
            "look": self._look,
            "mark": self._mark,
            "edit": self._edit,
            "help": self._help,
            "working": lambda key: "stop" if key in ("escape", "q") else None,
            "confirm": self._confirm,
        }

    def _look(self, key: str) -> Request | None:
        if key == "q":
            return "quit"
        if key == "s":  # not enter: what is confirmed by it would be written by one who presses it twice
            if not self.session.decisions:
                self.message = "nothing is decided yet"
                return None
            self.mode = "working"
            return "plan"
        action = self._actions.get(key)
        if action and self.flat:
            action()
        return None

    @cached_property
    def _actions(self) -> Mapping[str, Callable[[], None]]:
        keys: dict[tuple[str, ...], Callable[[], None]] = {
            ("a",): lambda: self.decide(ACCEPT),
            ("A",): self._accept_rest,
            ("k",): self._keep,
            ("K", "x"): self._disable,
            ("e",): self._begin_edit,
            ("u",): self._undo,
            ("n", "j", "down"): lambda: self.step(1),
            ("p", "up"): lambda: self.step(-1),
            ("tab", "]"): lambda: self.to_group(1),
            ("shift+tab", "["): lambda: self.to_group(-1),
            ("d",): self.to_page,
            ("space",): self._next_place,
            ("home",): lambda: self.go(self.flat[0]),
            ("end",): lambda: self.go(self.flat[-1]),
            ("pagedown", "ctrl+d"): lambda: self._scroll(10),
            ("pageup", "ctrl+u"): lambda: self._scroll(-10),
            ("z",): self._unfold,
            ("g",): self._regroup,
            ("/",): lambda: self._set("search"),
            ("?", "f1"): lambda: self._set("help"),
        }
        return {key: action for names, action in keys.items() for key in names}

    def _set(self, mode: Mode) -> None:
        self.mode, self.top = mode, 0
        self.typed = "" if mode == "search" else self.typed

    def _accept_rest(self) -> None:
        count = self.session.accept_rest(self.entry.rule)
        self.to_undecided()
        self.message = self.message or f"{count:,} accepted"

    def _keep(self) -> None:
        if not self.may("keep"):
            return
        if len(self.entry.lines) > 1:
            best = suggested_line(self.entry.lines)
            self._set("mark")
            self.cursor = best or 0
        else:
            rule = self.session.rules.get(self.entry.rule)
            self.decide(Decision("keep"))
            if rule and rule.kind.takes_more:
                self.message = f"kept where only this line, the mark of {rule.name}, would go; x switches the rule off"

    def _disable(self) -> None:
        if self.may("disable"):
            rule = self.entry.rule
            self.decide(DISABLE)
            self.message = self.message or f"{rule} is to be switched off"

    def _begin_edit(self) -> None:
        if self.may("edit"):
            found = region(self.session.pages[self.shown.page], self.entry, self.shown)
            self.cut = Selection(found, found.start, found.end)
            self._set("edit")

    def _undo(self) -> None:
        number = self.session.undo()
        if number is None:
            self.message = "there is nothing to undo"
        else:
            self.to(number)

    def _next_place(self) -> None:
        self.place = (self.place + 1) % len(self.entry.occurrences)
        self.top = 0

    def _scroll(self, by: int) -> None:
        self.top = max(0, self.top + by)

    def _unfold(self) -> None:
        self.whole, self.top = not self.whole, 0

    def _regroup(self) -> None:
        number = self.number
        self.by_rule = not self.by_rule
        self.here = (0, 0)
        self.to(number)

    def _mark(self, key: str) -> None:
        if key in ("escape", "q"):
            self.mode = "look"
        elif key in ("down", "j", "n", "up", "p"):
            by = 1 if key in ("down", "j", "n") else -1
            self.cursor = min(max(0, self.cursor + by), len(self.entry.lines) - 1)
        elif key in ("enter", "k"):
            self.decide(Decision("keep", self.entry.lines[self.cursor]))

    def _edit(self, key: str) -> None:
        if self.cut is None or key in ("escape", "q"):
            self.mode = "look"
        elif key in ("tab", "o"):
            self.cut.moves_end = not self.cut.moves_end
        elif key in ("right", "l", "down", "j"):
            self.cut.move(1)
        elif key in ("left", "h", "up", "k"):
            self.cut.move(-1)
        elif key == "enter":
            found, start, end = self.cut.region, self.cut.start, self.cut.end
            same = (start, end) == (found.start, found.end)
            self.decide(ACCEPT if same else Decision("edit", line=found.text, start=start, end=end))

    def _help(self, key: str) -> None:
        if key in ("pagedown", "down", "j", "pageup", "up"):
            self._scroll(-5 if key in ("pageup", "up") else 5)
        else:
            self.mode = "look"

    def _type(self, key: str, character: str | None) -> None:
        if key == "escape":
            self.mode = "look"
        elif key == "enter":
            self.mode = "look"
            self.find()
        elif key == "backspace":
            self.typed = self.typed[:-1]
        elif character and character.isprintable():
            self.typed += character

    def planned(self, amendment: Amendment) -> None:
        """Show what would be written."""
        self.amendment = amendment
        self._set("confirm")

    def _confirm(self, key: str) -> Request | None:
        if key in ("enter", "y"):
            return "write"
        if key in ("escape", "n", "q"):
            self.mode, self.top = "look", 0
        elif key in ("down", "j", "pagedown", "space", "ctrl+d"):
            self._scroll(1 if key in ("down", "j") else 10)
        elif key in ("up", "pageup", "ctrl+u"):
            self._scroll(-1 if key == "up" else -10)
        return None
