"""Many files over several processes; one that fails is set aside and the others are done."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from cleaner.batch import outputs
from cleaner.batch.ledger import Ledger
from cleaner.batch.manifest import ManifestEntry
from cleaner.batch.outputs import BatchOptions
from cleaner.batch.row_groups import clean_parquet
from cleaner.batch.rows import clean_rows
from cleaner.batch.task import NO_DOCUMENT, DocumentCleaner, Heartbeat, Task
from cleaner.batch.text_files import clean_text
from cleaner.batch.workers import Failure, supervise
from cleaner.engine.engine import Engine
from cleaner.errors import CleanerError, InputError, os_reason
from cleaner.io import atomic
from cleaner.io.compression import SUFFIXES
from cleaner.io.files import InputOutput
from cleaner.io.formats import format_of

K = TypeVar("K")
T = TypeVar("T")

#: Below so many bytes of input, starting processes costs more than they save (measured: two workers break even near 1 MB).
PARALLEL_FROM = 2_000_000
#: Files of text that a process gets at once, and bytes of them.
_FILES, _BYTES = 32, 4_000_000
#: Bytes of a file of lines from which on it is cleaned in parts, and of each part.
_SPLIT_FROM, _PART = 8_000_000, 4_000_000
_READ_AT_ONCE = 1 << 24
_PROCESSES_AT_MOST = 61  # as many as Windows can wait for


@dataclass(slots=True)
class Outcome:
    """What became of one file, or of a part of one.

    Attributes:
        job: The file.
        ledger: What became of its documents.
        error: Why all of it failed, or an empty string.
        size: Bytes that it had.
        modified: When it was modified, in nanoseconds of the epoch.
        sha256: Its digest.
    """

    job: InputOutput
    ledger: Ledger = field(default_factory=Ledger)
    error: str = ""
    size: int = 0
    modified: int = 0
    sha256: str = ""

    def entry(self, options: BatchOptions, fingerprint: str, audit: int) -> ManifestEntry:
        """What a manifest says of it.

        Args:
            options: What the batch was asked for.
            fingerprint: That of the rules.
            audit: Bytes of the audit, now that it is in there.
        """
        name = self.job.target.relative_to(options.output).as_posix()
        written, figures = options.written(self.job), self.ledger.figures()
        return ManifestEntry(name, str(self.job.source), self.size, self.modified, self.sha256, written, fingerprint, audit, figures)


class Worker:
    """Does tasks one by one; the same object works in this process and in others.

    Args:
        engine: The engine.
        options: What is asked for.
    """

    def __init__(self, engine: Engine, options: BatchOptions) -> None:
        self.judge = DocumentCleaner(engine, options)

    def __call__(self, task: Task, skip: Mapping[int, str], beat: Heartbeat) -> list[Outcome]:
        """Do a task.

        Args:
            task: It.
            skip: Places in it to leave out, each with the reason.
            beat: Is told of each document before it is cleaned.
        """
        return [self._outcome(task, place, skip, beat) for place in range(len(task.jobs))]

    def _outcome(self, task: Task, place: int, skip: Mapping[int, str], beat: Heartbeat) -> Outcome:
        outcome = Outcome(task.jobs[place])
        source = outcome.job.source
        try:
            status = source.stat()
            outcome.size, outcome.modified = status.st_size, status.st_mtime_ns
            outcome.ledger = self._ledger(task, place, skip, beat)
            if not task.part:
                outcome.sha256 = _sha256(source, lambda place: beat(place, task.size if len(task.jobs) == 1 else 0, _READ_AT_ONCE))
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

    def _ledger(self, task: Task, place: int, skip: Mapping[int, str], beat: Heartbeat) -> Ledger:
        job = task.jobs[place]
        kind = format_of(job.source)
        if kind == "text":
            return clean_text(job, place, self.judge, beat, skip)
        return (clean_parquet if kind == "parquet" else clean_rows)(task, self.judge, beat, skip)


def _sha256(source: Path, tell: Callable[[int], object]) -> str:
    """Digest of a file, in hexadecimal digits; that it goes on is told, by two numbers in turns."""
    found = hashlib.sha256()
    with source.open("rb") as stream:
        while data := stream.read(_READ_AT_ONCE):
            found.update(data)
            tell(NO_DOCUMENT - stream.tell() // _READ_AT_ONCE % 2)
    return found.hexdigest()


def processes_for(jobs: Iterable[InputOutput]) -> int:
    """How many processes are worth their while: one a core that we may use, or one if there is little to do."""
    affinity = getattr(os, "sched_getaffinity", None)  # what a scheduler has given us, where that is known
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(cores, _PROCESSES_AT_MOST) if sum(map(size_of, jobs)) >= PARALLEL_FROM else 1


def size_of(job: InputOutput) -> int:
    """Bytes of a file; none if it can't be asked."""
    try:
        return job.source.stat().st_size
    except OSError:
        return 0


def tasks(jobs: Sequence[InputOutput], processes: int) -> Iterator[Task]:
    """Cut the work into pieces that are worth sending: small files together, large files of lines in parts.

    Args:
        jobs: The files.
        processes: How many processes there are to do them.
    """
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


def run(
    jobs: Sequence[InputOutput], worker: Worker, processes: int | None = None, watch: Callable[[int], object] = lambda done: None
) -> Generator[Outcome, None, None]:
    """Clean many files; outcomes come as files are done. Closing the generator ends the processes, and sweeps up after them.

    Args:
        jobs: The files.
        worker: What to do with each.
        processes: How many to use; by default one a core, or none beside this one if there is little to do.
        watch: Is told, now and then, how many bytes are done.
    """
    count = processes or processes_for(jobs)
    todo = list(tasks(jobs, count))
    finished = 0

    def at_hand(done: int) -> None:
        watch(finished + done)

    if count == 1 or len(todo) == 1:
        for task in todo:
            yield from worker(task, {}, lambda place, done, size: at_hand(done))
            finished += task.size
        return
    parts = _Parts(worker.judge.options)
    with sweeping(jobs, worker.judge.options):
        for task, outcome in supervise(todo, worker, min(count, len(todo)), at_hand):
            finished += task.size
            if isinstance(outcome, Failure):
                outcome = [Outcome(job, error=f"{job.source}: {outcome.reason}") for job in task.jobs]
            yield from parts.put_together(task, outcome)


class _Parts:
    """Parts of files, until all parts of a file are there."""

    def __init__(self, options: BatchOptions) -> None:
        self._options = options
        self._found: dict[InputOutput, dict[int, Outcome]] = {}

    def put_together(self, task: Task, outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
        """The outcomes of a task, or that of the file that its outcome completes."""
        if task.part is None:
            yield from outcomes
            return
        (job,) = task.jobs
        found = self._found.setdefault(job, {})
        (found[task.part],) = outcomes
        if len(found) == task.parts:
            yield self._whole(job, [found[number] for number in range(task.parts)])
            del self._found[job]

    def _whole(self, job: InputOutput, parts: Sequence[Outcome]) -> Outcome:
        whole = parts[0]
        for part in parts[1:]:
            whole.ledger.add(part.ledger)
        whole.error = next((part.error for part in parts if part.error), "")
        if len({(part.size, part.modified) for part in parts}) > 1:
            whole.error = whole.error or str(InputError(job.source, "changed while it was cleaned", "clean it again"))
        if not whole.error:
            try:
                whole.ledger.check()
                outputs.join(job, self._options, len(parts))
            except CleanerError as error:
                whole.error = str(error)
        return whole


@contextmanager
def sweeping(jobs: Sequence[InputOutput], options: BatchOptions) -> Iterator[None]:
    """Remove, at the end of a block, what processes that were ended or died have left half written."""
    try:
        yield
    finally:
        atomic.sweep((place for job in jobs for place in options.places(job).values()), options.run)


@dataclass
class Totals:
    """Sums over a batch.

    Attributes:
        files: How many files were looked at.
        figures: What became of their documents.
        failed: What to say of files that failed as a whole.
        noted: Files with documents that people should hear of.
    """

    files: int = 0
    figures: Ledger = field(default_factory=Ledger)
    failed: list[str] = field(default_factory=list)
    noted: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one outcome in."""
        if outcome.error:
            self.fail(outcome.error)
            return
        self.files += 1
        self.figures.sum(outcome.ledger)
        if outcome.ledger.notes:
            self.noted.append(outcome)

    def fail(self, message: str) -> None:
        """Count a file or folder in that failed as a whole."""
        self.files += 1
        self.failed.append(message)

    @property
    def is_sound(self) -> bool:
        """Whether every document could be read, and every file written."""
        return not self.failed and not self.figures.rejected


def in_order(todo: Iterable[K], outcomes: Iterable[T], of: Callable[[T], K]) -> Iterator[T]:
    """Outcomes, which come as they are done, in the order of what there was to do; `of` says what an outcome is of."""
    early: dict[K | None, T] = {}
    order = iter(todo)
    due = next(order, None)
    for outcome in outcomes:
        early[of(outcome)] = outcome
        while due in early:
            yield early.pop(due)
            due = next(order, None)
