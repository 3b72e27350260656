"""Files that are one document each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cleaner.batch.ledger import READ_AS, Ledger, reason_of
from cleaner.batch.outputs import Outputs
from cleaner.batch.task import DocumentCleaner, Heartbeat
from cleaner.errors import InputError
from cleaner.io import files
from cleaner.io.files import InputOutput, TooLargeError


def clean_text(job: InputOutput, place: int, judge: DocumentCleaner, beat: Heartbeat, skip: Mapping[int, str]) -> Ledger:
    """Clean one file. What isn't text, or can't be cleaned, goes to the output as it is, so that that is complete, or is set aside.

    Args:
        job: The file.
        place: Its number in the task.
        judge: Cleans texts.
        beat: Is told of it before it is cleaned.
        skip: Numbers of files to reject, each with the reason.

    Raises:
        InputError: It can't be read, or one can't be written.
    """
    ledger = Ledger(documents=1)
    pieces: Iterable[bytes] = ()
    try:
        data = files.read(job.source)
        pieces = [data]
    except TooLargeError as error:
        data, pieces, skip = b"", error.pieces, {place: f"{error.reason} ({error.remedy})"}
    beat(place, 0, len(data))
    with Outputs(job, judge.options) as sinks:
        try:
            if place in skip:
                raise InputError(job.source, skip[place])
            before = files.decode(data, job.source, judge.options.encoding)
            result = judge.clean(before.text)
            written = before.encode(result.text)
        except Exception as error:  # one document must not end the others, whatever is wrong with it
            sinks.reject(ledger, 0, pieces, str(error) if isinstance(error, InputError) else f"{job.source}: {reason_of(error)}")
        else:
            if judge.options.encoding == files.AUTO and before.guessed:
                ledger.note(0, READ_AS, f"read as {before.encoding}")
            sinks.put(ledger, 0, (before.text, data), result, written)
        ledger.check()
    return ledger
