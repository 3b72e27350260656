"""Step one of judging: which lines bear which rule's mark, on their own looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from cleaner.clock import Clock
from cleaner.folding import AGAIN, said_again
from cleaner.matching import Marked, Matcher, RuleTimeoutError, View
from cleaner.prefilter import Prefilter


class _Lead(NamedTuple):
    """Where a rule's mark may begin, going by what was found on a line.

    Attributes:
        place: The rule.
        which: Its try.
        nearest: How many lines before the one with the find, at least.
        before: And at most.
    """

    place: int
    which: int
    nearest: int
    before: int


#: For lines that were looked at, what each tells.
Known = dict[str, Set[_Lead]]


class Marks:
    """Finds the lines that bear rules' marks.

    Args:
        matchers: The rules; they are told by their places in this list.
    """

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self._matchers = matchers
        #: What a find leads to; lengths of the lines that may fit, and whether a line by itself tells: of the try, and of the rule.
        self._tries: list[tuple[_Lead, int, int, bool, bool]] = []
        self._anywhere: list[tuple[int, int]] = []  # tries that no line of its own leads to
        self._again: list[tuple[int, int]] = []  # tries that lines lead to which the next begins with
        literals = []
        for place, matcher in enumerate(matchers):
            for which, (needed, nearest, before, least, most, by_line) in enumerate(matcher.required):
                if AGAIN in needed:
                    self._again.append((place, which))
                elif needed or by_line:
                    self._tries.append((_Lead(place, which, nearest, before), least, most, by_line, matcher.by_line))
                    literals.append(needed)
                else:
                    self._anywhere.append((place, which))
        self._prefilter = Prefilter(literals)

    def of(self, view: View, active: Set[int], known: Known) -> Mapping[int, Marked]:
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
            leads = set()
            done = set()
            for lead, least, most, by_line, one_is_enough in map(self._tries.__getitem__, tries):
                if lead.place not in active or lead.place in done or (by_line and not least <= len(line) <= most):
                    continue
                if not by_line or self._fits(lead, line, view.clock):
                    leads.add(lead)
                    if one_is_enough:
                        done.add(lead.place)
            if leads:
                known[line] = leads
        return self._led_to(view.lines, active, known)

    def _led_to(self, lines: Sequence[str], active: Set[int], known: Known) -> Mapping[int, Marked]:
        found: dict[int, dict[int, set[int]]] = {}
        for number, line in enumerate(lines):
            for place, which, nearest, before in known[line]:
                marked = found.setdefault(place, {})
                for start in range(max(0, number - before), number - nearest + 1):
                    marked.setdefault(start, set()).add(which)
        again = [number for number in range(len(lines) - 1) if said_again(lines[number], lines[number + 1])] if self._again else ()
        for tries, numbers in ((self._anywhere, range(len(lines))), (self._again, again)):
            for place, which in tries:
                if place in active:
                    marked = found.setdefault(place, {})
                    for start in numbers:
                        marked.setdefault(start, set()).add(which)
        return {place: dict(sorted(marked.items())) for place, marked in found.items()}

    def _fits(self, lead: _Lead, line: str, clock: Clock) -> bool:
        matcher = self._matchers[lead.place]
        try:
            return matcher.fits(line, lead.which, clock)
        except TimeoutError as error:
            raise RuleTimeoutError(matcher.rule.name) from error
