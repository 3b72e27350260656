"""The commands, as `typer` reads them."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated

import typer

from cleaner.cli import stdio
from cleaner.cli.fast_path import COMMANDS
from cleaner.version import __version__

#: What -:4 is to `explain`: no option.
_SETTINGS = {"explain": {"ignore_unknown_options": True}}


def app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The commands of some names, by default all, as `typer` reads them; their modules are imported now, and to import all takes long."""
    made = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Without a command, `clean` is meant: `cat page.txt | cleaner`, `cleaner page.txt`.",
    )
    made.callback()(root)
    for name in names:
        module, attribute = COMMANDS[name]
        command = getattr(import_module(f"cleaner.cli.{module}"), attribute)
        if isinstance(command, typer.Typer):
            made.add_typer(command, name=name)
        else:
            made.command(name, context_settings=_SETTINGS.get(name))(command)
    return made


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"cleaner {__version__}")
        raise typer.Exit


def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Remove the website from article text, and show what went."""


def run(arguments: Sequence[str]) -> None:
    """Run a command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for tables on terminals that know few characters; texts go out as bytes
    out = sys.stdout
    try:
        asked = arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS
        app(asked)(list(arguments), prog_name="cleaner")  # a link to us may have any name
    except OSError as error:  # of what it writes itself: help, and what is wrong with a command line
        sys.exit(stdio.failed(error))
    except SystemExit:
        if sys.stdout is not out:  # typer has put another in its place: nobody reads its help any more, which it takes for a failure
            sys.exit(0)
        raise
