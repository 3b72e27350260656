"""Look at the documents of many files, over several processes, and count what would go; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cleaner.batch.readers import Record, reading, reason_of
from cleaner.batch.run import in_order, processes_for, run, tasks
from cleaner.batch.task import Task
from cleaner.batch.workers import Failure, Heartbeat
from cleaner.engine.engine import Engine
from cleaner.errors import CleanerError, os_reason
from cleaner.io.fields import Fields
from cleaner.io.files import InputOutput
from cleaner.report.corpus_stats import CorpusStats, Limits
from cleaner.result import Hints

#: Work is cut as if for so many processes, however many there are, so that it comes to the same.
_CUT_FOR = 2


@dataclass(frozen=True, slots=True)
class CollectOptions:
    """What a survey is asked for beside the rules.

    Attributes:
        fields: Where records keep what is needed of them.
        hints: What is known beside every text.
        encoding: What texts without a byte order mark are in, as `files.decode` takes it.
        limits: How much is kept of what is seen.
    """

    fields: Fields = field(default_factory=Fields)
    hints: Hints = field(default_factory=Hints)
    encoding: str = ""
    limits: Limits = field(default_factory=Limits)


class Collector:
    """Does tasks one by one; the same object works in this process and in others.

    Args:
        engine: The engine.
        asked: What is asked for.
    """

    def __init__(self, engine: Engine, asked: CollectOptions) -> None:
        self._engine, self._asked = engine, asked

    def __call__(self, task: Task, skip: Mapping[int, str], beat: Heartbeat) -> CorpusStats:
        """Do a task.

        Args:
            task: It.
            skip: Documents to leave out, each with the reason.
            beat: Is told of each document before it is cleaned.
        """
        figures, asked = CorpusStats(limits=self._asked.limits, files=0 if task.part else len(task.jobs)), self._asked
        for index, job in enumerate(task.jobs):
            file = str(job.source)
            try:
                with reading(task, asked.fields, asked.encoding, index, beat, skip) as reader:
                    for chunk in reader:
                        for record in chunk.records:
                            self._enter(figures, file, record)
                        figures.rows += chunk.rows
            except Exception as error:  # one file must not end the others, whatever is wrong with it
                figures.fail(file, _said(error, file))
        return figures

    def _enter(self, figures: CorpusStats, file: str, found: Record) -> None:
        if found.fault:
            figures.reject(file, found.row, found.fault)
            return
        try:
            result = self._engine.clean_within(found.text, self._asked.hints.with_url(found.url))
        except Exception as error:  # nor one document
            figures.reject(file, found.row, reason_of(error))
        else:
            figures.guess(file, found.encoding)
            figures.enter(file, found.row, found.id, found.text, result)


def _said(error: Exception, file: str) -> str:
    """What to say of an error that a file ran into, without the file's name."""
    if isinstance(error, OSError):
        return os_reason(error)
    return str(error).removeprefix(f"{file}: ") if isinstance(error, CleanerError) else f"{type(error).__name__}: {error}"


def collect(
    paths: Iterable[Path], collector: Collector, processes: int | None = None, watch: Callable[[int], object] = lambda done: None
) -> Generator[CorpusStats, None, None]:
    """Look at many files; figures come in the files' order, some for each piece of the work. Closing the generator ends the processes.

    Args:
        paths: The files.
        collector: Looks at them.
        processes: How many to use; by default one a core, or none beside this one if there is little to do.
        watch: Is told, now and then, how many bytes are done.
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
