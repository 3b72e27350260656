"""What the system refuses, and what somebody made absurdly large or odd, is told in plain words, and stops nothing else."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.cli import stdio
from tests.conftest import CLEAN, DIRTY, Command, Done, fill

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits, pipes and paths are those of Linux")


def limited(cleaner: Command, limit: str, *args: object) -> Done:
    """A run in a shell with a limit, by `ulimit`."""
    line = f"ulimit {limit}; exec {shlex.join(cleaner.line(args))}"
    done = subprocess.run(["bash", "-c", line], cwd=cleaner.folder, env=cleaner.environment(), capture_output=True, timeout=60, check=False)
    return Done(done.returncode, done.stdout, done.stderr.decode())


def test_too_little_memory_is_told(cleaner: Command) -> None:
    (cleaner.folder / "a.txt").write_bytes(DIRTY + b"It rained on us. " * 5_000_000)
    done = limited(cleaner, "-v 250000", "clean", "-i", "a.txt")
    assert (done.code, done.out, done.err.partition(" (")[0]) == (2, b"", "error: there is not enough memory")
    assert (cleaner.folder / "a.txt").stat().st_size > 80_000_000


@pytest.mark.parametrize("files", [8, 10, 12, 14, 16, 20])
def test_too_few_open_files_are_told(cleaner: Command, files: int) -> None:
    fill(cleaner.folder / "in", *(f"{number}.txt" for number in range(8)), data=DIRTY + b"Nobody knew. " * 100_000)
    done = limited(cleaner, f"-n {files}", "batch", "in", "-d", "out", "-j", "4")
    assert "Traceback" not in done.err
    assert "standard output" not in done.err
    assert (done.code, "too many open files" in done.err) in ((0, False), (2, True))


def test_what_is_scarce_is_not_taken_for_standard_output(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdio, "mute_stdout", lambda: None)
    assert stdio.failed(OSError(24, "Too many open files")) == 2
    assert capsys.readouterr().err.startswith("error: the system refuses more: too many open files (allow more with ulimit -n")


def test_a_configuration_of_any_size_is_refused_in_little_memory(cleaner: Command) -> None:
    fill(cleaner.folder, "a.txt")
    with (cleaner.folder / ".cleaner.toml").open("wb") as stream:
        stream.truncate(1_000_000_000)
    done = limited(cleaner, "-v 500000", "clean", "a.txt")
    assert (done.code, done.out) == (2, b"")
    assert ".cleaner.toml: is larger than 1,000,000 characters" in done.err


@pytest.mark.parametrize("args", [["clean", "-i", "pipe", "a.txt"], ["restore", "-i", "pipe", "--audit", "audit"]])
def test_a_pipe_is_not_replaced(cleaner: Command, args: list[str]) -> None:
    fill(cleaner.folder, "a.txt", "b.txt")
    assert cleaner("clean", "b.txt", "--audit", "audit").code == 0
    os.mkfifo(cleaner.folder / "pipe")
    done = cleaner(*args)
    assert done.code == 2
    assert "error: pipe: is no file that can be replaced" in done.err
    assert (cleaner.folder / "a.txt").read_bytes() == (CLEAN if args[0] == "clean" else DIRTY)


@pytest.mark.parametrize("columns", ["99999999", "9" * 100])
def test_a_terminal_of_any_width_is_served(cleaner: Command, columns: str) -> None:
    fill(cleaner.folder, "a.txt")
    for args in (["preview", "-y", "a.txt"], ["preview", "a.txt"], ["rules", "list"], ["batch", "a.txt", "-d", "out"], ["--help"]):
        done = cleaner(*args, env={"COLUMNS": columns})
        assert (done.code, len(done.out) < 1_000_000) == (0, True), args


def test_a_path_that_is_too_long_stops_no_other(cleaner: Command) -> None:
    fill(cleaner.folder / "in", "a.txt", "z.txt")
    name, here = "d" * 200, Path.cwd()
    os.chdir(cleaner.folder / "in")
    try:
        for _ in range(22):
            Path(name).mkdir()
            os.chdir(name)
        Path("b.txt").write_bytes(DIRTY)
    finally:
        os.chdir(here)
    done = cleaner("batch", "in", "-d", "out", "-q")
    assert done.code == 2
    assert done.err.startswith("error: in/ddd")
    assert done.err.endswith(": file name too long\n")
    assert {path.name: path.read_bytes() for path in (cleaner.folder / "out").glob("*.txt")} == {"a.txt": CLEAN, "z.txt": CLEAN}


def test_a_path_whose_clean_file_would_be_too_long_stops_no_other(cleaner: Command) -> None:
    folder = "/".join(["d" * 200] * 19)
    fill(cleaner.folder / "in", "a.txt", f"{folder}/b.txt")
    done = cleaner("batch", "in", "-d", "o" * 200 + "/" + "o" * 200, "-q")
    assert done.code == 2
    assert "its clean text can't be written to " in done.err
    assert (cleaner.folder / ("o" * 200) / ("o" * 200) / "a.txt").read_bytes() == CLEAN
