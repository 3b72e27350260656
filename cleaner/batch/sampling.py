"""A sample of the pages of each site, taken from many files in several processes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cleaner.batch.readers import reading, reason_of
from cleaner.batch.run import processes_for, run, tasks
from cleaner.batch.sites import SiteOptions
from cleaner.batch.task import Task
from cleaner.batch.workers import Failure, Heartbeat
from cleaner.errors import CleanerError, os_reason
from cleaner.io.fields import Fields
from cleaner.io.files import InputOutput
from cleaner.io.page_store import PAGES_AT_MOST, PageStore, SampledPage, sampled

#: Number of processes for which work is split, however many there are, so that a run can be resumed with others.
_CUT_FOR = 2
#: Greatest length in characters of a page that is looked at.
_LONGEST = 200_000
#: Problems of one task that are told.
_TOLD_AT_MOST = 5


@dataclass(slots=True)
class TaskSample:
    """Pages of one task.

    Attributes:
        counts: Number of pages of each site.
        pages: Those that are kept.
        homeless: Number of documents whose site nobody knows.
        problems: Problems with documents and files, as far as they are told.
        failed: Number of documents and files that can't be read.
    """

    counts: Counter[str] = field(default_factory=Counter)
    pages: list[SampledPage] = field(default_factory=list)
    homeless: int = 0
    problems: list[str] = field(default_factory=list)
    failed: int = 0

    def fail(self, message: str) -> None:
        """Count a problem."""
        self.failed += 1
        if len(self.problems) < _TOLD_AT_MOST:
            self.problems.append(message)


class Gatherer:
    """Takes the pages of a task; several tasks' samples are kept apart, so that they can be merged."""

    def __init__(self, most: int = PAGES_AT_MOST) -> None:
        self._most = most
        self._pages: dict[str, list[SampledPage]] = {}
        self.counts = Counter[str]()

    def add(self, site: str, name: str, url: str, text: str) -> None:
        """Add a page; one that is too long is counted, and not looked at."""
        self.counts[site] += 1
        if len(text) > _LONGEST:
            return
        data = text.encode("utf-8", "replace")  # halves of characters, as broken JSON has them, can't be kept
        name, url = (each.encode("utf-8", "replace").decode() for each in (name, url))
        pages = self._pages.setdefault(site, [])
        pages.append(SampledPage(site, hashlib.blake2b(data, digest_size=8).digest(), name, url, data.decode()))
        if len(pages) > 2 * self._most:
            self._pages[site] = sampled(pages, self._most)

    @property
    def pages(self) -> list[SampledPage]:
        """Pages that are kept, by site."""
        return [page for site in sorted(self._pages) for page in sampled(self._pages[site], self._most)]


class Sampler:
    """Samples the documents of tasks; picklable, for other processes."""

    def __init__(self, fields: Fields, sites: SiteOptions, encoding: str = "") -> None:
        self._fields, self._sites, self._encoding = fields, sites, encoding

    def __call__(self, task: Task, skip: Mapping[int, str], heartbeat: Heartbeat) -> TaskSample:
        """Sample of a task's documents; `skip` has reasons to leave out documents."""
        gathered, sample = Gatherer(), TaskSample()
        for index, job in enumerate(task.jobs):
            try:
                with reading(task, self._fields, self._encoding, index, heartbeat, skip) as reader:
                    for chunk in reader:
                        for record in chunk.records:
                            name = f"{job.source}:{record.row}" if record.row else str(job.source)
                            if record.fault:
                                sample.fail(f"{name}: {record.fault}")
                            elif not (site := self._sites.of(record.url, job.source)):
                                sample.homeless += 1
                            elif record.text.strip():
                                gathered.add(site, record.url or record.id or name, record.url, record.text)
            except OSError as error:
                sample.fail(f"{error.filename or job.source}: {os_reason(error)}")
            except CleanerError as error:
                sample.fail(str(error))
            except Exception as error:  # one file must not end the others, whatever is wrong with it
                sample.fail(f"{job.source}: {reason_of(error)}")
        sample.counts, sample.pages = gathered.counts, gathered.pages
        return sample


def gather(
    paths: Iterable[Path],
    sampler: Sampler,
    store: PageStore,
    processes: int | None = None,
    watch: Callable[[int], object] = lambda done: None,
) -> Generator[TaskSample, None, None]:
    """Sample many files into a store; yields the samples of the parts as they are done, without those that are in the store already.

    Closing the generator ends the processes. `watch` gets, now and then, the number of bytes done.
    """
    jobs = [InputOutput(path, path) for path in paths]
    todo = [task for task in tasks(jobs, _CUT_FOR) if not store.is_done(_name(task))]
    with closing(run(todo, sampler, processes or processes_for(jobs), watch)) as outcomes:
        for task, sample in outcomes:
            if isinstance(sample, Failure):
                reason, sample = sample.reason, TaskSample()
                for job in task.jobs:
                    sample.fail(f"{job.source}: {reason}")
            else:
                store.add(_name(task), sample.counts, sample.pages)
            yield sample


def _name(task: Task) -> str:
    """Name of a task that is the same in another run, as long as its files are."""
    first, last = task.jobs[0].source, task.jobs[-1].source
    status = [(job.source.stat().st_size, job.source.stat().st_mtime_ns) for job in task.jobs if job.source.exists()]
    digest = hashlib.blake2b(repr([str(job.source.absolute()) for job in task.jobs] + status).encode(), digest_size=8).hexdigest()
    return f"{first} {last} {task.start} {task.stop} {digest}"
