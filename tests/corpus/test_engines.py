"""The recipes for engines on one machine do what the plain cleaner does: same texts, same removals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cleaner import Cleaner
from tests.corpus.recipes import Corpus, cleaner, corpus, read, run, text_type, want, write

__all__ = ["cleaner", "corpus", "want"]  # fixtures


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


def test_splits_need_more_than_the_rules_as_their_key(datasets: Any, corpus: Corpus, cleaner: Cleaner, tmp_path: Path) -> None:
    from datasets.fingerprint import Hasher

    from cleaner.adapters.arrow import clean_batch

    files = {split: str(corpus.parquet / f"{number}.parquet") for number, split in enumerate(["train", "test"])}
    splits = datasets.DatasetDict.from_parquet(files).with_format("arrow")
    for split, rows in splits.items():
        done = rows.map(
            clean_batch, batched=True, fn_kwargs={"cleaner": cleaner}, new_fingerprint=Hasher.hash([rows._fingerprint, cleaner.fingerprint])
        )
        assert done["id"][:].to_pylist() == rows["id"][:].to_pylist(), split
    # Why the recipe is longer than one would like: splits share their folder in the cache.
    ids = [
        rows.map(clean_batch, batched=True, fn_kwargs={"cleaner": cleaner}, new_fingerprint=cleaner.fingerprint)["id"][:].to_pylist()
        for rows in splits.values()
    ]
    assert ids[0] == ids[1]
