"""Summaries of a batch: a table and a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType

from cleaner.batch.merge import Merged
from cleaner.batch.run import Totals
from cleaner.batch.stats import UNREADABLE
from cleaner.render.tables import families
from cleaner.render.visible import visible


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
        said = [f"{stats.written:,} files cleaned", f"{stats.changed:,} of them changed"]
        failed += 0 if aside else stats.rejected
    else:
        said = [f"{read:,} files", f"{stats.documents:,} documents", f"{stats.written:,} of them cleaned", f"{stats.changed:,} changed"]
        said += _counted(stats.flagged, "flagged")
        said += [] if aside or not stats.rejected else [f"{stats.rejected:,} unreadable"]
    reasons = stats.excluded + Counter({UNREADABLE: stats.rejected if aside else 0})
    said += [count + f" in {visible(str(aside))}" for count in _counted(reasons, "set aside")]
    said += [f"{failed:,} failed"] if failed else []
    said += [f"{before:,} done before"] if before else []
    said += [f"{skipped:,} passed over by name (see --include)"] if skipped else []
    yield ", ".join(said)


def merged(totals: Merged) -> Iterator[RenderableType]:
    """Summary of merged manifests."""
    stats = totals.stats
    yield families(stats)
    said = [f"{totals.files:,} files", f"{stats.documents:,} documents", f"{stats.written:,} written", f"{stats.changed:,} changed"]
    said += _counted(stats.flagged, "flagged")
    said += [f"{stats.rejected:,} unreadable"] if stats.rejected else []
    said += _counted(stats.excluded, "set aside")
    yield ", ".join(said)


def _counted(counts: Counter[str], what: str) -> list[str]:
    parts = ", ".join(f"{count:,} {visible(kind)}" for kind, count in sorted(counts.items()))
    return [f"{counts.total():,} {what} ({parts})"] if counts.total() else []
