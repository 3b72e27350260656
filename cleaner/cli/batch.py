"""`cleaner batch`: a tree of text files to a tree of clean ones."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cleaner import files
from cleaner.batch import Outcome, Totals, Worker, run
from cleaner.cli import options, setup, streams
from cleaner.model import Hints
from cleaner.render.console import console
from cleaner.render.tables import Tally, families


@streams.guarded
def batch(
    sources: Annotated[list[Path], typer.Argument(metavar="SRC…", help="Folders and files of text.")],
    output_dir: Annotated[Path, typer.Option("--output-dir", "-d", metavar="DST", help="Folder that mirrors them.")],
    include: Annotated[
        list[str] | None, typer.Option("--include", metavar="GLOB", help="Only files like this. Repeatable. Default: *.txt, *.text, *.md")
    ] = None,
    exclude: Annotated[list[str] | None, typer.Option("--exclude", metavar="GLOB", help="Leave these out. Repeatable.")] = None,
    no_ignore: Annotated[bool, typer.Option("--no-ignore", help="Don't honour .gitignore files.")] = False,
    audit: Annotated[Path | None, typer.Option("--audit", metavar="FILE", help="Write every removal here, one JSON object a line.")] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Processes. Default: one a core, if there is enough to do.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")] = False,
    language: options.Language = None,
    level: options.Level = None,
    rules: options.Rules = None,
    disable: options.Disable = None,
    isolated: options.Isolated = False,
) -> int:
    """Clean whole folders of text files into another folder.

    A file that fails is named at the end; the others are done.
    """
    chosen = setup.settings(rules, disable, isolated, level, language)
    engine = setup.engine(chosen)
    plan = files.plan(sources, output_dir, include or (), exclude or (), not no_ignore)
    worker = Worker(engine, Hints(language=chosen.language), audited=audit is not None)
    totals = Totals()
    for fault in plan.unreadable:
        totals.add(Outcome(fault.path, error=str(fault)))
    with ExitStack() as stack:
        texts = [path for job in plan.jobs for path in (job.source, job.target)] if audit else []
        log = stack.enter_context(streams.open_audit(audit, texts)) if audit else None
        for outcome in stack.enter_context(closing(_progress(run(plan.jobs, worker, jobs), len(plan.jobs)))):
            totals.add(outcome)
            if log:
                streams.write_audit(log, outcome.source, outcome.removals, outcome.clean)
    if not quiet:
        _summary(totals, plan.skipped)
    for outcome in totals.flagged:
        streams.tell_flags(outcome.source, outcome.flags)
    for outcome in totals.failed:
        streams.tell(f"error: {outcome.error}")
    return streams.BAD_INPUT if totals.failed else 0


def _summary(totals: Totals, skipped: int) -> None:
    out = console()
    done = totals.files - len(totals.failed)
    out.print(families(Tally.by_rule(totals.words, totals.removed, totals.counts)))
    passed_over = f", {skipped:,} passed over by name (see --include)" if skipped else ""
    failed = f", {len(totals.failed):,} failed" if totals.failed else ""
    out.print(f"{done:,} files cleaned, {totals.changed:,} of them changed{failed}{passed_over}")


def _progress(outcomes: Generator[Outcome, None, None], total: int) -> Generator[Outcome, None, None]:
    """Pass outcomes on and draw a bar on standard error while they come, if it is a terminal.

    Closing it closes the outcomes: what is interrupted must not go on in other processes.
    """
    err = console(stderr=True)
    columns = (TextColumn("cleaning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with closing(outcomes), Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield from bar.track(outcomes, total=total)
