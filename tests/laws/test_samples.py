"""The golden pairs come out byte for byte, whichever way in is used."""

from __future__ import annotations

from pathlib import Path

import pytest

import cleaner as api
from tests.conftest import PAIRS, SAMPLES, Command, expected


def test_there_are_samples() -> None:
    assert len(PAIRS) >= 12
    assert len([sample for sample in PAIRS if sample.read_bytes() == expected(sample)]) >= 2


@pytest.fixture(scope="module")
def made_once() -> api.Cleaner:
    return api.Cleaner()


@pytest.mark.parametrize("sample", PAIRS, ids=lambda path: path.stem)
def test_python(sample: Path, made_once: api.Cleaner) -> None:
    text = sample.read_bytes().decode()
    result = made_once.clean(text)
    assert result.text.encode() == expected(sample)
    assert api.restore(result) == text
    assert api.clean(text) == result.text


@pytest.mark.parametrize("sample", PAIRS[::4], ids=lambda path: path.stem)
def test_clean_and_pipe(sample: Path, cleaner: Command) -> None:
    named = cleaner("clean", sample)
    assert (named.code, named.out, named.err) == (0, expected(sample), "")
    piped = cleaner(stdin=sample.read_bytes())
    assert (piped.code, piped.out, piped.err) == (0, expected(sample), "")
    assert cleaner(sample) == named


def test_batch(cleaner: Command) -> None:
    done = cleaner("batch", SAMPLES, "--output-dir", "out", "--include", "*.txt", "--exclude", "*.clean.txt")
    assert (done.code, done.err) == (0, "")
    written = {path.name: path.read_bytes() for path in (cleaner.folder / "out").glob("*.txt")}
    assert written == {sample.name: expected(sample) for sample in PAIRS}
