"""`cleaner report`: what would go from a corpus, as one page, as JSON or as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

from cleaner.batch.run import size_of
from cleaner.cli import context, options, stdio
from cleaner.cli.inputs import FileOptions
from cleaner.cli.options import Option, UsageError
from cleaner.cli.progress import progress
from cleaner.errors import InputError
from cleaner.io.discovery import listed
from cleaner.io.files import InputOutput
from cleaner.report.collect import CollectOptions, Collector, collect
from cleaner.report.corpus_stats import CorpusStats, Limits
from cleaner.report.export import About, as_csv, as_json
from cleaner.report.page import page
from cleaner.result import Hints
from cleaner.version import __version__
from cleaner.wording import counted

#: Default number of documents with a diff in the page.
_DIFFS = 500
#: Number of documents of each kind that are named on standard error.
_NAMED_AT_MOST = 10


def report(
    sources: options.Sources,
    output: Annotated[Path | None, Option("--output", "-o", metavar="FILE", help="HTML file to write.")] = None,
    to_json: Annotated[
        Path | None, Option("--json", metavar="FILE", help="Write all figures to this JSON file; - is standard output.")
    ] = None,
    to_csv: Annotated[
        Path | None, Option("--csv", metavar="FILE", help="Write the table of documents to this CSV file; - is standard output.")
    ] = None,
    title: Annotated[str, Option("--title", metavar="TEXT", help="Title of the page.")] = "What cleaner removes",
    diffs: Annotated[
        int, Option("--diffs", min=0, metavar="N", help="Number of documents whose diff is in the page, if there is room.")
    ] = _DIFFS,
    *,
    files: FileOptions,
    jobs: options.Jobs = None,
    encoding: options.Encoding = "",
    quiet: Annotated[bool, Option("--quiet", "-q", help="Don't say what was written.")] = False,
    settings: options.SettingOptions,
) -> int:
    """Show in one web page what would go from a corpus.

    The page needs no network and no other file. Nothing else is written; the corpus stays as it is.
    In the CSV, a cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    outputs = [path for path in (output, to_json, to_csv) if path]
    if not outputs:
        raise UsageError("say where the report goes", "--output, --json or --csv")
    chosen = context.settings(settings)
    files, encoding = files.or_of(chosen), encoding or chosen.encoding
    in_force = context.rule_set(chosen).at(chosen.level)
    listing = listed(sources, files.patterns, files.exclude, not files.no_ignore)
    paths = list({path.absolute(): path for _, path in listing.files}.values())  # one that is named twice counts once
    _see_that_they_are_apart(outputs, paths)
    figures = CorpusStats(limits=Limits(diffs=diffs if output else 0))
    for fault in listing.unreadable:
        figures.fail(fault.path, fault.reason)
    for fault in listing.passed_over:
        stdio.warn(f"warning: {fault}")
    asked = CollectOptions(files.fields, Hints(language=chosen.language), encoding, figures.limits, files.sites(sources))
    collector = Collector(context.engine(chosen), asked)
    size = sum(size_of(InputOutput(path, path)) for path in paths)
    with closing(progress(size, lambda watch: collect(paths, collector, jobs, watch))) as parts:
        for part in parts:
            figures.add(part)
    descriptions = {rule.name: rule.about for rule in in_force.rules}
    named = [str(path) for path in sources]
    about = About(title, named, __version__, chosen.level, chosen.language, len(in_force.rules), in_force.fingerprint, descriptions)
    forms: Sequence[tuple[Path | None, Callable[[], bytes]]]
    forms = ((output, lambda: page(about, figures)), (to_json, lambda: as_json(about, figures)), (to_csv, lambda: as_csv(figures)))
    written = [path for path, form in forms if path and _write(path, form())]
    if not quiet:
        _warn_of_totals(figures, written)
    if to_csv and figures.left_out:
        stdio.warn(f"warning: {to_csv}: without {figures.left_out:,} documents, which the figures count")
    _warn_of_documents(figures)
    return 0 if figures.is_sound and written == outputs else stdio.BAD_INPUT


def _see_that_they_are_apart(outputs: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Check the output files before the long work.

    Raises:
        InputError: One is an input, is named twice, or can't be created.
    """
    for index, path in enumerate(outputs):
        if any(str(path) == str(other) or stdio.same_file(path, other) for other in outputs[:index]):
            raise InputError(path, "would be written twice", "name a place for each")
        if path.exists() and any(stdio.same_file(path, source) for source in inputs):
            raise InputError(path, "is one of the texts, and would be overwritten", "name another file")
        if path.is_dir():
            raise InputError(path, "is a folder", "name a file in it")
        if not path.parent.is_dir():  # before hours of work
            raise InputError(path, "its folder isn't there", "make it first")


def _write(path: Path, data: bytes) -> bool:
    """Write one output, or print the error; gives whether it was written."""
    try:
        stdio.write(path, data)
    except InputError as error:
        stdio.warn(f"error: {error}")
        return False
    return True


def _warn_of_totals(figures: CorpusStats, outputs: Iterable[Path]) -> None:
    """Print totals and the outputs' paths on standard error, since standard output may be one of the outputs."""
    read = figures.documents - figures.rejected
    share = 100 * figures.words_removed / figures.words if figures.words else 0.0
    said = f"{counted(read, 'document')}, {figures.words_removed:,} of {figures.words:,} words would go ({share:.1f} %)"
    said += f", {figures.flagged_documents:,} flagged"
    written = ", ".join(str(path) for path in outputs if str(path) != stdio.STDIN)
    stdio.warn(f"{said}: {written}" if written else said)


def _warn_of_documents(figures: CorpusStats) -> None:
    """Print unreadable documents and files, and guessed encodings."""
    for file, encoding in list(figures.guessed.items())[:_NAMED_AT_MOST]:
        stdio.warn(f"{file}: read as {encoding}")
    if figures.encodings.total() > _NAMED_AT_MOST:
        stdio.warn(f"and {figures.encodings.total() - _NAMED_AT_MOST:,} more of which the encoding was guessed")
    for document in figures.unread[:_NAMED_AT_MOST]:
        stdio.warn(f"error: {document.name}: {document.reason}")
    more = figures.rejected + figures.failed - _NAMED_AT_MOST
    if more > 0:
        stdio.warn(f"error: and {more:,} more that can't be read")
