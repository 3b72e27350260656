"""Texts in columns of Arrow tables: read them, and replace them in a column of the same type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from cleaner.errors import InputError
from cleaner.result import Result

if TYPE_CHECKING:
    import pyarrow as pa


class ColumnError(InputError):
    """A column is missing, or has the wrong type."""

    def __init__(self, path: str, reason: str, remedy: str = "") -> None:
        super().__init__(f"column {path!r}", reason, remedy)


def removals_type() -> pa.DataType:
    """Arrow type of a column of removals: start and end in characters of the input's text, and the rule."""
    import pyarrow as pa

    return pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32()), ("rule", pa.string())]))


def with_removals_field(schema: pa.Schema, name: str) -> pa.Schema:
    """The schema with a column for removals added at its end.

    Raises:
        ColumnError: There is a column of that name already.
    """
    if name in schema.names:
        raise ColumnError(name, "is there already", "choose another name for the removals")
    import pyarrow as pa

    return schema.append(pa.field(name, removals_type()))


def with_removals(table: pa.Table, name: str, results: Sequence[Result | None]) -> pa.Table:
    """The table with a column of removals added at its end; null for rows without a text.

    Raises:
        ColumnError: There is a column of that name already.
    """
    import pyarrow as pa

    field = with_removals_field(table.schema, name).field(name)
    rows = [result and [(removal.start, removal.end, removal.rule) for removal in result.removals] for result in results]
    return table.append_column(field, pa.array(rows, field.type))


def column(table: pa.Table, path: str) -> pa.ChunkedArray:
    """Column of a table, or a field of a struct column; dots in `path` lead into structs.

    Raises:
        ColumnError: There is no such column or field.
    """
    first, *below = _split(table.schema.names, path)
    array = table.column(first)
    for name in below:
        array = _field(array, name, path)
    return array


def _split(names: Sequence[str], path: str) -> list[str]:
    if names.count(path) == 1:
        return [path]
    first, *below = path.split(".")
    if names.count(first) != 1:
        problem = "there is no such column" if first not in names else "there are several columns of that name"
        raise ColumnError(path, problem, f"the columns are {', '.join(names)}")
    return [first, *below]


def _field(array: pa.ChunkedArray, name: str, path: str) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_struct(array.type) or array.type.get_field_index(name) < 0:
        raise ColumnError(path, f"there is no field {name!r}", f"its column is {array.type}")
    return pc.struct_field(array, name)


def is_text(kind: pa.DataType) -> bool:
    """Whether columns of an Arrow type hold texts."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    # Readers that infer types take a column without any value for one of nulls.
    checks = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    return any(check(kind) for check in checks)


def texts(table: pa.Table, path: str) -> list[str | None]:
    """Texts of a column.

    Raises:
        ColumnError: There is no such column, or it doesn't hold texts.
    """
    array = column(table, path)
    if not is_text(array.type):
        raise ColumnError(path, f"is of type {array.type}, not of texts")
    try:
        values: list[str | None] = array.to_pylist()
    except UnicodeDecodeError as error:
        raise ColumnError(path, f"holds what isn't UTF-8: {error}") from error
    return values


def strings(table: pa.Table, path: str) -> list[str]:
    """Values of a column as strings; empty strings for nulls, or if there is no such column."""
    try:
        array = column(table, path)
    except ColumnError:
        return [""] * table.num_rows
    return ["" if value is None else str(value) for value in array.to_pylist()]


def with_texts(table: pa.Table, path: str, new: Sequence[str | None]) -> pa.Table:
    """The table with new texts in a column, one for each row; all else stays as it was."""
    first, *below = _split(table.schema.names, path)
    index = table.schema.names.index(first)
    old = table.column(index)
    chunks, start = [], 0
    for chunk in old.chunks:
        chunks.append(_with_texts(chunk, below, new[start : start + len(chunk)]))
        start += len(chunk)
    import pyarrow as pa

    column = pa.chunked_array(chunks, old.type)
    with suppress(pa.ArrowInvalid):  # the index type may be too small for one dictionary; then each chunk keeps its own
        column = column.unify_dictionaries()
    return table.set_column(index, table.schema.field(index), column)


def _with_texts(array: pa.Array, below: Sequence[str], new: Sequence[str | None]) -> pa.Array:
    import pyarrow as pa

    if not below:
        if pa.types.is_dictionary(array.type):
            return pa.array(new, array.type.value_type).dictionary_encode().cast(array.type)
        return pa.array(new, array.type)
    children = [array.field(child) for child in range(array.type.num_fields)]
    index = array.type.get_field_index(below[0])
    if not array.type.field(index).nullable:  # it needs a value even where the struct is null
        new = [text or "" for text in new]
    children[index] = _with_texts(children[index], below[1:], new)
    return pa.StructArray.from_arrays(children, fields=list(array.type), mask=array.is_null() if array.null_count else None)


def cleaned(table: pa.Table, path: str, url: str, clean: Callable[[str, str], Result]) -> list[Result | None]:
    """Results for the texts of column `path`, one for each row; None for rows without a text.

    `url` names the column of page addresses, which may be missing; `clean` gets a text and its address.
    """
    pairs = zip(texts(table, path), strings(table, url), strict=True)
    return [None if text is None else clean(text, address) for text, address in pairs]
