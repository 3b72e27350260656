"""The files that a file of documents becomes: its clean one, those set aside by reason, and its attributes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from cleaner.batch.ledger import REASONS, UNREADABLE, Ledger, reason_to_exclude
from cleaner.errors import InputError
from cleaner.io import atomic, compression
from cleaner.io.fields import Fields
from cleaner.io.files import InputOutput, OutputFolder
from cleaner.result import Hints, Result


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a batch is asked for beside the rules.

    Attributes:
        output: Folder of the clean files.
        fields: Where records keep what is needed of them.
        hints: What is known beside every text.
        exclude_to: Folder for documents that are set aside; without one they stay among the others.
        removals: Name of a field that each record gets for its removals, or an empty string.
        attributes: Folder for removals in Dolma's form.
        audited: Whether outcomes carry what an audit needs.
        run: Name of the run, which its temporary files bear.
        durable: Whether each file must be on the disk before it counts as done.
        encoding: What texts without a byte order mark are in, as `files.decode` takes it.
    """

    output: Path
    fields: Fields = field(default_factory=Fields)
    hints: Hints = field(default_factory=Hints)
    exclude_to: Path | None = None
    removals: str = ""
    attributes: Path | None = None
    audited: bool = False
    run: str = atomic.ALONE
    durable: bool = False
    encoding: str = ""

    def mirrored(self, folder: Path, job: InputOutput) -> Path:
        """The place in another folder that a file's clean one has in the output."""
        return folder / job.target.relative_to(self.output)

    def places(self, job: InputOutput) -> dict[str, Path]:
        """All files that a file may become, each by what it is for."""
        others = {reason: self.exclude_to / reason for reason in REASONS} if self.exclude_to else {}
        others |= {"attributes": self.attributes} if self.attributes else {}
        return {"clean": job.target, **{name: self.mirrored(folder, job) for name, folder in others.items()}}

    def written(self, job: InputOutput) -> dict[str, int]:
        """Bytes of those that are there."""
        found = {}
        for name, place in self.places(job).items():
            with suppress(OSError):
                found[name] = place.stat().st_size
        return found

    def check(self, jobs: Iterable[InputOutput], record: Path) -> None:
        """See that what is written is no input, and lies where it was asked for.

        Args:
            jobs: The files.
            record: Where the manifest goes.

        Raises:
            InputError: A file that is read would be written to, or go; or a link leads out of a folder that is written to.
        """
        jobs = list(jobs)
        sources = {identity: job.source for job in jobs if (identity := _identity(job.source))}
        folders = dict.fromkeys(REASONS, OutputFolder(self.exclude_to)) if self.exclude_to else {}
        folders |= {"attributes": OutputFolder(self.attributes)} if self.attributes else {}
        OutputFolder(self.output).place(record)
        if source := sources.get(_identity(record) or (0, 0)):
            raise InputError(source, "would be overwritten: the manifest goes there", "choose another --output-dir")
        for job in jobs:
            for name, place in self.places(job).items():
                if name in folders:  # of clean files, the plan has seen to it
                    folders[name].place(place)
                source = sources.get(_identity(place) or (0, 0))
                if source:
                    raise InputError(
                        source, f"would be overwritten: {place} is where what becomes of {job.source} goes", "choose other folders"
                    )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


class Outputs:
    """Streams into those files, opened when first asked for. All are there, whole, when the block ends, and none if it fails.

    What an earlier run left at a place that isn't asked for goes.

    Args:
        job: The file.
        options: What is asked for.
        part: Number of the part of the file that is worked on, or None if it is all of it.
    """

    def __init__(self, job: InputOutput, options: BatchOptions, part: int | None = None) -> None:
        self._job, self._options, self._part = job, options, part
        self._stack = ExitStack()
        self._open: dict[Path, BinaryIO] = {}

    def __enter__(self) -> Outputs:
        self._stack.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)
        if error is None and self._part is None:
            for place in self._options.places(self._job).values():
                if place not in self._open:
                    place.unlink(missing_ok=True)

    def clean(self) -> BinaryIO:
        """Where documents go that are clean."""
        return self._at(self._job.target)

    def aside(self, reason: str) -> BinaryIO | None:
        """Where documents go that are set aside, if they are."""
        folder = self._options.exclude_to
        return self._at(self._options.mirrored(folder / reason, self._job)) if folder else None

    def attributes(self) -> BinaryIO | None:
        """Where removals go in Dolma's form, if they are asked for."""
        folder = self._options.attributes
        return self._at(self._options.mirrored(folder, self._job)) if folder else None

    def put(self, ledger: Ledger, row: int, before: tuple[str, bytes], result: Result, after: bytes) -> None:
        """Write a document where it goes, and enter it.

        Args:
            ledger: Where it is entered.
            row: Its row in the file, from 1, or 0 if it is the file.
            before: Its text, and what holds it, as they were.
            result: What became of the text.
            after: What holds it now.
        """
        text, data = before
        reason = reason_to_exclude(text, result)
        aside = self.aside(reason) if reason else None
        if aside:
            aside.write(data)
            ledger.excluded[reason] += 1
        else:
            self.clean().write(after)
            ledger.enter(row, text, result, self._options.audited)

    def reject(self, ledger: Ledger, row: int, data: Iterable[bytes], why: str) -> None:
        """Write what can't be read where it goes, and enter it.

        Args:
            ledger: Where it is entered.
            row: Its row in the file, from 1, or 0 if it is the file.
            data: It, in pieces.
            why: What is the matter.
        """
        (self.aside(UNREADABLE) or self.clean()).writelines(data)
        ledger.reject(row, why)

    def _at(self, place: Path) -> BinaryIO:
        if place not in self._open:
            place.parent.mkdir(parents=True, exist_ok=True)
            raw = self._stack.enter_context(self._raw(place))
            self._open[place] = self._stack.enter_context(compression.writing(place, raw))
        return self._open[place]

    def _raw(self, place: Path) -> AbstractContextManager[BinaryIO]:
        if self._part is None:
            return atomic.writing(place, self._options.run, self._options.durable)
        return atomic.part(place, self._options.run, self._part).open("wb")


def join(job: InputOutput, options: BatchOptions, parts: int) -> None:
    """Make the files of their parts, once all are there.

    Raises:
        InputError: One can't be written.
    """
    for place in options.places(job).values():
        there = [each for each in (atomic.part(place, options.run, number) for number in range(parts)) if each.exists()]
        if there:
            atomic.join(place, there, options.run, options.durable)
        else:
            place.unlink(missing_ok=True)
