"""Features of lines: what a line looks like, where it stands, and what stands around it.

They are those of jusText and its successors (Pomikálek, "Removing Boilerplate and Duplicate Content from Web Corpora", 2011): length, stop
words, sentence ends, and the same of the lines around.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, chain, repeat
from typing import NamedTuple

from cleaner.document import key, words
from cleaner.engine import native
from cleaner.patterns.source import compiled
from cleaner.ruleset.rule import Feature, Shape

_SENTENCE_END = r"""[\p{Sentence_Terminal}…]["'’”»)\]]*(?=\s|$)|[。！？]"""
_AT_END = r"""[\p{Sentence_Terminal}…。！？]["'’”»)\]]*$"""
#: Thai, Lao, Khmer and Burmese end no sentence with a sign. A long line of theirs is taken for one that ends.
_ENDLESS = r"""[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}][\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u200b “”‘’"'().,–-]{79}"""
#: Patterns of this module that are compiled at first use.
PATTERNS = (_SENTENCE_END, _AT_END, _ENDLESS)
_DROPPED = ("...", "…")
#: Value of a feature where there is none: no such line, an unknown language, a script without capitals.
NONE = -1.0
#: Greatest length in characters of a line whose features are cached.
KEPT = 500
#: Greatest number of lines in the cache.
LINES_KEPT = 10_000
#: Least length in characters of a word that tells what a text is about.
_LONG_WORD = 4
_BULLETS = tuple("•·▪●■□◦*–—-»›>+|#→←↑↓✓✔")
_QUOTES = "\"'“”‘’«»()[].,:;!?"

Column = Sequence[float]


class Scan(NamedTuple):
    """Measurements of a line by itself.

    Attributes:
        parts: Number of its parts between white space.
        solid: Number of characters that are letters, digits or white space.
        digits, bars, commas, quotes: Numbers of these characters.
        ends: Whether it ends with a sentence's end.
        sentences: Number of sentences' ends.
        known: Number of its stop words.
        lettered: Number of parts with letters.
        capitals: Number of those that begin with a capital.
        cased: Whether any of those is in a script with capitals.
        long_words: Its long words, in lower case.
    """

    parts: int
    solid: int
    digits: int
    bars: int
    commas: int
    quotes: int
    ends: bool
    sentences: int
    known: int
    lettered: int
    capitals: int
    cased: bool
    long_words: frozenset[str]


class LineFacts(NamedTuple):
    """What a line is by itself: its facts (see `_OF_LINE`), its long words, and its `key`."""

    facts: tuple[float, ...]
    long_words: frozenset[str]
    key: str


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
        self._own = [(_kept_facts if len(line) <= KEPT else _facts)(line, stop_words) for line in lines]
        of_lines = zip(*(own.facts for own in self._own), strict=True) if lines else repeat(())
        self._columns: dict[str, Column] = {**dict(zip(_OF_LINE, of_lines, strict=False)), **finds}
        self._blank_before = [*map(float, blank_before)]
        self._removed = [*map(float, removed)]
        of_prose = zip(self.fact("words"), self.fact("ends"), self.fact("stop-words"), strict=True)
        self.is_prose = [_is_prose(*measured, shape) for measured in of_prose]
        self._prose_words = [count * is_prose for count, is_prose in zip(self.fact("words"), self.is_prose, strict=True)]
        self._words_before = [0.0, *accumulate(self._prose_words)]
        self._sums: dict[str, Sequence[float]] = {}
        #: By first and last offset, for each line where its window starts and stops, and its width in lines, at least 1.
        self._windows: dict[tuple[int, int], Sequence[tuple[int, int, int]]] = {}

    def fact(self, name: str) -> Column:
        """Values of a fact, one for each line."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = _OF_TEXT[name](self)
        return column

    def column(self, feature: Feature) -> Column:
        """Values of a feature, one for each line."""
        name, first, last, seen = feature
        values = self.fact(name)
        if seen:
            return list(accumulate((value if index > self.first_prose else 0.0 for index, value in enumerate(values)), max))
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

    @cached_property
    def first_prose(self) -> int:
        """Index of the first line of prose; the number of lines if there is none."""
        return next((index for index, is_prose in enumerate(self.is_prose) if is_prose), len(self.lines))

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
        times = Counter(own.key for own in self._own)
        return [float(times[own.key]) for own in self._own]

    def _relative_words(self) -> Column:
        counts = sorted(filter(None, self._prose_words))
        # Not by `statistics`, which takes longer to import than this module.
        middle = (counts[len(counts) // 2] + counts[~(len(counts) // 2)]) / 2 if counts else 0
        return [count / middle if middle else NONE for count in self.fact("words")]

    def _prose_share(self) -> Column:
        return self._everywhere(self.total / max(1.0, sum(self.fact("words"))))

    def _known_words(self) -> Column:
        """Share of a line's long words that other lines of prose hold."""
        prose = [own.long_words for own, is_prose in zip(self._own, self.is_prose, strict=True) if is_prose]
        times = Counter(chain.from_iterable(prose))
        said = times.keys()
        again = {word for word, count in times.items() if count > 1}
        return [
            len(own.long_words & (again if is_prose else said)) / len(own.long_words) if own.long_words else NONE
            for own, is_prose in zip(self._own, self.is_prose, strict=True)
        ]

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
    "blank-before": lambda of: of._blank_before,
    "blank-share": lambda of: of._everywhere(sum(of._blank_before) / max(1, len(of.lines))),
}


#: The facts of a line by itself, in the order in which `_facts` gives them.
_OF_LINE = (
    *("words", "length", "ends", "sentences", "dropped", "stop-words", "capitals", "upper", "small", "bullet"),
    *("digits", "signs", "bars", "commas", "quotes", "colon"),
)


def _facts(line: str, stop_words: frozenset[str]) -> LineFacts:
    """Facts of a line by itself."""
    quick = native.scan(line, stop_words) if native.scan else None
    found = Scan._make(quick or scan(line, stop_words))
    length = len(line) or 1
    # A script without capitals has no share of them; a line without letters counts as one of capitals.
    capitals = 100.0 if not found.lettered else 100 * found.capitals / found.lettered if found.cased else NONE
    facts = (
        float(found.parts if quick else words(line)),
        float(len(line)),
        float(found.ends),
        float(found.sentences),
        float(line.endswith(_DROPPED)),
        100 * found.known / (found.parts or 1) if stop_words else NONE,
        capitals,
        float(line.isupper()),
        float(line[:1].islower()),
        float(line[:1] in _BULLETS),
        100 * found.digits / length,
        100 * (length - found.solid) / length,
        float(found.bars),
        float(found.commas),
        float(found.quotes),
        float(line.endswith((":", "："))),
    )
    return LineFacts(facts, found.long_words, key(line))


def scan(line: str, stop_words: frozenset[str]) -> Scan:
    """Measurements of a line; the native function of this name gives the same for lines of common characters, in a tenth of the time."""
    parts = line.split()
    bare = [part.strip(_QUOTES).lower() for part in parts]
    lettered = [part for part in parts if any(map(str.isalpha, part))]
    return Scan(
        len(parts),
        sum(map(str.isalnum, line)) + sum(map(str.isspace, line)),
        sum(map(str.isdigit, line)),
        sum(map(line.count, "|•·»/›")),
        line.count(","),
        sum(map(line.count, '"“”«»')),
        bool(compiled(_AT_END).search(line) or (not line.isascii() and compiled(_ENDLESS).search(line))),
        len(compiled(_SENTENCE_END).findall(line)),
        sum(word in stop_words for word in bare),
        len(lettered),
        sum(word.lstrip(_QUOTES)[:1].isupper() for word in lettered),
        any(word.lower() != word.upper() for word in lettered),
        frozenset(word for word in bare if len(word) >= _LONG_WORD),
    )


#: `_facts` with a cache, since a page is classified again in each pass.
_kept_facts = lru_cache(maxsize=LINES_KEPT)(_facts)


def _is_prose(count: float, ends: float, stop_words: float, shape: Shape) -> bool:
    """Whether a line is prose, given its number of words, whether it ends a sentence, and its percentage of stop words."""
    return bool(ends and count >= shape.prose_words and (stop_words == NONE or stop_words >= shape.prose_stop_words))


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
