"""`cleaner batch` on folders of texts: which files are read, what is written, and what it says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from cleaner import Hints, Result
from cleaner.batch.options import BatchOptions
from cleaner.batch.run import Worker, clean_files
from cleaner.engine.engine import Engine
from cleaner.io.atomic import sweep
from cleaner.io.discovery import plan
from cleaner.ruleset.layers import load
from tests.cli.pages import on_a_terminal
from tests.conftest import CLEAN, DIRTY, SAMPLES, Command, fill, tree


def test_mirrors_a_tree(cleaner: Command) -> None:
    fill(cleaner.folder / "src", "a.txt", "deep/er/b.txt", "notes.md", "page.html", "Ä ö.txt")
    done = cleaner("batch", "src", "--output-dir", "dst/new")
    assert (done.code, done.err) == (0, "")
    assert tree(cleaner.folder / "dst/new") == dict.fromkeys(["a.txt", "deep/er/b.txt", "notes.md", "Ä ö.txt"], CLEAN)
    summary = done.out.decode()
    assert "share" in summary
    assert "4 files cleaned, 4 of them changed, 1 passed over by name" in summary


def test_a_long_path_in_the_summary_is_broken_behind_a_slash(cleaner: Command) -> None:
    (cleaner.folder / "a.txt").write_bytes(b"Caf\xe9 opens.\n")
    aside = "/".join(["documents-that-are-set-aside"] * 4)
    done = cleaner("batch", "a.txt", "-d", "out", "--exclude-to", aside)
    assert "documents-that-are-set-aside/documents-that-are-set-aside/\n" in done.out.decode()


def test_include_exclude_and_gitignore(cleaner: Command) -> None:
    src = fill(cleaner.folder / "src", "a.txt", "a.page", "skip/b.txt", "old/c.txt", "old/keep.txt", "deep/d.txt", "deep/e.txt")
    (src / ".gitignore").write_text("old/*\n!old/keep.txt\n")
    (src / "deep/.gitignore").write_text("e.*\n")
    assert cleaner("batch", "src", "-d", "one", "--exclude", "skip/").code == 0
    assert set(tree(cleaner.folder / "one")) == {"a.txt", "old/keep.txt", "deep/d.txt"}
    assert cleaner("batch", "src", "-d", "two", "--include", "*.page", "--include", "old/*", "--no-ignore").code == 0
    assert set(tree(cleaner.folder / "two")) == {"a.page", "old/c.txt", "old/keep.txt"}


def test_several_sources(cleaner: Command) -> None:
    fill(cleaner.folder / "one", "a.txt")
    fill(cleaner.folder / "two", "a.txt")
    fill(cleaner.folder, "single.page")
    assert cleaner("batch", "one", "two", "single.page", "-d", "out").code == 0
    assert set(tree(cleaner.folder / "out")) == {"one/a.txt", "two/a.txt", "single.page"}


def test_output_inside_the_source_is_not_cleaned_again(cleaner: Command) -> None:
    fill(cleaner.folder, "a.txt")
    for _ in range(2):
        assert cleaner("batch", ".", "-d", "out").code == 0
        assert set(tree(cleaner.folder / "out")) == {"a.txt"}


@pytest.mark.parametrize(
    ("sources", "target", "message"),
    [
        (["src"], "src", "would be overwritten by its own clean text"),
        (["src/a.txt", "src/deep/a.txt"], "out", "would both be written to"),
        (["missing"], "out", "no such file or folder"),
    ],
)
def test_refuses_before_it_writes(cleaner: Command, sources: list[str], target: str, message: str) -> None:
    src = fill(cleaner.folder / "src", "a.txt", "deep/a.txt")
    done = cleaner("batch", *sources, "-d", target)
    assert done.code == 2
    assert message in done.err
    assert set(tree(src).values()) == {DIRTY}
    assert not (cleaner.folder / "out").exists()


def test_a_file_that_fails_is_named_and_the_others_are_done(cleaner: Command) -> None:
    src = fill(cleaner.folder / "src", "a.txt", "z.txt")
    (src / "bad.txt").write_bytes(b"Caf\xe9 share\n")
    (src / "gone.txt").symlink_to("nowhere")
    done = cleaner("batch", "src", "-d", "out")
    assert done.code == 2
    assert "src/bad.txt: not UTF-8 text: byte 3 is 0xe9" in done.err
    assert "1 failed" in done.out.decode()
    out = cleaner.folder / "out"
    assert (out / "bad.txt").read_bytes() == b"Caf\xe9 share\n"
    assert [(out / name).read_bytes() for name in ("a.txt", "z.txt")] == [CLEAN, CLEAN]


def test_an_output_that_cannot_be_written_is_named(cleaner: Command) -> None:
    fill(cleaner.folder / "src", "a.txt", "b.txt")
    (cleaner.folder / "out/a.txt").mkdir(parents=True)
    done = cleaner("batch", "src", "-d", "out")
    assert done.code == 2
    assert "a.txt" in done.err
    assert (cleaner.folder / "out/b.txt").read_bytes() == CLEAN


def test_flagged_files_are_named(cleaner: Command) -> None:
    src = fill(cleaner.folder / "src", "a.txt")
    (src / "b.txt").write_text("Explore what Newsbox AI can do for you:\nIt was the end.\n")
    done = cleaner("batch", "src", "-d", "out", "-q")
    assert (done.code, done.out, done.err) == (0, b"", "warning: src/b.txt: left as it is: no sentence would be left\n")
    assert (cleaner.folder / "out/b.txt").read_text() == (src / "b.txt").read_text()


def test_processes_change_nothing(cleaner: Command) -> None:
    fill(cleaner.folder / "src", *(f"{number:03}.txt" for number in range(90)))
    (cleaner.folder / "src/045.txt").write_bytes(b"\xe9")
    seen = set()
    for jobs in (1, 2, 3):
        done = cleaner("batch", "src", "-d", f"out{jobs}", "--jobs", jobs, "--audit", f"audit{jobs}.jsonl")
        assert done.code == 2
        audit = (cleaner.folder / f"audit{jobs}.jsonl").read_text()
        files = {path.name: path.read_bytes() for path in (cleaner.folder / f"out{jobs}").iterdir() if path.is_file()}
        assert len(files) == 90
        seen.add((done.out, done.err, audit, tuple(sorted(files.items()))))
    assert len(seen) == 1
    assert len({json.loads(line)["file"] for line in audit.splitlines()}) == 89


class Poison(Engine):
    """Dies on some texts, as a process does that runs out of memory."""

    def clean(self, text: str, hints: Hints | None = None) -> Result:
        if "poison" in text:
            os._exit(9)
        return super().clean(text, hints)


def test_a_file_that_kills_its_process_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    names = [f"{number:03}.txt" for number in range(100)]
    src = fill(tmp_path / "src", *names)
    for name in ("010-poison.txt", "070-poison.txt"):
        (src / name).write_text("poison\n")
    jobs = plan([src], tmp_path / "out").jobs
    outcomes = list(clean_files(jobs, Worker(Poison(load().prepared, load().languages), BatchOptions(tmp_path / "out")), processes=2))
    assert sorted(outcome.job.source for outcome in outcomes) == [job.source for job in jobs]
    assert not any(outcome.error for outcome in outcomes)
    noted = sorted((outcome.job.source.name, note.message) for outcome in outcomes for note in outcome.notes)
    assert noted == [(name, "the process that cleaned it died") for name in ("010-poison.txt", "070-poison.txt")]
    assert tree(tmp_path / "out") == {**dict.fromkeys(names, CLEAN), "010-poison.txt": b"poison\n", "070-poison.txt": b"poison\n"}


def test_an_interrupt_ends_a_batch_of_several_processes(cleaner: Command) -> None:
    src = fill(cleaner.folder / "src", *(f"{number:05}.txt" for number in range(5_000)))
    process = subprocess.Popen(
        Command.line(["batch", src, "-d", "out", "-j", "2"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=Command.environment(),
        cwd=cleaner.folder,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a shell's background jobs ignore it
    )
    until = time.monotonic() + 60
    while not (cleaner.folder / "out/00000.txt").exists() and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert err == b"interrupted: the same command with --resume goes on from here\n"
    done = list((cleaner.folder / "out").iterdir())
    assert len(done) < 5_000
    assert {path.read_bytes() for path in done if path.suffix == ".txt"} == {CLEAN}


def test_closing_the_outcomes_stops_the_processes(tmp_path: Path) -> None:
    src = fill(tmp_path / "src", *(f"{number:05}.txt" for number in range(5000)))
    jobs = plan([src], tmp_path / "out").jobs
    with closing(clean_files(jobs, Worker(Engine([]), BatchOptions(tmp_path / "out")), 2)) as outcomes:
        next(outcomes)
    written = [path.name for path in (tmp_path / "out").iterdir()]
    time.sleep(0.3)
    assert [path.name for path in (tmp_path / "out").iterdir()] == written
    assert 0 < len(written) < 2500
    assert not [name for name in written if name.endswith(".tmp")]


def test_what_killed_processes_left_is_swept(tmp_path: Path) -> None:
    long = "a" * 60 + ".txt"
    left = [f".{'a' * 40}.77-k3_x9qzz.tmp", ".b.txt.77-abcdefgh.tmp"]
    others = [".c.txt.77-abcdefgh.tmp", ".b.txt.78-abcdefgh.tmp", "b.txt", ".b.txt.mine.tmp", ".tmp"]
    for name in [*left, *others]:
        (tmp_path / name).write_text("")
    sweep([tmp_path / long, tmp_path / "b.txt", tmp_path / "gone" / "c.txt"], "77")
    assert {path.name for path in tmp_path.iterdir()} == set(others)


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    src = fill(tmp_path / "src", "a.txt", "locked/b.txt")
    scan = os.scandir

    def locked(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", locked)
    found = plan([src], tmp_path / "out")
    assert [job.source.name for job in found.jobs] == ["a.txt"]
    assert [str(error) for error in found.unreadable] == [f"{src}/locked: permission denied"]


def test_a_faulty_gitignore_is_told(cleaner: Command) -> None:
    src = fill(cleaner.folder / "src", "a.txt")
    (src / ".gitignore").write_text("!\n")
    done = cleaner("batch", "src", "-d", "out")
    assert done.code == 0
    assert done.err.startswith("warning: src/.gitignore:1: a faulty pattern")


def test_nothing_to_do(cleaner: Command) -> None:
    (cleaner.folder / "src").mkdir()
    done = cleaner("batch", "src", "-d", "out")
    assert done.code == 0
    assert "0 files cleaned" in done.out.decode()


def test_progress_shows_on_a_terminal_only(cleaner: Command) -> None:
    assert "cleaning" in on_a_terminal(cleaner, "batch", str(SAMPLES), "-d", "out")
    assert cleaner("batch", SAMPLES, "-d", "out").err == ""


def test_errors_that_are_alike_are_counted_and_all_are_in_a_file(cleaner: Command) -> None:
    (cleaner.folder / "src").mkdir()
    for number in range(9):
        (cleaner.folder / f"src/{number}.txt").write_bytes(b"Caf\xe9 " * (number + 1))
    (cleaner.folder / "src/nul.txt").write_bytes(b"\0")
    done = cleaner("batch", "src", "-d", "out", "-q")
    assert done.code == 2
    told = done.err.splitlines()
    assert [line.partition(": not")[0] for line in told[:3]] == [f"error: src/{number}.txt" for number in range(3)]
    assert told[3] == "error: src/nul.txt: not a text: it holds NUL characters"
    assert "let --encoding auto guess it" in told[0]
    assert told[4:] == ["error: 6 more like src/0.txt", "more of them: out/.cleaner/manifest.errors.txt"]
    everything = (cleaner.folder / "out/.cleaner/manifest.errors.txt").read_text().splitlines()
    assert len(everything) == 10
    done = cleaner("batch", "src", "-d", "out", "--encoding", "latin-1", "--resume", "--force", "-q")
    assert done.err.splitlines() == ["error: src/nul.txt: not a text: it holds NUL characters"]
    assert not (cleaner.folder / "out/.cleaner/manifest.errors.txt").exists()


def test_there_is_nothing_to_do_where_all_was_done(cleaner: Command) -> None:
    (cleaner.folder / "src").mkdir()
    for name in "ab":
        (cleaner.folder / f"src/{name}.txt").write_bytes(DIRTY)
    assert b"2 files cleaned, 2 of them changed" in cleaner("batch", "src", "-d", "out").out
    assert cleaner("batch", "src", "-d", "out", "--resume").out.splitlines()[-1] == b"Nothing to do: all 2 files were cleaned before"


def test_a_folder_of_texts_and_documents_is_checked(cleaner: Command) -> None:
    (cleaner.folder / "src").mkdir()
    (cleaner.folder / "src/a.txt").write_bytes(DIRTY)
    (cleaner.folder / "src/b.txt").write_bytes(CLEAN)
    (cleaner.folder / "src/c.jsonl").write_text('{"text": "It snowed, he said.\\nShare this article\\n"}\n')
    before = tree(cleaner.folder)
    done = cleaner("batch", "src", "--check")
    assert (done.code, done.out) == (1, b"")
    assert done.err.splitlines() == ["would clean src/a.txt", "would clean src/c.jsonl", "2 of 3 files would change"]
    assert tree(cleaner.folder) == before
    done = cleaner("batch", "src/b.txt", "--check")
    assert (done.code, done.err) == (0, "nothing to remove in 1 file\n")
    (cleaner.folder / "src/bad.txt").write_bytes(b"Caf\xe9")
    assert cleaner("batch", "src", "--check").code == 2
    assert "can't be combined with --audit" in cleaner("batch", "src", "--check", "--audit", "a.jsonl").err
    assert "say which folder the clean files go to, or --check" in cleaner("batch", "src").err
