"""`cleaner explain`, as people use it."""

from __future__ import annotations

import json

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.cli.pages import PAGE, TIDE, lines, write
from tests.conftest import Command, sampled


def test_explain_on_the_screen(cleaner: Command, snapshot: SnapshotAssertion) -> None:
    write(cleaner.folder, my__quay_toml=TIDE, page_txt=PAGE)
    assert lines(cleaner("explain", "--rules", "my", "page.txt:1-2")) == snapshot
    assert lines(cleaner("explain", "--rules", "my", "--text", "High tide at six o'clock")) == snapshot
    assert lines(cleaner("explain", "--rules", "my", "page.txt:1-2", "--source")) == snapshot
    piped = cleaner("explain", "-:4", "--json", stdin=PAGE.encode())
    row = json.loads(piped.out)
    assert (row["line"], row["left"], row["removed_by"][0]["rule"]) == (4, "", "en/share/share-line")


@pytest.mark.parametrize(
    ("args", "message"),
    sampled(
        [
            (["page.txt"], "page.txt: names no line (write page.txt:12 for its twelfth line)"),
            (["page.txt:9"], "page.txt: has no line 9: it has 4 lines"),
            (["page.txt:0"], "page.txt: has no line 0"),
            (["page.txt:3-2"], "page.txt:3-2: the last line stands before the first"),
            (["none.txt:1"], "none.txt: no such file or directory"),
            ([], "name a line, as in page.txt:12"),
            (["page.txt:1", "--text", "x"], "name a line, as in page.txt:12"),
        ],
        3,
    ),
)
def test_explain_wants_a_line(cleaner: Command, args: list[str], message: str) -> None:
    write(cleaner.folder, page_txt=PAGE)
    done = cleaner("explain", *args)
    assert (done.code, done.out) == (2, b"")
    assert message in " ".join(done.err.split())
