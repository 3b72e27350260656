"""What is proposed as a site's chrome: lines said alike, lines with a fixed beginning or end, and stretches of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise

from cleaner.authoring.learn.evidence import PROSE_SHARE, ROW, Seen, Site, Spot
from cleaner.authoring.learn.pages import DIGITS
from cleaner.authoring.learn.proposal import Proposal, literal, variants
from cleaner.authoring.learn.stretches import block, head, label, units_below
from cleaner.authoring.learn.verdict import Verdict, are_nearly_all
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
#: Words of a line that may be a heading elsewhere; lines at a text's end among which such a one is looked for, if it stands alone.
_SHORT, _OUTER = 3, 4
#: Greatest number of proposals for a site.
_PROPOSALS_AT_MOST = 300


def proposals(site: Site) -> list[Proposal]:
    """Proposals for a site, the surest first; at most some hundreds."""
    seen = {key: site.seen(site.spots[key]) for key in site.common}
    untaken = {key: each for key, each in seen.items() if _is_untaken(site, each)}
    labels = {key: proposal for key, each in untaken.items() if (proposal := label(site, each))}
    rest = {key: each for key, each in untaken.items() if key not in labels}
    below = {Spot(spot.page, index) for each in labels.values() for spot in each.spots for index in units_below(site, spot, each)}
    verdict = Verdict.of(site, labels, rest)
    further = (proposal for each in rest.values() for make in (block, head) if (proposal := make(site, each)))
    found = [*labels.values(), *_lines(site, rest, verdict), *_fixed(site, below, verdict), *further]
    return sorted(found, key=lambda each: (bool(each.doubt), -each.pages))[:_PROPOSALS_AT_MOST]


def _is_untaken(site: Site, seen: Seen) -> bool:
    """Whether the rules in force leave something, on more than a few pages."""
    return not are_nearly_all(site.unit(spot).is_taken for spot in seen.spots)


def _lines(site: Site, seen: Mapping[str, Seen], verdict: Verdict) -> Iterator[Proposal]:
    """Proposals for lines, and pieces of lines, that are said alike."""
    texts = {key: [site.unit(spot).text for spot in each.spots] for key, each in seen.items()}
    whole = {key: all(site.unit(spot).is_line for spot in each.spots) for key, each in seen.items()}
    doubts = {key: verdict.doubt(each) for key, each in seen.items()}
    firm = [key for key in seen if whole[key] and not doubts[key]]
    together = _together(site, firm, seen)
    for keys in together:
        groups = frozenset[int]().union(*(seen[key].groups for key in keys))
        spots = tuple(spot for key in keys for spot in seen[key].spots)
        place = Counter(seen[key].place for key in keys).most_common(1)[0][0]
        what = "Lines that stand together" if len(keys) > 1 else "A line"
        patterns, said = _of_group([texts[key] for key in keys])
        proposal = Proposal("line", patterns, said, spots, len(groups), place, what)
        if len(keys) == 1 and words(texts[keys[0]][0]) <= _SHORT:
            proposal.first_lines, proposal.last_lines = (_OUTER, 0) if place == "start" else (0, _OUTER)
        yield proposal
    for place in ("start", "end"):
        yield from _rows(site, [keys for keys in together if seen[keys[0]].place == place], seen)
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


def _rows(site: Site, groups: Sequence[Sequence[str]], seen: Mapping[str, Seen]) -> Iterator[Proposal]:
    """Proposal for lines that go wherever enough of them stand in a row, in any order: short ones of a menu that other lines break up."""
    pairs = {pair for keys in groups for pair in pairwise(keys)}
    keys = [key for group in groups for key in group]
    texts = [[site.unit(spot).text for spot in seen[key].spots] for key in keys]
    short = [key for key, each in zip(keys, texts, strict=True) if words(each[0]) <= _SHORT]
    spots = tuple(spot for key in short for spot in seen[key].spots if not _is_paired(site, spot, pairs) and site.run(spot) >= ROW)
    if len(keys) < ROW or not spots:
        return
    said = "\n".join(text for each in texts for text in variants(each))
    patterns = tuple(dict.fromkeys(source for each in texts for source in literal(each)))
    where = site.seen(spots)
    yield Proposal("run", patterns, (said,), spots, len(where.groups), where.place, "Lines in a row", min_lines=ROW)


def _is_paired(site: Site, spot: Spot, pairs: Set[tuple[str, str]]) -> bool:
    """Whether a line stands beside the one that it goes with."""
    units, index = site.pages[spot.page].units, spot.unit
    above = index > 0 and (units[index - 1].key, units[index].key) in pairs
    return above or (index + 1 < len(units) and (units[index].key, units[index + 1].key) in pairs)


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


def _fixed(site: Site, known: Set[Spot], verdict: Verdict) -> Iterator[Proposal]:
    """Proposals for lines with a fixed beginning, or a fixed end, whose rest changes, apart from those that go anyway."""
    of_prose = _ends_of_prose(site)
    taken = set(known)
    for at_start in (True, False):
        table = _by_end(site, at_start)
        for fixed in sorted(table, key=len, reverse=True):
            is_said = fixed not in of_prose and any(map(str.isalpha, "".join(fixed)))
            spots = [spot for spot in table[fixed] if spot not in taken] if is_said else []
            proposal = _with_fixed_part(site, len(fixed), spots, at_start, verdict) if len(spots) >= site.needed else None
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


def _with_fixed_part(site: Site, count: int, spots: Sequence[Spot], at_start: bool, verdict: Verdict) -> Proposal | None:
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
    doubt = verdict.doubt_of_fixed(seen)
    if doubt and len(seen.groups) < PROSE_SHARE * site.size and not all(part.endswith(_LABEL_SIGNS) for part in fixed):
        return None  # lines that happen to be worded alike
    texts = tuple(dict.fromkeys(unit.text for unit in units))[: max(_SHOWN, len(patterns))]
    most = max(words(unit.text) for unit in units) + _MORE_WORDS
    return Proposal("line", patterns, texts, seen.spots, len(seen.groups), seen.place, what, doubt, max_words=most)
