"""What the pages of a site have in common, and where on them it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import ceil
from statistics import median
from typing import Literal, NamedTuple

from cleaner.authoring.learn import copies
from cleaner.authoring.learn.pages import Page, Unit, split
from cleaner.document import words
from cleaner.engine.prose import may_be_prose

Place = Literal["start", "end", "inside"]

#: Least number of pages on which something stands that is the site's; and the least share of its pages, and that for what may be prose.
PAGES_AT_LEAST, SHARE, PROSE_SHARE = 3, 0.1, 0.5
#: Units in a row that are surely no headings of an article.
ROW = 3
#: Share that stands for nearly all, of the pages of a site or of the places of a line: single pages may be of another make.
_NEARLY_ALL = 0.9
#: Units without prose that part two stretches of it; and the share of the longest stretch's words that another one of the article has.
_GAP, _STRETCH_SHARE = 5, 0.25
#: Parts of the site in a row behind which the article doesn't go on.
_PARTED = 12
#: Words of a beginning that many pages have in common.
_PIECE_FROM, _PIECE_TO = 3, 60


class Spot(NamedTuple):
    """A unit of a page: the indexes of both."""

    page: int
    unit: int


class Seen(NamedTuple):
    """Where something stands.

    Attributes:
        spots: All places.
        groups: Pages on which it stands; copies count once.
        firm: Those of them on which it stands nowhere between the lines of the article.
        place: Place on most pages.
    """

    spots: tuple[Spot, ...]
    groups: frozenset[int]
    firm: frozenset[int]
    place: Place

    @property
    def is_firm(self) -> bool:
        """Whether it nearly always stands where the site's other parts are."""
        return is_nearly_all(len(self.firm), len(self.groups))


def is_nearly_all(count: int, of: int) -> bool:
    """Whether a number is nearly all of another."""
    return count >= _NEARLY_ALL * of


class Site:
    """Pages of one site, and what they have in common.

    Args:
        name: Host name.
        pages: Pages, with their units.
        kept: Keys of what a person has kept: it is the article's.

    Attributes:
        size: Number of pages; copies count once.
        needed: Number of pages on which something must stand.
    """

    def __init__(self, name: str, pages: Sequence[Page], kept: Collection[str] = ()) -> None:
        self._kept = kept
        self.name, self.pages = name, [page for page in pages if page.units]
        self.size = copies.group(self.pages)
        self.needed = max(PAGES_AT_LEAST, ceil(SHARE * self.size))
        if self.size >= PAGES_AT_LEAST:
            _cut(self.pages, max(self.needed, ceil(_NEARLY_ALL * self.size)))

    @cached_property
    def spots(self) -> Mapping[str, Sequence[Spot]]:
        """All places of each key."""
        found: dict[str, list[Spot]] = {}
        for index, page in enumerate(self.pages):
            for number, unit in enumerate(page.units):
                if unit.key:
                    found.setdefault(unit.key, []).append(Spot(index, number))
        return found

    @cached_property
    def common(self) -> Mapping[str, frozenset[int]]:
        """Keys that stand on enough pages, with these."""
        found = {}
        for key, spots in self.spots.items():
            if len(spots) >= self.needed and key not in self._kept:
                groups = self.groups(spots)
                if len(groups) >= (max(self.needed, PROSE_SHARE * self.size) if self.is_prose(spots) else self.needed):
                    found[key] = groups
        return found

    def groups(self, spots: Iterable[Spot]) -> frozenset[int]:
        """Groups of the pages of some places."""
        return frozenset(self.pages[spot.page].group for spot in spots)

    def unit(self, spot: Spot) -> Unit:
        """Unit at a place."""
        return self.pages[spot.page].units[spot.unit]

    def is_prose(self, spots: Sequence[Spot]) -> bool:
        """Whether what stands at some places may be prose."""
        return any(self.unit(spot).is_prose for spot in spots[:3])

    def is_chrome(self, page: int, index: int) -> bool:
        """Whether a unit goes by the rules in force, or is common; beyond the ends of a page all is."""
        units = self.pages[page].units
        return not 0 <= index < len(units) or units[index].is_taken or units[index].key in self.common

    @cached_property
    def changing(self) -> frozenset[str]:
        """Common keys whose figures change from page to page."""
        return frozenset(
            key for key in self.common if len({self.unit(spot).text.casefold() for spot in self.spots[key]}) > 1 and "0" in key
        )

    def is_steady(self, page: int, index: int) -> bool:
        """Whether a unit is the site's and doesn't change; so are the ends of a page."""
        units = self.pages[page].units
        if not self.is_chrome(page, index):
            return False
        return not 0 <= index < len(units) or units[index].is_taken or units[index].key not in self.changing

    def run(self, spot: Spot) -> int:
        """Number of units in a row, of which a place is one, that are the site's and don't change."""
        units, first, stop = self.pages[spot.page].units, spot.unit, spot.unit + 1
        while first > 0 and self.is_steady(spot.page, first - 1):
            first -= 1
        while stop < len(units) and self.is_steady(spot.page, stop):
            stop += 1
        return stop - first

    def own(self, page: int, indexes: Iterable[int]) -> list[Unit]:
        """Units of a page that are its own."""
        units = self.pages[page].units
        return [units[index] for index in indexes if 0 <= index < len(units) and units[index].key and not self.is_chrome(page, index)]

    @cached_property
    def prose_ends(self) -> Sequence[tuple[int, int]]:
        """For each page the indexes of the first and the last unit of the article's prose; of one without, -1 and its size.

        The article is the stretch with the most prose that only this page has: teasers stand apart from it.
        """
        return [self._article(index) for index in range(len(self.pages))]

    def _article(self, page: int) -> tuple[int, int]:
        units = self.pages[page].units
        own = [index for index, unit in enumerate(units) if unit.is_prose and not self.is_chrome(page, index)]
        stretches: list[list[int]] = []
        for index in own:
            if not stretches or index - stretches[-1][-1] > _GAP:
                stretches.append([])
            stretches[-1].append(index)
        if not stretches:
            return -1, len(units)
        size = [sum(words(units[index].text) for index in stretch) for stretch in stretches]
        main = size.index(max(size))
        first = last = main
        for step in (-1, 1):
            at = main
            while 0 <= at + step < len(stretches) and not self._is_parted(
                page, stretches[at][-1 if step > 0 else 0], stretches[at + step][0 if step > 0 else -1]
            ):
                at += step
                if size[at] >= size[main] * _STRETCH_SHARE:
                    first, last = min(first, at), max(last, at)
        return stretches[first][0], stretches[last][-1]

    def _is_parted(self, page: int, one: int, other: int) -> bool:
        """Whether many parts of the site stand in a row between two units: the article doesn't go on behind them."""
        row = 0
        for index in range(min(one, other) + 1, max(one, other)):
            row = row + 1 if self.is_chrome(page, index) else 0
            if row >= _PARTED:
                return True
        return False

    @cached_property
    def titles(self) -> Mapping[str, frozenset[int]]:
        """Keys of the pages' own lines above their articles, one of which is the title, with the groups of these pages."""
        found: dict[str, set[int]] = {}
        for index, page in enumerate(self.pages):
            for unit in self.own(index, range(self.prose_ends[index][0])):
                found.setdefault(unit.key, set()).add(page.group)
        return {key: frozenset(groups) for key, groups in found.items()}

    def place(self, spot: Spot) -> Place:
        """Place of a unit, seen from the article's prose."""
        first, last = self.prose_ends[spot.page]
        return "start" if spot.unit < first else "end" if spot.unit > last else "inside"

    def is_firm(self, spot: Spot) -> bool:
        """Whether a unit stands before or behind the article's prose."""
        return self.place(spot) != "inside"

    def seen(self, spots: Sequence[Spot]) -> Seen:
        """Where something stands."""
        groups = self.groups(spots)
        loose = self.groups(spot for spot in spots if not self.is_firm(spot))
        place = Counter(map(self.place, spots)).most_common(1)[0][0]
        return Seen(tuple(spots), groups, groups - loose, place)

    def behind(self, spot: Spot) -> Iterator[tuple[int, Unit]]:
        """Units behind a place, to the end of the page, with their indexes."""
        units = self.pages[spot.page].units
        return ((index, units[index]) for index in range(spot.unit + 1, len(units)))

    def list_below(self, spot: Spot) -> list[Unit]:
        """Lines of a page's own right below a line, up to the first that is common or may be prose."""
        lines = []
        for index, unit in self.behind(spot):
            if unit.is_prose or self.is_chrome(spot.page, index):
                break
            lines.append(unit)
        return lines


def _cut(pages: Sequence[Page], needed: int) -> None:
    """Cut the first unit of pages behind a beginning that stands on enough of them: a menu on one line with the first sentence.

    A sentence that many pages begin alike isn't cut: most words of the beginning must bear capitals, as in a row of links or a title, and
    the rest must begin with one. Nothing is cut at the end: behind a full stop, chrome is a unit of its own.
    """
    told = [(page, page.units[0].text.split()) for page in pages if not page.units[0].is_taken]
    holders: dict[tuple[str, ...], set[int]] = {}
    for page, parts in told:
        for count in range(_PIECE_FROM, min(len(parts), _PIECE_TO)):
            holders.setdefault(tuple(parts[:count]), set()).add(page.group)
    for page, parts in told:
        counts = range(min(len(parts), _PIECE_TO) - 1, _PIECE_FROM - 1, -1)
        for count in counts:
            first, *others = page.units
            rest = " ".join(parts[count:])
            if len(holders[tuple(parts[:count])]) >= needed and rest[0].isupper() and _is_row(parts[:count]) and may_be_prose(rest):
                page.units = [*split(first, _length(first.text, count)), *others]
                break


def _is_row(parts: Sequence[str]) -> bool:
    """Whether words look like a row of links or titles: two of three begin with a capital or a figure."""
    return 3 * sum(part[0].isupper() or part[0].isdigit() for part in parts) >= 2 * len(parts)


def _length(text: str, count: int) -> int:
    """Length in characters of the first words of a text."""
    length = 0
    for part in text.split()[:count]:
        length = text.index(part, length) + len(part)
    return length


def headline_like(units: Sequence[Unit]) -> bool:
    """Whether units look like headlines of other stories, and not like the items of the article's own list."""
    return bool(units) and median(words(unit.text) for unit in units) >= 4 and not any(unit.is_prose for unit in units)
