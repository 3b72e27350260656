"""What is longer than the screen goes through a pager, as with `git` and `man`."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from cleaner.errors import InputError

#: Shows colours as they are.
_DEFAULT = "less -R"


@contextmanager
def paged(wanted: bool = True) -> Iterator[None]:
    """Let standard output go through the user's pager once a screen is full, if it is a terminal.

    `CLEANER_PAGER` goes before `PAGER`; one that is empty, or `cat`, means none.

    Args:
        wanted: Whether to do so at all.

    Raises:
        InputError: The pager that is asked for can't be started.
    """
    command = _command()
    if not wanted or not command or not sys.stdout.isatty():
        yield
        return
    out = sys.stdout
    screen = _Screen(out, command)
    sys.stdout = screen
    try:
        yield
    finally:
        sys.stdout = out
        screen.close()


def _command() -> list[str]:
    asked = next((os.environ[name] for name in ("CLEANER_PAGER", "PAGER") if name in os.environ), _DEFAULT)
    try:
        command = shlex.split(asked)
    except ValueError as error:
        raise InputError(asked, f"is no command: {error}".lower(), "mend CLEANER_PAGER or PAGER") from error
    return [] if command in ([], ["cat"]) else command


class _Screen:
    """Standard output as far as it fits the screen; then a pager.

    Args:
        out: The terminal.
        command: The pager and its arguments.
    """

    def __init__(self, out: Any, command: list[str]) -> None:
        self._out, self._command = out, command
        self._held: list[str] = []
        self._room = (os.get_terminal_size(out.fileno()).lines or sys.maxsize) - 1
        self._pager: subprocess.Popen[str] | None = None

    def write(self, text: str) -> int:
        """Hold a text back while it fits, or give it to the pager."""
        if self._pager is None:
            self._held.append(text)
            self._room -= text.count("\n")
            if self._room < 0:
                self._start()
            return len(text)
        self._feed(text)
        return len(text)

    def _start(self) -> None:
        try:
            self._pager = subprocess.Popen(self._command, stdin=subprocess.PIPE, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            held, self._held = self._held, []
            if "CLEANER_PAGER" in os.environ or "PAGER" in os.environ:
                remedy = "mend CLEANER_PAGER or PAGER, or use --no-pager"
                raise InputError(self._command[0], f"can't be started: {(error.strerror or str(error)).lower()}", remedy) from error
            self._pager, self._room = None, sys.maxsize  # there is no less here
            self._out.write("".join(held))
            return
        held, self._held = self._held, []
        self._feed("".join(held))

    def _feed(self, text: str) -> None:
        if self._pager and self._pager.stdin:
            self._pager.stdin.write(text)

    def flush(self) -> None:
        """Nothing: what is held back may have to go to a pager, and a pager gets all in the end."""

    def close(self) -> None:
        """Show what is held back, or wait until the pager was left."""
        if self._pager is None:
            self._out.write("".join(self._held))
            self._out.flush()
            return
        stdin: IO[str] | None = self._pager.stdin
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's now
        try:
            if stdin:
                with suppress(BrokenPipeError):  # it was left before its end
                    stdin.close()
            self._pager.wait()
        finally:
            signal.signal(signal.SIGINT, before)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)
