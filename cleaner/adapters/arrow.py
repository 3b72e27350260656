"""One function for all engines that speak Arrow: Ray Data, Spark, Hugging Face datasets, Polars, DuckDB.

It needs the package pyarrow: `pip install '.[arrow]'`.
"""

from __future__ import annotations

from typing import TypeVar

import pyarrow as pa

from cleaner import Cleaner
from cleaner.batch.sampling import Gatherer
from cleaner.batch.sites import site_of
from cleaner.io import arrow, page_parts

Rows = TypeVar("Rows", pa.RecordBatch, pa.Table)


def clean_batch(rows: Rows, cleaner: Cleaner, *, text: str = "text", url: str = "url", language: str = "", removals: str = "") -> Rows:
    r"""Clean the texts of a column; its type, all other columns, and the schema's metadata stay as they are.

    Args:
        rows: A record batch or a table.
        cleaner: The cleaner to use.
        text: Name of the column of texts; a dot leads into a struct. Nulls stay nulls.
        url: Name of the column of the pages' addresses, which switch on the rules of their sites; it may be missing.
        language: Language of the texts, such as `en`; by default detected in each text.
        removals: Name of a column to add for removals, of the type `list<struct<start: int32, end: int32, rule: string>>` with offsets in
            characters (code points) of the input's text; an empty string adds none.

    Returns:
        Rows of the same kind, number and order.

    Raises:
        InputError: There is no column of texts of that name, or already one for removals.

    >>> rows = pa.table({"id": [1, 2], "text": ["It rained.\nShare this article\n", None]})
    >>> clean_batch(rows, Cleaner(), removals="removals").to_pydict()["text"]
    ['It rained.\n', None]
    """
    output_schema(rows.schema, removals)  # before the work, not after it
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
    results = arrow.cleaned(table, text, url, lambda content, address: cleaner.clean(content, url=address, language=language))
    done = arrow.with_texts(table, text, [None if result is None else result.text for result in results])
    if removals:
        done = arrow.with_removals(done, removals, results)
    return done if isinstance(rows, pa.Table) else _as_batch(done)


def sample_pages(rows: pa.RecordBatch | pa.Table, *, text: str = "text", url: str = "url", name: str = "id") -> pa.Table:
    """Count the pages of each site, and take a sample of them, for `cleaner learn --from-counts`.

    Samples of batches, written to Parquet files by any engine and in any order, give what one process learns from all rows.

    Args:
        rows: A record batch or a table.
        text: Name of the column of texts; a dot leads into a struct.
        url: Name of the column of the pages' addresses; rows without one are left out.
        name: Name of a column by which people know a page that has no address of its own; it may be missing.

    Returns:
        A table with the columns `site`, `pages`, `digest`, `name`, `url` and `text`.

    Raises:
        InputError: There is no column of that name.
    """
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
    gatherer = Gatherer()
    arrow.column(table, url)  # a missing one is an error: without addresses, there are no sites
    columns = (arrow.texts(table, text), arrow.strings(table, url), arrow.strings(table, name))
    for content, address, known_as in zip(*columns, strict=True):
        site = site_of(address)
        if site and content and content.strip():
            gatherer.add(site, address or known_as, address, content)
    return page_parts.table(gatherer.counts, gatherer.pages)


def output_schema(schema: pa.Schema, removals: str = "") -> pa.Schema:
    """Schema of the rows that `clean_batch` gives for rows of `schema`, for engines that plan ahead; `removals` as there.

    Raises:
        InputError: There is a column of that name.
    """
    return arrow.with_removals_field(schema, removals) if removals else schema


def _as_batch(table: pa.Table) -> pa.RecordBatch:
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_arrays([column.combine_chunks() for column in table.columns], schema=table.schema)
