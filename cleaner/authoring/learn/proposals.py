"""What is proposed as a site's chrome: lines said alike, lines with a fixed beginning or end, and stretches of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from cleaner.authoring.learn.evidence import PROSE_SHARE, Seen, Site, Spot, headline_like
from cleaner.authoring.learn.pages import DIGITS, Unit
from cleaner.authoring.learn.proposal import Proposal, changes, literal, variants
from cleaner.authoring.learn.stretches import block, head, label, units_below
from cleaner.document import words

#: Share of the pages of two lines on which one follows the other, from which on they belong together; and lines in one rule.
_TOGETHER, _LINES_AT_MOST = 0.8, 30
#: Words of a fixed beginning or end, and of the whole line.
_FIXED_FROM, _FIXED_TO, _LINE_TO = 2, 6, 40
#: Share of a site's pages on which a fixed beginning or end must stand: less may be chance.
_FIXED_SHARE = 0.3
#: Signs with which a label ends, or that part the items of a trail.
_LABEL_SIGNS = (":", "：", ">", "›", "»", "/", "|")
#: Texts that show what a fixed part goes with.
_SHOWN = 3
#: Words that may change in a line with a fixed beginning, more than were seen.
_MORE_WORDS = 4
#: Units in a row that are surely no headings of the article; words from which on a line may be the title; units above the article in which
#: the title stands.
_ROW, _TITLE_FROM, _HEAD = 3, 3, 12
#: Words of a line that may be a heading elsewhere; lines at a text's end among which such a one is looked for, if it stands alone.
_SHORT, _OUTER = 3, 4
#: Greatest number of proposals for a site.
_PROPOSALS_AT_MOST = 300
#: Share of a site's pages from which on a sentence beside the article is the site's.
_NEARLY_ALL = 0.9


def proposals(site: Site) -> list[Proposal]:
    """Proposals for a site, the surest first; at most some hundreds."""
    seen = {key: site.seen(site.spots[key]) for key in site.common}
    untaken = {key: each for key, each in seen.items() if _is_untaken(site, each)}
    labels = {key: proposal for key, each in untaken.items() if (proposal := label(site, each))}
    rest = {key: each for key, each in untaken.items() if key not in labels}
    below = {Spot(spot.page, index) for each in labels.values() for spot in each.spots for index in units_below(site, spot, each)}
    site.listed = {
        Spot(spot.page, index)
        for each in labels.values()
        for spot in each.spots
        for index in units_below(site, spot, each)
        if not each.doubt and not site.pages[spot.page].units[index].is_prose
    }
    site.doubtful = {key for key, each in labels.items() if each.doubt}
    while new := {key for key, each in rest.items() if key not in site.doubtful and _doubt(site, each)}:
        site.doubtful |= new  # what stands beside a doubtful line stands beside the article
    further = (proposal for each in rest.values() for make in (block, head) if (proposal := make(site, each)))
    found = [*labels.values(), *_lines(site, rest), *_fixed(site, below), *further]
    return sorted(found, key=lambda each: (bool(each.doubt), -each.pages))[:_PROPOSALS_AT_MOST]


def _is_untaken(site: Site, seen: Seen) -> bool:
    """Whether the rules in force leave something, on most pages."""
    return 2 * sum(site.unit(spot).is_taken for spot in seen.spots) < len(seen.spots)


def _doubt(site: Site, seen: Seen) -> str:
    """Why lines that stand somewhere may be the article's; an empty string if they surely aren't."""
    if not seen.is_firm:
        return "it stands between lines of the article"
    if changes([site.unit(spot).text for spot in seen.spots]) and not _nearly_all(_is_among_chrome(site, spot) for spot in seen.spots):
        return "it changes from page to page, like the article's own figures"
    is_usual = len(seen.groups) >= _NEARLY_ALL * site.size
    if site.is_prose(seen.spots) and not is_usual and not _nearly_all(_is_among_chrome(site, spot) for spot in seen.spots):
        return "it is a sentence beside the article's, on some pages only"
    if any(_leads_a_list(site, spot) for spot in seen.spots):
        return "a list of the article may follow it"
    if not _nearly_all(_is_apart(site, spot) for spot in seen.spots):
        return "it stands beside lines of the article"
    if len(seen.groups) < PROSE_SHARE * site.size and sum(_is_alone(site, spot) for spot in seen.spots) > (1 - _NEARLY_ALL) * len(
        seen.spots
    ):
        return "it may be the title"
    beside = [spot for spot in seen.spots if site.place(spot) == "end" and not site.is_settled(spot.page, spot.unit - 1)]
    if len(beside) > (1 - _NEARLY_ALL) * len(seen.spots) and not _begins_foot(site, seen, beside):
        return "it stands right below the article, and not always with the same line below it"
    return ""


def _nearly_all(values: Iterable[bool]) -> bool:
    values = list(values)
    return sum(values) >= _NEARLY_ALL * len(values)


def _is_apart(site: Site, spot: Spot) -> bool:
    """Whether only parts of the site stand between a line and an end of the page, or around it, away from the title and the article."""
    units, place = site.pages[spot.page].units, site.place(spot)
    first, _ = site.prose_ends[spot.page]
    is_in_row = site.run(spot) >= _ROW
    if place == "end":
        return is_in_row or not any(
            units[index].key and not site.is_settled(spot.page, index) and not _is_between(site, Spot(spot.page, index))
            for index in range(spot.unit + 1, len(units))
        )
    near = site.own(spot.page, max(0, first - _HEAD), first)
    longest = max((words(unit.text) for unit in near), default=0)
    title = next((unit for unit in near if 2 * words(unit.text) >= longest), None)
    if title and title.start < units[spot.unit].start:
        return False
    return not site.own(spot.page, 0, spot.unit) or (is_in_row and title is not None and words(title.text) >= _TITLE_FROM)


def _is_between(site: Site, spot: Spot) -> bool:
    """Whether a single line stands between two of the site's, such as a name in a page's foot."""
    return site.is_chrome(spot.page, spot.unit - 1) and site.is_chrome(spot.page, spot.unit + 1)


def _is_alone(site: Site, spot: Spot) -> bool:
    """Whether no line that may be the title is left above the article without a line."""
    first, _ = site.prose_ends[spot.page]
    return site.place(spot) == "start" and not site.own(spot.page, 0, first)


def _begins_foot(site: Site, seen: Seen, beside: Sequence[Spot]) -> bool:
    """Whether the line below lines right below the article is nearly always the same, and nearly never stands there without them."""
    below = Counter(
        "" if spot.unit + 1 >= len(site.pages[spot.page].units) else site.pages[spot.page].units[spot.unit + 1].key for spot in beside
    )
    key, count = below.most_common(1)[0]
    others = len(site.common[key]) if key in site.common else site.size
    if key and (key not in site.common or key in site.changing) and not site.is_settled(beside[0].page, beside[0].unit + 1):
        return False
    return count >= _NEARLY_ALL * len(beside) and len(seen.groups) >= _NEARLY_ALL * others


def _is_among_chrome(site: Site, spot: Spot) -> bool:
    """Whether parts of the site that don't change stand on both sides of a line below the article, or above one above the title."""
    above, below = (site.is_steady(spot.page, spot.unit + step) for step in (-1, 1))
    if site.place(spot) == "end":
        return above and below and site.is_steady(spot.page, spot.unit - 2)
    return above and site.place(spot) == "start" and _has_longer_above_prose(site, spot)


def _leads_a_list(site: Site, spot: Spot) -> bool:
    """Whether lines of the page's own, which are no headlines and no prose, follow a line that stands below other such lines."""
    below = site.list_below(spot)
    return len(below) > 1 and spot.unit > 0 and not site.is_chrome(spot.page, spot.unit - 1) and not headline_like(below)


def _lines(site: Site, seen: Mapping[str, Seen]) -> Iterator[Proposal]:
    """Proposals for lines, and pieces of lines, that are said alike."""
    texts = {key: [site.unit(spot).text for spot in each.spots] for key, each in seen.items()}
    whole = {key: all(site.unit(spot).is_line for spot in each.spots) for key, each in seen.items()}
    doubts = {key: _doubt(site, each) for key, each in seen.items()}
    firm = [key for key in seen if whole[key] and not doubts[key]]
    for keys in _together(site, firm, seen):
        groups = frozenset[int]().union(*(seen[key].groups for key in keys))
        spots = tuple(spot for key in keys for spot in seen[key].spots)
        place = Counter(seen[key].place for key in keys).most_common(1)[0][0]
        what = "Lines that stand together" if len(keys) > 1 else "A line"
        patterns, said = _of_group([texts[key] for key in keys])
        proposal = Proposal("line", patterns, said, spots, len(groups), place, what)
        if len(keys) == 1 and words(texts[keys[0]][0]) <= _SHORT:
            proposal.first_lines, proposal.last_lines = (_OUTER, 0) if place == "start" else (0, _OUTER)
        yield proposal
    for key, each in seen.items():
        if key in firm:
            continue
        shown, sources = variants(texts[key]), tuple(literal(texts[key]))
        is_row = any(site.unit(spot).is_row for spot in each.spots)
        if whole[key] or not (is_row or doubts[key]):
            what = "A line" if whole[key] else "A sentence"
            yield Proposal("line", sources, shown, each.spots, len(each.groups), each.place, what, doubts[key])
        elif is_row and not doubts[key]:
            pieces = tuple(rf"^{source}(?=\s+\p{{Lu}})" for source in sources)
            begun = tuple(_line_begun(site, spot) for spot in each.spots[:1])
            yield Proposal(
                "match", pieces, shown, each.spots, len(each.groups), each.place, "A row at the beginning", first_lines=1, shown=begun
            )


def _of_group(texts: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Patterns for lines that stand together, and texts that show them.

    A short line, which may be a heading elsewhere, goes only with a neighbour. Pairs come first: of patterns that fit, the first counts.
    """
    sources = [literal(each) for each in texts]
    one = [each[0] if len(each) == 1 else f"(?:{'|'.join(each)})" for each in sources]
    short = [words(each[0]) <= _SHORT for each in texts]
    pairs = [index for index in range(len(texts) - 1) if short[index] or short[index + 1]]
    alone = [index for index in range(len(texts)) if len(texts) == 1 or not short[index]]
    patterns = [f"{one[index]}\\n{one[index + 1]}" for index in pairs] + [source for index in alone for source in sources[index]]
    said = [f"{texts[index][0]}\n{texts[index + 1][0]}" for index in pairs] + [text for index in alone for text in variants(texts[index])]
    return tuple(dict.fromkeys(patterns)), tuple(dict.fromkeys(said))


def _line_begun(site: Site, spot: Spot) -> str:
    """A row of words with the sentence behind it."""
    units = site.pages[spot.page].units
    return site.pages[spot.page].source.text[units[spot.unit].start : units[spot.unit + 1].stop]


def _together(site: Site, keys: Sequence[str], seen: Mapping[str, Seen]) -> list[list[str]]:
    """Keys in groups of those that stand one below the other on most of their pages."""
    wanted = set(keys)
    following: dict[tuple[str, str], set[int]] = {}
    for key in keys:
        for spot in seen[key].spots:
            units = site.pages[spot.page].units
            if spot.unit + 1 < len(units) and (other := units[spot.unit + 1].key) in wanted and other != key:
                following.setdefault((key, other), set()).add(site.pages[spot.page].group)
    heads = {key: [key] for key in keys}
    for (key, other), groups in sorted(following.items(), key=lambda each: -len(each[1])):
        first, second = heads[key], heads[other]
        is_next = first is not second and first[-1] == key and second[0] == other and len(first) + len(second) <= _LINES_AT_MOST
        if is_next and len(groups) >= _TOGETHER * max(len(seen[key].groups), len(seen[other].groups)):
            first += second
            for each in second:
                heads[each] = first
    return [list(group) for group in {id(group): group for group in heads.values()}.values()]


#: Words of a line, figures as 0: its fixed beginning or end.
_Words = tuple[str, ...]


def _fixed(site: Site, known: Set[Spot]) -> Iterator[Proposal]:
    """Proposals for lines with a fixed beginning, or a fixed end, whose rest changes, apart from those that go anyway."""
    of_prose = _ends_of_prose(site)
    taken = set(known)
    for at_start in (True, False):
        table = _by_end(site, at_start)
        for fixed in sorted(table, key=len, reverse=True):
            is_said = fixed not in of_prose and any(map(str.isalpha, "".join(fixed)))
            spots = [spot for spot in table[fixed] if spot not in taken] if is_said else []
            proposal = _with_fixed_part(site, len(fixed), spots, at_start) if len(spots) >= site.needed else None
            if proposal:
                taken.update(spots)
                yield proposal


def _end(text: str, count: int, at_start: bool) -> str:
    """The first words of a text, or the last."""
    parts = text.split(maxsplit=count) if at_start else text.rsplit(maxsplit=count)
    rest = parts[count] if at_start and len(parts) > count else parts[0] if not at_start and len(parts) > count else ""
    return (text[: len(text) - len(rest)] if at_start else text[len(rest) :]).strip()


def _ends_of_prose(site: Site) -> set[_Words]:
    """Words with which prose of the pages' own begins or ends: no fixed part of chrome."""
    found = set[_Words]()
    for page_index, page in enumerate(site.pages):
        for index, unit in enumerate(page.units):
            if unit.is_prose and site.place(Spot(page_index, index)) == "inside" and not site.is_chrome(page_index, index):
                parts = DIGITS.sub("0", unit.text).split()
                found.update(tuple(parts[:count]) for count in range(1, _FIXED_TO + 1))
                found.update(tuple(parts[-count:]) for count in range(1, _FIXED_TO + 1))
    return found


def _by_end(site: Site, at_start: bool) -> dict[_Words, list[Spot]]:
    """Places of lines of the pages' own, by the words that they begin with, or end with."""
    found: dict[_Words, list[Spot]] = {}
    for page_index, page in enumerate(site.pages):
        for index, unit in enumerate(page.units):
            parts = DIGITS.sub("0", unit.text).split()
            if not unit.key or not unit.is_line or len(parts) > _LINE_TO or site.is_chrome(page_index, index):
                continue
            least = 1 if at_start and parts[0].endswith(_LABEL_SIGNS) else _FIXED_FROM
            for count in range(least, min(_FIXED_TO, len(parts) - 1) + 1):
                found.setdefault(tuple(parts[:count] if at_start else parts[-count:]), []).append(Spot(page_index, index))
    return found


def _with_fixed_part(site: Site, count: int, spots: Sequence[Spot], at_start: bool) -> Proposal | None:
    """Proposal for lines whose first, or last, words are alike; None if they may be the article's."""
    seen = site.seen(spots)
    units = [site.unit(spot) for spot in spots]
    if len(seen.groups) < max(site.needed, _FIXED_SHARE * site.size) or len({unit.key for unit in units}) < len(seen.groups) / 2:
        return None
    if any(unit.is_prose and site.place(spot) == "inside" for unit, spot in zip(units, spots, strict=True)):
        return None
    fixed = [_end(unit.text, count, at_start) for unit in units]
    length = 2 * max(len(unit.text) - len(part) for unit, part in zip(units, fixed, strict=True))
    sources = literal(fixed)
    patterns = tuple(f"{source} .{{1,{length}}}" if at_start else f".{{1,{length}}} {source}" for source in sources)
    what = "A line with a fixed beginning" if at_start else "A line with a fixed end"
    doubt = _doubt_of_fixed(site, fixed, seen, units, at_start)
    if doubt and len(seen.groups) < PROSE_SHARE * site.size and not all(part.endswith(_LABEL_SIGNS) for part in fixed):
        return None  # lines that happen to be worded alike
    texts = tuple(dict.fromkeys(unit.text for unit in units))[: max(_SHOWN, len(patterns))]
    most = max(words(unit.text) for unit in units) + _MORE_WORDS
    return Proposal("line", patterns, texts, seen.spots, len(seen.groups), seen.place, what, doubt, max_words=most)


def _doubt_of_fixed(site: Site, fixed: Sequence[str], seen: Seen, units: Sequence[Unit], at_start: bool) -> str:
    """Why lines with a fixed part may be the article's; an empty string if they surely aren't."""
    if not seen.is_firm:
        return "it stands between lines of the article"
    if any(unit.is_prose for unit in units):
        return "it may be prose"
    if not _nearly_all(_is_among_chrome(site, spot) for spot in seen.spots):
        return "lines of the page's own stand beside it"
    if seen.place == "start" and not _nearly_all(_has_longer_above_prose(site, spot) for spot in seen.spots):
        return "it may be the title"
    return ""


def _has_longer_above_prose(site: Site, spot: Spot) -> bool:
    """Whether another line of the page's own, which is longer and may be its title, stands above the article, too."""
    units = site.pages[spot.page].units
    first, _ = site.prose_ends[spot.page]
    own = (unit for index, unit in enumerate(units[:first]) if index != spot.unit and not site.is_chrome(spot.page, index))
    return any(words(unit.text) > words(units[spot.unit].text) for unit in own)
