"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cleaner.io.files import is_encoding
from cleaner.render.visible import visible


class LevelName(StrEnum):
    """How far to go."""

    safe = "safe"
    standard = "standard"
    aggressive = "aggressive"


def _encoding(name: str) -> str:
    if name and not is_encoding(name):
        raise typer.BadParameter(visible(f"--encoding {name}: no encoding of texts has this name"))
    return name


Encoding = Annotated[
    str,
    typer.Option(
        "--encoding",
        metavar="NAME",
        callback=_encoding,
        help="Encoding of texts without a byte order mark, or auto to guess it; default: UTF-8.",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="A text that was left as it is, for whatever reason, is an error.")]
Durable = Annotated[bool, typer.Option("--durable", help="Wait for each file until it is on the disk.")]
Include = Annotated[
    list[str] | None,
    typer.Option("--include", metavar="GLOB", help="Only files like this. Repeatable. Default: texts (txt, text, md) and corpora."),
]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", metavar="GLOB", help="Leave these out. Repeatable.")]
NoIgnore = Annotated[bool, typer.Option("--no-ignore", help="Don't honour .gitignore files.")]
TextField = Annotated[str, typer.Option("--text-field", metavar="NAME", help="Field of the text; a.b for one inside another.")]
IdField = Annotated[str, typer.Option("--id-field", metavar="NAME", help="Field of the document's id.")]
UrlField = Annotated[
    str, typer.Option("--url-field", metavar="NAME", help="Field of the page's address: switches on the rules of its site.")
]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes. Default: one a core, if there is enough to do.")]
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
