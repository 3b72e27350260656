"""Line classifier: decision trees that give points to the lines of a text, as a rule of kind `shape` says; lines with enough are chrome.

The features are those of jusText and its successors (Pomikálek, "Removing Boilerplate and Duplicate Content from Web Corpora", 2011):
length, stop words, sentence ends, and the same of the lines around. The trees were fitted by gradient boosting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from math import inf
from statistics import median
from typing import NamedTuple

import regex

from cleaner.document import key, words
from cleaner.engine.deadline import Deadline
from cleaner.engine.prefilter import Prefilter
from cleaner.patterns.requirements import required_in_line
from cleaner.patterns.source import compiled
from cleaner.ruleset.rule import Feature, Shape, Tree

_SENTENCE_END = regex.compile(r"""[\p{Sentence_Terminal}…]["'’”»)\]]*(?=\s|$)|[。！？]""")
_AT_END = regex.compile(r"""[\p{Sentence_Terminal}…。！？]["'’”»)\]]*$""")
#: Thai, Lao, Khmer and Burmese end no sentence with a sign. A long line of theirs is taken for one that ends.
_ENDLESS = regex.compile(r"""[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}][\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u200b “”‘’"'().,–-]{79}""")
_ADDRESS = regex.compile(r"https?://|www\.|\b[\w.+-]+@[\w-]+\.\w+|\.(?:com|org|net)\b|(?<!\w)[@#]\w", regex.IGNORECASE)
_DROPPED = ("...", "…")
#: Value of a feature where there is none: no such line, an unknown language, a script without capitals.
NONE = -1.0
#: Greatest length in characters of a line whose features are cached.
_KEPT = 500
#: Greatest number of lines in the cache.
_LINES_KEPT = 10_000
#: Number of trees after which a line may be given up, and the points that it must be short of: of 2,000 lines that would go, one is lost.
_FIRST_TREES = 10
_HOPELESS = 150.0
#: Number of lines right above the first prose among which the headline and the lead may be.
_HEAD = 10
#: Number of lines at a text's top among which they may be, too.
_TOP = 3
#: Least number of words in a headline.
_HEADLINE = 2
#: Least length in characters of a word that tells what a text is about.
_LONG_WORD = 4
_BULLETS = tuple("•·▪●■□◦*–—-»›>+|#→←↑↓✓✔")
_QUOTES = "\"'“”‘’«»()[].,:;!?"

Column = Sequence[float]


class Reason(NamedTuple):
    """A feature of a line, its value, and the points that the trees give for it."""

    feature: Feature
    value: float
    points: float

    @property
    def what(self) -> str:
        """In words: the feature, the lines that it was measured on, and its value."""
        return f"{self.feature}: {'none' if self.value == NONE else f'{self.value:.3g}'}"


class LineFacts(NamedTuple):
    """What a line is by itself: its facts by name, and its long words."""

    facts: Mapping[str, float]
    long_words: frozenset[str]


class Features:
    """Features of the lines of a text, each as a column with one value for each line. Columns are made when they are asked for.

    Args:
        lines: Non-blank lines, without white space at their ends.
        blank_before: For each line, whether a blank line stands before it.
        stop_words: The commonest words of the text's language, in lower case; empty if the language is unknown.
        removed: For each line, whether other rules take it.
        finds: Number of matches in each line, by names of patterns.
        shape: The rule's definition of prose.
    """

    is_prose: Sequence[bool]
    _blank_before: Column
    _removed: Column
    _prose_words: Column
    _words_before: Column

    def __init__(
        self,
        lines: Sequence[str],
        blank_before: Sequence[bool],
        stop_words: frozenset[str],
        removed: Sequence[bool],
        finds: Mapping[str, Column],
        shape: Shape,
    ) -> None:
        self.lines, self.shape = lines, shape
        self._own = [(_kept_facts if len(line) <= _KEPT else _facts)(line, stop_words) for line in lines]
        self._facts = [own.facts for own in self._own]
        self._blank_before = [*map(float, blank_before)]
        self._removed = [*map(float, removed)]
        self.is_prose = [_is_prose(facts, shape) for facts in self._facts]
        self._prose_words = [facts["words"] * is_prose for facts, is_prose in zip(self._facts, self.is_prose, strict=True)]
        self._words_before = [0.0, *accumulate(self._prose_words)]
        self._columns: dict[str, Column] = {**finds}
        self._sums: dict[str, Sequence[float]] = {}
        #: By first and last offset, for each line where its window starts and stops, and its width in lines, at least 1.
        self._windows: dict[tuple[int, int], Sequence[tuple[int, int, int]]] = {}

    def fact(self, name: str) -> Column:
        """Values of a fact, one for each line."""
        column = self._columns.get(name)
        if column is None:
            make = _OF_TEXT.get(name)
            column = self._columns[name] = make(self) if make else [facts[name] for facts in self._facts]
        return column

    def column(self, feature: Feature) -> Column:
        """Values of a feature, one for each line."""
        name, first, last, seen = feature
        values = self.fact(name)
        if seen:
            begin = next((index for index, is_prose in enumerate(self.is_prose) if is_prose), len(values))
            return list(accumulate((value if index > begin else 0.0 for index, value in enumerate(values)), max))
        if first == last == 0:
            return values
        count = len(values)
        if first == last:
            return [values[index] if 0 <= index < count else NONE for index in range(first, first + count)]
        sums = self._sums.get(name)
        if sums is None:
            sums = self._sums[name] = [0.0, *accumulate(max(value, 0.0) for value in values)]
        window = self._windows.get((first, last))
        if window is None:
            bounds = [(min(max(0, index + first), count), min(max(0, index + last + 1), count)) for index in range(count)]
            window = self._windows[first, last] = [(start, stop, stop - start or 1) for start, stop in bounds]
        return [(sums[stop] - sums[start]) / width for start, stop, width in window]

    def _everywhere(self, value: float) -> Column:
        return [value] * len(self.lines)

    @property
    def total(self) -> float:
        """Number of words in prose."""
        return self._words_before[-1]

    def _percent(self, counts: Iterable[float]) -> Column:
        total = self.total
        return [100 * count / total if total else NONE for count in counts]

    def _until_prose(self) -> Column:
        return [*_distances(self.is_prose[::-1])][::-1]

    def _gap(self) -> Column:
        distances = zip(self.is_prose, self.fact("since-prose"), self.fact("until-prose"), strict=True)
        return [0.0 if is_prose else since + until + 1 for is_prose, since, until in distances]

    def _repeats(self) -> Column:
        keys = [key(line) for line in self.lines]
        times = Counter(keys)
        return [float(times[line_key]) for line_key in keys]

    def _relative_words(self) -> Column:
        counts = [count for count in self._prose_words if count]
        middle = median(counts) if counts else 0
        return [facts["words"] / middle if middle else NONE for facts in self._facts]

    def _prose_share(self) -> Column:
        return self._everywhere(self.total / max(1.0, sum(facts["words"] for facts in self._facts)))

    def _known_words(self) -> Column:
        """Share of a line's long words that other lines of prose hold."""
        prose = [own.long_words for own, is_prose in zip(self._own, self.is_prose, strict=True) if is_prose]
        times = Counter(word for long_words in prose for word in long_words)
        return [
            sum(times[word] > is_prose for word in own.long_words) / len(own.long_words) if own.long_words else NONE
            for own, is_prose in zip(self._own, self.is_prose, strict=True)
        ]

    def _title_words(self) -> Column:
        """Likeness of the long words of a line and of the first line (Jaccard index)."""
        title = self._own[0].long_words if self._own else frozenset()
        likeness = [len(own.long_words & title) / max(1, len(own.long_words | title)) for own in self._own]
        return [NONE, *likeness[1:]][: len(likeness)]

    def _stretch(self) -> Column:
        return _stretches(self._prose_words, self.shape.gap)[0]

    def _before_main(self) -> Column:
        return [max(-distance, 0.0) for distance in self._distances]

    def _from_main(self) -> Column:
        return [max(distance, 0.0) for distance in self._distances]

    @cached_property
    def _distances(self) -> Column:
        """For each line, its distance in lines from the stretch with the most prose."""
        return _stretches(self._prose_words, self.shape.gap)[1]


#: The facts that go by the whole text.
_OF_TEXT: Mapping[str, Callable[[Features], Column]] = {
    "removed": lambda of: of._removed,
    "prose": lambda of: [*map(float, of.is_prose)],
    "prose-words": lambda of: of._prose_words,
    "prose-total": lambda of: of._everywhere(of.total),
    "prose-share": Features._prose_share,
    "words-before": lambda of: of._words_before[:-1],
    "words-after": lambda of: [of.total - count for count in of._words_before[1:]],
    "prose-before": lambda of: of._percent(of._words_before[:-1]),
    "prose-after": lambda of: of._percent(of.total - count for count in of._words_before[1:]),
    "since-prose": lambda of: [*_distances(of.is_prose)],
    "until-prose": Features._until_prose,
    "gap": Features._gap,
    "stretch": Features._stretch,
    "before-main": Features._before_main,
    "from-main": Features._from_main,
    "from-start": lambda of: [*map(float, range(len(of.lines)))],
    "from-end": lambda of: [*map(float, range(len(of.lines) - 1, -1, -1))],
    "lines": lambda of: of._everywhere(float(len(of.lines))),
    "repeats": Features._repeats,
    "relative-words": Features._relative_words,
    "known-words": Features._known_words,
    "title-words": Features._title_words,
    "blank-before": lambda of: of._blank_before,
    "blank-share": lambda of: of._everywhere(sum(of._blank_before) / max(1, len(of.lines))),
}


def _facts(line: str, stop_words: frozenset[str]) -> LineFacts:
    """Facts of a line by itself."""
    parts = line.split()
    bare = [part.strip(_QUOTES).lower() for part in parts]
    lettered = [part for part in parts if any(map(str.isalpha, part))]
    length = len(line) or 1
    solid = sum(map(str.isalnum, line)) + sum(map(str.isspace, line))
    facts = {
        "words": float(words(line)),
        "length": float(len(line)),
        "ends": float(bool(_AT_END.search(line) or (not line.isascii() and _ENDLESS.search(line)))),
        "sentences": float(len(_SENTENCE_END.findall(line))),
        "dropped": float(line.endswith(_DROPPED)),
        "stop-words": 100 * sum(word in stop_words for word in bare) / (len(parts) or 1) if stop_words else NONE,
        "capitals": _capitals(lettered),
        "upper": float(line.isupper()),
        "small": float(line[:1].islower()),
        "bullet": float(line[:1] in _BULLETS),
        "digits": 100 * sum(map(str.isdigit, line)) / length,
        "signs": 100 * (length - solid) / length,
        "bars": float(sum(map(line.count, "|•·»/›"))),
        "commas": float(line.count(",")),
        "quotes": float(sum(map(line.count, '"“”«»'))),
        "colon": float(line.endswith((":", "："))),
        "bracket": float(line.endswith((")", "]"))),
        "calls": float(line.endswith(("!", "?", "！", "？"))),
        "addresses": float(len(_ADDRESS.findall(line))),
    }
    return LineFacts(facts, frozenset(word for word in bare if len(word) >= _LONG_WORD))


def _capitals(words: Sequence[str]) -> float:
    """Percentage of words that begin with a capital; `NONE` in a script without capitals, 100 if there are no words."""
    if not words:
        return 100.0
    if all(word.lower() == word.upper() for word in words):
        return NONE
    return 100 * sum(word.lstrip(_QUOTES)[:1].isupper() for word in words) / len(words)


#: `_facts` with a cache, since a page is classified again in each pass.
_kept_facts = lru_cache(maxsize=_LINES_KEPT)(_facts)


def _is_prose(facts: Mapping[str, float], shape: Shape) -> bool:
    stop_words = facts["stop-words"]
    enough = facts["words"] >= shape.prose_words and (stop_words == NONE or stop_words >= shape.prose_stop_words)
    return bool(facts["ends"] and enough)


def _distances(prose: Iterable[bool]) -> Iterator[float]:
    """For each line, the number of lines between it and the last prose before it."""
    distance = 0
    for is_prose in prose:
        yield float(distance)
        distance = 0 if is_prose else distance + 1


def _stretches(prose: Sequence[float], gap: int) -> tuple[Column, Column]:
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
    shares = [0.0] * len(prose)
    if not stretches:
        return shares, [0.0] * len(prose)
    whole = sum(total for *_, total in stretches)
    for first, last, total in stretches:
        shares[first : last + 1] = [100 * total / whole] * (last - first + 1)
    first, last, _ = max(stretches, key=lambda stretch: stretch[2])
    return shares, [float(min(0, index - first) + max(0, index - last)) for index in range(len(prose))]


class LineClassifier:
    """Gives points to the lines of a text and decides which are chrome."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        #: What is counted in lines, by the index of what the prefilter looks for: a pattern's name and source, or a list's name.
        self._counted = [*shape.patterns, *((name, "") for name, listed in shape.words for _ in listed)]
        literals = [required_in_line(pattern) for _, pattern in shape.patterns]
        self._prefilter = Prefilter([*literals, *(required_in_line(regex.escape(word)) for _, listed in shape.words for word in listed)])
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
        known.update((line, counts) for line, counts in new.items() if len(line) <= _KEPT)
        if len(known) > _LINES_KEPT:
            self._known = {}  # not `clear`: another thread may be using the old one
        return finds

    def points(self, features: Features, least: float = -inf) -> list[float]:
        """Points of each line; a line that is far below `least` after some trees is given up, since the first trees decide most."""
        columns = [features.column(feature) for feature in self.shape.features]
        return [self._sum(values, least) for values in zip(*columns, strict=True)] if columns else [self.shape.start] * len(features.lines)

    def _sum(self, values: Sequence[float], least: float) -> float:
        total = self.shape.start
        for number, tree in enumerate(self.shape.trees):
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
            while isinstance(node, tuple):
                feature, bound, below, above = node
                chosen = below if values[feature] < bound else above
                given[feature] = given.get(feature, 0.0) + _mean(chosen) - _mean(node)
                node = chosen
        reasons = (Reason(self.shape.features[feature], values[feature], points) for feature, points in given.items())
        return sorted((reason for reason in reasons if reason.points), key=lambda reason: -abs(reason.points))


def _mean(tree: Tree) -> float:
    """Mean of a tree's leaves, each question's two answers counting alike."""
    return sum(map(_mean, tree[2:])) / 2 if isinstance(tree, tuple) else tree
