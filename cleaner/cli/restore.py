"""`cleaner restore`: a clean text plus its audit gives the input back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cleaner import files
from cleaner.cli import streams
from cleaner.errors import InputError, ProofError
from cleaner.model import Removal, Result
from cleaner.removals import read_audit
from cleaner.removals import restore as put_back


@streams.guarded
def restore(
    source: Annotated[Path, typer.Argument(metavar="CLEAN", help="The clean text; - is standard input.")],
    audit: Annotated[Path, typer.Option("--audit", metavar="FILE", help="Its audit, as --audit of clean or batch wrote it.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here; default: standard output.")] = None,
    file: Annotated[str, typer.Option("--file", metavar="NAME", help="Which file of the audit it is, if the audit holds several.")] = "",
) -> int:
    """Give the input of a clean text back, byte for byte."""
    clean = files.decode(streams.read_stdin() if str(source) == streams.STDIN else files.read(source), source)
    removals = _removals(audit, file, source)
    try:
        text = put_back(Result(clean.text, tuple(removals)))
    except ProofError as error:
        raise InputError(source, f"doesn't belong to {audit}: {error}", "was it changed since?") from error
    data = clean.encode(text)
    if output:
        files.write(output, data)
    else:
        streams.write_stdout(data)
    return 0


def _removals(audit: Path, file: str, source: Path) -> list[Removal]:
    text = files.decode(files.read(audit), audit).text
    entries = read_audit(str(audit), text.split("\n"))
    if not entries:
        return []
    if file or len(entries) > 1:
        wanted = file or str(source)
        matches = [wanted] if wanted in entries else [name for name in entries if Path(name).name == Path(wanted).name]
    else:
        matches = list(entries)
    if len(matches) != 1:
        found = "several entries" if matches else "no entry"
        raise InputError(audit, f"has {found} for {file or source}", "name one with --file: " + ", ".join(list(entries)[:5]))
    return entries[matches[0]]
