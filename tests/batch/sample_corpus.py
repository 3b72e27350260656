"""One collection of documents in every form that a batch reads, and what must come out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from backports import zstd

from cleaner import Cleaner, Removal
from tests.conftest import PAIRS

#: Left as it is, since no sentence would be left of it.
EMPTIED = "Explore what Newsbox AI can do for you:\nIt was the end.\n"
#: Of which nothing is left.
CHROME = "Share this article\n"


@dataclass(frozen=True)
class Document:
    id: str
    text: str
    url: str

    @property
    def record(self) -> dict[str, object]:
        return {"id": self.id, "text": self.text, "url": self.url, "score": 1.5, "tags": ["a", "ä"]}


def documents() -> list[Document]:
    """A quarter of the samples: they are cleaned in each form, again and again."""
    texts = [sample.read_bytes().decode() for sample in PAIRS[::4]]
    return [Document(f"doc-{number:03}", text, f"https://news.example/{number}") for number, text in enumerate(texts)]


@cache
def clean() -> dict[str, tuple[str, tuple[Removal, ...]]]:
    """Clean text and removals of each document, by id, as the cleaner in this process has them."""
    cleaner = Cleaner()
    results = {document.id: cleaner.clean(document.text, url=document.url) for document in documents()}
    return {name: (result.text, result.removals) for name, result in results.items()}


def spans(removals: Sequence[Removal]) -> list[dict[str, object]]:
    return [{"start": start, "end": end, "rule": rule} for start, end, rule, _ in removals]


def lines(found: Sequence[Document]) -> bytes:
    """JSON lines, escaped in turns as different writers do."""
    rows = [json.dumps(each.record, ensure_ascii=bool(number % 2)) for number, each in enumerate(found)]
    return "".join(row + "\n" for row in rows).encode()


def table(found: Sequence[Document]) -> pa.Table:
    return pa.Table.from_pylist([each.record for each in found])


def wet(found: Sequence[Document]) -> bytes:
    """Records as Common Crawl's: the first tells of the file, the others hold a page each."""
    info = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:info>\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n"
    out = [gzip.compress(info)]
    for each in found:
        body = each.text.encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: {each.url}\r\nWARC-Date: 2026-11-01T00:00:00Z\r\n"
            f"WARC-Record-ID: <{each.id}>\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        out.append(gzip.compress(head.encode() + body + b"\r\n\r\n"))
    return b"".join(out)


def write(folder: Path, *, parts: int = 1) -> Path:
    """The collection as texts, JSONL (plain, gz, zst), Parquet and WET, each in a folder of its own."""
    found = documents()
    for name in ("texts", "jsonl", "gz", "zst", "parquet", "wet"):
        (folder / name).mkdir(parents=True)
    for each in found:
        (folder / "texts" / f"{each.id}.txt").write_bytes(each.text.encode())
    for part in range(parts):
        some = found[part::parts]
        (folder / "jsonl" / f"{part:02}.jsonl").write_bytes(lines(some))
        (folder / "gz" / f"{part:02}.jsonl.gz").write_bytes(gzip.compress(lines(some)))
        (folder / "zst" / f"{part:02}.jsonl.zst").write_bytes(zstd.compress(lines(some)))
        (folder / "wet" / f"{part:02}.warc.wet.gz").write_bytes(wet(some))
        pq.write_table(table(some), folder / "parquet" / f"{part:02}.parquet", row_group_size=4)
    return folder


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """Rows of all files of documents below a folder, by id; texts under the name of their file."""
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".txt":
            rows.append({"id": path.stem, "text": path.read_bytes().decode()})
        elif path.suffix == ".parquet":
            rows += pq.read_table(path).to_pylist()
        elif ".cleaner" not in path.parts and ".jsonl" in path.suffixes:
            data = path.read_bytes()
            if path.suffix == ".gz":
                data = gzip.decompress(data)
            elif path.suffix == ".zst":
                data = zstd.decompress(data)
            rows += [json.loads(line) for line in data.split(b"\n") if line]
    found = {str(row["id"]).strip("<>"): row for row in rows}
    assert len(found) == len(rows)
    return found
