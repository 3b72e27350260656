"""Exceptions that say what is wrong, where, and what to do about it. They hold plain fields; the command line adds the colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class CleanerError(Exception):
    """Base of every error that `cleaner` raises on purpose."""


class InputError(CleanerError):
    """A text that can't be read, or that can't be written where it should go.

    Attributes:
        path: Path of the file or folder, as the user wrote it.
        reason: What is wrong, without a full stop.
        remedy: What the user can do, or an empty string.
    """

    def __init__(self, path: object, reason: str, remedy: str = "") -> None:
        self.path = str(path)
        self.reason = reason
        self.remedy = remedy
        super().__init__(self.path, reason, remedy)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" + (f" ({self.remedy})" if self.remedy else "")

    @classmethod
    def from_os(cls, path: object, error: OSError, failed: str = "", remedy: str = "") -> InputError:
        """The error for a file or folder after a failed system call; `failed` says what could not be done.

        >>> str(InputError.from_os("a.txt", PermissionError(13, "Permission denied"), "can't be written"))
        "a.txt: can't be written: permission denied"
        """
        return cls(path, ": ".join(filter(None, (failed, os_reason(error)))), remedy)


def os_reason(error: OSError) -> str:
    """Reason of a failed system call in lower case, without the name of its file."""
    return (error.strerror or str(error)).lower()


class Problem(NamedTuple):
    """One thing that is wrong in a rule file or a configuration.

    Attributes:
        file: Path of the file, or the name of another source, such as an environment variable.
        line: Line number from 1, or 0 where the file as a whole is meant.
        rule: Name of the rule, or an empty string.
        message: What is wrong, without a full stop.
        remedy: What to write instead, or an empty string.
        column: Column from 1, in characters, or 0 where the line as a whole is meant.
    """

    file: str
    line: int
    rule: str
    message: str
    remedy: str = ""
    column: int = 0

    def __str__(self) -> str:
        location = ":".join([self.file, *(str(position) for position in (self.line, self.column) if position)])
        rule = f"rule {self.rule!r}: " if self.rule else ""
        return f"{location}: {rule}{self.message}" + (f" ({self.remedy})" if self.remedy else "")


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "", cutoff: float = 0.6) -> str:
    """Remedy that names the known word most like a misspelt one; `otherwise` if none has at least `cutoff` (0 to 1) similarity.

    >>> did_you_mean("safr", ["safe", "standard"])
    "did you mean 'safe'?"
    """
    from difflib import get_close_matches  # few words are misspelt

    near = get_close_matches(word, list(known), 1, cutoff)
    return f"did you mean {near[0]!r}?" if near else otherwise


class _ProblemsError(CleanerError):
    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class RuleError(_ProblemsError):
    """One or more rule files are wrong; `problems` lists everything wrong in them."""


class ConfigError(_ProblemsError):
    """The configuration is wrong; `problems` lists everything wrong in it."""


class ProofError(CleanerError):
    """Kept text and removals don't add up to the input: the result must not be used."""
