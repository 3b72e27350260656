"""Files that are one document each."""

from __future__ import annotations

from collections.abc import Mapping

from cleaner import files
from cleaner.corpus.ledger import UNREADABLE, Ledger, reason_of, reason_to_exclude
from cleaner.corpus.sinks import Sinks
from cleaner.corpus.task import Beat, Judge
from cleaner.errors import InputError
from cleaner.files import Job


def clean_text(job: Job, place: int, judge: Judge, beat: Beat, skip: Mapping[int, str]) -> Ledger:
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
    options = judge.options
    data = files.read(job.source)
    beat(place, 0, len(data))
    ledger = Ledger(documents=1)
    with Sinks(job, options) as sinks:
        try:
            if place in skip:
                raise InputError(job.source, skip[place])
            before = files.decode(data, job.source)
            result = judge.clean(before.text)
            written = before.encode(result.text)
        except Exception as error:  # one document must not end the others, whatever is wrong with it
            ledger.reject(0, str(error) if isinstance(error, InputError) else f"{job.source}: {reason_of(error)}")
            (sinks.aside(UNREADABLE) or sinks.clean()).write(data)
        else:
            reason = reason_to_exclude(before.text, result)
            aside = sinks.aside(reason) if reason else None
            if aside:
                aside.write(data)
                ledger.excluded[reason] += 1
            else:
                sinks.clean().write(written)
                ledger.enter(0, before.text, result, options.audited)
        ledger.check()
    return ledger
