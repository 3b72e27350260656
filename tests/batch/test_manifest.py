"""A batch goes on where it was stopped, and the manifests of its parts add up."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from cleaner.io import atomic
from tests.batch import sample_corpus
from tests.conftest import ADVICE, DIRTY, Command, fill, sampled, slow


def files(folder: Path) -> dict[str, bytes]:
    """All that a run is to leave behind: leftovers of killed runs, too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".cleaner" not in path.parts
    }


def manifest(folder: Path, name: str = "manifest.jsonl") -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / ".cleaner" / name).read_text().splitlines()]


def runs(path: Path) -> int:
    return path.read_bytes().count(b'{"kind": "run"') if path.exists() else 0


def many(folder: Path) -> None:
    """Enough documents, in texts and files of documents, that a run takes some seconds."""
    for number in range(5):
        sample_corpus.write(folder / f"{number:02}", parts=2)
        for form in ("gz", "zst", "wet"):
            shutil.rmtree(folder / f"{number:02}" / form)


@pytest.mark.parametrize("killed", [signal.SIGKILL, slow(signal.SIGTERM), slow(signal.SIGINT)])
def test_a_killed_run_is_resumed_as_if_it_had_never_stopped(cleaner: Command, killed: signal.Signals) -> None:
    many(cleaner.folder / "in")

    def batch(folder: str) -> list[str]:
        return ["batch", "in", "-d", f"{folder}out", "--exclude-to", f"{folder}aside", "--attributes", f"{folder}att/x", "-j", "2"]

    start = time.monotonic()
    whole = cleaner(*batch("whole/"))
    took = time.monotonic() - start
    assert whole.code == 0
    path = cleaner.folder / "out/.cleaner/manifest.jsonl"
    chance = random.Random(int(killed))
    kills = 0
    for _ in range(4):
        process = subprocess.Popen(
            Command.line([*batch(""), "--resume"]),
            cwd=cleaner.folder, env=Command.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a shell's background jobs ignore it
        )  # fmt: skip
        begun = runs(path)
        while runs(path) == begun and process.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.random() * took / 4)
        process.send_signal(killed)
        out, err = process.communicate(timeout=30)
        if out:  # it was done by then
            break
        kills += 1
        assert process.returncode in (-killed, 128 + killed)
        assert out == b""
        assert err in (b"", b"interrupted: the same command with --resume goes on from here\n")
        assert killed == signal.SIGKILL or not list((cleaner.folder / "out").rglob("*.tmp"))
    assert kills >= 2
    last = cleaner(*batch(""), "--resume")
    assert (last.code, last.err) == (0, "")
    for name in ("out", "aside", "att"):
        assert files(cleaner.folder / name) == files(cleaner.folder / "whole" / name)
    entries = {str(line["file"]): line["figures"] for line in manifest(cleaner.folder / "out") if line["kind"] == "file"}
    assert entries == {line["file"]: line["figures"] for line in manifest(cleaner.folder / "whole/out") if line["kind"] == "file"}
    assert last.out.decode().partition("\n")[2].split()[:20] == whole.out.decode().partition("\n")[2].split()[:20]
    assert cleaner("merge-manifests", "out").out == cleaner("merge-manifests", "whole/out").out


def test_only_what_is_new_or_changed_is_cleaned(cleaner: Command) -> None:
    source = cleaner.folder / "in"
    source.mkdir()
    for name in "abcdef":
        (source / f"{name}.txt").write_text(f"It rained on {name}.\nShare this article\n")
    assert cleaner("batch", "in", "-d", "out", "-q").code == 0
    (source / "a.txt").write_text("It snowed on a.\nShare this article\n")  # as long as it was
    (source / "b.txt").write_text("It snowed on b all day.\n")
    os.utime(source / "c.txt", (1, 1))
    (cleaner.folder / "out/d.txt").unlink()
    (cleaner.folder / "out/e.txt").write_text("")
    (source / "g.txt").write_text("It rained on g.\n")
    done = cleaner("batch", "in", "-d", "out", "--resume")
    assert "7 files cleaned, 5 of them changed, 2 cleaned before" in done.out.decode()
    lines = manifest(cleaner.folder / "out")
    runs = [number for number, line in enumerate(lines) if line["kind"] == "run"]
    assert [line["file"] for line in lines[runs[1] :] if line["kind"] == "file"] == ["a.txt", "b.txt", "d.txt", "e.txt", "g.txt"]
    assert (cleaner.folder / "out/a.txt").read_text() == "It snowed on a.\n"
    assert (cleaner.folder / "out/e.txt").read_text() == "It rained on e.\n"


def test_changed_rules_are_refused_by_name_and_then_forced(cleaner: Command) -> None:
    rules = cleaner.folder / "rules.toml"
    rule = (
        'title = "A site"\nabout = "Its marks."\n[[rule]]\nid = "tide"\nabout = "Tides"\nremove = "line"\n'
        "match = 'tide at {}'\nremoves = ['tide at 4']\nkeeps = ['the tide at 4 was low']\n"
    )
    rules.write_text(rule.format("4"))
    (cleaner.folder / "a.txt").write_text("It rained.\ntide at 4\ntide at 5\nIt snowed.\n")
    batch = ["batch", "a.txt", "-d", "out", "--rules", rules, "-q"]
    assert cleaner(*batch).code == 0
    rules.write_text(rule.format("[45]"))
    refused = cleaner(*batch, "--resume")
    assert refused.code == 2
    assert refused.err == (
        "error: out/.cleaner/manifest.jsonl: is of a run that was asked for something else: changed: rules/tide "
        "(--force cleans all again, with what is in force now)\n"
    )
    assert (cleaner.folder / "out/a.txt").read_text() == "It rained.\ntide at 5\nIt snowed.\n"
    assert "level was 'standard', and is 'safe'" in cleaner(*batch, "--resume", "--level", "safe").err
    assert "text field was 'text', and is 'body'" in cleaner(*batch, "--resume", "--text-field", "body").err
    assert "new: other/tide" in cleaner(*batch, "--resume", "--rules", copy(rules, "other.toml")).err
    assert "gone: de/share/" in cleaner(*batch, "--resume", "--disable", "de/share/*").err
    assert cleaner(*batch, "--resume", "--force").code == 0
    assert (cleaner.folder / "out/a.txt").read_text() == "It rained.\nIt snowed.\n"
    assert cleaner(*batch, "--resume").code == 0


def copy(path: Path, name: str) -> Path:
    return Path(shutil.copy(path, path.with_name(name)))


#: Files that are no manifests, each with what is said of it.
NO_MANIFESTS = {
    "\n": "not a line of a manifest",
    '{"kind": "end", "failed": 0}\n': "not a manifest: it begins with no run",
    "[]\n": "not a line of a manifest: no object",
    "5\n": "not a line of a manifest: no object",
    '{"kind": "run"}\n': "not a line of a manifest: 'form'",
    '{"kind": "run", "form": 7}\n': "its form is 7, not 1",
    '{"kind": "walk"}\n': "unknown kind 'walk'",
    '{"kind": "run", "form": 1, "run": 7}\n': "not a line of a manifest: run is no str",
}


@pytest.mark.parametrize("text", sampled(NO_MANIFESTS, 3))
def test_a_manifest_that_is_none_is_told(cleaner: Command, text: str) -> None:
    (cleaner.folder / "a.txt").write_text("It rained.\n")
    path = fill(cleaner.folder, "out/.cleaner/manifest.jsonl", data=text.encode()) / "out/.cleaner/manifest.jsonl"
    done = cleaner("batch", "a.txt", "-d", "out", "--resume")
    assert done.code == 2
    assert NO_MANIFESTS[text] in done.err
    assert path.read_text() == text
    assert cleaner("batch", "a.txt", "-d", "out", "-q").code == 0


def test_a_last_line_that_is_half_there_counts_for_nothing(cleaner: Command) -> None:
    for name in "ab":
        (cleaner.folder / f"{name}.txt").write_text("It rained.\n")
    assert cleaner("batch", "a.txt", "b.txt", "-d", "out", "-q").code == 0
    path = cleaner.folder / "out/.cleaner/manifest.jsonl"
    head, first, second, _ = path.read_text().splitlines(keepends=True)
    path.write_text(head + first + second[:50])
    done = cleaner("batch", "a.txt", "b.txt", "-d", "out", "--resume")
    assert "2 files cleaned, 0 of them changed, 1 cleaned before" in done.out.decode()
    assert [line["kind"] for line in manifest(cleaner.folder / "out")] == ["run", "file", "run", "file", "end"]


def test_manifests_of_all_parts_are_summed_up_and_what_is_missing_is_told(cleaner: Command) -> None:
    sample_corpus.write(cleaner.folder / "in", parts=3)
    whole = cleaner("batch", "in", "-d", "whole", "-q")
    for part in range(1, 5):
        assert cleaner("batch", "in", "-d", "out", "-q", "--shard", f"{part}/4").code == whole.code == 0
    one, four = (json.loads(cleaner("merge-manifests", name, "--json").out) for name in ("whole", "out"))
    assert one == four
    assert (one["documents"], one["written"], one["problems"]) == (
        6 * len(sample_corpus.documents()),
        6 * len(sample_corpus.documents()),
        [],
    )
    assert one["bytes"] == sum(path.stat().st_size for path in (cleaner.folder / "in").rglob("*") if path.is_file())
    done = cleaner("merge-manifests", "out")
    assert (done.code, done.err) == (0, "")
    assert f"{len(sample_corpus.documents()) + 15} files, {6 * len(sample_corpus.documents())} documents" in " ".join(
        done.out.decode().split()
    )

    folder = cleaner.folder / "out/.cleaner"
    text = (folder / "manifest-2-of-4.jsonl").read_text()
    (folder / "manifest-2-of-4.jsonl").unlink()
    done = cleaner("merge-manifests", "out")
    assert (done.code, done.err) == (2, "error: out/.cleaner: of 4 parts, 2 is missing\n")
    (folder / "manifest-2-of-4.jsonl").write_text(text.rsplit("\n", 2)[0] + "\n")
    assert "manifest-2-of-4.jsonl: the run didn't come to its end (go on with --resume)" in cleaner("merge-manifests", "out").err
    (folder / "manifest-2-of-4.jsonl").write_text(text.replace('"written": 1,', '"written": 2,', 1))
    assert "1 documents were read, but 2 written, 0 excluded and 0 rejected" in cleaner("merge-manifests", "out").err
    shutil.copy(folder / "manifest-1-of-4.jsonl", folder / "manifest-2-of-4.jsonl")
    err = cleaner("merge-manifests", "out").err
    assert "is on record in 2 parts" in err
    assert "of 4 parts, 2 is missing" in err
    assert (
        cleaner("merge-manifests", "in").err
        == "error: in: no manifest is there (name a folder that cleaner batch wrote to, or a manifest)\n"
    )


@pytest.mark.parametrize("part", sampled(["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3", "1/999999999999", "1/" + "9" * 5000], 5))
def test_a_part_that_is_none_is_told(cleaner: Command, part: str) -> None:
    done = cleaner("batch", "in", "-d", "out", "--shard", part)
    assert done.code == 2
    assert "is no part: write 2/5 for the second of five" in " ".join(done.err.split())


def test_processes_that_are_killed_lose_nothing(cleaner: Command) -> None:
    many(cleaner.folder / "in")
    start = time.monotonic()
    assert cleaner("batch", "in", "-d", "whole", "-q").code == 0
    took = time.monotonic() - start
    process = subprocess.Popen(
        Command.line(["batch", "in", "-d", "out", "-j", "2", "-q"]), cwd=cleaner.folder, env=Command.environment(), stderr=subprocess.PIPE
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    killed = 0
    while process.poll() is None and killed < 4:
        time.sleep(took / 8)
        for child in children.read_text().split()[:1] if children.exists() else []:
            os.kill(int(child), signal.SIGKILL)
            killed += 1
    _, err = process.communicate(timeout=60)
    assert killed >= 2
    assert (process.returncode, err) == (0, b"")
    assert files(cleaner.folder / "out") == files(cleaner.folder / "whole")


def test_what_was_set_aside_and_attributes_are_missed_too(cleaner: Command) -> None:
    (cleaner.folder / "a.jsonl").write_text(json.dumps({"text": sample_corpus.CHROME}) + "\n")
    batch = ["batch", "a.jsonl", "-d", "out", "--exclude-to", "aside", "--attributes", "att/x", "--resume", "-q"]
    assert cleaner(*batch).code == 0
    for lost in ("aside/emptied/a.jsonl", "att/x/a.jsonl"):
        (cleaner.folder / lost).unlink()
        assert cleaner(*batch).code == 0
        assert (cleaner.folder / lost).exists()
    moved = [each.replace("aside", "elsewhere") for each in batch]
    assert "exclude to was 'aside', and is 'elsewhere'" in cleaner(*moved).err


def test_another_file_of_the_same_name_size_and_time_is_not_taken_for_done(cleaner: Command) -> None:
    for folder, text in (("one", "It rained.\n"), ("two", "It snowed.\n")):
        (cleaner.folder / folder).mkdir()
        (cleaner.folder / folder / "a.txt").write_text(text)
        os.utime(cleaner.folder / folder / "a.txt", (1, 1))
        assert cleaner("batch", folder, "-d", "out", "--resume", "-q").code == 0
        assert (cleaner.folder / "out/a.txt").read_text() == text


def test_an_audit_goes_on_where_the_record_ends(cleaner: Command) -> None:
    for name in "abc":
        (cleaner.folder / f"{name}.txt").write_text(f"It rained on {name}.\nShare this article\n")
    batch = ["batch", "a.txt", "b.txt", "c.txt", "-d", "out", "-q", "--audit", "audit", "--resume"]
    assert cleaner(*batch).code == 0
    path = cleaner.folder / "out/.cleaner/manifest.jsonl"
    whole = (cleaner.folder / "audit").read_text()
    # As a run leaves it that is killed between the audit of a file and the record of it.
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:3]))
    (cleaner.folder / "audit").write_text(whole[:-20])
    assert cleaner(*batch).code == 0
    assert (cleaner.folder / "audit").read_text() == whole


def test_an_audit_that_others_added_to_loses_nothing(cleaner: Command) -> None:
    fill(cleaner.folder, "a.txt", "b.txt", "c.txt")
    batch = ["batch", "a.txt", "b.txt", "-d", "out", "-q", "--audit", "audit", "--resume"]
    assert cleaner(*batch).code == 0
    audit = cleaner.folder / "audit"
    with audit.open("a") as stream:
        stream.write(audit.read_text().splitlines()[0].replace("a.txt", "b.txt") + "\n")  # of the run that was killed
    assert cleaner("clean", "c.txt", "--audit", "audit", "-i").code == 0
    (cleaner.folder / "b.txt").write_bytes(DIRTY * 2)
    assert cleaner(*batch).code == 0
    assert '"file": "c.txt"' in audit.read_text()
    assert cleaner("restore", "c.txt", "--audit", "audit").out == DIRTY
    assert cleaner("restore", "out/b.txt", "--audit", "audit", "--file", "b.txt").out == DIRTY * 2


def test_an_audit_that_has_lost_its_beginning_is_told(cleaner: Command) -> None:
    fill(cleaner.folder, "a.txt", "b.txt")
    batch = ["batch", "a.txt", "b.txt", "-d", "out", "-q", "--audit", "audit", "--resume"]
    assert cleaner(*batch).code == 0
    (cleaner.folder / "audit").unlink()
    done = cleaner(*batch)
    assert (done.code, done.err.partition(" (")[0]) == (2, "error: audit: has lost removals of files that are done already")


def test_an_audit_is_written_by_one_run_at_a_time(cleaner: Command) -> None:
    fill(cleaner.folder, "a.txt")
    assert cleaner("clean", "a.txt", "--audit", "audit").code == 0
    with (cleaner.folder / "audit").open("a") as stream:
        atomic.lock(stream.fileno())
        for args in (["clean", "a.txt"], ["batch", "a.txt", "-d", "out"]):
            done = cleaner(*args, "--audit", "audit")
            assert (done.code, done.err.partition(" (")[0]) == (2, "error: audit: another run is writing this audit")


def test_each_part_of_a_run_has_an_audit_of_its_own(cleaner: Command) -> None:
    """Four parts at the same time; one of them is cleaned again afterwards."""
    inputs = {f"{number}.txt": (f"Number {number}.\n" + "Nobody knew.\nShare this article\n" * 3).encode() for number in range(40)}
    (cleaner.folder / "in").mkdir()
    for name, data in inputs.items():
        (cleaner.folder / "in" / name).write_bytes(data)
    batches = [cleaner.line(["batch", "in", "-d", "out", "-q", "--audit", "audit.jsonl", "--shard", f"{n}/4"]) for n in (1, 2, 3, 4)]
    runs = [subprocess.Popen(batch, cwd=cleaner.folder, env=cleaner.environment()) for batch in batches]
    assert [run.wait() for run in runs] == [0] * 4
    audits = [cleaner.folder / f"audit-{number}-of-4.jsonl" for number in (1, 2, 3, 4)]
    entries = [json.loads(line) for audit in audits for line in audit.read_text().splitlines()]
    assert {entry["file"] for entry in entries} == {f"in/{name}" for name in inputs}
    (cleaner.folder / "out/1.txt").unlink()
    assert all(cleaner(*batch[3:], "--resume").code == 0 for batch in batches)
    done = cleaner("restore", "out", "--audit", "audit.jsonl", "-o", "back")
    assert (done.code, done.err) == (0, "40 files restored, 0 copied, from which nothing had been removed\n")
    assert {name: (cleaner.folder / "back" / name).read_bytes() for name in inputs} == inputs


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"shard": "1/1"', '"shard": "1/999999999999"'),
        ('"shard": "1/1"', '"shard": "1/' + "9" * 5000 + '"'),
        ('"words": 9', '"words": "9"'),
        ('"words": 9', '"words": -9'),
        ('"any/x": 1', '"any/x": "1"'),
        ('"clean": 29', '"clean": "29"'),
        ('"digests": {"clean": "', '"digests": {"clean": 7, "x": "'),
    ],
)
def test_a_manifest_with_absurd_values_is_told(cleaner: Command, old: str, new: str) -> None:
    fill(cleaner.folder / "in", "a.txt")
    assert cleaner("batch", "in", "-d", "out", "-q").code == 0
    path = cleaner.folder / "out/.cleaner/manifest.jsonl"
    text = path.read_text().replace('"counts": {', '"counts": {"any/x": 1, ').replace('"words": 8', '"words": 9')
    assert old in text
    path.write_text(text.replace(old, new))
    for done in (cleaner("merge-manifests", "out"), cleaner("batch", "in", "-d", "out", "-q", "--resume")):
        assert (done.code, done.out) == (2, b"")
        assert re.fullmatch(r"error: out/.cleaner/manifest.jsonl:\d: not a line of a manifest: [^\n]+\n", done.err), done.err


def test_many_parts_that_are_missing_are_told_in_short(cleaner: Command) -> None:
    fill(cleaner.folder / "in", "a.txt")
    assert cleaner("batch", "in", "-d", "out", "-q", "--shard", "1/1000000").code == 0
    done = cleaner("merge-manifests", "out")
    assert done.code == 2
    assert "18, 19, 20, 21 and 999,979 more are missing" in done.err


def test_clean_files_that_are_gone_or_damaged_are_missed(cleaner: Command) -> None:
    fill(cleaner.folder / "in", "a.txt", "b.txt", "c.txt")
    batch = ["batch", "in", "-d", "out", "-q", "--resume"]
    assert cleaner(*batch).code == 0
    whole = files(cleaner.folder / "out")
    (cleaner.folder / "out/a.txt").unlink()
    (cleaner.folder / "out/b.txt").write_text("Short.\n")
    done = cleaner("merge-manifests", "out")
    assert done.code == 2
    assert [line.split(": ")[2].split()[0] for line in done.err.splitlines()] == ["a.txt", "b.txt"]
    (cleaner.folder / "out/c.txt").write_bytes(whole["c.txt"].replace(b"Monday", b"Sunday"))
    assert cleaner(*batch).code == 0
    assert files(cleaner.folder / "out") == {**whole, "c.txt": whole["c.txt"].replace(b"Monday", b"Sunday")}  # of the same size
    assert cleaner(*batch, "--verify").code == 0
    assert files(cleaner.folder / "out") == whole
    done = cleaner("merge-manifests", "out")
    assert (done.code, done.err) == (0, "")


def test_parts_of_a_large_file_are_verified_too(cleaner: Command) -> None:
    sample = json.dumps({"text": "It rained.\nShare this article\n", "html": "x" * 90_000}) + "\n"
    (cleaner.folder / "a.jsonl").write_text(sample * 100)
    batch = ["batch", "a.jsonl", "-d", "out", "-q", "-j", "2", "--resume", "--verify"]
    assert cleaner(*batch).code == 0
    whole = (cleaner.folder / "out/a.jsonl").read_bytes()
    assert cleaner(*batch).code == 0
    assert runs(cleaner.folder / "out/.cleaner/manifest.jsonl") == 2
    assert sum(line["kind"] == "file" for line in manifest(cleaner.folder / "out")) == 1  # it was not cleaned again
    (cleaner.folder / "out/a.jsonl").write_bytes(whole.replace(b"rained", b"snowed", 1))
    assert cleaner(*batch).code == 0
    assert (cleaner.folder / "out/a.jsonl").read_bytes() == whole


def test_two_runs_do_not_write_to_one_folder(cleaner: Command) -> None:
    many(cleaner.folder / "in")
    process = subprocess.Popen(Command.line(["batch", "in", "-d", "out", "-q"]), cwd=cleaner.folder, env=Command.environment())
    path = cleaner.folder / "out/.cleaner/manifest.jsonl"
    while not runs(path):
        time.sleep(0.02)
    process.send_signal(signal.SIGSTOP)  # it is at work until the other run has looked
    done = cleaner("batch", "in", "-d", "out", "--resume")
    process.send_signal(signal.SIGCONT)
    assert done.code == 2
    assert done.err == "error: out/.cleaner/manifest.jsonl: another run is at work there (wait for it, or choose another --output-dir)\n"
    assert process.wait(60) == 0
    assert cleaner("merge-manifests", "out").code == 0


def test_files_that_are_gone_leave_the_record(cleaner: Command) -> None:
    for name in "abc":
        (cleaner.folder / f"{name}.txt").write_text("It rained.\n")
    assert cleaner("batch", "a.txt", "b.txt", "c.txt", "-d", "out", "-q").code == 0
    assert cleaner("batch", "a.txt", "c.txt", "-d", "out", "-q", "--resume").code == 0
    done = cleaner("merge-manifests", "out", "out/.cleaner/manifest.jsonl", "--json")
    assert (done.code, json.loads(done.out)["files"]) == (0, 2)


def test_what_could_not_be_read_is_told_again(cleaner: Command) -> None:
    (cleaner.folder / "a.jsonl").write_text("{\n")
    assert cleaner("batch", "a.jsonl", "-d", "out", "-q").code == 2
    said = "error: a.jsonl: 1 document could not be read when it was cleaned before\n"
    for quiet in (["-q"], []):
        done = cleaner("batch", "a.jsonl", "-d", "out", *quiet, "--resume")
        assert (done.code, done.err) == (2, said if quiet else said + ADVICE)


def test_how_to_go_on_after_failures_is_told_and_true(cleaner: Command) -> None:
    for name, data in {"a": b"Caf\xe9 opens.\n", "b": b"Boats.\nShare this article\n"}.items():
        (cleaner.folder / f"{name}.txt").write_bytes(data)
    (cleaner.folder / "c.jsonl").write_text('{"body": "Boats."}\n')
    batch = ("batch", "a.txt", "b.txt", "c.jsonl", "-d", "out")
    assert cleaner(*batch).err.endswith(ADVICE)
    (cleaner.folder / "out/b.txt").touch()
    before = (cleaner.folder / "out/b.txt").stat().st_ino
    (cleaner.folder / "a.txt").write_text("Café opens.\n")
    (cleaner.folder / "c.jsonl").write_text('{"text": "Boats."}\n')
    done = cleaner(*batch, "--resume")
    assert (done.code, done.err) == (0, "")
    assert b"1 cleaned before" in done.out
    assert (cleaner.folder / "out/b.txt").stat().st_ino == before
    (cleaner.folder / "a.txt").write_bytes(b"Caf\xe9 opens.\n")
    assert cleaner(*batch, "--encoding", "latin-1").code == 0
