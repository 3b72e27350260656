"""Output through a pager, if standard output is a terminal, as with `git` and `man`."""

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
from typing import IO, Any

from cleaner.cli import stdio

#: `less` that exits at once if all fits on the screen (F), shows colours (R) and doesn't clear the screen (X).
_DEFAULT = "less -FRX"
#: Signs in a command that only a shell understands.
_FOR_A_SHELL = re.compile(r"[|&;<>()$`*?~]|^\w+=")


@contextmanager
def paged(wanted: bool = True) -> Iterator[None]:
    """Send standard output through the user's pager, if it is `wanted` and the output is a terminal.

    `CLEANER_PAGER` overrides `PAGER`; an empty value, or `cat`, means none. If there is no such command, a warning is printed.
    """
    command = _command() if wanted and sys.stdout.isatty() else []
    if not command:
        yield
        return
    out = sys.stdout
    options = {"LESS": "FRX", **os.environ}  # for a `less` without options
    pager = subprocess.Popen(command, stdin=subprocess.PIPE, encoding="utf-8", errors="backslashreplace", env=options)
    assert pager.stdin
    sys.stdout = _PagedStream(pager.stdin, out)
    try:
        yield
    finally:
        sys.stdout = out
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # from here on Ctrl-C is for the pager
        with suppress(BrokenPipeError):  # the pager was closed before it had read all
            pager.stdin.close()
        pager.wait()
        signal.signal(signal.SIGINT, interrupt)


def _command() -> list[str]:
    """The pager's command and arguments; an empty list for no pager."""
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


class _PagedStream:
    """A stream that writes to the pager's standard input, and otherwise behaves as the terminal."""

    def __init__(self, pager: IO[str], terminal: Any) -> None:
        self.write, self.flush, self._terminal = pager.write, pager.flush, terminal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._terminal, name)
