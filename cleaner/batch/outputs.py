"""The files that a file of documents becomes: its clean one, those set aside by reason, and its attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from cleaner.batch.options import ATTRIBUTES, CLEAN, BatchOptions
from cleaner.batch.readers import Chunk, LineChunk, LineReader, RowGroup, RowGroupReader, TextReader
from cleaner.errors import ProofError
from cleaner.io import arrow, atomic, compression
from cleaner.io.dolma import attribute_line
from cleaner.io.files import InputOutput
from cleaner.result import Result

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

#: The key under which Arrow keeps its own form of the schema.
_SCHEMA = b"ARROW:schema"


class OutputFiles:
    """Streams into the files that a file becomes, opened when first asked for; put in place when the block ends, and gone if it fails.

    What an earlier run left in those that aren't asked for goes.

    Args:
        job: The file.
        options: What is asked for.
        part: Index of the part of the file that is worked on, or None if it is all of it.

    Attributes:
        stack: What ends with the block, before the streams do.
    """

    def __init__(self, job: InputOutput, options: BatchOptions, part: int | None = None) -> None:
        self.options = options
        self.stack = ExitStack()
        self._paths, self._part = options.paths(job), part
        self._streams: dict[str, BinaryIO] = {}

    def __enter__(self) -> OutputFiles:
        self.stack.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stack.__exit__(kind, error, trace)
        if error is None and self._part is None:
            for purpose in self._paths.keys() - self._streams.keys():
                self._paths[purpose].unlink(missing_ok=True)

    def stream(self, purpose: str) -> BinaryIO:
        """The stream into one of the files that `BatchOptions.paths` names."""
        if purpose not in self._streams:
            path = self._paths[purpose]
            path.parent.mkdir(parents=True, exist_ok=True)
            raw = self.stack.enter_context(self._raw(path))
            self._streams[purpose] = self.stack.enter_context(compression.writing(path, raw))
        return self._streams[purpose]

    def _raw(self, path: Path) -> AbstractContextManager[BinaryIO]:
        if self._part is None:
            return atomic.writing(path, self.options.run, self.options.durable)
        return atomic.part(path, self.options.run, self._part).open("wb")


class Decision(NamedTuple):
    """What becomes of one document.

    Attributes:
        purpose: Which of the files of `BatchOptions.paths` it goes to: `clean`, or the reason why it is set aside.
        result: What cleaning gave; nothing is removed from what can't be cleaned.
        data: The bytes that are written; none of a row of Parquet.
    """

    purpose: str
    result: Result
    data: Iterable[bytes]


class TextWriter:
    """Writes each document where it goes."""

    def __init__(self, files: OutputFiles) -> None:
        self._files = files

    def write(self, chunk: Chunk, decisions: Sequence[Decision]) -> None:
        """Write a chunk; `decisions` are on its documents."""
        for decision in decisions:
            self._files.stream(decision.purpose).writelines(decision.data)

    def check(self, rows: int) -> None:
        """See that so many rows as were read are written or set aside, where that can be told.

        Raises:
            ProofError: They aren't.
        """


class LineWriter(TextWriter):
    """Writes lines, even if there are none, and a line of attributes for each document."""

    def __init__(self, files: OutputFiles) -> None:
        super().__init__(files)
        files.stream(CLEAN)
        self._attributes = _Attributes(files)

    def write(self, chunk: LineChunk, decisions: Sequence[Decision]) -> None:  # type: ignore[override] # the reader of lines gives no others
        """Write a line; one that is blank stays as it is."""
        super().write(chunk, decisions or [Decision(CLEAN, Result(""), chunk.data)])
        ids = (chunk.row.id, chunk.row.source) if chunk.row else ("", "")
        self._attributes.write([ids] * len(decisions), decisions)


class RowGroupWriter(TextWriter):
    """Writes row groups, with schema, metadata, compression and all other columns as they were.

    Args:
        files: Where they go.
        file: The file that they are read from.

    Raises:
        ColumnError: It has a column of the name of the removals.
    """

    def __init__(self, files: OutputFiles, file: pq.ParquetFile) -> None:
        super().__init__(files)
        self._file, self._attributes = file, _Attributes(files)
        self._removals, self._fields = files.options.removals, files.options.fields
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._rows: Counter[str] = Counter()
        self._writer(CLEAN, arrow.with_removals_field(file.schema_arrow, self._removals) if self._removals else file.schema_arrow)

    def _writer(self, purpose: str, schema: pa.Schema) -> pq.ParquetWriter:
        import pyarrow.parquet as pq

        if purpose not in self._writers:
            stream = self._files.stream(purpose)
            writer = self._files.stack.enter_context(pq.ParquetWriter(stream, schema, **_settings(self._file)))
            keys = self._file.metadata.metadata or {}
            if _SCHEMA not in keys:  # then the schema's metadata isn't written with it
                writer.add_key_value_metadata(keys)
            self._writers[purpose] = writer
        return self._writers[purpose]

    def write(self, chunk: RowGroup, decisions: Sequence[Decision]) -> None:  # type: ignore[override] # the reader of row groups gives no others
        """Write a row group: rows that are set aside as they were."""
        self._write(CLEAN, self._clean(chunk, decisions), decisions)
        for purpose in sorted({decision.purpose for decision in decisions} - {CLEAN}):
            self._write(purpose, chunk.table, decisions)
        ids, sources = (arrow.strings(chunk.table, path) for path in (self._fields.id, self._fields.source))
        self._attributes.write(zip(ids, sources, strict=True), decisions)

    def _clean(self, chunk: RowGroup, decisions: Sequence[Decision]) -> pa.Table:
        """All its rows with their clean texts, and with their removals if they are asked for."""
        results = [None if text is None else decision.result for text, decision in zip(chunk.texts, decisions, strict=True)]
        texts = [result.text if result and result.changed else text for text, result in zip(chunk.texts, results, strict=True)]
        table = arrow.with_texts(chunk.table, self._fields.text, texts)
        return arrow.with_removals(table, self._removals, results) if self._removals else table

    def _write(self, purpose: str, table: pa.Table, decisions: Sequence[Decision]) -> None:
        mask = [decision.purpose == purpose for decision in decisions]
        table = table if all(mask) else table.filter(mask)
        self._rows[purpose] += table.num_rows
        if table.num_rows:
            self._writer(purpose, table.schema).write_table(table, row_group_size=table.num_rows)

    def check(self, rows: int) -> None:
        """See that all rows of the file were read, and each is written."""
        there, written = self._file.metadata.num_rows, self._rows.total()
        if not there == rows == written:
            raise ProofError(f"of {there:,} rows {rows:,} were read, and {written:,} are written or set aside")


class _Attributes:
    """Writes removals in Dolma's form, if they are asked for."""

    def __init__(self, files: OutputFiles) -> None:
        folder = files.options.attributes
        self._name = folder.name if folder else ""
        self._stream = files.stream(ATTRIBUTES) if folder else None

    def write(self, ids: Iterable[tuple[str, str]], decisions: Sequence[Decision]) -> None:
        """Write a line for each document, whose id and source are given."""
        if self._stream:
            for (name, source), decision in zip(ids, decisions, strict=True):
                self._stream.write(attribute_line(self._name, name, source, decision.result.removals))


def writer_for(reader: TextReader | LineReader | RowGroupReader, files: OutputFiles) -> TextWriter:
    """What writes the chunks that a reader gives."""
    if isinstance(reader, RowGroupReader):
        return RowGroupWriter(files, reader.file)
    return LineWriter(files) if isinstance(reader, LineReader) else TextWriter(files)


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


def join(job: InputOutput, options: BatchOptions, parts: int) -> None:
    """Make the files of their parts, once all are there.

    Raises:
        InputError: One can't be written.
    """
    for path in options.paths(job).values():
        there = [each for each in (atomic.part(path, options.run, number) for number in range(parts)) if each.exists()]
        if there:
            atomic.join(path, there, options.run, options.durable)
        else:
            path.unlink(missing_ok=True)
