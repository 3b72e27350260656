"""Row groups of Parquet files, with errors that people can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.errors import InputError
from cleaner.io.arrow import ColumnError
from cleaner.wording import extra

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A Parquet file for reading; Arrow errors that the block raises become errors with the file's path.

    Raises:
        InputError: The file can't be read, a column is missing, or pyarrow isn't installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise InputError(path, "needs the package pyarrow", extra("arrow")) from error
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:  # OSError for a damaged footer
        raise InputError(path, f"can't be read as Parquet: {str(error).splitlines()[0]}") from error
    try:
        with file:
            yield file
    except pa.ArrowException as error:
        raise InputError(path, f"can't be read as Parquet: {str(error).splitlines()[0]}") from error
    except ColumnError as error:
        raise InputError(f"{path}: {error.path}", error.reason, error.remedy) from error


def row_group(file: pq.ParquetFile, index: int, path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The row group with an index, with all columns or some outermost ones; `path` is for errors.

    Raises:
        InputError: It can't be read.
    """
    import pyarrow as pa

    try:
        return file.read_row_group(index, columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise InputError(path, f"row group {index + 1} can't be read: {str(error).splitlines()[0]}") from error
