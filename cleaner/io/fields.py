"""Names of the fields of records."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.errors import InputError


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the fields that are read; a dot leads into a nested field.

    `id` is only shown; `url`, the page's address, switches on the rules of its site; `source`, the collection's name, is repeated in Dolma
    attributes.
    """

    text: str = "text"
    id: str = "id"
    url: str = "url"
    source: str = "source"

    def __post_init__(self) -> None:
        for option, path in (("--text-field", self.text), ("--id-field", self.id), ("--url-field", self.url)):
            if not all(path.split(".")):
                raise InputError(option, f"{path!r} is no name of a field", "write text, or metadata.url for one inside another")
