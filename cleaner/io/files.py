"""Reading and decoding of inputs, and the check that outputs stay in their folder."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cleaner.errors import InputError
from cleaner.wording import extra

#: Patterns of the files that are taken from folders by default.
TEXT_FILES = ("*.txt", "*.text", "*.md")

#: Name of our own folder in an output folder; it is never searched for inputs.
OWN_FOLDER = ".cleaner"

#: In place of an encoding's name: guess it.
AUTO = "auto"
#: Encodings with one byte sequence for each text, so that a decoded text can be written back exactly.
_EXACT = ("utf-8", "utf-16-le", "utf-16-be")
#: Python's encodings of host names, and one that always fails: a part of a text may not be encodable in them.
_NO_TEXTS = ("idna", "punycode", "undefined")
#: Size in bytes of the largest text that is cleaned; cleaning takes twenty times as much memory.
LARGEST = 100_000_000
_PIECE = 1 << 20
_HASHED_AT_ONCE = 1 << 24
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class DecodedText(NamedTuple):
    """A text and its encoding; a byte order mark stays part of the text."""

    text: str
    encoding: str = "utf-8"

    @property
    def guessed(self) -> bool:
        """Whether the encoding must have been guessed, if nobody named it."""
        return self.encoding not in _EXACT

    def encode(self, text: str) -> bytes:
        """Another text in the same encoding."""
        return text.encode(self.encoding)


def decode(data: bytes, name: object, encoding: str = "") -> DecodedText:
    """Decode UTF-8, UTF-16 with a byte order mark, or another encoding that is named.

    Args:
        data: Content of a file.
        name: Name of the file, for errors.
        encoding: Encoding of files without a byte order mark, by default UTF-8; `auto` guesses it for files that aren't UTF-8.

    Raises:
        InputError: The data isn't valid in its encoding, could not be written back exactly, or holds NUL characters, as no text does.
    """
    known = _marked(data, encoding) or (encoding if encoding != AUTO else _guess(data, name)) or "utf-8"
    try:
        text = data.decode(known)
        # Some encodings have several byte sequences for the same text.
        if known not in _EXACT and text.encode(known) != data:
            raise InputError(name, f"could not be written back as it is in {known}", "name another --encoding")
    except UnicodeError as error:
        reason = f": byte {error.start} is 0x{data[error.start]:02x}" if isinstance(error, UnicodeDecodeError) else f": {error}"
        raise InputError(
            name, f"not {known.upper()} text{reason}", "name its encoding with --encoding, or let --encoding auto guess it"
        ) from error
    if "\0" in text:
        raise InputError(name, "not a text: it holds NUL characters")
    return DecodedText(text, known)


def _marked(data: bytes, encoding: str) -> str:
    """Encoding of the byte order mark, or an empty string. UTF-32 must be named, since its mark begins like that of UTF-16."""
    if data.startswith(codecs.BOM_UTF32_LE) and encoding not in ("", AUTO) and codecs.lookup(encoding).name.startswith("utf-32"):
        return ""
    return _UTF16.get(data[:2], "")


def _guess(data: bytes, name: object) -> str:
    """Probable encoding of bytes: UTF-8 if they are valid in it.

    Raises:
        InputError: No encoding is probable, or the package that guesses isn't installed.
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
        raise InputError(name, "--encoding auto needs a package that isn't there", extra("encodings")) from error
    best = from_bytes(data).best()
    if best is None:
        raise InputError(name, "in no encoding that could be told", "name it with --encoding")
    return best.encoding


def is_encoding(name: str) -> bool:
    """Whether a name is that of an encoding of texts, or `auto`."""
    try:
        return name == AUTO or (codecs.lookup(name)._is_text_encoding and codecs.lookup(name).name not in _NO_TEXTS)
    except (LookupError, ValueError):  # ValueError for a name with NUL characters
        return False


def see_that_it_stays(path: Path) -> None:
    """Check that a file can be replaced by another.

    Raises:
        InputError: It is a pipe or a device, from which reading may wait for ever, and nothing is left once it was read.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise InputError(path, "is no file that can be replaced", "pipe it into cleaner, without --in-place")


class TooLargeError(InputError):
    """A text has more than `LARGEST` bytes; `pieces` are all of its bytes, an iterator."""

    def __init__(self, name: object, pieces: Iterator[bytes]) -> None:
        super().__init__(name, f"is larger than {LARGEST:,} bytes", "split it, or give its documents as JSONL")
        self.pieces = pieces


def read(path: Path) -> bytes:
    """Bytes of a file.

    Raises:
        TooLargeError: It has more than `LARGEST` bytes.
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


def sha256(path: Path, tell: Callable[[int], object] = lambda done: None) -> str:
    """Digest of a file, in hexadecimal digits; `tell` gets, now and then, the number of bytes that are read.

    Raises:
        OSError: It can't be read.
    """
    import hashlib  # slow to import, and plain cleaning needs no digest

    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while data := stream.read(_HASHED_AT_ONCE):
            digest.update(data)
            tell(stream.tell())
    return digest.hexdigest()


def read_stream(stream: BinaryIO, name: object, stack: ExitStack) -> bytes:
    """Bytes of a stream that `stack` closes; `name` is for errors.

    Raises:
        TooLargeError: It has more than `LARGEST` bytes; the error takes over the stack.
        OSError: It can't be read.
    """
    data = bytearray()
    while piece := stream.read(_PIECE):
        data += piece
        if len(data) > LARGEST:
            raise TooLargeError(name, _pieces(stream, bytes(data), stack.pop_all()))
    return bytes(data)


def _pieces(stream: BinaryIO, data: bytes, stack: ExitStack) -> Iterator[bytes]:
    """`data`, which was read from a stream already, and the rest of the stream."""
    with stack:
        yield data
        while piece := stream.read(_PIECE):
            yield piece


class InputOutput(NamedTuple):
    """Paths of an input file and of its clean text."""

    source: Path
    target: Path


class OutputFolder:
    """An output folder, which may be a link; it checks that paths don't lead out of it."""

    def __init__(self, folder: Path) -> None:
        self._root = os.path.realpath(folder)
        self._folders: dict[Path, Path] = {}  # real paths of folders: resolving each file's would take long

    def real_path(self, target: Path) -> Path:
        """Real path of a file in the folder, links followed.

        Raises:
            InputError: The file is a link, or a link leads out of the folder.
        """
        folder = target.parent
        if folder not in self._folders:
            self._folders[folder] = Path(os.path.realpath(folder))  # unlike `resolve`, it accepts links that lead to themselves
        path = self._folders[folder] / target.name
        if target.is_symlink() or not path.is_relative_to(self._root):
            raise InputError(target, f"leads out of the output folder, to {os.path.realpath(target)}", "remove the link")
        return path
