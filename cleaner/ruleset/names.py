"""Which rules somebody means: by their names, by a glob, by the end of either, or by what they were called before."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fnmatch import translate

_GLOB = re.compile(r"[*?\[]")


def is_glob(given: str) -> bool:
    """Whether a name may mean several rules.

    >>> is_glob("en/share/*"), is_glob("en/share/share-line")
    (True, False)
    """
    return bool(_GLOB.search(given))


def meant(given: str, names: Collection[str], renamed: Mapping[str, str]) -> list[str]:
    """Names of the rules that a name or a glob means, in order: those that it fits whole, else those whose end it fits.

    Of names and former names the former count only where no rule is called so now.

    Args:
        given: What somebody wrote.
        names: Names of all rules.
        renamed: Former names, each with the name that the rule has now.

    >>> names, renamed = ["de/share/all", "en/share/all", "en/share/line"], {"old/share/line": "en/share/line"}
    >>> meant("en/share/*", names, renamed), meant("share/all", names, renamed)
    (['en/share/all', 'en/share/line'], ['de/share/all', 'en/share/all'])
    >>> meant("old/share/*", names, renamed), meant("line", names, renamed), meant("lines", names, renamed)
    (['en/share/line'], ['en/share/line'], [])
    """
    for pattern in (given, f"*/{given}"):
        fits = re.compile(translate(pattern)).fullmatch
        found = {name for name in names if fits(name)} or {new for old, new in renamed.items() if fits(old)}.intersection(names)
        if found:
            return sorted(found)
    return []


def said_well(given: str, found: Collection[str], names: Collection[str]) -> str:
    """How to write what somebody may have meant, as the remedy of an error.

    Args:
        given: What was written.
        found: The rules that it may mean, if more than one.
        names: Names of all rules.
    """
    if found:
        *first, last = sorted(found)[:4]
        return f"write {', '.join(map(repr, first))} or {last!r}, or {'*/' + given!r} for all that end so"
    folders = {name[:at] for name in names for at, char in enumerate(name) if char == "/"}
    folder = given.rstrip("/*")
    of_folders = sorted(each for each in folders if each == folder or each.endswith(f"/{folder}"))
    if of_folders:
        return f"write {of_folders[0] + '/*'!r} for all of them"
    depth = given.count("/") + 1
    ends = {"/".join(name.split("/")[-depth:]): name for name in sorted({*names, *(f"{each}/*" for each in folders)}, reverse=True)}
    from difflib import get_close_matches  # few are misspelt

    near = get_close_matches(given, ends, 1)
    return f"did you mean {ends[near[0]]!r}?" if near else "see cleaner rules list"
