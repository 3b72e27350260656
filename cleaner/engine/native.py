"""What of the line classifier is in C (`_native.c`), where it was built; elsewhere the same in Python takes its place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

#: Measurements of a line of common characters, as `line_features.scan` gives them; None for other lines.
scan: Callable[[str, frozenset[str]], tuple[Any, ...] | None] | None = None
#: Points of lines, as `LineClassifier.points` gives them.
points: Callable[..., list[float]] | None = None

with suppress(ImportError):  # there was no C compiler
    from cleaner.engine import _native

    scan, points = _native.scan, _native.points
