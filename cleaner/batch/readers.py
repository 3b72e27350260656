"""The documents of files, one class a format: whoever cleans them and whoever only looks at them read the same."""

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
from cleaner.io.line_files import decoded, lines, records
from cleaner.io.parquet import opened, row_group
from cleaner.result import Result

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


def reason_of(error: Exception) -> str:
    """What to say of an error that a document ran into, without the name of its file."""
    if isinstance(error, InputError):
        return error.reason + (f" ({error.remedy})" if error.remedy else "")
    said = str(error)
    return said if isinstance(error, ValueError | CleanerError) and said else f"{type(error).__name__}: {said}".rstrip(": ")


class Record(NamedTuple):
    """One document.

    Attributes:
        row: Its row in the file, or in the part of it that was read, from 1; 0 if it is the file.
        text: Its text; empty if it can't be read.
        id: Its id, or an empty string.
        url: Its page's address, or an empty string.
        fault: Why it can't be read, or an empty string.
        encoding: Name of its encoding, if that was guessed.
    """

    row: int
    text: str = ""
    id: str = ""
    url: str = ""
    fault: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class TextChunk:
    """A file that is one document.

    Attributes:
        data: Its bytes, in pieces; they can be gone through once.
        decoded: Its text, if it could be read.
        records: The document.
    """

    data: Iterable[bytes]
    decoded: DecodedText | None
    records: Sequence[Record]
    rows: int = 0

    def cleaned(self, result: Result, removals_field: str) -> Sequence[bytes]:
        """The bytes that it becomes; there is no room in it for a field."""
        assert self.decoded
        return [self.decoded.encode(result.text)]


@dataclass(frozen=True, slots=True)
class LineChunk:
    """A line of JSON.

    Attributes:
        data: Its bytes, the line end included.
        mark: Its byte order mark, or nothing.
        line: The rest of it.
        row: Its fields, if it could be read.
        records: Its document; none if it is blank.
    """

    data: Sequence[bytes]
    mark: bytes = b""
    line: str = ""
    row: Row | None = None
    records: Sequence[Record] = ()
    rows: int = 1

    def cleaned(self, result: Result, removals_field: str) -> Sequence[bytes]:
        """The bytes that it becomes: as they were but for those of the text that go, and for a field of the removals, if that has a name.

        Raises:
            RowError: There is a field of that name.
        """
        assert self.row
        line = with_field(self.line, self.row, removals_field, spans_of(result.removals)) if removals_field else self.line
        return [self.mark, with_text(line, self.row, result.removals).encode()]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A row group of a Parquet file.

    Attributes:
        table: Its rows.
        texts: The text of each row, or None.
        records: A document for each row; it can be gone through once.
    """

    table: pa.Table
    texts: Sequence[str | None]
    records: Iterator[Record]
    data: Sequence[bytes] = ()

    @property
    def rows(self) -> int:
        """Number of its rows."""
        return len(self.texts)

    def cleaned(self, result: Result, removals_field: str) -> Sequence[bytes]:
        """Nothing: its rows are written together, once all of them are clean."""
        return ()


#: What is read, and written, at once. `rows` are those that it takes in its file, blank lines too.
Chunk: TypeAlias = TextChunk | LineChunk | RowGroup


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one file of a task.

    Attributes:
        task: The work that the file belongs to.
        index: Its index there.
        fields: Where records keep what is needed of them.
        encoding: What texts without a byte order mark are in, as `files.decode` takes it.
        heartbeat: Is told of each document before it is decoded or passed on.
        skip: Documents that can't be cleaned, each with the reason: rows, or indexes in the task.
    """

    task: Task
    index: int
    fields: Fields
    encoding: str
    heartbeat: Heartbeat
    skip: Mapping[int, str]

    @property
    def path(self) -> Path:
        """The file."""
        return self.task.jobs[self.index].source


class TextReader(Reader):
    """Reads a file that is one document."""

    def __iter__(self) -> Iterator[TextChunk]:
        data: Iterable[bytes]
        try:
            whole = files.read(self.path)
        except files.TooLargeError as error:
            whole, fault = b"", reason_of(error)
            data = chain([next(error.pieces)], error.pieces)  # a stream that nobody began to read would stay open
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
    """Reads JSONL, or a part of it, and WET as if it were JSONL."""

    def __iter__(self) -> Iterator[LineChunk]:
        wet = format_of(self.path) == "wet"
        fields = Fields() if wet else self.fields
        found = records(self.path) if wet else lines(self.path, self.task.start, self.task.stop)
        for number, (data, done, fault) in enumerate(found, 1):
            if data.isspace():
                yield LineChunk([data])
                continue
            self.heartbeat(number, done - self.task.start, len(data))
            try:
                if fault or number in self.skip:
                    raise RowError(fault or self.skip[number])
                mark, line = decoded(data)
                row = find(line, fields)
            except Exception as error:  # one document must not end the others, whatever is wrong with it
                yield LineChunk([data], records=[Record(number, fault=reason_of(error))])
            else:
                yield LineChunk([data], mark, line, row, [Record(number, row.text or "", row.id, row.url)])


@dataclass(frozen=True, slots=True)
class RowGroupReader(Reader):
    """Reads Parquet. The memory that it takes goes with the size of a row group.

    Attributes:
        file: The file, open.
        columns: Outermost columns that are read; all if it is None.
    """

    file: pq.ParquetFile
    columns: Sequence[str] | None

    def __iter__(self) -> Iterator[RowGroup]:
        size, groups = self.path.stat().st_size, self.file.num_row_groups
        arrow.column(self.file.schema_arrow.empty_table(), self.fields.text)  # an error names all columns, not those that are read
        row = 1
        for number in range(groups):
            done, large = size * number // groups, self.file.metadata.row_group(number).total_byte_size
            self.heartbeat(NO_DOCUMENT, done, large)
            table = row_group(self.file, number, self.path, self.columns)
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
        self.heartbeat(NO_DOCUMENT - 1, done, large)  # what comes now is no longer about the last document


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
    """A reader of one file of a task, as its format wants it; iterating over it gives chunks.

    The arguments are those of `Reader`; `all_columns` says whether columns of Parquet are read that tell nothing of documents.

    Raises:
        InputError: The file can't be read to its end; or it is one that needs a package that isn't there.
    """
    path, kind = task.jobs[index].source, format_of(task.jobs[index].source)
    if kind != "parquet":
        yield (TextReader if kind == "text" else LineReader)(task, index, fields, encoding, heartbeat, skip)
        return
    with opened(path) as file:
        names = file.schema_arrow.names
        wanted = (fields.text, fields.id, fields.url)
        needed = {each if each in names else each.split(".")[0] for each in wanted} & {*names}
        yield RowGroupReader(task, index, fields, encoding, heartbeat, skip, file, None if all_columns else sorted(needed))
