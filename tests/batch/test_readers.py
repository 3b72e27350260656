"""Readers give the documents of every format, and what can't be read with its reason."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner import Removal, Result
from cleaner.batch.readers import LineChunk, Record, TextChunk, reading
from cleaner.batch.task import Task
from cleaner.errors import InputError
from cleaner.io import files
from cleaner.io.fields import Fields
from cleaner.io.files import InputOutput


def test_documents_of_every_format_come_with_their_rows(tmp_path: Path) -> None:
    table = pa.table(
        {"id": ["a", "b", "c"], "url": ["u", None, "w"], "doc": [{"text": "one"}, {"text": None}, {"text": "three"}], "x": [1, 2, 3]}
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    told: list[tuple[int, int, int]] = []
    task = Task((InputOutput(tmp_path / "a.parquet", tmp_path),))
    with reading(task, Fields("doc.text"), heartbeat=lambda *said: told.append(said), skip={3: "hangs"}) as reader:
        found = [record for chunk in reader for record in chunk.records]
    assert found == [Record(1, "one", "a", "u"), Record(2, "", "b", ""), Record(3, "", "c", "w", "hangs")]
    assert [index for index, *_ in told] == [-2, 1, 2, -3, -2, 3, -3]
    with pytest.raises(InputError, match="the columns are id, url, doc, x"), reading(task, Fields()) as reader:
        list(reader)


def test_a_text_that_is_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 10)
    (tmp_path / "a.txt").write_text("more than ten\n")
    with reading(Task((InputOutput(tmp_path / "a.txt", tmp_path),)), Fields()) as reader:
        (found,) = (record for chunk in reader for record in chunk.records)
    assert "is larger than" in found.fault


def test_a_chunk_becomes_its_bytes_without_what_is_removed(tmp_path: Path) -> None:
    result = Result("Ä\n", (Removal(2, 8, "a/b/c", "Share\n"),))
    (tmp_path / "a.txt").write_bytes("Ä\nShare\n".encode("utf-16"))
    with reading(Task((InputOutput(tmp_path / "a.txt", tmp_path),)), Fields()) as reader:
        (chunk,) = reader
    assert isinstance(chunk, TextChunk)
    assert chunk.records == [Record(0, "\ufeffÄ\nShare\n")]
    assert b"".join(chunk.cleaned(result._replace(text="\ufeffÄ\n"), "")) == "Ä\n".encode("utf-16")
    (tmp_path / "a.jsonl").write_bytes(b'\n\xef\xbb\xbf{"text": "\\u00c4\\nShare\\n"}\r\n')
    with reading(Task((InputOutput(tmp_path / "a.jsonl", tmp_path),)), Fields()) as reader:
        blank, chunk = reader
    assert (blank.records, blank.data) == ((), [b"\n"])
    assert isinstance(chunk, LineChunk)
    assert chunk.records == [Record(2, "Ä\nShare\n")]
    assert b"".join(chunk.cleaned(result, "")) == b'\xef\xbb\xbf{"text": "\\u00c4\\n"}\r\n'
    with pytest.raises(ValueError, match="has a field 'text' already"):
        chunk.cleaned(result, "text")
