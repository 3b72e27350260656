"""Pages of WET files: none is dropped without a word, whatever is damaged, and none is held that is too large."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.io import files
from cleaner.io.wet import records
from tests.batch.sample_corpus import Document, wet

PAGES = [Document(name, f"It rained on {name}.\nNobody was surprised.\n", f"https://news.example/{name}") for name in "abc"]
WHOLE = gzip.decompress(wet(PAGES))
TEXTS = [page.text for page in PAGES]


def read(path: Path, data: bytes) -> tuple[list[str], list[str]]:
    """Texts of the pages, and faults of what can't be read."""
    path.write_bytes(data)
    found = [(json.loads(b"".join(line.pieces())), line.fault) for line in records(path)]
    return [page["text"] for page, fault in found if not fault], [fault for _, fault in found if fault]


def header_of(page: int) -> range:
    """Offsets of the bytes of a page's header, the blank line included."""
    start = [at for at in range(len(WHOLE)) if WHOLE.startswith(b"WARC/1.0", at)][page + 1]
    return range(start, WHOLE.index(b"\r\n\r\n", start) + 4)


def test_pages_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.wet").write_bytes(WHOLE)
    found = [json.loads(line.data) for line in records(tmp_path / "a.wet")]
    assert found[0] == {"text": TEXTS[0], "id": "<a>", "url": "https://news.example/a", "date": "2026-11-01T00:00:00Z"}
    assert [page["text"] for page in found] == TEXTS


@pytest.mark.parametrize("page", range(3))
def test_each_byte_of_a_header_may_be_damaged(tmp_path: Path, page: int) -> None:
    """A page is read or counted, those beside it are read, and the type, the length and the beginning are missed."""
    offsets = [(offset, WHOLE[offset] ^ 1 << bit) for offset in header_of(page) for bit in range(8)]
    damaged = 0
    for offset, byte in offsets:
        try:
            texts, faults = read(tmp_path / "a.wet", WHOLE[:offset] + bytes([byte]) + WHOLE[offset + 1 :])
        except InputError:  # a last page that says that it is longer may be one that is cut off
            assert page == 2
            continue
        assert len(texts) + len(faults) == 3, (offset, byte, faults)
        assert [text for text in texts if text != TEXTS[page]] == TEXTS[:page] + TEXTS[page + 1 :]
        damaged += len(faults)
    assert damaged > len(offsets) / 4


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"WARC-Type: conversion", b"WARC-Type: invention", "a record of unknown type"),
        (b"WARC-Type: conversion\r\n", b"", "a record of unknown type"),
        (b"WARC-Type", b"WARC-Tpye", "a record of unknown type"),
        (b"Content-Length: 38", b"Content-Length: x", "a record of unknown length"),
        (b"Content-Length: 38", b"Content-Length: 380", "a record of another length than its header says"),
        (b"Content-Length: 38", b"Content-Length: 40", "a record of another length than its header says"),
        (b"Content-Length: 38", b"Content-Length: 3", "a record of another length than its header says"),
        (b"WARC-Target-URI", b"x" * 300_000, "a record whose header is damaged"),
        (b"WARC/1.0", b"WRAC/1.0", "a record whose beginning is damaged"),
        (b"rained on b", b"r\xe4ined on b", "a record of another length than its header says"),
    ],
)
def test_damage_to_one_page_leaves_the_others(tmp_path: Path, old: bytes, new: bytes, fault: str) -> None:
    at = header_of(1).start
    texts, faults = read(tmp_path / "a.wet", WHOLE[:at] + WHOLE[at:].replace(old, new, 1))
    assert [*texts, *faults] in ([TEXTS[0], TEXTS[2], fault], [*TEXTS[::2], "not UTF-8: byte 4 is 0xe4"])


def test_a_page_that_is_too_large_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = 'It rained.\n"é" ' * 100_000
    data = gzip.decompress(wet([PAGES[0], Document("large", large, ""), PAGES[2]]))
    monkeypatch.setattr(files, "LARGEST", 1_000_000)
    assert read(tmp_path / "a.wet", data) == ([TEXTS[0], TEXTS[2]], ["is larger than 1,000,000 bytes"])
    pieces = [[*line.pieces()] for line in records(tmp_path / "a.wet")][1]
    assert json.loads(b"".join(pieces))["text"] == large
    assert max(map(len, pieces)) < 1_500_000
    data = data.replace(b"Content-Length: %d" % len(large.encode()), b"Content-Length: 9999999999")
    with pytest.raises(InputError, match="ends in the middle of a record"):
        read(tmp_path / "a.wet", data)
