"""`cleaner learn`: a site's own chrome, from what its pages have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Annotated

from cleaner.authoring.learn.evidence import PAGES_AT_LEAST
from cleaner.authoring.learn.learned_folder import LearnedFolder
from cleaner.authoring.learn.learner import LearnedSite, SiteLearner
from cleaner.batch.sampling import Sampler
from cleaner.cli import context, options, stdio
from cleaner.cli.inputs import FileOptions
from cleaner.cli.learning import gathered, learned_sites, merged
from cleaner.cli.options import Option, UsageError
from cleaner.errors import InputError
from cleaner.io import page_parts
from cleaner.io.discovery import listed
from cleaner.io.page_store import PageStore
from cleaner.render.console import console, from_here
from cleaner.render.learn import summary
from cleaner.result import Hints
from cleaner.ruleset.layers import Layer, load
from cleaner.ruleset.loading import shipped_terms
from cleaner.ruleset.rule import Rule
from cleaner.wording import counted

#: Head of a store that says how far the run is: `begun` or `done`.
_STATE = "state"
#: Layer of the rules of an earlier run.
_SINCE = "--since"


def learn(
    sources: options.Sources,
    into: Annotated[
        Path | None, Option("--into", metavar="DIR", help="Folder to write rules to. They apply if it is a rule folder, such as rules.d.")
    ] = None,
    counts_only: Annotated[
        Path | None, Option("--counts-only", metavar="FILE", help="Only count: write the sampled pages to this Parquet file.")
    ] = None,
    from_counts: Annotated[bool, Option("--from-counts", help="SRC are files that --counts-only wrote, or folders of them.")] = False,
    since: Annotated[
        Path | None,
        Option(
            "--since", metavar="DIR", help="Propose only what the rules in DIR don't remove yet, and name those that remove nothing now."
        ),
    ] = None,
    *,
    files: FileOptions,
    resume: Annotated[bool, Option("--resume", help="Continue an earlier run, and skip the files that it has read.")] = False,
    jobs: options.Jobs = None,
    encoding: options.Encoding = "",
    quiet: Annotated[bool, Option("--quiet", "-q", help="No summary.")] = False,
    settings: options.SettingOptions,
) -> int:
    """Learn the chrome of sites from what their pages share.

    Pages are told apart by the host of their address, or by their folder. A line is taken for the site's if it stands on three pages at
    least, and on a tenth of them, where the site's other parts stand. What stands elsewhere is doubtful, and in no file that is in force.
    cleaner review --learned DIR goes through all of it; cleaner rules accept --from DIR accepts doubtful rules by name.
    """
    if not (into or counts_only):
        raise UsageError("say where the rules go", "--into")
    sites = files.sites(sources)
    folder = LearnedFolder(into) if into else None
    if folder and folder.sure.exists() and not (since or resume):
        remedy = "propose only what is new with --since, or choose another folder"
        raise InputError(folder.sure, "holds what was learned before", remedy)
    chosen = context.settings(settings)
    files, encoding = files.or_of(chosen), encoding or chosen.encoding
    layers = [*chosen.layers, *([Layer(_SINCE, since)] if since else [])]
    with (
        folder.alone() if folder else nullcontext(),
        page_parts.place_of_store(folder.pages if folder else None, resume) as path,
        closing(PageStore(path)) as store,
    ):
        if folder:
            _begin(store, folder, since, resume)
        if from_counts:
            unread = merged(store, sources)
        else:
            listing = listed(sources, files.patterns, files.exclude, not files.no_ignore, [folder.path] if folder else [])
            unread = gathered(store, listing, Sampler(files.fields, sites, encoding), jobs)
        if counts_only:
            page_parts.write(store, counts_only)
        if folder:
            chosen = chosen._replace(layers=tuple(layers))
            engines = context.engine(chosen), context.engine(chosen._replace(level="aggressive"))
            rules = load(layers).rules
            learner = SiteLearner(path, *engines, shipped_terms(), Hints(language=chosen.language), folder.rejected(), _kept(rules))
            learned = list(learned_sites(store, learner, jobs))
            for site in learned:
                if site.rules:
                    folder.write(site)
            store.set_head(_STATE, "done")
            silent = _silent(rules, learned) if since else []
            _tell(store, folder, learned, silent, quiet)
        elif not quiet:
            stdio.warn(f"{counted(store.totals()[1], 'page')} of {counted(store.totals()[0], 'site')}: {counts_only}")
    return stdio.BAD_INPUT if unread else 0


def _begin(store: PageStore, folder: LearnedFolder, since: Path | None, resume: bool) -> None:
    """Begin a run, or go on with one that was ended: what it may have written is removed.

    Raises:
        InputError: There is none to go on with, or it came to its end, so that its rules may have been edited since.
    """
    other = "propose only what is new with --since, or choose another folder"
    if store.head(_STATE) == "done":
        raise InputError(folder.sure, "is of a run that came to its end", other)
    if store.head(_STATE) == "begun" and not since:
        folder.clear()
    elif folder.sure.exists() and resume and not since:
        raise InputError(folder.sure, "holds rules, and there is no run to go on with", other)
    store.set_head(_STATE, "begun")


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
            stdio.echo(f"the rules are in {from_here(str(folder.sure))}; --rules {from_here(str(folder.path))} uses them")
        if any(site.rules for site in learned):
            stdio.echo(f"review them one by one: cleaner review --learned {from_here(str(folder.path))}")
        if any(len(site.rules) > site.sure for site in learned):
            stdio.echo(f"or see the doubtful ones, and accept them by name: cleaner rules accept --from {from_here(str(folder.path))}")
    for name in silent:
        stdio.warn(f"note: {name} takes nothing any more on the pages of its site")
    copies = [site.name for site in learned if site.size < PAGES_AT_LEAST]
    if copies:
        named = ", ".join(copies[:3]) + (" and others" if copies[3:] else "")
        stdio.warn(f"note: nothing can be learned of {named}: their pages are copies of one another")
    few = store.totals()[0] - len(learned)
    if few:
        stdio.warn(f"note: nothing can be learned of {counted(few, 'site')} with fewer than {PAGES_AT_LEAST} different pages")
