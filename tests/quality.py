"""The project's own corpus of marked pages, and how well the shipped rules do on it: `python -m tests.quality` prints the table.

In `tests/marked`, each line that isn't blank begins with `+ ` if it is article and with `- ` if it is chrome. The figures may only get
better: `quality.toml` holds them, a test compares, and `python -m tests.quality --write` records what is better (`--lower`:
what is worse, too).
"""

from __future__ import annotations

import sys
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cleaner import Cleaner
from cleaner.result import Level
from tests.conftest import ROOT

FLOORS = ROOT / "tests" / "quality.toml"
MARKED = sorted((ROOT / "tests" / "marked").glob("*.txt"))
MARKS = {"+": True, "-": False}


class Page(NamedTuple):
    """A text, and for each of its lines whether it is article; None for a blank one."""

    text: str
    article: list[bool | None]


class Figures(NamedTuple):
    """Chrome lines of a page that are still there, and article lines of which something is gone; each with the number of such lines."""

    chrome_left: int
    chrome: int
    article_lost: int
    article: int


def page(path: Path) -> Page:
    lines = path.read_text(encoding="utf-8").splitlines()
    wrong = [number for number, line in enumerate(lines, 1) if line and (line[0] not in MARKS or line[1:2] != " ")]
    if wrong:
        raise ValueError(f"{path}:{wrong[0]}: begins with neither '+ ' nor '- '")
    return Page("".join(f"{line[2:]}\n" for line in lines), [MARKS[line[0]] if line else None for line in lines])


def level(path: Path) -> Level:
    """Whole pages are for the level that is made for them."""
    return "aggressive" if path.stem.startswith("page-") else "standard"


@lru_cache
def cleaner(level: Level) -> Cleaner:
    return Cleaner(level=level)


@lru_cache
def figures(path: Path) -> Figures:
    text, article = page(path)
    result = cleaner(level(path)).clean(text)
    start = left = lost = 0
    for line, is_article in zip(text.splitlines(keepends=True), article, strict=True):
        end = start + len(line.rstrip())
        gone = sum(max(0, min(end, removal.end) - max(start, removal.start)) for removal in result.removals)
        left += is_article is False and gone < end - start
        lost += is_article is True and gone > 0
        start += len(line)
    return Figures(left, article.count(False), lost, article.count(True))


def floors() -> dict[str, dict[str, int]]:
    return tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}


def write(lower: bool) -> None:
    old, lines = floors(), ["# Lines of tests/marked that the shipped rules get wrong. Written by python -m tests.quality --write.\n"]
    for path in MARKED:
        found = figures(path)
        was = old.get(path.stem, {})
        left, lost = found.chrome_left, found.article_lost
        if not lower:
            left, lost = min(left, was.get("chrome_left", left)), min(lost, was.get("article_lost", lost))
        lines.append(f"[{path.stem}]\nchrome_left = {left}\narticle_lost = {lost}\n")
    FLOORS.write_text("\n".join(lines), encoding="utf-8")


def table() -> str:
    rows = []
    for kind in ("page", "leftover", "negative"):
        found = [figures(path) for path in MARKED if path.stem.startswith(kind)]
        left, chrome, lost, article = map(sum, zip(*found, strict=True))
        rows.append(
            f"| {kind} ({len(found)}) | {chrome:,} | {chrome - left:,} ({(chrome - left) / (chrome or 1):.0%}) | {article:,} | {lost:,} |"
        )
    head = "| kind (texts) | chrome lines | of these removed | article lines | of these touched |\n|---|---|---|---|---|"
    return "\n".join([head, *rows])


if __name__ == "__main__":
    if "--write" in sys.argv:
        write("--lower" in sys.argv)
    sys.stdout.write(f"{table()}\n")
