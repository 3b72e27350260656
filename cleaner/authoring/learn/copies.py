"""Copies of pages: print views, and pages that were fetched twice. They count as one page.

Of a few hundred pages the exact likeness is quick to say: MinHash would only estimate it, from a hundred numbers a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cleaner.authoring.learn.pages import Page

#: Least share of its own prose that a page must have in common with another to be its copy; the share is of the page that has more.
_ALIKE = 0.7
#: Share of pages on which prose is no page's own; with fewer pages, `_OWN_PAGES`.
_OWN_SHARE, _OWN_PAGES = 0.5, 2


def group(pages: Sequence[Page]) -> int:
    """Give pages that are copies of one another the same group; gives the number of groups.

    What a page says by itself decides: prose that stands on more than half of the pages is the site's.
    Pages that have none of their own can't be told apart, and are one group.
    """
    prose = [{unit.key for unit in page.units if unit.is_prose and unit.key and not unit.is_taken} for page in pages]
    counts = Counter(key for keys in prose for key in keys)
    most = max(_OWN_PAGES, _OWN_SHARE * len(pages))
    own = [{key for key in keys if counts[key] <= most} for keys in prose]
    groups = [*range(len(pages))]
    holders: dict[str, list[int]] = {}
    empty = next((index for index, keys in enumerate(own) if not keys), None)
    for index, keys in enumerate(own):
        if not keys:
            groups[index] = groups[empty if empty is not None else index]
            continue
        common = Counter(other for key in keys for other in holders.get(key, ()))
        for other, count in common.items():
            if count >= _ALIKE * max(len(keys), len(own[other])):
                old, new = groups[index], groups[other]
                groups = [new if each == old else each for each in groups]
        for key in keys:
            holders.setdefault(key, []).append(index)
    for page, number in zip(pages, groups, strict=True):
        page.group = number
    return len(set(groups))
