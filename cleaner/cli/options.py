"""Options that several commands share, and what they turn into."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cleaner import files
from cleaner.cli import streams
from cleaner.engine import Engine
from cleaner.files import Encoded
from cleaner.ruleset import RuleSet, load
from cleaner.settings import Flags, Settings, resolve


class LevelName(StrEnum):
    """How far to go."""

    safe = "safe"
    standard = "standard"
    aggressive = "aggressive"


Level = Annotated[
    LevelName | None,
    typer.Option("--level", "-l", help="How far to go: safe uses the surest rules only, aggressive all of them. Default: standard."),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", "-r", metavar="DIR", help="A folder of rule files (or one file) to lay over the other rules. Repeatable."),
]
Disable = Annotated[
    list[str] | None,
    typer.Option("--disable", metavar="NAME", help="Switch off a rule, or several: common/captions/*. Repeatable."),
]
Isolated = Annotated[bool, typer.Option("--isolated", help="Pass over the user's and the project's rules and configuration.")]
Url = Annotated[str, typer.Option("--url", metavar="URL", help="Address of the page: switches on the rules of its site.")]
Title = Annotated[str, typer.Option("--title", metavar="TEXT", help="Title of the article, where it isn't its first line.")]
Language = Annotated[
    str | None, typer.Option("--language", metavar="TAG", help="Language of the text, such as en or de: rules for others stay out.")
]


def settings(
    rules: list[Path] | None,
    disable: list[str] | None,
    isolated: bool,
    level: LevelName | None = None,
    language: str | None = None,
) -> Settings:
    """What is in force, by flags, environment and configuration.

    Raises:
        ConfigError: The configuration is wrong.
    """
    flags = Flags(level.value if level else None, language, rules or (), disable or (), isolated)
    try:
        folder = Path.cwd()
    except FileNotFoundError:  # it was removed under our feet
        folder = Path(os.sep)
    return resolve(flags, os.environ, folder)


def rule_set(chosen: Settings) -> RuleSet:
    """All rules in force, of every level.

    Raises:
        RuleError: Rule files are wrong.
    """
    return load(chosen.layers)


def engine(chosen: Settings) -> Engine:
    """The engine for what is in force.

    Raises:
        RuleError: Rule files are wrong.
    """
    found = rule_set(chosen)
    return Engine(found.at(chosen.level).rules, found.languages)


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
