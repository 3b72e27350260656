"""Step one of judging: which lines bear which rule's mark, on their own looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from cleaner.engine.deadline import Deadline
from cleaner.engine.matcher import SHORT, Candidates, RuleTimeoutError, View
from cleaner.engine.pickling import Matchers
from cleaner.engine.prefilter import Prefilter
from cleaner.patterns.casefold import AGAIN, lines_repeated_by_the_next


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


class _Lookup(NamedTuple):
    """One of a rule's tries.

    Attributes:
        lead: What a find leads to.
        least: Characters of the shortest line with the find.
        most: Characters of the longest.
        by_line: Whether that line by itself tells if the try fits.
        one_is_enough: Whether it tells for all of the rule's tries: then one that fits is enough.
    """

    lead: _Lead
    least: int
    most: int
    by_line: bool
    one_is_enough: bool


#: For lines that were looked at, what each tells.
KnownLines = dict[str, Set[_Lead]]


class CandidateFinder:
    """Finds the lines that bear rules' marks.

    Args:
        matchers: The rules; they are told by their places in this list.
    """

    def __init__(self, matchers: Matchers) -> None:
        self._matchers = matchers
        self._tries: list[_Lookup] = []  # those that finds lead to, and behind them those that may fit any line
        of_any_line: list[_Lookup] = []
        self._anywhere: list[tuple[int, int]] = []  # tries that no line of its own leads to
        self._again: list[tuple[int, int]] = []  # tries that lines lead to which the next begins with
        literals, tails = [], []
        for place, matcher in enumerate(matchers):
            for which, (needed, nearest, before, least, most, tail, by_line) in enumerate(matcher.prepared.required):
                one = _Lookup(_Lead(place, which, nearest, before), least, most, by_line, matcher.by_line)
                if AGAIN in needed:
                    self._again.append((place, which))
                elif needed:
                    self._tries.append(one)
                    literals.append(needed)
                    tails.append(tail)
                elif by_line:
                    of_any_line.append(one)
                else:
                    self._anywhere.append((place, which))
        self._prefilter = Prefilter(literals, tails)
        self._of_any_line = range(len(self._tries), len(self._tries) + len(of_any_line))
        self._tries += of_any_line
        #: What tells for short lines if they fit a try, for the tries that have been needed and that no line keeps long.
        self._sound: dict[int, Callable[[str], object]] = {}

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_sound": {}}

    def of(self, view: View, active: Set[int], known: KnownLines) -> Mapping[int, Candidates]:
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
        for number, alternatives in self._prefilter.candidates(fresh):
            leads = self._leads(fresh[number], alternatives, active, view.deadline)
            if leads:
                known[fresh[number]] = leads
        for number in self._of_any_line:
            lead = self._tries[number].lead
            if lead.place in active:
                for line in self._fitting(number, fresh, view.deadline):
                    known[line] = {*known[line], lead}
        return self._led_to(view.lines, active, known)

    def _leads(self, line: str, alternatives: Iterable[int], active: Set[int], deadline: Deadline) -> Set[_Lead]:
        """What a line tells, of some tries that it may."""
        leads, done = set(), set()
        length = len(line)
        sound = self._sound if length <= SHORT else {}
        for number in alternatives:
            lead, least, most, by_line, one_is_enough = self._tries[number]
            if not least <= length <= most:
                continue
            place = lead.place
            if place not in active or place in done:
                continue
            if by_line:
                fits = sound.get(number)
                if not (fits(line) if fits else self._fits(number, line, deadline)):
                    continue
                if one_is_enough:
                    done.add(place)
            leads.add(lead)
        return leads

    def _fitting(self, number: int, lines: Iterable[str], deadline: Deadline) -> Sequence[str]:
        """The lines that fit a try whole."""
        _, least, most, *_ = self._tries[number]
        fits = self._sound.get(number)
        likely = [line for line in lines if least <= len(line) <= most]
        return [line for line in likely if (fits(line) if fits and len(line) <= SHORT else self._fits(number, line, deadline))]

    def _fits(self, number: int, line: str, deadline: Deadline) -> bool:
        """Whether a line fits a try whole."""
        place, which, *_ = self._tries[number].lead
        matcher = self._matchers[place]
        if matcher.prepared.trusted:
            self._sound[number] = matcher.pattern(which).fullmatch
        try:
            return matcher.fits(line, which, deadline)
        except TimeoutError as error:
            raise RuleTimeoutError(matcher.rule.name) from error

    def _led_to(self, lines: Sequence[str], active: Set[int], known: KnownLines) -> Mapping[int, Candidates]:
        starts: dict[int, dict[int, set[int]]] = {}  # for each rule and each of its tries, the lines that it may begin on
        for number, line in enumerate(lines):
            for place, which, nearest, before in known[line]:
                begun = starts.setdefault(place, {}).setdefault(which, set())
                if before:
                    begun.update(range(max(0, number - before), number - nearest + 1))
                else:
                    begun.add(number)
        again = lines_repeated_by_the_next(lines) if self._again else ()
        for alternatives, numbers in ((self._anywhere, range(len(lines))), (self._again, again)):
            for place, which in alternatives:
                if place in active and numbers:
                    starts.setdefault(place, {})[which] = set(numbers)
        return {place: _in_order(alternatives) for place, alternatives in starts.items()}


def _in_order(alternatives: Mapping[int, Set[int]]) -> Candidates:
    """The lines on which tries may begin, in rising order, each with those tries."""
    numbers = sorted(set[int]().union(*alternatives.values()))
    if len(alternatives) == 1:
        return dict.fromkeys(numbers, tuple(alternatives))
    return {number: [which for which, begun in alternatives.items() if number in begun] for number in numbers}
