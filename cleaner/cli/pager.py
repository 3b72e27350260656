"""Output for a terminal goes through a pager, as with `git` and `man`."""

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

#: Shows colours as they are, leaves the screen as it is, and ends by itself where all fits on it.
_DEFAULT = "less -FRX"
#: In a command, what only a shell understands.
_FOR_A_SHELL = re.compile(r"[|&;<>()$`*?~]|^\w+=")


@contextmanager
def paged(wanted: bool = True) -> Iterator[None]:
    """Let standard output go through the user's pager, if it is `wanted` and the output is a terminal.

    `CLEANER_PAGER` goes before `PAGER`; one that is empty, or `cat`, means none. One that can't be started is warned of, and passed over.
    """
    command = _command() if wanted and sys.stdout.isatty() else []
    if not command:
        yield
        return
    out = sys.stdout
    options = {"LESS": "FRX", **os.environ}  # of a `less` that is asked for without any
    pager = subprocess.Popen(command, stdin=subprocess.PIPE, encoding="utf-8", errors="backslashreplace", env=options)
    assert pager.stdin
    sys.stdout = _PagedStream(pager.stdin, out)
    try:
        yield
    finally:
        sys.stdout = out
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # from here on Ctrl-C is the pager's
        with suppress(BrokenPipeError):  # it was left before its end
            pager.stdin.close()
        pager.wait()
        signal.signal(signal.SIGINT, interrupt)


def _command() -> list[str]:
    """The pager's command and its arguments, for no shell; nothing, if there is to be none."""
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
    """A pager's standard input that passes for the terminal in all other respects."""

    def __init__(self, pager: IO[str], terminal: Any) -> None:
        self.write, self.flush, self._terminal = pager.write, pager.flush, terminal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._terminal, name)
