"""Where a record keeps its text, its id and its address."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.errors import InputError


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of fields; a dot leads into a nested one.

    Attributes:
        text: That of the text.
        id: That of the document's id, which only names it.
        url: That of the page's address, which switches on the rules of its site.
        source: That of the name of the collection, which Dolma's attributes repeat.
    """

    text: str = "text"
    id: str = "id"
    url: str = "url"
    source: str = "source"

    def __post_init__(self) -> None:
        for option, path in (("--text-field", self.text), ("--id-field", self.id), ("--url-field", self.url)):
            if not all(path.split(".")):
                raise InputError(option, f"{path!r} is no name of a field", "write text, or metadata.url for one inside another")
