"""`cleaner preview`: a diff in the terminal of what would go, once or whenever a rule file is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

from cleaner.batch.readers import reason_of
from cleaner.batch.stats import Stats
from cleaner.cli import context, options, stdio
from cleaner.cli.inputs import Text, cleaned
from cleaner.cli.options import Option, UsageError
from cleaner.cli.pager import paged
from cleaner.cli.watch import Watch
from cleaner.engine.engine import Engine
from cleaner.engine.matcher import View
from cleaner.errors import InputError
from cleaner.io.fields import Fields
from cleaner.io.formats import format_of
from cleaner.io.markup import IS_HTML, is_html
from cleaner.render.batch import Line, grouped
from cleaner.render.console import Colours, console, follows_links
from cleaner.render.diff import Form, coloured_patch, draw
from cleaner.render.diff_rows import CONTEXT
from cleaner.render.patch import AROUND, is_patchable, patch
from cleaner.render.tables import documents, families
from cleaner.result import Hints, Result, Span
from cleaner.ruleset.names import find_names, suggest
from cleaner.ruleset.settings import Settings
from cleaner.spans import restore
from cleaner.spans import result as result_of
from cleaner.wording import counted


def preview(
    sources: Annotated[
        Sequence[Path],
        Option(metavar="SRC", help="Files and folders: texts, JSONL, Parquet, WET. Default, and -: a text from standard input."),
    ] = (),
    side_by_side: Annotated[bool, Option("--side-by-side", "-y", help="The original and the clean text in two columns.")] = False,
    unified: Annotated[bool, Option("--unified", "-u", help="A patch, as `patch` reads it.")] = False,
    stats: Annotated[bool, Option("--stats", help="Show figures only: what goes, by family and by rule.")] = False,
    only_removed: Annotated[bool, Option("--only-removed", help="Show only lines from which something is removed.")] = False,
    around: Annotated[
        int | None, Option("--context", "-C", min=0, metavar="N", help=f"Unchanged lines to show around removals. Default: {CONTEXT}.")
    ] = None,
    no_pager: options.NoPager = False,
    rule: Annotated[
        str,
        Option(
            "--rule", metavar="NAME", autocompletion=options.rule_names, help="Show only what this rule removes. Globs work: any/credits/*."
        ),
    ] = "",
    watch: Annotated[bool, Option("--watch", "-w", help="Redraw whenever a text or a rule file is saved. Ctrl-C stops.")] = False,
    url: options.Url = "",
    title: options.Title = "",
    *,
    settings: options.SettingOptions,
    encoding: options.Encoding = "",
    text_field: options.TextField = "text",
    url_field: options.UrlField = "url",
) -> int:
    """Show what would be removed, and by which rule.

    What goes is struck out (or stands between [- and -] where there is no colour), what stays is plain, long stretches fold.
    On a terminal it goes through CLEANER_PAGER, PAGER or less -FRX, which ends by itself where all fits the screen.
    """
    names = sources or [Path(stdio.STDIN)]
    _see_that_they_agree({"--side-by-side": side_by_side, "--unified": unified, "--stats": stats, "--only-removed": only_removed}, around)
    form = Form(side_by_side, only_removed, CONTEXT if around is None else around)
    if watch:
        _see_that_it_can_be_watched(names, unified or stats or bool(rule))
        return Watch(names, partial(_draw, form=form), lambda chosen: Hints(url, chosen.language, title), settings, encoding).run()
    chosen = context.settings(settings)
    encoding = encoding or chosen.encoding
    engine = context.engine(chosen)
    faults: list[InputError] = []
    hints = Hints(url, chosen.language, title)
    results: Iterable[tuple[Text, Result, Hints]] = cleaned(
        names, Fields(text_field, url=url_field), encoding, faults.append, engine, hints
    )
    html: list[str] = []
    results = _noting(results, html)
    if rule:
        results = _only(results, _rules_called(rule, chosen))
    with paged(not no_pager):
        if unified:
            _patch(results, AROUND if around is None else around, faults.append)
        elif stats:
            _figures(engine, {text.name: Stats.of(text.read.text, result) for text, result, _ in results})
        else:
            _draw(engine, ((text.name, result, known) for text, result, known in results), form)
    for name in html:  # only now: a pager would have drawn over it
        stdio.warn(f"warning: {name}: {IS_HTML}")
    for line in grouped(Line("error", fault.path, reason_of(fault)) for fault in faults):
        stdio.warn(line)
    return stdio.BAD_INPUT if faults else 0


def _noting(results: Iterable[tuple[Text, Result, Hints]], html: list[str]) -> Iterator[tuple[Text, Result, Hints]]:
    """The same results; names of texts that look like HTML are added to a list."""
    for text, result, hints in results:
        if is_html(text.read.text):
            html.append(text.name)
        yield text, result, hints


def _rules_called(name: str, chosen: Settings) -> set[str]:
    """Names of the rules in force that a name or glob means.

    Raises:
        InputError: It means none.
    """
    rule_set = context.rule_set(chosen)
    names = [rule.name for rule in rule_set.rules]
    found = find_names(name, names, rule_set.renamed)
    if not found:
        raise InputError(name, "no such rule", suggest(name, (), names))
    return set(found)


def _only(results: Iterable[tuple[Text, Result, Hints]], rules: set[str]) -> Iterator[tuple[Text, Result, Hints]]:
    """Results as if only some rules took something; those of which they take nothing are left out."""
    for text, result, hints in results:
        spans = [Span(each.start, each.end, each.rule) for each in result.removals if each.rule in rules]
        if spans:
            yield text, result_of(text.read.text, spans), hints


def _see_that_they_agree(asked: Mapping[str, bool], around: int | None) -> None:
    """Raise `UsageError` for options that can't be combined."""
    given = [option for option, is_given in asked.items() if is_given]
    if len(given) > 1 and given != ["--side-by-side", "--only-removed"]:
        raise UsageError(f"{given[0]} can't be combined with {given[1]}")
    if around is not None and (asked["--stats"] or asked["--only-removed"]):
        raise UsageError(f"--context can't be combined with {given[-1]}, which shows no lines that stay")


def _see_that_it_can_be_watched(names: Iterable[Path], otherwise: bool) -> None:
    """Check that the sources can be watched.

    Raises:
        UsageError: One is standard input, or other output than diffs is wanted (`otherwise`).
        InputError: One is no text file.
    """
    if otherwise:
        raise UsageError("--watch draws whole diffs: it can't be combined with --unified, --stats or --rule")
    for name in names:
        if str(name) == stdio.STDIN:
            raise UsageError("--watch needs files: standard input is read only once")
        if name.is_dir() or format_of(name) != "text":
            raise InputError(name, "holds many texts", "--watch draws files of one")


def _draw(engine: Engine, results: Iterable[tuple[str, Result, Hints]], form: Form) -> None:
    """Print diffs of results (name, result, hints), and the number of rules for sites that applied to no text."""
    out = console()
    waiting = [matcher for matcher in engine.matchers if matcher.rule.sites or matcher.rule.fingerprint]

    def passed_on() -> Iterator[tuple[str, Result]]:
        nonlocal waiting
        for name, result, hints in results:
            if waiting:
                view = View(restore(result))
                waiting = [matcher for matcher in waiting if matcher.kept_out_by(hints, view) in ("sites", "fingerprint")]
            yield name, result

    draw(out, engine.rules if follows_links(out) else (), passed_on(), form)
    if waiting:
        verb = "waits" if len(waiting) == 1 else "wait"
        remedy = "name the page's address with --url, or give their file a fingerprint"
        out.print(f"{counted(len(waiting), 'rule')} {verb} for pages of their site: {remedy}", style="fold")


def _figures(engine: Engine, by_name: Mapping[str, Stats]) -> None:
    """Print tables of the removals from each document, and of those by each rule."""
    out = console()
    total = Stats()
    for stats in by_name.values():
        total.add(stats)
    if len(by_name) > 1:
        out.print(documents(by_name), "")
    if by_name:
        colours = Colours(engine.rules if follows_links(out) else ())
        out.print(families(total, colours, rules=True))


def _patch(results: Iterable[tuple[Text, Result, Hints]], around: int, fault: Callable[[InputError], object]) -> None:
    """Print patches: coloured on a terminal, byte for byte elsewhere."""
    out = console()
    for (name, text, _, row), result, _ in results:
        if row:
            fault(InputError(name, "is a record", "--unified makes patches of files of text"))
            continue
        if not is_patchable(text.encoding):
            fault(InputError(name, f"is in {text.encoding.upper()}, of which no patch can be made", "convert it to UTF-8"))
            continue
        lines = patch(stdio.name_in_patch(Path(name)), result, around)
        if out.is_terminal:
            for line in coloured_patch(lines):
                out.print(line, soft_wrap=True)
        else:
            stdio.write_stdout(text.encode("".join(lines)))
