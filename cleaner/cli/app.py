"""The commands, as `typer` reads them."""

from __future__ import annotations

import functools
import inspect
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Annotated, Any, get_args, get_origin

import typer

from cleaner.cli import stdio
from cleaner.cli.fast_path import COMMANDS
from cleaner.cli.help import Command, Group
from cleaner.cli.options import Option, UsageError, choices_of, flat, grouped, hints_of
from cleaner.errors import did_you_mean
from cleaner.render.visible import visible
from cleaner.version import __version__

#: `explain` takes `-:4`, line 4 of standard input, which is no option.
_SETTINGS = {"explain": {"ignore_unknown_options": True}}


def app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The `typer` application with the commands of some names, by default all; imports their modules, which takes long for all."""
    made = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(root)
    for name in names:
        module = name.replace("-", "_")
        command = getattr(import_module(f"cleaner.cli.{module}"), module)
        if isinstance(command, tuple):
            about, members = command
            group = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None, help=about)
            for member, function in members.items():
                group.command(member, cls=Command)(_command(function))
            made.add_typer(group, name=name)
        else:
            made.command(name, cls=Command, context_settings=_SETTINGS.get(name))(_command(command))
    return made


def _command(function: Callable[..., int]) -> Callable[..., None]:
    """A command function for `typer`: the options of its groups become parameters, and it ends the process with its exit code."""
    hints = hints_of(function)

    @functools.wraps(function)
    def run(**values: Any) -> None:
        with _bad_usage():
            stdio.guarded(function)(**grouped(hints, values))

    parameters = inspect.signature(function).parameters.values()
    defaults = {parameter.name: parameter.default for parameter in parameters if parameter.default is not parameter.empty}
    run.__annotations__ = {}  # typer prefers them to the signature
    run.__signature__ = inspect.Signature([_parameter(*parameter) for parameter in flat(hints, defaults)])  # type: ignore[attr-defined]
    return run


def _parameter(name: str, kind: Any, option: Option, default: Any) -> inspect.Parameter:
    """An option as a parameter for `typer`."""
    looks = dict(option.looks)
    if int in (kind, *get_args(kind)):  # typer's own words for what is no number are those of its parser
        looks |= {"parser": partial(_number, option.names[0], looks.pop("min", None))}
    made = typer.Option(default, *option.names, **looks) if option.names else typer.Argument(default, **looks)
    choices = choices_of(kind)
    made.callback = _callback(partial(_check_choice, option.names[0], choices)) if choices else option.check and _callback(option.check)
    if choices:
        made.autocompletion = lambda incomplete: [choice for choice in choices if choice.startswith(incomplete)]
        kind = str if default is not None else str | None
    kind = list[get_args(kind)] if get_origin(kind) is Sequence else kind  # type: ignore[misc]  # no other sequence is known there
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=made, annotation=kind)


def _number(option: str, least: int | None, given: str | int) -> int:
    """A whole number, of at least `least` if that is given."""
    with _bad_usage():
        try:
            number = int(given)
        except ValueError:
            raise UsageError(f"{given!r} is not a whole number", f"'{option}'") from None
        if least is not None and number < least:
            raise UsageError(f"{number} is too small: at least {least} is needed", f"'{option}'")
        return number


def _check_choice(option: str, choices: Sequence[str], given: str | None) -> None:
    if given is not None and given not in choices:
        known = f"{', '.join(choices[:-1])} or {choices[-1]}"
        raise UsageError(f"{given!r} is not {known}" + (f": {near}" if (near := did_you_mean(given, choices)) else ""), f"'{option}'")


def _callback(check: Callable[[Any], object]) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        with _bad_usage():
            check(value)
        return value

    return checked


class _UsageError(typer.BadParameter):
    """A usage error of ours, which says all that there is to say."""

    def format_message(self) -> str:
        """The message, behind the option that it is about."""
        return f"{str(self.param_hint).strip(chr(39))}: {self.message}" if self.param_hint else self.message


@contextmanager
def _bad_usage() -> Iterator[None]:
    """Turn our usage errors into those of `typer`, which prints them with the command's usage."""
    try:
        yield
    except UsageError as error:
        raise _UsageError(visible(str(error)), param_hint=error.option or None) from error


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"cleaner {__version__}")
        raise typer.Exit


def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Remove the website from article text, and show what went.

    Without a command, `clean` is meant.
    """


def run(arguments: Sequence[str]) -> None:
    """Run a command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for tables on terminals that know few characters; texts go out as bytes
    out = sys.stdout
    try:
        asked = arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS
        app(asked)(list(arguments), prog_name="cleaner")  # the script may be run under another name
    except OSError as error:  # from typer's own output: help and usage errors
        sys.exit(stdio.failed(error))
    except SystemExit:
        if sys.stdout is not out:  # typer replaced it since its help met a closed pipe; it takes that for a failure
            sys.exit(0)
        raise
