"""Find inputs, read them, and say where their clean texts go."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cleaner.errors import InputError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

#: Files that a walk through a folder takes unless it is told otherwise.
TEXT_FILES = ("*.txt", "*.text", "*.md")

#: Folders of our own in an output folder; no walk looks into them.
OWN_FOLDER = ".cleaner"

#: In place of an encoding's name: guess it.
AUTO = "auto"
#: Encodings in which each text is spelled in one way, so that what was read can be written back.
_EXACT = ("utf-8", "utf-16-le", "utf-16-be")
#: Encodings that Python has for names of machines, or for none; what is cut of a text may not be spelled in them.
_NO_TEXTS = ("idna", "punycode", "undefined")
#: Bytes of the largest text that is cleaned; to clean one takes twenty times its room in memory.
LARGEST = 100_000_000
_PIECE = 1 << 20
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text and the encoding that it came in; a byte order mark stays part of the text."""

    text: str
    encoding: str = "utf-8"

    @property
    def guessed(self) -> bool:
        """Whether it could only be guessed what it is in, if nobody said so."""
        return self.encoding not in _EXACT

    def encode(self, text: str) -> bytes:
        """Another text in the same encoding."""
        return text.encode(self.encoding)


def decode(data: bytes, name: object, encoding: str = "") -> Encoded:
    """Decode UTF-8, or UTF-16 with a byte order mark. Nothing else is guessed, unless that is asked for.

    Args:
        data: What a file holds.
        name: The file, for errors.
        encoding: What the file is in if it bears no mark, or `auto`: if it isn't UTF-8, that is guessed.

    Raises:
        InputError: It isn't in its encoding, holds NUL characters as no text does, or could not be written back as it is.
    """
    known = _marked(data, encoding) or (encoding if encoding != AUTO else _guess(data, name)) or "utf-8"
    try:
        text = data.decode(known)
        # Of some encodings, several spellings mean the same.
        if known not in _EXACT and text.encode(known) != data:
            raise InputError(name, f"could not be written back as it is in {known}", "name another --encoding")
    except UnicodeError as error:
        at = f": byte {error.start} is 0x{data[error.start]:02x}" if isinstance(error, UnicodeDecodeError) else f": {error}"
        raise InputError(name, f"not {known.upper()} text{at}", "name its encoding with --encoding") from error
    if "\0" in text:
        raise InputError(name, "not a text: it holds NUL characters")
    return Encoded(text, known)


def _marked(data: bytes, encoding: str) -> str:
    """The encoding that bytes bear the mark of, if they do. That of UTF-32 begins like that of UTF-16, and must be asked for."""
    if data.startswith(codecs.BOM_UTF32_LE) and encoding not in ("", AUTO) and codecs.lookup(encoding).name.startswith("utf-32"):
        return ""
    return _UTF16.get(data[:2], "")


def _guess(data: bytes, name: object) -> str:
    """The encoding that bytes seem to be in: UTF-8 if they can be.

    Raises:
        InputError: None fits, or there is nothing to guess with.
    """
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        from charset_normalizer import from_bytes
    except ImportError as error:
        raise InputError(name, "--encoding auto needs a package that isn't there", "pip install 'cleaner[encodings]'") from error
    best = from_bytes(data).best()
    if best is None:
        raise InputError(name, "in no encoding that could be told", "name it with --encoding")
    return best.encoding


def is_encoding(name: str) -> bool:
    """Whether there is an encoding of texts of this name, or it asks to guess."""
    try:
        return name == AUTO or (codecs.lookup(name)._is_text_encoding and codecs.lookup(name).name not in _NO_TEXTS)
    except (LookupError, ValueError):  # no name at all may be in it
        return False


class TooLargeError(InputError):
    """A text that is larger than any that is cleaned.

    Attributes:
        pieces: All of it, to be passed on, once.
    """

    def __init__(self, name: object, pieces: Iterator[bytes]) -> None:
        super().__init__(name, f"is larger than {LARGEST:,} bytes", "split it, or give its documents as JSONL")
        self.pieces = pieces


def read(path: Path) -> bytes:
    """Bytes of a file.

    Raises:
        TooLargeError: There are more than `LARGEST`.
        InputError: It can't be read.
    """
    try:
        with ExitStack() as stack:
            stream = stack.enter_context(path.open("rb"))
            if os.fstat(stream.fileno()).st_size > LARGEST:
                raise TooLargeError(path, _pieces(stream, b"", stack.pop_all()))
            return read_stream(stream, path, stack)
    except IsADirectoryError as error:
        raise InputError(path, "is a folder", "clean folders with cleaner batch") from error
    except OSError as error:
        raise InputError(path, _reason(error)) from error


def read_stream(stream: BinaryIO, name: object, stack: ExitStack) -> bytes:
    """Bytes of a stream.

    Args:
        stream: It.
        name: What it is, for errors.
        stack: What closes it.

    Raises:
        TooLargeError: There are more than `LARGEST`; it takes the stack over.
        OSError: It can't be read.
    """
    data = bytearray()
    while piece := stream.read(_PIECE):
        data += piece
        if len(data) > LARGEST:
            raise TooLargeError(name, _pieces(stream, bytes(data), stack.pop_all()))
    return bytes(data)


def _pieces(stream: BinaryIO, data: bytes, stack: ExitStack) -> Iterator[bytes]:
    """What was read of a stream, and the rest of it."""
    with stack:
        yield data
        while piece := stream.read(_PIECE):
            yield piece


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
        passed_over: What looks like an input and isn't taken: links to folders or to nothing, pipes.
    """

    jobs: tuple[Job, ...]
    skipped: int
    unreadable: tuple[InputError, ...] = ()
    passed_over: tuple[InputError, ...] = ()


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
        InputError: A source is missing, a pattern is faulty, two would be written to the same place, an input would be overwritten, or
            something outside of `output` would be.
    """
    sources = list(sources)
    folders = [source for source in sources if source.is_dir()]
    wanted = _spec(include, "--include")
    unwanted = _spec(exclude, "--exclude")
    unreadable: list[InputError] = []
    passed_over: list[InputError] = []
    claims = _Claims(output)
    skipped = 0
    for source in sources:
        if not source.exists():
            raise InputError(source, "no such file or folder")
        if source.is_dir():
            base = output / source.resolve().name if len(folders) > 1 else output
            chosen = []
            for path in _walk(source, [output, *outputs], unwanted, ignore_files, unreadable):
                within = path.relative_to(source)
                if not wanted.match_file(within.as_posix()) and not path.is_dir():
                    skipped += 1
                elif path.is_file():
                    chosen.append((path, (base / within).with_name(rename(path.name))))
                else:
                    passed_over.append(InputError(path, _no_file(path), "name it as a source of its own" if path.is_dir() else ""))
        elif source.is_file():
            chosen = [(source, output / rename(source.name))]
        else:
            raise InputError(source, "is no file", "pipe a text into cleaner, without batch")
        for path, target in chosen:
            claims.add(path, target)
    jobs = tuple(Job(path, target) for target, path in sorted(claims.sources.items()))
    return Plan(jobs, skipped, tuple(unreadable), tuple(passed_over))


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
            path
            for path in _walk(source, (), _spec((), ""), True, unreadable)
            if path.is_file() and wanted.match_file(path.relative_to(source).as_posix())
        )
        if unreadable:
            raise unreadable[0]


def _no_file(path: Path) -> str:
    if path.is_dir():
        return "is a link to a folder, which is not followed"
    return "is a link to nothing" if path.is_symlink() else "is no file"


class _Claims:
    """Places in an output folder, each claimed by one file.

    Args:
        output: The folder.

    Attributes:
        sources: The file of each place.
    """

    def __init__(self, output: Path) -> None:
        self.sources: dict[Path, Path] = {}
        self._within = Within(output)
        self._places: dict[Path, Path] = {}  # the file of each place, whatever links lead there

    def add(self, path: Path, target: Path) -> None:
        """Claim a place.

        Raises:
            InputError: Another file has claimed it, it is the file itself, or it leads out of the folder.
        """
        if target.exists() and target.resolve() == path.resolve():
            raise InputError(path, "would be overwritten by its own clean text", "choose another --output-dir")
        place = self._within.place(target)
        if self._places.get(place, path) != path:
            raise InputError(path, f"and {self._places[place]} would both be written to {target}", "clean them in two runs")
        self._places[place] = self.sources[target] = path


class Within:
    """Sees that what is written to a folder stays in it.

    Args:
        folder: The folder; it may be a link itself.
    """

    def __init__(self, folder: Path) -> None:
        self._root = os.path.realpath(folder)
        self._folders: dict[Path, Path] = {}  # resolved: to ask for each file takes long

    def place(self, target: Path) -> Path:
        """Where a file of it really lies.

        Raises:
            InputError: It is a link, or a link to a folder leads out.
        """
        folder = target.parent
        if folder not in self._folders:
            self._folders[folder] = Path(os.path.realpath(folder))  # which takes links that lead to themselves, too
        place = self._folders[folder] / target.name
        if target.is_symlink() or not place.is_relative_to(self._root):
            raise InputError(target, f"leads out of the output folder, to {os.path.realpath(target)}", "remove the link")
        return place


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
        yield from (folder / name for name in folders if (folder / name).is_symlink())
        for name in sorted(names):
            if name != ".gitignore" and not left_out(name):
                yield folder / name
