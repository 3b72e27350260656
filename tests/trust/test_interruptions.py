"""However a run ends, each file is the old one or the new one, what is half written goes, and the next run makes up for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.batch.manifest import ManifestEntry, ManifestLog
from cleaner.batch.stats import Stats
from cleaner.errors import InputError
from cleaner.io import atomic
from tests.conftest import ROOT, Command, slow

#: For each way to end a run and each kind of files, how often; in all 240 kills, 62 stops, and 100 sizes of a file or a disk.
COUNTS = {
    "kill": {"in-place": 110, "txt": 30, "jsonl": 30, "parquet": 30, "audited": 40},
    "stop": {"in-place": 14, "txt": 12, "jsonl": 12, "parquet": 12, "audited": 12},
    "fill": {"in-place": 20, "txt": 10, "jsonl": 10, "parquet": 10},
    "crowd": {"in-place": 20, "txt": 10, "jsonl": 10, "parquet": 10},
}
#: What of it the quick run does: each way, and each kind of files.
QUICK = [("kill", "in-place", 8), ("kill", "audited", 4), ("stop", "txt", 8), ("fill", "jsonl", 4), ("crowd", "parquet", 4)]
SLOW = [slow(way, kind, count) for way, kinds in COUNTS.items() for kind, count in kinds.items()]


@pytest.mark.parametrize(("way", "kind", "count"), [*QUICK, *SLOW])
def test_no_file_is_torn(way: str, kind: str, count: int) -> None:
    """Killed (SIGKILL), stopped (SIGTERM, Ctrl-C), at a limit on files' sizes, on a full disk.

    The next run, with --resume in a batch, is as if nothing was.
    Killed runs may leave temporary files, which the next run sweeps; stopped and failed ones sweep their own.
    """
    line = [sys.executable, "-m", "tests.trust.interruptions", way, str(count), kind]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    if done.stderr.startswith("skip: "):
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["trials"] == count
    assert found["ended"] > count / 2, found  # else nothing is proved
    assert (found["torn"], found["failed"], found["different"], found.get("wrong code", 0)) == (0, 0, 0, 0), (found, done.stderr)
    assert way == "kill" or found["leftovers"] == 0


def test_durable_files_are_on_the_disk_before_they_are_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    seen: list[tuple[bool, str]] = []
    fsync = os.fsync

    def noted(handle: int) -> None:
        seen.append((os.path.isdir(f"/proc/self/fd/{handle}"), target.read_text()))  # noqa: PTH112
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    atomic.write(target, b"new")
    assert seen == []
    atomic.write(target, b"newer", durable=True)
    assert seen == [(False, "new"), (True, "newer")]


def test_durable_is_an_option_of_whatever_writes(cleaner: Command) -> None:
    (cleaner.folder / "a.txt").write_text("It rained.\nShare this article\n")
    for args in (["clean", "a.txt", "-o", "b.txt"], ["batch", "a.txt", "-d", "out", "-q"], ["clean", "-i", "a.txt"]):
        assert cleaner(*args, "--durable").code == 0
    for name in ("a.txt", "b.txt", "out/a.txt"):
        assert (cleaner.folder / name).read_text() == "It rained.\n"


def an_entry(name: str) -> ManifestEntry:
    return ManifestEntry(name, f"in/{name}", 1, 2, "ab", {"clean": 1}, "cd", 0, Stats().as_json())


def test_a_file_is_on_record_once_its_output_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out/.cleaner/manifest.jsonl"
    synced: list[tuple[Path, bool]] = []
    monkeypatch.setattr(atomic, "sync", lambda folder: synced.append((folder, b"a.txt" in path.read_bytes())))
    log = ManifestLog(path, [tmp_path / "out"])
    log.add(an_entry("a.txt"))
    assert synced == []
    log.end({})
    assert synced == [(tmp_path / "out", False)]
    assert b"a.txt" in path.read_bytes()
    log.add(an_entry("b.txt"))
    log.close()  # an interrupted run's files, too
    assert b"b.txt" in path.read_bytes()


def test_a_record_that_finds_no_room_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "manifest.jsonl"
    log = ManifestLog(path, [])
    log.remove("a.txt")
    whole = path.read_bytes()
    stream = log._stream

    class Full:
        """A disk with room for ten bytes more."""

        name = str(path)
        fileno, truncate, close = stream.fileno, stream.truncate, stream.close
        room = 10

        def write(self, data: bytes) -> int:
            if not self.room:
                raise OSError(28, "No space left on device")
            self.room = 0
            return stream.write(data[:10])

    monkeypatch.setattr(log, "_stream", Full())
    with pytest.raises(InputError, match="no space left"):
        log.remove("b.txt")
    assert path.read_bytes() == whole
    log.close()
