"""Options that several commands share, and what they turn into."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cleaner import files
from cleaner.cli import streams
from cleaner.engine import Engine
from cleaner.files import Encoded
from cleaner.ruleset import load


class LevelName(StrEnum):
    """How far to go."""

    safe = "safe"
    standard = "standard"
    aggressive = "aggressive"


Level = Annotated[LevelName, typer.Option("--level", "-l", help="How far to go: safe uses the surest rules only, aggressive all of them.")]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", "-r", metavar="DIR", help="A folder of rule files (or one file) to lay over the shipped rules. Repeatable."),
]
Url = Annotated[str, typer.Option("--url", metavar="URL", help="Address of the page: switches on the rules of its site.")]
Title = Annotated[str, typer.Option("--title", metavar="TEXT", help="Title of the article, where it isn't its first line.")]
Language = Annotated[
    str, typer.Option("--language", metavar="TAG", help="Language of the text, such as en or de: rules for others stay out.")
]


def engine(rules: list[Path] | None, level: LevelName) -> Engine:
    """The engine that the options ask for.

    Raises:
        RuleError: Rule files are wrong.
    """
    return Engine(load(rules or ()).at(level.value).rules)


def read(name: Path) -> Encoded:
    """Read and decode a file, or standard input.

    Raises:
        InputError: It can't be read, or isn't text.
    """
    return files.decode(read_bytes(name), name)


def read_bytes(name: Path) -> bytes:
    """Bytes of a file, or of standard input.

    Raises:
        InputError: It can't be read.
    """
    return streams.read_stdin() if str(name) == streams.STDIN else files.read(name)
