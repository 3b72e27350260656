"""Input files and texts of a command."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, NamedTuple

from cleaner.batch.readers import reading
from cleaner.batch.sites import SiteOptions
from cleaner.batch.task import Task
from cleaner.cli import context, options, stdio
from cleaner.cli.options import Option
from cleaner.engine.engine import Engine
from cleaner.errors import InputError
from cleaner.io.discovery import listed
from cleaner.io.fields import Fields
from cleaner.io.files import TEXT_FILES, DecodedText, InputOutput
from cleaner.io.formats import CORPUS_FILES, format_of
from cleaner.result import Hints, Result
from cleaner.ruleset.settings import Settings


class FileOptions(NamedTuple):
    """Options: the files of folders to read, and the names of the fields of records."""

    include: Annotated[
        Sequence[str],
        Option("--include", metavar="GLOB", help="Only files like this. Repeatable. Default: texts (txt, text, md) and corpora."),
    ] = ()
    exclude: Annotated[Sequence[str], Option("--exclude", metavar="GLOB", help="Skip files like this. Repeatable.")] = ()
    no_ignore: Annotated[bool, Option("--no-ignore", help="Don't follow .gitignore files.")] = False
    text_field: options.TextField = "text"
    id_field: Annotated[str, Option("--id-field", metavar="NAME", help="Field of the document's id.")] = "id"
    url_field: options.UrlField = "url"
    group_by: Annotated[
        str,
        Option(
            "--group-by",
            metavar="PATTERN",
            help="Where a path names the site, for texts without an address: 'news/([^/]+)/'. Default: the first folder.",
        ),
    ] = ""

    def or_of(self, settings: Settings) -> FileOptions:
        """The same, with what the configuration includes and excludes where no option does."""
        return self._replace(include=self.include or settings.include, exclude=self.exclude or settings.exclude)

    @property
    def patterns(self) -> Sequence[str]:
        """Globs, one of which a file's name must match."""
        return self.include or (*TEXT_FILES, *CORPUS_FILES)

    @property
    def fields(self) -> Fields:
        """Names of the fields of records."""
        return Fields(self.text_field, self.id_field, self.url_field)

    def sites(self, sources: Iterable[Path]) -> SiteOptions:
        """How the site of a text without an address is told, for some sources.

        Raises:
            InputError: The pattern is faulty.
        """
        sites = SiteOptions(tuple(source for source in sources if source.is_dir()), self.group_by)
        sites.check()
        return sites


class Text(NamedTuple):
    """An input text.

    Attributes:
        name: Name of its file, with the row behind a colon if the file holds many texts.
        read: The text and its encoding.
        url: Address of its page, if its record has one.
        row: Row in the file, from 1; 0 if it is the whole file.
    """

    name: str
    read: DecodedText
    url: str = ""
    row: int = 0


def texts(sources: Iterable[Path], fields: Fields, encoding: str, fault: Callable[[InputError], object]) -> Iterator[Text]:
    """Texts of files and folders, in their order; each file once.

    Args:
        sources: Paths of text files, files of documents, and folders; `-` is standard input, a text.
        fields: Names of the fields of records.
        encoding: Encoding of texts without a byte order mark; see `files.decode`.
        fault: Called with the error for each file or document that can't be read.
    """
    seen = set[str]()
    for source in sources:
        try:
            if str(source) == stdio.STDIN:
                yield Text(str(source), context.read(source, encoding))
                continue
            # Anything but a folder is read, even if it isn't a regular file, such as the shell's <(command).
            listing = listed([source], (*TEXT_FILES, *CORPUS_FILES)) if source.is_dir() else None
        except InputError as error:
            fault(error)
            continue
        for passed_over in (*listing.unreadable, *listing.passed_over) if listing else ():
            fault(passed_over)
        for path in [path for _, path in listing.files] if listing else [source]:
            if (real := os.path.realpath(path)) not in seen:
                seen.add(real)
                yield from _of_file(path, fields, encoding, fault)


def cleaned(
    sources: Iterable[Path], fields: Fields, encoding: str, fault: Callable[[InputError], object], engine: Engine, hints: Hints
) -> Iterator[tuple[Text, Result, Hints]]:
    """The same texts, each with its result and its hints."""
    for text in texts(sources, fields, encoding, fault):
        known = hints.with_url(text.url)
        yield text, engine.clean_within(text.read.text, known), known


def _of_file(path: Path, fields: Fields, encoding: str, fault: Callable[[InputError], object]) -> Iterator[Text]:
    try:
        if format_of(path) == "text" or not path.is_file():
            yield Text(str(path), context.read(path, encoding))
            return
        with reading(Task((InputOutput(path, path),)), fields, encoding) as reader:
            for document in chain.from_iterable(chunk.records for chunk in reader):
                name = f"{path}:{document.row}"
                if document.fault:
                    fault(InputError(name, document.fault))
                else:
                    yield Text(name, DecodedText(document.text), document.url, document.row)
    except InputError as error:
        fault(error)
