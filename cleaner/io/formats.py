"""Formats of files, and names of their clean files, by the suffix of the name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cleaner.io.compression import OTHERS, SUFFIXES

Format = Literal["text", "jsonl", "parquet", "wet"]

#: Patterns of the files of documents that are taken from folders.
CORPUS_FILES = (
    *(f"*{name}{suffix}" for name in (".jsonl", ".ndjson") for suffix in ("", *SUFFIXES)),
    *("*.json.gz", "*.json.zst", "*.parquet", "*.wet", "*.wet.gz"),
)
_JSON = (".jsonl", ".ndjson", ".json")


def format_of(path: Path) -> Format:
    """Format of a file, by its name.

    >>> [format_of(Path(name)) for name in ("a.txt", "a.json.gz", "a.parquet", "CC-MAIN-1.warc.wet.gz")]
    ['text', 'jsonl', 'parquet', 'wet']
    """
    path = Path(path.name.lower())
    plain = path.with_suffix("") if path.suffix in (*SUFFIXES, *OTHERS) else path
    if plain.suffix in _JSON:
        return "jsonl"
    if plain.suffix == ".wet":
        return "wet"
    return "parquet" if path.suffix == ".parquet" else "text"


def clean_name(name: str) -> str:
    """Name of a file's clean file: the same, but for WET, which becomes JSONL.

    >>> clean_name("a.parquet"), clean_name("CC-MAIN-1.warc.wet.gz")
    ('a.parquet', 'CC-MAIN-1.jsonl.gz')
    """
    if format_of(Path(name)) != "wet":
        return name
    stem, _, compression = name.rpartition(".wet")
    return f"{stem.removesuffix('.warc')}.jsonl{compression}"
