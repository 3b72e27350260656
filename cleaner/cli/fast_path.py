"""`cleaner clean` without `typer`, which takes several times as long to import as a page takes to clean.

Only what is surely right is read here: at the first thing that isn't, `typer` gets the whole command line, and has the word on it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

from cleaner.cli.cleaning import Request, UsageError
from cleaner.cli.cleaning import run as clean
from cleaner.cli.stdio import BAD_INPUT, warn
from cleaner.io.files import AUTO, is_encoding
from cleaner.result import Level

#: For each command, the module of this package and the name in it of what does it.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "clean": ("clean", "clean"),
    "batch": ("batch", "batch"),
    "merge-manifests": ("merge", "merge_manifests"),
    "preview": ("preview", "preview"),
    "report": ("report", "report"),
    "review": ("review", "review"),
    "restore": ("restore", "restore"),
    "explain": ("explain", "explain"),
    "config": ("config", "config"),
    "rules": ("rules", "app"),
}
#: Options that take no value, and those that take one, with the fields that they fill.
_FLAGS = {
    "--in-place": "in_place",
    "-i": "in_place",
    "--diff": "diff",
    "--check": "check",
    "--json": "as_json",
    "--isolated": "isolated",
    "--strict": "strict",
    "--durable": "durable",
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
    "--encoding": "encoding",
}
_PATHS = ("output", "audit", "rules")
_MANY = ("rules", "disable")


def with_command(arguments: Sequence[str]) -> Sequence[str]:
    """A command line with the name of its command: without one, `clean` is meant. Ends the process if it names neither command nor file."""
    if not arguments:
        return arguments if sys.stdin and sys.stdin.isatty() else ["clean"]
    first = arguments[0]
    if first in COMMANDS or first in ("-h", "--help", "--version"):
        return arguments
    if not first.startswith("-") and not _is_there(first):
        from difflib import get_close_matches  # nearly all that is typed is there

        near = get_close_matches(first, COMMANDS, 1)
        if near:
            warn(f"error: {first}: neither a command nor a file (did you mean {near[0]}?)")
            sys.exit(BAD_INPUT)
    return ["clean", *arguments]


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # the name is too long, for one; reading it will say what is wrong
        return False


def run(arguments: Sequence[str]) -> None:
    """Do what is asked for and end the process, if it is plain cleaning; else do nothing."""
    request = parse(arguments)
    if request:
        with suppress(UsageError):
            clean(request)


def parse(arguments: Sequence[str]) -> Request | None:
    """What a command line asks for, if that is to clean, and it is plain."""
    if arguments[:1] != ["clean"]:
        return None
    sources: list[Path] = []
    fields: dict[str, Any] = {}
    rest = iter(arguments[1:])
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
    sound = fields.get("level", "safe") in get_args(Level) and is_encoding(fields.get("encoding") or AUTO)
    return Request(sources, **fields) if sound else None
