"""The recipes for other engines, run as they stand in their README, and what must come of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner import Cleaner
from tests.conftest import PAIRS, ROOT

README = ROOT / "cleaner" / "adapters" / "README.md"
FILES, ROWS = 3, 20  # several files, so that a cluster has something to share out

#: A rule for one site alone: it shows that addresses reach the cleaner, and rules of the user's own every worker.
SITE_RULE = """\
title = "The Coast Gazette"
about = "Marks that only this paper has."
sites = ["coastgazette.example"]

[[rule]]
id = "tide-table"
about = "The line under every article"
remove = "line"
match = '''tide table for \\w+'''
keeps = ["The tide table for June hangs on the pier."]

[[rule.example]]
before = '''
The ferry sails again on Friday.
Tide table for Monday
'''
after = '''
The ferry sails again on Friday.
'''
"""


def recipes() -> dict[str, str]:
    """The README's Python blocks that begin with a comment, by that comment."""
    blocks = re.findall(r"^```python\n(# ([^\n]+)\n.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return {name: block for block, name in blocks}


def run(name: str, cleaner: object, source: Path, target: Path) -> None:
    # A module name that can't be imported: functions of the block travel to workers by value, as they do from a script or a notebook.
    names = {"__name__": "recipe", "cleaner": cleaner, "source": str(source), "target": str(target)}
    exec(compile(recipes()[name], f"{README.name}: {name}", "exec"), names)


@dataclass(frozen=True)
class Corpus:
    rows: list[dict[str, Any]]
    parquet: Path
    jsonl: Path

    def cleaned(self, cleaner: Cleaner) -> list[dict[str, Any]]:
        """The rows as the plain cleaner leaves them, with their removals, by id."""
        done = []
        for row in self.rows:
            result = None if row["text"] is None else cleaner.clean(row["text"], url=row["url"])
            removals = result and [{"start": gone.start, "end": gone.end, "rule": gone.rule} for gone in result.removals]
            done.append(row | {"text": result and result.text, "removals": removals})
        return done


def write(rows: list[dict[str, Any]], folder: Path) -> Path:
    """Rows as several Parquet files; their texts are of a type that has to be kept."""
    folder.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([("id", pa.string()), ("text", pa.large_string()), ("url", pa.string()), ("date", pa.string())])
    for number in range(FILES):
        pq.write_table(pa.Table.from_pylist(rows[number::FILES], schema), folder / f"{number}.parquet")
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    samples = [path.read_bytes().decode() for path in PAIRS]
    rows: list[dict[str, Any]] = []
    for number in range(FILES * ROWS):
        first, second = samples[number % len(samples)], samples[number * 7 % len(samples)]
        text = first if number < len(samples) else f"{first}\n\n{second}"
        host = "coastgazette.example" if number % 2 else "elsewhere.example"
        # Ids and dates that readers of JSON like to take for numbers.
        row = {"id": f"{number:03}", "url": f"https://{host}/{number}", "date": f"2024-03-{number % 28 + 1:02}"}
        rows.append(row | {"text": f"{text}\nTide table for Monday\n"})
    rows[7]["text"] = None
    jsonl = folder / "jsonl"
    jsonl.mkdir()
    for number in range(FILES):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows[number::FILES]]
        (jsonl / f"{number}.jsonl").write_text("".join(lines), encoding="utf-8")
    return Corpus(rows, write(rows, folder / "parquet"), jsonl)


@pytest.fixture(scope="module")
def cleaner(tmp_path_factory: pytest.TempPathFactory) -> Cleaner:
    rules = tmp_path_factory.mktemp("rules")
    (rules / "coast-gazette.toml").write_text(SITE_RULE, encoding="utf-8")
    return Cleaner([rules])


@pytest.fixture(scope="module")
def want(corpus: Corpus, cleaner: Cleaner) -> list[dict[str, Any]]:
    rows = corpus.cleaned(cleaner)
    # Else the comparisons below would show little.
    assert sum(row["text"] != each["text"] for row, each in zip(rows, corpus.rows, strict=True)) > len(rows) / 2
    assert {"coast-gazette/tide-table" in str(row["removals"]) for row in rows} == {True, False}
    return rows


def read(target: Path) -> list[dict[str, Any]]:
    """Rows of a Parquet file or of a folder of them, by id; their texts are texts to Parquet still."""
    for path in sorted(target.glob("*.parquet")) if target.is_dir() else [target]:
        kinds = [column for column in pq.ParquetFile(path).schema if column.path == "text"]
        assert [str(column.logical_type) for column in kinds] == ["String"]
    rows: list[dict[str, Any]] = pq.read_table(target).sort_by("id").to_pylist()
    return rows


def text_type(target: Path) -> Any:
    return pq.read_schema(target if target.is_file() else min(target.glob("*.parquet"))).field("text").type
