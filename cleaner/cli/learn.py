"""`cleaner learn`: a site's own chrome, from what its pages have in common."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

from cleaner.authoring.learn.evidence import PAGES_AT_LEAST
from cleaner.authoring.learn.learned_folder import LearnedFolder
from cleaner.authoring.learn.learner import LearnedSite, SiteLearner, SiteTask
from cleaner.batch.run import cores, in_order, run, size_of
from cleaner.batch.sampling import Sampler, SiteOptions, gather
from cleaner.batch.workers import Failure
from cleaner.cli import context, options, stdio
from cleaner.cli.inputs import FileOptions
from cleaner.cli.options import Option, UsageError
from cleaner.cli.progress import progress
from cleaner.errors import InputError
from cleaner.io import page_parts
from cleaner.io.discovery import listed
from cleaner.io.files import InputOutput
from cleaner.io.page_store import PageStore
from cleaner.render.console import console, from_here
from cleaner.render.learn import summary
from cleaner.result import Hints
from cleaner.ruleset.layers import Layer, load
from cleaner.ruleset.loading import shipped_terms
from cleaner.ruleset.rule import Rule
from cleaner.wording import counted

#: Pages of the sites of one task.
_PAGES_A_TASK = 1000
#: Layer of the rules of an earlier run.
_SINCE = "--since"
#: Problems that are named on standard error.
_NAMED_AT_MOST = 10

GroupBy = Annotated[
    str,
    Option(
        "--group-by",
        metavar="PATTERN",
        help="Tells the site of files without addresses by their path: 'news/([^/]+)/'. Default: the first folder.",
    ),
]


def learn(
    sources: options.Sources,
    into: Annotated[
        Path | None, Option("--into", metavar="DIR", help="Folder for the rules; in force where it is a rule folder, as rules.d is.")
    ] = None,
    counts_only: Annotated[
        Path | None, Option("--counts-only", metavar="FILE", help="Only count: write the pages that are looked at to this Parquet file.")
    ] = None,
    from_counts: Annotated[bool, Option("--from-counts", help="SRC are such files, or folders of them.")] = False,
    since: Annotated[
        Path | None,
        Option("--since", metavar="DIR", help="Propose only what the rules there don't take; tell those that take nothing now."),
    ] = None,
    *,
    files: FileOptions,
    group_by: GroupBy = "",
    resume: Annotated[bool, Option("--resume", help="Go on with an earlier run, without the files that it has read.")] = False,
    jobs: options.Jobs = None,
    encoding: options.Encoding = "",
    quiet: Annotated[bool, Option("--quiet", "-q", help="No summary.")] = False,
    settings: options.SettingOptions,
) -> int:
    """Find what the pages of a site have in common, and propose it as rules: a file for each site, DIR/sites/HOST.toml.

    Pages are told apart by the host of their address, or by their folder. A line is taken for the site's if it stands on three pages at
    least, and on a tenth of them, where the site's other parts stand. What stands elsewhere is doubtful, and in no file that is in force.
    cleaner review --learned DIR goes through all of it.
    """
    if not (into or counts_only):
        raise UsageError("say where the rules go", "--into")
    sites = SiteOptions([source for source in sources if source.is_dir()], group_by)
    sites.check()
    folder = LearnedFolder(into) if into else None
    if folder and folder.sure.exists() and not (since or resume):
        remedy = "propose only what is new with --since, or choose another folder"
        raise InputError(folder.sure, "holds what was learned before", remedy)
    chosen = context.settings(settings)
    layers = [*chosen.layers, *([Layer(_SINCE, since)] if since else [])]
    with page_parts.place_of_store(folder.pages if folder else None, resume) as path, closing(PageStore(path)) as store:
        unread = _merged(store, sources) if from_counts else _gathered(store, sources, Sampler(files.fields, sites, encoding), files, jobs)
        if counts_only:
            page_parts.write(store, counts_only)
        if folder:
            engine = context.engine(chosen._replace(layers=tuple(layers)))
            rules = load(layers).rules
            learner = SiteLearner(path, engine, shipped_terms(), Hints(language=chosen.language), folder.rejected(), _kept(rules))
            learned = list(_learned(store, learner, jobs))
            for site in learned:
                if site.rules:
                    folder.write(site)
            silent = _silent(rules, learned) if since else []
            _tell(store, folder, learned, silent, quiet)
        elif not quiet:
            stdio.warn(f"{counted(store.totals()[1], 'page')} of {counted(store.totals()[0], 'site')}: {counts_only}")
    return stdio.BAD_INPUT if unread else 0


def _gathered(store: PageStore, sources: Sequence[Path], sampler: Sampler, files: FileOptions, jobs: int | None) -> int:
    """Sample the pages of sources into a store, and name what can't be read; gives how much that is."""
    listing = listed(sources, files.patterns, files.exclude, not files.no_ignore)
    paths = list({path.absolute(): path for _, path in listing.files}.values())  # one that is named twice counts once
    for fault in listing.passed_over:
        stdio.warn(f"warning: {fault}")
    problems = [str(fault) for fault in listing.unreadable]
    failed, homeless = len(problems), 0
    size = sum(size_of(InputOutput(path, path)) for path in paths)
    with closing(progress(size, lambda watch: gather(paths, sampler, store, jobs, watch), "reading")) as samples:
        for sample in samples:
            failed, homeless = failed + sample.failed, homeless + sample.homeless
            problems += sample.problems[: _NAMED_AT_MOST - len(problems)]
    for problem in problems[:_NAMED_AT_MOST]:
        stdio.warn(f"error: {problem}")
    if failed > min(len(problems), _NAMED_AT_MOST):
        stdio.warn(f"error: and {failed - min(len(problems), _NAMED_AT_MOST):,} more that can't be read")
    if homeless:
        remedy = "name the field of their address with --url-field, or tell sites by the path with --group-by"
        stdio.warn(f"warning: {counted(homeless, 'document')} without an address: passed over ({remedy})")
    return failed


def _merged(store: PageStore, sources: Sequence[Path]) -> int:
    """Add the counts in files and folders to a store; gives the number of folders that can't be read."""
    listing = listed(sources, ["*.parquet"])
    for fault in listing.unreadable:
        stdio.warn(f"error: {fault}")
    for _, path in listing.files:
        page_parts.read(path, store)
    return len(listing.unreadable)


def _learned(store: PageStore, learner: SiteLearner, jobs: int | None) -> Generator[LearnedSite, None, None]:
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


def _kept(rules: Iterable[Rule]) -> Mapping[str, list[str]]:
    """Texts that are kept from rules for sites, by site."""
    kept: dict[str, list[str]] = {}
    for rule in rules:
        for site in rule.sites:
            kept.setdefault(site, []).extend(text for exemption in rule.exemptions for text in exemption.keeps)
    return kept


def _silent(rules: Iterable[Rule], learned: Iterable[LearnedSite]) -> list[str]:
    """Names of earlier rules that take nothing on the pages of their sites any more."""
    fired = {site.name: site.fired for site in learned}
    return [
        rule.name
        for rule in rules
        if rule.layer == _SINCE and not rule.exemptions and any(site in fired and not fired[site].get(rule.name) for site in rule.sites)
    ]


def _tell(store: PageStore, folder: LearnedFolder, learned: Sequence[LearnedSite], silent: Sequence[str], quiet: bool) -> None:
    """Say what was learned, and of which sites nothing can be."""
    if not quiet:
        for renderable in summary(learned, *store.totals()):
            console().print(renderable)
        if any(site.sure for site in learned):
            stdio.echo(f"{from_here(str(folder.sure))} holds the rules: in force where --rules {from_here(str(folder.path))} says so")
        if any(site.rules for site in learned):
            stdio.echo(f"cleaner review --learned {from_here(str(folder.path))} goes through them one by one")
    for name in silent:
        stdio.warn(f"note: {name} takes nothing any more on the pages of its site")
    copies = [site.name for site in learned if site.size < PAGES_AT_LEAST]
    if copies:
        named = ", ".join(copies[:3]) + (" and others" if copies[3:] else "")
        stdio.warn(f"note: nothing can be learned of {named}: their pages are copies of one another")
    few = store.totals()[0] - len(learned)
    if few:
        stdio.warn(f"note: nothing can be learned of {counted(few, 'site')} with fewer than {PAGES_AT_LEAST} different pages")
