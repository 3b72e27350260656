"""One bad document doesn't stop the batch, and one dead process doesn't hang it."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner import Hints, Result
from cleaner.batch.options import BatchOptions
from cleaner.batch.run import Totals, Worker, clean_files
from cleaner.batch.task import Outcome
from cleaner.engine.engine import Engine
from cleaner.errors import InputError
from cleaner.io import files
from cleaner.io.discovery import plan
from cleaner.io.files import TEXT_FILES
from cleaner.io.formats import CORPUS_FILES
from cleaner.ruleset.rule import Rule
from tests.conftest import CLEAN, DIRTY, Command, prepared, slow

ROW = {"text": DIRTY.decode()}
CLEAN_ROW = json.dumps({"text": CLEAN.decode()}).encode() + b"\n"


def parquet(texts: list[str]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": texts}), stream)
    return stream.getvalue()


def line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


#: Files that fail as a whole or hold what does, each with its reason.
BAD: dict[str, tuple[bytes, str]] = {
    "binary.txt": (b"\x89PNG\r\n\x1a\n\0\0", "not UTF-8 text: byte 0 is 0x89"),
    "cut.jsonl.gz": (gzip.compress(line(ROW) * 50)[:-10], "can't be read to its end"),
    "cut.parquet": (parquet([DIRTY.decode()])[:-9], "cut.parquet: "),
    "latin-1.txt": (b"Caf\xe9\n", "not UTF-8 text: byte 3 is 0xe9"),
    "no.jsonl.gz": (b"no gzip at all\n", "can't be read to its end"),
    "no.parquet": (b"", "no.parquet: "),
    "nul.txt": (b"The harbour\0 froze.\n", "not a text: it holds NUL characters"),
    "utf-16.txt": (b"\xff\xfea\0b", "not UTF-16-LE text"),
    "utf-16-be.txt": (b"\xfe\xff\xd8\x00\x00a", "not UTF-16-BE text"),
}
#: Rows that are no documents, each with its reason.
BAD_ROWS: dict[bytes, str] = {
    b"{broken\n": "not JSON",
    b'{"text": 7}\n': "field 'text' is no string",
    b'{"body": "x"}\n': "has no field 'text'",
    b'{"text": "Caf\xe9"}\n': "not UTF-8: byte 13 is 0xe9",
    b"[" * 100_000 + b"\n": "not a JSON object",
}


def test_bad_documents_are_named_with_their_reasons_and_the_others_are_done(cleaner: Command) -> None:
    """Nine bad files, one that gives an error while it is read, one whose place is taken, five bad rows; twelve good ones and an empty one.

    In one process and in three, the same comes out.
    """
    source = cleaner.folder / "src"
    source.mkdir()
    for name, (data, _) in BAD.items():
        (source / name).write_bytes(data)
    good = [f"{number}.txt" for number in range(8)] + ["y.txt", "z.txt"]
    for name in good:
        (source / name).write_bytes(DIRTY)
    (source / "empty.txt").write_bytes(b"")
    (source / "taken.txt").write_bytes(DIRTY)
    (source / "rows.jsonl").write_bytes(line(ROW) + b"".join(bad + line(ROW) for bad in BAD_ROWS))
    (source / "good.jsonl.gz").write_bytes(gzip.compress(line(ROW) * 3))
    (source / "good.parquet").write_bytes(parquet([DIRTY.decode()] * 3))
    reasons = {name: reason for name, (_, reason) in BAD.items()} | {"taken.txt": "can't be written: is a directory"}
    if Path("/proc/self/mem").exists():  # a file that opens and can't be read, not even by root
        (source / "unreadable.txt").symlink_to("/proc/self/mem")
        reasons["unreadable.txt"] = "src/unreadable.txt: input/output error"
    seen = []
    for jobs in (1, 3):
        out = cleaner.folder / f"out{jobs}"
        (out / "taken.txt").mkdir(parents=True)
        done = cleaner("batch", "src", "-d", out, "-j", jobs)
        assert done.code == 2
        told = done.err.splitlines()
        for name, reason in reasons.items():
            (said,) = (each for each in told if name in each)
            assert said.startswith("error: ")
            assert reason in said.replace(str(out), "src")
        for row, reason in zip(range(2, 12, 2), BAD_ROWS.values(), strict=True):
            (said,) = (each for each in told if each.startswith(f"error: src/rows.jsonl:{row}: "))
            assert reason in said
        assert len(told) == len(reasons) + len(BAD_ROWS) + 2  # and how to go on
        found = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
        assert {name: found.pop(name) for name in good} == dict.fromkeys(good, CLEAN)
        assert found.pop("empty.txt") == b""
        assert found.pop("rows.jsonl") == CLEAN_ROW + b"".join(bad + CLEAN_ROW for bad in BAD_ROWS)
        assert gzip.decompress(found.pop("good.jsonl.gz")) == CLEAN_ROW * 3
        assert pq.read_table(io.BytesIO(found.pop("good.parquet"))).column("text").to_pylist() == [CLEAN.decode()] * 3
        # What isn't text comes out as it was; of what breaks off there is no output that might be taken for a whole one.
        assert found == {name: data for name, (data, _) in BAD.items() if name.endswith(".txt")}
        seen.append((done.out, done.err.replace(str(out), "out")))
    assert seen[0] == seen[1]


def jobs_of(source: Path, output: Path) -> tuple[files.InputOutput, ...]:
    return plan([source], output, (*TEXT_FILES, *CORPUS_FILES)).jobs


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


SHARE = Rule("a/b/c", "", "line", match="share this article")


class Odd(Engine):
    """Does odd things at some texts: removes a file, changes one, or raises an error."""

    def clean(self, text: str, hints: Hints | None = None) -> Result:
        word, _, name = text.partition(" ")
        if word == "remove":
            Path(name).unlink()
        if word == "change":
            Path(name).write_bytes(b"It is longer than it was before.\n")
        if word == "raise":
            raise {"memory": MemoryError(), "recursion": RecursionError("too deep"), "value": ValueError("odd")}[name]
        return super().clean(text, hints)


@pytest.mark.parametrize("processes", [1, 2])
def test_files_that_vanish_change_are_too_large_or_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int) -> None:
    """Seven files that fail while the batch runs, each in its own way; the six others are done."""
    source, out = tmp_path / "src", tmp_path / "out"
    source.mkdir()
    monkeypatch.setattr(files, "LARGEST", 1000)
    monkeypatch.setattr("cleaner.batch.run._FILES", 1)
    read = files.read

    def guarded(path: Path) -> bytes:
        if path.name == "locked.txt":
            raise InputError.from_os(path, PermissionError(errno.EACCES, "Permission denied"))
        return read(path)

    monkeypatch.setattr(files, "read", guarded)
    texts = {
        "0-removes.txt": f"remove {source / '9-vanishes.txt'}".encode(),
        "1-memory.txt": b"raise memory",
        "2-recursion.txt": b"raise recursion",
        "3-value.txt": b"raise value",
        "4-changes.txt": f"change {source / '4-changes.txt'}".encode(),
        "5-large.txt": b"The harbour froze.\n" * 100,
        "9-vanishes.txt": DIRTY,
        "locked.txt": DIRTY,
        **{f"6-{number}.txt": DIRTY for number in range(5)},
    }
    for name, data in texts.items():
        (source / name).write_bytes(data)
    outcomes = list(clean_files(jobs_of(source, out), Worker(Odd(prepared(SHARE)), BatchOptions(out)), processes))
    assert sorted(outcome.job.source.name for outcome in outcomes) == sorted(texts)
    told = {outcome.job.source.name: outcome.error or "".join(note.message for note in outcome.notes) for outcome in outcomes}
    assert {name: said for name, said in told.items() if said} == {
        "1-memory.txt": "MemoryError",
        "2-recursion.txt": "RecursionError: too deep",
        "3-value.txt": "odd",
        "4-changes.txt": f"{source}/4-changes.txt: changed while it was cleaned (clean it again)",
        "5-large.txt": "is larger than 1,000 bytes (split it, or give its documents as JSONL)",
        "9-vanishes.txt": f"{source}/9-vanishes.txt: no such file or directory",
        "locked.txt": f"{source}/locked.txt: permission denied",
    }
    found = written(out)
    assert {name: found[name] for name in found if name.startswith("6-")} == {f"6-{number}.txt": CLEAN for number in range(5)}
    for name in ("0-removes.txt", "1-memory.txt", "2-recursion.txt", "3-value.txt", "5-large.txt"):
        assert found[name] == texts[name], "what can't be cleaned comes out as it was"
    assert not {"9-vanishes.txt", "locked.txt"} & set(found)
    totals = Totals()
    for outcome in outcomes:
        totals.add(outcome)
    assert not totals.is_sound


class Deadly(Engine):
    """Dies at some texts, and stops for ever at none."""

    def clean(self, text: str, hints: Hints | None = None) -> Result:
        if "poison" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().clean(text, hints)


def test_a_document_at_which_processes_always_die_is_left_out_by_name(tmp_path: Path) -> None:
    """One text in forty, one row of JSONL in twenty, one row of Parquet in twenty: what else there is, is done."""
    source, out = tmp_path / "src", tmp_path / "out"
    source.mkdir()
    for number in range(40):
        (source / f"{number:02}.txt").write_bytes(b"poison\n" if number == 33 else DIRTY)
    rows = [{"text": "poison"} if number == 7 else ROW for number in range(20)]
    (source / "a.jsonl").write_bytes(b"".join(map(line, rows)))
    (source / "b.parquet").write_bytes(parquet([row["text"] for row in rows]))
    outcomes: dict[str, Outcome] = {}
    for outcome in clean_files(jobs_of(source, out), Worker(Deadly(prepared(SHARE)), BatchOptions(out)), 2):
        outcomes[outcome.job.source.name] = outcome
    assert len(outcomes) == 42
    assert not any(outcome.error for outcome in outcomes.values())
    notes = {name: [(note.row, note.message) for note in outcome.notes] for name, outcome in outcomes.items()}
    died = "the process that cleaned it died"
    assert {name: found for name, found in notes.items() if found} == {
        "33.txt": [(0, died)],
        "a.jsonl": [(8, died)],
        "b.parquet": [(8, died)],
    }
    found = written(out)
    assert pq.read_table(io.BytesIO(found.pop("b.parquet"))).column("text").to_pylist() == [
        "poison" if number == 7 else CLEAN.decode() for number in range(20)
    ]
    assert found.pop("a.jsonl") == b"".join(line(rows[7]) if number == 7 else CLEAN_ROW for number in range(20))
    assert found == {f"{number:02}.txt": b"poison\n" if number == 33 else CLEAN for number in range(40)}


#: The command with small tasks, so that there are many.
SMALL = "from cleaner.batch import run\nfrom cleaner.cli import main\nrun._FILES, run._SPLIT_FROM, run._PART = 4, 20_000, 10_000\nmain()"


def children(process: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:  # it has ended
        return []


@pytest.mark.skipif(not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists(), reason="asks Linux which processes there are")
@pytest.mark.parametrize(("texts", "most"), [(240, 2), slow(600, 5)])
def test_processes_that_are_killed_at_random_change_nothing(cleaner: Command, texts: int, most: int) -> None:
    """Two or five of the processes of a batch are killed, one after another, while it cleans many texts and a file of rows in parts.

    A task is tried again, and given up only when processes die at the same place of it twice. So that no task meets two kills, the next
    one waits until all tasks that were begun at the last are done; they are handed out in the order of their names.
    """
    source, kills, chance = cleaner.folder / "src", 0, random.Random(7)
    source.mkdir()
    for number in range(texts):
        (source / f"{number:03}.txt").write_bytes(DIRTY * 8)
    (source / "z.jsonl").write_bytes(line({"text": DIRTY.decode() * 4}) * 300)
    assert cleaner("batch", "src", "-d", "whole", "-q", "-j", 1).code == 0
    out = cleaner.folder / "out"

    def done() -> int:
        """Texts up to the first that isn't there yet."""
        return next((number for number in range(texts) if not (out / f"{number:03}.txt").exists()), texts)

    begun = [sys.executable, "-c", SMALL, "batch", "src", "-d", "out", "-q", "-j", "2"]
    process = subprocess.Popen(begun, cwd=cleaner.folder, env=Command.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    due, until = 1, time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until and kills < most:
        if done() >= due and (members := children(process.pid)):
            time.sleep(chance.random() / 100)
            os.kill(chance.choice(members), signal.SIGKILL)
            kills += 1
            last = max((int(path.stem) for path in out.glob("???.txt")), default=0)
            due = min(last + 20, texts)
        time.sleep(0.001)
    said, err = process.communicate(timeout=120)
    assert (process.returncode, said, err) == (0, b"", b"")
    assert kills == most
    assert written(out) == written(cleaner.folder / "whole")
    assert {path.name for path in out.iterdir()} == {path.name for path in source.iterdir()} | {".cleaner"}
    assert not children(process.pid)


#: Texts that are left as they are, or not looked at everywhere, with the words that say so.
FLAGGED = {
    "emptied.txt": (b"Explore what Newsbox AI can do for you:\nIt was the end.\n", "left as it is: no sentence would be left"),
    "budget.txt": (
        b"word " * 70 + b"\n" + b"This goes away now, it does.\n" * 20 + b"It stays, it does.\n",
        "left as it is: rules of medium",
    ),
    "long-line.txt": (b"It rained, they said. " * 4000 + b"\nIt snowed.\n", "a line of more than 65,536 characters was not looked at"),
}
RULES = """
title = "Marks"
about = "Lines that go."

[[rule]]
id = "away"
about = "What goes away"
confidence = "medium"
remove = "line"
match = '''this goes away now, it does\\.'''
removes = ["This goes away now, it does."]
keeps = ["This goes away now, it does not."]
"""


def test_strict_makes_an_error_of_what_was_left_as_it_is(cleaner: Command) -> None:
    """Three kinds of flags, by clean to stdout, in place, --check, and batch; without --strict the same is a warning and the code is 0."""
    source = cleaner.folder / "src"
    source.mkdir()
    (cleaner.folder / "marks.toml").write_text(RULES)
    for name, (data, _) in FLAGGED.items():
        (source / name).write_bytes(data)
    (source / "z.txt").write_bytes(DIRTY)
    named = [f"src/{name}" for name in (*sorted(FLAGGED), "z.txt")]
    together = b"".join(FLAGGED[name][0] for name in sorted(FLAGGED)) + CLEAN
    for strict, kind in ((["--strict"], "error"), ([], "warning")):
        for args, out in (
            (["clean", *named], together),
            (["clean", *named, "--json"], None),
            (["batch", "src", "-d", f"out-{kind}", "-q"], b""),
            (["batch", "src", "-d", f"out-{kind}", "-q", "--exclude-to", f"aside-{kind}"], b""),
        ):
            done = cleaner(*args, *strict, "-r", "marks.toml")
            assert done.code == (2 if strict else 0), args
            assert out is None or done.out == out
            if "--exclude-to" in args:
                assert (cleaner.folder / f"aside-{kind}/budget/budget.txt").read_bytes() == FLAGGED["budget.txt"][0]
                continue
            told = done.err.splitlines()
            assert len(told) == 3
            for said, name in zip(told, sorted(FLAGGED), strict=True):
                assert said.startswith(f"{kind}: src/{name}: {FLAGGED[name][1]}")
            if args[0] == "batch":
                expected = {name: data for name, (data, _) in FLAGGED.items()} | {"z.txt": CLEAN}
                assert written(cleaner.folder / f"out-{kind}") == expected
    done = cleaner("clean", "-i", *named, "--strict", "-r", "marks.toml")
    assert done.code == 2
    assert written(source) == {name: data for name, (data, _) in FLAGGED.items()} | {"z.txt": CLEAN}
    done = cleaner("clean", "src/z.txt", "--strict")
    assert (done.code, done.out, done.err) == (0, CLEAN, "")


def test_strict_counts_rows_and_files_that_were_done_before(cleaner: Command) -> None:
    """A resumed run is as strict about what an earlier one has done."""
    (cleaner.folder / "a.jsonl").write_bytes(line(ROW) + line({"text": FLAGGED["emptied.txt"][0].decode()}))
    assert cleaner("batch", "a.jsonl", "-d", "out", "-q").code == 0
    for resume in ([], ["--resume"]):
        assert cleaner("batch", "a.jsonl", "-d", "out", "-q", "--strict", *resume).code == 2
