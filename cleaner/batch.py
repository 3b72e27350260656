"""Many files over several processes; one that fails is set aside and the others are done."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace

from cleaner import files
from cleaner.document import words
from cleaner.engine import Engine
from cleaner.errors import CleanerError
from cleaner.files import Job
from cleaner.model import Flag, Hints, Removal
from cleaner.removals import digest

#: Below so many bytes of input, starting processes costs more than they save (measured: two workers break even near 1 MB).
PARALLEL_FROM = 2_000_000
_CHUNK = 32
_PROCESSES_AT_MOST = 61  # as many as Windows can wait for


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Attributes:
        source: The file.
        words: Words before cleaning.
        removed: Words that each rule took.
        counts: Removals of each rule.
        removals: The removals themselves, if an audit was asked for.
        clean: Digest of the clean text, if an audit was asked for.
        flags: Why the text, or a line of it, was left alone.
        error: Why it failed, or an empty string.
    """

    source: str
    words: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    removals: tuple[Removal, ...] = ()
    clean: str = ""
    flags: tuple[Flag, ...] = ()
    error: str = ""


class Worker:
    """Cleans files one by one; the same object works in this process and in others.

    Args:
        engine: The engine.
        hints: What is known beside every text.
        audited: Whether outcomes carry what an audit needs.
    """

    def __init__(self, engine: Engine, hints: Hints, audited: bool = False) -> None:
        self.engine, self.hints, self.audited = engine, hints, audited
        self.run = str(os.getpid())  # in other processes, too, that of the one that hands out the work

    def __call__(self, job: Job) -> Outcome:
        """Clean one file. A file that isn't text is copied as it is, so that the output is complete, and named as failed."""
        source = str(job.source)
        try:
            data = files.read(job.source)
            try:
                job.target.parent.mkdir(parents=True, exist_ok=True)
                before = files.decode(data, job.source)
                result = self.engine.clean(before.text, self.hints)
            except CleanerError:
                files.write(job.target, data, self.run)
                raise
            files.write(job.target, before.encode(result.text), self.run)
        except (CleanerError, OSError, MemoryError, RecursionError) as error:
            return Outcome(source, error=str(error))
        removed, counts = Counter[str](), Counter[str]()
        for removal in result.removals:
            removed[removal.rule] += words(removal.text)
            counts[removal.rule] += 1
        outcome = Outcome(source, words(before.text), removed, counts, flags=result.flags)
        return replace(outcome, removals=result.removals, clean=digest(result.text)) if self.audited else outcome


_worker: Worker | None = None  # set once in each child process, before its first job


def _start(worker: Worker) -> None:
    global _worker
    _worker = worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent decides


def _work(jobs: Sequence[Job]) -> list[Outcome]:
    assert _worker is not None
    return [_worker(job) for job in jobs]


def run(jobs: Sequence[Job], worker: Worker, processes: int | None = None) -> Generator[Outcome, None, None]:
    """Clean many files; outcomes come in the order of the jobs, whatever the number of processes.

    A file on which a process dies is named as failed. Closing the generator stops the processes after the files they are at.

    Args:
        jobs: The files.
        worker: What to do with each.
        processes: How many to use; by default one a core, or none beside this one if there is little to do.
    """
    count = processes or (os.cpu_count() or 1 if _bytes(jobs) >= PARALLEL_FROM else 1)
    if count == 1 or len(jobs) < 2:
        yield from map(worker, jobs)
        return
    while jobs:
        done = 0
        try:
            for outcome in _pooled(jobs, worker, count):
                done += 1
                yield outcome
            return
        except BrokenProcessPool:
            files.sweep((job.target for job in jobs), worker.run)
            # Which file killed a process is not known: those of the first chunk that didn't come back are tried one by one.
            yield from _one_by_one(jobs[done : done + _CHUNK], worker)
            jobs = jobs[done + _CHUNK :]


def _pooled(jobs: Sequence[Job], worker: Worker, count: int) -> Iterator[Outcome]:
    chunks = [jobs[at : at + _CHUNK] for at in range(0, len(jobs), _CHUNK)]
    futures: list[Future[list[Outcome]]] = []
    # Leaving the pool waits: an interpreter that ends meanwhile can print a traceback, and files would be half done.
    with ProcessPoolExecutor(min(count, len(chunks), _PROCESSES_AT_MOST), initializer=_start, initargs=(worker,)) as pool:
        try:
            for chunk in chunks:
                futures.append(pool.submit(_work, chunk))
            for future in futures:
                yield from future.result()
        finally:
            for future in futures:
                future.cancel()


def _one_by_one(jobs: Sequence[Job], worker: Worker) -> Iterator[Outcome]:
    for job in jobs:
        with ProcessPoolExecutor(1, initializer=_start, initargs=(worker,)) as pool:
            try:
                yield pool.submit(_worker_on, job).result()
            except BrokenProcessPool:
                yield Outcome(str(job.source), error=f"{job.source}: the process that cleaned it died")


def _worker_on(job: Job) -> Outcome:
    return _work([job])[0]


def _bytes(jobs: Iterable[Job]) -> int:
    total = 0
    for job in jobs:
        try:
            total += job.source.stat().st_size
        except OSError:
            continue
        if total >= PARALLEL_FROM:
            break
    return total


@dataclass
class Totals:
    """Sums over a batch."""

    files: int = 0
    changed: int = 0
    words: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)
    flagged: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one outcome in."""
        self.files += 1
        if outcome.error:
            self.failed.append(outcome)
            return
        self.changed += bool(outcome.counts)
        self.words += outcome.words
        self.removed += outcome.removed
        self.counts += outcome.counts
        if outcome.flags:
            self.flagged.append(outcome)
