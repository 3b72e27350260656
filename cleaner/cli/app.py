"""The commands, as `typer` reads them."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from cleaner.cli import streams
from cleaner.cli.batch import batch
from cleaner.cli.clean import clean
from cleaner.cli.config import config
from cleaner.cli.explain import explain
from cleaner.cli.merge import merge_manifests
from cleaner.cli.preview import preview
from cleaner.cli.report import report
from cleaner.cli.restore import restore
from cleaner.cli.review import review
from cleaner.cli.rules import app as rules
from cleaner.version import __version__

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without a command, `clean` is meant: `cat page.txt | cleaner`, `cleaner page.txt`.",
)
app.command()(clean)
app.command()(batch)
app.command()(merge_manifests)
app.command()(preview)
app.command()(report)
app.command()(restore)
app.command()(review)
app.command(context_settings={"ignore_unknown_options": True})(explain)  # so that -:4 is no option
app.command()(config)
app.add_typer(rules, name="rules")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"cleaner {__version__}")
        raise typer.Exit


@app.callback()
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
        app(list(arguments), prog_name="cleaner")  # a link to us may have any name
    except OSError as error:  # of what it writes itself: help, and what is wrong with a command line
        sys.exit(streams.failed(error))
    except SystemExit:
        if sys.stdout is not out:  # typer has put another in its place: nobody reads its help any more, which it takes for a failure
            sys.exit(0)
        raise
