"""Samples of pages as Parquet files: other engines write them, and they can be merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cleaner.errors import InputError
from cleaner.io import atomic
from cleaner.io.page_store import PageStore, SampledPage, is_site
from cleaner.io.parquet import opened, row_group
from cleaner.wording import extra

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

#: Pages in a row group.
_ROWS = 10_000


def schema() -> pa.Schema:
    """Columns of a part: a page's site, how many pages of it were counted in this row's place, and the page, if it is kept."""
    import pyarrow as pa

    columns = [("site", pa.string()), ("pages", pa.int64()), ("digest", pa.binary()), ("name", pa.string()), ("url", pa.string())]
    return pa.schema([*columns, ("text", pa.string())])


def table(counts: Mapping[str, int], pages: Iterable[SampledPage]) -> pa.Table:
    """A part as a table; the pages of a site come one after the other, and the first of them bears the site's number of pages."""
    import pyarrow as pa

    told, rows = set[str](), []
    for page in pages:
        rows.append({**page._asdict(), "pages": 0 if page.site in told else counts[page.site]})
        told.add(page.site)
    return pa.Table.from_pylist(rows, schema())


def write(store: PageStore, path: Path) -> None:
    """Write all pages of a store to a file.

    Raises:
        InputError: It can't be written, or pyarrow isn't installed.
    """
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise InputError(path, "needs the package pyarrow", extra("arrow")) from error
    with atomic.writing_alone(path) as stream, pq.ParquetWriter(stream, schema(), compression="zstd") as writer:
        counts: dict[str, int] = {}
        pages: list[SampledPage] = []
        for site, count, _ in store.sites():
            counts[site] = count
            pages += store.pages(site)
            if len(pages) >= _ROWS:
                writer.write_table(table(counts, pages))
                counts, pages = {}, []
        writer.write_table(table(counts, pages))


def read(path: Path, store: PageStore) -> None:
    """Add the pages of a file to a store, once.

    Raises:
        InputError: It can't be read, or is no such file.
    """
    with opened(path) as file:
        if wrong := _wrong_column(file):
            remedy = "such files are written by --counts-only, or by `sample_pages` of cleaner.adapters.arrow"
            raise InputError(path, f"holds no counts: {wrong}", remedy)
        for index in range(file.num_row_groups):
            rows = row_group(file, index, path, schema().names).to_pylist()
            counts: dict[str, int] = {}
            for row in rows:
                if any(value is None for value in row.values()) or row["pages"] < 0 or not is_site(row["site"]):
                    raise InputError(path, f"holds no counts: {row['site']!r} with {row['pages']!r} pages is no site", "count anew")
                counts[row["site"]] = counts.get(row["site"], 0) + row["pages"]
            pages = (SampledPage(**{name: row[name] for name in SampledPage._fields}) for row in rows)
            part = f"{path.absolute()} {path.stat().st_size} {path.stat().st_mtime_ns} {index}"
            if not store.is_done(part):
                store.add(part, counts, pages)


def _wrong_column(file: pq.ParquetFile) -> str:
    """What is wrong with the columns of a file of counts, in words; an empty string if nothing is."""
    types = {field.name: field.type for field in file.schema_arrow}
    for field in schema():
        if field.name not in types:
            return f"there is no column {field.name!r}"
        if types[field.name] != field.type:
            return f"the column {field.name!r} is of type {types[field.name]}, not {field.type}"
    return ""


@contextmanager
def place_of_store(path: Path | None, resume: bool) -> Iterator[Path]:
    """Place of a store: a path, where an earlier one is removed unless its run is resumed, or a temporary one."""
    if path is None:
        with TemporaryDirectory(prefix="cleaner-learn-") as folder:
            yield Path(folder) / "pages.sqlite"
        return
    for there in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")) if not resume else ():
        there.unlink(missing_ok=True)
    yield path
