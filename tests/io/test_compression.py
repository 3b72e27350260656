"""Compressed files are read to their end, or it is said that they break off."""

from __future__ import annotations

from pathlib import Path

import pytest
from backports import zstd

from cleaner.errors import InputError
from cleaner.io import compression, files
from cleaner.io.line_files import lines

LINES = [b'{"text": "It rained on day %d."}\n' % number for number in range(1000)]
WHOLE = zstd.compress(b"".join(LINES))
SKIPPED = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"  # a frame that says itself that it is to be skipped
#: The window that `zstd --long=31` asks for.
LONG = zstd.compress(b"".join(LINES), options={zstd.CompressionParameter.window_log: 31})


def read(path: Path, data: bytes) -> list[bytes]:
    path.write_bytes(data)
    return [line.data for line in lines(path)]


@pytest.mark.parametrize(("data", "times"), [(WHOLE, 1), (WHOLE * 3, 3), (WHOLE + SKIPPED + WHOLE, 2), (LONG, 1)])
def test_frames_of_zstd(tmp_path: Path, data: bytes, times: int) -> None:
    assert read(tmp_path / "a.jsonl.zst", data) == LINES * times


@pytest.mark.parametrize("data", [b"", WHOLE[:1], WHOLE[:-10], WHOLE + WHOLE[:50], WHOLE + b"rubbish", b"no zstd at all\n"])
def test_zstd_that_breaks_off_or_is_none(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="can't be read to its end"):
        read(tmp_path / "a.jsonl.zst", data)


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_what_is_written_is_read_again(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.jsonl{suffix}"
    for _ in range(2):
        with path.open("wb") as raw, compression.writing(path, raw) as stream:
            stream.writelines(LINES)
        assert [line.data for line in lines(path)] == LINES


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_line_that_is_too_long_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    path, long = tmp_path / f"a.jsonl{suffix}", b"x" * 5_000_000 + b"\n"
    with path.open("wb") as raw, compression.writing(path, raw) as stream:
        stream.writelines([LINES[0], long, LINES[1], long[1000:]])
    monkeypatch.setattr(files, "LARGEST", 1_000)
    found = [(line.fault, [*line.pieces()]) for line in lines(path)]
    fault = "is longer than 1,000 bytes"
    assert [(said, b"".join(pieces)) for said, pieces in found] == [("", LINES[0]), (fault, long), ("", LINES[1]), (fault, long[1000:])]
    assert max(len(piece) for _, pieces in found for piece in pieces) <= 1 << 20
    assert [line.data for line in lines(path) if not line.fault] == LINES[:2]  # where nobody asks for the rest


def test_parts_of_a_file_with_a_long_line_have_each_line_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join([*LINES[:10], b"x" * 3_000 + b"\n", *LINES[10:20]]))
    monkeypatch.setattr(files, "LARGEST", 1_000)
    size = path.stat().st_size
    for part in (100, 700, 1_000):
        found = [b"".join(line.pieces()) for start in range(0, size, part) for line in lines(path, start, start + part)]
        assert b"".join(found) == path.read_bytes()
