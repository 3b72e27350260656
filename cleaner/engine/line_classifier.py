"""Line classifier: it gives points to the features of lines, as a rule of kind `shape` says, and decides which lines are chrome.

The features are those of jusText and its successors (Pomikálek, "Removing Boilerplate and Duplicate Content from Web Corpora", 2011):
length, stop words, sentence ends, and the same of the lines around. The rule holds their weights.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import regex

from cleaner.document import key, words
from cleaner.engine.deadline import Deadline
from cleaner.engine.prefilter import Prefilter
from cleaner.patterns.requirements import required_in_line
from cleaner.patterns.source import compiled
from cleaner.ruleset.rule import Shape, Weights

_SENTENCE_END = regex.compile(r"""[\p{Sentence_Terminal}…]["'’”»)\]]*(?=\s|$)|[。！？]""")
_AT_END = regex.compile(r"""[\p{Sentence_Terminal}…。！？]["'’”»)\]]*$""")
_DROPPED = ("...", "…")
#: Greatest length in characters of a line whose features are cached.
_KEPT = 500
#: Greatest number of lines in the cache.
_LINES_KEPT = 10_000
#: Number of characters of a pattern that are shown.
_SHOWN = 20
_BULLETS = tuple("•·▪●■□◦*–—-»›>+|#→←↑↓✓✔")
_QUOTES = "\"'“”‘’«»()[].,:;!?"

Column = Sequence[float | None]


class Reason(NamedTuple):
    """A weight of the rule, the feature's value for a line (None if it has none), and the points given for it."""

    row: Weights
    value: float | None
    points: float

    @property
    def what(self) -> str:
        """In words: the feature, the lines that it was measured on, and its value."""
        row = self.row
        name = row.fact or f"/{row.match[:_SHOWN]}{'…' if len(row.match) > _SHOWN else ''}/"
        if row.seen:
            name += " so far"
        elif row.around:
            name += f" around {row.around}"
        elif row.line:
            name += f" of line {row.line:+d}"
        return f"{name}: {'none' if self.value is None else f'{self.value:.3g}'}"


@dataclass(frozen=True, slots=True)
class Features:
    """Features of the lines of a text, each as a column with one value for each line.

    Attributes:
        columns: Columns by the names of features.
        finds: Columns with numbers of matches, by patterns.
    """

    lines: Sequence[str]
    columns: Mapping[str, Column]
    finds: Mapping[str, Column]

    @classmethod
    def of(
        cls, lines: Sequence[str], stop_words: frozenset[str], removed: Sequence[bool], finds: Mapping[str, Column], shape: Shape
    ) -> Features:
        """Measure the lines of a text.

        Args:
            lines: Non-blank lines, without white space at their ends.
            stop_words: The commonest words of the text's language, in lower case; empty if the language is unknown.
            removed: For each line, whether other rules take it.
            finds: Number of matches in each line, by patterns.
            shape: The rule's definition of prose.
        """
        keys = [key(line) for line in lines]
        times = Counter(keys)
        facts = [(_kept_facts if len(line) <= _KEPT else _facts)(line, stop_words) for line in lines]
        columns: dict[str, Column] = {name: [line_facts[name] for line_facts in facts] for name in (facts[0] if facts else ())}
        columns["repeats"] = [float(times[line_key]) for line_key in keys]
        columns["removed"] = [float(is_removed) for is_removed in removed]
        prose = [_is_prose(line_facts, shape) for line_facts in facts]
        columns["prose"] = [float(is_prose) for is_prose in prose]
        counts: list[float] = [(line_facts["words"] or 0.0) * is_prose for line_facts, is_prose in zip(facts, prose, strict=True)]
        columns["prose-words"] = [*counts]
        before = [0.0, *accumulate(counts)]
        total = before[-1]
        columns["prose-total"] = [total] * len(lines)
        columns["prose-before"] = [100 * words / total if total else None for words in before[:-1]]
        columns["prose-after"] = [100 * (total - words) / total if total else None for words in before[1:]]
        columns["since-prose"] = list(_distances(prose))
        columns["until-prose"] = list(_distances(prose[::-1]))[::-1]
        columns["stretch"], columns["from-main"] = _stretches(counts, shape.gap)
        columns["from-start"] = [float(index) for index in range(len(lines))]
        columns["from-end"] = columns["from-start"][::-1]
        columns["lines"] = [float(len(lines))] * len(lines)
        return cls(lines, columns, finds)

    def column(self, row: Weights) -> Column:
        """Values of the feature that a weight is for, one for each line; None where there is none."""
        values = self.columns[row.fact] if row.fact else self.finds[row.match]
        if row.seen:
            first = next((index for index, is_prose in enumerate(self.columns["prose"]) if is_prose), len(values))
            return list(accumulate((value if value and index > first else 0.0 for index, value in enumerate(values)), max))
        if row.around:
            return _means(values, row.around)
        if row.line:
            return [values[index] if 0 <= index < len(values) else None for index in range(row.line, row.line + len(values))]
        return values


def _facts(line: str, stop_words: frozenset[str]) -> Mapping[str, float | None]:
    """Features of a line by itself, by their names."""
    parts = line.split()
    bare = [part.strip(_QUOTES).lower() for part in parts]
    lettered = [part for part in parts if any(map(str.isalpha, part))]
    length = len(line) or 1
    digits = sum(map(str.isdigit, line))
    solid = sum(map(str.isalnum, line)) + sum(map(str.isspace, line))
    return {
        "words": float(words(line)),
        "ends": float(_AT_END.search(line) is not None),
        "sentences": float(len(_SENTENCE_END.findall(line))),
        "dropped": float(line.endswith(_DROPPED)),
        "stop-words": 100 * sum(word in stop_words for word in bare) / (len(parts) or 1) if stop_words else None,
        "capitals": 100 * sum(part.lstrip(_QUOTES)[:1].isupper() for part in lettered) / len(lettered) if lettered else 100.0,
        "upper": float(line.isupper()),
        "small": float(line[:1].islower()),
        "bullet": float(line[:1] in _BULLETS),
        "digits": 100 * digits / length,
        "signs": 100 * (length - solid) / length,
        "bars": float(sum(map(line.count, "|•·»/›"))),
        "commas": float(line.count(",")),
        "quotes": float(sum(map(line.count, '"“”«»'))),
    }


#: `_facts` with a cache, since a page is classified again in each pass.
_kept_facts = lru_cache(maxsize=_LINES_KEPT)(_facts)


def _is_prose(facts: Mapping[str, float | None], shape: Shape) -> bool:
    stop_words = facts["stop-words"]
    enough = (facts["words"] or 0) >= shape.prose_words and (stop_words is None or stop_words >= shape.prose_stop_words)
    return bool(facts["ends"] and enough)


def _distances(prose: Iterable[bool]) -> Iterator[float]:
    """For each line, the number of lines between it and the last prose before it."""
    distance = 0
    for is_prose in prose:
        yield float(distance)
        distance = 0 if is_prose else distance + 1


def _stretches(prose: Sequence[float], gap: int) -> tuple[list[float | None], list[float | None]]:
    """For each line, its stretch's share of all prose words (per cent), and its distance in lines from the stretch with the most words.

    `prose` are the prose words of each line; lines of prose with at most `gap` lines from one to the next are in one stretch.
    """
    stretches: list[tuple[int, int, float]] = []  # first line, last line, words
    for index, count in enumerate(prose):
        if count and stretches and index - stretches[-1][1] <= gap:
            first, _, total = stretches[-1]
            stretches[-1] = (first, index, total + count)
        elif count:
            stretches.append((index, index, count))
    shares: list[float | None] = [0.0] * len(prose)
    if not stretches:
        return shares, [None] * len(prose)
    whole = sum(total for *_, total in stretches)
    for first, last, total in stretches:
        shares[first : last + 1] = [100 * total / whole] * (last - first + 1)
    first, last, _ = max(stretches, key=lambda stretch: stretch[2])
    return shares, [float(min(0, index - first) + max(0, index - last)) for index in range(len(prose))]


def _means(values: Column, around: int) -> list[float | None]:
    """For each line, the mean over itself and `around` lines on either side; None counts as 0."""
    known = [0.0 if value is None else value for value in values]
    sums = [0.0, *accumulate(known)]
    count, window = len(known), 2 * around + 1

    def near_an_end(index: int) -> float:
        start, stop = max(0, index - around), min(count, index + around + 1)
        return (sums[stop] - sums[start]) / (stop - start)

    return [
        *map(near_an_end, range(min(around, count))),
        *[(high - low) / window for low, high in zip(sums, sums[window:], strict=False)],
        *map(near_an_end, range(max(around, count - around), count)),
    ]


class LineClassifier:
    """Gives points to the lines of a text and decides which are chrome."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._patterns = sorted({row.match for row in shape.points if row.match})
        self._prefilter = Prefilter([required_in_line(pattern) for pattern in self._patterns])
        #: By line, the number of matches of each pattern that it holds: a cache, since a page is classified again in each pass.
        self._known: dict[str, Mapping[str, float]] = {}

    def features(self, lines: Sequence[str], stop_words: frozenset[str], removed: Sequence[bool], deadline: Deadline) -> Features:
        """Features of the lines of a text; for the parameters see `Features.of`.

        Raises:
            TimeoutError: A pattern took too long.
        """
        return Features.of(lines, stop_words, removed, self._finds(lines, deadline), self.shape)

    def _finds(self, lines: Sequence[str], deadline: Deadline) -> Mapping[str, Column]:
        """Number of matches in each line, by patterns."""
        known = self._known
        fresh = [line for line in dict.fromkeys(lines) if line not in known]
        new: dict[str, Mapping[str, float]] = {line: {} for line in fresh}
        for index, likely in self._prefilter.candidates(fresh):
            line, patterns = fresh[index], map(self._patterns.__getitem__, likely)
            new[line] = {pattern: float(len(compiled(pattern).findall(line, timeout=deadline.remaining()))) for pattern in patterns}
        finds = {pattern: [0.0] * len(lines) for pattern in self._patterns}
        for index, line in enumerate(lines):
            for pattern, count in (new[line] if line in new else known[line]).items():
                finds[pattern][index] = count
        known.update((line, counts) for line, counts in new.items() if len(line) <= _KEPT)
        if len(known) > _LINES_KEPT:
            self._known = {}  # not `clear`: another thread may be using the old one
        return finds

    def points(self, features: Features) -> list[float]:
        """Points of each line; more than 0 means chrome."""
        rows = [(row, row.given(0)) for row in self.shape.points]
        totals = [self.shape.start + sum(of_zero for _, of_zero in rows)] * len(features.lines)
        for row, of_zero in rows:
            edges, points, none = row.edges, row.points, row.none
            for index, value in enumerate(features.column(row)):
                if value:  # most are 0
                    totals[index] += points[bisect_right(edges, value)] - of_zero
                elif value is None:
                    totals[index] += none - of_zero
        return totals

    def chrome(self, points: Sequence[float]) -> list[bool]:
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
        """Reasons for a line's points, the largest first."""
        values = ((row, features.column(row)[index]) for row in self.shape.points)
        reasons = [Reason(row, value, row.given(value)) for row, value in values]
        return sorted((reason for reason in reasons if reason.points), key=lambda reason: -abs(reason.points))
