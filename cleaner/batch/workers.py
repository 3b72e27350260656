"""Work over several processes of which any may die, at any time, without taking the others or the run with it.

Each process has a pipe of its own, and tells in shared memory which document it is at. One that dies, or that is at a document for too
long, is replaced; its task is tried again, and if that fails at the same document, once more without that document.
`concurrent.futures` gives up all that is queued when a process dies, `multiprocessing.Pool` waits for ever. `pebble` 5.2 survives that and
is as fast (3,000 empty tasks in two processes: 0.24 s of CPU, here 0.2 s), but its limit of time is a task's, not a document's, and its
processes outlive a parent that is killed: the heartbeat, the second attempts and the search for orphans would stay, most of what is here.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

#: Is told what is about to be done, so that somebody outside knows if this process dies of it: the index of the document in its task,
#: bytes of the task up to it, and bytes that it has.
#: Negative indexes are for what is done beside documents, such as writing many at once.
Heartbeat = Callable[[int, int, int], object]
#: The first of those.
NO_DOCUMENT = -2
#: What processes run: a task, the indexes in it to leave out with the reason of each, and what to tell of each index.
Work = Callable[[T, Mapping[int, str], Heartbeat], R]

#: Seconds between two looks at what processes are at, if none of them has anything to say.
_LOOK_EVERY = 0.2
#: Seconds between two looks of a process whether the one that started it is still there.
_ORPHANED_EVERY = 0.5
#: Seconds that a document may take, and bytes of it that are worth one second more.
_PATIENCE, _BYTES_A_SECOND = 60.0, 20_000
#: How often processes may die of one task before it is given up.
_DEATHS_AT_MOST = 12
#: Seconds that a process has to end before it is killed.
_GRACE = 2.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that was given up, and why."""

    reason: str


class Pulse:
    """The heartbeat of a process: notes in shared memory what it is at, and ends it if nobody is left to read that.

    Args:
        slots: Three numbers for each process: those that `Heartbeat` is told.
        number: Index of the process.
    """

    def __init__(self, slots: Any, number: int) -> None:
        self._slots, self._first = slots, 3 * number
        self._next_look = 0.0

    def __call__(self, index: int, done: int, size: int) -> None:
        """See `Heartbeat`."""
        self._slots[self._first : self._first + 3] = [index, done, size]
        now = time.monotonic()
        if now > self._next_look:
            self._next_look = now + _ORPHANED_EVERY
            self.end_if_orphaned()

    @staticmethod
    def end_if_orphaned() -> None:
        """End this process if the one that started it is gone."""
        parent = multiprocessing.parent_process()
        if parent and not parent.is_alive():
            raise SystemExit(1)


@dataclass(slots=True)
class _Attempt(Generic[T]):
    task: T
    skip: dict[int, str] = field(default_factory=dict)
    died_at: int | None = None
    deaths: int = 0

    def failed(self, index: int, why: str) -> bool:
        """Whether the task is to be given up, since a process died of it at a document; if not, what to do otherwise is noted."""
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
    """Do tasks in several processes; outcomes come as they are done. Closing the generator ends the processes at once.

    Args:
        tasks: What to do; tasks and outcomes must be picklable.
        work: Does one task.
        count: Number of processes.
        watch: Is told, several times a second, how many bytes of the tasks at hand are done.
        patience: Seconds that one document may take, beside what its size is worth.
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
        """Processes that are at something."""
        return [member for member in self._members if member and member.attempt]

    @property
    def bytes_done(self) -> int:
        """Bytes of the tasks at hand that are done."""
        return sum(self._slots[3 * member.number + 1] for member in self.busy)

    def hand_out(self, waiting: deque[_Attempt[T]]) -> None:
        """Give each idle process a task, as long as there are any."""
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
            with suppress(OSError):  # one that died meanwhile is found dead
                member.link.send((attempt.task, attempt.skip))

    def _start(self, number: int) -> _Member[T]:
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.Process(target=_serve, args=(self._work, theirs, self._slots, number), daemon=True)
        process.start()
        theirs.close()
        return _Member(number, process, ours)

    def collect(self) -> Iterator[tuple[_Attempt[T], R | Failure | None]]:
        """What has come of tasks since the last look; None for one that is to be tried again."""
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
        except (EOFError, OSError, pickle.UnpicklingError):  # it died in the middle of a word
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
        """End all processes, whatever they are at."""
        members = [member for member in self._members if member]
        for member in members:
            if member.attempt:
                member.process.terminate()
            else:
                with suppress(OSError):
                    member.link.send(None)  # that the link is closed, it learns only when its younger siblings are gone
        for member in members:
            self._dismiss(member)


def _serve(work: Work[T, R], link: Connection, slots: Any, number: int) -> None:
    """What a process does: tasks, until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    pulse = Pulse(slots, number)
    while True:
        while not link.poll(_ORPHANED_EVERY):
            pulse.end_if_orphaned()
        try:
            order = link.recv()
        except (EOFError, OSError):
            return
        if order is None:
            return
        try:
            outcome: R | Failure = work(order[0], order[1], pulse)
        except Exception as error:  # one task must not end the others, whatever is wrong with it
            outcome = Failure(f"{type(error).__name__}: {error}")
        with suppress(BrokenPipeError):
            link.send(outcome)
