from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.conftest import PAIRS, SAMPLES, Command


@pytest.mark.parametrize("sample", PAIRS[::3], ids=lambda path: path.stem)
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
        done = cleaner("restore", f"out/{sample.name}", "--audit", "audit.jsonl", "--file", sample)
        if sample.read_bytes() == sample.with_suffix(".clean.txt").read_bytes():
            assert done.code == 2
        else:
            assert done.out == sample.read_bytes()
            assert cleaner("restore", f"out/{sample.name}", "--audit", "audit.jsonl").out == sample.read_bytes()


def test_a_changed_text_is_refused(cleaner: Command) -> None:
    clean = cleaner("clean", "--audit", "a.jsonl", stdin=b"The harbour froze on Monday.\n\nShare.\n")
    assert clean.out
    done = cleaner("restore", "-", "--audit", "a.jsonl", stdin=b"Short.\n")
    assert (done.code, done.out) == (2, b"")
    assert "doesn't belong to a.jsonl" in done.err


def test_an_audit_of_other_files_is_refused(cleaner: Command) -> None:
    for name in ("one", "two"):
        (cleaner.folder / name).write_text("It froze.\nShare.\n")
    cleaner("clean", "one", "two", "--audit", "a.jsonl")
    done = cleaner("restore", "-", "--audit", "a.jsonl", stdin=b"It froze.\n")
    assert done.code == 2
    assert "name one with --file: one, two" in done.err
    assert cleaner("restore", "-", "--audit", "a.jsonl", "--file", "two", stdin=b"It froze.\n").out == b"It froze.\nShare.\n"
