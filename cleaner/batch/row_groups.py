"""Parquet: row group by row group, with schema, metadata, compression and all other columns as they were."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

from cleaner.batch.ledger import UNREADABLE, Ledger, reason_of, reason_to_exclude
from cleaner.batch.outputs import Outputs
from cleaner.batch.task import NO_DOCUMENT, DocumentCleaner, Heartbeat, Task
from cleaner.errors import InputError, ProofError
from cleaner.io import arrow
from cleaner.io.dolma import attribute_line
from cleaner.io.parquet import opened, row_group
from cleaner.result import Result

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


#: The key under which Arrow keeps its own form of the schema.
_SCHEMA = b"ARROW:schema"


def clean_parquet(task: Task, judge: DocumentCleaner, beat: Heartbeat, skip: Mapping[int, str]) -> Ledger:
    """Clean a Parquet file. What memory it takes goes with the size of a row group.

    Args:
        task: The file.
        judge: Cleans texts.
        beat: Is told of each document before it is cleaned.
        skip: Rows to reject, each with the reason.

    Raises:
        InputError: The file can't be read to its end, holds no such column, or one can't be written; or pyarrow is missing.
        ProofError: Rows are unaccounted for.
    """
    (job,) = task.jobs
    size = job.source.stat().st_size
    ledger = Ledger()
    with opened(job.source) as file, Outputs(job, judge.options) as sinks, _Files(file, judge, sinks) as written:
        for number in range(file.num_row_groups):
            done, large = size * number // file.num_row_groups, file.metadata.row_group(number).total_byte_size
            beat(NO_DOCUMENT, done, large)
            group = _Group(row_group(file, number, job.source), ledger, judge, skip)
            group.clean(beat, done, size // file.num_row_groups)
            beat(NO_DOCUMENT - 1, done, large)
            written.add(group)
            ledger.rows += group.table.num_rows
        written.check(ledger)
        ledger.check()
    return ledger


class _Group:
    """The rows of one row group, and where each goes.

    Args:
        table: The rows.
        ledger: Figures of the rows before them, and then of them, too.
        judge: Cleans texts.
        skip: Rows of the file to reject, each with the reason.
    """

    def __init__(self, table: pa.Table, ledger: Ledger, judge: DocumentCleaner, skip: Mapping[int, str]) -> None:
        self.table, self._ledger, self._judge, self._skip = table, ledger, judge, skip
        self._fields = judge.options.fields
        self.texts = arrow.texts(table, self._fields.text)
        self.results: list[Result | None] = []
        self.reasons: list[str] = []

    def clean(self, beat: Heartbeat, done: int, size: int) -> None:
        """Clean each text, and decide where it goes.

        Args:
            beat: Is told of each before.
            done: Bytes of the file before the group.
            size: Bytes that it takes there.
        """
        urls = arrow.strings(self.table, self._fields.url)
        for at, (text, url) in enumerate(zip(self.texts, urls, strict=True)):
            row = self._ledger.rows + at + 1
            beat(row, done + size * at // len(urls), 4 * len(text or ""))
            self._ledger.documents += 1
            result, reason = self._judged(text, url, row)
            self.results.append(result)
            self.reasons.append(reason)

    def _judged(self, text: str | None, url: str, row: int) -> tuple[Result | None, str]:
        """What becomes of a text, and why it is set aside, if it is."""
        options = self._judge.options
        try:
            if row in self._skip:
                raise InputError(f"row {row}", self._skip[row])
            result = self._judge.clean(text or "", url)
        except Exception as error:  # one document must not end the others, whatever is wrong with it
            self._ledger.reject(row, reason_of(error))
            return Result(text or ""), UNREADABLE if options.exclude_to else ""
        reason = reason_to_exclude(text or "", result)
        if reason and options.exclude_to:
            self._ledger.excluded[reason] += 1
            return result, reason
        self._ledger.enter(row, text or "", result, options.audited)
        return None if text is None else result, ""

    def of(self, reason: str) -> pa.Table:
        """The rows as they were that are set aside for a reason."""
        return self.table.filter([each == reason for each in self.reasons])

    def cleaned(self) -> pa.Table:
        """The rows that aren't set aside, clean, with their removals if they are asked for."""
        options = self._judge.options
        texts = [None if old is None or new is None else new.text for old, new in zip(self.texts, self.results, strict=True)]
        table = arrow.with_texts(self.table, self._fields.text, texts)
        if options.removals:
            table = arrow.with_removals(table, options.removals, self.results)
        return table if not any(self.reasons) else table.filter([not reason for reason in self.reasons])

    def attribute_lines(self, name: str) -> list[bytes]:
        """Their removals in Dolma's form."""
        ids, sources = (arrow.strings(self.table, path) for path in (self._fields.id, self._fields.source))
        return [
            attribute_line(name, each, source, result.removals if result else ())
            for each, source, result in zip(ids, sources, self.results, strict=True)
        ]


class _Files:
    """The files that row groups are written to."""

    def __init__(self, file: pq.ParquetFile, judge: DocumentCleaner, sinks: Outputs) -> None:
        self._file, self._options, self._sinks = file, judge.options, sinks
        self._stack = ExitStack()
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._rows = 0
        schema = file.schema_arrow
        sinks.attributes()
        self._writer("", arrow.with_removals_field(schema, self._options.removals) if self._options.removals else schema)

    def __enter__(self) -> _Files:
        self._stack.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)

    def _writer(self, reason: str, schema: pa.Schema) -> pq.ParquetWriter:
        import pyarrow.parquet as pq

        if reason not in self._writers:
            stream = self._sinks.aside(reason) if reason else self._sinks.clean()
            writer = self._stack.enter_context(pq.ParquetWriter(stream, schema, **_settings(self._file)))
            keys = self._file.metadata.metadata or {}
            if _SCHEMA not in keys:  # then the schema's metadata isn't written with it
                writer.add_key_value_metadata(keys)
            self._writers[reason] = writer
        return self._writers[reason]

    def add(self, group: _Group) -> None:
        """Write a group's rows, each where it goes."""
        clean = group.cleaned()
        self._write("", clean)
        self._rows += clean.num_rows
        for reason in sorted({*group.reasons} - {""}):
            self._write(reason, group.of(reason))
        stream = self._sinks.attributes()
        if stream and self._options.attributes:
            stream.writelines(group.attribute_lines(self._options.attributes.name))

    def _write(self, reason: str, table: pa.Table) -> None:
        if table.num_rows:
            self._writer(reason, table.schema).write_table(table, row_group_size=table.num_rows)

    def check(self, ledger: Ledger) -> None:
        """See that no row is unaccounted for.

        Raises:
            ProofError: Rows that were read aren't those that are written.
        """
        aside = ledger.excluded.total() + (ledger.rejected if self._options.exclude_to else 0)
        if self._file.metadata.num_rows != ledger.rows or ledger.rows != self._rows + aside:
            raise ProofError(f"of {self._file.metadata.num_rows:,} rows {self._rows:,} are written and {aside:,} set aside")


def _settings(file: pq.ParquetFile) -> dict[str, Any]:
    """How to write a file like another one: compression, dictionaries, statistics and kinds of pages, column by column."""
    meta = file.metadata
    # The version stays pyarrow's own, the latest: others call 1.0 what holds types that came later, and 1.0 would change those.
    found: dict[str, Any] = {"store_schema": _SCHEMA in (meta.metadata or {})}
    if not meta.num_row_groups:
        return found
    group = meta.row_group(0)
    parts = [group.column(number) for number in range(group.num_columns)]
    codecs = {part.path_in_schema: part.compression for part in parts}
    return found | {
        "compression": {path: "NONE" if codec == "UNCOMPRESSED" else codec for path, codec in codecs.items()},
        "use_dictionary": [part.path_in_schema for part in parts if part.has_dictionary_page],
        "write_statistics": [part.path_in_schema for part in parts if part.is_stats_set],
        "write_page_index": any(part.has_column_index for part in parts),
        # What the elements of lists are called; older writers have another name than today's.
        "use_compliant_nested_type": not any(".list.item" in part.path_in_schema for part in parts),
        "use_deprecated_int96_timestamps": any(part.physical_type == "INT96" for part in parts),
    }
