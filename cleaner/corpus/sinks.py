"""The files that a file of documents becomes: its clean one, those set aside by reason, and its attributes."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from cleaner import files
from cleaner.corpus import compression
from cleaner.corpus.fields import Fields
from cleaner.corpus.ledger import REASONS
from cleaner.files import Job
from cleaner.model import Hints


@dataclass(frozen=True, slots=True)
class Options:
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
    """

    output: Path
    fields: Fields = field(default_factory=Fields)
    hints: Hints = field(default_factory=Hints)
    exclude_to: Path | None = None
    removals: str = ""
    attributes: Path | None = None
    audited: bool = False
    run: str = ""

    def mirrored(self, folder: Path, job: Job) -> Path:
        """The place in another folder that a file's clean one has in the output."""
        return folder / job.target.relative_to(self.output)

    def places(self, job: Job) -> list[Path]:
        """All files that a file may become."""
        aside = [self.exclude_to / reason for reason in REASONS] if self.exclude_to else []
        others = [*aside, *([self.attributes] if self.attributes else [])]
        return [job.target, *(self.mirrored(folder, job) for folder in others)]


class Sinks:
    """Streams into those files, opened when first asked for. All are there, whole, when the block ends, and none if it fails.

    What an earlier run left at a place that isn't asked for goes.

    Args:
        job: The file.
        options: What is asked for.
        part: Number of the part of the file that is worked on, or None if it is all of it.
    """

    def __init__(self, job: Job, options: Options, part: int | None = None) -> None:
        self._job, self._options, self._part = job, options, part
        self._stack = ExitStack()
        self._open: dict[Path, BinaryIO] = {}

    def __enter__(self) -> Sinks:
        self._stack.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)
        if error is None and self._part is None:
            for place in self._options.places(self._job):
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

    def _at(self, place: Path) -> BinaryIO:
        if place not in self._open:
            place.parent.mkdir(parents=True, exist_ok=True)
            raw = self._stack.enter_context(self._raw(place))
            self._open[place] = self._stack.enter_context(compression.writing(place, raw))
        return self._open[place]

    def _raw(self, place: Path) -> AbstractContextManager[BinaryIO]:
        if self._part is None:
            return files.writing(place, self._options.run)
        return files.part(place, self._options.run, self._part).open("wb")


def join(job: Job, options: Options, parts: int) -> None:
    """Make the files of their parts, once all are there.

    Raises:
        InputError: One can't be written.
    """
    for place in options.places(job):
        there = [each for each in (files.part(place, options.run, number) for number in range(parts)) if each.exists()]
        if there:
            files.join(place, there, options.run)
        else:
            place.unlink(missing_ok=True)
