"""Output files of an input file: the clean file, one for each reason to set documents aside, and one of attributes."""

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

#: Metadata key of Arrow's own form of the schema.
_SCHEMA = b"ARROW:schema"


class OutputFiles:
    """Context manager for the output files of one input file, which are opened at first use.

    When the block ends, they replace those of an earlier run, and output files that weren't opened are deleted; if the block fails,
    nothing changes. `part` is the index of the part of the input that is cleaned, or None for the whole file. What is entered on `stack`
    is closed before the streams.
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
        """Stream into the output file with a purpose; see `BatchOptions.paths`."""
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
    """Decision on one document.

    Attributes:
        purpose: Purpose of the output file that it goes to: `clean`, or the reason why it is set aside.
        result: Result of cleaning; without removals for a document that can't be cleaned.
        data: Bytes to write; empty for a row of Parquet.
    """

    purpose: str
    result: Result
    data: Iterable[bytes]


class TextWriter:
    """Writes each document to its output file; base of the other writers."""

    def __init__(self, files: OutputFiles) -> None:
        self._files = files

    def write(self, chunk: Chunk, decisions: Sequence[Decision]) -> None:
        """Write a chunk, with a decision for each of its documents."""
        for decision in decisions:
            self._files.stream(decision.purpose).writelines(decision.data)

    def check(self, rows: int) -> None:
        """Check, for formats that know their number of rows, that all rows were read (`rows` of them) and written.

        Raises:
            ProofError: They weren't.
        """


class LineWriter(TextWriter):
    """Writes lines, and a line of attributes for each document; without any lines, an empty file."""

    def __init__(self, files: OutputFiles) -> None:
        super().__init__(files)
        files.stream(CLEAN)
        self._attributes = _Attributes(files)

    def write(self, chunk: LineChunk, decisions: Sequence[Decision]) -> None:  # type: ignore[override] # the reader of lines gives no others
        """Write a line; a blank one stays as it is."""
        super().write(chunk, decisions or [Decision(CLEAN, Result(""), chunk.data)])
        ids = (chunk.row.id, chunk.row.source) if chunk.row else ("", "")
        self._attributes.write([ids] * len(decisions), decisions)


class RowGroupWriter(TextWriter):
    """Writes row groups with the schema, metadata, compression and other columns of the input `file`.

    Raises:
        ColumnError: The input has a column with the name of the one for removals.
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
            if _SCHEMA not in keys:  # then pyarrow doesn't write the schema's metadata
                writer.add_key_value_metadata(keys)
            self._writers[purpose] = writer
        return self._writers[purpose]

    def write(self, chunk: RowGroup, decisions: Sequence[Decision]) -> None:  # type: ignore[override] # the reader of row groups gives no others
        """Write a row group; rows that are set aside stay as they were."""
        self._write(CLEAN, self._clean(chunk, decisions), decisions)
        for purpose in sorted({decision.purpose for decision in decisions} - {CLEAN}):
            self._write(purpose, chunk.table, decisions)
        ids, sources = (arrow.strings(chunk.table, path) for path in (self._fields.id, self._fields.source))
        self._attributes.write(zip(ids, sources, strict=True), decisions)

    def _clean(self, chunk: RowGroup, decisions: Sequence[Decision]) -> pa.Table:
        """All rows of a chunk with their clean texts, and with a column of removals if that has a name."""
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
        """Check that all rows of the file were read, and each was written."""
        there, written = self._file.metadata.num_rows, self._rows.total()
        if not there == rows == written:
            raise ProofError(f"of {there:,} rows {rows:,} were read, and {written:,} are written or set aside")


class _Attributes:
    """Writes Dolma attributes, if the options name a folder for them."""

    def __init__(self, files: OutputFiles) -> None:
        folder = files.options.attributes
        self._name = folder.name if folder else ""
        self._stream = files.stream(ATTRIBUTES) if folder else None

    def write(self, ids: Iterable[tuple[str, str]], decisions: Sequence[Decision]) -> None:
        """Write a line for each document; `ids` are pairs of id and source."""
        if self._stream:
            for (name, source), decision in zip(ids, decisions, strict=True):
                self._stream.write(attribute_line(self._name, name, source, decision.result.removals))


def writer_for(reader: TextReader | LineReader | RowGroupReader, files: OutputFiles) -> TextWriter:
    """The writer for the chunks of a reader."""
    if isinstance(reader, RowGroupReader):
        return RowGroupWriter(files, reader.file)
    return LineWriter(files) if isinstance(reader, LineReader) else TextWriter(files)


def _settings(file: pq.ParquetFile) -> dict[str, Any]:
    """Arguments for a `ParquetWriter` of a file like this one: compression, dictionaries, statistics and page indexes of its columns."""
    meta = file.metadata
    # The version stays the default, the latest: some programs write 1.0 though they use later types, which 1.0 would change.
    settings: dict[str, Any] = {"store_schema": _SCHEMA in (meta.metadata or {})}
    if not meta.num_row_groups:
        return settings
    group = meta.row_group(0)
    parts = [group.column(index) for index in range(group.num_columns)]
    codecs = {part.path_in_schema: part.compression for part in parts}
    return settings | {
        "compression": {path: "NONE" if codec == "UNCOMPRESSED" else codec for path, codec in codecs.items()},
        "use_dictionary": [part.path_in_schema for part in parts if part.has_dictionary_page],
        "write_statistics": [part.path_in_schema for part in parts if part.is_stats_set],
        "write_page_index": any(part.has_column_index for part in parts),
        # Older writers have another name for the elements of lists.
        "use_compliant_nested_type": not any(".list.item" in part.path_in_schema for part in parts),
        "use_deprecated_int96_timestamps": any(part.physical_type == "INT96" for part in parts),
    }


def join(job: InputOutput, options: BatchOptions, parts: int) -> None:
    """Make output files of their parts, once all parts are done.

    Raises:
        InputError: A file can't be written.
    """
    for path in options.paths(job).values():
        there = [part for part in (atomic.part(path, options.run, index) for index in range(parts)) if part.exists()]
        if there:
            atomic.join(path, there, options.run, options.durable)
        else:
            path.unlink(missing_ok=True)
