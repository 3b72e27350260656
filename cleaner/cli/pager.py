"""What is longer than the screen goes through a pager, as with `git` and `man`."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rich.cells import cell_len

from cleaner.cli import stdio

#: Shows colours as they are.
_DEFAULT = "less -R"
#: In a command, what only a shell understands.
_FOR_A_SHELL = re.compile(r"[|&;<>()$`*?~]|^\w+=")
#: What takes no room on a line: colours and links.
_UNSEEN = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\")


@contextmanager
def paged(wanted: bool = True) -> Iterator[None]:
    """Let standard output go through the user's pager once a screen is full, if it is a terminal.

    `CLEANER_PAGER` goes before `PAGER`; one that is empty, or `cat`, means none. One that can't be started is told, and passed over.

    Args:
        wanted: Whether to do so at all.
    """
    command = _command() if wanted and sys.stdout.isatty() else []
    if not command:
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
    """The pager's command, for no shell; nothing, if there is to be none."""
    name = next((name for name in ("CLEANER_PAGER", "PAGER") if name in os.environ), "")
    asked = os.environ[name] if name else _DEFAULT
    try:
        command = ["sh", "-c", asked] if _FOR_A_SHELL.search(asked) else shlex.split(asked)
    except ValueError as error:
        stdio.warn(f"warning: {name}: is no command: {str(error).lower()}")
        return []
    if command in ([], ["cat"]):
        return []
    if not shutil.which(command[0]):
        if name:
            stdio.warn(f"warning: {name}: there is no command {command[0]}")
        return []
    return command


class _Screen:
    """Standard output as far as it fits the screen; then a pager.

    Args:
        out: The terminal.
        command: The pager and its arguments.
    """

    def __init__(self, out: Any, command: list[str]) -> None:
        self._out, self._command = out, command
        self._held: list[str] = []
        size = os.get_terminal_size(out.fileno())
        self._width, self._room = size.columns or sys.maxsize, (size.lines or sys.maxsize) - 1
        self._pager: subprocess.Popen[str] | None = None
        self._interrupt: Any = None

    def write(self, text: str) -> int:
        """Hold a text back while it fits, or give it to the pager."""
        if self._pager is None:
            self._held.append(text)
            ends = _UNSEEN.sub("", text).split("\n")
            self._room -= len(ends) - 1 + sum(max(0, cell_len(line) - 1) // self._width for line in ends)
            if self._room >= 0:
                return len(text)
            self._start()
            text = "".join(self._held)
        if self._pager and self._pager.stdin:
            self._pager.stdin.write(text)
        return len(text)

    def _start(self) -> None:
        self._pager = subprocess.Popen(self._command, stdin=subprocess.PIPE, encoding="utf-8", errors="backslashreplace")
        self._interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's now

    def flush(self) -> None:
        """Nothing: what is held back may have to go to a pager, and a pager gets all in the end."""

    def close(self) -> None:
        """Show what is held back, or wait until the pager was left."""
        if self._pager is None:
            self._out.write("".join(self._held))
            self._out.flush()
            return
        try:
            with suppress(BrokenPipeError):  # it was left before its end
                if self._pager.stdin:
                    self._pager.stdin.close()
            self._pager.wait()
        finally:
            signal.signal(signal.SIGINT, self._interrupt)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)
