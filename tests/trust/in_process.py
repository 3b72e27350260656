"""The command, run in this process: thousands of calls would take too long in processes of their own."""

from __future__ import annotations

import functools
import io
import os
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from unittest import mock

import typer.main

from cleaner.cli import app, main, stdio
from tests.conftest import Command

#: `typer` reads commands anew at each call, which takes longer than most of them.
_COMMAND = functools.cache(typer.main.get_command)
_APP = functools.cache(app.app)


class Shown(NamedTuple):
    """What a command did.

    Attributes:
        code: Its exit code.
        out: Bytes of standard output.
        err: Text of standard error.
    """

    code: object
    out: bytes
    err: str


def run(args: Sequence[str], stdin: bytes = b"", env: Mapping[str, str] | None = None, name: str = "cleaner") -> Shown:
    """Run a command in the working directory as it is; `name` is what it is called by."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors) for errors in ("strict", "backslashreplace"))
    variables = Command.environment(dict(env or {}))
    code: object = 0
    with (
        mock.patch.dict(os.environ, {name: value.replace("\0", "") for name, value in variables.items()}, clear=True),
        mock.patch.object(sys, "argv", [name, *args]),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin))),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
        mock.patch.object(stdio, "mute_stdout"),
        mock.patch.object(app, "app", lambda names: _APP(tuple(names))),
        mock.patch.object(typer.main, "get_command", _COMMAND),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    for stream in (out, err):
        stream.flush()
    return Shown(code, out.buffer.getvalue(), err.buffer.getvalue().decode())
