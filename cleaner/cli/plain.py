"""`cleaner clean` without `typer`, which takes several times as long to import as a page takes to clean.

Only what is surely right is read here: at the first thing that isn't, `typer` gets the whole command line, and has the word on it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from cleaner.cli.cleaning import Request, UsageError
from cleaner.cli.cleaning import run as clean
from cleaner.model import Level

#: Names of all commands: a file of such a name can't be told from the command here.
COMMANDS = frozenset({"batch", "clean", "config", "explain", "preview", "restore", "rules"})
#: Options that take no value, and those that take one, with the fields that they fill.
_FLAGS = {
    "--in-place": "in_place",
    "-i": "in_place",
    "--diff": "diff",
    "--check": "check",
    "--json": "as_json",
    "--isolated": "isolated",
}
_VALUES = {
    "--output": "output",
    "-o": "output",
    "--audit": "audit",
    "--url": "url",
    "--title": "title",
    "--language": "language",
    "--level": "level",
    "-l": "level",
    "--rules": "rules",
    "-r": "rules",
    "--disable": "disable",
}
_PATHS = ("output", "audit", "rules")
_MANY = ("rules", "disable")


def run(arguments: Sequence[str]) -> None:
    """Do what is asked for and end the process, if it is plain cleaning; else do nothing."""
    request = parse(arguments)
    if request:
        gc.disable()  # rules are loaded once and for all: looking for garbage among them takes as long as reading them
        try:
            clean(request, gc.enable)
        except UsageError:
            gc.enable()


def parse(arguments: Sequence[str]) -> Request | None:
    """What a command line asks for, if that is to clean, and it is plain."""
    if arguments[:1] == ["clean"]:
        arguments = arguments[1:]
    elif not _means_clean(arguments):
        return None
    sources: list[Path] = []
    fields: dict[str, Any] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=") if argument.startswith("--") else (argument, "", "")
        if argument == "-" or not argument.startswith("-"):
            sources.append(Path(argument))
        elif name in _FLAGS and not equals:
            fields[_FLAGS[name]] = True
        elif name in _VALUES:
            value = value if equals else next(rest, "-")
            if value.startswith("-") and not equals:
                return None
            field = _VALUES[name]
            given: Any = Path(value) if field in _PATHS else value
            fields[field] = [*fields.get(field, ()), given] if field in _MANY else given
        else:
            return None
    return Request(sources, **fields) if fields.get("level", "safe") in get_args(Level) else None


def _means_clean(arguments: Sequence[str]) -> bool:
    """Whether a command line without the name of a command says what to clean."""
    if not arguments:
        return not (sys.stdin and sys.stdin.isatty())
    return arguments[0].startswith("-") or (arguments[0] not in COMMANDS and Path(arguments[0]).exists())
