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
    """Remedy for a name that means no rule, or several (`fitting`): the names, families or globs that may be meant.

    >>> names = ["de/share/all", "en/share/all", "en/share/line"]
    >>> suggest("share", (), names), suggest("shar/*", (), names), suggest("en/share/lines", (), names)
    ("write 'share/*' for all of them", "did you mean 'share/*'?", "did you mean 'en/share/line'?")
    """
    if fitting:
        *first, last = sorted(fitting)[:4]
        return f"write {', '.join(map(repr, first))} or {last!r}, or {'*/' + given!r} for all that end so"
    folders = sorted({name[:index] for name in names for index, char in enumerate(name) if char == "/"})
    folder = given.rstrip("/*")
    of_folders = [other for other in folders if other == folder or other.endswith(f"/{folder}")]
    if of_folders:
        return f"write {(of_folders[0] if len(of_folders) == 1 else folder) + '/*'!r} for all of them"
    from difflib import get_close_matches  # few are misspelt

    depth = given.count("/") + 1
    meant: dict[str, list[str]] = {}  # names, and globs of folders, by their end
    for name, written in (
        *((name, name) for name in sorted(names)),
        *((f"{each}{end}", f"{each}/*") for each in folders for end in ("", "/*")),
    ):
        meant.setdefault("/".join(name.split("/")[-depth:]), []).append(written)
    near = get_close_matches(given, meant.keys() - {"*"}, 1)
    if not near:
        return "see cleaner rules list"
    one, *others = meant[near[0]]
    return f"did you mean {near[0].removesuffix('/*') + '/*' if others and is_glob(one) else one!r}?"
