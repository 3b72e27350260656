"""Step one of judging: which lines bear which rule's mark, on their own looks."""

from __future__ import annotations

from collections.abc import Sequence, Set

from cleaner.clock import Clock
from cleaner.matching import Matcher, RuleTimeoutError, View
from cleaner.prefilter import Prefilter

#: For lines that were looked at, the rules, by their places, whose mark each bears; and how many lines before it the mark may begin.
Known = dict[str, Set[tuple[int, int]]]


class Marks:
    """Finds the lines that bear rules' marks.

    Args:
        matchers: The rules; they are told by their places in this list.
    """

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self._matchers = matchers
        self._tries: list[tuple[int, int, int, int, int, bool]] = []  # rule, its try, and what that requires, save the literals
        self._anywhere: list[int] = []  # rules that no line of its own leads to
        literals = []
        for place, matcher in enumerate(matchers):
            for number, required in enumerate(matcher.required):
                if required.literals or required.by_line:
                    self._tries.append((place, number, *required[1:]))
                    literals.append(required.literals)
                else:
                    self._anywhere.append(place)
        self._prefilter = Prefilter(literals)

    def of(self, view: View, active: Set[int], known: Known) -> dict[int, list[int]]:
        """For each rule, the solid lines that bear its mark, or may where more than the line must be asked.

        Args:
            view: The text.
            active: The rules in force.
            known: What is known of lines with the same rules in force; what is found is added.

        Raises:
            RuleTimeoutError: One match took too long.
        """
        fresh = [line for line in dict.fromkeys(view.lines) if line not in known]
        known.update(dict.fromkeys(fresh, frozenset()))
        for number, tries in self._prefilter.candidates(fresh):
            line = fresh[number]
            bearing = set()
            for place, which, before, least, most, by_line in map(self._tries.__getitem__, tries):
                if place not in active or (by_line and not least <= len(line) <= most) or (place, before) in bearing:
                    continue
                if not by_line or self._fits(place, which, line, view.clock):
                    bearing.add((place, before))
            if bearing:
                known[line] = bearing
        marked: dict[int, set[int]] = {place: set(range(len(view.lines))) for place in self._anywhere if place in active}
        for number, line in enumerate(view.lines):
            for place, before in known[line]:
                marked.setdefault(place, set()).update(range(max(0, number - before), number + 1))
        return {place: sorted(numbers) for place, numbers in marked.items()}

    def _fits(self, place: int, which: int, line: str, clock: Clock) -> bool:
        try:
            return self._matchers[place].fits(line, which, clock)
        except TimeoutError as error:
            raise RuleTimeoutError(self._matchers[place].rule.name) from error
