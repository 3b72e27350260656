"""Memory goes with the largest document, not with what there is of them."""

from __future__ import annotations

import filecmp
import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from cleaner.io import compression
from tests.conftest import Command, sampled, slow

MEGABYTE = 1_000_000
#: Bytes that a run and all that it starts may take together.
LIMIT = 500 * MEGABYTE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory of processes is read from /proc")


def descendants(process: int) -> list[int]:
    """A process and those that it started, and those that these did."""
    found = [process]
    for each in found:
        with suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def taken(process: int) -> int:
    """Bytes of memory that a process and its descendants take; what they share counts once."""
    total = 0
    for each in descendants(process):
        with suppress(OSError):
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def most(folder: Path, *args: str) -> tuple[int, int]:
    """The exit code of a run, and the most memory that it took."""
    process = subprocess.Popen(
        Command.line(args), cwd=folder, env=Command.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    highest = 0
    while process.poll() is None:
        highest = max(highest, taken(process.pid))
        time.sleep(0.05)
    return process.returncode, highest


@pytest.mark.parametrize("documents", [500, slow(5_000)])
def test_a_gigabyte_of_jsonl(tmp_path: Path, documents: int) -> None:
    """1 GB, and a tenth of it, in two processes; most of it is pages' HTML beside the texts, so that it takes half a minute and not ten."""
    text = "The harbour froze on Monday.\n\nShare this article\n\nNobody knew when the ferry would sail.\n"
    html = "<p>" + "The harbour froze on Monday. " * 6_900 + "</p>"
    source = tmp_path / "in.jsonl"
    with source.open("w") as stream:
        for number in range(documents):
            stream.write(json.dumps({"id": number, "html": html, "text": f"Number {number}.\n" + text * (number % 7)}) + "\n")
    assert source.stat().st_size > documents * MEGABYTE / 5
    code, highest = most(tmp_path, "batch", "in.jsonl", "-d", "out", "-j", "2", "-q")
    assert code == 0
    assert highest < LIMIT, f"{highest / MEGABYTE:.0f} MB"
    assert highest > 50 * MEGABYTE  # else it wasn't measured
    with (tmp_path / "out/in.jsonl").open() as stream:
        rows = [(row["id"], len(row["html"]), "Share this" in row["text"]) for row in map(json.loads, stream)]
    assert rows == [(number, len(html), False) for number in range(documents)]


@pytest.mark.parametrize("word", sampled(["word ", "wörd 😀 "], 1), ids=["ascii", "wide"])
def test_a_line_of_200_megabytes(tmp_path: Path, word: str) -> None:
    """It is larger than what is cleaned: passed on as it is, and named."""
    source = tmp_path / "line.txt"
    source.write_text(word * (200 * MEGABYTE // len(word.encode()) + 1), "utf-8")
    for args in (["clean", "line.txt", "-o", "out.txt"], ["batch", "line.txt", "-d", "out"]):
        code, highest = most(tmp_path, *args)
        assert code == 2
        assert highest < LIMIT, f"{highest / MEGABYTE:.0f} MB"
    for copy in ("out.txt", "out/line.txt"):
        assert filecmp.cmp(source, tmp_path / copy, shallow=False)


def test_a_line_as_large_as_a_text_may_be(tmp_path: Path) -> None:
    """99 MB in one line, which isn't looked at: it is read whole, and no part of it is copied more often than it must be."""
    source = tmp_path / "line.txt"
    source.write_text("word " * (99 * MEGABYTE // 5))
    code, highest = most(tmp_path, "clean", "line.txt", "-o", "out.txt")
    assert code == 0
    assert highest < LIMIT, f"{highest / MEGABYTE:.0f} MB"
    assert filecmp.cmp(source, tmp_path / "out.txt", shallow=False)


@pytest.mark.parametrize("megabytes", [600, slow(2_000)])
def test_a_line_that_unpacks_to_more_than_memory(tmp_path: Path, megabytes: int) -> None:
    """A bomb of some kilobytes: it is passed on as it is, and named, and the lines beside it are cleaned."""
    dirty, clean = b'{"text": "It rained.\\nShare this article\\n"}\n', b'{"text": "It rained.\\n"}\n'
    bomb = [b'{"text": "', *[b"a" * MEGABYTE] * megabytes, b'"}\n']
    with (tmp_path / "a.jsonl.zst").open("wb") as raw, compression.writing(tmp_path / "a.jsonl.zst", raw) as stream:
        stream.writelines([dirty, *bomb, dirty])
    assert (tmp_path / "a.jsonl.zst").stat().st_size < 100_000
    code, highest = most(tmp_path, "batch", "a.jsonl.zst", "-d", "out", "-q")
    assert code == 2
    assert highest < LIMIT, f"{highest / MEGABYTE:.0f} MB"
    figures = json.loads((tmp_path / "out/.cleaner/manifest.jsonl").read_text().splitlines()[-1])
    assert (figures["documents"], figures["written"], figures["rejected"]) == (3, 2, 1)
    with (tmp_path / "out/a.jsonl.zst").open("rb") as written, compression.reading(tmp_path / "a.zst", written) as unpacked:
        assert unpacked.read(len(clean)) == clean
        assert all(unpacked.read(len(piece)) == piece for piece in bomb)
        assert unpacked.read() == clean
