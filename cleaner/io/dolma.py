"""Removals in Dolma's attribute form: a file of spans beside a file of documents, row by row.

`dolma mix` cuts the spans out, and so comes to the texts that we write. Form and names: docs/data-format.md of https://github.com/allenai/dolma.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from cleaner.result import Removal

#: The attribute that holds all spans, whatever rule took them: the one to give to `dolma mix`.
ALL = "removals"


def attribute_line(name: str, document: str, source: str, removals: Iterable[Removal]) -> bytes:
    """The line of one document: its spans in characters (code points) of the input, all together and by rule, each with a score of 1.

    Args:
        name: Name of the attributes, which their folder bears, too.
        document: The document's id.
        source: The document's source.
        removals: What goes.
    """
    spans: dict[str, list[list[float]]] = {f"{name}__{ALL}": []}
    for removal in removals:
        span = [removal.start, removal.end, 1.0]
        spans[f"{name}__{ALL}"].append(span)
        spans.setdefault(f"{name}__{removal.rule}", []).append(span)
    return json.dumps({"id": document, "source": source, "attributes": spans}).encode() + b"\n"
