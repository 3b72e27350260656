"""A piece of work for one process, and what does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cleaner.batch.outputs import BatchOptions
from cleaner.engine.engine import Engine
from cleaner.io.files import InputOutput
from cleaner.result import Result


@dataclass(frozen=True, slots=True)
class Task:
    """Some files, or a part of one.

    Attributes:
        jobs: The files; more than one only if each is a document.
        size: Bytes to be read.
        start: Byte from which lines are taken.
        stop: Byte before which they begin; None is the end.
        part: Number of the part, or None if it is the whole file.
        parts: How many there are.
    """

    jobs: tuple[InputOutput, ...]
    size: int = 0
    start: int = 0
    stop: int | None = None
    part: int | None = None
    parts: int = 1


#: Is told what is about to be cleaned, so that somebody outside knows if this process dies of it: the number of the document in its
#: task, bytes of the task up to it, and bytes that it has.
#: Negative numbers are for what is done beside documents, such as writing many at once.
Heartbeat = Callable[[int, int, int], object]
#: The first of those.
NO_DOCUMENT = -2


class DocumentCleaner:
    """Cleans texts as a batch is asked to.

    Args:
        engine: The engine.
        options: What is asked for.
    """

    def __init__(self, engine: Engine, options: BatchOptions) -> None:
        self.engine, self.options = engine, options

    def clean(self, text: str, url: str = "") -> Result:
        """Clean a text; `url` is the address of its page, if that is known."""
        return self.engine.clean_within(text, self.options.hints.with_url(url))
