"""`cleaner clean`: files or standard input to clean text."""

# No `from __future__ import annotations`: those of `Request` are read at every start; as strings they would have to be compiled first.

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal, NamedTuple

from cleaner.cli import context, options, stdio
from cleaner.cli.options import Option, UsageError
from cleaner.errors import InputError
from cleaner.io import atomic, files
from cleaner.io.files import DecodedText
from cleaner.io.formats import format_of
from cleaner.result import Hints, Result

if TYPE_CHECKING:
    from cleaner.cli.undo import UndoLog


class Request(NamedTuple):
    """Arguments and options of the command."""

    sources: Annotated[Sequence[Path], Option(metavar="FILE", help="Text files. Default, and -: standard input.")] = ()
    output: Annotated[Path | None, Option("--output", "-o", metavar="FILE", help="Write the clean text here.")] = None
    in_place: Annotated[bool, Option("--in-place", "-i", help="Replace each file with its clean text.")] = False
    diff: Annotated[bool, Option("--diff", help="Write a patch instead of the text. No file changes.")] = False
    check: Annotated[bool, Option("--check", help="Write nothing; exit with 1 if something would be removed.")] = False
    output_format: Annotated[
        Literal["text", "github"], Option("--output-format", metavar="NAME", help="With --check: text, or github for annotations.")
    ] = "text"
    as_json: Annotated[bool, Option("--json", help="Print one JSON object per document: file, text, removals, flags.")] = False
    jsonl: Annotated[bool, Option("--jsonl", help="Read and write JSONL: only the text field of each line changes.")] = False
    text_field: options.TextField = "text"
    url_field: options.UrlField = "url"
    audit: options.Audit = None
    url: options.Url = ""
    title: options.Title = ""
    settings: options.SettingOptions = options.SettingOptions()
    encoding: options.Encoding = ""
    strict: options.Strict = False
    durable: options.Durable = False


def clean(request: Request) -> int:
    """Clean files, or standard input, to standard output.

    The output is the input with the website cut out, and nothing else changed: `cleaner clean page.txt > article.txt`.
    """
    names = _names(request)
    output = None if request.output and str(request.output) == stdio.STDIN else request.output
    _check_usage(request, names, output)
    chosen = context.settings(request.settings)
    request = request._replace(encoding=request.encoding or chosen.encoding)
    engine = context.engine(chosen)
    hints = Hints(request.url, chosen.language, request.title)
    form = _form(request)
    failed, changed = False, 0
    with ExitStack() as stack:
        put = _Output(output, request.durable, stack).write if output else stdio.write_stdout
        log = stack.enter_context(stdio.open_audit(request.audit, [*names, *([output] if output else [])])) if request.audit else None
        if request.jsonl:
            from cleaner.cli.json_lines import clean_lines  # the same
            from cleaner.io.fields import Fields

            return clean_lines(names, Fields(request.text_field, url=request.url_field), engine, hints, put, log, request.strict)
        undo = _undo_log(stack) if request.in_place and not log else None
        for name in names:
            try:
                if request.in_place:
                    files.see_that_it_stays(name)
                before = _read(name, request.encoding, put if form is _text else None)
                result = engine.clean_within(before.text, hints)
                if log:  # before the file itself: removals must be in the audit before they are lost
                    from cleaner.io.audit import digest  # few ask for an audit

                    stdio.write_audit(log, str(name), result.removals, digest(result.text), 0, engine.seen, _told(before))
                if undo:
                    undo.add(name, result, engine.seen, _told(before))
                put(form(name, before, result))
                if undo:
                    undo.count(result)
            except InputError as error:
                stdio.warn(f"error: {error}")
                _annotate(request, name, error)
                failed = True
                continue
            context.warn_of_guess(name, before, request.encoding)
            context.warn_of_html(name, before.text)
            stdio.warn_flags(str(name), result.flags, request.strict)
            failed |= request.strict and bool(result.flags)
            if request.check and result.changed:
                stdio.warn(f"would clean {name}")
            changed += result.changed
    _sum_up(request, undo, changed, len(names))
    if failed:
        return stdio.BAD_INPUT
    return stdio.WOULD_CHANGE if request.check and changed else 0


def _told(before: DecodedText) -> str:
    """Encoding of a text, if its bytes don't tell it."""
    return before.encoding if before.guessed else ""


def _sum_up(request: Request, undo: "UndoLog | None", changed: int, files: int) -> None:
    """Say what was done in place, or would be."""
    if undo and (said := undo.told()):
        stdio.warn(said)
    if request.check and files > 1:
        stdio.warn(f"{changed:,} of {files:,} files would change" + ("; cleaner preview shows what would go" if changed else ""))


def _names(request: Request) -> Sequence[Path]:
    """Inputs of a command line: where no text is written to standard output, a folder stands for the texts in it."""
    names = request.sources or [Path(stdio.STDIN)]
    if not any(name.is_dir() for name in names):
        return names
    if not (request.check or request.diff or request.in_place):
        folder = next(name for name in names if name.is_dir())
        raise InputError(folder, "is a folder", f"cleaner batch {folder} -d CLEAN cleans it into another one")
    from cleaner.io.discovery import listed  # few name a folder

    found: list[Path] = []
    for name in names:
        listing = listed([name]) if name.is_dir() else None
        for fault in (*listing.unreadable, *listing.passed_over) if listing else ():
            stdio.warn(f"warning: {fault}")
        if listing and not listing.files:
            stdio.warn(f"warning: {name}: holds no texts; cleaner batch reads JSONL and Parquet, too")
        found += [path for _, path in listing.files] if listing else [name]
    return found


def _undo_log(stack: ExitStack) -> "UndoLog":
    from cleaner.cli.undo import UndoLog  # few clean in place

    return UndoLog(stack.callback)


def _read(name: Path, encoding: str, pass_on: Callable[[bytes], object] | None) -> DecodedText:
    """Read and decode one input; one that isn't text is passed on unchanged, so that nothing is lost in a pipe."""
    pieces: Iterable[bytes] = ()
    try:
        data = context.read_bytes(name)
        pieces = [data]
        return files.decode(data, name, encoding)
    except InputError as error:
        if pass_on:
            for piece in error.pieces if isinstance(error, files.TooLargeError) else pieces:
                pass_on(piece)
        raise


class _Output:
    """An output file, which is opened at the first write and replaced when the stack is closed."""

    def __init__(self, path: Path, durable: bool, stack: ExitStack) -> None:
        self._path, self._durable, self._stack = path, durable, stack
        self._stream: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """Write bytes to its end."""
        if self._stream is None:
            self._stream = self._stack.enter_context(atomic.writing_alone(self._path, self._durable))
        self._stream.write(data)


Form = Callable[[Path, DecodedText, Result], bytes]


def _form(request: Request) -> Form:
    if request.in_place:
        return partial(_in_place, durable=request.durable)
    if request.check and not request.diff:
        return _annotations if request.output_format == "github" else lambda *_: b""
    return _patch if request.diff else _json if request.as_json else _text


def _text(name: Path, before: DecodedText, result: Result) -> bytes:
    return before.encode(result.text)


def _in_place(name: Path, before: DecodedText, result: Result, durable: bool) -> bytes:
    if result.changed:
        atomic.write(name, before.encode(result.text), durable)
    return b""


def _patch(name: Path, before: DecodedText, result: Result) -> bytes:
    from cleaner.render.patch import is_patchable, patch  # few runs need it

    if not is_patchable(before.encoding):
        raise InputError(name, f"is in {before.encoding.upper()}, of which no patch can be made", "convert it to UTF-8")
    return before.encode("".join(patch(stdio.name_in_patch(name), result)))


def _annotate(request: Request, name: Path, error: InputError) -> None:
    if request.output_format == "github":
        from cleaner.render.annotations import workflow_error  # the same

        stdio.write_stdout(f"{workflow_error(stdio.name_in_patch(name), error.reason)}\n".encode("utf-8", "surrogatepass"))


def _annotations(name: Path, before: DecodedText, result: Result) -> bytes:
    from cleaner.render.annotations import workflow_commands  # the same

    return "".join(f"{line}\n" for line in workflow_commands(stdio.name_in_patch(name), result)).encode("utf-8", "surrogatepass")


def _json(name: Path, before: DecodedText, result: Result) -> bytes:
    removals = [removal._asdict() for removal in result.removals]
    flags = [{"kind": flag.kind, "message": flag.message} for flag in result.flags]
    document = {"file": str(name), "text": result.text, "removals": removals, "flags": flags}
    from cleaner.io.audit import json_line

    return json_line(document).encode() + b"\n"


def _check_usage(request: Request, names: Sequence[Path], output: Path | None) -> None:
    if request.in_place and (output or request.diff or request.check or request.as_json):
        raise UsageError("--in-place can't be combined with --output, --diff, --check or --json")
    if request.check and (request.as_json or (output and not request.diff)):
        raise UsageError("--check writes nothing, so it can't be combined with --output or --json")
    _see_that_formats_agree(request)
    if request.in_place and any(str(name) == stdio.STDIN for name in names):
        raise UsageError("--in-place needs files: standard input has no place")
    if output and any(stdio.same_file(output, name) for name in names):
        raise UsageError("the clean text would overwrite its input: --in-place does that, and can be undone", "'--output'")
    if not request.jsonl:
        _see_that_they_are_texts(names)
    if output and len(names) > 1 and not (request.jsonl or request.as_json or request.diff):
        raise UsageError(f"{len(names)} texts would run into one another: cleaner batch writes each into a folder", "'--output'")


def _see_that_they_are_texts(names: Iterable[Path]) -> None:
    for name in names:
        if str(name) != stdio.STDIN and format_of(name) != "text":
            remedy = "cleaner clean --jsonl and cleaner batch read it" if format_of(name) == "jsonl" else "cleaner batch reads it"
            raise InputError(name, "holds documents, and isn't a text", remedy)


def _see_that_formats_agree(request: Request) -> None:
    if request.jsonl and (request.in_place or request.diff or request.check or request.as_json):
        raise UsageError("--jsonl can't be combined with --in-place, --diff, --check or --json")
    if request.output_format == "github" and (not request.check or request.diff):
        raise UsageError("--output-format github goes with --check")
    if request.diff and request.as_json:
        raise UsageError("--diff can't be combined with --json")
