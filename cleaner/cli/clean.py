"""`cleaner clean`: files or standard input to clean text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli import options
from cleaner.cli.cleaning import Request, UsageError, run
from cleaner.render.visible import visible


def clean(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="[FILE…|-]", help="Text files; - or nothing is standard input.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the clean text here.")] = None,
    in_place: Annotated[bool, typer.Option("--in-place", "-i", help="Replace each file by its clean text.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write a patch in place of the text; no file is changed.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if something would be removed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a document: file, text, removals, flags.")] = False,
    audit: Annotated[Path | None, typer.Option("--audit", metavar="FILE", help="Write every removal here, one JSON object a line.")] = None,
    url: options.Url = "",
    language: options.Language = None,
    title: options.Title = "",
    level: options.Level = None,
    rules: options.Rules = None,
    disable: options.Disable = None,
    isolated: options.Isolated = False,
    encoding: options.Encoding = "",
    strict: options.Strict = False,
    durable: options.Durable = False,
) -> None:
    """Clean files, or standard input, to standard output.

    The output is the input with the website cut out, and nothing else changed: `cleaner clean page.txt > article.txt`.
    """
    request = Request(
        sources or (),
        output=output,
        in_place=in_place,
        diff=diff,
        check=check,
        as_json=as_json,
        audit=audit,
        url=url,
        title=title,
        language=language,
        level=level,
        rules=rules or (),
        disable=disable or (),
        isolated=isolated,
        encoding=encoding,
        strict=strict,
        durable=durable,
    )
    try:
        run(request)
    except UsageError as error:
        raise typer.BadParameter(visible(str(error))) from error
