"""The recipes for engines on one machine do what the plain cleaner does: same texts, same removals."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

import pyarrow as pa
import pytest

from cleaner import Cleaner
from tests.adapters.engine_recipes import Corpus, cleaner, corpus, read, recipes, run, text_type, want, write
from tests.adapters.test_sampling import learned, learned_from, pages
from tests.batch import sample_corpus
from tests.conftest import ROOT, Command

__all__ = ["cleaner", "corpus", "learned", "pages", "want"]  # fixtures


@pytest.mark.parametrize("name", ["Polars", "Polars, lazy"])
def test_polars(name: str, corpus: Corpus, cleaner: Cleaner, want: list[dict[str, Any]], tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    run(name, cleaner, corpus.parquet, tmp_path / "cleaned.parquet")
    assert read(tmp_path / "cleaned.parquet") == want
    before, after = polars.read_parquet_schema(corpus.parquet / "0.parquet"), polars.read_parquet_schema(tmp_path / "cleaned.parquet")
    assert after["removals"] == polars.List(polars.Struct({"start": polars.Int32, "end": polars.Int32, "rule": polars.String}))
    assert list(after.items())[:-1] == list(before.items())


def test_duckdb(corpus: Corpus, cleaner: Cleaner, want: list[dict[str, Any]], tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    run("DuckDB", cleaner, corpus.parquet, tmp_path / "cleaned.parquet")
    assert read(tmp_path / "cleaned.parquet") == want


def test_duckdb_in_sql(corpus: Corpus, cleaner: Cleaner, want: list[dict[str, Any]], tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    run("DuckDB, in SQL", cleaner, corpus.parquet, tmp_path / "cleaned.parquet")
    assert read(tmp_path / "cleaned.parquet") == [{name: value for name, value in row.items() if name != "removals"} for row in want]


def test_duckdb_counts_for_learn(pages: Path, learned: dict[str, bytes], tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    run("DuckDB, counts", None, pages, tmp_path / "counts.parquet")
    assert learned_from(tmp_path / "counts.parquet", tmp_path) == learned


class Idle:
    """Has the rules of a cleaner, and must not be asked to clean: the cache has to answer."""

    def __init__(self, cleaner: Cleaner) -> None:
        self.fingerprint = cleaner.fingerprint

    def clean(self, *_: object, **__: object) -> None:
        pytest.fail("cleaned again what was in the cache")


@pytest.fixture
def datasets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    found = pytest.importorskip("datasets")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    found.disable_progress_bars()
    return found


def test_hugging_face(datasets: Any, corpus: Corpus, cleaner: Cleaner, want: list[dict[str, Any]], tmp_path: Path) -> None:
    run("Hugging Face datasets", cleaner, corpus.parquet, tmp_path / "cleaned.parquet")
    assert read(tmp_path / "cleaned.parquet") == want
    assert text_type(tmp_path / "cleaned.parquet") == pa.large_string()


def test_the_cache_of_hugging_face_answers_for_the_same_rows_and_rules_alone(
    datasets: Any, corpus: Corpus, cleaner: Cleaner, tmp_path: Path
) -> None:
    def outcome(rules: object, source: Path) -> list[dict[str, Any]]:
        run("Hugging Face datasets", rules, source, tmp_path / "cleaned.parquet")
        return read(tmp_path / "cleaned.parquet")

    source, safe = write(corpus.rows, tmp_path / "source"), Cleaner(level="safe")
    first = outcome(cleaner, source)
    assert outcome(Idle(cleaner), source) == first
    assert outcome(safe, source) == corpus.cleaned(safe) != first
    fewer = corpus.rows[:-5]
    assert outcome(cleaner, write(fewer, tmp_path / "other")) == first[:-5]
    assert outcome(cleaner, write(fewer, source)) == first[:-5], "the same files with other rows"


def test_the_cache_of_hugging_face_tells_parts_of_a_dataset_apart(
    datasets: Any, corpus: Corpus, cleaner: Cleaner, want: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {split: str(corpus.parquet / f"{number}.parquet") for number, split in enumerate(["train", "test"])}
    splits = datasets.DatasetDict.from_parquet(files)
    for part in (splits["train"].select(range(5)), splits["train"], splits["test"]):  # they share a folder of the cache
        monkeypatch.setattr(datasets.Dataset, "from_parquet", lambda *_, part=part: part)
        run("Hugging Face datasets", cleaner, corpus.parquet, tmp_path / "cleaned.parquet")
        assert read(tmp_path / "cleaned.parquet") == [row for row in want if row["id"] in set(part["id"])]


def test_datatrove(corpus: Corpus, cleaner: Cleaner, want: list[dict[str, Any]], tmp_path: Path) -> None:
    pytest.importorskip("datatrove")
    (tmp_path / "cleaner").write_bytes(pickle.dumps(cleaner))
    names = f'cleaner, source, target = pickle.load(open("cleaner", "rb")), {str(corpus.parquet)!r}, "out"\n'
    script = 'import pickle\n\nif __name__ == "__main__":\n' + indent(
        names + recipes()["datatrove"], "    "
    )  # as its way to start processes wants
    (tmp_path / "script.py").write_text(script)
    for _ in range(2):  # the second time there is nothing to do
        subprocess.run(
            [sys.executable, "script.py"], cwd=tmp_path, env=Command.environment({"PYTHONPATH": str(ROOT)}), check=True, capture_output=True
        )
    found = {row["id"]: (row["text"], row["metadata"].get("removals", [])) for row in sample_corpus.read(tmp_path / "out/out").values()}
    assert found == {row["id"]: (row["text"], row["removals"]) for row in want if row["text"] is not None}
