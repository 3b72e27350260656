r"""Remove the website from article text.

>>> import cleaner
>>> cleaner.clean("The harbour reopened on Monday.\n\nShare this article\n")
'The harbour reopened on Monday.\n'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from cleaner.errors import CleanerError, InputError, Problem, ProofError, RuleError
from cleaner.result import Flag, Hints, Level, Removal, Result
from cleaner.spans import restore
from cleaner.version import __version__

if TYPE_CHECKING:
    from cleaner.engine.engine import Engine

__all__ = [
    "Cleaner",
    "CleanerError",
    "Flag",
    "Hints",
    "InputError",
    "Level",
    "Problem",
    "ProofError",
    "Removal",
    "Result",
    "RuleError",
    "__version__",
    "clean",
    "restore",
]

#: Cleaners that a process keeps of those that were sent to it.
_KEPT = 4


class Cleaner:
    r"""Cleans texts with one choice of rules. Make it once, use it for many texts; it can be pickled.

    Args:
        rules: Rule folders, or single rule files, to lay over the shipped rules.
        level: `safe` uses the surest rules only, `aggressive` all of them.
        shipped: Whether to use the shipped rules at all.

    Raises:
        RuleError: Something in the rule files is wrong; the error holds every problem.
        TypeError: `rules` is one path, and not several.
        ValueError: There is no such level.

    >>> result = Cleaner(level="safe").clean("It rained.\nShare this article\n")
    >>> result.text, [removal.text for removal in result.removals]
    ('It rained.\n', ['Share this article\n'])
    """

    def __init__(self, rules: Iterable[str | Path] = (), level: Level = "standard", shipped: bool = True) -> None:
        from cleaner.engine.engine import Engine  # the command imports these without looking for garbage meanwhile
        from cleaner.ruleset.layers import load

        if isinstance(rules, str | bytes | Path):
            raise TypeError(f"rules are a list of folders: write rules=[{rules!r}]")
        if level not in get_args(Level):
            raise ValueError(f"{level!r} is no level: it is one of {', '.join(get_args(Level))}")
        rule_set = load([Path(folder) for folder in rules], shipped).at(level)
        self.level: Level = level
        #: SHA-256 of the rules in use and of our version, as hexadecimal digits; it changes when a result may change.
        self.fingerprint = rule_set.fingerprint
        self._engine: Engine = Engine(rule_set.prepared, rule_set.languages)

    def __reduce__(self) -> tuple[Callable[[Level, str, bytes, bytes], Cleaner], tuple[Level, str, bytes, bytes]]:
        from cleaner.engine.packing import packed

        return _unpickled, (self.level, self.fingerprint, *packed(self._engine))

    def clean(self, text: str, *, url: str = "", language: str = "", title: str = "") -> Result:
        """Result of cleaning one text; for the keywords see `Hints`.

        Raises:
            TypeError: `text` is no string.
        """
        if not isinstance(text, str):
            raise TypeError(f"a text is a string, not {type(text).__name__}" + (": decode it first" if isinstance(text, bytes) else ""))
        return self._engine.clean(text, Hints(url, language, title))


@lru_cache(maxsize=_KEPT)
def _unpickled(level: Level, fingerprint: str, engine: bytes, patterns: bytes) -> Cleaner:
    from cleaner.engine.packing import unpacked

    cleaner = object.__new__(Cleaner)
    cleaner.level, cleaner.fingerprint, cleaner._engine = level, fingerprint, unpacked(engine, patterns)
    return cleaner


@lru_cache(maxsize=1)
def _default() -> Cleaner:
    return Cleaner()


def clean(text: str, *, url: str = "", language: str = "", title: str = "") -> str:
    """Clean text of one text, by the shipped rules at level `standard`; see `Cleaner` for other rules."""
    return _default().clean(text, url=url, language=language, title=title).text
