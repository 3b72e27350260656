"""What of a site's parts is surely no part of an article, and why the rest may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

from cleaner.authoring.learn.evidence import PROSE_SHARE, ROW, Seen, Site, Spot, headline_like, is_nearly_all
from cleaner.authoring.learn.pages import Unit
from cleaner.authoring.learn.proposal import Proposal, changes
from cleaner.authoring.learn.stretches import units_below
from cleaner.document import words

#: Words from which on a line may be the title; units above the article in which the title stands.
_TITLE_FROM, _HEAD = 3, 12


class Verdict:
    """What is held of the parts of a site.

    Args:
        site: The site.
        listed: Lines of the pages' own that surely go with a label.
        doubtful: Common keys that may be the article's.
    """

    def __init__(self, site: Site, listed: Set[Spot] = frozenset(), doubtful: Set[str] = frozenset()) -> None:
        self._site, self._listed, self._doubtful = site, listed, doubtful

    @classmethod
    def of(cls, site: Site, labels: Mapping[str, Proposal], rest: Mapping[str, Seen]) -> Verdict:
        """Verdict on a site, of whose common keys some are labels: what stands beside a doubtful line stands beside the article."""
        listed = {
            Spot(spot.page, index)
            for each in labels.values()
            if not each.doubt
            for spot in each.spots
            for index in units_below(site, spot, each)
            if not site.pages[spot.page].units[index].is_prose
        }
        doubtful = {key for key, each in labels.items() if each.doubt}
        verdict = cls(site, listed, doubtful)
        while new := {key for key, each in rest.items() if key not in doubtful and verdict.doubt(each)}:
            doubtful = doubtful | new
            verdict = cls(site, listed, doubtful)
        return verdict

    def is_settled(self, page: int, index: int) -> bool:
        """Whether a unit is surely the site's, or goes with a label of it."""
        return (self._site.is_chrome(page, index) and not self._is_doubtful(page, index)) or Spot(page, index) in self._listed

    def is_steady(self, page: int, index: int) -> bool:
        """Whether a unit is surely the site's and doesn't change; so are the ends of a page."""
        return self._site.is_steady(page, index) and not self._is_doubtful(page, index)

    def doubt(self, seen: Seen) -> str:
        """Why lines that stand somewhere may be the article's; an empty string if they surely aren't."""
        site, spots = self._site, seen.spots
        if not seen.is_firm:
            return "it stands between lines of the article"
        if changes([site.unit(spot).text for spot in spots]) and not self._are_among_chrome(spots):
            return "it changes from page to page, like the article's own figures"
        is_usual = is_nearly_all(len(seen.groups), site.size)
        if site.is_prose(spots) and not is_usual and not self._are_among_chrome(spots):
            return "it is a sentence beside the article's, on some pages only"
        if any(_leads_a_list(site, spot) for spot in spots):
            return "a list of the article may follow it"
        if not are_nearly_all(self._is_apart(spot) for spot in spots):
            return "it stands beside lines of the article"
        if len(seen.groups) < PROSE_SHARE * site.size and not are_nearly_all(not self._is_alone(spot) for spot in spots):
            return "it may be the title"
        beside = [spot for spot in spots if site.place(spot) == "end" and not self.is_settled(spot.page, spot.unit - 1)]
        if not is_nearly_all(len(spots) - len(beside), len(spots)) and not self._begins_foot(seen, beside):
            return "it stands right below the article, and not always with the same line below it"
        return ""

    def doubt_of_fixed(self, seen: Seen) -> str:
        """Why lines of the pages' own with a fixed part may be the article's; an empty string if they surely aren't."""
        if not seen.is_firm:
            return "it stands between lines of the article"
        if any(self._site.unit(spot).is_prose for spot in seen.spots):
            return "it may be prose"
        if not self._are_among_chrome(seen.spots):
            return "lines of the page's own stand beside it"
        if seen.place == "start" and not are_nearly_all(self._has_longer_above_prose(spot) for spot in seen.spots):
            return "it may be the title"
        return ""

    def _is_doubtful(self, page: int, index: int) -> bool:
        units = self._site.pages[page].units
        return 0 <= index < len(units) and not units[index].is_taken and units[index].key in self._doubtful

    def _unsettled(self, page: int, indexes: Iterable[int]) -> list[Unit]:
        """Units of a page that may be its own."""
        units = self._site.pages[page].units
        return [units[index] for index in indexes if 0 <= index < len(units) and units[index].key and not self.is_settled(page, index)]

    def _is_apart(self, spot: Spot) -> bool:
        """Whether only parts of the site stand between a line and an end of the page, or around it, away from the title and the article."""
        units, place = self._site.pages[spot.page].units, self._site.place(spot)
        first, _ = self._site.prose_ends[spot.page]
        is_in_row = self._site.run(spot) >= ROW
        if place == "end":
            return is_in_row or not any(
                units[index].key and not self.is_settled(spot.page, index) and not _is_between(self._site, Spot(spot.page, index))
                for index in range(spot.unit + 1, len(units))
            )
        near = self._unsettled(spot.page, range(first - _HEAD, first))
        longest = max((words(unit.text) for unit in near), default=0)
        title = next((unit for unit in near if 2 * words(unit.text) >= longest), None)
        if title and title.start < units[spot.unit].start:
            return False
        return not self._unsettled(spot.page, range(spot.unit)) or (is_in_row and title is not None and words(title.text) >= _TITLE_FROM)

    def _is_alone(self, spot: Spot) -> bool:
        """Whether no line that may be the title is left above the article without a line."""
        first, _ = self._site.prose_ends[spot.page]
        return self._site.place(spot) == "start" and not self._unsettled(spot.page, range(first))

    def _begins_foot(self, seen: Seen, beside: Sequence[Spot]) -> bool:
        """Whether the line below lines right below the article is nearly always the same, and nearly never stands there without them."""
        site = self._site
        below = Counter(
            "" if spot.unit + 1 >= len(site.pages[spot.page].units) else site.pages[spot.page].units[spot.unit + 1].key for spot in beside
        )
        key, count = below.most_common(1)[0]
        others = len(site.common[key]) if key in site.common else site.size
        if key and (key not in site.common or key in site.changing) and not self.is_settled(beside[0].page, beside[0].unit + 1):
            return False
        return is_nearly_all(count, len(beside)) and is_nearly_all(len(seen.groups), others)

    def _are_among_chrome(self, spots: Sequence[Spot]) -> bool:
        """Whether nearly all of some places are among parts of the site."""
        return are_nearly_all(self._is_among_chrome(spot) for spot in spots)

    def _is_among_chrome(self, spot: Spot) -> bool:
        """Whether parts of the site that don't change stand on both sides of a line below the article, or above one above the title."""
        above, below = (self.is_steady(spot.page, spot.unit + step) for step in (-1, 1))
        if self._site.place(spot) == "end":
            return above and below and self.is_steady(spot.page, spot.unit - 2)
        return above and self._site.place(spot) == "start" and self._has_longer_above_prose(spot)

    def _has_longer_above_prose(self, spot: Spot) -> bool:
        """Whether another line of the page's own, which is longer and may be its title, stands above the article, too."""
        first, _ = self._site.prose_ends[spot.page]
        length = words(self._site.unit(spot).text)
        return any(words(unit.text) > length for unit in self._site.own(spot.page, range(first)))


def are_nearly_all(values: Iterable[bool]) -> bool:
    """Whether nearly all of some values are true."""
    values = list(values)
    return is_nearly_all(sum(values), len(values))


def _is_between(site: Site, spot: Spot) -> bool:
    """Whether a single line stands between two of the site's, such as a name in a page's foot."""
    return site.is_chrome(spot.page, spot.unit - 1) and site.is_chrome(spot.page, spot.unit + 1)


def _leads_a_list(site: Site, spot: Spot) -> bool:
    """Whether lines of the page's own, which are no headlines and no prose, follow a line that stands below other such lines."""
    below = site.list_below(spot)
    return len(below) > 1 and spot.unit > 0 and not site.is_chrome(spot.page, spot.unit - 1) and not headline_like(below)
