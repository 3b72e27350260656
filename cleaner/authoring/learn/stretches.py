"""Proposals for several lines at once: a label with the headlines below it, what stands between two marks, what stands above one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cleaner.authoring.learn.evidence import Seen, Site, Spot, headline_like, is_nearly_all
from cleaner.authoring.learn.pages import Unit
from cleaner.authoring.learn.proposal import Proposal, changes, literal, variants
from cleaner.document import words

#: Lines of a list or block, more than were seen; lines of a block at most; share of a mark's pages on which another ends its block.
_MORE_LINES, _BLOCK_AT_MOST, _SAME_END = 3, 12, 0.8
#: Titles of other pages that must stand below a label.
_TITLES = 2


def label(site: Site, seen: Seen) -> Proposal | None:
    """Proposal for a label, and the headlines of other stories below it; None if no such list stands there."""
    if seen.place == "start" or not _may_be_mark(site, seen):
        return None
    below = [site.list_below(spot) for spot in seen.spots]
    if not _is_often(site, seen, below) or not headline_like([unit for lines in below for unit in lines]):
        return None
    texts = [site.unit(spot).text for spot in seen.spots]
    patterns, said, count = tuple(literal(texts)), variants(texts), len(seen.groups)
    is_last = seen.place == "end" and len(seen.firm) == count
    doubt = "it stands between lines of the article" if not is_last else ""
    if is_last and not (_are_titles(site, seen, below) or _are_behind_chrome(site, seen)):
        doubt = "the list below it may be the article's"
    behind = [unit for spot in seen.spots for unit in site.own(spot.page, range(spot.unit + 1, len(site.pages[spot.page].units)))]
    if is_last and headline_like(behind):
        what = "A label, and the headlines of other stories to the end"
        return Proposal("tail", patterns, said, seen.spots, count, seen.place, what, doubt)
    most = max(map(len, below)) + _MORE_LINES
    what = "A label, and the headlines of other stories below it"
    return Proposal("line", patterns, said, seen.spots, count, seen.place, what, doubt, headlines=most)


def _are_titles(site: Site, seen: Seen, below: list[list[Unit]]) -> bool:
    """Whether lines below a label are titles of other pages: an article's own list holds none."""
    lines = [(site.pages[spot.page].group, unit) for spot, units in zip(seen.spots, below, strict=True) for unit in units]
    return sum(bool(site.titles.get(unit.key, frozenset()) - {group}) for group, unit in lines) >= _TITLES


def _are_behind_chrome(site: Site, seen: Seen) -> bool:
    """Whether what the rules in force take stands right above a label, on most pages."""
    taken = [spot.unit > 0 and site.pages[spot.page].units[spot.unit - 1].is_taken for spot in seen.spots]
    return is_nearly_all(sum(taken), len(taken))


def units_below(site: Site, spot: Spot, proposal: Proposal) -> Iterable[int]:
    """Indexes of the units that go with a label."""
    stop = len(site.pages[spot.page].units) if proposal.remove == "tail" else spot.unit + 1 + len(site.list_below(spot))
    return range(spot.unit + 1, stop)


def block(site: Site, seen: Seen) -> Proposal | None:
    """Proposal for a mark, another one, and the pages' own lines between them, which are never prose; None if there is no such block."""
    if seen.place == "start" or not _may_be_mark(site, seen):
        return None
    below = [site.list_below(spot) for spot in seen.spots]
    if not _is_often(site, seen, below) or max(map(len, below)) > _BLOCK_AT_MOST:
        return None
    ends: Counter[str] = Counter()
    for spot, lines in zip(seen.spots, below, strict=True):
        units, index = site.pages[spot.page].units, spot.unit + 1 + len(lines)
        if index < len(units) and units[index].key in site.common and units[index].is_line:
            ends[units[index].key] += 1
    key, count = ends.most_common(1)[0] if ends else ("", 0)
    if count < _SAME_END * len(seen.spots) or site.is_prose(site.spots[key]):
        return None
    texts, last = [site.unit(spot).text for spot in seen.spots], [site.unit(spot).text for spot in site.spots[key]]
    return Proposal(
        "block",
        tuple(literal(texts)),
        variants(texts),
        seen.spots,
        len(seen.groups),
        seen.place,
        "What stands between two marks",
        "the pages' own lines stand in it",
        through="|".join(literal(last)),
        max_lines=max(map(len, below)) + 2 + _MORE_LINES,
    )


def head(site: Site, seen: Seen) -> Proposal | None:
    """Proposal for all that stands above a mark above the title; None if the pages' own lines there may be the title."""
    if seen.place != "start" or len(seen.firm) < len(seen.groups) or not _may_be_mark(site, seen):
        return None
    above = [site.own(spot.page, range(spot.unit)) for spot in seen.spots]
    if not _is_often(site, seen, above):
        return None
    for spot, lines in zip(seen.spots, above, strict=True):
        below = site.own(spot.page, range(spot.unit + 1, site.prose_ends[spot.page][0]))
        if max(map(_length, lines), default=0) >= max(map(_length, below), default=0):
            return None
    texts = [site.unit(spot).text for spot in seen.spots]
    doubt, most = "the pages' own lines stand above it", max(spot.unit for spot in seen.spots) + 1 + _MORE_LINES
    what = "All that stands above a mark"
    return Proposal("head", tuple(literal(texts)), variants(texts), seen.spots, len(seen.groups), seen.place, what, doubt, max_lines=most)


def _may_be_mark(site: Site, seen: Seen) -> bool:
    """Whether what was seen is a whole line, no prose, and always the same."""
    units = [site.unit(spot) for spot in seen.spots]
    return all(unit.is_line for unit in units) and not site.is_prose(seen.spots) and not changes([unit.text for unit in units])


def _is_often(site: Site, seen: Seen, lists: Iterable[list[Unit]]) -> bool:
    """Whether something stands beside a mark on enough of its pages."""
    beside = site.groups(spot for spot, lines in zip(seen.spots, lists, strict=True) if lines)
    return len(beside) >= max(site.needed, len(seen.groups) / 2)


def _length(unit: Unit) -> int:
    return words(unit.text)
