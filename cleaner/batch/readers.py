"""Readers of the documents in files, one class for each format; shared by cleaning, reports and previews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cleaner.batch.task import Task
from cleaner.batch.workers import NO_DOCUMENT, Heartbeat
from cleaner.errors import CleanerError, InputError
from cleaner.io import arrow, files
from cleaner.io.audit import spans_of
from cleaner.io.fields import Fields
from cleaner.io.files import DecodedText
from cleaner.io.formats import format_of
from cleaner.io.jsonl import Row, RowError, find, with_field, with_text
from cleaner.io.line_files import decoded, from_first_text, lines
from cleaner.io.parquet import opened, row_group
from cleaner.io.wet import records
from cleaner.result import Result

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


def reason_of(error: Exception) -> str:
    """Reason of an error in a document, in words, without the name of its file."""
    if isinstance(error, InputError):
        return error.reason + (f" ({error.remedy})" if error.remedy else "")
    said = str(error)
    return said if isinstance(error, ValueError | CleanerError) and said else f"{type(error).__name__}: {said}".rstrip(": ")


class Record(NamedTuple):
    """One document.

    Attributes:
        row: Row in the file, or in the part of it that was read, from 1; 0 if the document is the file.
        text: Text; empty if it can't be read.
        id: Id, or an empty string.
        url: Address of the page, or an empty string.
        fault: Reason why the document can't be read, or an empty string.
        encoding: Name of the encoding, if that was guessed.
    """

    row: int
    text: str = ""
    id: str = ""
    url: str = ""
    fault: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class TextChunk:
    """A file that is one document: its bytes in pieces (perhaps an iterator), the text if it could be decoded, and the document."""

    data: Iterable[bytes]
    decoded: DecodedText | None
    records: Sequence[Record]
    rows: int = 0

    def cleaned(self, result: Result, removals_field: str) -> Sequence[bytes]:
        """Bytes of the clean file; plain text has no fields, so `removals_field` is ignored."""
        assert self.decoded
        return [self.decoded.encode(result.text)]


@dataclass(frozen=True, slots=True)
class LineChunk:
    """A line of JSON.

    Attributes:
        data: Bytes of the line, the line end included, in pieces (perhaps an iterator).
        mark: Byte order mark, or empty.
        line: Text of the line, behind the mark.
        row: Fields of the line, if it could be read.
        records: The document; empty for a blank line.
    """

    data: Iterable[bytes]
    mark: bytes = b""
    line: str = ""
    row: Row | None = None
    records: Sequence[Record] = ()
    rows: int = 1

    def cleaned(self, result: Result, removals_field: str) -> Sequence[bytes]:
        """Bytes of the clean line: only the text is shortened, and a field of removals is added if that has a name.

        Raises:
            RowError: The line has a field of that name already.
        """
        assert self.row
        line = with_field(self.line, self.row, removals_field, spans_of(result.removals)) if removals_field else self.line
        return [self.mark, with_text(line, self.row, result.removals).encode()]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A row group of a Parquet file: its table; the text of each row, or None; and an iterator over its documents."""

    table: pa.Table
    texts: Sequence[str | None]
    records: Iterator[Record]
    data: Sequence[bytes] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.texts)

    def cleaned(self, result: Result, removals_field: str) -> Sequence[bytes]:
        """Nothing: the rows are written together, once all of them are clean."""
        return ()


#: A piece of a file that is read and written at once. `rows` is its number of rows in the file, blank lines included.
Chunk: TypeAlias = TextChunk | LineChunk | RowGroup


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one file of a task.

    Attributes:
        task: Task that the file belongs to.
        index: Index of the file in the task.
        fields: Names of the fields of records.
        encoding: Encoding of texts without a byte order mark; see `files.decode`.
        heartbeat: Called for each document before it is decoded or yielded.
        skip: Reasons to leave out documents, by row, or by index in the task for files that are one document.
    """

    task: Task
    index: int
    fields: Fields
    encoding: str
    heartbeat: Heartbeat
    skip: Mapping[int, str]

    @property
    def path(self) -> Path:
        """Path of the file."""
        return self.task.jobs[self.index].source


class TextReader(Reader):
    """Reads a file that is one document."""

    def __iter__(self) -> Iterator[TextChunk]:
        data: Iterable[bytes]
        try:
            whole = files.read(self.path)
        except files.TooLargeError as error:
            whole, fault = b"", reason_of(error)
            data = chain([next(error.pieces)], error.pieces)  # the generator must be started, or it would never close the stream
        else:
            data, fault = [whole], self.skip.get(self.index, "")
        self.heartbeat(self.index, 0, len(whole))
        if not fault:
            try:
                text = files.decode(whole, self.path, self.encoding)
            except Exception as error:  # one document must not end the others, whatever is wrong with it
                fault = reason_of(error)
        if fault:
            yield TextChunk(data, None, [Record(0, fault=fault)])
        else:
            guessed = text.encoding if self.encoding == files.AUTO and text.guessed else ""
            yield TextChunk(data, text, [Record(0, text.text, encoding=guessed)])


class LineReader(Reader):
    """Reads JSONL, or a part of it, and WET converted to JSONL."""

    def __iter__(self) -> Iterator[LineChunk]:
        wet = format_of(self.path) == "wet"
        if not wet and not self._has_texts():
            return
        fields = Fields() if wet else self.fields
        raw_lines = records(self.path) if wet else lines(self.path, self.task.start, self.task.stop)
        for line_number, raw in enumerate(raw_lines, 1):
            data, fault = raw.data, raw.fault
            if data.isspace() and not fault:
                yield LineChunk([data])
                continue
            self.heartbeat(line_number, raw.done - self.task.start, files.LARGEST if fault else len(data))
            try:
                if fault or line_number in self.skip:
                    raise RowError(fault or self.skip[line_number])
                mark, line = decoded(data)
                row = find(line, fields)
            except Exception as error:  # one document must not end the others, whatever is wrong with it
                yield LineChunk(raw.pieces(), records=[Record(line_number, fault=reason_of(error))])
            else:
                yield LineChunk([data], mark, line, row, [Record(line_number, row.text or "", row.id, row.url)])

    def _has_texts(self) -> bool:
        """Whether the file's first records have the field of the text.

        Raises:
            InputError: They don't have it, and this is the part of the file that says so.
        """
        try:
            next(from_first_text(self.path, lines(self.path), self.fields), None)
        except InputError:
            if not self.task.part:
                raise
            return False
        return True


@dataclass(frozen=True, slots=True)
class RowGroupReader(Reader):
    """Reads Parquet, in memory for one row group at a time; `columns` are the outermost columns that are read, None for all."""

    file: pq.ParquetFile
    columns: Sequence[str] | None

    def __iter__(self) -> Iterator[RowGroup]:
        size, groups = self.path.stat().st_size, self.file.num_row_groups
        arrow.column(self.file.schema_arrow.empty_table(), self.fields.text)  # so an error names all columns, not only those read
        row = 1
        for index in range(groups):
            done, large = size * index // groups, self.file.metadata.row_group(index).total_byte_size
            self.heartbeat(NO_DOCUMENT, done, large)
            table = row_group(self.file, index, self.path, self.columns)
            texts = arrow.texts(table, self.fields.text)
            yield RowGroup(table, texts, self._records(table, texts, row, done, large))
            row += len(texts)

    def _records(self, table: pa.Table, texts: Sequence[str | None], first: int, done: int, large: int) -> Iterator[Record]:
        ids, urls = arrow.strings(table, self.fields.id), arrow.strings(table, self.fields.url)
        size = self.path.stat().st_size // self.file.num_row_groups
        for row, (text, name, url) in enumerate(zip(texts, ids, urls, strict=True), first):
            self.heartbeat(row, done + size * (row - first) // len(texts), 4 * len(text or ""))
            fault = self.skip.get(row, "")
            yield Record(row, "" if fault else text or "", name, url, fault)
        self.heartbeat(NO_DOCUMENT - 1, done, large)  # the work from here on isn't on the last document


@contextmanager
def reading(
    task: Task,
    fields: Fields,
    encoding: str = "",
    index: int = 0,
    heartbeat: Heartbeat = lambda *_: None,
    skip: Mapping[int, str] = MappingProxyType({}),
    all_columns: bool = False,
) -> Iterator[TextReader | LineReader | RowGroupReader]:
    """Reader for one file of a task, by the file's format; iterating over it gives chunks.

    The arguments are those of `Reader`; `all_columns` says whether all columns of Parquet are read, or only those in `fields`.

    Raises:
        InputError: The file can't be read to its end, or its format needs a package that isn't installed.
    """
    path, kind = task.jobs[index].source, format_of(task.jobs[index].source)
    if kind != "parquet":
        yield (TextReader if kind == "text" else LineReader)(task, index, fields, encoding, heartbeat, skip)
        return
    with opened(path) as file:
        names = file.schema_arrow.names
        wanted = (fields.text, fields.id, fields.url)
        needed = {field if field in names else field.split(".")[0] for field in wanted} & {*names}
        yield RowGroupReader(task, index, fields, encoding, heartbeat, skip, file, None if all_columns else sorted(needed))
