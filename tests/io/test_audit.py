"""Audits come back as they were written, from one file or several, whatever their size."""

from __future__ import annotations

import json
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.io.audit import audit_lines, part_path, parts
from cleaner.io.audit_index import AuditEntry, AuditIndex
from cleaner.result import Removal

REMOVALS = [Removal(0, 3, "any/x/y", "é\u2028\r"), Removal(5, 6, "tidy", "\n")]


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8", newline="\n")
    return path


@pytest.mark.parametrize("file", ["a.txt", "caf\udce9.txt"])
def test_an_audit_comes_back(tmp_path: Path, file: str) -> None:
    lines = list(audit_lines(file, REMOVALS, "0a", row=2, encoding="cp1252"))
    assert all("\n" not in line for line in lines)
    other = next(audit_lines("b.txt", REMOVALS, "0b"))
    with closing(AuditIndex([written(tmp_path / "audit.jsonl", lines[1], other, "", *lines)])) as index:
        entry = AuditEntry(file, "0a", REMOVALS, "cp1252")
        assert list(index.of_clean("0a")) == list(index.of_file(file)) == list(index.of_clean("0a", file)) == [entry]
        assert list(index.of_clean("0a", "b.txt")) == list(index.of_clean("0c")) == []
        assert list(index.files()) == [file, "b.txt"]
        assert (index.encoding_of(file), index.encoding_of("b.txt"), index.encoding_of("c.txt")) == ("cp1252", "", None)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "3",
        '{"file": "a"}',
        '{"file": "a", "start": "0", "end": 1, "rule": "r", "text": "x"}',
        '{"file": "a", "start": 0, "end": 1, "rule": "r", "text": "x", "clean": "0a", "row": []}',
        '{"file": "a", "start": 0, "end": 1, "rule": "r", "text": "x", "clean": "0a", "row": 99999999999999999999}',
    ],
)
def test_a_broken_audit_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    good = next(audit_lines("a", [Removal(0, 1, "r", "x")], "0a"))
    with pytest.raises(InputError, match=r"audit.jsonl:2: not an audit line"):
        AuditIndex([written(tmp_path / "audit.jsonl", good, line)])


def test_an_audit_of_any_size_takes_little_memory(tmp_path: Path) -> None:
    """20 MB, of which each text has a fiftieth: an audit that was held would take more than that."""
    texts = {f"{number}.txt": [Removal(2 * start, 2 * start + 1, "r", "x" * 1000) for start in range(400)] for number in range(50)}
    path = written(tmp_path / "audit.jsonl", *(line for file, removals in texts.items() for line in audit_lines(file, removals, file)))
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    with closing(AuditIndex([path])) as index:
        assert [entry.removals for entry in index.of_clean("7.txt")] == [texts["7.txt"]]
        most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2_000_000


def test_parts_of_an_audit_are_found(tmp_path: Path) -> None:
    name = tmp_path / "a[1].jsonl"
    assert parts(name) == [name]
    assert part_path(name, 1, 1) == name
    there = [part_path(name, number, 10) for number in (2, 10)]
    for path in (*there, tmp_path / "a1-1-of-2.jsonl", tmp_path / "a[1]-x-of-2.jsonl"):
        path.write_text("")
    assert parts(name) == there
    name.write_text("")
    assert parts(name) == [name, *there]
    assert json.dumps([path.name for path in there]) == '["a[1]-2-of-10.jsonl", "a[1]-10-of-10.jsonl"]'
