"""Figures of the documents in many files, collected in several processes; no text is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cleaner.batch.readers import Record, reading, reason_of
from cleaner.batch.run import in_order, processes_for, run, tasks
from cleaner.batch.sites import SiteOptions
from cleaner.batch.task import Task
from cleaner.batch.workers import Failure, Heartbeat
from cleaner.engine.engine import Engine
from cleaner.errors import CleanerError, os_reason
from cleaner.io.fields import Fields
from cleaner.io.files import InputOutput
from cleaner.report.corpus_stats import CorpusStats, Limits
from cleaner.result import Hints

#: Number of processes for which work is split, however many there are, so that the figures are always the same.
_CUT_FOR = 2


@dataclass(frozen=True, slots=True)
class CollectOptions:
    """Options of a report, apart from the rules.

    Attributes:
        fields: Names of the fields of records.
        hints: Hints for every text.
        encoding: Encoding of texts without a byte order mark; see `files.decode`.
        limits: Limits on what is kept of documents.
        sites: How the site of a text without an address is told.
    """

    fields: Fields = field(default_factory=Fields)
    hints: Hints = field(default_factory=Hints)
    encoding: str = ""
    limits: Limits = field(default_factory=Limits)
    sites: SiteOptions = field(default_factory=SiteOptions)


class Collector:
    """Collects the figures of tasks; picklable, for other processes."""

    def __init__(self, engine: Engine, options: CollectOptions) -> None:
        self._engine, self._options = engine, options

    def __call__(self, task: Task, skip: Mapping[int, str], heartbeat: Heartbeat) -> CorpusStats:
        """Figures of a task's documents; `skip` has reasons to leave out documents."""
        figures, options = CorpusStats(limits=self._options.limits, files=0 if task.part else len(task.jobs)), self._options
        for index, job in enumerate(task.jobs):
            file, site = str(job.source), options.sites.of_path(job.source)
            try:
                with reading(task, options.fields, options.encoding, index, heartbeat, skip) as reader:
                    for chunk in reader:
                        for record in chunk.records:
                            self._enter(figures, file, record, site)
                        figures.rows += chunk.rows
            except Exception as error:  # one file must not end the others, whatever is wrong with it
                figures.fail(file, _reason(error, file))
        return figures

    def _enter(self, figures: CorpusStats, file: str, record: Record, site: str) -> None:
        if record.fault:
            figures.reject(file, record.row, record.fault)
            return
        try:
            result = self._engine.clean_within(record.text, self._options.hints.with_url(record.url or site))
        except Exception as error:  # nor one document
            figures.reject(file, record.row, reason_of(error))
        else:
            figures.guess(file, record.encoding)
            figures.enter(file, record.row, record.id, record.text, result)


def _reason(error: Exception, file: str) -> str:
    """Reason of an error in a file, in words, without the file's name."""
    if isinstance(error, OSError):
        return os_reason(error)
    return str(error).removeprefix(f"{file}: ") if isinstance(error, CleanerError) else f"{type(error).__name__}: {error}"


def collect(
    paths: Iterable[Path], collector: Collector, processes: int | None = None, watch: Callable[[int], object] = lambda done: None
) -> Generator[CorpusStats, None, None]:
    """Figures of many files in their order, one value for each task. Closing the generator ends the processes.

    The default number of processes is that of `processes_for`; `watch` gets, now and then, the number of bytes done.
    """
    jobs = [InputOutput(path, path) for path in paths]
    todo = list(tasks(jobs, _CUT_FOR))
    rows: Counter[InputOutput] = Counter()
    with closing(run(todo, collector, processes or processes_for(jobs), watch)) as done:
        for task, stats in in_order(todo, done, lambda outcome: outcome[0]):
            if isinstance(stats, Failure):
                reason, stats = stats.reason, CorpusStats(files=0 if task.part else len(task.jobs))
                for job in task.jobs:
                    stats.fail(str(job.source), reason)
            if task.part is not None:
                stats.move(rows[task.jobs[0]])
                rows[task.jobs[0]] += stats.rows
            yield stats
