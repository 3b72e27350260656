"""What a batch says of single files and documents, on standard error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from cleaner.batch.run import Totals
from cleaner.batch.stats import UNREADABLE, Stats
from cleaner.batch.task import HTML, READ_AS
from cleaner.cli import stdio
from cleaner.io import atomic
from cleaner.io.files import InputOutput
from cleaner.render.batch import Line, grouped
from cleaner.result import Flag
from cleaner.wording import counted


def of_documents(totals: Totals, strict: bool, everything: Path | None = None) -> None:
    """Print errors of files and notes on documents on standard error; if some are only counted there, all go into a file, if given."""
    lines = [*_notes(totals, strict), *(Line("error", *message.partition(": ")[::2]) for message in sorted(totals.failed))]
    shown = list(grouped(lines))
    for line in shown:
        stdio.warn(line)
    if not everything:
        return
    if len(shown) < len(lines):
        atomic.write(everything, "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
        stdio.warn(f"more of them: {everything}")
    else:
        everything.unlink(missing_ok=True)


def of_earlier(done: Mapping[InputOutput, Stats]) -> None:
    """Name files of an earlier run that hold documents that can't be read."""
    lines = [
        Line("error", str(job.source), f"{counted(stats.rejected, 'document')} could not be read when it was cleaned before")
        for job, stats in done.items()
        if stats.rejected
    ]
    for line in grouped(sorted(lines)):
        stdio.warn(line)


def of_next(totals: Totals, done: Mapping[InputOutput, Stats]) -> None:
    """Say how to go on if something failed, in this run or in an earlier one."""
    if not totals.is_sound or any(stats.rejected for stats in done.values()):
        stdio.warn("once these are mended, the same command with --resume cleans only them;")
        stdio.warn("to clean all again with other options, such as --encoding auto, repeat it without --resume")


def _notes(totals: Totals, strict: bool) -> Iterator[Line]:
    for outcome in sorted(totals.noted, key=lambda outcome: outcome.job.source):
        for row, kind, message in outcome.notes:
            name = f"{outcome.job.source}:{row}" if row else str(outcome.job.source)
            if kind in (READ_AS, HTML):
                yield Line("warning" if kind == HTML else "", name, message)
            elif kind == UNREADABLE:
                yield Line("error", name, message)
            else:
                yield Line("error" if strict else "warning", name, stdio.flag_message(Flag(kind, message)))
        for kind, count in sorted(outcome.unsaid.items()):
            yield Line("", str(outcome.job.source), f"and {count:,} more like that ({kind})")
