"""Standard streams and exit codes. Output is in bytes, messages go to standard error, and a closed pipe ends a command quietly."""

from __future__ import annotations

import errno
import functools
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import IO, NoReturn, ParamSpec

from cleaner.errors import CleanerError, ConfigError, InputError, Problem, RuleError, os_reason
from cleaner.io import atomic, files
from cleaner.render.visible import visible
from cleaner.result import Flag, Removal

#: `--check` found something to remove.
WOULD_CHANGE = 1
#: Bad usage, or an input that can't be read.
BAD_INPUT = 2
#: Rule files that are wrong, or don't do what their examples say.
BAD_RULES = 3
#: Ctrl-C, as shells count it.
INTERRUPTED = 130

STDIN = "-"

#: Remedies, by the errors of a system that has no more of something.
_FILES, _PROCESSES = "allow more with ulimit -n, or use fewer processes: --jobs 1", "use fewer processes: --jobs 1"
_SCARCE = {errno.EMFILE: _FILES, errno.ENFILE: _FILES, errno.ENOMEM: _PROCESSES, errno.EAGAIN: _PROCESSES}

Args = ParamSpec("Args")


def guarded(command: Callable[Args, int]) -> Callable[Args, None]:
    """A command that ends the process with its exit code; after one of our errors, with a message and that error's exit code."""

    @functools.wraps(command)
    def run(*args: Args.args, **kwargs: Args.kwargs) -> NoReturn:
        try:
            with _terminable():
                code = command(*args, **kwargs)
            sys.stdout.flush()
        except (RuleError, ConfigError) as error:
            warn_problems(error.problems)
            code = BAD_RULES if isinstance(error, RuleError) else BAD_INPUT
        except CleanerError as error:
            warn(f"error: {error}")
            code = BAD_INPUT
        except BrokenPipeError:
            mute_stdout()
            code = 0
        except OSError as error:
            code = failed(error)
        except KeyboardInterrupt as error:
            if str(error):
                warn(str(error))
            code = INTERRUPTED
        sys.exit(code)

    return run


def failed(error: OSError) -> int:
    """Print a message on a failed system call; gives the exit code."""
    what = str(error.filename) if error.filename else "standard output: can't be written"
    if error.errno in _SCARCE:
        what = "the system refuses more" if not error.filename else what
    remedy = _SCARCE.get(error.errno or 0, "")
    warn(f"error: {what}: {os_reason(error)}" + (f" ({remedy})" if remedy else ""))
    mute_stdout()
    return BAD_INPUT


def mute_stdout() -> None:
    """Discard standard output from here on: its reader is gone, and Python would print an error when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a command like an error, so that its processes end and temporary files are removed."""

    def end(signal_number: int, _: object) -> None:
        sys.exit(128 + signal_number)  # as shells count it

    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    handlers = {signal_number: signal.signal(signal_number, end) for signal_number in signals}
    try:
        yield
    finally:
        for signal_number, handler in handlers.items():
            signal.signal(signal_number, handler)


def warn(message: str) -> None:
    """Print a message on standard error; if that can't be written, only the exit code tells."""
    with suppress(OSError):
        print(visible(message), file=sys.stderr)  # noqa: T201


def echo(message: str) -> None:
    """Print a line on standard output."""
    print(visible(message))  # noqa: T201


def warn_problems(problems: Iterable[Problem]) -> None:
    """Print problems in rule files or a configuration, one line each."""
    for problem in problems:
        warn(f"error: {problem}")


def warn_flags(name: str, flags: tuple[Flag, ...], strict: bool = False) -> None:
    """Print the flags of a text called `name`, as warnings; if `strict`, as errors."""
    for flag in flags:
        warn(f"{'error' if strict else 'warning'}: {name}: {flag_message(flag)}")


def flag_message(flag: Flag) -> str:
    """What a flag says of its text."""
    return flag.message if flag.kind == "long-line" else f"left as it is: {flag.message}"


def read_stdin() -> bytes:
    """All bytes of standard input.

    Raises:
        TooLargeError: It is larger than any text that is cleaned.
        InputError: It is closed; or a terminal, where reading would wait for ever.
    """
    if sys.stdin is None or sys.stdin.isatty():
        state = "is closed" if sys.stdin is None else "is a terminal"
        raise InputError("standard input", state, "pipe a text in, or name a file: cleaner clean FILE")
    return files.read_stream(sys.stdin.buffer, "standard input", ExitStack())


def write_stdout(data: bytes) -> None:
    """Write bytes to standard output."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write(path: Path | None, data: bytes) -> None:
    """Write bytes to a file atomically; to standard output if `path` is None or `-`."""
    if path and str(path) != STDIN:
        atomic.write(path, data)
    else:
        write_stdout(data)


def write_json(value: Mapping[str, object]) -> None:
    """Write an object to standard output as one line of JSON."""
    from cleaner.io.audit import json_line  # plain cleaning writes no JSON

    write_stdout(json_line(value).encode() + b"\n")


def name_in_patch(path: Path) -> str:
    """A file's name in a patch: relative to the working directory, as `patch` and `git` expect; to the root if it isn't below that."""
    here, path = Path.cwd(), Path(os.path.normpath(Path.cwd() / path))
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix().lstrip("/")


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same file, links followed; False if one is `-`."""
    if STDIN in (str(one), str(other)):
        return False
    try:
        return one.samefile(other)
    except (OSError, RuntimeError):  # one of them doesn't exist yet, or is a link to itself
        return os.path.realpath(one) == os.path.realpath(other)


def open_audit(path: Path, texts: Iterable[Path], kept: int = 0, again: Collection[str] = ()) -> IO[str]:
    """An audit that is open for writing at its end, and locked against other runs.

    Args:
        path: The audit's file, which may hold earlier audits.
        texts: Files that it must not be: those that are read and those that are written.
        kept: Bytes of it that stay where a run is resumed; 0 for all.
        again: Names of the files that the resumed run cleans again. What follows on the bytes that stay is deleted if it is of them.

    Raises:
        InputError: It can't be written, is one of the texts, holds something else, is too short, or another run is writing it.
    """
    if any(same_file(path, text) for text in texts):
        raise InputError(path, "the audit would overwrite a text", "name another file")
    if _holds_something_else(path):
        raise InputError(path, "holds something else than an audit", "name another file")
    try:
        log = path.open("a", encoding="utf-8", newline="\n")
        try:
            if path.is_file():
                atomic.lock(log.fileno())
                _cut_torn_line(path)
                if path.stat().st_size < kept:
                    raise InputError(path, "has lost removals of files that are done already", "clean again without --resume")
                if kept and _is_all_of(path, kept, again):
                    os.truncate(path, kept)
        except BaseException:
            log.close()
            raise
        return log
    except BlockingIOError as error:
        raise InputError(path, "another run is writing this audit", "wait for it, or name another file") from error
    except OSError as error:
        raise InputError.from_os(path, error, "can't be written") from error


def _is_all_of(path: Path, start: int, files: Collection[str]) -> bool:
    """Whether all lines of an audit from an offset on are of some files; another run may have added to it since."""
    from cleaner.io.audit_index import AuditIndex  # only a run that is resumed needs it

    with closing(AuditIndex([path], start)) as index:
        return all(file in files for file in index.files())


def _cut_torn_line(path: Path) -> None:
    """Cut half a line off the end of an audit: a process was killed while it wrote it, and its text was not replaced yet."""
    with path.open("r+b") as stream:
        size = end = stream.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - (1 << 16))
            stream.seek(start)
            line_end = stream.read(end - start).rfind(b"\n")
            if line_end >= 0:
                end = start + line_end + 1
                break
            end = start
        if end < size:
            stream.truncate(end)


def _holds_something_else(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            beginning = stream.read(9)
    except OSError:  # opening it will say what is wrong
        return False
    return bool(beginning) and not beginning.startswith(b'{"file": ')


def write_audit(
    log: IO[str], file: str, removals: Iterable[Removal], clean: str, row: int, seen: Mapping[str, int], encoding: str = ""
) -> None:
    """Add the removals of a text to an audit; its parameters are those of `audit_lines`.

    Raises:
        InputError: It can't be written.
    """
    from cleaner.io.audit import audit_lines

    try:
        log.writelines(line + "\n" for line in audit_lines(file, removals, clean, row, seen, encoding))
        log.flush()
    except OSError as error:
        raise InputError.from_os(log.name, error, "can't be written") from error
