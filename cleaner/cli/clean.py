"""`cleaner clean`: files or standard input to clean text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from cleaner import files
from cleaner.cli import options, streams
from cleaner.errors import InputError
from cleaner.files import Encoded
from cleaner.model import Hints, Result
from cleaner.removals import digest, json_line
from cleaner.render.diff import patch


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
    language: options.Language = None,
    title: options.Title = "",
    level: options.Level = None,
    rules: options.Rules = None,
    disable: options.Disable = None,
    isolated: options.Isolated = False,
) -> int:
    """Clean files, or standard input, to standard output.

    The output is the input with the website cut out, and nothing else changed: `cleaner clean page.txt > article.txt`.
    """
    names = sources or [Path(streams.STDIN)]
    output = None if output and str(output) == streams.STDIN else output
    _check_usage(names, output, in_place, diff, check, as_json, audit)
    chosen = options.settings(rules, disable, isolated, level, language)
    engine = options.engine(chosen)
    hints = Hints(url, chosen.language, title)
    form: Form = _in_place if in_place else _patch if diff else _json if as_json else _nothing if check else _text
    whole: list[bytes] = []
    put = whole.append if output else streams.write_stdout
    failed = changed = False
    with ExitStack() as stack:
        log = stack.enter_context(streams.open_audit(audit, [*names, *([output] if output else [])])) if audit else None
        for name in names:
            try:
                before = _read(name, put if form is _text else None)
                result = engine.clean(before.text, hints)
                if log:  # before the file itself: what is gone must be on record first
                    streams.write_audit(log, str(name), result.removals, digest(result.text))
                put(form(name, before, result))
            except InputError as error:
                streams.tell(f"error: {error}")
                failed = True
                continue
            streams.tell_flags(str(name), result.flags)
            if check and result.changed:
                streams.tell(f"would clean {name}")
            changed |= result.changed
    if output and whole:
        files.write(output, b"".join(whole))
    if failed:
        return streams.BAD_INPUT
    return streams.WOULD_CHANGE if check and changed else 0


def _read(name: Path, pass_on: Callable[[bytes], object] | None) -> Encoded:
    """Read and decode one input; one that isn't text is passed on as it is, so that a pipe doesn't swallow it."""
    data = options.read_bytes(name)
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


def _check_usage(
    names: list[Path], output: Path | None, in_place: bool, diff: bool, check: bool, as_json: bool, audit: Path | None
) -> None:
    if in_place and (output or diff or check or as_json):
        raise typer.BadParameter("--in-place can't be combined with --output, --diff, --check or --json")
    if check and (as_json or (output and not diff)):
        raise typer.BadParameter("--check writes nothing, so it can't be combined with --output or --json")
    if diff and as_json:
        raise typer.BadParameter("--diff can't be combined with --json")
    if in_place and any(str(name) == streams.STDIN for name in names):
        raise typer.BadParameter("--in-place needs files: standard input has no place")
    overwrites = in_place or (output and any(streams.same_file(output, name) for name in names))
    if audit and overwrites and audit.is_file() and audit.stat().st_size:
        raise typer.BadParameter(f"--audit {audit} holds an earlier audit, which restoring needs: name another file")
