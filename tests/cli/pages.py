"""A page and a rule file to try commands on, and what they show on a terminal."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Command, Done

HEAD = 'title = "T"\nabout = "A"\n'
TIDE = (
    HEAD + '\n[[rule]]\nid = "tide"\nabout = "The tides"\nremove = "line"\n'
    "match = '''high tide at .{3,9}'''\nremoves = [\"High tide at 6.12\"]\nkeeps = [\"High tide at 6.12 drowned the pier.\"]\n"
)
PAGE = "Ferry sails again\nHigh tide at 6.12\nThe ferry sails on Friday, they said.\nShare this article\n"


def write(folder: Path, **files: str) -> None:
    """Write files of a folder; in their names, two underscores are a slash, and one is a dot."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def lines(done: Done) -> list[str]:
    """What a command has printed, without blanks at the ends of lines."""
    return [line.rstrip() for line in done.out.decode().splitlines()]


def on_a_terminal(cleaner: Command, *args: str, code: int = 0, keys: bytes = b"", **env: str) -> str:
    """Output of a command that writes to a pseudo-terminal of 80 columns, on which some keys are pressed."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    environment = Command.environment({"TERM": "xterm-256color", **env})
    process = subprocess.Popen(
        Command.line(args),
        stdout=theirs,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        env=environment,
        cwd=cleaner.folder,
        start_new_session=True,  # a pager must not find the tester's own terminal
    )
    os.write(ours, keys)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed: all has been read
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait(timeout=30) == code
    return shown.decode()
