"""Tasks in several worker processes, any of which may die at any time without stopping the others or the run.

Each process has a pipe of its own, and writes to shared memory which document it is working on. One that dies, or takes too long on a
document, is replaced; its task is tried again, and if that fails at the same document, once more without that document.
`concurrent.futures` gives up all queued tasks when a process dies, and `multiprocessing.Pool` hangs. `pebble` 5.2 survives that and is as
fast (3,000 empty tasks in two processes: 0.24 s of CPU, here 0.2 s), but its time limit is for a task, not for a document, and its
processes outlive a killed parent: the heartbeat, the second attempts and the watch for orphans, most of this module, would still be needed.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

#: Called before each document, so that the parent knows on which one a process died: index of the document in its task, bytes of the task
#: before it, and its size in bytes. Negative indexes are for other work, such as writing many documents at once.
Heartbeat = Callable[[int, int, int], object]
#: Index for other work than on a document.
NO_DOCUMENT = -2
#: Work of a process on a task, given reasons to leave out documents, by their indexes in the task, and the heartbeat to call.
Work = Callable[[T, Mapping[int, str], Heartbeat], R]

#: Seconds between two checks of processes that send nothing.
_LOOK_EVERY = 0.2
#: Seconds that any document may take, and bytes that allow one second more.
_PATIENCE, _BYTES_A_SECOND = 60.0, 20_000
#: Number of processes that may die of one task before it is given up.
_DEATHS_AT_MOST = 12
#: Signals that ask a process to end and can be made to wait; on Windows there are none.
_REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if hasattr(signal, "pthread_sigmask") else ()
#: Seconds from the request to end until a process is killed.
_GRACE = 2.0


@dataclass(frozen=True, slots=True)
class Failure:
    """Outcome of a task that was given up, with the reason."""

    reason: str


@dataclass(slots=True)
class _Attempt(Generic[T]):
    task: T
    skip: dict[int, str] = field(default_factory=dict)
    died_at: int | None = None
    deaths: int = 0

    def failed(self, index: int, why: str) -> bool:
        """Count a death at document `index`, and leave the document out if it is the second there; gives whether to give up the task."""
        self.deaths += 1
        again, self.died_at = index == self.died_at, index
        if again and index >= 0:
            self.skip[index], self.died_at = why, None
        return self.deaths == _DEATHS_AT_MOST or (again and index < 0)


@dataclass(slots=True)
class _Member(Generic[T]):
    """One process."""

    number: int
    process: BaseProcess
    link: Connection
    attempt: _Attempt[T] | None = None
    index: int = -1
    since: float = 0.0


def supervise(
    tasks: Iterable[T], work: Work[T, R], count: int, watch: Callable[[int], object], patience: float = _PATIENCE
) -> Generator[tuple[T, R | Failure], None, None]:
    """Do tasks in several processes; yields tasks and outcomes in the order in which they finish. Closing it ends the processes at once.

    Args:
        tasks: Tasks; they and their outcomes must be picklable.
        work: Function that does one task.
        count: Number of processes.
        watch: Called several times a second with the number of bytes done of unfinished tasks.
        patience: Seconds that one document may take, beside those for its size.
    """
    crew = _Crew[T, R](work, count, patience)
    waiting = deque(map(_Attempt[T], tasks))
    try:
        while waiting or crew.busy:
            crew.hand_out(waiting)
            for attempt, outcome in crew.collect():
                if outcome is None:
                    waiting.appendleft(attempt)
                else:
                    yield attempt.task, outcome
            watch(crew.bytes_done)
    finally:
        crew.end()


class _Crew(Generic[T, R]):
    def __init__(self, work: Work[T, R], count: int, patience: float) -> None:
        self._work, self._patience = work, patience
        self._slots = multiprocessing.RawArray("q", 3 * count)
        self._members: list[_Member[T] | None] = [None] * count

    @property
    def busy(self) -> list[_Member[T]]:
        """Processes with a task."""
        return [member for member in self._members if member and member.attempt]

    @property
    def bytes_done(self) -> int:
        """Number of bytes done of unfinished tasks."""
        return sum(self._slots[3 * member.number + 1] for member in self.busy)

    def hand_out(self, waiting: deque[_Attempt[T]]) -> None:
        """Give a task to each idle process, as long as there are any."""
        for number, member in enumerate(self._members):
            if not waiting:
                return
            if member and member.attempt:
                continue
            if member is None or not member.process.is_alive():
                member = self._members[number] = self._start(number)
            attempt = waiting.popleft()
            self._slots[3 * number : 3 * number + 3] = [-1, 0, 0]
            member.attempt, member.index, member.since = attempt, -1, time.monotonic()
            with suppress(OSError):  # if it has just died, `collect` will see
                member.link.send((attempt.task, attempt.skip))

    def _start(self, number: int) -> _Member[T]:
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.Process(target=_serve, args=(self._work, theirs, self._slots, number), daemon=True)
        with _signals_wait():  # a fork has our handlers, which aren't for it, until `_serve` has its own
            process.start()
        theirs.close()
        return _Member(number, process, ours)

    def collect(self) -> Iterator[tuple[_Attempt[T], R | Failure | None]]:
        """Outcomes of tasks since the last call; None for a task that is to be tried again."""
        busy = self.busy
        ready = wait([end for member in busy for end in (member.link, member.process.sentinel)], _LOOK_EVERY)
        for member in busy:
            attempt = member.attempt
            assert attempt is not None
            if member.link in ready or member.process.sentinel in ready:
                done, outcome = self._received(member)
                if not done:
                    yield attempt, self._after_death(member, "the process that cleaned it died")
                    continue
                member.attempt = None
                yield attempt, outcome
            elif self._is_overdue(member):
                member.process.kill()
                yield attempt, self._after_death(member, f"took longer than {self._time_for(member):.0f} s")

    @staticmethod
    def _received(member: _Member[T]) -> tuple[bool, R | Failure | None]:
        try:
            return (True, member.link.recv()) if member.link.poll() else (False, None)
        except (EOFError, OSError, pickle.UnpicklingError):  # it died while it sent
            return False, None

    def _time_for(self, member: _Member[T]) -> float:
        size: int = self._slots[3 * member.number + 2]
        return self._patience + size / _BYTES_A_SECOND

    def _is_overdue(self, member: _Member[T]) -> bool:
        index = self._slots[3 * member.number]
        if index != member.index:
            member.index, member.since = index, time.monotonic()
        return time.monotonic() - member.since > self._time_for(member)

    def _after_death(self, member: _Member[T], why: str) -> Failure | None:
        attempt = member.attempt
        assert attempt is not None
        index: int = self._slots[3 * member.number]
        self._dismiss(member)
        return Failure(why) if attempt.failed(index, why) else None

    def _dismiss(self, member: _Member[T]) -> None:
        member.attempt = None
        self._members[member.number] = None
        member.link.close()
        member.process.join(_GRACE)
        if member.process.is_alive():
            member.process.kill()
            member.process.join()

    def end(self) -> None:
        """End all processes, even in the middle of a task."""
        members = [member for member in self._members if member]
        for member in members:
            if member.attempt:
                member.process.terminate()
            else:
                with suppress(OSError):
                    member.link.send(None)  # processes started later hold copies of the pipe: closing it isn't seen until they end
        for member in members:
            self._dismiss(member)


def _serve(work: Work[T, R], link: Connection, slots: Any, number: int) -> None:
    """Main function of a process: do tasks until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if _REQUESTS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _REQUESTS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    first = 3 * number

    def heartbeat(index: int, done: int, size: int) -> None:
        slots[first : first + 3] = [index, done, size]

    while True:
        try:
            order = link.recv()
        except (EOFError, OSError):
            return
        if order is None:
            return
        try:
            outcome: R | Failure = work(order[0], order[1], heartbeat)
        except Exception as error:  # one task must not end the others, whatever is wrong with it
            outcome = Failure(f"{type(error).__name__}: {error}")
        with suppress(BrokenPipeError):
            link.send(outcome)


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Have requests to end wait until the block is done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _REQUESTS) if _REQUESTS else set()
    try:
        yield
    finally:
        if _REQUESTS:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """End this process once its parent is gone, whatever its main thread waits in.

    A pipe tells, whose other end the parent holds. Processes forked later hold copies of that end, so the youngest process ends first.
    """
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
