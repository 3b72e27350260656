"""`cleaner preview --watch`: diffs that are drawn anew whenever a text, a rule file or the configuration is saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from cleaner.cli import context
from cleaner.cli.options import SettingOptions
from cleaner.engine.engine import Engine
from cleaner.errors import CleanerError, ConfigError, RuleError
from cleaner.render.console import console, short_name
from cleaner.render.visible import visible
from cleaner.result import TIDY, Hints, Result
from cleaner.ruleset.settings import Settings, find_project, user_rules

#: Seconds between two looks at the files that are watched.
_LOOK_EVERY = 0.2
#: Texts of each kind that are told when a saved file changes what goes.
_CHANGES_AT_MOST = 3


def _cleaned(name: Path, engine: Engine, hints: Hints, encoding: str) -> Result:
    return engine.clean_within(context.read(name, encoding).text, hints)


@dataclass
class Watch:
    """Draws the diffs of some files whenever one of them, a rule file or the configuration changes.

    What is broken shows its error below the last diffs that could be drawn.
    """

    names: Sequence[Path]
    show: Callable[[Engine, Iterable[tuple[str, Result, Hints]]], None]
    hints: Callable[[Settings], Hints]
    settings: SettingOptions
    encoding: str
    shown: tuple[Result, ...] = ()
    by: tuple[Engine, Hints] | None = None

    def run(self) -> int:
        """Go on until Ctrl-C; gives the exit code."""
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
        """Draw the diffs anew; `first` says that nothing was drawn before."""
        error: CleanerError | None = None
        before = self.shown
        try:
            chosen = context.settings(self.settings)
            engine, hints = context.engine(chosen), self.hints(chosen)
            self.shown = tuple(_cleaned(name, engine, hints, self.encoding) for name in self.names)
            self.by = engine, hints
        except CleanerError as caught:
            error = caught
        out = console()
        if out.is_terminal:
            out.clear()
        if self.by:
            engine, hints = self.by
            self.show(engine, ((str(name), result, hints) for name, result in zip(self.names, self.shown, strict=True)))
        self.report(out, error, before, first)

    def report(self, out: Console, error: CleanerError | None, before: tuple[Result, ...], first: bool) -> None:
        """Say what has changed since the last drawing, or what is wrong.

        Args:
            out: Where.
            error: What kept the diffs from being drawn anew, if something did.
            before: The results of the last drawing.
            first: Whether there was none.
        """
        at = time.strftime("%H:%M:%S")
        if before and not first and not error:
            for line in _changes(before, self.shown):
                out.print(line, soft_wrap=True)
        if isinstance(error, (RuleError, ConfigError)):
            lines = [f"error: {problem}" for problem in error.problems]
        else:
            lines = [f"error: {error}"] if error else []
        for fault in lines:
            out.print(Text(visible(fault), "flag"))
        what = (
            "above is the last that worked"
            if lines and self.shown
            else "nothing to show yet"
            if lines
            else _change(before, self.shown, first)
        )
        out.print(Text(f"{at}  {what}; watching, Ctrl-C ends", "fold"))

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
        """The files and folders that a drawing depends on."""
        yield from self.names
        yield from self.settings.layers.rules
        try:
            yield from (layer.path for layer in context.settings(self.settings).layers if layer.path)
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


def _changes(before: Iterable[Result], after: Iterable[Result]) -> Iterator[Text]:
    """The texts that are removed now and weren't, and the other way round; the first few of each."""
    was, now = _pieces(before), _pieces(after)
    for sign, here, there in (("+", now, was), ("-", was, now)):
        for key in [key for key in here if key not in there][:_CHANGES_AT_MOST]:
            text = key[1].split("\n")[0]
            yield Text(visible(f"{sign} {text if len(text) <= 60 else text[:59] + '…'}  {short_name(here[key])}"))


def _change(before: tuple[Result, ...], after: tuple[Result, ...], first: bool) -> str:
    """How many removals came and went between two drawings."""
    if first or not before:
        return "drawn"
    was, now = _pieces(before).keys(), _pieces(after).keys()
    more, fewer = len(now - was), len(was - now)
    return f"{more:,} removed anew, {fewer:,} no longer" if more or fewer else "drawn anew: nothing else is removed"
