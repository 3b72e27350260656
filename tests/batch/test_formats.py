"""A batch reads and writes every format: texts, JSONL, Parquet and WET, compressed or not."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd

from cleaner import Hints, Result
from cleaner.batch.options import BatchOptions
from cleaner.batch.run import Totals, Worker, clean_files
from cleaner.batch.task import Outcome
from cleaner.engine.engine import Engine
from cleaner.errors import InputError
from cleaner.io.discovery import plan
from cleaner.io.fields import Fields
from cleaner.io.files import TEXT_FILES
from cleaner.io.formats import CORPUS_FILES, clean_name
from tests.batch import sample_corpus
from tests.conftest import Command, Done, sampled, slow


def cleaned(engine: Engine, source: Path, options: BatchOptions, processes: int = 1) -> list[Outcome]:
    jobs = plan([source], options.output, (*TEXT_FILES, *CORPUS_FILES), rename=clean_name).jobs
    return sorted(clean_files(jobs, Worker(engine, options), processes), key=lambda outcome: outcome.job.source)


def last_line(done: Done) -> str:
    """What comes behind the table, in one line however wide the terminal is."""
    return " ".join(done.out.decode().partition("\nkept ")[2].split("\n", 1)[1].split())


def test_the_same_documents_come_out_the_same_in_every_form(cleaner: Command) -> None:
    sample_corpus.write(cleaner.folder / "in", parts=3)
    done = cleaner("batch", "in", "-d", "out", "--removals-field", "removals", "-j", 2)
    assert (done.code, done.err) == (0, "")
    for form in ("texts", "jsonl", "gz", "zst", "parquet", "wet"):
        rows = sample_corpus.read(cleaner.folder / "out" / form)
        assert {name: row["text"] for name, row in rows.items()} == {name: text for name, (text, _) in sample_corpus.clean().items()}, form
        if form != "texts":
            removals = {name: sample_corpus.spans(gone) for name, (_, gone) in sample_corpus.clean().items()}
            assert {name: row["removals"] for name, row in rows.items()} == removals, form
    records = {each.id: each.record for each in sample_corpus.documents()}
    for form in ("jsonl", "gz", "zst", "parquet"):
        for name, row in sample_corpus.read(cleaner.folder / "out" / form).items():
            assert {key: value for key, value in row.items() if key not in ("text", "removals")} == {
                key: value for key, value in records[name].items() if key != "text"
            }
    row = sample_corpus.read(cleaner.folder / "out" / "wet")["doc-000"]
    assert list(row) == ["text", "id", "url", "date", "removals"]
    assert row["url"] == "https://news.example/0"


@pytest.mark.parametrize(("parts", "shards"), [(2, 2), slow(4, 5)])
def test_processes_and_shards_change_nothing(parts: int, shards: int, cleaner: Command) -> None:
    sample_corpus.write(cleaner.folder / "in", parts=parts)
    options = ["--removals-field", "removals", "--attributes", "att/cleaner", "--quiet"]
    outputs = []
    ways: dict[str, list[list[object]]] = {
        "one": [["-j", 1]],
        "two": [["-j", 2]],
        "shards": [["--shard", f"{part}/{shards}"] for part in range(1, shards + 1)],
    }
    for name, runs in ways.items():
        for extra in runs:
            assert cleaner("batch", "in", "-d", name, *options, *extra).code == 0
        files = [*(cleaner.folder / name).rglob("*"), *(cleaner.folder / "att").rglob("*")]
        outputs.append(
            {path.relative_to(cleaner.folder / name if name in path.parts else cleaner.folder): path.read_bytes() for path in files
             if path.is_file() and ".cleaner" not in path.parts}
        )  # fmt: skip
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(outputs[0]) == len(sample_corpus.documents()) + 5 * parts + 5 * parts


def test_every_byte_of_a_line_but_those_of_its_text_stays(engine: Engine, tmp_path: Path) -> None:
    odd = [
        b'\xef\xbb\xbf{"text":"Caf\\u00e9 \\/ it rained.\\nShare this article\\n" , "n":1.0e5,"b":  [ ]}\r\n',
        b"\n",
        b'  {"x": "\\ud83d\\ude00", "text": "It rained.\\nShare this article"}  \n',
        b" \t\n",
        '{"text": "Ünchanged. It rained.", "text2": NaN}\n'.encode(),
        b'{"text": null}\n',
        b'{"text": ""}\n',
        b'{"id": 1, "text": "It \\ud83d\\ude00 rained.\\nShare this article"}',
    ]
    (tmp_path / "in.jsonl").write_bytes(b"".join(odd))
    (outcome,) = cleaned(engine, tmp_path / "in.jsonl", BatchOptions(tmp_path / "out"))
    expected = b"".join(odd).replace(b"Share this article\\n", b"").replace(b"Share this article", b"")
    assert (tmp_path / "out/in.jsonl").read_bytes() == expected
    assert (outcome.stats.documents, outcome.stats.written, outcome.stats.changed, outcome.rows) == (6, 6, 3, 8)


def test_a_large_file_is_cleaned_in_parts_and_comes_out_the_same(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = sample_corpus.lines(sample_corpus.documents()).splitlines(keepends=True)
    lines[5:5] = [b"{broken\n", b"\n"]
    lines += [json.dumps({"id": "e", "text": sample_corpus.EMPTIED}).encode() + b"\n", b"{too"]
    (tmp_path / "in.jsonl").write_bytes(b"".join(lines))

    def options(name: str) -> BatchOptions:
        folder = tmp_path / name
        return BatchOptions(folder / "out", exclude_to=folder / "aside", attributes=folder / "att", removals="gone", audited=True, run="r")

    (whole,) = cleaned(engine, tmp_path / "in.jsonl", options("whole"))
    monkeypatch.setattr("cleaner.batch.run._SPLIT_FROM", 1)
    monkeypatch.setattr("cleaner.batch.run._PART", 1000)
    (parts,) = cleaned(engine, tmp_path / "in.jsonl", options("parts"), 2)
    assert replace(whole, job=parts.job) == parts
    assert [note.row for note in parts.notes] == [6, len(lines)]
    written = [
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()}
        for name in ("whole", "parts")
    ]
    assert written[0] == written[1]
    assert {path.as_posix() for path in written[0]} == {
        "out/in.jsonl", "att/in.jsonl", "aside/emptied/in.jsonl", "aside/unreadable/in.jsonl"
    }  # fmt: skip


def test_documents_are_set_aside_by_reason_and_none_is_lost(cleaner: Command) -> None:
    folder = cleaner.folder / "in"
    folder.mkdir()
    rows = [
        '{"id": 0, "text": "It rained on Monday."}',
        json.dumps({"id": 1, "text": sample_corpus.EMPTIED}),
        json.dumps({"id": 2, "text": sample_corpus.CHROME}),
        '{"id": 3, "text": 3}',
    ]
    (folder / "a.jsonl").write_text("\n".join(rows))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress("\n".join(rows).encode()))
    texts = ["It rained on Monday.", sample_corpus.EMPTIED, sample_corpus.CHROME, None]
    pq.write_table(pa.table({"id": [0, 1, 2, 3], "text": texts}), folder / "c.parquet")
    (folder / "d.txt").write_text(sample_corpus.EMPTIED)
    (folder / "e.txt").write_bytes(b"Caf\xe9\n")

    done = cleaner("batch", "in", "-d", "out", "-q")
    assert done.code == 2
    assert done.err == (
        "warning: in/a.jsonl:2: left as it is: no sentence would be left\n"
        "error: in/a.jsonl:4: field 'text' is no string\n"
        "warning: in/b.jsonl.gz:2: left as it is: no sentence would be left\n"
        "error: in/b.jsonl.gz:4: field 'text' is no string\n"
        "warning: in/c.parquet:2: left as it is: no sentence would be left\n"
        "warning: in/d.txt: left as it is: no sentence would be left\n"
        "error: in/e.txt: not UTF-8 text: byte 3 is 0xe9 (name its encoding with --encoding, or let --encoding auto guess it)\n"
    )
    assert (cleaner.folder / "out/a.jsonl").read_text() == "\n".join([*rows[:2], '{"id": 2, "text": ""}', rows[3]])
    assert pq.read_table(cleaner.folder / "out/c.parquet").column("text").to_pylist() == [*texts[:2], "", None]
    assert (cleaner.folder / "out/d.txt").read_text() == sample_corpus.EMPTIED

    done = cleaner("batch", "in", "-d", "out", "--exclude-to", "aside")
    assert done.code == 2
    assert last_line(done) == "5 files, 14 documents, 4 of them cleaned, 0 changed, 10 set aside (7 emptied, 3 unreadable) in aside"
    found = {path.relative_to(cleaner.folder).as_posix() for path in cleaner.folder.rglob("*") if path.is_file()}
    assert found - {f"in/{path.name}" for path in folder.iterdir()} == {
        "out/.cleaner/manifest.jsonl", "out/a.jsonl", "out/b.jsonl.gz", "out/c.parquet",
        *(f"aside/emptied/{name}" for name in ("a.jsonl", "b.jsonl.gz", "c.parquet", "d.txt")),
        *(f"aside/unreadable/{name}" for name in ("a.jsonl", "b.jsonl.gz", "e.txt")),
    }  # fmt: skip
    assert (cleaner.folder / "aside/emptied/a.jsonl").read_text() == f"{rows[1]}\n{rows[2]}\n"
    assert pq.read_table(cleaner.folder / "aside/emptied/c.parquet").column("text").to_pylist() == texts[1:3]
    assert (cleaner.folder / "aside/unreadable/e.txt").read_bytes() == b"Caf\xe9\n"

    assert cleaner("batch", "in", "-d", "out", "--exclude-to", "aside", "--level", "safe", "--disable", "*/*/*").code == 2
    left = {path.relative_to(cleaner.folder / "aside").as_posix() for path in (cleaner.folder / "aside").rglob("*") if path.is_file()}
    assert left == {f"unreadable/{name}" for name in ("a.jsonl", "b.jsonl.gz", "e.txt")}, "what an earlier run set aside is gone"


@pytest.mark.parametrize("form", ["gz", "zst", "parquet", "wet"])
def test_a_file_that_breaks_off_fails_and_the_others_are_done(engine: Engine, tmp_path: Path, form: str) -> None:
    source = sample_corpus.write(tmp_path / "in") / form
    (whole,) = source.iterdir()
    data = whole.read_bytes()
    for size in random.Random(1).sample(range(1, len(data)), 12):
        whole.with_name(f"cut{size:07}" + "".join(whole.suffixes)).write_bytes(data[:size])
    outcomes = cleaned(engine, source, BatchOptions(tmp_path / "out", audited=True, run="r"))
    assert not any(outcome.audited or outcome.stats.documents for outcome in outcomes if outcome.error), (
        "of what isn't written nothing is told"
    )
    assert [outcome.job.source for outcome in outcomes if not outcome.error] == [whole]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [clean_name(whole.name)]
    totals = Totals()
    for outcome in outcomes:
        totals.add(outcome)
    assert (totals.files, len(totals.failed), totals.is_sound) == (13, 12, False)


def test_parquet_stays_as_it_is_but_for_the_text(engine: Engine, tmp_path: Path) -> None:
    text = "It rained.\nShare this article\n"
    inner = pa.struct([pa.field("text", pa.large_string(), metadata={"about": "the text"}), pa.field("n", pa.int8())])
    schema = pa.schema(
        [
            pa.field("id", pa.int64(), nullable=False),
            pa.field("doc", inner),
            pa.field("kind", pa.dictionary(pa.int8(), pa.string())),
            pa.field("day", pa.date32()),
            pa.field("list", pa.list_(pa.map_(pa.string(), pa.decimal128(9, 2)))),
        ],
        metadata={"pandas": "{}", "my key": "ä"},
    )
    rows: list[dict[str, Any]] = [
        {
            "id": number,
            "doc": None if number == 3 else {"text": None if number == 4 else text, "n": number},
            "kind": "k",
            "day": None,
            "list": [],
        }
        for number in range(10)
    ]
    table = pa.Table.from_pylist(rows, schema)
    codecs = {"id": "snappy", "doc.text": "zstd", "doc.n": "gzip", "kind": "none", "day": "none"}
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=4, compression=codecs, use_dictionary=["kind"], write_statistics=["id"])
    cleaned(engine, tmp_path / "a.parquet", BatchOptions(tmp_path / "out", Fields("doc.text")))
    before, after = pq.ParquetFile(tmp_path / "a.parquet"), pq.ParquetFile(tmp_path / "out/a.parquet")
    assert after.schema_arrow.equals(before.schema_arrow, check_metadata=True)
    assert after.schema.equals(before.schema)
    assert set(after.metadata.metadata) == set(before.metadata.metadata)
    assert after.metadata.format_version == before.metadata.format_version

    def looks(file: pq.ParquetFile) -> list[object]:
        groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
        columns = [[group.column(number) for number in range(group.num_columns)] for group in groups]
        return [
            [(each.path_in_schema, each.compression, each.is_stats_set, each.has_dictionary_page, each.num_values) for each in some]
            for some in columns
        ]

    assert looks(after) == looks(before)
    expected = table.to_pylist()
    for row in expected:
        if row["doc"] and row["doc"]["text"]:
            row["doc"]["text"] = "It rained.\n"
    assert after.read().to_pylist() == expected


def test_parquet_without_such_a_column_fails(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": ["a"], "n": [1]}), tmp_path / "a.parquet")
    messages = {
        "text": "column 'text': there is no such column (the columns are body, n)",
        "n": "column 'n': is of type int64, not of texts",
        "body.x": "column 'body.x': there is no field 'x' (its column is string)",
    }
    for field, message in messages.items():
        (outcome,) = cleaned(engine, tmp_path / "a.parquet", BatchOptions(tmp_path / "out", Fields(field)))
        assert outcome.error == f"{tmp_path}/a.parquet: {message}"
    (outcome,) = cleaned(engine, tmp_path / "a.parquet", BatchOptions(tmp_path / "out", Fields("body"), removals="n"))
    assert "column 'n': is there already" in outcome.error
    assert not list((tmp_path / "out").rglob("*.parquet"))


def test_addresses_switch_on_the_rules_of_their_site(cleaner: Command) -> None:
    (cleaner.folder / "site.toml").write_text(
        'title = "A site"\nabout = "Its marks."\nsites = ["one.example"]\n[[rule]]\nid = "tide"\nabout = "Tides"\nremove = "line"\n'
        "match = 'tide at \\d'\nremoves = ['tide at 4']\nkeeps = ['the tide at 4 was low']\n"
    )
    text = "The ferry sails on.\ntide at 5\nIt rained all day.\n"
    rows = [{"meta": {"link": f"https://{host}.example/x"}, "text": text} for host in ("one", "two")]
    (cleaner.folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    pq.write_table(pa.Table.from_pylist(rows), cleaner.folder / "a.parquet")
    done = cleaner("batch", "a.jsonl", "a.parquet", "-d", "out", "--rules", "site.toml", "--url-field", "meta.link", "-q")
    assert (done.code, done.err) == (0, "")
    expected = [text.replace("tide at 5\n", ""), text]
    assert [json.loads(line)["text"] for line in (cleaner.folder / "out/a.jsonl").read_text().splitlines()] == expected
    assert pq.read_table(cleaner.folder / "out/a.parquet").column("text").to_pylist() == expected


def test_frames_of_zstd_may_follow_one_another(engine: Engine, tmp_path: Path) -> None:
    lines = sample_corpus.lines(sample_corpus.documents()).splitlines(keepends=True)
    (tmp_path / "a.jsonl.zst").write_bytes(b"".join(zstd.compress(line) for line in lines))
    (outcome,) = cleaned(engine, tmp_path / "a.jsonl.zst", BatchOptions(tmp_path / "out"))
    assert (outcome.error, outcome.stats.documents) == ("", len(lines))


def test_an_audit_names_rows(cleaner: Command) -> None:
    rows = ['{"text": "It rained."}', "", json.dumps({"text": "It rained.\nShare this article\n"})]
    (cleaner.folder / "a.jsonl").write_text("\n".join(rows))
    assert cleaner("batch", "a.jsonl", "-d", "out", "-q", "--audit", "audit").code == 0
    (line,) = (cleaner.folder / "audit").read_text().splitlines()
    assert json.loads(line) | {"rule": "", "clean": ""} == {
        "file": "a.jsonl", "row": 3, "start": 11, "end": 30, "rule": "", "text": "Share this article\n", "clean": ""
    }  # fmt: skip
    (cleaner.folder / "clean.txt").write_text("It rained.\n")
    assert cleaner("restore", "clean.txt", "--audit", "audit").out == b"It rained.\nShare this article\n"


@pytest.mark.parametrize("option", ["--exclude-to", "--attributes"])
def test_folders_that_would_mix_are_refused(cleaner: Command, option: str) -> None:
    sample_corpus.write(cleaner.folder / "in")
    done = cleaner("batch", "in", "-d", "out", option, "out/aside")
    assert (done.code, done.err) == (2, f"error: out/aside: {option} lies in --output-dir (choose a folder beside it)\n")
    assert not (cleaner.folder / "out").exists()


def test_what_is_set_aside_is_no_input(cleaner: Command) -> None:
    sample_corpus.write(cleaner.folder / "jsonl")
    pages = cleaner.folder / "jsonl/jsonl/00.jsonl"
    pages.write_bytes(b'{"body": "The ferry sails."}\n' + pages.read_bytes())
    for _ in range(2):
        done = cleaner(
            "batch", ".", "-d", "out", "--exclude-to", "aside", "--attributes", "att", "--include", "*.jsonl", "--text-field", "body"
        )
        assert last_line(done).startswith(f"1 file, {len(sample_corpus.documents()) + 1} documents")


#: Records whose text isn't in the field `text`, and what is said of each file.
ELSEWHERE = {
    "one": ('{"id": 1, "body": "A text."}\n', "the first record has no field 'text'; it has body, id (did you mean --text-field body?)"),
    "near": (
        '{"texts": "A", "long": "A text."}\n{}\n',
        "none of the first 2 records has a field 'text'; they have long, texts (did you mean --text-field texts?)",
    ),
    "inside": (
        '{"id": 1, "my doc": {"text": "A text."}}\n' * 200,
        "none of the first 100 records has a field 'text'; they have id, my doc (did you mean --text-field 'my doc.text'?)",
    ),
    "no-string": (
        '{"text": ["A", "text."]}\n\n',
        "the first record has no text in the field 'text'; it has text (name another with --text-field)",
    ),
}


@pytest.mark.parametrize(
    "command",
    [
        ["preview"],
        ["batch", "-d", "out", "-q"],
        ["batch", "--check", "-q"],
        ["report", "--json", "-", "-q"],
        ["clean", "--jsonl"],
        ["learn", "--into", "drafts", "-q"],
    ],
)
def test_a_wrong_name_of_the_field_is_told_once_for_each_file_at_its_beginning(cleaner: Command, command: list[str]) -> None:
    for name, (lines, _) in ELSEWHERE.items():
        (cleaner.folder / f"{name}.jsonl").write_text(lines)
    done = cleaner(*command, *(f"{name}.jsonl" for name in ELSEWHERE))
    assert done.code == 2
    assert {line for line in done.err.splitlines() if line.startswith("error: ")} == {
        f"error: {name}.jsonl: {said}" for name, (_, said) in ELSEWHERE.items()
    }
    assert not [*cleaner.folder.glob("out/*.jsonl")]  # whoever reads on would take it for clean


def test_records_before_the_first_text_are_not_lost(cleaner: Command) -> None:
    """Neither a few at the beginning, nor many later on; and in parts of a large file only its beginning counts."""
    lines = b'{"id": 1}\n' * 99 + b'{"text": null}\n' + b'{"id": 2}\n' * 200
    (cleaner.folder / "pages.jsonl").write_bytes(lines)
    assert cleaner("batch", "pages.jsonl", "-d", "out", "-q").code == 2
    assert (cleaner.folder / "out/pages.jsonl").read_bytes() == lines == cleaner("clean", "--jsonl", "pages.jsonl").out


def test_of_a_large_file_without_texts_each_part_ends_early_and_one_says_so(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.batch.run._SPLIT_FROM", 1000)
    monkeypatch.setattr("cleaner.batch.run._PART", 1000)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_bytes(b'{"body": "The ferry sails."}\n' * 1000)
    (outcome,) = cleaned(engine, tmp_path / "in", BatchOptions(tmp_path / "out"), 2)
    assert "none of the first 100 records has a field 'text'" in outcome.error
    assert (outcome.rows, outcome.stats.documents) == (0, 0)
    assert not [*(tmp_path / "out").glob("*")]


def test_names_of_fields_are_looked_at() -> None:
    with pytest.raises(InputError, match="is no name of a field"):
        Fields("a..b")


@pytest.mark.parametrize(
    ("command", "message"),
    sampled(
        [
            (["aside/budget", "-d", "out", "--exclude-to", "aside"], "aside/budget/p.jsonl: would be overwritten"),
            (["docs", "-d", "out", "--attributes", "docs"], "docs/p.jsonl: would be overwritten"),
            (["docs", "out/sub/q.jsonl", "-d", "out"], "out/sub/q.jsonl: would be overwritten"),
            (["docs", "-d", "out", "--exclude-to", "file"], "file: --exclude-to is no folder"),
            (["docs", "-d", "out", "--exclude-to", "x", "--audit", "x/emptied/p.jsonl"], "the audit lies where other things are written"),
            (["docs", "-d", "out", "--audit", "out/.cleaner/manifest.jsonl"], "the audit lies where other things are written"),
            (["pipe.jsonl", "-d", "out"], "pipe.jsonl: is no file (pipe a text into cleaner, without batch)"),
        ],
        3,
    ),
)
def test_no_input_is_ever_written_to(cleaner: Command, command: list[str], message: str) -> None:
    row = '{"text": "It rained."}\n'
    for name in ("aside/budget/p.jsonl", "docs/p.jsonl", "docs/sub/q.jsonl", "out/sub/q.jsonl", "file"):
        (cleaner.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (cleaner.folder / name).write_text(row)
    os.mkfifo(cleaner.folder / "pipe.jsonl")
    done = cleaner("batch", *command)
    assert done.code == 2
    assert message in done.err
    assert {path.read_text() for path in cleaner.folder.rglob("*") if path.is_file()} == {row}


def test_one_bad_row_stops_nothing(engine: Engine, tmp_path: Path) -> None:
    rows = [
        '{"text": "It rained."}',
        f'{{"text": "It snowed.", "n": {"9" * 5000}}}',
        f'{{"id": {"7" * 5000}, "text": 5}}',
        '{"text": "It froze."}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    for processes in (1, 2):
        (outcome,) = cleaned(engine, tmp_path / "a.jsonl", BatchOptions(tmp_path / "out"), processes)
        assert (outcome.error, outcome.stats.written, outcome.stats.rejected) == ("", 3, 1)
        assert (tmp_path / "out/a.jsonl").read_text() == "\n".join(rows)


class Faulty(Engine):
    """Fails on some texts in a way that nobody thought of."""

    def clean(self, text: str, hints: Hints | None = None) -> Result:
        if "poison" in text:
            raise ZeroDivisionError("none of your business")
        return super().clean(text, hints)


def test_whatever_is_wrong_with_a_document_the_others_are_done(tmp_path: Path) -> None:
    texts = ["It rained.\n", "poison\n", "It snowed.\n"]
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    pq.write_table(pa.table({"text": texts}), tmp_path / "in/b.parquet")
    (tmp_path / "in/c.txt").write_text(texts[1])
    for outcome in cleaned(Faulty([]), tmp_path / "in", BatchOptions(tmp_path / "out")):
        assert (outcome.error, outcome.stats.rejected) == ("", 1)
        assert outcome.notes[0].message.endswith("ZeroDivisionError: none of your business")


def test_a_file_that_changes_meanwhile_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It rained.\n")

    class Touching(Engine):
        def clean(self, text: str, hints: Hints | None = None) -> Result:
            (tmp_path / "a.txt").write_text("It snowed.\n")
            os.utime(tmp_path / "a.txt", (1, 1))
            return super().clean(text, hints)

    (outcome,) = cleaned(Touching([]), tmp_path / "a.txt", BatchOptions(tmp_path / "out"))
    assert outcome.error == f"{tmp_path}/a.txt: changed while it was cleaned (clean it again)"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data.replace(b"\r\n", b"\n"), "holds no warc records"),
        (lambda data: data[: data.index(b"Content-Type")], "ends in the middle of a record"),
        (lambda data: data[: data.index(b"It rained.") + 4], "ends in the middle of a record"),
        (lambda data: b"It rained.\n" * 99, "holds no warc records"),
        (lambda data: b"\r\n\r\n", "holds no warc records"),
    ],
)
def test_a_wet_file_of_which_not_all_can_be_read_fails(
    engine: Engine, tmp_path: Path, damage: Callable[[bytes], bytes], message: str
) -> None:
    whole = gzip.decompress(sample_corpus.wet([sample_corpus.Document("a", "It rained.\n", "https://news.example")]))
    (tmp_path / "a.wet").write_bytes(damage(whole))
    (outcome,) = cleaned(engine, tmp_path / "a.wet", BatchOptions(tmp_path / "out", run="r"))
    assert message in outcome.error
    assert not list((tmp_path / "out").iterdir())


def test_a_page_of_a_wet_file_that_is_not_utf8_is_rejected_alone(engine: Engine, tmp_path: Path) -> None:
    data = gzip.decompress(sample_corpus.wet([sample_corpus.Document(name, "It rained.\n", "") for name in "ab"]))
    (tmp_path / "a.wet").write_bytes(data.replace(b"rained", b"r\xe4ined", 1))
    (outcome,) = cleaned(engine, tmp_path / "a.wet", BatchOptions(tmp_path / "out"))
    assert (outcome.error, outcome.stats.written, [note.message for note in outcome.notes]) == (
        "",
        1,
        ["not UTF-8: byte 4 is 0xe4"],
    )
    first, second = map(json.loads, (tmp_path / "out/a.jsonl").read_text().splitlines())
    assert first["text"].encode(errors="surrogateescape") == b"It r\xe4ined.\n"
    assert second["text"] == "It rained.\n"


def test_names_tell_formats_and_what_can_not_be_read(cleaner: Command) -> None:
    row = '{"text": "It rained."}\nShare this article\n'
    for name in ("a.jsonl", "a.jsonl.bak", "a.jsonl.1", "B.JSONL", "c.jsonl.bz2"):
        (cleaner.folder / name).write_text(row)
    done = cleaner("batch", ".", "-d", "out")
    assert "4 passed over by name" in last_line(done)
    done = cleaner("batch", "B.JSONL", "c.jsonl.bz2", "-d", "out")
    assert "B.JSONL:2: not a JSON object" in done.err
    assert "c.jsonl.bz2: .bz2 can't be read (compress it as .gz or .zst, or not at all)" in done.err


def test_parquet_of_other_writers(engine: Engine, tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": ["It rained."],
            "n": pa.array([2**32 - 1], pa.uint32()),
            "at": pa.array([1_700_000_000_123_456_789], pa.timestamp("ns")),
            "list": pa.array([[1, 2]], pa.list_(pa.field("item", pa.int64()))),
        }
    )
    sink = pq.ParquetWriter(tmp_path / "a.parquet", table.schema, store_schema=False, use_compliant_nested_type=False, compression="gzip")
    sink.write_table(table)
    sink.add_key_value_metadata({"org.example": "kept"})
    sink.close()
    data = (tmp_path / "a.parquet").read_bytes()
    (outcome,) = cleaned(engine, tmp_path / "a.parquet", BatchOptions(tmp_path / "out", attributes=tmp_path / "att"))
    assert outcome.error == ""
    assert (tmp_path / "a.parquet").read_bytes() == data
    before, after = pq.ParquetFile(tmp_path / "a.parquet"), pq.ParquetFile(tmp_path / "out/a.parquet")
    assert after.schema.equals(before.schema)
    assert after.metadata.metadata == {b"org.example": b"kept"} == before.metadata.metadata
    assert {after.metadata.row_group(0).column(number).compression for number in range(4)} == {"GZIP"}
    assert after.read().equals(before.read())
