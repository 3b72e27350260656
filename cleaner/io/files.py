"""Read inputs, tell what they are in, and see that what is written stays in its place."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cleaner.errors import InputError

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


class DecodedText(NamedTuple):
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


def decode(data: bytes, name: object, encoding: str = "") -> DecodedText:
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
    return DecodedText(text, known)


def _marked(data: bytes, encoding: str) -> str:
    """The encoding whose mark bytes bear, or an empty string. The mark of UTF-32 begins like that of UTF-16, and must be asked for."""
    if data.startswith(codecs.BOM_UTF32_LE) and encoding not in ("", AUTO) and codecs.lookup(encoding).name.startswith("utf-32"):
        return ""
    return _UTF16.get(data[:2], "")


def _guess(data: bytes, name: object) -> str:
    """The encoding that bytes seem to be in: UTF-8 if they are valid in it.

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
    """A text that is larger than any that is cleaned; `pieces` are all of its bytes, to be gone through once."""

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
        raise InputError.from_os(path, error) from error


def read_stream(stream: BinaryIO, name: object, stack: ExitStack) -> bytes:
    """Bytes of a stream that `stack` closes; `name` stands in errors.

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


class InputOutput(NamedTuple):
    """One file of a batch and where its clean text goes."""

    source: Path
    target: Path


class OutputFolder:
    """Sees that what is written to a folder, which may be a link itself, stays in it."""

    def __init__(self, folder: Path) -> None:
        self._root = os.path.realpath(folder)
        self._folders: dict[Path, Path] = {}  # resolved: to ask for each file takes long

    def real_path(self, target: Path) -> Path:
        """Path of a file of it, links followed.

        Raises:
            InputError: It is a link, or a link to a folder leads out.
        """
        folder = target.parent
        if folder not in self._folders:
            self._folders[folder] = Path(os.path.realpath(folder))  # which takes links that lead to themselves, too
        path = self._folders[folder] / target.name
        if target.is_symlink() or not path.is_relative_to(self._root):
            raise InputError(target, f"leads out of the output folder, to {os.path.realpath(target)}", "remove the link")
        return path
