"""Copies of pages: print views, and pages that were fetched twice. They count as one page.

Of a few hundred pages the exact likeness is quick to say: MinHash would only estimate it, from a hundred numbers a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cleaner.authoring.learn.pages import Page
from cleaner.document import words

#: Least share of its prose, in words, that a page must have in common with another to be its copy; the share is of the page that has more.
_ALIKE = 0.7
#: Share of pages on which prose is no page's own; with fewer pages, `_OWN_PAGES`.
_OWN_SHARE, _OWN_PAGES = 0.5, 2


def group(pages: Sequence[Page]) -> int:
    """Give pages that are copies of one another the same group; gives the number of groups.

    Two pages are copies if nearly all of their prose is the same; or nearly all of what they say by themselves, since prose that stands on
    more than half of the pages may be the site's. Pages that say nothing by themselves can't be told apart, and are one group.
    """
    prose = [{unit.key: words(unit.text) for unit in page.units if unit.is_prose and unit.key and not unit.is_taken} for page in pages]
    counts = Counter(key for keys in prose for key in keys)
    most = max(_OWN_PAGES, _OWN_SHARE * len(pages))
    own = [{key: count for key, count in keys.items() if counts[key] <= most} for keys in prose]
    groups = [*range(len(pages))]
    for said in (prose, own):
        holders: dict[str, list[int]] = {}
        for index, keys in enumerate(said):
            common = Counter[int]()
            for key, count in keys.items():
                for other in holders.get(key, ()):
                    common[other] += count
                holders.setdefault(key, []).append(index)
            for other, count in common.items():
                if count >= _ALIKE * max(sum(keys.values()), sum(said[other].values())):
                    old, new = groups[index], groups[other]
                    groups = [new if each == old else each for each in groups] if old != new else groups
    silent = [index for index, keys in enumerate(own) if not keys and prose[index]]
    for index in silent:
        groups[index] = groups[silent[0]]
    for page, number in zip(pages, groups, strict=True):
        page.group = number
    return len(set(groups))
