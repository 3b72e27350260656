"""`cleaner restore` gives the original back, and refuses a text that has changed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cleaner.io.audit import digest
from tests.conftest import PAIRS, SAMPLES, Command, sampled


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
    for _ in range(6):
        text = ("Kept, it said.\n" + "".join(chance.choices(pieces, k=12))).encode()
        clean = cleaner("clean", "--audit", "a.jsonl", stdin=text)
        assert clean.code == 0
        assert clean.out != text
        assert cleaner("restore", "-", "--audit", "a.jsonl", stdin=clean.out).out == text


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
