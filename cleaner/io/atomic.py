"""Atomic writing of files: at any time a file is the complete old one or the complete new one, even if the process is killed.

Data goes to a temporary file in the same folder, which is then renamed. The temporary file is locked as long as its writer lives, so that
later processes can tell files that a dead one left behind.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from cleaner.errors import InputError

#: In place of a run's name in the names of temporary files outside of a batch.
ALONE = "cleaner"
#: Number of characters of a file's name that are in the name of its temporary file.
_KEPT_OF_NAME = 40
_COPIED_AT_ONCE = 1 << 20
#: Names of our temporary files outside of a batch.
_OURS = re.compile(rf"\..+\.{ALONE}-[0-9a-f]{{8}}\.tmp", re.DOTALL)


def write(path: Path, data: bytes, durable: bool = False) -> None:
    """Write bytes to a file; see `writing`.

    Raises:
        InputError: The file can't be written; then it is as it was.
    """
    with writing_alone(path, durable) as stream:
        stream.write(data)


def writing_alone(path: Path, durable: bool = False) -> AbstractContextManager[BinaryIO]:
    """As `writing`, for a file outside of a batch; removes temporary files that dead processes left in its folder."""
    _sweep_folder(_real_path(path).parent)
    return writing(path, durable=durable)


def _real_path(path: Path) -> Path:
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextmanager
def writing(path: Path, run: str = ALONE, durable: bool = False) -> Iterator[BinaryIO]:
    """Stream into a file, which is replaced when the block ends; if the block fails, it stays as it was.

    A replaced file keeps its mode, owner and extended attributes; links are followed.

    Args:
        path: Path of the file.
        run: Name of the run, which is part of the temporary file's name, for `sweep`.
        durable: Whether the file must be on the disk before the block ends.

    Raises:
        InputError: The file can't be written, is read-only, or has other names (hard links) that would keep the old text; or the block
            raised an `OSError`.
    """
    target = _real_path(path)
    temporary: Path | None = None
    try:
        if target.is_symlink():  # a link that leads to itself
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if target.exists():
            if not target.is_file():
                with target.open("wb") as stream:  # a device or a pipe, such as /dev/null
                    yield stream
                return
            _see_that_it_may_go(path, target.stat())
        while True:
            temporary = target.parent / f"{_prefix(target, run)}{os.urandom(4).hex()}.tmp"  # set before it exists: always removed
            handle = _opened(temporary)
            if handle is not None:
                break
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.close(os.dup(handle))  # some file systems report only now that the disk is full
            _take_after(temporary, target)
            if durable:
                os.fsync(handle)
            temporary.replace(target)  # while locked, so that no other process removes it
            temporary = None
        if durable:
            _sync_folder(target.parent)
    except OSError as error:
        raise InputError.from_os(path, error, "can't be written") from error
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def _opened(path: Path) -> int | None:
    """Handle of a new file, locked; None if the name is taken, or if another process removed the file before it was locked."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    with suppress(FileExistsError):
        handle = os.open(path, flags, 0o600)
        with suppress(BlockingIOError):
            lock(handle)
            if os.fstat(handle).st_nlink:
                return handle
        os.close(handle)
    return None


def _see_that_it_may_go(path: Path, status: os.stat_result) -> None:
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise InputError(path, "is read-only", "chmod u+w lets it be written")
    if status.st_nlink > 1:
        raise InputError(path, f"has {status.st_nlink} names (hard links), and the others would keep the old text", "write to another file")


def _take_after(temporary: Path, target: Path) -> None:
    """Give a new file the mode, owner and extended attributes of the file that it will replace."""
    try:
        status = target.stat()
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        return
    with suppress(OSError, AttributeError):  # only root may give files away
        mine = temporary.stat()
        if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
            os.chown(temporary, status.st_uid, status.st_gid)
    temporary.chmod(stat.S_IMODE(status.st_mode))
    with suppress(OSError, AttributeError):
        for name in os.listxattr(target):
            with suppress(OSError):  # we may lack the right to set security labels
                os.setxattr(temporary, name, os.getxattr(target, name))


def part(path: Path, run: str, number: int) -> Path:
    """Path of a part of a file, for `join`; `number` is the part's index."""
    return path.parent / f"{_prefix(path, run)}part{number:06}.tmp"


def join(path: Path, parts: Sequence[Path], run: str, durable: bool = False) -> None:
    """Concatenate parts into a file, and remove them.

    Raises:
        InputError: The file can't be written, or a part can't be read.
    """
    import shutil  # slow to import, and few files come in parts

    with writing(path, run, durable) as stream:
        for part_path in parts:
            with part_path.open("rb") as source:
                shutil.copyfileobj(source, stream, _COPIED_AT_ONCE)
    for part_path in parts:
        part_path.unlink()


def _prefix(target: Path, run: str) -> str:
    return f".{target.name[:_KEPT_OF_NAME]}.{run}-"


def sweep(targets: Iterable[Path], run: str) -> None:
    """Remove the temporary files of a run beside `targets`, which its killed processes left."""
    names: dict[Path, set[str]] = {}
    for target in targets:
        names.setdefault(target.parent, set()).add(target.name[:_KEPT_OF_NAME])
    for folder, begun in names.items():
        for path in folder.glob(f".*.{run}-*.tmp"):
            if path.name[1:].rsplit(".", 2)[0] in begun:
                path.unlink(missing_ok=True)


@cache
def _sweep_folder(folder: Path) -> None:
    """Remove temporary files outside of a batch that nobody holds locked; once for each folder in a process."""
    with suppress(OSError):
        for path in folder.glob(f".*.{ALONE}-*.tmp"):
            if _OURS.fullmatch(path.name) and stat.S_ISREG(path.lstat().st_mode):  # opening a pipe would wait
                with suppress(OSError), path.open("rb") as stream:
                    lock(stream.fileno())
                    path.unlink(missing_ok=True)


def lock(descriptor: int) -> None:
    """Lock a file as long as it is open, where the system can.

    `filelock` locks a file of its own beside it, which would stay behind in folders of outputs; here the temporary file, or the manifest,
    is what is locked.

    Raises:
        BlockingIOError: Another process has locked it.
    """
    try:
        import fcntl
    except ImportError:  # Windows, where open files can't be removed
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a file system without locks
        return


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make a folder, and keep other runs out of it until the block ends, where the system can; then it is removed if it is empty.

    Raises:
        InputError: The folder can't be made, or another run is at work there.
    """
    handle = None
    while handle is None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = _locked_folder(folder)
        except BlockingIOError as error:
            raise InputError(folder, "another run is at work there", "wait for it to end") from error
        except OSError as error:
            raise InputError.from_os(folder, error, "can't be made") from error
    try:
        yield
    finally:
        with suppress(OSError):
            folder.rmdir()
        os.close(handle)


def _locked_folder(folder: Path) -> int | None:
    """Handle of a folder, locked; None if another process removed it before it was locked."""
    if sys.platform == "win32":
        return os.open(os.devnull, os.O_RDONLY)  # folders can't be opened there, nor locked
    handle = os.open(folder, os.O_RDONLY)
    try:
        lock(handle)
    except BlockingIOError:
        os.close(handle)
        raise
    if os.fstat(handle).st_nlink:
        return handle
    os.close(handle)
    return None


def sync(folder: Path) -> None:
    """Wait until all data written to a folder's file system is on the disk, on systems that can."""
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(AttributeError):  # a C library without `syncfs`
        _with_folder(folder, ctypes.CDLL(None).syncfs)


def _sync_folder(folder: Path) -> None:
    """Wait until a renaming in a folder is on the disk, on systems that can."""
    _with_folder(folder, os.fsync)


def _with_folder(folder: Path, act: Callable[[int], object]) -> None:
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            act(descriptor)
        finally:
            os.close(descriptor)
