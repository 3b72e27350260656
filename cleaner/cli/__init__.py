"""The command line: options, exit codes, streams. One module for each command; the only importer of `typer`."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path


def main() -> None:
    """Entry point of the `cleaner` command."""
    gc.disable()  # all that is imported stays to the end: to look for garbage in it takes 4 ms of the 95 of a small text
    from cleaner.cli import fast_path
    from cleaner.cli.stdio import BAD_INPUT, INTERRUPTED, warn
    from cleaner.render.visible import VisibleStream

    gc.freeze()
    gc.enable()
    # A stream that was closed before we came: nothing can be said there, and nothing must go elsewhere in its place.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if not isinstance(sys.stderr, VisibleStream):
        sys.stderr = VisibleStream(sys.stderr)
    try:
        arguments = fast_path.with_command(sys.argv[1:])
        fast_path.run(arguments)
        from cleaner.cli import app  # it takes long to import, and cleaning a file or a pipe can do without

        app.run(arguments)
    except KeyboardInterrupt:  # before the command could begin
        sys.exit(INTERRUPTED)
    except MemoryError:
        warn("error: there is not enough memory (give the process more, split the input, or use fewer processes: --jobs 1)")
        sys.exit(BAD_INPUT)
