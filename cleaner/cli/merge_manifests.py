"""`cleaner merge-manifests`: what all parts of a run have come to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cleaner.batch.merge import find, merge
from cleaner.cli import stdio
from cleaner.cli.options import Option
from cleaner.render.batch import merged as drawn
from cleaner.render.console import console


def merge_manifests(
    places: Annotated[Sequence[Path], Option(metavar="DST", help="Folders that cleaner batch wrote to, or manifests.")],
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Sum up the shards of a batch; see that none is missing.

    Ends with 2 if a part is missing or didn't come to its end, if files failed, or if documents are unaccounted for.
    """
    totals = merge(find(places))
    if as_json:
        answer = {
            "files": totals.files,
            "bytes": totals.size,
            **totals.stats.as_json(),
            "fingerprints": sorted(totals.fingerprints),
            "problems": totals.problems,
        }
        stdio.write_json(answer)
    else:
        for renderable in drawn(totals):
            console().print(renderable)
    for problem in totals.problems:
        stdio.warn(f"error: {problem}")
    return stdio.BAD_INPUT if totals.problems else 0
