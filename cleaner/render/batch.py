"""Summaries of a batch: a table and a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import RenderableType

from cleaner.batch.merge import Merged
from cleaner.batch.run import Totals
from cleaner.batch.stats import UNREADABLE
from cleaner.render.layout import PathText
from cleaner.render.tables import families
from cleaner.render.visible import visible
from cleaner.wording import counted

#: What may differ in reasons that are alike; and messages of these that are shown.
_FIGURES, _ALIKE = re.compile(r"0x[0-9a-f]+|\d+"), 3


def summary(totals: Totals, skipped: int, before: int, aside: Path | None) -> Iterator[RenderableType]:
    """Summary of a batch.

    Args:
        totals: Sums, including the documents of files that an earlier run has done.
        skipped: Number of files left out because of their names.
        before: Number of files that an earlier run has done.
        aside: Folder of documents that were set aside.
    """
    stats = totals.stats
    yield families(stats)
    read = totals.files - len(totals.failed) + before
    failed = len(totals.failed)
    if stats.documents == read:  # each file is one document
        said = [f"{counted(stats.written, 'file')} cleaned", f"{stats.changed:,} of them changed"]
        failed += 0 if aside else stats.rejected
    else:
        said = [counted(read, "file"), counted(stats.documents, "document")]
        said += [f"{stats.written:,} of them cleaned", f"{stats.changed:,} changed"]
        said += _counted(stats.flagged, "flagged")
        said += [] if aside or not stats.rejected else [f"{stats.rejected:,} unreadable"]
    reasons = stats.excluded + Counter({UNREADABLE: stats.rejected if aside else 0})
    said += [count + f" in {visible(str(aside))}" for count in _counted(reasons, "set aside")]
    said += [f"{failed:,} failed"] if failed else []
    if before and before == read and not failed:
        said = [f"Nothing to do: {'the file was' if before == 1 else f'all {before:,} files were'} cleaned before"]
    else:
        said += [f"{before:,} cleaned before"] if before else []
    said += [f"{skipped:,} passed over by name (see --include)"] if skipped else []
    yield PathText(", ".join(said))


def merged(totals: Merged) -> Iterator[RenderableType]:
    """Summary of merged manifests."""
    stats = totals.stats
    yield families(stats)
    said = [counted(totals.files, "file"), counted(stats.documents, "document")]
    said += [f"{stats.written:,} written", f"{stats.changed:,} changed"]
    said += _counted(stats.flagged, "flagged")
    said += [f"{stats.rejected:,} unreadable"] if stats.rejected else []
    said += _counted(stats.excluded, "set aside")
    yield ", ".join(said)


class Line(NamedTuple):
    """A message on a file: its severity or an empty string, the file's name, and the reason."""

    severity: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.name}: {self.reason}" if self.severity else f"{self.name}: {self.reason}"


class Grouper:
    """Shows the first messages of each kind, as they come, and counts the rest. Reasons that differ only in figures are of one kind."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str], tuple[Line, int]] = {}

    def shown(self, line: Line) -> bool:
        """Whether a message is to be shown."""
        first, count = self._groups.get(_kind(line), (line, 0))
        self._groups[_kind(line)] = first, count + 1
        return count < _ALIKE

    def rest(self) -> Iterator[str]:
        """For each kind how many weren't shown."""
        for (severity, _), (first, count) in self._groups.items():
            if count > _ALIKE:
                said = f"{count - _ALIKE:,} more like {first.name}"
                yield f"{severity}: {said}" if severity else said


def grouped(lines: Iterable[Line]) -> Iterator[str]:
    """Messages as text, those that are shown, and then how many aren't; one more than usual is shown rather than counted.

    >>> list(grouped(Line("error", name, f"byte {len(name)} is 0xe9") for name in ("a", "bb", "c", "d", "e")))
    ['error: a: byte 1 is 0xe9', 'error: bb: byte 2 is 0xe9', 'error: c: byte 1 is 0xe9', 'error: 2 more like a']
    """
    lines = list(lines)
    counts = Counter(map(_kind, lines))
    grouper = Grouper()
    for line in lines:
        if counts[_kind(line)] == _ALIKE + 1 or grouper.shown(line):
            yield str(line)
    yield from grouper.rest()


def _kind(line: Line) -> tuple[str, str]:
    return line.severity, _FIGURES.sub("#", line.reason)


def _counted(counts: Counter[str], what: str) -> list[str]:
    parts = ", ".join(f"{count:,} {visible(kind)}" for kind, count in sorted(counts.items()))
    return [f"{counts.total():,} {what} ({parts})"] if counts.total() else []
