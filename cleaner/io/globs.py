"""Patterns of file names, as in `.gitignore`, matched in little time whoever wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

# What `pathspec` writes for a star, and for two stars between slashes.
_STAR, _FOLDERS = "[^/]*", "(?:/.+)?"
_ANYWHERE = "^(?:.+/)?"


class Globs:
    """Patterns as in `.gitignore`, of which the last that fits a path decides.

    Attributes:
        faults: Faulty patterns, which count for nothing: number of the line, and what is wrong with it.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.faults: list[tuple[int, str]] = []
        patterns = []
        for number, line in enumerate(lines, 1):
            try:
                patterns.append(_Glob(line))
            except (ValueError, OverflowError, RecursionError, re.error) as error:
                self.faults.append((number, str(error)))
        self._spec = GitIgnoreSpec(patterns, backend="simple")  # others don't know atomic groups

    def verdict(self, path: str) -> bool | None:
        """Whether a path is taken (True) or left (False); None if no pattern says so. Paths of folders end with a slash."""
        return self._spec.check_file(path).include


class _Glob(GitIgnoreSpecPattern):
    """A pattern that is matched in a time that goes with the square of the path's length at most.

    `pathspec` translates patterns to regular expressions in which each star would be tried at each place, for each place of the stars
    before it. As in `fnmatch`, what stands between two stars is taken at the first place where it fits, and no other is tried.
    """

    __slots__ = ()

    @classmethod
    def pattern_to_regex(cls, pattern: str) -> tuple[str | None, bool | None]:  # type: ignore[override] # we give no bytes
        """Regular expression of a pattern, if it matches anything, and whether what it matches is taken."""
        regex, include = super().pattern_to_regex(pattern)
        return regex and _once(regex), include


def _once(regex: str) -> str:
    """A regular expression that matches the same, where all stars but the last ones are tried once."""
    first, *others = (_stars_once(part) for part in regex.split(_FOLDERS))
    if not others:
        return first
    if first.startswith(_ANYWHERE):
        first = f"^(?>(?:[^/]+/)*?{first.removeprefix(_ANYWHERE)}(?=/))"
    *between, last = others
    return first + "".join(f"(?>(?:/[^/]+)*?{part}(?=/))" for part in between) + _FOLDERS + last


def _stars_once(regex: str) -> str:
    first, *others = regex.split(_STAR)
    if not others:
        return first
    *between, last = others
    for index, part in enumerate(between):
        if "/" in part.replace("[^/]", ""):  # the star is the last of its folder's name
            between[index] = _STAR + part
        elif part:
            between[index] = f"(?>{_STAR}?{part})"
    return first + "".join(between) + _STAR + last
