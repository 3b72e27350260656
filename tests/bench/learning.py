"""What learning costs beside cleaning: made corpora with sites of many pages, and of few."""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path

from tests.bench.scale import run
from tests.learn.corpora import WORDS, MadeSite, Piece

#: Sites and pages of each, in the corpora that are measured.
CORPORA = ((20, 500), (1000, 10))
#: Paragraphs that are added to an article, so that a page has about 7 kB.
_PARAGRAPHS = 12


def write(path: Path, sites: int, pages: int) -> None:
    """Write a corpus as JSONL."""
    languages = sorted(WORDS)
    with path.open("w", encoding="utf-8") as file:
        for number in range(sites):
            above = [f"Site {number} daily", f"Number {number} of all"]
            below = [f"Deals of site {number}", f"All about site {number}", "Made here"]
            made = MadeSite(f"site{number}.example", languages[number % len(languages)], above, below, "Elsewhere" if number % 2 else "")
            random_ = random.Random(number)
            for page in made.pages(pages):
                pieces = list(page.pieces)
                own = next(index for index, piece in enumerate(pieces) if not piece.is_chrome) + 1
                more = (" ".join(made.sentence(random_) for _ in range(3)) for _ in range(_PARAGRAPHS))
                pieces[own:own] = map(Piece, more)
                text = page.between.join(piece.text for piece in pieces) + "\n"
                file.write(json.dumps({"url": page.url, "text": text}, ensure_ascii=False) + "\n")


def measured() -> list[list[object]]:
    """A row for each corpus: CPU time of cleaning it, of learning from it, and the ratio."""
    rows: list[list[object]] = []
    for sites, pages in CORPORA:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write(folder / "pages.jsonl", sites, pages)
            command = [sys.executable, "-m", "cleaner"]
            _, batch, _ = run([*command, "batch", str(folder / "pages.jsonl"), "-d", str(folder / "clean"), "-q"])
            _, learn, memory = run([*command, "learn", str(folder / "pages.jsonl"), "--into", str(folder / "drafts"), "-q"])
        rows.append([f"{sites:,} sites of {pages:,} pages", f"{batch:.0f}", f"{learn:.0f}", f"{learn / batch:.2f}", f"{memory:.0f}"])
    return rows
