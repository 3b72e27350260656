"""Work grows with a text's length, not with its square, whatever its lines are.

Work is counted: the lines of our own code that are run. In C, where they aren't, the clock would have to tell.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from cleaner import Cleaner
from cleaner.engine import kinds, native
from tests.conftest import ROOT

PACKAGE = str(ROOT / "cleaner")
WORDS = ["tide", "ferry", "harbour", "boat", "quay", "north", "frost", "island", "gull", "anchor", "rope", "mast", "light", "pier", "storm"]
CHROME = ["Share this article", "Read more: Ferry crosses the harbour", "Advertisement", "Sign up for our newsletter", "Related stories"]


def distinct(count: int) -> list[str]:
    choose = random.Random(count)
    return [" ".join(choose.choices(WORDS, k=choose.randint(2, 5))) + f" {number}" for number in range(count)]


LINES: dict[str, Callable[[int], list[str]]] = {
    "chrome": lambda count: (CHROME * count)[:count],
    "chrome and prose": lambda count: ([*CHROME, "The harbour froze on Monday, and the ferry stayed where it was."] * count)[:count],
    "distinct": distinct,
    "headlines": lambda count: [f"Ferry {number} Crosses The Harbour\n" for number in range(count)],
    "a headline again": lambda count: ["Ferry Crosses The Frozen Harbour At Dawn"] * count,
    "marks of tails": lambda count: (["Related stories", "Ferry Crosses The Harbour", "Comments"] * count)[:count],
}

#: Where fewer than 1,000 lines tell.
FEW = {"a headline again": 200, "distinct": 500, "headlines": 500}


def work(cleaner: Cleaner, text: str) -> int:
    """Number of lines of our own code that are run for a text."""
    lines = 0

    def traced(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        lines += event == "line"
        return traced

    sys.settrace(traced)
    try:
        cleaner.clean(text)
    finally:
        sys.settrace(None)
    return lines


@pytest.fixture(scope="module")
def warm() -> Cleaner:
    cleaner = Cleaner()
    for make in LINES.values():  # what is read, compiled and looked up once counts for no text
        cleaner.clean("\n".join(make(50)))
    cleaner.clean((ROOT / "samples/captions-only.txt").read_text(encoding="utf-8"))
    return cleaner


@pytest.mark.parametrize("kind", LINES)
def test_four_times_the_lines_take_four_times_the_work(kind: str, warm: Cleaner) -> None:
    small, large = (work(warm, "\n".join(LINES[kind](count)) + "\n") for count in (FEW.get(kind, 1_000), 4 * FEW.get(kind, 1_000)))
    assert small > 1_000
    assert large < 6 * small, (small, large)


def test_lines_that_are_all_alike_are_looked_at_a_few_times_only(warm: Cleaner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The classifier looks at what it leaves, again and again: how often doesn't depend on the number of lines."""
    monkeypatch.setattr(kinds, "_LOOKS_AT_MOST", 2)
    for name in ("points", "scan"):  # what is done in C isn't counted
        monkeypatch.setattr(native, name, None)
    line = "The ferry crosses the harbour at noon and at six.\n"
    small, large = (work(warm, line * count) for count in (1_300, 2_600))
    assert small > 1_000_000
    assert large < 3 * small, (small, large)
