"""`cleaner restore` gives the original back, and refuses a text that has changed."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from cleaner.io.audit import digest
from tests.conftest import CLEAN, DIRTY, PAIRS, SAMPLES, Command, sampled


@pytest.mark.parametrize("sample", sampled(PAIRS[::3], 4), ids=lambda path: path.stem)
def test_clean_then_restore(sample: Path, cleaner: Command) -> None:
    done = cleaner("clean", sample, "--audit", "audit.jsonl", "-o", "clean.txt")
    assert done.code == 0
    assert cleaner("restore", "clean.txt", "--audit", "audit.jsonl").out == sample.read_bytes()
    back = cleaner("restore", "-", "--audit", "audit.jsonl", "-o", "back.txt", stdin=(cleaner.folder / "clean.txt").read_bytes())
    assert back.code == 0
    assert (cleaner.folder / "back.txt").read_bytes() == sample.read_bytes()


def test_odd_texts_through_a_pipe(cleaner: Command) -> None:
    chance = random.Random(4)
    pieces = [
        "\ufeff",
        "Share.\r",
        "\r\n",
        "One 𝄞 line.\n",
        "a\u2028b.\n",
        "Share this page\n",
        "\n\n",
        "é Click to share on X (Opens in new window) ü\n",
    ]
    for number in range(6):
        text = ("Kept, it said.\n" + "".join(chance.choices(pieces, k=12))).encode()
        clean = cleaner("clean", "--audit", f"{number}.jsonl", stdin=text)
        assert clean.code == 0
        assert clean.out != text
        assert cleaner("restore", "-", "--audit", f"{number}.jsonl", stdin=clean.out).out == text


def test_batch_then_restore(cleaner: Command) -> None:
    assert cleaner("batch", SAMPLES, "-d", "out", "--audit", "audit.jsonl", "--exclude", "*.clean.txt").code == 0
    for sample in PAIRS[::5]:
        done = cleaner("restore", f"out/{sample.name}", "--audit", "audit.jsonl")
        if sample.read_bytes() == sample.with_suffix(".clean.txt").read_bytes():
            assert (done.code, done.out) == (2, b"")
            assert "nothing had been removed from it" in done.err
        else:
            assert done.out == sample.read_bytes()


@pytest.mark.parametrize("changed", [b"Short.\n", b"The harbour froze on Tuesday.\n", b"The harbour froze on Monday.\n\n"])
def test_a_changed_text_is_refused(cleaner: Command, changed: bytes) -> None:
    clean = cleaner("clean", "--audit", "a.jsonl", stdin=b"The harbour froze on Monday.\n\nShare.\n")
    assert clean.out
    done = cleaner("restore", "-", "--audit", "a.jsonl", stdin=changed)
    assert (done.code, done.out) == (2, b"")
    assert done.err.startswith("error: -: is not the clean text of any file in a.jsonl")


def test_a_changed_audit_is_refused(cleaner: Command) -> None:
    cleaner("clean", "--audit", "a.jsonl", stdin=b"It froze.\nShare.\n")
    audit = cleaner.folder / "a.jsonl"
    audit.write_text(audit.read_text().replace('"end": 17', '"end": 16'))
    done = cleaner("restore", "-", "--audit", "a.jsonl", stdin=b"It froze.\n")
    assert (done.code, done.out) == (2, b"")
    assert "doesn't belong to a.jsonl" in done.err


def test_files_that_come_out_alike_need_a_name(cleaner: Command) -> None:
    for name, text in [("one", "It froze.\nShare.\n"), ("two", "Share.\nIt froze.\n"), ("three", "It froze.\nShare.\n")]:
        (cleaner.folder / name).write_text(text)
    cleaner("clean", "one", "two", "one", "--audit", "a.jsonl")
    done = cleaner("restore", "-", "--audit", "a.jsonl", stdin=b"It froze.\n")
    assert done.code == 2
    assert "name one with --file: one, two" in done.err
    assert cleaner("restore", "-", "--audit", "a.jsonl", "--file", "two", stdin=b"It froze.\n").out == b"Share.\nIt froze.\n"
    assert cleaner("restore", "-", "--audit", "a.jsonl", "--file", "one", stdin=b"It froze.\n").out == b"It froze.\nShare.\n"
    assert cleaner("restore", "-", "--audit", "a.jsonl", "--file", "three", stdin=b"It froze.\n").code == 2


def test_an_audit_is_not_overwritten_by_its_text(cleaner: Command) -> None:
    clean = cleaner("clean", "--audit", "a.jsonl", stdin=b"It froze.\nShare.\n")
    before = (cleaner.folder / "a.jsonl").read_bytes()
    assert cleaner("restore", "-", "--audit", "a.jsonl", "-o", "a.jsonl", stdin=clean.out).code == 2
    assert (cleaner.folder / "a.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b'{"file": "-", "start": 0, "end": 1, "rule": "r", "text": "\\ud800", "clean": "DIGEST"}']
)
def test_a_hostile_audit_is_an_error(cleaner: Command, line: bytes) -> None:
    (cleaner.folder / "a.jsonl").write_bytes(line.replace(b"DIGEST", digest("It froze.\n").encode()))
    done = cleaner("restore", "-", "--audit", "a.jsonl", stdin=b"It froze.\n")
    assert (done.code, done.out) == (2, b"")
    assert "Traceback" not in done.err


@pytest.fixture
def state(cleaner: Command) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(cleaner.folder / "state")}


def test_what_was_cleaned_in_place_is_undone(cleaner: Command, state: dict[str, str]) -> None:
    (cleaner.folder / "deep").mkdir()
    inputs = {"a.txt": DIRTY, "deep/b.txt": DIRTY * 2, "clean.txt": CLEAN}
    for name, data in inputs.items():
        (cleaner.folder / name).write_bytes(data)
    done = cleaner("clean", "-i", ".", env=state)
    assert done.err == "2 of 3 files cleaned, 9 words removed; undo with: cleaner restore --undo\n"
    assert (cleaner.folder / "a.txt").read_bytes() == CLEAN
    done = cleaner("restore", "--undo", env=state)
    assert (done.code, done.err) == (0, "restored a.txt\nrestored deep/b.txt\n2 files restored\n")
    assert {name: (cleaner.folder / name).read_bytes() for name in inputs} == inputs
    done = cleaner("restore", "--undo", env=state)
    assert (done.code, done.err.partition(" (")[0]) == (2, "error: restore --undo: there is nothing to undo")


def test_undo_leaves_what_was_changed_since(cleaner: Command, state: dict[str, str]) -> None:
    for name in ("a.txt", "b.txt"):
        (cleaner.folder / name).write_bytes(DIRTY)
    assert cleaner("clean", "-i", "a.txt", "b.txt", env=state).code == 0
    (cleaner.folder / "a.txt").write_text("Something else.\n")
    done = cleaner("restore", "--undo", env=state)
    assert done.code == 2
    assert "/a.txt: was changed since it was cleaned (what was removed from it is in " in done.err
    assert "1 file restored, 1 could not be restored\n" in done.err
    assert (cleaner.folder / "a.txt").read_text() == "Something else.\n"
    assert (cleaner.folder / "b.txt").read_bytes() == DIRTY
    [left] = (cleaner.folder / "state/cleaner/undo").iterdir()  # it doesn't stand in the way of older runs
    assert left.suffix == ".left"
    (cleaner.folder / "a.txt").write_bytes(CLEAN)
    assert cleaner("restore", "a.txt", "--audit", left).out == DIRTY


def test_older_runs_are_undone_too(cleaner: Command, state: dict[str, str]) -> None:
    for name in ("a.txt", "b.txt"):
        (cleaner.folder / name).write_bytes(DIRTY)
        assert cleaner("clean", "-i", name, env=state).code == 0
    (cleaner.folder / "b.txt").write_text("Something else.\n")
    assert cleaner("restore", "--undo", env=state).code == 2
    assert cleaner("restore", "--undo", env=state).err == "restored a.txt\n1 file restored\n"


def test_a_guessed_encoding_is_in_the_audit(cleaner: Command) -> None:
    data = ("Кафе на набережной снова открыто, сказал хозяин. " * 9 + "\nShare this article\n").encode("koi8-r")
    (cleaner.folder / "src").mkdir()
    (cleaner.folder / "src/a.txt").write_bytes(data)
    assert cleaner("batch", "src", "-d", "out", "--audit", "audit.jsonl", "--encoding", "auto").code == 0
    assert cleaner("restore", "out", "--audit", "audit.jsonl", "-o", "back").code == 0
    assert (cleaner.folder / "back/a.txt").read_bytes() == data
    assert (cleaner.folder / "out/a.txt").read_bytes() != data


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["restore", "a.txt"], "say which audit holds the removals"),
        (["restore", "--audit", "audit.jsonl"], "name the clean text"),
        (["restore", "--undo", "a.txt"], "--undo needs no file"),
        (["restore", ".", "--audit", "audit.jsonl"], "say which folder the inputs go to"),
        (["restore", ".", "--audit", "audit.jsonl", "-o", "./deep"], "is inside of the folder of the clean texts"),
        (["restore", "-i", "a.txt", "-o", "b.txt", "--audit", "audit.jsonl"], "--in-place can't be combined"),
    ],
)
def test_how_restore_can_not_be_used(cleaner: Command, arguments: list[str], said: str) -> None:
    (cleaner.folder / "a.txt").write_bytes(DIRTY)
    assert cleaner("clean", "-i", "a.txt", "--audit", "audit.jsonl").code == 0
    done = cleaner(*arguments)
    assert done.code == 2
    assert said in " ".join(done.err.split())


@pytest.mark.parametrize("form", [{"ensure_ascii": True}, {"ensure_ascii": False}, {"ensure_ascii": False, "separators": (",", ":")}])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_records_come_back_byte_for_byte(cleaner: Command, form: dict[str, Any], suffix: str) -> None:
    """As JSON was written that escapes all but ASCII, or nothing; blank and broken lines stay."""
    texts = [
        "Boats were seen.\nShare this\u00a0article\n",
        "Boats were seen.\n",
        "Share this article\nBoats\u2019 sails, “seen”.\n",
        "Boats were seen.\n",
    ]
    rows = [json.dumps({"id": number, "body": text, "n": 1.50, "by": "Zoë"}, **form) for number, text in enumerate(texts)]
    data = "\n".join(["", rows[0], rows[1].replace("/", "\\/"), "{broken", *rows[2:]]).encode() + b"\n"
    for name in ("pages", "more"):
        (cleaner.folder / f"{name}.jsonl{suffix}").write_bytes(gzip.compress(data) if suffix else data)
    field = ("--text-field", "body")
    if not suffix:
        assert cleaner("clean", "--jsonl", *field, "pages.jsonl", "-o", "clean.jsonl", "--audit", "audit.jsonl").code == 2  # one is broken
        assert (cleaner.folder / "clean.jsonl").read_bytes() != data
        assert cleaner("restore", "clean.jsonl", *field, "--audit", "audit.jsonl").out == data
    assert cleaner("batch", "pages.jsonl" + suffix, "more.jsonl" + suffix, *field, "-d", "out", "--audit", "all.jsonl", "-q").code == 2
    done = cleaner("restore", "out", *field, "--audit", "all.jsonl", "-o", "back")
    assert (done.code, done.err) == (0, "2 files restored, 0 copied, from which nothing had been removed\n")
    for name in ("pages", "more"):
        back = (cleaner.folder / f"back/{name}.jsonl{suffix}").read_bytes()
        assert (gzip.decompress(back) if suffix else back) == data
    assert "did you mean --text-field body?" in cleaner("restore", f"out/pages.jsonl{suffix}", "--audit", "all.jsonl").err


def test_records_that_changed_are_refused_before_anything_is_written(cleaner: Command) -> None:
    lines = "".join(json.dumps({"text": f"Boat {number} was seen.\nShare this article\n"}) + "\n" for number in range(3))
    (cleaner.folder / "pages.jsonl").write_text(lines)
    assert cleaner("clean", "--jsonl", "pages.jsonl", "-o", "clean.jsonl", "--audit", "audit.jsonl").code == 0
    clean = (cleaner.folder / "clean.jsonl").read_text()
    for changed in (clean.replace("Boat 2", "Boat 3"), clean.partition("\n")[2]):
        (cleaner.folder / "clean.jsonl").write_text(changed)
        done = cleaner("restore", "clean.jsonl", "--audit", "audit.jsonl", "-o", "back.jsonl")
        assert (done.code, done.out) == (2, b"")
        assert "clean.jsonl: isn't what any file in audit.jsonl came out as (it was changed since" in done.err
        assert not (cleaner.folder / "back.jsonl").exists()
    assert "would overwrite what it is made of" in cleaner("restore", "clean.jsonl", "--audit", "audit.jsonl", "-o", "clean.jsonl").err


def test_records_with_a_field_of_removals_get_their_texts_back(cleaner: Command) -> None:
    (cleaner.folder / "pages.jsonl").write_text('{"text": "Boats were seen.\\nShare this article\\n"}\n')
    assert cleaner("batch", "pages.jsonl", "-d", "out", "--removals-field", "gone", "--audit", "audit.jsonl", "-q").code == 0
    (row,) = map(json.loads, cleaner("restore", "out/pages.jsonl", "--audit", "audit.jsonl").out.splitlines())
    assert (row["text"], [each["rule"] for each in row["gone"]]) == ("Boats were seen.\nShare this article\n", ["en/share/share-line"])
