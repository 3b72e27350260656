"""`cleaner clean`: files or standard input to clean text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Annotated

import typer

from cleaner import files
from cleaner.cli import options, streams
from cleaner.errors import InputError
from cleaner.files import Encoded
from cleaner.model import Hints, Result
from cleaner.removals import audit_lines, json_line
from cleaner.render import patch


@streams.guarded
def clean(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="[FILE…|-]", help="Text files; - or nothing is standard input.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the clean text here.")] = None,
    in_place: Annotated[bool, typer.Option("--in-place", "-i", help="Replace each file by its clean text.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write a patch in place of the text; no file is changed.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if something would be removed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a document: file, text, removals, flags.")] = False,
    audit: Annotated[Path | None, typer.Option("--audit", metavar="FILE", help="Write every removal here, one JSON object a line.")] = None,
    url: options.Url = "",
    language: options.Language = "",
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="Title of the article, where it isn't its first line.")] = "",
    level: options.Level = options.LevelName.standard,
    rules: options.Rules = None,
) -> int:
    """Clean files, or standard input, to standard output.

    The output is the input with the website cut out, and nothing else changed: `cleaner clean page.txt > article.txt`.
    """
    names = sources or [Path(streams.STDIN)]
    _check_usage(names, output, in_place, diff or check, as_json, audit)
    engine = options.engine(rules, level)
    hints = Hints(url, language, title)
    form: Form = _in_place if in_place else _patch if diff else _json if as_json else _nothing if check else _text
    whole: list[bytes] = []
    put = whole.append if output else streams.write_stdout
    failed = changed = False
    with ExitStack() as stack:
        log = stack.enter_context(open_audit(audit)) if audit else None
        for name in names:
            try:
                before = _read(name, put if form is _text else None)
                result = engine.clean(before.text, hints)
                if log:  # before the file itself: what is gone must be on record first
                    log.writelines(line + "\n" for line in audit_lines(str(name), result.removals))
                    log.flush()
                put(form(name, before, result))
            except InputError as error:
                streams.tell(f"error: {error}")
                failed = True
                continue
            streams.tell_flags(str(name), result.flags)
            if check and result.changed:
                streams.tell(f"would clean {name}")
            changed |= result.changed
    if output:
        files.write(output, b"".join(whole))
    if failed:
        return streams.BAD_INPUT
    return streams.WOULD_CHANGE if check and changed else 0


def _read(name: Path, pass_on: Callable[[bytes], object] | None) -> Encoded:
    """Read and decode one input; one that isn't text is passed on as it is, so that a pipe doesn't swallow it."""
    data = streams.read_stdin() if str(name) == streams.STDIN else files.read(name)
    try:
        return files.decode(data, name)
    except InputError:
        if pass_on:
            pass_on(data)
        raise


Form = Callable[[Path, Encoded, Result], bytes]


def _text(name: Path, before: Encoded, result: Result) -> bytes:
    return before.encode(result.text)


def _in_place(name: Path, before: Encoded, result: Result) -> bytes:
    if result.changed:
        files.write(name, before.encode(result.text))
    return b""


def _patch(name: Path, before: Encoded, result: Result) -> bytes:
    return before.encode("".join(patch(str(name), before.text, result.text)))


def _json(name: Path, before: Encoded, result: Result) -> bytes:
    removals = [removal._asdict() for removal in result.removals]
    flags = [{"kind": flag.kind, "message": flag.message} for flag in result.flags]
    document = {"file": str(name), "text": result.text, "removals": removals, "flags": flags}
    return json_line(document).encode() + b"\n"


def _nothing(name: Path, before: Encoded, result: Result) -> bytes:
    return b""


def _check_usage(names: list[Path], output: Path | None, in_place: bool, looking: bool, as_json: bool, audit: Path | None) -> None:
    if in_place and (output or looking or as_json):
        raise typer.BadParameter("--in-place can't be combined with --output, --diff, --check or --json")
    if in_place and any(str(name) == streams.STDIN for name in names):
        raise typer.BadParameter("--in-place needs files: standard input has no place")
    if audit and any(_same(audit, other) for other in [*names, *([output] if output else [])]):
        raise typer.BadParameter(f"--audit {audit} would overwrite a text")
    if audit and in_place and audit.exists() and audit.stat().st_size:
        raise typer.BadParameter(f"--audit {audit} holds an earlier audit, which restoring needs: name another file")


def _same(one: Path, other: Path) -> bool:
    return str(other) != streams.STDIN and one.resolve() == other.resolve()


def open_audit(path: Path) -> IO[str]:
    """Open an audit for writing.

    Raises:
        InputError: It can't be written.
    """
    try:
        return path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(path, f"can't be written: {error.strerror}") from error
