"""JSONL, and what can be read as such: line by line, each written with every byte as it was but those of its text that go."""

from __future__ import annotations

from collections.abc import Mapping

from cleaner.batch.ledger import Ledger, reason_of
from cleaner.batch.outputs import Outputs
from cleaner.batch.task import DocumentCleaner, Heartbeat, Task
from cleaner.io.audit import spans_of
from cleaner.io.dolma import attribute_line
from cleaner.io.fields import Fields
from cleaner.io.formats import format_of
from cleaner.io.jsonl import Row, RowError, find, with_field, with_text
from cleaner.io.line_files import decoded, lines, records
from cleaner.result import Removal, Result


def clean_rows(task: Task, judge: DocumentCleaner, beat: Heartbeat, skip: Mapping[int, str]) -> Ledger:
    """Clean a file of lines, or a part of one.

    Args:
        task: The file.
        judge: Cleans texts.
        beat: Is told of each document before it is cleaned.
        skip: Rows to reject, each with the reason.

    Raises:
        InputError: The file can't be read to its end, or one can't be written.
    """
    options, (job,) = judge.options, task.jobs
    wet = format_of(job.source) == "wet"
    fields = Fields() if wet else options.fields
    ledger = Ledger()
    with Outputs(job, options, task.part) as sinks:
        clean, attributes = sinks.clean(), sinks.attributes()
        name = options.attributes.name if options.attributes else ""
        for data, done, fault in records(job.source) if wet else lines(job.source, task.start, task.stop):
            ledger.rows += 1
            if data.isspace():
                clean.write(data)
                continue
            beat(ledger.rows, done - task.start, len(data))
            ledger.documents += 1
            row: Row | None = None
            removals: tuple[Removal, ...] = ()
            try:
                if fault or ledger.rows in skip:
                    raise RowError(fault or skip[ledger.rows])
                head, line = decoded(data)
                row = find(line, fields)
                result = judge.clean(row.text or "", row.url)
                written = head + _written(line, row, result, options.removals)
            except Exception as error:  # one document must not end the others, whatever is wrong with it
                sinks.reject(ledger, ledger.rows, [data], reason_of(error))
            else:
                removals = result.removals
                sinks.put(ledger, ledger.rows, (row.text or "", data), result, written)
            if attributes:
                attributes.write(attribute_line(name, row.id if row else "", row.source if row else "", removals))
        ledger.check()
    return ledger


def _written(line: str, row: Row, result: Result, field: str) -> bytes:
    if field:
        line = with_field(line, row, field, spans_of(result.removals))
    return with_text(line, row, result.removals).encode()
