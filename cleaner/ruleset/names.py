"""Lookup of rules by name, by glob, by the end of either, or by former name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fnmatch import translate

_GLOB = re.compile(r"[*?\[]")


def is_glob(given: str) -> bool:
    """Whether a name is a glob, which may mean several rules.

    >>> is_glob("en/share/*"), is_glob("en/share/share-line")
    (True, False)
    """
    return bool(_GLOB.search(given))


def find_names(given: str, names: Collection[str], renamed: Mapping[str, str]) -> list[str]:
    """Sorted names of the rules that a name or glob `given` matches whole; without any, of those whose end it matches.

    Former names are used only if no name of today matches.

    Args:
        given: Name or glob, as somebody wrote it.
        names: Names of all rules.
        renamed: New names, by former name.

    >>> names, renamed = ["de/share/all", "en/share/all", "en/share/line"], {"old/share/line": "en/share/line"}
    >>> find_names("en/share/*", names, renamed), find_names("share/all", names, renamed)
    (['en/share/all', 'en/share/line'], ['de/share/all', 'en/share/all'])
    >>> find_names("old/share/*", names, renamed), find_names("line", names, renamed), find_names("lines", names, renamed)
    (['en/share/line'], ['en/share/line'], [])
    """
    for pattern in (given, f"*/{given}"):
        fits = re.compile(translate(pattern)).fullmatch
        fitting = {name for name in names if fits(name)} or {new for old, new in renamed.items() if fits(old)}.intersection(names)
        if fitting:
            return sorted(fitting)
    return []


def suggest(given: str, fitting: Collection[str], names: Collection[str]) -> str:
    """Remedy for a name that means no rule, or several (`fitting`): the names that may be meant."""
    if fitting:
        *first, last = sorted(fitting)[:4]
        return f"write {', '.join(map(repr, first))} or {last!r}, or {'*/' + given!r} for all that end so"
    folders = {name[:index] for name in names for index, char in enumerate(name) if char == "/"}
    folder = given.rstrip("/*")
    of_folders = sorted(other for other in folders if other == folder or other.endswith(f"/{folder}"))
    if of_folders:
        return f"write {of_folders[0] + '/*'!r} for all of them"
    depth = given.count("/") + 1
    ends = {"/".join(name.split("/")[-depth:]): name for name in sorted({*names, *(f"{other}/*" for other in folders)}, reverse=True)}
    from difflib import get_close_matches  # few are misspelt

    near = get_close_matches(given, ends, 1)
    return f"did you mean {ends[near[0]]!r}?" if near else "see cleaner rules list"
