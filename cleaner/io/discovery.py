"""Find the files that are meant by folders and patterns, and say where their clean texts go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.errors import InputError
from cleaner.io.files import OWN_FOLDER, TEXT_FILES, InputOutput, OutputFolder, read

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Listing:
    """Files that are meant by some sources.

    Attributes:
        files: Each with the source that it was found in, or that it is itself.
        skipped: Number of files in the folders that were passed over because of their name.
        unreadable: Folders that can't be looked into.
        passed_over: What looks like an input and isn't taken: links to folders or to nothing, pipes.
    """

    files: tuple[tuple[Path, Path], ...]
    skipped: int
    unreadable: tuple[InputError, ...]
    passed_over: tuple[InputError, ...]


@dataclass(frozen=True, slots=True)
class Plan(Listing):
    """Files that are meant by some sources, and where their clean texts go.

    Attributes:
        jobs: Both, in the order of their names.
    """

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
    """Find the files of a batch and the paths of their clean texts.

    The contents of a single folder go straight into `output`; of several folders, each keeps its own name there.

    Args:
        sources: Files and folders.
        output: Folder that mirrors them.
        include: As for `listed`.
        exclude: As for `listed`.
        ignore_files: As for `listed`.
        rename: Gives the name of a file's clean one.
        outputs: Further folders that are written to.

    Raises:
        InputError: A source is missing, a pattern is faulty, two would be written to the same place, an input would be overwritten, or
            something outside of `output` would be.
    """
    sources = list(sources)
    folders = [source for source in sources if source.is_dir()]
    listing = listed(sources, include, exclude, ignore_files, [output, *outputs])
    claims = _Claims(output)
    for source, path in listing.files:
        base = output / source.resolve().name if len(folders) > 1 and source in folders else output
        name = path.relative_to(source) if source in folders else Path(path.name)
        claims.add(path, (base / name).with_name(rename(path.name)))
    jobs = tuple(InputOutput(path, target) for target, path in sorted(claims.sources.items()))
    return Plan(listing.files, listing.skipped, listing.unreadable, listing.passed_over, jobs)


def listed(
    sources: Iterable[Path],
    include: Sequence[str] = TEXT_FILES,
    exclude: Sequence[str] = (),
    ignore_files: bool = True,
    outputs: Sequence[Path] = (),
) -> Listing:
    """Find the files that are meant: those of each source in the order of their names. A file that is named itself is always taken.

    Args:
        sources: Files and folders.
        include: Patterns in the manner of `.gitignore`; only files that one of them matches.
        exclude: Patterns of files and folders to leave out.
        ignore_files: Whether to honour `.gitignore` files.
        outputs: Folders that are written to, so that what is there is no input.

    Raises:
        InputError: A source is missing, a pattern is faulty.
    """
    wanted, unwanted = _spec(include, "--include"), _spec(exclude, "--exclude")
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
        for path in _walk(source, outputs, unwanted, ignore_files, unreadable):
            if not wanted.match_file(path.relative_to(source).as_posix()) and not path.is_dir():
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
    """Paths in an output folder, each claimed by one file.

    Attributes:
        sources: The file of each path.
    """

    def __init__(self, output: Path) -> None:
        self.sources: dict[Path, Path] = {}
        self._folder = OutputFolder(output)
        self._real: dict[Path, Path] = {}  # the file of each path, links followed

    def add(self, path: Path, target: Path) -> None:
        """Claim a path.

        Raises:
            InputError: Another file has claimed it, it is the file itself, or it leads out of the folder.
        """
        if target.exists() and target.resolve() == path.resolve():
            raise InputError(path, "would be overwritten by its own clean text", "choose another --output-dir")
        real = self._folder.real_path(target)
        if self._real.get(real, path) != path:
            raise InputError(path, f"and {self._real[real]} would both be written to {target}", "clean them in two runs")
        self._real[real] = self.sources[target] = path


def _spec(patterns: Iterable[str], name: object) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # only folders need it

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise InputError(name, f"a faulty pattern: {error}", "patterns are those of .gitignore") from error


def _walk(root: Path, outputs: Iterable[Path], unwanted: GitIgnoreSpec, ignore_files: bool, unreadable: list[InputError]) -> Iterator[Path]:
    """All files under a folder, sorted, but those that are excluded, ignored, or part of the output.

    Links to folders come as they are, unfollowed, and so does what is no file. Folders that can't be looked into are added to
    `unreadable`.
    """

    def note(error: OSError) -> None:
        unreadable.append(InputError.from_os(error.filename, error))

    keep_out = {output.resolve() for output in outputs}
    specs: dict[Path, GitIgnoreSpec] = {}
    for here, folders, names in os.walk(root, onerror=note):
        folder = Path(here)
        ignore = folder / ".gitignore"
        if ignore_files and ignore.is_file():
            specs[folder] = _spec(read(ignore).decode("utf-8", "replace").splitlines(), ignore)

        def left_out(name: str, slash: str = "", folder: Path = folder) -> bool:
            path = folder / name
            if unwanted.match_file(path.relative_to(root).as_posix() + slash):
                return True
            verdict = False
            for base, spec in specs.items():
                if path.is_relative_to(base):
                    include = spec.check_file(path.relative_to(base).as_posix() + slash).include
                    verdict = verdict if include is None else include
            return verdict

        folders[:] = sorted(
            name
            for name in folders
            if name not in (".git", OWN_FOLDER) and not left_out(name, "/") and (folder / name).resolve() not in keep_out
        )
        yield from (folder / name for name in folders if (folder / name).is_symlink())
        for name in sorted(names):
            if name != ".gitignore" and not left_out(name):
                yield folder / name
