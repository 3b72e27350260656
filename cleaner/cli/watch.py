"""`cleaner preview --watch`: diffs that are drawn again whenever a text, a rule file or the configuration is saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from cleaner.cli import context
from cleaner.cli.options import SettingOptions
from cleaner.engine.engine import Engine
from cleaner.errors import CleanerError, ConfigError, RuleError
from cleaner.render.console import console
from cleaner.render.visible import visible
from cleaner.result import TIDY, Hints, Result
from cleaner.ruleset.settings import Settings, find_project, user_rules
from cleaner.wording import shorten

#: Seconds between two checks of the files.
_LOOK_EVERY = 0.2
#: Greatest number of texts shown that are newly removed after a change, and of those that are no longer removed.
_CHANGES_AT_MOST = 3
#: Number of characters shown of each.
_SHOWN = 60


@dataclass
class Watch:
    """Draws the diffs of text files whenever one of them, a rule file or the configuration is saved.

    Errors are shown below the last diffs that could be drawn.

    Attributes:
        names: Paths of the text files.
        show: Function that prints diffs, given the engine, and results with their names and hints.
        hints: Function that gives the hints for every text, given the settings in force.
        settings: Options of the command line.
        encoding: Encoding of texts without a byte order mark; see `files.decode`.
        results: Results that were drawn last.
        made_by: Engine and hints of these results.
    """

    names: Sequence[Path]
    show: Callable[[Engine, Iterable[tuple[str, Result, Hints]]], None]
    hints: Callable[[Settings], Hints]
    settings: SettingOptions
    encoding: str
    results: tuple[Result, ...] = ()
    made_by: tuple[Engine, Hints] | None = None

    def run(self) -> int:
        """Watch until Ctrl-C; gives the exit code."""
        try:
            before = None
            while True:
                now = sorted(self.stamps())
                if now != before:
                    self.draw()
                    before = now
                time.sleep(_LOOK_EVERY)
        except KeyboardInterrupt:
            return 0

    def draw(self) -> None:
        """Draw the diffs, and below them the changes since the last drawing, or errors."""
        errors: list[str] = []
        before = self.results
        try:
            settings = context.settings(self.settings)
            engine, hints = context.engine(settings), self.hints(settings)
            self.results = tuple(engine.clean_within(context.read(name, self.encoding).text, hints) for name in self.names)
            self.made_by = engine, hints
        except (RuleError, ConfigError) as error:
            errors = [str(problem) for problem in error.problems]
        except CleanerError as error:
            errors = [str(error)]
        out = console()
        if out.is_terminal:
            out.clear()
        if self.made_by:
            engine, hints = self.made_by
            self.show(engine, ((str(name), result, hints) for name, result in zip(self.names, self.results, strict=True)))
        for line in _changes(before, self.results) if before and not errors else ():
            out.print(line, soft_wrap=True)
        for message in errors:
            out.print(Text(visible(f"error: {message}"), "flag"))
        if errors:
            news = "above is the last that worked" if self.results else "nothing to show yet"
        else:
            news = _news(before, self.results) if before else "drawn"
        out.print(Text(f"{time.strftime('%H:%M:%S')}  {news}; watching, Ctrl-C ends", "fold"))

    def stamps(self) -> Iterator[tuple[str, int, int, int]]:
        """Path, time of modification (nanoseconds), size and inode of each file that a drawing depends on."""
        for path in self.watched():
            for file in sorted(path.rglob("*.toml")) if path.is_dir() else [path]:
                with suppress(OSError):
                    status = file.stat()
                    yield str(file), status.st_mtime_ns, status.st_size, status.st_ino

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
    """The rule of each removed text, by the document's index and the text."""
    return {
        (index, removal.text.strip()): removal.rule
        for index, result in enumerate(results)
        for removal in result.removals
        if removal.rule != TIDY
    }


def _changes(before: Iterable[Result], after: Iterable[Result]) -> Iterator[Text]:
    """Lines for the first few texts that are newly removed, and for those that are no longer removed."""
    was, now = _pieces(before), _pieces(after)
    for sign, here, there in (("+", now, was), ("-", was, now)):
        for key in [key for key in here if key not in there][:_CHANGES_AT_MOST]:
            first_line = key[1].split("\n")[0]
            yield Text(visible(f"{sign} {shorten(first_line, _SHOWN)}  {here[key]}"))


def _news(before: Iterable[Result], after: Iterable[Result]) -> str:
    """Numbers of new and of dropped removals since the last drawing, in words."""
    was, now = _pieces(before).keys(), _pieces(after).keys()
    more, fewer = len(now - was), len(was - now)
    return f"{more:,} removed anew, {fewer:,} no longer" if more or fewer else "drawn anew: nothing else is removed"
