"""Audits of files that were cleaned in place, in the user's state folder, by which `cleaner restore --undo` takes it back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from cleaner.cli import stdio
from cleaner.document import words
from cleaner.errors import InputError
from cleaner.io.audit import digest
from cleaner.io.user_dirs import of_user
from cleaner.result import Result
from cleaner.wording import counted

#: Runs that can be taken back; the audits of older ones are deleted.
KEPT = 50


def folder() -> Path:
    """Folder of the audits.

    Raises:
        RuntimeError: The user has no home folder.
    """
    return of_user("state") / "undo"


def audits() -> list[Path]:
    """The audits, oldest first."""
    try:
        return sorted(folder().glob("*.jsonl"))
    except (OSError, RuntimeError):
        return []


class UndoLog:
    """Audit of one run, which comes into being with the first text that changes; and the run's figures.

    Args:
        at_end: Called with the function that closes the file.
    """

    def __init__(self, at_end: Callable[[Callable[[], object]], object]) -> None:
        self._at_end = at_end
        self._log: IO[str] | None = None
        self._failed = False
        self.files = self.changed = self.words = 0

    def add(self, name: Path, result: Result, seen: Mapping[str, int], encoding: str) -> None:
        """Write down what goes from a file, before it is replaced."""
        if result.changed and not self._failed:
            try:
                self._log = self._log or self._opened()
                stdio.write_audit(self._log, os.path.realpath(name), result.removals, digest(result.text), 0, seen, encoding)
            except (OSError, RuntimeError, InputError) as error:
                self._failed = True
                stdio.warn(f"warning: this can't be undone: {error}")

    def count(self, result: Result) -> None:
        """Count a file that was replaced, or had nothing to remove."""
        self.files += 1
        self.changed += result.changed
        self.words += sum(words(removal.text) for removal in result.removals)

    def _opened(self) -> IO[str]:
        place = folder()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in sorted(place.iterdir())[: 1 - KEPT]:
            old.unlink(missing_ok=True)
        path = place / f"{time.strftime('%Y-%m-%dT%H-%M-%S')}-{time.time_ns() % 10**9:09}.jsonl"
        log = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="\n")
        self._at_end(log.close)
        return log

    def told(self) -> str:
        """What was done, and how to take it back; an empty string if no file could be cleaned."""
        of = counted(self.files, "file")
        if not self.changed:
            return f"nothing to remove in {of}" if self.files else ""
        done = f"{self.changed:,} of {of} cleaned, {counted(self.words, 'word')} removed"
        return f"{done}; undo with: cleaner restore --undo" if self._log and not self._failed else done
