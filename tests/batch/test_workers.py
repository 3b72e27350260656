"""Worker processes that die, hang or fail lose no other task."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from cleaner.batch.workers import Failure, Heartbeat, supervise
from tests.conftest import ROOT


class Counting:
    """Counts to the task's number, and misbehaves at some places."""

    def __init__(self, folder: Path, **at: int) -> None:
        self.folder, self.at = folder, at

    def __call__(self, task: int, skip: Mapping[int, str], pulse: Heartbeat) -> list[int | str]:
        done: list[int | str] = []
        for place in range(task):
            pulse(place, place, 0)
            if place in skip:
                done.append(skip[place])
                continue
            if place == self.at.get("dies"):
                os.kill(os.getpid(), signal.SIGKILL)
            if place == self.at.get("hangs"):
                time.sleep(600)
            if place == self.at.get("raises"):
                raise ValueError("no such thing")
            mark = self.folder / f"{task}-{place}"
            if place == self.at.get("dies_once") and not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            done.append(place)
        return done


def outcomes(work: Counting, tasks: list[int], patience: float = 60) -> dict[int, list[int | str] | Failure]:
    return dict(supervise(tasks, work, 2, lambda done: None, patience))


def test_all_tasks_are_done(tmp_path: Path) -> None:
    seen: list[int] = []
    found = dict(supervise(range(200), Counting(tmp_path), 2, seen.append))
    assert found == {task: list(range(task)) for task in range(200)}
    assert seen


def test_a_process_that_dies_once_loses_nothing(tmp_path: Path) -> None:
    assert outcomes(Counting(tmp_path, dies_once=3), [2, 5, 6, 7, 8]) == {task: list(range(task)) for task in (2, 5, 6, 7, 8)}


def test_what_kills_its_process_twice_is_left_out(tmp_path: Path) -> None:
    died = "the process that cleaned it died"
    assert outcomes(Counting(tmp_path, dies=1), [1, 4, 2]) == {1: [0], 4: [0, died, 2, 3], 2: [0, died]}


def test_what_takes_too_long_is_left_out(tmp_path: Path) -> None:
    started = time.monotonic()
    assert outcomes(Counting(tmp_path, hangs=1), [1, 3], patience=0.5) == {1: [0], 3: [0, "took longer than 0 s", 2]}
    assert time.monotonic() - started < 10


def test_a_task_of_which_processes_go_on_dying_is_given_up(tmp_path: Path) -> None:
    class Deadly(Counting):
        def __call__(self, task: int, skip: Mapping[int, str], pulse: Heartbeat) -> list[int | str]:
            if task == 1:
                pulse(len(list(tmp_path.iterdir())), 0, 0)  # at another place each time
                (tmp_path / str(time.monotonic_ns())).touch()
                os._exit(1)
            return super().__call__(task, skip, pulse)

    found = outcomes(Deadly(tmp_path), [1, 3])
    assert found == {1: Failure("the process that cleaned it died"), 3: [0, 1, 2]}
    assert len(list(tmp_path.iterdir())) == 12


def test_a_task_that_fails_ends_no_other(tmp_path: Path) -> None:
    assert outcomes(Counting(tmp_path, raises=2), [2, 3]) == {2: [0, 1], 3: Failure("ValueError: no such thing")}


def test_an_outcome_that_is_large_comes_through(tmp_path: Path) -> None:
    ((task, found),) = supervise([300_000], Counting(tmp_path), 2, lambda done: None)
    assert not isinstance(found, Failure)
    assert (task, len(found)) == (300_000, 300_000)


#: What a process does, for ever, when its parent is killed: it works, waits for a task, is stuck in its full pipe, sleeps, or reads.
WAITS = {
    "works": "while True: pulse(0, 0, 0)",
    "waits for a task": "return os.getpid()",
    "sends": "return b'x' * 10_000_000",
    "sleeps": "time.sleep(1000)",
    "reads": "os.read(os.pipe()[0], 1)",
}


def is_there(process: int) -> bool:
    """Whether a process goes on; one that only waits for its parent to learn of its end doesn't."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks Linux which processes there are")
@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
@pytest.mark.parametrize("does", WAITS)
def test_no_process_outlives_its_parent(tmp_path: Path, does: str, method: str) -> None:
    """Whatever it waits in, and however processes are begun."""
    (tmp_path / "program.py").write_text(f"""
import multiprocessing, os, sys, time
sys.path.insert(0, {str(ROOT)!r})
from cleaner.batch.workers import supervise

def work(task, skip, pulse):
    os.write(1, b"%d\\n" % os.getpid())
    if task == 3:
        time.sleep(1000)
    {WAITS[does]}

if __name__ == "__main__":
    multiprocessing.set_start_method({method!r})
    for _ in supervise([1, 2, 3], work, 3, lambda done: None):
        time.sleep(1 if {does!r} == "waits for a task" else 1000)
""")
    with subprocess.Popen([sys.executable, str(tmp_path / "program.py")], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        members = [int(process.stdout.readline()) for _ in range(3)]
        time.sleep(0.3)
        assert all(map(is_there, members))
        process.kill()
    until = time.monotonic() + 5  # it takes a tenth of a second where nobody else is at work
    while any(map(is_there, members)):
        assert time.monotonic() < until, "a process went on without its parent"
        time.sleep(0.02)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are begun anew on Windows")
def test_a_request_to_end_counts_once_a_process_has_begun(tmp_path: Path) -> None:
    """Before that it has its parent's handlers: what they raise would be lost in the hooks of `fork`, and shown."""
    (tmp_path / "program.py").write_text(f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from cleaner.batch.workers import supervise

signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
for task, outcome in supervise([1], lambda *_: "done", 1, lambda done: None):
    print(outcome)
os.kill(os.getpid(), signal.SIGTERM)
""")
    done = subprocess.run([sys.executable, str(tmp_path / "program.py")], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "the process that cleaned it died" in done.stdout
