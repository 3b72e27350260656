"""The Arrow, datatrove and Dolma adapters clean what the plain cleaner cleans, and change nothing else."""

from __future__ import annotations

import gzip
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner import Cleaner, InputError
from cleaner.adapters.arrow import clean_batch, output_schema
from tests.batch import sample_corpus
from tests.conftest import ROOT, Command

DIRTY = "It rained.\nShare this article\n"
CLEAN = "It rained.\n"


@pytest.fixture(scope="module")
def cleaner_object() -> Cleaner:
    return Cleaner()


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int16(), pa.large_string())], ids=str)
def test_the_type_of_the_text_stays(cleaner_object: Cleaner, kind: pa.DataType) -> None:
    texts = pa.array([DIRTY, None, "", CLEAN, DIRTY]).cast(kind)
    table = pa.table({"n": [1, 2, 3, 4, 5], "text": pa.chunked_array([texts.slice(0, 2), texts.slice(2)])})
    table = table.replace_schema_metadata({"a": "b"})
    done = clean_batch(table, cleaner_object)
    assert done.schema.equals(table.schema, check_metadata=True)
    assert done.to_pydict() == {"n": [1, 2, 3, 4, 5], "text": [CLEAN, None, "", CLEAN, CLEAN]}
    batch = pa.RecordBatch.from_arrays([texts], ["text"]).slice(1)
    done_batch = clean_batch(batch, cleaner_object)
    assert isinstance(done_batch, pa.RecordBatch)
    assert done_batch.to_pydict() == {"text": [None, "", CLEAN, CLEAN]}
    assert clean_batch(table.slice(0, 0), cleaner_object).schema.equals(table.schema)
    assert clean_batch(batch.slice(0, 0), cleaner_object).num_rows == 0


def test_a_text_inside_a_struct(cleaner_object: Cleaner) -> None:
    kind = pa.struct([pa.field("n", pa.int8()), pa.field("text", pa.string(), metadata={"k": "v"})])
    rows = [None, {"n": 1, "text": DIRTY}, {"n": 2, "text": None}, None, {"n": 3, "text": DIRTY}]
    table = pa.table({"doc": pa.chunked_array([pa.array(rows, kind).slice(1, 3), pa.array(rows, kind).slice(4)])})
    done = clean_batch(table, cleaner_object, text="doc.text", removals="gone")
    expected = [{"n": 1, "text": CLEAN}, {"n": 2, "text": None}, None, {"n": 3, "text": CLEAN}]
    assert done.column("doc").to_pylist() == expected
    assert done.schema.field("doc").equals(table.schema.field("doc"), check_metadata=True)
    span = [{"start": 11, "end": 30, "rule": "en/share/share-line"}]
    assert done.column("gone").to_pylist() == [span, None, None, span]
    assert done.schema.equals(output_schema(table.schema, "gone"))


def test_columns_of_odd_kinds(cleaner_object: Cleaner, tmp_path: Path) -> None:
    nulls = pa.table({"text": pa.nulls(3)})
    assert clean_batch(nulls, cleaner_object).equals(nulls)
    kind = pa.struct([pa.field("text", pa.string(), nullable=False)])
    table = pa.table({"doc": pa.array([{"text": DIRTY}, None], kind)})
    pq.write_table(clean_batch(table, cleaner_object, text="doc.text"), tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == [{"doc": {"text": CLEAN}}, {"doc": None}]
    chunks = [pa.array([DIRTY, "a"]).dictionary_encode(), pa.array(["b", DIRTY]).dictionary_encode()]
    done = clean_batch(pa.table({"text": pa.chunked_array(chunks).unify_dictionaries()}), cleaner_object)
    with pa.ipc.new_file(tmp_path / "a.arrow", done.schema) as file:  # takes one dictionary only
        file.write_table(done)
    assert done.column("text").to_pylist() == [CLEAN, "a", "b", CLEAN]
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])
    with pytest.raises(InputError, match="column 'text': holds what isn't UTF-8"):
        clean_batch(pa.table({"text": broken}), cleaner_object)


def test_rows_are_what_the_cleaner_makes_of_them(cleaner_object: Cleaner) -> None:
    done = clean_batch(sample_corpus.table(sample_corpus.documents()), cleaner_object, removals="removals").to_pylist()
    assert {row["id"]: row["text"] for row in done} == {name: text for name, (text, _) in sample_corpus.clean().items()}
    assert {row["id"]: row["removals"] for row in done} == {
        name: sample_corpus.spans(gone) for name, (_, gone) in sample_corpus.clean().items()
    }
    records = {each.id: each.record for each in sample_corpus.documents()}
    assert [row | {"text": records[row["id"]]["text"]} for row in done] == [
        records[row["id"]] | {"removals": row["removals"]} for row in done
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": "body"}, "column 'body': there is no such column"),
        ({"text": "n"}, "column 'n': is of type int64, not of texts"),
        ({"text": "text.inner"}, "column 'text.inner': there is no field 'inner'"),
        ({"removals": "n"}, "column 'n': is there already"),
    ],
)
def test_a_column_that_is_missing_is_an_error(cleaner_object: Cleaner, arguments: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        clean_batch(pa.table({"text": ["a"], "n": [1]}), cleaner_object, **arguments)
    assert message in str(caught.value)


def test_of_two_columns_of_one_name_neither_is_chosen(cleaner_object: Cleaner) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], ["text", "text"])
    with pytest.raises(InputError, match="there are several columns of that name"):
        clean_batch(table, cleaner_object)


def test_a_pickled_cleaner_is_made_once_a_process() -> None:
    sent = Cleaner(level="safe")
    data = pickle.dumps(sent)
    found = pickle.loads(data)
    assert pickle.loads(data) is found
    assert (found.level, found.fingerprint) == ("safe", sent.fingerprint)
    for each in sample_corpus.documents():
        assert found.clean(each.text) == sent.clean(each.text)


def test_in_another_process_a_pickled_cleaner_compiles_nothing(tmp_path: Path) -> None:
    (tmp_path / "cleaner").write_bytes(pickle.dumps(Cleaner()))
    (tmp_path / "texts").write_text(json.dumps([each.text for each in sample_corpus.documents()]))
    program = """
import json, pickle, sys, regex
cleaner = pickle.load(open("cleaner", "rb"))
compiled = []
made = regex.compile
regex.compile = lambda *args, **more: compiled.append(args) or made(*args, **more)
print(json.dumps([cleaner.clean(text).text for text in json.load(open("texts"))]))
assert not compiled, compiled
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=Command.environment({"PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == [text for text, _ in sample_corpus.clean().values()]


def test_the_fingerprint_changes_with_rules_and_level() -> None:
    assert Cleaner().fingerprint == Cleaner().fingerprint
    assert len({Cleaner(level=level).fingerprint for level in ("safe", "standard", "aggressive")}) == 3


def trove(folder: Path, *more: Any) -> list[Any]:
    """A pipeline of datatrove over the collection; documents that are left without text go elsewhere."""
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from cleaner.adapters.datatrove import BoilerplateCleaner

    aside = JsonlWriter(str(folder / "aside"), compression=None)
    step = BoilerplateCleaner(Cleaner(), aside, removals_field="removals")
    return [JsonlReader(str(folder / "in"), glob_pattern="*.jsonl"), step, *more, JsonlWriter(str(folder / "out"), compression=None)]


def trove_input(folder: Path, parts: int) -> Path:
    (folder / "in").mkdir()
    found = [
        *sample_corpus.documents(),
        sample_corpus.Document("emptied", sample_corpus.EMPTIED, ""),
        sample_corpus.Document("chrome", sample_corpus.CHROME, ""),
    ]
    for part in range(parts):
        (folder / "in" / f"{part}.jsonl").write_bytes(sample_corpus.lines(found[part::parts]))
    return folder


def check_trove(folder: Path) -> None:
    rows = sample_corpus.read(folder / "out")
    assert {name: row["text"] for name, row in rows.items()} == {name: text for name, (text, _) in sample_corpus.clean().items()}
    removals = {name: row["metadata"].get("removals", []) for name, row in rows.items()}
    assert removals == {name: sample_corpus.spans(gone) for name, (_, gone) in sample_corpus.clean().items()}
    aside = {name: (row["text"], row["metadata"]["filter_reason"]) for name, row in sample_corpus.read(folder / "aside").items()}
    assert aside == {"emptied": (sample_corpus.EMPTIED, "emptied"), "chrome": (sample_corpus.CHROME, "emptied")}
    stats = {name: value for step in json.loads((folder / "logs/stats.json").read_text()) for name, value in step["stats"].items()}
    counts = [removal.rule for _, gone in sample_corpus.clean().values() for removal in gone]
    total = {
        name.removeprefix("rule-"): value["total"] if isinstance(value, dict) else value
        for name, value in stats.items()
        if name.startswith("rule-")
    }
    assert total == {rule: counts.count(rule) for rule in counts}


def test_datatrove_on_this_machine(tmp_path: Path) -> None:
    pytest.importorskip("datatrove")
    trove_input(tmp_path, 3)
    program = f"""
from pathlib import Path
from datatrove.executor import LocalPipelineExecutor
from tests.adapters.test_adapters import trove

if __name__ == "__main__":
    folder = Path({str(tmp_path)!r})
    LocalPipelineExecutor(trove(folder), tasks=3, workers=2, logging_dir=str(folder / "logs")).run()
"""
    (tmp_path / "run.py").write_text(program)
    done = subprocess.run(
        [sys.executable, "run.py"],
        cwd=tmp_path,
        env=Command.environment({"PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    check_trove(tmp_path)


def test_folders_for_logs_differ_with_what_is_run() -> None:
    pytest.importorskip("datatrove")
    from cleaner.adapters.datatrove import logging_folder

    one, other = Cleaner(), Cleaner(level="safe")
    runs = [
        (one, ["a", "b"], 2, "out"),
        (other, ["a", "b"], 2, "out"),
        (one, ["a"], 2, "out"),
        (one, ["a", "b"], 3, "out"),
        (one, ["a", "b"], 2, "o"),
    ]
    assert len({logging_folder("logs/", *run) for run in runs}) == 5
    assert logging_folder("logs/", *runs[0]) == logging_folder("logs", one, ["b", "a"], 2, "out")


def test_dolma_comes_to_the_same_texts(cleaner: Command) -> None:
    dolma = shutil.which("dolma")
    if not dolma:
        pytest.skip("Dolma, which can't be installed beside our rich, has no command on the PATH")
    folder = cleaner.folder / "documents"
    folder.mkdir()
    odd = sample_corpus.Document("odd", "Ünder 𝄞 the 😀 sea it rained.\nShare this article\nIt 😀 rained on.\n", "")
    rows = [each.record | {"source": "made"} for each in [*sample_corpus.documents(), odd]]
    (folder / "a.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    assert cleaner("batch", "documents", "-d", "clean", "--attributes", "attributes/cleaner", "-q").code == 0
    config = {
        "streams": [
            {
                "name": "mixed",
                "documents": [f"{folder}/*.gz"],
                "attributes": ["cleaner"],
                "output": {"path": f"{cleaner.folder}/mixed", "max_size_in_bytes": 10**9},
                "span_replacement": [{"span": "$.attributes.cleaner__removals", "min_score": 0.5, "replacement": ""}],
            }
        ],
        "processes": 1,
    }
    (cleaner.folder / "mix.json").write_text(json.dumps(config))
    subprocess.run([dolma, "-c", "mix.json", "mix"], cwd=cleaner.folder, check=True, capture_output=True)
    (mixed,) = (cleaner.folder / "mixed").glob("*.gz")
    texts = {row["id"]: row["text"] for row in map(json.loads, gzip.decompress(mixed.read_bytes()).splitlines())}
    assert texts == {name: row["text"] for name, row in sample_corpus.read(cleaner.folder / "clean").items()}
    attributes = [
        json.loads(line) for line in gzip.decompress((cleaner.folder / "attributes/cleaner/a.jsonl.gz").read_bytes()).splitlines()
    ]
    assert [(row["id"], row["source"]) for row in attributes] == [(row["id"], "made") for row in rows]
    by_rule = [span for name, spans in attributes[-1]["attributes"].items() if name != "cleaner__removals" for span in spans]
    assert sorted(by_rule) == attributes[-1]["attributes"]["cleaner__removals"] == [[29, 48, 1.0]]
