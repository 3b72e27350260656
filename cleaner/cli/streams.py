"""Standard streams and exit codes: bytes out, messages on standard error, and a pipe that closes early ends quietly."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec

import typer

from cleaner.errors import CleanerError, InputError, RuleError
from cleaner.model import Flag
from cleaner.render import visible

#: `--check` found something to remove.
WOULD_CHANGE = 1
#: Bad usage, or an input that can't be read.
BAD_INPUT = 2
#: Rule files that are wrong.
BAD_RULES = 3
#: Ctrl-C, as shells count it.
INTERRUPTED = 130

STDIN = "-"

Args = ParamSpec("Args")


def guarded(command: Callable[Args, int]) -> Callable[Args, None]:
    """Turn a command that returns an exit code or raises our errors into one that exits accordingly, without a traceback."""

    @functools.wraps(command)
    def run(*args: Args.args, **kwargs: Args.kwargs) -> NoReturn:
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
        except RuleError as error:
            for problem in error.problems:
                tell(f"error: {problem}")
            code = BAD_RULES
        except CleanerError as error:
            tell(f"error: {error}")
            code = BAD_INPUT
        except BrokenPipeError:
            # Nobody reads any more. Python would complain when it flushes at exit, so standard output goes nowhere from here on.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        except KeyboardInterrupt:
            code = INTERRUPTED
        raise typer.Exit(code)

    return run


def tell(message: str) -> None:
    """Write a message for people on standard error."""
    print(visible(message), file=sys.stderr)  # noqa: T201


def tell_flags(name: str, flags: tuple[Flag, ...]) -> None:
    """Say why a text came out unchanged, or was not looked at everywhere."""
    for flag in flags:
        left = "" if flag.kind == "long-line" else "left as it is: "
        tell(f"warning: {name}: {left}{flag.message}")


def read_stdin() -> bytes:
    """All of standard input.

    Raises:
        InputError: It is a terminal, where we would wait for ever.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError("standard input", "is a terminal", "pipe a text in, or name a file: cleaner clean FILE")
    return sys.stdin.buffer.read()


def write_stdout(data: bytes) -> None:
    """Write bytes to standard output."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
