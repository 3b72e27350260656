"""Counts for `cleaner learn` made in batches, by whatever engine, give the rules that one process learns from all pages."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner import InputError
from cleaner.adapters.arrow import sample_pages
from tests.conftest import Command, tree
from tests.learn.corpora import MadeSite

SITES = (
    MadeSite("quay.example", "en", ["Quay Post"], ["Quay deals of the week", "The Quay on paper"], "Elsewhere on the quay"),
    MadeSite("kai.example", "de", ["Der Kai"], ["Der Kai auf Papier", "Angebote vom Kai"]),
)
FILES = 3


def learned_from(source: Path, folder: Path, *options: str) -> dict[str, bytes]:
    """The rules that are learned from a file or folder of counts, or, with other options, of pages."""
    command = Command(folder)
    done = command("learn", source, "--into", folder / "drafts", *(options or ["--from-counts"]))
    assert done.code == 0, done.err
    return tree(folder / "drafts")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of pages, of two sites mixed."""
    folder = tmp_path_factory.mktemp("pages") / "pages"
    folder.mkdir()
    rows = [{"id": str(number), "url": page.url, "text": page.text} for site in SITES for number, page in enumerate(site.pages(30))]
    schema = pa.schema([("id", pa.string()), ("url", pa.string()), ("text", pa.large_string())])
    for number in range(FILES):
        pq.write_table(pa.Table.from_pylist(rows[number::FILES], schema), folder / f"{number}.parquet")
    return folder


@pytest.fixture(scope="module")
def learned(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The rules that one process learns from all of them."""
    rules = learned_from(pages, tmp_path_factory.mktemp("learned"), "--jobs", "1")
    assert {*rules} == {f"sites/{site.host}.toml" for site in SITES}
    return rules


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_batches_of_any_size(size: int, pages: Path, learned: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "counts").mkdir()
    for number, path in enumerate(pages.iterdir()):
        batches = pq.read_table(path).to_batches(size)
        pq.write_table(pa.concat_tables(map(sample_pages, batches)), tmp_path / "counts" / f"{number}.parquet")
    assert learned_from(tmp_path / "counts", tmp_path) == learned


def test_rows_without_a_text_or_an_address_are_left_out() -> None:
    rows = pa.table(
        {
            "text": ["The ferry sails.", None, " ", "It rained."],
            "url": ["https://www.Quay.example/1", "https://quay.example/2", "https://quay.example/3", None],
        }
    )
    assert [(row["site"], row["pages"]) for row in sample_pages(rows).to_pylist()] == [("quay.example", 1)]


def test_a_missing_column_is_told() -> None:
    with pytest.raises(InputError, match="column 'url': there is no such column"):
        sample_pages(pa.table({"text": ["The ferry sails."]}))
