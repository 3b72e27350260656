"""Cleaning of many files in several processes; a file that fails doesn't stop the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from cleaner.batch.options import CLEAN, BatchOptions
from cleaner.batch.outputs import Decision, OutputFiles, join, writer_for
from cleaner.batch.readers import Chunk, Record, reading, reason_of
from cleaner.batch.stats import UNREADABLE, Stats, reason_to_exclude
from cleaner.batch.task import HTML, READ_AS, Outcome, Task
from cleaner.batch.workers import NO_DOCUMENT, Failure, Heartbeat, Work, supervise
from cleaner.engine.engine import Engine
from cleaner.errors import CleanerError, InputError, os_reason
from cleaner.io import atomic
from cleaner.io.compression import SUFFIXES
from cleaner.io.files import AUTO, InputOutput, sha256
from cleaner.io.formats import format_of
from cleaner.io.markup import IS_HTML, is_html
from cleaner.result import Result

K = TypeVar("K")
R = TypeVar("R")
T = TypeVar("T")

#: Bytes of input from which on several processes pay (measured: two workers break even near 1 MB).
PARALLEL_FROM = 2_000_000
#: Greatest number of text files in one task, and of their bytes.
_FILES, _BYTES = 32, 4_000_000
#: Size in bytes of a JSONL file from which on it is cleaned in parts, and size of a part.
_SPLIT_FROM, _PART = 8_000_000, 4_000_000
_PROCESSES_AT_MOST = 61  # as many as Windows can wait for


class Worker:
    """Cleans the files of tasks; picklable, for other processes."""

    def __init__(self, engine: Engine, options: BatchOptions) -> None:
        self.engine, self.options = engine, options

    def __call__(self, task: Task, skip: Mapping[int, str], heartbeat: Heartbeat) -> list[Outcome]:
        """Outcomes of a task's files; `skip` has reasons to leave out documents, by their indexes in the task."""
        return [self._outcome(task, index, skip, heartbeat) for index in range(len(task.jobs))]

    def _outcome(self, task: Task, index: int, skip: Mapping[int, str], heartbeat: Heartbeat) -> Outcome:
        outcome = Outcome(task.jobs[index])
        source = outcome.job.source
        try:
            status = source.stat()
            outcome = self._cleaned(task, index, skip, heartbeat)
            outcome.size, outcome.modified = status.st_size, status.st_mtime_ns
            if not task.part:

                def alive(done: int) -> None:
                    """Give two indexes in turn, as a sign of progress."""
                    at_once = 1 << 24
                    heartbeat(NO_DOCUMENT - done // at_once % 2, task.size if len(task.jobs) == 1 else 0, at_once)

                outcome.sha256 = sha256(source, alive)
                if task.part is None:
                    outcome.digests = self.options.digests(outcome.job, alive)
            status = source.stat()
            if (status.st_size, status.st_mtime_ns) != (outcome.size, outcome.modified):
                raise InputError(source, "changed while it was cleaned", "clean it again")
        except CleanerError as error:
            outcome.error = str(error)
        except OSError as error:
            outcome.error = f"{error.filename or source}: {os_reason(error)}"
        except Exception as error:  # one file must not end the others, whatever is wrong with it
            outcome.error = f"{source}: {type(error).__name__}: {error}"
        return outcome

    def _cleaned(self, task: Task, index: int, skip: Mapping[int, str], heartbeat: Heartbeat) -> Outcome:
        options, outcome = self.options, Outcome(task.jobs[index])
        with (
            reading(task, options.fields, options.encoding, index, heartbeat, skip, all_columns=True) as reader,
            OutputFiles(outcome.job, options, task.part) as outputs,
        ):
            writer = writer_for(reader, outputs)
            site = options.sites.of_path(outcome.job.source)
            for chunk in reader:
                writer.write(chunk, [self._decision(record, chunk, outcome, site) for record in chunk.records])
                outcome.rows += chunk.rows
            outcome.stats.check()
            writer.check(outcome.rows)
        return outcome

    def _decision(self, record: Record, chunk: Chunk, outcome: Outcome, site: str) -> Decision:
        """Clean a document, decide where it goes, and count it. One that can't be cleaned is written unchanged, so nothing is missing."""
        options, stats = self.options, outcome.stats
        stats.documents += 1
        try:
            if record.fault:
                raise ValueError(record.fault)
            result = self.engine.clean_within(record.text, options.hints.with_url(record.url or site))
            data = chunk.cleaned(result, options.removals)
        except Exception as error:  # one document must not end the others, whatever is wrong with it
            outcome.reject(record.row, reason_of(error))
            return Decision(UNREADABLE if options.exclude_to else CLEAN, Result(""), chunk.data)
        if record.encoding:
            outcome.note(0, READ_AS, f"read as {record.encoding}")
        reason = reason_to_exclude(record.text, result)
        if reason and options.exclude_to:
            stats.excluded[reason] += 1
            return Decision(reason, result, chunk.data)
        named = "" if options.encoding == AUTO or record.row else options.encoding
        outcome.enter(record.row, record.text, result, options.audited, record.encoding or named)
        if is_html(record.text):
            outcome.note(record.row, HTML, IS_HTML)
        return Decision(CLEAN, result, data)


def processes_for(jobs: Iterable[InputOutput]) -> int:
    """Number of processes for a batch: one for each core that we may use, or one if there is little to do."""
    return cores() if sum(map(size_of, jobs)) >= PARALLEL_FROM else 1


def cores() -> int:
    """Number of cores that we may use, as far as processes on all of them can be waited for."""
    affinity = getattr(os, "sched_getaffinity", None)  # those that a scheduler allows us, where that is known
    return min(len(affinity(0)) if affinity else os.cpu_count() or 1, _PROCESSES_AT_MOST)


def size_of(job: InputOutput) -> int:
    """Size of an input file in bytes; 0 if it can't be read."""
    try:
        return job.source.stat().st_size
    except OSError:
        return 0


def tasks(jobs: Sequence[InputOutput], processes: int) -> Iterator[Task]:
    """Tasks for a number of processes: small files together, large files of lines in parts."""
    texts: list[InputOutput] = []
    taken = 0
    for job in jobs:
        size = size_of(job)
        if format_of(job.source) != "text":
            yield from _parts(job, size) if processes > 1 else [Task((job,), size)]
            continue
        if texts and (processes == 1 or len(texts) == _FILES or taken + size > _BYTES):
            yield Task(tuple(texts), taken)
            texts, taken = [], 0
        texts.append(job)
        taken += size
    if texts:
        yield Task(tuple(texts), taken)


def _parts(job: InputOutput, size: int) -> Iterator[Task]:
    if size < _SPLIT_FROM or format_of(job.source) != "jsonl" or job.source.suffix in SUFFIXES:
        yield Task((job,), size)
        return
    starts = range(0, size, _PART)
    for part, start in enumerate(starts):
        last = start == starts[-1]
        yield Task((job,), size - start if last else _PART, start, None if last else start + _PART, part, len(starts))


class HasSize(Protocol):
    """A task of some size, in bytes or in other units."""

    @property
    def size(self) -> int:
        """The size."""


S = TypeVar("S", bound=HasSize)


def run(
    todo: Sequence[S], work: Work[S, R], processes: int, watch: Callable[[int], object]
) -> Generator[tuple[S, R | Failure], None, None]:
    """Do tasks in at most `processes` processes, or in this one; yields tasks and outcomes in the order in which they finish.

    Closing the generator ends the processes. `work` does one task and must be picklable; `watch` gets, now and then, how much is
    done, in the units of the tasks' sizes.
    """
    finished = 0

    def at_hand(done: int) -> None:
        watch(finished + done)

    count = min(processes, len(todo))
    here = ((task, work(task, {}, lambda index, done, size: at_hand(done))) for task in todo)
    with closing(supervise(todo, work, count, at_hand) if count > 1 else here) as outcomes:
        for task, outcome in outcomes:
            finished += task.size
            yield task, outcome


def clean_files(
    jobs: Sequence[InputOutput], worker: Worker, processes: int | None = None, watch: Callable[[int], object] = lambda done: None
) -> Generator[Outcome, None, None]:
    """Clean many files; yields outcomes in the order in which files finish.

    Closing the generator ends the processes and removes their temporary files. The default number of processes is that of
    `processes_for`; `watch` gets, now and then, the number of bytes done.
    """
    processes, options = processes or processes_for(jobs), worker.options
    parts: dict[InputOutput, dict[int, Outcome]] = {}
    try:
        with closing(run(list(tasks(jobs, processes)), worker, processes, watch)) as done:
            for task, outcomes in done:
                if isinstance(outcomes, Failure):
                    outcomes = [Outcome(job, error=f"{job.source}: {outcomes.reason}") for job in task.jobs]
                if task.part is None:
                    yield from outcomes
                    continue
                (job,), (outcome,) = task.jobs, outcomes
                there = parts.setdefault(job, {})
                there[task.part] = outcome
                if len(there) == task.parts:
                    yield _joined([there[part] for part in range(task.parts)], options)
                    del parts[job]
    finally:  # temporary files of processes that were ended or died
        atomic.sweep((path for job in jobs for path in options.paths(job).values()), options.run)


def _joined(parts: Sequence[Outcome], options: BatchOptions) -> Outcome:
    """Outcome of a file whose parts are all done."""
    whole = parts[0]
    for part in parts[1:]:
        whole.add(part)
    whole.error = next((part.error for part in parts if part.error), "")
    if len({(part.size, part.modified) for part in parts}) > 1:
        whole.error = whole.error or str(InputError(whole.job.source, "changed while it was cleaned", "clean it again"))
    if not whole.error:
        try:
            whole.stats.check()
            join(whole.job, options, len(parts))
            whole.digests = options.digests(whole.job)
        except CleanerError as error:
            whole.error = str(error)
        except OSError as error:
            whole.error = f"{error.filename or whole.job.source}: {os_reason(error)}"
    return whole


@dataclass
class Totals:
    """Sums over a batch.

    Attributes:
        files: Number of files, failed ones included.
        stats: Figures of their documents.
        failed: Messages on files that failed as a whole.
        noted: Outcomes with notes on documents.
    """

    files: int = 0
    stats: Stats = field(default_factory=Stats)
    failed: list[str] = field(default_factory=list)
    noted: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        if outcome.error:
            self.fail(outcome.error)
            return
        self.files += 1
        self.stats.add(outcome.stats)
        if outcome.notes:
            self.noted.append(outcome)

    def fail(self, message: str) -> None:
        """Count a file or folder that failed as a whole."""
        self.files += 1
        self.failed.append(message)

    @property
    def is_sound(self) -> bool:
        """Whether every document could be read, and every file written."""
        return not self.failed and not self.stats.rejected


def in_order(todo: Iterable[K], outcomes: Iterable[T], of: Callable[[T], K]) -> Iterator[T]:
    """Outcomes, which come in any order, in the order of `todo`; `of` gives the item that an outcome is of."""
    early: dict[K | None, T] = {}
    order = iter(todo)
    due = next(order, None)
    for outcome in outcomes:
        early[of(outcome)] = outcome
        while due in early:
            yield early.pop(due)
            due = next(order, None)
