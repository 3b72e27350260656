"""A sample of the pages of each site, in a file of SQLite: it may be larger than memory, and outlives a run that is ended."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cleaner.errors import InputError

#: Pages of a site that are kept at most: what stands on a share of them stands on about that share of all.
PAGES_AT_MOST = 200
#: What isn't part of a site's name, which is also that of a rule file; and the greatest length of one in characters.
ODD, NAME_AT_MOST = re.compile(r"[^\w.-]+"), 200
#: Of the form in which pages are kept.
_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS head (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS done (part TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS sites (site TEXT PRIMARY KEY, pages INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (site TEXT, digest BLOB, name TEXT, url TEXT, text BLOB, PRIMARY KEY (site, digest));
"""
#: Of copies the one with the first name stays, whatever the order in which parts are done.
_INSERT = (
    "INSERT INTO pages VALUES (?, ?, ?, ?, ?) ON CONFLICT (site, digest)"
    " DO UPDATE SET name = excluded.name, url = excluded.url WHERE excluded.name < name"
)
_TRIM = "DELETE FROM pages WHERE site = ?1 AND digest > (SELECT digest FROM pages WHERE site = ?1 ORDER BY digest LIMIT 1 OFFSET ?2)"


def is_site(name: str) -> bool:
    """Whether a name can be that of a site and its rule file.

    >>> is_site("example.co.uk"), is_site("../up"), is_site(".hidden"), is_site("")
    (True, False, False, False)
    """
    return 0 < len(name) <= NAME_AT_MOST and not ODD.search(name) and name[0] not in ".-" and name[-1] != "."


class SampledPage(NamedTuple):
    """A page: its site, the digest of its text, its name for people, its address or an empty string, and its text."""

    site: str
    digest: bytes
    name: str
    url: str
    text: str


def sampled(pages: Iterable[SampledPage], most: int = PAGES_AT_MOST) -> list[SampledPage]:
    """The pages of one site that are kept: those with the lowest digests, so that parts of a corpus can be sampled apart and merged."""
    return sorted({page.digest: page for page in pages}.values(), key=lambda page: (page.digest, page.name))[:most]


class PageStore:
    """The pages of each site that are kept, and how many there are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_TABLES}")
            version = self.head("version")
            if version not in ("", str(_VERSION)):
                raise InputError(path, "was written by another version of cleaner", "remove it, and learn again")
            self.set_head("version", str(_VERSION))
        except sqlite3.Error as error:
            raise InputError(path, f"can't be used: {error}", "remove it, and learn again") from error
        except OSError as error:
            raise InputError.from_os(path, error, "can't be made") from error

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def head(self, name: str) -> str:
        """A value that was set; an empty string if none was."""
        row = self._base.execute("SELECT value FROM head WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_head(self, name: str, value: str) -> None:
        """Set a value."""
        self._base.execute("INSERT OR REPLACE INTO head VALUES (?, ?)", (name, value))

    def is_done(self, part: str) -> bool:
        """Whether the pages of a part are in."""
        return self._base.execute("SELECT 1 FROM done WHERE part = ?", (part,)).fetchone() is not None

    def add(self, part: str, counts: Mapping[str, int], pages: Iterable[SampledPage]) -> None:
        """Add the pages of a part, once, with the number of pages of each site.

        Raises:
            InputError: They can't be written.
        """
        try:
            with self._transaction() as base:
                base.execute("INSERT INTO done VALUES (?)", (part,))
                base.executemany(
                    "INSERT INTO sites VALUES (?, ?) ON CONFLICT (site) DO UPDATE SET pages = pages + excluded.pages", counts.items()
                )
                base.executemany(_INSERT, map(_row, pages))
                base.executemany(_TRIM, ((site, PAGES_AT_MOST - 1) for site in counts))
        except sqlite3.Error as error:
            raise InputError(self.path, f"can't be written: {error}", "see that the disk has room") from error

    def sites(self, least: int = 1) -> Iterator[tuple[str, int, int]]:
        """Sites of which at least so many different pages are kept, sorted, with their number of pages, and of those that are kept."""
        query = "SELECT site, sites.pages, count(*) FROM pages JOIN sites USING (site) GROUP BY site HAVING count(*) >= ? ORDER BY site"
        yield from self._base.execute(query, (least,))

    def totals(self) -> tuple[int, int]:
        """Number of sites, and of pages."""
        sites, pages = self._base.execute("SELECT count(*), coalesce(sum(pages), 0) FROM sites").fetchone()
        return sites, pages

    def pages(self, site: str) -> Sequence[SampledPage]:
        """The pages of a site that are kept, by their digests."""
        query = "SELECT site, digest, name, url, text FROM pages WHERE site = ? ORDER BY digest"
        return [
            SampledPage(site, digest, name, url, zlib.decompress(text).decode())
            for site, digest, name, url, text in self._base.execute(query, (site,))
        ]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield self._base
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")


def _row(page: SampledPage) -> tuple[str, bytes, str, str, bytes]:
    return page.site, page.digest, page.name, page.url, zlib.compress(page.text.encode(), 1)
