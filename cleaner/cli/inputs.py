"""The texts of files, folders and corpora, for commands that look at them one by one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cleaner.batch.readers import DocumentReader
from cleaner.batch.task import Task
from cleaner.cli import context, stdio
from cleaner.errors import InputError
from cleaner.io.discovery import listed
from cleaner.io.fields import Fields
from cleaner.io.files import TEXT_FILES, DecodedText, InputOutput
from cleaner.io.formats import CORPUS_FILES, format_of


class Text(NamedTuple):
    """A text to be looked at.

    Attributes:
        name: Its file, with the row behind a colon if that holds many.
        read: It, as it was read.
        url: Its page's address, if its record tells one.
        row: Its row in the file, from 1; 0 if it is the file.
    """

    name: str
    read: DecodedText
    url: str = ""
    row: int = 0


def texts(sources: Iterable[Path], fields: Fields, encoding: str, fault: Callable[[InputError], object]) -> Iterator[Text]:
    """The texts of some sources, in their order; each file once.

    Args:
        sources: Files of text, files of documents, folders of both; `-` is standard input, a text.
        fields: Where records keep what is needed of them.
        encoding: What texts without a byte order mark are in, as `files.decode` takes it.
        fault: Is told of what can't be read; the others come all the same.
    """
    seen = set[str]()
    for source in sources:
        try:
            if str(source) == stdio.STDIN:
                yield Text(str(source), context.read(source, encoding))
                continue
            # What is no folder is read even if it is no file either, such as a pipe of the shell's: <(command).
            found = listed([source], (*TEXT_FILES, *CORPUS_FILES)) if source.is_dir() else None
        except InputError as error:
            fault(error)
            continue
        for each in (*found.unreadable, *found.passed_over) if found else ():
            fault(each)
        for path in [path for _, path in found.files] if found else [source]:
            if (real := os.path.realpath(path)) not in seen:
                seen.add(real)
                yield from _of_file(path, fields, encoding, fault)


def _of_file(path: Path, fields: Fields, encoding: str, fault: Callable[[InputError], object]) -> Iterator[Text]:
    try:
        if format_of(path) == "text" or not path.is_file():
            yield Text(str(path), context.read(path, encoding))
            return
        for found in DocumentReader(fields, encoding).read(Task((InputOutput(path, path),)), 0, lambda *_: None, {}):
            name = f"{path}:{found.row}"
            if found.fault:
                fault(InputError(name, found.fault))
            else:
                yield Text(name, DecodedText(found.text), found.url, found.row)
    except InputError as error:
        fault(error)
