"""How long a text may take.

`regex` has a limit on one match, in processor time of the whole process; it is no limit on a text of many lines, nor on the time that
passes while other programs are busy. So a text has a limit, too. Whoever owns the process can hold it to the second, by `run_with_timeout`.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: Seconds that one match may take. No text and rule of good will come near it.
MATCH_SECONDS = 2.0
#: Seconds that a text may take, and characters of it that are worth one second more: twenty times what aggressive rules need for a page.
TEXT_SECONDS, CHARACTERS_A_SECOND = 30.0, 20_000
#: Seconds after which an alarm rings again that nobody could hear, such as while garbage was collected.
_AGAIN = 0.5


def seconds_for(length: int) -> float:
    """Seconds that a text of so many characters may take."""
    return TEXT_SECONDS + length / CHARACTERS_A_SECOND


def limits(length: int) -> str:
    """What a match, and a text of so many characters, may take, in words."""
    return f"a match may take {MATCH_SECONDS:g} s, this text {seconds_for(length):.3g} s"


class Deadline:
    """Tells how much time is left of what a text of `length` characters may take."""

    def __init__(self, length: int) -> None:
        self._end = time.monotonic() + seconds_for(length)

    def remaining(self) -> float:
        """Seconds that a match may take now.

        Raises:
            TimeoutError: None.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(MATCH_SECONDS, left)


def run_with_timeout(seconds: float, work: Callable[[], T]) -> T:
    """Do some work, but no longer than so many seconds, counted on the wall. It may be left at any step, so it must not write anything.

    Only the main thread of a process on a POSIX system has an alarm; elsewhere the work has what time it takes.

    Raises:
        TimeoutError: It took longer.
    """
    if not hasattr(signal, "setitimer"):
        return work()
    armed = True

    def ring(*_: object) -> None:
        if armed:  # one that rings while it is switched off must not interrupt what comes behind
            raise TimeoutError

    try:
        before = signal.signal(signal.SIGALRM, ring)
    except ValueError:  # another thread than the main one
        return work()
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        return work()
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
