"""`cleaner preview`: a diff in the terminal of what would go, once or whenever a rule file is saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich import text as rich
from rich.console import Console

from cleaner.cli import options, setup, streams
from cleaner.cli.pager import paged
from cleaner.cli.texts import Text, texts
from cleaner.corpus.fields import Fields
from cleaner.corpus.formats import format_of
from cleaner.diff import AROUND, CONTEXT, patch
from cleaner.engine import Engine
from cleaner.errors import CleanerError, ConfigError, InputError, RuleError
from cleaner.matching import Matcher, View
from cleaner.model import TIDY, Hints, Result, Rule
from cleaner.removals import restore
from cleaner.render.console import Colours, console, follows_links, short_name
from cleaner.render.diff import Diff, Form, coloured_patch, legend
from cleaner.render.tables import Tally, documents, families
from cleaner.render.visible import visible
from cleaner.settings import Settings, find_project, user_rules

#: Seconds between two looks at the files that are watched.
_LOOK_EVERY = 0.2
#: Texts of each kind that are told when a saved file changes what goes.
_CHANGES_AT_MOST = 3


@streams.guarded
def preview(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(metavar="SRC…", help="Files and folders: texts, JSONL, Parquet, WET; - or nothing is a text from standard input."),
    ] = None,
    side_by_side: Annotated[bool, typer.Option("--side-by-side", "-y", help="The original and the clean text in two columns.")] = False,
    unified: Annotated[bool, typer.Option("--unified", "-u", help="A patch, as `patch` reads it.")] = False,
    stats: Annotated[bool, typer.Option("--stats", help="No text: what went from each document, by family and by rule.")] = False,
    only_removed: Annotated[bool, typer.Option("--only-removed", help="Only lines of which something goes, all of them.")] = False,
    context: Annotated[
        int | None, typer.Option("--context", "-C", min=0, metavar="N", help=f"Lines that stay to show around. Default: {CONTEXT}.")
    ] = None,
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Don't page what is longer than the screen.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Draw it anew whenever a text or a rule file is saved; Ctrl-C ends.")
    ] = False,
    url: options.Url = "",
    language: options.Language = None,
    title: options.Title = "",
    level: options.Level = None,
    rules: options.Rules = None,
    disable: options.Disable = None,
    isolated: options.Isolated = False,
    encoding: options.Encoding = "",
    text_field: options.TextField = "text",
    url_field: options.UrlField = "url",
) -> int:
    """Show what would be removed, and by which rule; nothing is written.

    What goes is struck out (or stands between [- and -] where there is no colour), what stays is plain, long stretches fold.
    What is longer than the screen goes through CLEANER_PAGER, PAGER or less -R.
    """
    names = sources or [Path(streams.STDIN)]
    _see_that_they_agree({"--side-by-side": side_by_side, "--unified": unified, "--stats": stats, "--only-removed": only_removed}, context)
    form = Form(side_by_side, only_removed, CONTEXT if context is None else context)

    def settings() -> Settings:
        return setup.settings(rules, disable, isolated, level, language)

    if watch:
        _see_that_it_can_be_watched(names, unified or stats)
        return _Watch(names, form, lambda chosen: Hints(url, chosen.language, title), settings, rules or (), encoding).run()
    chosen = settings()
    engine = setup.engine(chosen)
    results = _Results(names, Fields(text_field, url=url_field), encoding, engine, Hints(url, chosen.language, title))
    with paged(not no_pager):
        if unified:
            _patch(results, AROUND if context is None else context)
        elif stats:
            _figures(engine, results.named())
        else:
            _draw(engine, results.named(), form, Hints(url))
    return streams.BAD_INPUT if results.failed else 0


def _see_that_they_agree(asked: Mapping[str, bool], context: int | None) -> None:
    """See that the options that say how to draw go together.

    Raises:
        typer.BadParameter: They don't.
    """
    together = {("--side-by-side", "--only-removed")}
    given = [option for option, is_given in asked.items() if is_given]
    if len(given) > 1 and tuple(given) not in together:
        raise typer.BadParameter(f"{given[0]} can't be combined with {given[1]}")
    if context is not None and (asked["--stats"] or asked["--only-removed"]):
        raise typer.BadParameter(f"--context can't be combined with {given[-1]}, which shows no lines that stay")


def _see_that_it_can_be_watched(names: Iterable[Path], otherwise: bool) -> None:
    """See that there are files to watch, and that diffs are asked for.

    Raises:
        typer.BadParameter: It can't be done.
        InputError: One of them is no file of text.
    """
    if otherwise:
        raise typer.BadParameter("--watch draws diffs: it can't be combined with --unified or --stats")
    for name in names:
        if str(name) == streams.STDIN:
            raise typer.BadParameter("--watch needs files: standard input is read only once")
        if name.is_dir() or format_of(name) != "text":
            raise InputError(name, "holds many texts", "--watch draws files of one")


@dataclass
class _Results:
    """What becomes of the texts of some sources, one by one.

    Attributes:
        failed: Whether one of them couldn't be read.
    """

    sources: Sequence[Path]
    fields: Fields
    encoding: str
    engine: Engine
    hints: Hints
    failed: bool = False

    def __iter__(self) -> Iterator[tuple[Text, Result]]:
        for text in texts(self.sources, self.fields, self.encoding, self.fault):
            hints = replace(self.hints, url=text.url) if text.url else self.hints
            yield text, self.engine.clean_within(text.read.text, hints)

    def named(self) -> Iterator[tuple[str, Result]]:
        """The results with the names of the texts alone."""
        return ((text.name, result) for text, result in self)

    def fault(self, error: InputError) -> None:
        """Tell why a text isn't shown."""
        streams.tell(f"error: {error}")
        self.failed = True


def _draw(engine: Engine, results: Iterable[tuple[str, Result]], form: Form, hints: Hints) -> None:
    """Print diffs, what they come to, and what kept rules out."""
    out = console()
    waiting = [Matcher(rule) for rule in engine.rules if rule.sites or rule.fingerprint]

    def seen() -> Iterator[tuple[str, Result]]:
        nonlocal waiting
        for name, result in results:
            if waiting:
                view = View(restore(result))
                waiting = [matcher for matcher in waiting if matcher.kept_out_by(hints, view) in ("sites", "fingerprint")]
            yield name, result

    draw(out, engine.rules if follows_links(out) else (), seen(), form)
    if waiting:
        rules = "1 rule waits" if len(waiting) == 1 else f"{len(waiting):,} rules wait"
        said = f"{rules} for pages of their site: name the page's address with --url, or give their file a fingerprint"
        out.print(said, style="fold")


def draw(out: Console, rules: Iterable[Rule], results: Iterable[tuple[str, Result]], form: Form) -> None:
    """Print diffs as they come, and what they come to.

    Args:
        out: Where.
        rules: Those to which names may link.
        results: Documents, by their names.
        form: How they are drawn.
    """
    colours = Colours(rules)
    tally: Tally | None = None
    for name, result in results:
        out.print(Diff(name, result, form, colours), crop=False)
        tally = (tally or Tally()) + Tally.of([result])
    if tally and tally.counts:
        out.print(legend(out, form))
        out.print()
    if tally:
        out.print(families(tally, colours))


def _figures(engine: Engine, results: Iterable[tuple[str, Result]]) -> None:
    """Print what went from each document, and by which rule."""
    out = console()
    each = {name: Tally.of([result]) for name, result in results}
    if len(each) > 1:
        out.print(documents(each), "")
    if each:
        colours = Colours(engine.rules if follows_links(out) else ())
        out.print(families(sum(each.values(), Tally()), colours, rules=True))


def _patch(results: _Results, context: int) -> None:
    """Print patches: for eyes on a terminal, byte for byte elsewhere."""
    out = console()
    for (name, text, _, row), result in results:
        if row:
            results.fault(InputError(name, "is a record", "--unified makes patches of files of text"))
            continue
        lines = patch(name, result, context)
        if out.is_terminal:
            for line in coloured_patch(lines):
                out.print(line, soft_wrap=True)
        else:
            streams.write_stdout(text.encode("".join(lines)))


def _cleaned(name: Path, engine: Engine, hints: Hints, encoding: str) -> Result:
    return engine.clean_within(setup.read(name, encoding).text, hints)


@dataclass
class _Watch:
    """Draws the diffs of some files whenever one of them, a rule file or the configuration changes.

    What is broken shows its error below the last diffs that could be drawn.
    """

    names: list[Path]
    form: Form
    hints: Callable[[Settings], Hints]
    settings: Callable[[], Settings]
    rules: Iterable[Path]
    encoding: str
    shown: tuple[Result, ...] = ()
    by: tuple[Engine, Hints] | None = None

    def run(self) -> int:
        try:
            before = None
            while True:
                now = sorted(self.stamps())
                if now != before:
                    self.draw(first=before is None)
                    before = now
                time.sleep(_LOOK_EVERY)
        except KeyboardInterrupt:
            return 0

    def draw(self, first: bool) -> None:
        error: CleanerError | None = None
        before = self.shown
        try:
            chosen = self.settings()
            engine, hints = setup.engine(chosen), self.hints(chosen)
            self.shown = tuple(_cleaned(name, engine, hints, self.encoding) for name in self.names)
            self.by = engine, hints
        except CleanerError as caught:
            error = caught
        out = console()
        if out.is_terminal:
            out.clear()
        if self.by:
            _draw(self.by[0], zip(map(str, self.names), self.shown, strict=True), self.form, self.by[1])
        self.report(out, error, before, first)

    def report(self, out: Console, error: CleanerError | None, before: tuple[Result, ...], first: bool) -> None:
        at = time.strftime("%H:%M:%S")
        if before and not first and not error:
            for line in _changes(before, self.shown):
                out.print(line, soft_wrap=True)
        if isinstance(error, (RuleError, ConfigError)):
            lines = [f"error: {problem}" for problem in error.problems]
        else:
            lines = [f"error: {error}"] if error else []
        for fault in lines:
            out.print(rich.Text(visible(fault), "flag"))
        what = (
            "above is the last that worked"
            if lines and self.shown
            else "nothing to show yet"
            if lines
            else _change(before, self.shown, first)
        )
        out.print(rich.Text(f"{at}  {what}; watching, Ctrl-C ends", "fold"))

    def stamps(self) -> Iterator[tuple[str, int, int, int]]:
        """What tells of each watched file whether it has changed."""
        for path in self.watched():
            for file in sorted(path.rglob("*.toml")) if path.is_dir() else [path]:
                try:
                    looks = file.stat()
                except OSError:
                    continue
                yield str(file), looks.st_mtime_ns, looks.st_size, looks.st_ino

    def watched(self) -> Iterator[Path]:
        yield from self.names
        yield from self.rules
        try:
            yield from (layer.path for layer in self.settings().layers if layer.path)
        except CleanerError:
            yield user_rules()
        project = find_project(Path.cwd())
        yield from (path for path in (project.config, project.rules) if path) if project else ()


def _pieces(results: Iterable[Result]) -> dict[tuple[int, str], str]:
    """What is removed, by document and text, with the rule."""
    return {
        (number, removal.text.strip()): removal.rule
        for number, result in enumerate(results)
        for removal in result.removals
        if removal.rule != TIDY
    }


def _changes(before: Iterable[Result], after: Iterable[Result]) -> Iterator[rich.Text]:
    """The texts that are removed now and weren't, and the other way round; the first few of each."""
    was, now = _pieces(before), _pieces(after)
    for sign, here, there in (("+", now, was), ("-", was, now)):
        for key in [key for key in here if key not in there][:_CHANGES_AT_MOST]:
            text = key[1].split("\n")[0]
            yield rich.Text(visible(f"{sign} {text if len(text) <= 60 else text[:59] + '…'}  {short_name(here[key])}"))


def _change(before: tuple[Result, ...], after: tuple[Result, ...], first: bool) -> str:
    """How many removals came and went between two drawings."""
    if first or not before:
        return "drawn"
    was, now = _pieces(before).keys(), _pieces(after).keys()
    more, fewer = len(now - was), len(was - now)
    return f"{more:,} removed anew, {fewer:,} no longer" if more or fewer else "drawn anew: nothing else is removed"
