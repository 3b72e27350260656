"""A bar on standard error while many files are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from cleaner.render.console import console

T = TypeVar("T")

#: Seconds between two drawings of the bar.
_DRAW_EVERY = 0.1


def progress(size: int, begin: Callable[[Callable[[int], object]], Generator[T, None, None]]) -> Generator[T, None, None]:
    """Pass outcomes on and draw a bar on standard error while they come, if it is a terminal.

    Closing it closes the outcomes: what is interrupted must not go on in other processes.

    Args:
        size: Bytes that there are to do.
        begin: Begins the work, given what is to be told how many bytes are done.
    """
    err = console(stderr=True)
    columns = (TextColumn("cleaning"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, auto_refresh=False, disable=not err.is_terminal) as bar:
        drawn = bar.add_task("", total=size)
        last = 0.0

        def watch(done: int) -> None:
            nonlocal last
            now = time.monotonic()
            if not bar.disable and now - last > _DRAW_EVERY:
                bar.update(drawn, completed=done, refresh=True)
                last = now

        with closing(begin(watch)) as outcomes:
            yield from outcomes
