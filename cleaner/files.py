"""Find inputs, read and write them without changing a byte that nobody asked to change."""

from __future__ import annotations

import codecs
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cleaner.errors import InputError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

#: Files that a walk through a folder takes unless it is told otherwise.
TEXT_FILES = ("*.txt", "*.text", "*.md")

#: Characters of a file's name that its temporary file bears, too.
_KEPT_OF_NAME = 40
_COPIED_AT_ONCE = 1 << 20

#: Folders of our own in an output folder; no walk looks into them.
OWN_FOLDER = ".cleaner"

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text and the encoding that it came in; a byte order mark stays part of the text."""

    text: str
    encoding: str = "utf-8"

    def encode(self, text: str) -> bytes:
        """Another text in the same encoding."""
        return text.encode(self.encoding)


def decode(data: bytes, name: object) -> Encoded:
    """Decode UTF-8, or UTF-16 with a byte order mark. Nothing is guessed.

    Raises:
        InputError: It is neither, or holds NUL characters as no text does.
    """
    encoding = _UTF16.get(data[:2], "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        remedy = "convert it first, for example with iconv"
        raise InputError(name, f"not {encoding.upper()} text: byte {error.start} is 0x{data[error.start]:02x}", remedy) from error
    if "\0" in text:
        raise InputError(name, "not a text: it holds NUL characters")
    return Encoded(text, encoding)


def read(path: Path) -> bytes:
    """Bytes of a file.

    Raises:
        InputError: It can't be read.
    """
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise InputError(path, "is a folder", "clean folders with cleaner batch") from error
    except OSError as error:
        raise InputError(path, _reason(error)) from error


def write(path: Path, data: bytes, run: str = "") -> None:
    """Put bytes in a file: the old file or the new one, never half of it. Its mode stays; a link's target is written.

    Args:
        path: The file.
        data: What goes there.
        run: What the temporary file's name bears, by which `sweep` knows it.

    Raises:
        InputError: It can't be written; then the old file is as it was.
    """
    with writing(path, run) as stream:
        stream.write(data)


@contextmanager
def writing(path: Path, run: str = "") -> Iterator[BinaryIO]:
    """A stream into a file that is there, whole, once the block ends, and as it was before if the block fails; see `write`.

    Raises:
        InputError: It can't be written. Every `OSError` of the block counts as such.
    """
    import tempfile  # most runs write nothing of the kind, and it takes long to import

    target = path.resolve() if path.is_symlink() else path
    temporary = ""
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as stream:  # a device or a pipe, such as /dev/null
                yield stream
            return
        handle, temporary = tempfile.mkstemp(prefix=_prefix(target, run), suffix=".tmp", dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            yield stream
        Path(temporary).chmod(_mode(target))
        Path(temporary).replace(target)
        temporary = ""
    except OSError as error:
        raise InputError(path, f"can't be written: {_reason(error)}") from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def part(path: Path, run: str, number: int) -> Path:
    """Where a part of a file lies until `join` puts it together with the others."""
    return path.parent / f"{_prefix(path, run)}part{number:06}.tmp"


def join(path: Path, parts: Sequence[Path], run: str = "") -> None:
    """Make a file of its parts, which are gone then.

    Raises:
        InputError: It can't be written, or a part can't be read.
    """
    with writing(path, run) as stream:
        for each in parts:
            with each.open("rb") as source:
                shutil.copyfileobj(source, stream, _COPIED_AT_ONCE)
    for each in parts:
        each.unlink()


def _prefix(target: Path, run: str) -> str:
    return f".{target.name[:_KEPT_OF_NAME]}.{run}-"


def sweep(targets: Iterable[Path], run: str) -> None:
    """Remove what processes of a run that were killed while they wrote some files left beside them."""
    names: dict[Path, set[str]] = {}
    for target in targets:
        names.setdefault(target.parent, set()).add(target.name[:_KEPT_OF_NAME])
    for folder, begun in names.items():
        for path in folder.glob(f".*.{run}-*.tmp"):
            if path.name[1:].rsplit(".", 2)[0] in begun:
                path.unlink(missing_ok=True)


def _mode(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


@dataclass(frozen=True, slots=True)
class Job:
    """One file of a batch and where its clean text goes."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch will do.

    Attributes:
        jobs: Files to clean, in the order of their names.
        skipped: Number of files in the folders that were passed over because of their name.
        unreadable: Folders that can't be looked into.
    """

    jobs: tuple[Job, ...]
    skipped: int
    unreadable: tuple[InputError, ...] = ()


def plan(
    sources: Iterable[Path],
    output: Path,
    include: Sequence[str] = TEXT_FILES,
    exclude: Sequence[str] = (),
    ignore_files: bool = True,
    rename: Callable[[str], str] = str,
    outputs: Sequence[Path] = (),
) -> Plan:
    """Find the files of a batch and the places of their clean texts.

    The contents of a single folder go straight into `output`; of several folders, each keeps its own name there. A file that is named
    itself is always taken.

    Args:
        sources: Files and folders.
        output: Folder that mirrors them.
        include: Patterns in the manner of `.gitignore`; only files that one of them matches.
        exclude: Patterns of files and folders to leave out.
        ignore_files: Whether to honour `.gitignore` files.
        rename: Gives the name of a file's clean one.
        outputs: Further folders that are written to, so that what is there is no input.

    Raises:
        InputError: A source is missing, a pattern is faulty, two would be written to the same place, or an input would be overwritten.
    """
    sources = list(sources)
    folders = [source for source in sources if source.is_dir()]
    wanted = _spec(include, "--include")
    unwanted = _spec(exclude, "--exclude")
    unreadable: list[InputError] = []
    targets: dict[Path, Path] = {}
    skipped = 0
    for source in sources:
        if not source.exists():
            raise InputError(source, "no such file or folder")
        if source.is_dir():
            base = output / source.resolve().name if len(folders) > 1 else output
            found = [
                (path, base / path.relative_to(source)) for path in _walk(source, [output, *outputs], unwanted, ignore_files, unreadable)
            ]
            chosen = [
                (path, target.with_name(rename(path.name)))
                for path, target in found
                if wanted.match_file(path.relative_to(source).as_posix())
            ]
            skipped += len(found) - len(chosen)
        elif source.is_file():
            chosen = [(source, output / rename(source.name))]
        else:
            raise InputError(source, "is no file", "pipe a text into cleaner, without batch")
        for path, target in chosen:
            _claim(targets, path, target)
    return Plan(tuple(Job(path, target) for target, path in sorted(targets.items())), skipped, tuple(unreadable))


def find(sources: Iterable[Path]) -> Iterator[Path]:
    """Text files, in the order of their names: those of folders by `TEXT_FILES` and `.gitignore`, and those that are named themselves.

    Raises:
        InputError: A source is missing, a folder can't be looked into.
    """
    wanted = _spec(TEXT_FILES, "")
    for source in sources:
        if not source.exists():
            raise InputError(source, "no such file or folder")
        if not source.is_dir():
            yield source
            continue
        unreadable: list[InputError] = []
        yield from (
            path for path in _walk(source, (), _spec((), ""), True, unreadable) if wanted.match_file(path.relative_to(source).as_posix())
        )
        if unreadable:
            raise unreadable[0]


def _claim(targets: dict[Path, Path], path: Path, target: Path) -> None:
    if target.exists() and target.resolve() == path.resolve():
        raise InputError(path, "would be overwritten by its own clean text", "choose another --output-dir")
    if targets.get(target, path) != path:
        raise InputError(path, f"and {targets[target]} would both be written to {target}", "clean them in two runs")
    targets[target] = path


def _spec(patterns: Iterable[str], name: object) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # only folders need it

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise InputError(name, f"a faulty pattern: {error}", "patterns are those of .gitignore") from error


def _walk(root: Path, outputs: Iterable[Path], unwanted: GitIgnoreSpec, ignore_files: bool, unreadable: list[InputError]) -> Iterator[Path]:
    """All files under a folder, sorted, but those that are excluded, ignored, or part of the output; links to folders aren't followed.

    Folders that can't be looked into are added to `unreadable`.
    """

    def note(error: OSError) -> None:
        unreadable.append(InputError(error.filename, _reason(error)))

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
        for name in sorted(names):
            path = folder / name
            if name != ".gitignore" and path.is_file() and not left_out(name):
                yield path
