"""What a batch is asked for beside the rules, and where what becomes of a file goes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cleaner.batch.stats import REASONS
from cleaner.errors import InputError
from cleaner.io import atomic
from cleaner.io.fields import Fields
from cleaner.io.files import InputOutput, OutputFolder
from cleaner.result import Hints

#: What files are for that hold no documents that were set aside.
CLEAN, ATTRIBUTES = "clean", "attributes"


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

    def folders(self) -> dict[str, Path]:
        """The folders beside that of the clean files, each by what it is for: a reason to set documents aside, or `attributes`."""
        folders = {reason: self.exclude_to / reason for reason in REASONS} if self.exclude_to else {}
        return folders | {ATTRIBUTES: self.attributes} if self.attributes else folders

    def paths(self, job: InputOutput) -> dict[str, Path]:
        """All files that a file may become, each by what it is for: `clean`, or as `folders` has it."""
        name = job.target.relative_to(self.output)
        return {CLEAN: job.target, **{purpose: folder / name for purpose, folder in self.folders().items()}}

    def written(self, job: InputOutput) -> dict[str, int]:
        """Bytes of those that are there."""
        sizes = {}
        for purpose, path in self.paths(job).items():
            with suppress(OSError):
                sizes[purpose] = path.stat().st_size
        return sizes

    def check(self, jobs: Iterable[InputOutput], manifest: Path) -> None:
        """See that what is written is no input, and lies where it was asked for.

        Raises:
            InputError: A file that is read would be written to, or go; or a link leads out of a folder that is written to.
        """
        jobs = list(jobs)
        sources: dict[tuple[int, int] | None, Path] = {identity: job.source for job in jobs if (identity := _identity(job.source))}
        folders = dict.fromkeys(REASONS, OutputFolder(self.exclude_to)) if self.exclude_to else {}
        folders |= {ATTRIBUTES: OutputFolder(self.attributes)} if self.attributes else {}
        OutputFolder(self.output).real_path(manifest)
        if source := sources.get(_identity(manifest)):
            raise InputError(source, "would be overwritten: the manifest goes there", "choose another --output-dir")
        for job in jobs:
            for purpose, path in self.paths(job).items():
                if purpose in folders:  # of clean files, the plan has seen to it
                    folders[purpose].real_path(path)
                if source := sources.get(_identity(path)):
                    raise InputError(
                        source, f"would be overwritten: {path} is where what becomes of {job.source} goes", "choose other folders"
                    )


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and number of a file, or nothing if it isn't there."""
    with suppress(OSError):
        status = path.stat()
        return status.st_dev, status.st_ino
    return None
