"""The steps of learning that commands share: pages into a store, and what is learned of them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

from cleaner.authoring.learn.evidence import PAGES_AT_LEAST
from cleaner.authoring.learn.learner import LearnedSite, SiteLearner, SiteTask
from cleaner.batch.run import cores, in_order, run, size_of
from cleaner.batch.sampling import Sampler, gather
from cleaner.batch.workers import Failure
from cleaner.cli import stdio
from cleaner.cli.progress import progress
from cleaner.io import page_parts
from cleaner.io.discovery import Listing, listed
from cleaner.io.files import InputOutput
from cleaner.io.page_store import PageStore
from cleaner.wording import counted

#: Pages of the sites of one task.
_PAGES_A_TASK = 1000
#: Problems that are named on standard error.
_NAMED_AT_MOST = 10


def gathered(store: PageStore, listing: Listing, sampler: Sampler, jobs: int | None, name_unread: bool = True) -> int:
    """Sample the pages of sources into a store, and name what can't be read, if nobody else does; gives how much that is."""
    paths = list({path.absolute(): path for _, path in listing.files}.values())  # one that is named twice counts once
    for fault in listing.passed_over if name_unread else ():
        stdio.warn(f"warning: {fault}")
    problems = [str(fault) for fault in listing.unreadable]
    failed, homeless = len(problems), 0
    size = sum(size_of(InputOutput(path, path)) for path in paths)
    with closing(progress(size, lambda watch: gather(paths, sampler, store, jobs, watch), "reading")) as samples:
        for sample in samples:
            failed, homeless = failed + sample.failed, homeless + sample.homeless
            problems += sample.problems[: _NAMED_AT_MOST - len(problems)]
    if name_unread:
        for problem in problems[:_NAMED_AT_MOST]:
            stdio.warn(f"error: {problem}")
        if failed > min(len(problems), _NAMED_AT_MOST):
            stdio.warn(f"error: and {failed - min(len(problems), _NAMED_AT_MOST):,} more that can't be read")
    if homeless:
        remedy = "name the field of their address with --url-field, or tell sites by the path with --group-by"
        stdio.warn(f"warning: {counted(homeless, 'document')} without an address: passed over ({remedy})")
    return failed


def merged(store: PageStore, sources: Sequence[Path]) -> int:
    """Add the counts in files and folders to a store; gives the number of folders that can't be read."""
    listing = listed(sources, ["*.parquet"])
    for fault in listing.unreadable:
        stdio.warn(f"error: {fault}")
    for _, path in listing.files:
        page_parts.read(path, store)
    return len(listing.unreadable)


def learned_sites(store: PageStore, learner: SiteLearner, jobs: int | None) -> Generator[LearnedSite, None, None]:
    """What is learned of the sites of a store that have enough pages, in the order of their names."""
    todo: list[SiteTask] = []
    names: list[str] = []
    pages = 0
    for name, _, kept in store.sites(PAGES_AT_LEAST):
        names.append(name)
        pages += kept
        if pages >= _PAGES_A_TASK:
            todo.append(SiteTask(tuple(names), pages))
            names, pages = [], 0
    todo += [SiteTask(tuple(names), pages)] if names else []
    processes = jobs or (cores() if len(todo) > 1 else 1)
    total = sum(task.size for task in todo)
    with closing(progress(total, lambda watch: run(todo, learner, processes, watch), "learning", in_bytes=False)) as outcomes:
        for task, learned in in_order(todo, outcomes, lambda outcome: outcome[0]):
            if isinstance(learned, Failure):
                stdio.warn(f"error: {', '.join(task.sites[:3])}: {learned.reason}")
            else:
                yield from learned
