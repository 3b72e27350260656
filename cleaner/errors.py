"""Exceptions that say what is wrong, where, and what to do about it.

They carry plain fields and no colour: the command line decides how they look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class CleanerError(Exception):
    """Base of every error that `cleaner` raises on purpose."""


class InputError(CleanerError):
    """A text that can't be read, or that can't be written where it should go.

    Attributes:
        path: The file or folder, as the user named it.
        reason: What is wrong with it, without a full stop.
        remedy: What the user can do, or an empty string.
    """

    def __init__(self, path: object, reason: str, remedy: str = "") -> None:
        self.path = str(path)
        self.reason = reason
        self.remedy = remedy
        super().__init__(self.path, reason, remedy)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" + (f" ({self.remedy})" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One thing that is wrong in one rule file.

    Attributes:
        file: Path of the rule file.
        line: Line number from 1, or 0 where the file as a whole is meant.
        rule: Name of the rule, or an empty string.
        message: What is wrong, without a full stop.
        remedy: What to write instead, or an empty string.
    """

    file: str
    line: int
    rule: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        rule = f"rule {self.rule!r}: " if self.rule else ""
        return f"{place}: {rule}{self.message}" + (f" ({self.remedy})" if self.remedy else "")


class RuleError(CleanerError):
    """One or more rule files are wrong; all problems of a load are reported together."""

    def __init__(self, problems: Iterable[RuleProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ProofError(CleanerError):
    """Kept text and removals don't give the input back: the result must not be used."""
