"""Progress bar on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar

from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from cleaner.render.console import console

T = TypeVar("T")

#: Seconds between two drawings of the bar.
_DRAW_EVERY = 0.1


def progress(
    size: int, begin: Callable[[Callable[[int], object]], Generator[T, None, None]], doing: str = "cleaning", in_bytes: bool = True
) -> Generator[T, None, None]:
    """Yield outcomes while a bar on standard error shows their progress, if that is a terminal.

    Closing the generator closes the one of `begin`: interrupted work must not go on in other processes.

    Args:
        size: Number of bytes to do, or of other things.
        begin: Function that starts the work, given a function to call with the number done.
        doing: What is done, in a word.
        in_bytes: Whether the numbers are bytes.
    """
    err = console(stderr=True)
    amount = (DownloadColumn(), TransferSpeedColumn()) if in_bytes else (MofNCompleteColumn(),)
    columns = (TextColumn(doing), BarColumn(), *amount, TimeRemainingColumn())
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
