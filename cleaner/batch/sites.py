"""The site of a text: the host of its address, or what its file's path says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from cleaner.errors import InputError
from cleaner.io.formats import format_of
from cleaner.result import Hints

#: What the name of a site, which is that of a rule file, doesn't hold.
_ODD = re.compile(r"[^\w.-]+")


def site_of(url: str) -> str:
    """Site of an address: its host, without `www.`; an empty string if it has none.

    >>> site_of("https://www.Example.co.uk/a"), site_of("")
    ('example.co.uk', '')
    """
    return Hints(url).host.removeprefix("www.") if url else ""


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How the site of a text is told.

    Attributes:
        roots: Source folders; a text in one without an address belongs to the first folder below it, or else to the source folder itself.
        group_by: Pattern that is found in the path of a file without addresses: its first group, or all of it, is the site.
    """

    roots: Sequence[Path] = ()
    group_by: str = ""

    def of(self, url: str, path: Path) -> str:
        """Site of a page, by its address, or by its file's path; an empty string if neither tells it."""
        return site_of(url) or self.of_path(path).removeprefix("www.").lower()

    def of_path(self, path: Path) -> str:
        """Site of a file's texts; an empty string for files of documents, unless a pattern is given."""
        if self.group_by:
            found = regex.search(self.group_by, path.as_posix())
            return _ODD.sub("-", (found.group(1) if found.groups() and found.group(1) else found.group()).strip("/")) if found else ""
        if format_of(path) != "text":
            return ""
        for root in self.roots:
            if path.is_relative_to(root):
                first, *below = path.relative_to(root).parts
                return _ODD.sub("-", first if below else root.resolve().name)
        return ""

    def check(self) -> None:
        """Check the pattern.

        Raises:
            InputError: It is faulty.
        """
        try:
            regex.compile(self.group_by)
        except regex.error as error:
            raise InputError("--group-by", f"{self.group_by!r} is not a valid pattern: {error}", "such as sites/([^/]+)/") from error
