"""`cleaner batch`: a tree of texts, or of files of documents, to a tree of clean ones."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from rich.console import Group, RenderableType

from cleaner.authoring.learn.learned_folder import LearnedFolder
from cleaner.authoring.learn.learner import SiteLearner
from cleaner.batch.manifest import Manifest, ManifestLog, Shard, manifest_path
from cleaner.batch.options import BatchOptions
from cleaner.batch.run import Totals, Worker, clean_files, in_order, size_of
from cleaner.batch.sampling import Sampler
from cleaner.batch.stats import Stats
from cleaner.batch.task import Outcome
from cleaner.cli import batch_notes, context, options, stdio
from cleaner.cli.inputs import FileOptions
from cleaner.cli.learning import gathered, learned_sites
from cleaner.cli.options import Option, UsageError
from cleaner.cli.progress import progress as bar
from cleaner.errors import InputError
from cleaner.io import atomic, files, page_parts
from cleaner.io.audit import part_path
from cleaner.io.discovery import Plan, plan
from cleaner.io.files import InputOutput
from cleaner.io.formats import clean_name
from cleaner.io.page_store import PageStore
from cleaner.render.batch import summary
from cleaner.render.console import console
from cleaner.result import Hints
from cleaner.ruleset.layers import Layer, RuleSet
from cleaner.ruleset.loading import shipped_terms
from cleaner.ruleset.settings import Settings
from cleaner.version import __version__
from cleaner.wording import counted


class Request(NamedTuple):
    """Arguments and options of the command."""

    sources: options.Sources
    output_dir: Annotated[Path | None, Option("--output-dir", "-d", metavar="DST", help="Folder for the clean files.")] = None
    check: Annotated[bool, Option("--check", help="Write nothing; name the files that would change, and exit with 1 if there are any.")] = (
        False
    )
    files: FileOptions = FileOptions()
    exclude_to: Annotated[
        Path | None,
        Option("--exclude-to", metavar="DIR", help="Put documents here that would be left empty, would lose too much, or can't be read."),
    ] = None
    removals_field: Annotated[
        str, Option("--removals-field", metavar="NAME", help="Add a field to each record with its removals: start, end, rule.")
    ] = ""
    attributes: Annotated[
        Path | None, Option("--attributes", metavar="DIR", help="Write removals in Dolma's format here, such as attributes/cleaner.")
    ] = None
    audit: options.Audit = None
    learn: Annotated[
        bool, Option("--learn", help="First learn what each site's pages share, and remove that too (rules named learned/…).")
    ] = False
    jobs: options.Jobs = None
    shard: Annotated[str, Option("--shard", metavar="I/N", help="Only the I-th of N parts of the sorted files.")] = "1/1"
    resume: Annotated[bool, Option("--resume", help="Skip files that an earlier run has cleaned.")] = False
    force: Annotated[bool, Option("--force", help="With --resume: clean again if rules or options have changed.")] = False
    verify: Annotated[bool, Option("--verify", help="With --resume: clean again what was damaged since; reads all clean files.")] = False
    encoding: options.Encoding = ""
    strict: options.Strict = False
    durable: options.Durable = False
    quiet: Annotated[bool, Option("--quiet", "-q", help="No summary.")] = False
    settings: options.SettingOptions = options.SettingOptions()

    @property
    def output(self) -> Path:
        """The output folder.

        Raises:
            UsageError: None is named.
        """
        if not self.output_dir:
            raise UsageError("say which folder the clean files go to, or --check", "'--output-dir'")
        return self.output_dir

    def for_workers(self, language: str) -> BatchOptions:
        """Options for workers; `language` is that of the texts."""
        return BatchOptions(
            self.output,
            self.files.fields,
            Hints(language=language),
            self.exclude_to,
            self.removals_field,
            self.attributes,
            audited=self.audit is not None,
            run=secrets.token_hex(4),
            durable=self.durable,
            encoding=self.encoding,
            sites=self.files.sites(self.sources),
        )


def batch(request: Request) -> int:
    """Clean folders of texts or corpora into another folder.

    Files of documents are JSONL (plain, .gz, .zst), Parquet, and WET, which becomes JSONL; all but the text stays as it is.
    A file that fails is named at the end; the others are done. DST/.cleaner/manifest.jsonl says what was done.
    """
    settings = context.settings(request.settings)
    request = request._replace(encoding=request.encoding or settings.encoding, files=request.files.or_of(settings))
    if request.check:
        return _checked(request, settings)
    asked = request.for_workers(settings.language)
    _see_that_folders_are_apart(asked, request.audit)
    part = _part(request.shard)
    if request.learn and part.of > 1:
        raise UsageError("the parts would learn different rules: run cleaner learn first, then batch with --rules", "--learn")
    listing = _listing(request)
    settings = _with_learned(request, listing, settings) if request.learn else settings
    rules = context.rule_set(settings).at(settings.level)
    record = manifest_path(asked.output, part)
    asked.check(listing.jobs, record)
    jobs = listing.jobs[part.number - 1 :: part.of]
    totals = Totals()
    _tell_of(listing, totals)
    request = request._replace(audit=request.audit and part_path(request.audit, part.number, part.of))
    head = _head(asked, rules, settings, part, len(jobs), request.audit)
    worker = Worker(context.engine(settings), asked)
    with _on_record(asked, head, record, jobs, request) as progress, closing(_cleaned(request, jobs, worker, progress)) as outcomes:
        try:
            for outcome, audited in outcomes:
                totals.add(outcome)
                if not outcome.error:
                    progress.log.add(outcome.entry(asked, head["fingerprint"], audited))
        except KeyboardInterrupt as interrupt:
            raise KeyboardInterrupt("interrupted: the same command with --resume goes on from here") from interrupt
        for stats in progress.done.values():
            totals.stats.add(stats)
        totals.stats.check()
        progress.log.end({"failed": len(totals.failed), **totals.stats.as_json()})
    if not request.quiet:
        _show(summary(totals, listing.skipped, len(progress.done), request.exclude_to))
    batch_notes.of_documents(totals, request.strict, record.with_suffix(".errors.txt"))
    batch_notes.of_earlier(progress.done)
    if not request.quiet:
        batch_notes.of_next(totals, progress.done)
    flawed = request.strict and (totals.stats.flagged or totals.stats.excluded)
    return 0 if totals.is_sound and not flawed else stdio.BAD_INPUT


def _checked(request: Request, settings: Settings) -> int:
    """Clean into a folder that is thrown away, and name the files that change."""
    others = {
        "--output-dir": request.output_dir,
        "--exclude-to": request.exclude_to,
        "--removals-field": request.removals_field,
        "--attributes": request.attributes,
        "--audit": request.audit,
        "--learn": request.learn,
        "--resume": request.resume,
    }
    for option, given in others.items():
        if given:
            raise UsageError(f"--check writes nothing, so it can't be combined with {option}")
    totals, changed = Totals(), 0
    with tempfile.TemporaryDirectory(prefix="cleaner-check-") as folder:
        request = request._replace(output_dir=Path(folder) / "clean")
        listing, part = _listing(request), _part(request.shard)
        _tell_of(listing, totals)
        jobs = listing.jobs[part.number - 1 :: part.of]
        worker = Worker(context.engine(settings), request.for_workers(settings.language))
        with closing(bar(sum(map(size_of, jobs)), lambda watch: clean_files(jobs, worker, request.jobs, watch))) as outcomes:
            for outcome in in_order(jobs, outcomes, lambda outcome: outcome.job):
                totals.add(outcome)
                if outcome.stats.changed:
                    changed += 1
                    stdio.warn(f"would clean {outcome.job.source}")
    batch_notes.of_documents(totals, request.strict)
    if not request.quiet:
        stdio.warn(
            f"{changed:,} of {counted(totals.files, 'file')} would change"
            if changed
            else f"nothing to remove in {counted(totals.files, 'file')}"
        )
    if not totals.is_sound or (request.strict and totals.stats.flagged):
        return stdio.BAD_INPUT
    return stdio.WOULD_CHANGE if changed else 0


def _with_learned(request: Request, listing: Plan, settings: Settings) -> Settings:
    """Settings with a layer of the sure rules that are learned from the files, or were learned by the run that is resumed."""
    folder = LearnedFolder(request.output / files.OWN_FOLDER / "rules", "learned")
    complete = folder.path / "complete"  # a run may be ended while it learns
    if not (request.resume and complete.exists()):
        complete.unlink(missing_ok=True)
        folder.clear()
        with page_parts.place_of_store(None, resume=False) as path, closing(PageStore(path)) as store:
            sampler = Sampler(request.files.fields, request.files.sites(request.sources), request.encoding)
            gathered(store, listing, sampler, request.jobs, name_unread=False)
            engines = context.engine(settings), context.engine(settings._replace(level="aggressive"))
            learner = SiteLearner(path, *engines, shipped_terms(), Hints(language=settings.language))
            for site in learned_sites(store, learner, request.jobs):
                folder.write(site.only_sure())
        folder.path.mkdir(parents=True, exist_ok=True)  # where nothing was learned
        atomic.write(complete, b"")
    there = any(folder.sure.glob("*.toml"))
    return settings._replace(layers=(*settings.layers, Layer("--learn", folder.path))) if there else settings


def _tell_of(listing: Plan, totals: Totals) -> None:
    """Count folders that can't be read, and name what is no input."""
    for fault in listing.unreadable:
        totals.fail(str(fault))
    for fault in listing.passed_over:
        stdio.warn(f"warning: {fault}")


def _listing(request: Request) -> Plan:
    """The files to clean, with the paths of their clean files."""
    files, others = request.files, (request.exclude_to, request.attributes)
    return plan(
        request.sources,
        request.output,
        files.patterns,
        files.exclude,
        not files.no_ignore,
        clean_name,
        [folder for folder in others if folder],
    )


def _cleaned(
    request: Request, jobs: Sequence[InputOutput], worker: Worker, progress: _Progress
) -> Generator[tuple[Outcome, int], None, None]:
    """Outcomes of the files that aren't done yet, each with the size of the audit in bytes once it holds the file's removals."""
    todo, texts = progress.todo, [path for job in jobs for path in (job.source, job.target)]
    with ExitStack() as stack:
        again = {str(job.source) for job in todo}
        log = stack.enter_context(stdio.open_audit(request.audit, texts, progress.audited, again)) if request.audit else None
        outcomes = stack.enter_context(closing(bar(sum(map(size_of, todo)), lambda watch: clean_files(todo, worker, request.jobs, watch))))
        if not log:
            yield from ((outcome, 0) for outcome in outcomes)
            return
        for outcome in in_order(todo, outcomes, lambda outcome: outcome.job):
            for audit in outcome.audited:
                stdio.write_audit(log, str(outcome.job.source), audit.removals, audit.clean, audit.row, worker.engine.seen, audit.encoding)
            yield outcome, os.fstat(log.fileno()).st_size


def _part(shard: str) -> Shard:
    try:
        return Shard.parsed(shard)
    except ValueError as error:
        raise UsageError(str(error), "--shard") from error


def _see_that_folders_are_apart(asked: BatchOptions, audit: Path | None) -> None:
    """Check that the folders of a batch don't lie in one another, and that the audit isn't in one of them.

    Raises:
        InputError: They do, or it is.
    """
    folders = {"--output-dir": asked.output, "--exclude-to": asked.exclude_to, "--attributes": asked.attributes}
    given = {option: folder.resolve() for option, folder in folders.items() if folder}
    for option, folder in given.items():
        if folder.exists() and not folder.is_dir():
            raise InputError(folders[option], f"{option} is no folder", "name another")
        for other, apart in given.items():
            if option != other and folder.is_relative_to(apart):
                raise InputError(folders[option], f"{option} lies in {other}", "choose a folder beside it")
    own = [folder for option, folder in given.items() if option != "--output-dir"]
    if audit and any(audit.resolve().is_relative_to(folder) for folder in (*own, given["--output-dir"] / files.OWN_FOLDER)):
        raise InputError(audit, "the audit lies where other things are written", "choose a place beside them")


class _Progress(NamedTuple):
    """Progress of earlier runs, by the manifest.

    Attributes:
        log: The manifest, open for writing.
        done: Figures of the files that are done.
        todo: The files that aren't done.
        audited: Size in bytes of the audit's beginning with the removals of finished files.
    """

    log: ManifestLog
    done: Mapping[InputOutput, Stats]
    todo: Sequence[InputOutput]
    audited: int


@contextmanager
def _on_record(
    asked: BatchOptions, head: Mapping[str, Any], path: Path, jobs: Sequence[InputOutput], request: Request
) -> Iterator[_Progress]:
    """Write the head of a run to the manifest, and give the progress of earlier runs.

    Raises:
        InputError: An earlier run had other settings, another run is active, or the manifest can't be read or written.
    """
    folders = (asked.output, asked.exclude_to, asked.attributes)
    with closing(ManifestLog(path, [folder for folder in folders if folder])) as log:
        earlier = _earlier(path, strict=request.resume)
        for run_head in earlier.heads if earlier else ():
            atomic.sweep((file for job in jobs for file in asked.paths(job).values()), run_head["run"])
        differences = earlier.differences(head) if earlier and request.resume else []
        if differences and not request.force:
            remedy = "--force cleans all again, with what is in force now"
            raise InputError(path, f"is of a run that was asked for something else: {'; '.join(differences)}", remedy)
        if not earlier or not request.resume or differences:
            log.begin(head, fresh=True)
            yield _Progress(log, {}, jobs, 0)
            return
        entries = {
            job: earlier.holds(job, asked.output, asked.written(job), partial(asked.digests, job) if request.verify else None)
            for job in jobs
        }
        done = {job: Stats.from_json(entry.figures) for job, entry in entries.items() if entry}
        log.begin(head, fresh=False)
        names = {job.target.relative_to(asked.output).as_posix() for job in jobs}
        for name in earlier.entries.keys() - names:
            log.remove(name)
        audited = max((entry.audit for entry in earlier.entries.values()), default=0)
        yield _Progress(log, done, [job for job in jobs if job not in done], audited)


def _earlier(path: Path, strict: bool) -> Manifest | None:
    """The manifest of earlier runs; None if there is none, or it can't be read and isn't needed.

    Raises:
        InputError: It can't be read, and `strict` says that it is needed.
    """
    if not path.stat().st_size:
        return None
    try:
        return Manifest.read(path)
    except InputError:
        if strict:
            raise
        return None


def _head(asked: BatchOptions, rules: RuleSet, chosen: Settings, part: Shard, count: int, audit: Path | None) -> Mapping[str, Any]:
    """Head of this run for the manifest: its settings and rules."""
    settings = {
        "level": chosen.level,
        "language": chosen.language,
        "text field": asked.fields.text,
        "id field": asked.fields.id,
        "url field": asked.fields.url,
        "encoding": asked.encoding,
        "removals field": asked.removals,
        "attributes": str(asked.attributes or ""),
        "exclude to": str(asked.exclude_to or ""),
        "audit": str(audit or ""),
    }
    settings |= {"group by": asked.sites.group_by} if asked.sites.group_by else {}
    return {
        "run": asked.run,
        "cleaner": __version__,
        "shard": str(part),
        "files": count,
        "settings": settings,
        "fingerprint": rules.fingerprint,
        "rules": rules.digests,
    }


def _show(figures: Iterable[RenderableType]) -> None:
    try:
        for renderable in figures:
            console().print(Group(renderable))  # alone, a `PathText` would be printed as any other text
    except BrokenPipeError:  # nobody reads the figures; errors must be printed all the same
        stdio.mute_stdout()
