"""Options of a batch, apart from the rules, and the paths of its output files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cleaner.batch.sites import SiteOptions
from cleaner.batch.stats import REASONS
from cleaner.errors import InputError
from cleaner.io import atomic
from cleaner.io.fields import Fields
from cleaner.io.files import InputOutput, OutputFolder, sha256
from cleaner.result import Hints

#: Purposes of output files, beside the reasons for which documents are set aside.
CLEAN, ATTRIBUTES = "clean", "attributes"


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """Options of a batch, apart from the rules.

    Attributes:
        output: Folder of the clean files.
        fields: Names of the fields of records.
        hints: Hints for every text.
        exclude_to: Folder for documents that are set aside; without one they stay among the others.
        removals: Name of a field to add to each record for its removals, or an empty string.
        attributes: Folder for Dolma attributes.
        audited: Whether outcomes hold the removals, for an audit.
        run: Name of the run, for its temporary files.
        durable: Whether each file must be on the disk before it counts as done.
        encoding: Encoding of texts without a byte order mark; see `files.decode`.
        sites: How the site of a text without an address is told.
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
    sites: SiteOptions = field(default_factory=SiteOptions)

    def folders(self) -> dict[str, Path]:
        """Folders beside that of the clean files, by purpose: a reason to set documents aside, or `attributes`."""
        folders = {reason: self.exclude_to / reason for reason in REASONS} if self.exclude_to else {}
        return folders | {ATTRIBUTES: self.attributes} if self.attributes else folders

    def paths(self, job: InputOutput) -> dict[str, Path]:
        """Paths of all possible output files of a file, by purpose: `clean`, or a key of `folders`."""
        name = job.target.relative_to(self.output)
        return {CLEAN: job.target, **{purpose: folder / name for purpose, folder in self.folders().items()}}

    def written(self, job: InputOutput) -> dict[str, int]:
        """Sizes in bytes of the output files that exist, by purpose."""
        sizes = {}
        for purpose, path in self.paths(job).items():
            with suppress(OSError):
                sizes[purpose] = path.stat().st_size
        return sizes

    def digests(self, job: InputOutput, tell: Callable[[int], object] = lambda done: None) -> dict[str, str]:
        """Digests of the output files that exist, by purpose; `tell` is that of `sha256`."""
        return {purpose: sha256(path, tell) for purpose, path in self.paths(job).items() if path.exists()}

    def check(self, jobs: Iterable[InputOutput], manifest: Path) -> None:
        """Check that no output file is an input, and none lies outside of its folder.

        Raises:
            InputError: An input would be overwritten or deleted, or a link leads out of an output folder.
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
                if purpose in folders:  # clean files were checked when they were planned
                    folders[purpose].real_path(path)
                if source := sources.get(_identity(path)):
                    raise InputError(
                        source, f"would be overwritten: {path} is where what becomes of {job.source} goes", "choose other folders"
                    )


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file; None if it doesn't exist."""
    with suppress(OSError):
        status = path.stat()
        return status.st_dev, status.st_ino
    return None
