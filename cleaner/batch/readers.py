"""Documents of any source, one by one, for whoever wants to look at them and writes none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.batch.ledger import reason_of
from cleaner.batch.task import NO_DOCUMENT, Heartbeat, Task
from cleaner.errors import InputError
from cleaner.io import arrow, files
from cleaner.io.fields import Fields
from cleaner.io.formats import format_of
from cleaner.io.jsonl import find
from cleaner.io.line_files import RecordLine, decoded, lines, records
from cleaner.io.parquet import opened, row_group


class Record(NamedTuple):
    """One document.

    Attributes:
        row: Its row in the file, or in the part of it that was read, from 1; 0 if it is the file.
        text: Its text; empty if it can't be read.
        id: Its id, or an empty string.
        url: Its page's address, or an empty string.
        fault: Why it can't be read, or an empty string.
        encoding: What it was read in, if that was guessed.
    """

    row: int
    text: str = ""
    id: str = ""
    url: str = ""
    fault: str = ""
    encoding: str = ""


@dataclass(slots=True)
class DocumentReader:
    """Reads documents.

    Args:
        fields: Where records keep what is needed of them.
        encoding: What texts without a byte order mark are in, as `files.decode` takes it.

    Attributes:
        rows: Rows that were read of the file at hand, blank ones too.
    """

    fields: Fields = field(default_factory=Fields)
    encoding: str = ""
    rows: int = 0

    def read(self, task: Task, place: int, beat: Heartbeat, skip: Mapping[int, str]) -> Iterator[Record]:
        """The documents of a file, or of a part of one.

        Args:
            task: The work that the file belongs to.
            place: Its number there.
            beat: Is told of each document before it is yielded.
            skip: Documents that can't be cleaned, each with the reason: rows, or places in the task.

        Raises:
            InputError: The file can't be read to its end; or it is one that needs a package that isn't there.
        """
        self.rows = 0
        kind = format_of(task.jobs[place].source)
        if kind == "text":
            return self._text(task, place, beat, skip)
        return (self._groups if kind == "parquet" else self._lines)(task, beat, skip)

    def _text(self, task: Task, place: int, beat: Heartbeat, skip: Mapping[int, str]) -> Iterator[Record]:
        source = task.jobs[place].source
        try:
            data = files.read(source)
        except files.TooLargeError as error:
            next(error.pieces)  # a stream that nobody began to read would stay open
            yield Record(0, fault=f"{error.reason} ({error.remedy})")
            return
        beat(place, 0, len(data))
        try:
            if place in skip:
                raise InputError(source, skip[place])
            found = files.decode(data, source, self.encoding)
        except InputError as error:
            yield Record(0, fault=error.reason + (f" ({error.remedy})" if error.remedy else ""))
            return
        yield Record(0, found.text, encoding=found.encoding if self.encoding == files.AUTO and found.guessed else "")

    def _lines(self, task: Task, beat: Heartbeat, skip: Mapping[int, str]) -> Iterator[Record]:
        source = task.jobs[0].source
        wet = format_of(source) == "wet"
        fields = Fields() if wet else self.fields
        for line in records(source) if wet else lines(source, task.start, task.stop):
            self.rows += 1
            if not line.data.isspace():
                beat(self.rows, line.done - task.start, len(line.data))
                yield self._line(line, fields, skip)

    def _line(self, line: RecordLine, fields: Fields, skip: Mapping[int, str]) -> Record:
        fault = line.fault or skip.get(self.rows, "")
        if fault:
            return Record(self.rows, fault=fault)
        try:
            row = find(decoded(line.data)[1], fields)
        except Exception as error:  # one document must not end the others, whatever is wrong with it
            return Record(self.rows, fault=reason_of(error))
        return Record(self.rows, row.text or "", row.id, row.url)

    def _groups(self, task: Task, beat: Heartbeat, skip: Mapping[int, str]) -> Iterator[Record]:
        source = task.jobs[0].source
        size = source.stat().st_size
        with opened(source) as file:
            names = file.schema_arrow.names
            paths = (self.fields.text, self.fields.id, self.fields.url)
            arrow.column(file.schema_arrow.empty_table(), self.fields.text)  # an error names all columns, not those that are read
            needed = [name for name in dict.fromkeys(path if path in names else path.split(".")[0] for path in paths) if name in names]
            for number in range(file.num_row_groups):
                done = size * number // file.num_row_groups
                beat(NO_DOCUMENT, done, file.metadata.row_group(number).total_byte_size)
                table = row_group(file, number, source, needed)
                texts, ids, urls = arrow.texts(table, paths[0]), arrow.strings(table, paths[1]), arrow.strings(table, paths[2])
                share = size // file.num_row_groups
                for at, (text, name, url) in enumerate(zip(texts, ids, urls, strict=True)):
                    self.rows += 1
                    beat(self.rows, done + share * at // len(texts), 4 * len(text or ""))
                    fault = skip.get(self.rows, "")
                    yield Record(self.rows, "" if fault else text or "", name, url, fault)
