"""Time limits on cleaning.

`regex` can limit the processor time of one match; that limits neither a text of many lines nor the wall-clock time on a busy machine. So
each text has a limit as well. In a process of our own, `run_with_timeout` enforces it exactly.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: Seconds that one match may take. No honest text and rule come near it.
MATCH_SECONDS = 2.0
#: Seconds that any text may take, and characters that allow one second more: twenty times what aggressive rules need for a page.
TEXT_SECONDS, CHARACTERS_A_SECOND = 30.0, 20_000
#: Seconds after which the alarm rings again, in case its exception was swallowed, as during garbage collection.
_AGAIN = 0.5


def seconds_for(length: int) -> float:
    """Seconds that a text of `length` characters may take."""
    return TEXT_SECONDS + length / CHARACTERS_A_SECOND


def limits(length: int) -> str:
    """The limits on a match and on a text of `length` characters, in words."""
    return f"a match may take {MATCH_SECONDS:g} s, this text {seconds_for(length):.3g} s"


class Deadline:
    """End of the time that a text of `length` characters may take, counted from now."""

    def __init__(self, length: int) -> None:
        self._end = time.monotonic() + seconds_for(length)

    def remaining(self) -> float:
        """Seconds that the next match may take.

        Raises:
            TimeoutError: The time is over.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(MATCH_SECONDS, left)


def run_with_timeout(seconds: float, work: Callable[[], T]) -> T:
    """Value of `work`, which may take `seconds` of wall-clock time. It may be interrupted at any step, so it must not write anything.

    Only the main thread of a process on a POSIX system has an alarm; elsewhere there is no limit.

    Raises:
        TimeoutError: It took longer.
    """
    if not hasattr(signal, "setitimer"):
        return work()
    armed = True

    def ring(*_: object) -> None:
        if armed:  # an alarm that rings while it is switched off must not interrupt the code behind
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
