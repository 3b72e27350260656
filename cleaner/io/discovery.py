"""Search of folders for input files, by patterns; and the paths of their clean texts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.errors import InputError
from cleaner.io.files import OWN_FOLDER, TEXT_FILES, InputOutput, OutputFolder, read

if TYPE_CHECKING:
    from cleaner.io.globs import Globs


@dataclass(frozen=True, slots=True)
class Listing:
    """Files found in sources.

    Attributes:
        files: Pairs of a source and the path of a file in it, or of the source itself.
        skipped: Number of files in folders that were left out because of their names.
        unreadable: Errors for folders that can't be read.
        passed_over: Errors for files with matching names that can't be inputs (links to folders or to nothing, pipes), and for faulty lines
            of `.gitignore` files.
    """

    files: tuple[tuple[Path, Path], ...]
    skipped: int
    unreadable: tuple[InputError, ...]
    passed_over: tuple[InputError, ...]


@dataclass(frozen=True, slots=True)
class Plan(Listing):
    """Files found in sources; and as `jobs`, each with the path of its clean text, sorted by that path."""

    jobs: tuple[InputOutput, ...]


def plan(
    sources: Iterable[Path],
    output: Path,
    include: Sequence[str] = TEXT_FILES,
    exclude: Sequence[str] = (),
    ignore_files: bool = True,
    rename: Callable[[str], str] = str,
    outputs: Sequence[Path] = (),
) -> Plan:
    """Find the files of a batch and the paths of their clean texts; for the other parameters see `listed`.

    Files of a single source folder go straight into `output`; with several source folders, into a subfolder for each.

    Args:
        output: Folder of the clean texts, which mirrors the sources.
        rename: Function that gives the name of the clean file, from the name of the input.
        outputs: Further folders that are written to.

    Raises:
        InputError: A source is missing, a pattern is faulty, two files would be written to the same path, an input would be overwritten,
            or a file outside of `output` would be written.
    """
    sources = list(sources)
    folders = [source for source in sources if source.is_dir()]
    listing = listed(sources, include, exclude, ignore_files, [output, *outputs])
    claims = _Claims(output)
    unreadable = [*listing.unreadable]
    for source, path in listing.files:
        base = output / source.resolve().name if len(folders) > 1 and source in folders else output
        name = path.relative_to(source) if source in folders else Path(path.name)
        target = (base / name).with_name(rename(path.name))
        try:
            claims.add(path, target)
        except OSError as error:  # its path is too long
            unreadable.append(InputError.from_os(path, error, f"its clean text can't be written to {target}"))
    jobs = tuple(InputOutput(path, target) for target, path in sorted(claims.sources.items()))
    return Plan(listing.files, listing.skipped, tuple(unreadable), listing.passed_over, jobs)


def listed(
    sources: Iterable[Path],
    include: Sequence[str] = TEXT_FILES,
    exclude: Sequence[str] = (),
    ignore_files: bool = True,
    outputs: Sequence[Path] = (),
) -> Listing:
    """Find input files, sorted by name in each source. A source that is a file is always taken.

    Args:
        sources: Paths of files and folders.
        include: Patterns, as in `.gitignore`, of the files to take.
        exclude: Patterns of files and folders to leave out.
        ignore_files: Whether to honour `.gitignore` files.
        outputs: Output folders, whose files are no inputs.

    Raises:
        InputError: A source is missing, or a pattern is faulty.
    """
    from cleaner.io.globs import Globs  # only folders need it

    wanted, unwanted = Globs(include), Globs(exclude)
    for option, globs in (("--include", wanted), ("--exclude", unwanted)):
        for _, fault in globs.faults:
            raise InputError(option, f"a faulty pattern: {fault}", "patterns are those of .gitignore")
    files: list[tuple[Path, Path]] = []
    unreadable: list[InputError] = []
    passed_over: list[InputError] = []
    skipped = 0
    for source in sources:
        if not source.exists():
            raise InputError(source, "no such file or folder")
        if source.is_file():
            files.append((source, source))
            continue
        if not source.is_dir():
            raise InputError(source, "is no file", "pipe a text into cleaner, without batch")
        for path in _walk(source, outputs, unwanted, ignore_files, unreadable, passed_over):
            if not wanted.verdict(path.relative_to(source).as_posix()) and not path.is_dir():
                skipped += 1
            elif path.is_file():
                files.append((source, path))
            else:
                passed_over.append(InputError(path, _no_file(path), "name it as a source of its own" if path.is_dir() else ""))
    return Listing(tuple(files), skipped, tuple(unreadable), tuple(passed_over))


def _no_file(path: Path) -> str:
    if path.is_dir():
        return "is a link to a folder, which is not followed"
    return "is a link to nothing" if path.is_symlink() else "is no file"


class _Claims:
    """Paths in an output folder, each claimed by one input file; `sources` are these files, by path."""

    def __init__(self, output: Path) -> None:
        self.sources: dict[Path, Path] = {}
        self._folder = OutputFolder(output)
        self._real: dict[Path, Path] = {}  # input files, by the real path of their output

    def add(self, path: Path, target: Path) -> None:
        """Claim path `target` for file `path`.

        Raises:
            InputError: Another file has claimed the target, it is the file itself, or it leads out of the folder.
        """
        if target.exists() and target.resolve() == path.resolve():
            raise InputError(path, "would be overwritten by its own clean text", "choose another --output-dir")
        real = self._folder.real_path(target)
        if self._real.get(real, path) != path:
            raise InputError(path, f"and {self._real[real]} would both be written to {target}", "clean them in two runs")
        self._real[real] = self.sources[target] = path


def _ignored(path: Path, passed_over: list[InputError]) -> Globs:
    """Patterns of a `.gitignore`; errors for faulty lines, which git passes by, are added to `passed_over`."""
    from cleaner.io.globs import Globs  # only folders need it

    try:
        lines = read(path).decode("utf-8", "replace").splitlines()
    except InputError as error:
        passed_over.append(error)
        lines = []
    globs = Globs(lines)
    passed_over += [InputError(f"{path}:{number}", f"a faulty pattern: {fault}") for number, fault in globs.faults]
    return globs


def _walk(
    root: Path,
    outputs: Iterable[Path],
    unwanted: Globs,
    ignore_files: bool,
    unreadable: list[InputError],
    passed_over: list[InputError],
) -> Iterator[Path]:
    """Paths of all files under a folder, sorted, except those that are excluded, ignored, or part of the output.

    Links to folders are among them, but aren't followed; so are pipes and the like. Errors for folders that can't be read are added to
    `unreadable`, and those for lines of `.gitignore` files to `passed_over`.
    """

    def note(error: OSError) -> None:
        unreadable.append(InputError.from_os(error.filename, error))

    keep_out = {output.resolve() for output in outputs}
    specs: dict[Path, Globs] = {}
    for here, folders, names in os.walk(root, onerror=note):
        folder = Path(here)
        ignore = folder / ".gitignore"
        if ignore_files and ".gitignore" in names and any(path.is_file() for path in _reached([ignore], unreadable)):
            specs[folder] = _ignored(ignore, passed_over)

        def left_out(name: str, slash: str = "", folder: Path = folder) -> bool:
            path = folder / name
            if unwanted.verdict(path.relative_to(root).as_posix() + slash):
                return True
            verdict = False
            for base, spec in specs.items():
                if path.is_relative_to(base):
                    said = spec.verdict(path.relative_to(base).as_posix() + slash)
                    verdict = verdict if said is None else said
            return verdict

        wanted = [name for name in folders if name not in (".git", OWN_FOLDER) and not left_out(name, "/")]
        reached = _reached((folder / name for name in sorted(wanted)), unreadable)
        folders[:] = [path.name for path in reached if path.resolve() not in keep_out]
        yield from (folder / name for name in folders if (folder / name).is_symlink())
        wanted = [name for name in names if name != ".gitignore" and not left_out(name)]
        yield from _reached((folder / name for name in sorted(wanted)), unreadable)


def _reached(paths: Iterable[Path], unreadable: list[InputError]) -> Iterator[Path]:
    """Paths without those that the system doesn't reach, such as one that is too long; errors for these are added to `unreadable`."""
    for path in paths:
        try:
            path.is_file()
            path.lstat()
        except OSError as error:
            unreadable.append(InputError.from_os(path, error))
        else:
            yield path
