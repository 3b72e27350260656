"""`cleaner clean` without `typer`, whose import takes several times as long as cleaning a page.

Only command lines that are surely valid are parsed here; any other is left to `typer`, with its error messages.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args, get_origin

from cleaner.cli.clean import Request, clean
from cleaner.cli.options import Option, UsageError, choices_of, flat, grouped, hints_of
from cleaner.cli.stdio import BAD_INPUT, echo, guarded, warn

#: Variable of the environment by which a shell asks for completions.
COMPLETION = "_CLEANER_COMPLETE"
#: Names of the commands; each is the object of that name in the module of that name.
COMMANDS = ("clean", "batch", "merge-manifests", "preview", "report", "review", "learn", "restore", "explain", "config", "rules")


#: What people look for as commands.
_ELSEWHERE = {"undo": "restore --undo", "version": "--version", "check": "clean --check"}


def with_command(arguments: Sequence[str]) -> Sequence[str]:
    """Command line with the name of its command, by default `clean`. Ends the process if a command's name is misspelt."""
    if COMPLETION in os.environ:  # a shell asks what could come next
        return arguments
    if not arguments:
        if sys.stdin and sys.stdin.isatty():
            from cleaner.cli.help import welcome  # only then

            for line in welcome():
                echo(line)
            sys.exit(0)
        return ["clean"]
    first, *rest = arguments
    if first == "help":
        return [*rest, "--help"]
    if first in COMMANDS or first in ("-h", "--help", "--version", "--install-completion", "--show-completion"):
        return arguments
    if not first.startswith("-") and not _is_there(first):
        from difflib import get_close_matches  # rarely needed

        near = [_ELSEWHERE[first]] if first in _ELSEWHERE else get_close_matches(first, ("help", *COMMANDS), 1)
        if near:
            warn(f"error: {first}: neither a command nor a file (did you mean {near[0]}?)")
            sys.exit(BAD_INPUT)
    return ["clean", *arguments]


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # for example, the name is too long; reading the file will give the error
        return False


def run(arguments: Sequence[str]) -> None:
    """Clean and end the process, if the command line is a valid one of `clean`; otherwise do nothing."""
    request = parse(arguments)
    if request:
        with suppress(UsageError):
            guarded(clean)(request)


def parse(arguments: Sequence[str]) -> Request | None:
    """Request of a command line of `clean`; None if it is another command, or not surely valid."""
    if arguments[:1] != ["clean"]:
        return None
    if len(arguments) == 1:  # a pipe: nothing to read
        return Request()
    hints = hints_of(Request)
    by_name = {name: (field, kind, option) for field, kind, option, _ in flat(hints, {}) for name in option.names}
    sources: list[Path] = []
    values: dict[str, Any] = {"sources": sources}
    rest = iter(arguments[1:])
    for argument in rest:
        name, equals, text = argument.partition("=") if argument.startswith("--") else (argument, "", "")
        if argument == "-" or not argument.startswith("-"):
            sources.append(Path(argument))
            continue
        if name not in by_name:
            return None
        field, kind, option = by_name[name]
        if kind is bool:
            if equals:
                return None
            values[field] = True
            continue
        text = text if equals else next(rest, "-")
        if text.startswith("-") and not equals:
            return None
        try:
            value = _value(kind, option, text)
        except UsageError:
            return None
        values[field] = [*values.get(field, ()), value] if get_origin(kind) is Sequence else value
    return Request(**grouped(hints, values))


def _value(kind: Any, option: Option, text: str) -> str | Path:
    """An option's value, converted to its type.

    Raises:
        UsageError: The value is invalid.
    """
    choices = choices_of(kind)
    if choices and text not in choices:
        raise UsageError(text)
    item = get_args(kind)[0] if get_args(kind) and not choices else kind  # of a sequence, or of what may be left out
    if option.check:
        option.check(text)
    return Path(text) if item is Path else text
