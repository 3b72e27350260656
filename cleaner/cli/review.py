"""`cleaner review`: go through what is removed, one by one or by rule, and write what was decided as rules."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rich.progress import track

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
from cleaner.render.console import console, from_here
from cleaner.render.navigator import Navigator
from cleaner.result import Hints
from cleaner.wording import counted

if TYPE_CHECKING:
    from cleaner.render.review_app import ReviewApp

#: Number of characters of a text that are shown.
_SHOWN = 60


def review(
    sources: options.Sources,
    into: Annotated[
        Path | None,
        Option("--into", metavar="DIR", help="Rule folder to write to. Default: the project's rules.d, or one where you are."),
    ] = None,
    fresh: Annotated[bool, Option("--fresh", help="Forget what was decided before.")] = False,
    url: options.Url = "",
    *,
    settings: options.SettingOptions,
    encoding: options.Encoding = "",
    text_field: options.TextField = "text",
    url_field: options.UrlField = "url",
) -> int:
    """Go through what is removed and say what is wrong: accept, keep, edit, or switch a rule off.

    What was decided is written as rules with examples to one new file in the project's rule folder, once you confirm it; nothing else is.
    Leave with q and start the same command again to go on where you were.
    """
    app_class = _app_class()
    chosen = context.settings(settings)
    own = home(Path.cwd())
    folder = into or own
    state = session_store.place(folder, sources)
    if fresh:
        session_store.forget(state)
    before = session_store.read(state)
    rule_set = context.rule_set(chosen)
    pages = _cleaned(sources, context.engine(chosen), Hints(url, chosen.language), Fields(text_field, url=url_field), encoding)
    if not pages:
        stdio.echo("no texts were found")
        return 0
    with ScratchLayer(chosen.layers, folder, folder.resolve() == own.resolve()) as scratch:
        session = Session(pages, {rule.name: rule for rule in rule_set.prepared}, scratch.standing(rule_set.rules))
        lost = session.resume(before.decisions, before.pages)
        if not session.items:
            session_store.forget(state)
            stdio.echo(f"nothing is removed from {counted(len(pages), 'text')}")
            return 0
        navigator = Navigator(session, before.at)

        def plan(go_on: Callable[[], None]) -> Amendment:
            file = free_name(folder, date.today())
            return amend(session, lambda source: scratch.load(file.name, source), file.stem, chosen.level, go_on)

        def save() -> None:
            session_store.write(state, session, navigator.item.key)

        taken = len(before.decisions) - lost
        said = [f"{taken:,} decided before"] if taken else []
        said += [f"{lost:,} decisions let go: their texts have changed"] if lost else []
        amendment = _run(app_class(navigator, plan, save, "; ".join(said)))
        if amendment is None:
            save()
            many = f"{len(session.decisions):,} of {len(session.items):,}"
            stdio.echo(f"{many} decided; the same command goes on from here")
            return 0
        _write(amendment, folder, scratch.in_force)
        for unmet in amendment.unmet:
            item = session.items[unmet.index]
            stdio.warn(f"warning: not written: {item.rule}: {' '.join(item.text.split())[:_SHOWN]!r}: {unmet.reason}")
        session.forget_all_but(unmet.index for unmet in amendment.unmet)
        if session.decisions:
            save()
            stdio.echo("what could not be written stays decided; the same command goes on from here")
        else:
            session_store.forget(state)
        return 0


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
        stdio.echo("nothing to write: what goes stays as it is")
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
        stdio.echo(f"it is in force only where --rules {from_here(str(folder))} says so")


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
        raise InputError("review", f"needs a package that isn't there ({error.name})", "pip install 'cleaner[review]'") from error
    return ReviewApp
