"""The quality gate: what the shipped rules get right on the project's own corpus may grow, and never silently shrink."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import quality


def test_the_corpus_has_all_kinds() -> None:
    kinds = [path.stem.split("-")[0] for path in quality.MARKED]
    assert min(kinds.count(kind) for kind in ("page", "leftover", "negative")) >= 10
    assert sum(quality.figures(path).chrome for path in quality.MARKED) >= 1_000
    assert set(quality.floors()) == {path.stem for path in quality.MARKED}


@pytest.mark.parametrize("path", quality.MARKED, ids=lambda path: path.stem)
def test_figures_hold(path: Path) -> None:
    found, floor = quality.figures(path), quality.floors()[path.stem]
    assert found.article_lost <= floor["article_lost"], "article lines are lost that were not lost before"
    assert found.chrome_left <= floor["chrome_left"], "chrome lines are left that went before"
    better = (found.chrome_left, found.article_lost) != (floor["chrome_left"], floor["article_lost"])
    assert not better, "better than the floor: raise it with python -m tests.quality --write"


NEGATIVES = [path for path in quality.MARKED if path.stem.startswith("negative")]


@pytest.mark.parametrize("path", NEGATIVES, ids=lambda path: path.stem)
def test_nothing_goes_where_nothing_may(path: Path) -> None:
    text = quality.page(path).text
    assert quality.cleaner("standard").clean(text).text == text


def test_a_line_without_a_mark_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "page-x.txt").write_text("+ one\ntwo\n")
    with pytest.raises(ValueError, match=r"page-x\.txt:2: begins with neither"):
        quality.page(tmp_path / "page-x.txt")
