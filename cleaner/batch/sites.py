"""The site of a text: the host of its address, or what its file's path says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from cleaner.errors import InputError
from cleaner.io.formats import format_of
from cleaner.io.page_store import NAME_AT_MOST, ODD, is_site
from cleaner.result import Hints


def site_of(url: str) -> str:
    """Site of an address: its host, without `www.`; an empty string if it has none, or one without a dot, which is no site's.

    >>> site_of("https://www.Example.co.uk./a"), site_of("http://[2001:db8::1]/"), site_of("")
    ('example.co.uk', '', '')
    """
    host = Hints(url).host.strip(".").removeprefix("www.") if url else ""
    return host if "." in host and is_site(host) else ""


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
        return site_of(url) or self.of_path(path)

    def of_path(self, path: Path) -> str:
        """Site of a file's texts; an empty string for files of documents, unless a pattern is given."""
        name = ODD.sub("-", self._group(path)).strip(".-").lower().removeprefix("www.")[:NAME_AT_MOST]
        return name if is_site(name) else ""

    def _group(self, path: Path) -> str:
        """The part of a path by which texts are grouped."""
        if self.group_by:
            found = regex.search(self.group_by, path.as_posix())
            return (found.group(1) if found.groups() and found.group(1) else found.group()).strip("/") if found else ""
        if format_of(path) != "text":
            return ""
        for root in self.roots:
            if path.is_relative_to(root):
                first, *below = path.relative_to(root).parts
                return first if below else root.resolve().name
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
