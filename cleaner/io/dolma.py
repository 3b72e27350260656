"""Removals as Dolma attributes: a file of spans beside a file of documents, row by row.

`dolma mix` deletes the spans, which gives the same texts as ours. Format: docs/data-format.md of https://github.com/allenai/dolma.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from cleaner.result import Removal

#: Name of the attribute with the spans of all rules: the one to give to `dolma mix`.
ALL = "removals"


def attribute_line(name: str, document: str, source: str, removals: Iterable[Removal]) -> bytes:
    """Attribute line of one document: its spans in characters (code points) of the input, of all rules and by rule, each with a score of 1.

    `name` is that of the attributes and of their folder; `document` and `source` are the document's id and source.
    """
    spans: dict[str, list[list[float]]] = {f"{name}__{ALL}": []}
    for removal in removals:
        span = [removal.start, removal.end, 1.0]
        spans[f"{name}__{ALL}"].append(span)
        spans.setdefault(f"{name}__{removal.rule}", []).append(span)
    return json.dumps({"id": document, "source": source, "attributes": spans}).encode() + b"\n"
