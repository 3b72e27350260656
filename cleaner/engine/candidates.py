"""The context-free step: the lines that each rule's pattern matches, or may match."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Any, NamedTuple

from cleaner.engine.deadline import Deadline
from cleaner.engine.matcher import SHORT, Candidates, Hit, RuleTimeoutError, View
from cleaner.engine.matchers import Matchers
from cleaner.engine.part_index import PartIndex
from cleaner.engine.parts import PartFinder, PartHit
from cleaner.engine.prefilter import Prefilter, PrefilterIndex
from cleaner.patterns.casefold import AGAIN, lines_repeated_by_the_next


class _Lead(NamedTuple):
    """Conclusion from a line: a match of a rule's alternative (both by index) may begin `nearest` to `farthest` lines before it."""

    rule: int
    alternative: int
    nearest: int
    farthest: int


class _Lookup(NamedTuple):
    """Search for one alternative.

    Attributes:
        rule, alternative, nearest, farthest: Conclusion from a line that holds one of its literals (see `_Lead`).
        least: Least length of such a line, in characters.
        most: Greatest length of such a line.
        by_line: Whether matching the line alone decides.
        one_is_enough: Whether that holds for all alternatives of the rule: then one match is enough.
    """

    rule: int
    alternative: int
    nearest: int
    farthest: int
    least: int
    most: int
    by_line: bool
    one_is_enough: bool


class KnownLines:
    """What is known of the lines seen before.

    Attributes:
        leads: Conclusions from each line.
        inside: Hits inside each line that has any.
    """

    def __init__(self) -> None:
        self.leads: dict[str, Set[_Lead]] = {}
        self.inside: dict[str, list[PartHit]] = {}

    def clear(self) -> None:
        """Forget everything."""
        self.leads.clear()
        self.inside.clear()


_NO_CANDIDATES: Candidates = MappingProxyType({})


class Found(NamedTuple):
    """What the search for candidates found for one rule: lines on which it may match, and hits inside lines."""

    candidates: Candidates = _NO_CANDIDATES
    inside: Sequence[Hit] = ()


class CandidateIndex(NamedTuple):
    """Index of the requirements of rules, of plain values.

    Attributes:
        lookups: Values of `_Lookup` in a row, first those with literals, then those without, which any line may match.
        with_literals: Number of lookups with literals.
        anywhere: Rules and alternatives whose match may begin on any line.
        again: Rules and alternatives whose first line is one with which the next line begins.
        prefilter: Index of the literals of lookups.
        parts: Index of the beginnings of parts of lines.
    """

    lookups: Sequence[Sequence[Any]]
    with_literals: int
    anywhere: Sequence[Sequence[int]]
    again: Sequence[Sequence[int]]
    prefilter: PrefilterIndex
    parts: PartIndex

    @classmethod
    def of(cls, matchers: Matchers) -> CandidateIndex:
        """The index of some rules."""
        lookups: list[_Lookup] = []
        of_any_line: list[_Lookup] = []
        anywhere: list[tuple[int, int]] = []
        again: list[tuple[int, int]] = []
        literals, tails = [], []
        for rule, matcher in enumerate(matchers):
            for alternative, required in enumerate(matcher.prepared.required):
                lines_before = required.min_lines_before, required.max_lines_before
                lookup = _Lookup(
                    rule, alternative, *lines_before, required.min_width, required.max_width, required.by_line, matcher.by_line
                )
                if AGAIN in required.literals:
                    again.append((rule, alternative))
                elif required.literals:
                    lookups.append(lookup)
                    literals.append(required.literals)
                    tails.append(required.tail)
                elif required.by_line:
                    of_any_line.append(lookup)
                else:
                    anywhere.append((rule, alternative))
        prefilter, parts = PrefilterIndex.of(literals, tails), PartIndex.of(matchers)
        return cls([*lookups, *of_any_line], len(lookups), anywhere, again, prefilter, parts)


class CandidateFinder:
    """Finds the candidate lines of all rules at once. Rules are given as indexes of `matchers`, whose index may be given, too."""

    def __init__(self, matchers: Matchers, index: CandidateIndex | None = None) -> None:
        self._matchers = matchers
        self.index = index or CandidateIndex.of(matchers)
        self._lookups = self.index.lookups
        self._anywhere, self._again = self.index.anywhere, self.index.again
        self._prefilter = Prefilter(self.index.prefilter)
        self._parts = PartFinder(matchers, self.index.parts)
        self._of_any_line = range(self.index.with_literals, len(self._lookups))
        #: By lookup index, the function that matches a short line; for trusted patterns that have been used.
        self._fullmatch: dict[int, Callable[[str], object]] = {}

    def of(self, view: View, active: Set[int], known: KnownLines) -> Mapping[int, Found]:
        """What was found for each active rule, by its index; rules for which there is nothing are left out.

        `known` holds conclusions from lines seen before with the same rules active; those from new lines are added.

        Raises:
            RuleTimeoutError: One match took too long.
        """
        fresh = [line for line in dict.fromkeys(view.lines) if line not in known.leads]
        known.leads.update(dict.fromkeys(fresh, frozenset()))
        for index, lookups in self._prefilter.candidates(fresh):
            leads = self._leads(fresh[index], lookups, active, view.deadline)
            if leads:
                known.leads[fresh[index]] = leads
        for lookup_index in self._of_any_line:
            *lead, least, most, _, _ = self._lookups[lookup_index]
            if lead[0] in active:
                for line in fresh:
                    if least <= len(line) <= most and self._fits(lookup_index, line, view.deadline):
                        known.leads[line] = {*known.leads[line], _Lead(*lead)}
        known.inside |= self._parts.of(fresh, active, view.vocabulary, view.deadline)
        candidates = self._candidates(view.lines, active, known)
        inside = self._inside(view.lines, known) if known.inside else {}
        return {rule: Found(candidates.get(rule, {}), inside.get(rule, ())) for rule in candidates.keys() | inside.keys()}

    def _inside(self, lines: Sequence[str], known: KnownLines) -> Mapping[int, Sequence[Hit]]:
        """Hits inside lines, by rule."""
        hits: dict[int, list[Hit]] = {}
        for index, line in enumerate(lines):
            for rule, _, start, end in known.inside.get(line, ()):
                hits.setdefault(rule, []).append(Hit(index, index, start, end))
        return hits

    def _leads(self, line: str, lookups: Iterable[int], active: Set[int], deadline: Deadline) -> Set[_Lead]:
        """Conclusions from a line, for the lookups whose literals it holds."""
        leads, done = set(), set()
        length = len(line)
        for index in lookups:
            rule, alternative, nearest, farthest, least, most, by_line, one_is_enough = self._lookups[index]
            if not least <= length <= most:
                continue
            if rule not in active or rule in done:
                continue
            if by_line:
                if not self._fits(index, line, deadline):
                    continue
                if one_is_enough:
                    done.add(rule)
            leads.add(_Lead(rule, alternative, nearest, farthest))
        return leads

    def _fits(self, index: int, line: str, deadline: Deadline) -> object:
        """Whether the alternative of a lookup matches the whole line."""
        fullmatch = self._fullmatch.get(index)
        if fullmatch and len(line) <= SHORT:
            return fullmatch(line)
        rule, alternative, *_ = self._lookups[index]
        matcher = self._matchers[rule]
        if matcher.prepared.trusted:
            self._fullmatch[index] = matcher.pattern(alternative).fullmatch
        try:
            return matcher.fits(line, alternative, deadline)
        except TimeoutError as error:
            raise RuleTimeoutError(matcher.rule.name) from error

    def _candidates(self, lines: Sequence[str], active: Set[int], known: KnownLines) -> Mapping[int, Candidates]:
        starts: dict[int, dict[int, set[int]]] = {}  # by rule and alternative, the lines on which it may begin
        for index, line in enumerate(lines):
            for rule, alternative, nearest, farthest in known.leads[line]:
                begun = starts.setdefault(rule, {}).setdefault(alternative, set())
                if farthest:
                    begun.update(range(max(0, index - farthest), index - nearest + 1))
                else:
                    begun.add(index)
        again = lines_repeated_by_the_next(lines) if self._again else ()
        for alternatives, indexes in ((self._anywhere, range(len(lines))), (self._again, again)):
            for rule, alternative in alternatives:
                if rule in active and indexes:
                    starts.setdefault(rule, {})[alternative] = set(indexes)
        return {rule: _in_order(by_alternative) for rule, by_alternative in starts.items()}


def _in_order(starts: Mapping[int, Set[int]]) -> Candidates:
    """Alternatives that may begin on each line, by line index in rising order."""
    indexes = sorted(set[int]().union(*starts.values()))
    if len(starts) == 1:
        return dict.fromkeys(indexes, tuple(starts))
    return {index: [alternative for alternative, begun in starts.items() if index in begun] for index in indexes}
