"""`cleaner review`: go through what is removed, one by one or by rule, and write what was decided as rules."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from rich.progress import track

from cleaner.authoring.learn.decisions import deeds, settled
from cleaner.authoring.learn.learned_folder import LearnedFolder
from cleaner.authoring.review import session_store
from cleaner.authoring.review.rule_writer import Amendment, amend
from cleaner.authoring.review.scratch_layer import ScratchLayer, free_name, home
from cleaner.authoring.review.session import Page, Session
from cleaner.cli import context, options, stdio
from cleaner.cli.inputs import cleaned
from cleaner.cli.options import Option, UsageError
from cleaner.engine.engine import Engine
from cleaner.errors import InputError
from cleaner.io import atomic
from cleaner.io.fields import Fields
from cleaner.io.page_store import PageStore
from cleaner.render.console import console, from_here
from cleaner.render.navigator import Navigator
from cleaner.result import Hints
from cleaner.ruleset.settings import Settings
from cleaner.wording import counted, extra

if TYPE_CHECKING:
    from cleaner.render.review_app import ReviewApp

#: Pages of a site that are shown in a review of learned rules.
_PAGES_A_SITE = 30
#: Number of characters of a text that are shown.
_SHOWN = 60


def review(
    sources: Annotated[Sequence[Path], Option(metavar="SRC", help="Folders and files: texts, JSONL, Parquet, WET.")] = (),
    into: Annotated[
        Path | None,
        Option("--into", metavar="DIR", help="Rule folder to write to. Default: rules.d of the project, or of the current folder."),
    ] = None,
    learned: Annotated[Path | None, Option("--learned", metavar="DIR", help="Review the rules that cleaner learn wrote to DIR.")] = None,
    fresh: Annotated[bool, Option("--fresh", help="Start again: forget earlier decisions.")] = False,
    url: options.Url = "",
    *,
    settings: options.SettingOptions,
    encoding: options.Encoding = "",
    text_field: options.TextField = "text",
    url_field: options.UrlField = "url",
) -> int:
    """Go through removals by key, and correct the rules.

    What was decided is written as rules with examples to one new file in the project's rule folder, once you confirm it; nothing else is.
    Leave with q and start the same command again to go on where you were.

    With --learned, to accept a doubtful rule is to take it among the others in DIR; to switch one off is to reject it for good.
    """
    _check_usage(sources, learned, into)
    app_class = _app_class()
    chosen = context.settings(settings)
    encoding = encoding or chosen.encoding
    drafts = LearnedFolder(learned) if learned else None
    subject = _Subject(
        learned or into or home(Path.cwd()), chosen._replace(layers=drafts.layers(chosen.layers)) if drafts else chosen, drafts
    )
    state = session_store.place(subject.folder, sources)
    hints = Hints(url, chosen.language)
    with subject.alone(state):
        if fresh:
            session_store.forget(state)
        before = session_store.read(state)
        pages = (
            subject.learned_from(hints) if drafts else _cleaned(sources, subject.engine, hints, Fields(text_field, url=url_field), encoding)
        )
        if not pages:
            stdio.echo("no texts were found")
            return 0
        return _go_through(subject, pages, before, state, app_class)


def _go_through(
    subject: _Subject, pages: Sequence[Page], before: session_store.SavedSession, state: Path, app_class: type[ReviewApp]
) -> int:
    """Go through the removals of pages, from where an earlier session was left, and keep the session in `state`; gives the exit code."""
    with ScratchLayer(subject.settings.layers, subject.folder, subject.is_own) as scratch:
        session = subject.session(pages, scratch)
        lost = session.resume(before.decisions, before.pages)
        if not session.items:
            session_store.forget(state)
            stdio.echo(f"nothing is removed from {counted(len(pages), 'text')}")
            return 0
        navigator = Navigator(session, before.at)

        def save() -> None:
            session_store.write(state, session, navigator.item.key)

        taken = len(before.decisions) - lost
        said = [f"{taken:,} decided before"] if taken else []
        said += [f"{counted(lost, 'decision')} let go: the text has changed"] if lost else []
        amendment = _run(app_class(navigator, lambda go_on: subject.amendment(session, scratch, go_on), save, "; ".join(said)))
        if amendment is None:
            save()
            many = f"{len(session.decisions):,} of {len(session.items):,}"
            stdio.echo(f"{many} decided; run the same command to go on")
            return 0
        subject.settle(session)
        for deed in amendment.deeds:
            stdio.echo(deed)
        if amendment.source or not amendment.deeds:
            _write(amendment, subject.folder, scratch.in_force)
        for unmet in amendment.unmet:
            item = session.items[unmet.index]
            stdio.warn(f"warning: not written: {item.rule}: {' '.join(item.text.split())[:_SHOWN]!r}: {unmet.reason}")
        session.forget_all_but(unmet.index for unmet in amendment.unmet)
        if session.decisions:
            save()
            stdio.echo("decisions that could not be written are kept; run the same command to go on")
        else:
            session_store.forget(state)
        return 0


class _Subject(NamedTuple):
    """What a review is about.

    Attributes:
        folder: Rule folder to write to.
        settings: Settings in force.
        drafts: Learned rules, if only those are gone through.
    """

    folder: Path
    settings: Settings
    drafts: LearnedFolder | None = None

    @property
    def is_own(self) -> bool:
        """Whether the folder is the project's."""
        return self.folder.resolve() == home(Path.cwd()).resolve()

    @property
    def engine(self) -> Engine:
        """Engine with the rules in force."""
        return context.engine(self.settings)

    @contextmanager
    def alone(self, state: Path) -> Iterator[None]:
        """Keep other runs away from the session in `state` and from the learned rules until the block ends.

        Raises:
            InputError: Another run is at work there.
        """
        with atomic.alone(state.parent), self.drafts.alone() if self.drafts else nullcontext():
            yield

    def learned_from(self, hints: Hints) -> list[Page]:
        """Pages of each site with learned rules, cleaned; so many that each rule is likely to be seen three times.

        Raises:
            InputError: The pages aren't there.
        """
        assert self.drafts
        if not self.drafts.pages.exists():
            remedy = "learn again, into another folder"
            raise InputError(self.drafts.pages, "the pages that the rules were learned from are not there", remedy)
        pages: list[Page] = []
        engine, err = self.engine, console(stderr=True)
        with closing(PageStore(self.drafts.pages)) as store:
            for site in track(self.drafts.sites(), "cleaning", console=err, transient=True, disable=not err.is_terminal):
                for page in store.pages(site)[:_PAGES_A_SITE]:
                    known = hints.with_url(page.url or site)
                    pages.append(Page(page.name, engine.clean_within(page.text, known), known))
        return pages

    def session(self, pages: Sequence[Page], scratch: ScratchLayer) -> Session:
        """A session about the removals of pages."""
        rules = context.rule_set(self.settings)
        prepared = {rule.name: rule for rule in rules.prepared}
        if not self.drafts:
            return Session(pages, prepared, scratch.standing(rules.rules))
        return Session(pages, prepared, about={rule.name for rule in rules.rules if self.drafts.holds(rule)})

    def amendment(self, session: Session, scratch: ScratchLayer, go_on: Callable[[], None]) -> Amendment:
        """What is written for the decisions of a session."""
        file = free_name(self.folder, date.today())
        of_file = session.without_disabled() if self.drafts else session
        made = amend(of_file, lambda source: scratch.load(file.name, source), file.stem, self.settings.level, go_on)
        return replace(made, deeds=tuple(deeds(settled(session)))) if self.drafts else made

    def settle(self, session: Session) -> None:
        """Do what was decided about learned rules as a whole."""
        if self.drafts:
            for site, each in settled(session).items():
                self.drafts.settle(site, *each)


def _run(app: ReviewApp) -> Amendment | None:
    """Run a review and give the rules to write; raises the error that ended it, or ends the process after a signal."""
    result = app.run(mouse=False)
    if isinstance(result, BaseException):
        raise result
    if app.return_code:
        sys.exit(app.return_code)
    return result


def _write(amendment: Amendment, folder: Path, in_force: bool) -> None:
    if not amendment.source:
        stdio.echo("nothing to write: you changed nothing")
        return
    file = folder / f"{amendment.stem}.toml"  # its rules bear this name, and were proven with it
    if file.exists():
        remedy = "the same command goes on from here, with another name"
        raise InputError(from_here(str(file)), "was written by somebody else meanwhile", remedy)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError.from_os(folder, error, "can't be made") from error
    atomic.write(file, amendment.source.encode(), durable=True)
    stdio.echo(f"{from_here(str(file))} is written; cleaner rules test {from_here(str(file))} proves it")
    if not in_force:
        stdio.echo(f"it applies only with --rules {from_here(str(folder))}")


def _check_usage(sources: Sequence[Path], learned: Path | None, into: Path | None) -> None:
    if learned and into:
        raise UsageError("what was learned is written to the folder itself", "--into")
    if bool(sources) == bool(learned):
        raise UsageError("name what to go through: texts, or --learned and a folder", "SRC")


def _cleaned(sources: Sequence[Path], engine: Engine, hints: Hints, fields: Fields, encoding: str) -> list[Page]:
    """The texts of the sources, cleaned; each once. Errors for unreadable ones are printed."""
    if any(str(name) == stdio.STDIN for name in sources):
        raise UsageError("standard input is where the keys come from: name files or folders")
    err = console(stderr=True)
    faults: list[InputError] = []
    results = cleaned(sources, fields, encoding, faults.append, engine, hints)
    bar = track(results, "cleaning", console=err, transient=True, disable=not err.is_terminal)
    pages = [Page(text.name, result, known) for text, result, known in bar]
    if faults and not pages:
        raise faults[0]
    for fault in faults:
        stdio.warn(f"warning: {fault}")
    return pages


def _app_class() -> type[ReviewApp]:
    """The terminal application, which needs an extra.

    Raises:
        InputError: There is no terminal, or the extra isn't installed.
    """
    if not all(stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__)):
        raise InputError("review", "needs a terminal for its keys and its screen", "cleaner preview shows removals anywhere")
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown"):
        raise InputError("review", "this terminal can't place text on its screen (TERM)", "cleaner preview shows removals anywhere")
    try:
        from cleaner.render.review_app import ReviewApp
    except ImportError as error:
        raise InputError("review", f"needs a package that isn't there ({error.name})", extra("review")) from error
    return ReviewApp
