"""`cleaner preview`: a diff in the terminal of what would go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli import options, streams
from cleaner.errors import InputError
from cleaner.model import Hints
from cleaner.render import Tally, console, diff, families


@streams.guarded
def preview(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="FILE…", help="Text files; - or nothing is standard input.")] = None,
    url: options.Url = "",
    language: options.Language = "",
    title: options.Title = "",
    level: options.Level = options.LevelName.standard,
    rules: options.Rules = None,
) -> int:
    """Show what would be removed, and by which rule; nothing is written.

    What goes is struck out (or stands between [- and -] where there is no colour), what stays is plain, long stretches fold.
    """
    engine = options.engine(rules, level)
    out = console()
    results, failed = [], False
    for name in sources or [Path(streams.STDIN)]:
        try:
            text = options.read(name).text
        except InputError as error:
            streams.tell(f"error: {error}")
            failed = True
            continue
        results.append(engine.clean(text, Hints(url, language, title)))
        out.print(diff(str(name), results[-1], out))
    if results:
        out.print(families(Tally.of(results)))
    return streams.BAD_INPUT if failed else 0
