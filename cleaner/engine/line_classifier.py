"""Line classifier: decision trees that give points to the lines of a text, as a rule of kind `shape` says; lines with enough are chrome.

The trees were fitted by gradient boosting to the features of `line_features`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cached_property
from math import inf
from struct import pack
from typing import Any, NamedTuple

from cleaner.engine import native
from cleaner.engine.deadline import Deadline
from cleaner.engine.line_features import KEPT, LINES_KEPT, NONE, Column, Features
from cleaner.engine.prefilter import Prefilter
from cleaner.patterns.source import compiled
from cleaner.ruleset.rule import Feature, Question, Shape, Tree

#: Number of trees after which a line may be given up, and the points that it must be short of: of 2,000 lines that would go, one is lost.
_FIRST_TREES = 10
_HOPELESS = 150.0
#: Number of lines right above the first prose among which the headline and the lead may be.
_HEAD = 10
#: Number of lines at a text's top among which they may be, too.
_TOP = 3
#: Least number of words in a headline.
_HEADLINE = 2


class Reason(NamedTuple):
    """A feature of a line, its value, and the points that the trees give for it."""

    feature: Feature
    value: float
    points: float

    @property
    def what(self) -> str:
        """In words: the feature, the lines that it was measured on, and its value."""
        return f"{self.feature}: {'none' if self.value == NONE else f'{self.value:.3g}'}"


class _Packed(NamedTuple):
    """A shape as the native function reads it.

    Attributes:
        facts: Names of the facts that the features are of.
        features: For each feature four numbers: the index of its fact, `first`, `last`, `seen`.
        nodes: For each question its bound, and four numbers: its feature, the nodes for both answers, and nothing; for each end of a tree
            its points, and -1 as the feature.
        roots: For each tree the index of its first node.
    """

    facts: Sequence[str]
    features: bytes
    nodes: bytes
    roots: bytes

    @classmethod
    def of(cls, shape: Shape) -> _Packed:
        """A shape, packed."""
        facts = {feature.name: index for index, feature in enumerate({each.name: each for each in shape.features}.values())}
        features = b"".join(pack("=4i", facts[name], first, last, seen) for name, first, last, seen in shape.features)
        nodes: list[bytes] = []

        def add(tree: Tree) -> int:
            """Add a tree's nodes; gives the index of the first one."""
            index = len(nodes)
            nodes.append(b"")
            if isinstance(tree, Question):
                nodes[index] = pack("=d4i", tree.bound, tree.feature, add(tree.below), add(tree.above), 0)
            else:
                nodes[index] = pack("=d4i", tree, -1, 0, 0, 0)
            return index

        roots = [add(tree) for tree in shape.trees]
        return cls([*facts], features, b"".join(nodes), pack(f"={len(roots)}i", *roots))


class LineClassifier:
    """Gives points to the lines of a text and decides which are chrome.

    Args:
        shape: The rule's trees, and what is counted for them.
        literals: Literals of each pattern of the shape, then of each word of its lists (see `PreparedRule.shape_literals`).
    """

    def __init__(self, shape: Shape, literals: Sequence[Set[str]]) -> None:
        self.shape = shape
        #: What is counted in lines, by the index of what the prefilter looks for: a pattern's name and source, or a list's name.
        self._counted = [*shape.patterns, *((name, "") for name, listed in shape.words for _ in listed)]
        self._prefilter = Prefilter(literals)
        #: By line, the number of matches of each pattern and of the words of each list: a cache for the passes to come.
        self._known: dict[str, Mapping[str, float]] = {}

    def features(
        self, lines: Sequence[str], blank_before: Sequence[bool], stop_words: frozenset[str], removed: Sequence[bool], deadline: Deadline
    ) -> Features:
        """Features of the lines of a text; for the parameters see `Features`.

        Raises:
            TimeoutError: A pattern took too long.
        """
        return Features(lines, blank_before, stop_words, removed, self._finds(lines, deadline), self.shape)

    def _finds(self, lines: Sequence[str], deadline: Deadline) -> Mapping[str, Column]:
        """Number of matches in each line, by names of patterns, and of words, by names of their lists."""
        known = self._known
        fresh = [line for line in dict.fromkeys(lines) if line not in known]
        new: dict[str, Mapping[str, float]] = {line: {} for line in fresh}
        for index, likely in self._prefilter.candidates(fresh):
            counts: dict[str, float] = {}
            for name, pattern in map(self._counted.__getitem__, likely):
                found = len(compiled(pattern).findall(fresh[index], timeout=deadline.remaining())) if pattern else 1
                counts[name] = counts.get(name, 0.0) + found
            new[fresh[index]] = counts
        finds = {name: [0.0] * len(lines) for name in dict.fromkeys(name for name, _ in self._counted)}
        for index, line in enumerate(lines):
            for name, count in (new[line] if line in new else known[line]).items():
                finds[name][index] = count
        known.update((line, counts) for line, counts in new.items() if len(line) <= KEPT)
        if len(known) > LINES_KEPT:
            self._known = {}  # not `clear`: another thread may be using the old one
        return finds

    def points(self, features: Features, least: float = -inf) -> list[float]:
        """Points of each line; a line that is far below `least` after some trees is given up, since the first trees decide most."""
        if not self.shape.features:
            return [self.shape.start] * len(features.lines)
        if native.points:
            facts = [*map(features.fact, self._packed.facts)]
            first = features.first_prose
            return native.points(facts, first, *self._packed[1:], self.shape.start, _FIRST_TREES, least - _HOPELESS)
        columns = [features.column(feature) for feature in self.shape.features]
        return [self._sum(values, least) for values in zip(*columns, strict=True)]

    @cached_property
    def _packed(self) -> _Packed:
        return _Packed.of(self.shape)

    @cached_property
    def _trees(self) -> list[Any]:
        """The trees as common tuples, which are unpacked in half the time."""
        return [_plain(tree) for tree in self.shape.trees]

    def _sum(self, values: Sequence[float], least: float) -> float:
        total = self.shape.start
        for number, tree in enumerate(self._trees):
            if number == _FIRST_TREES and total < least - _HOPELESS:
                return total
            node = tree
            while isinstance(node, tuple):
                feature, bound, below, above = node
                node = below if values[feature] < bound else above
            total += node
        return total

    def chrome(self, features: Features) -> list[bool]:
        """For each line, whether it is chrome and no other rule takes it.

        Where more would go between the first and the last prose than the share `inside` of the words of prose, nothing goes there: what is
        short there is a list or a table of the article. Right above the first prose the headline and the lead
        stay. Of a text without any prose, nothing goes.
        """
        if self.shape.inside is not None and not features.total:
            return [False] * len(features.lines)
        points = self.points(features, -inf if self.shape.change else 0.0)
        goes = [is_chrome and not is_removed for is_chrome, is_removed in zip(self.best(points), features.fact("removed"), strict=True)]
        return goes if self.shape.inside is None or not any(goes) else self._spared(features, goes, self.shape.inside)

    def _spared(self, features: Features, goes: Sequence[bool], share: float) -> list[bool]:
        """Which of the lines that would go do so if those that may be of the article are spared; `share` is that of `inside`."""
        counts = features.fact("words")
        first = features.is_prose.index(True)
        head = {*range(min(first, _TOP)), *range(first - _HEAD, first)}
        goes = [gone and not (index in head and count >= _HEADLINE) for index, (gone, count) in enumerate(zip(goes, counts, strict=True))]
        around = zip(features.fact("words-before"), features.fact("words-after"), strict=True)
        inside = [before > 0 and after > 0 for before, after in around]
        lost = sum(count for count, gone, is_inside in zip(counts, goes, inside, strict=True) if gone and is_inside)
        if lost <= share * features.total:
            return [*goes]
        return [gone and not is_inside for gone, is_inside in zip(goes, inside, strict=True)]

    def best(self, points: Sequence[float]) -> list[bool]:
        """For each line, whether it is chrome: the choice with the most points, less `change` for each change between chrome and text.

        It is found by Viterbi's algorithm: from the first line to the last, and back.
        """
        stay = go = 0.0
        steps: list[tuple[bool, bool]] = []  # whether the line before is chrome, if this one is text, and if it is chrome
        for line_points in points:
            from_go, from_stay = go - self.shape.change > stay, stay - self.shape.change > go
            stay, go = (go - self.shape.change if from_go else stay), (stay - self.shape.change if from_stay else go) + line_points
            steps.append((from_go, not from_stay))
        goes = go > stay
        out: list[bool] = []
        for if_stays, if_goes in reversed(steps):
            out.append(goes)
            goes = if_goes if goes else if_stays
        return out[::-1]

    def reasons(self, features: Features, index: int) -> list[Reason]:
        """Reasons for a line's points, the largest first.

        The points of a tree are shared out among the features on the line's way through it: each gets what its question changes in the
        mean of the leaves below (Saabas, "Interpreting random forests", 2014).
        """
        values = [features.column(feature)[index] for feature in self.shape.features]
        given: dict[int, float] = {}
        for tree in self.shape.trees:
            node = tree
            while isinstance(node, Question):
                feature, bound, below, above = node
                chosen = below if values[feature] < bound else above
                given[feature] = given.get(feature, 0.0) + _mean(chosen) - _mean(node)
                node = chosen
        reasons = (Reason(self.shape.features[feature], values[feature], points) for feature, points in given.items())
        return sorted((reason for reason in reasons if reason.points), key=lambda reason: -abs(reason.points))


def _mean(tree: Tree) -> float:
    """Mean of a tree's leaves, each question's two answers counting alike."""
    return (_mean(tree.below) + _mean(tree.above)) / 2 if isinstance(tree, Question) else tree


def _plain(tree: Tree) -> Any:
    return (tree.feature, tree.bound, _plain(tree.below), _plain(tree.above)) if isinstance(tree, Question) else tree
