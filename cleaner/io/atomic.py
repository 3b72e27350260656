"""Write files so that each is, at any time, the old one or the new one, whole: whatever ends us, and whenever.

What is written goes to a temporary file beside its place and is put there by one renaming. The temporary file is locked as long as its
writer lives, so that whoever comes next can tell what a dead one left behind.
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

#: What temporary files bear that belong to no run of a batch.
ALONE = "cleaner"
#: Characters of a file's name that its temporary file bears, too.
_KEPT_OF_NAME = 40
_COPIED_AT_ONCE = 1 << 20
#: Names of temporary files that belong to no run, and of nobody else's.
_OURS = re.compile(rf"\..+\.{ALONE}-[0-9a-f]{{8}}\.tmp", re.DOTALL)


def write(path: Path, data: bytes, durable: bool = False) -> None:
    """Put bytes in a file: the old file or the new one, never half of it. See `writing`.

    Raises:
        InputError: It can't be written; then the old file is as it was.
    """
    with writing_alone(path, durable) as stream:
        stream.write(data)


def writing_alone(path: Path, durable: bool = False) -> AbstractContextManager[BinaryIO]:
    """See `writing`; what earlier processes left in the folder goes."""
    _sweep_folder(_real_path(path).parent)
    return writing(path, durable=durable)


def _real_path(path: Path) -> Path:
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextmanager
def writing(path: Path, run: str = ALONE, durable: bool = False) -> Iterator[BinaryIO]:
    """A stream into a file that is there, whole, once the block ends, and as it was before if the block fails.

    Mode, owner and extended attributes of a file that is replaced stay; where a link leads, is written.

    Args:
        path: The file.
        run: What the temporary file's name bears, by which `sweep` knows it.
        durable: Whether it must be on the disk before the block ends.

    Raises:
        InputError: It can't be written, is read-only, or has other names that would keep the old text. Every `OSError` of the block
            counts as such.
    """
    target = _real_path(path)
    temporary: Path | None = None
    try:
        if target.is_symlink():  # it leads to itself
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if target.exists():
            if not target.is_file():
                with target.open("wb") as stream:  # a device or a pipe, such as /dev/null
                    yield stream
                return
            _see_that_it_may_go(path, target.stat())
        while True:
            temporary = target.parent / f"{_prefix(target, run)}{os.urandom(4).hex()}.tmp"  # known before it is there, so it always goes
            handle = _opened(temporary)
            if handle is not None:
                break
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.close(os.dup(handle))  # some file systems tell only now that there was no room
            _take_after(temporary, target)
            if durable:
                os.fsync(handle)
            temporary.replace(target)  # while it is locked: nobody may take it for left behind
            temporary = None
        if durable:
            _sync_folder(target.parent)
    except OSError as error:
        raise InputError.from_os(path, error, "can't be written") from error
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def _opened(path: Path) -> int | None:
    """A new file, open and locked; nothing if somebody swept it before it was locked, or if its name is taken."""
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
    """Give a new file the mode, owner and extended attributes of the one that it replaces."""
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
            with suppress(OSError):  # labels of the system's security may be out of our reach
                os.setxattr(temporary, name, os.getxattr(target, name))


def part(path: Path, run: str, number: int) -> Path:
    """Where a part of a file lies until `join` puts it together with the others."""
    return path.parent / f"{_prefix(path, run)}part{number:06}.tmp"


def join(path: Path, parts: Sequence[Path], run: str, durable: bool = False) -> None:
    """Make a file of its parts, which are gone then.

    Raises:
        InputError: It can't be written, or a part can't be read.
    """
    import shutil  # it takes long to import, and few files come in parts

    with writing(path, run, durable) as stream:
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


@cache
def _sweep_folder(folder: Path) -> None:
    """Remove, once a process, what dead processes left in a folder that belonged to no run; the living hold theirs locked."""
    with suppress(OSError):
        for path in folder.glob(f".*.{ALONE}-*.tmp"):
            if _OURS.fullmatch(path.name) and stat.S_ISREG(path.lstat().st_mode):  # opening a pipe would wait
                with suppress(OSError), path.open("rb") as stream:
                    lock(stream.fileno())
                    path.unlink(missing_ok=True)


def lock(descriptor: int) -> None:
    """Lock a file as long as it is open, where the system can.

    Raises:
        BlockingIOError: Another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows, where nobody can remove what is open
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a file system without locks
        return


def sync(folder: Path) -> None:
    """Wait until all that was written to a folder's file system is on the disk, where the system can say so."""
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(AttributeError):  # a library of the system's own that doesn't know it
        _with_folder(folder, ctypes.CDLL(None).syncfs)


def _sync_folder(folder: Path) -> None:
    """Have a renaming on the disk, where folders can be asked for that."""
    _with_folder(folder, os.fsync)


def _with_folder(folder: Path, act: Callable[[int], object]) -> None:
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            act(descriptor)
        finally:
            os.close(descriptor)
