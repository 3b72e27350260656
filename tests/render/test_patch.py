"""What went from a text, as rows, folds and patches."""

from __future__ import annotations

import cProfile
import io
import pstats
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cleaner import Removal, Result, restore
from cleaner.render.console import THEME
from cleaner.render.diff import Diff, Form
from cleaner.render.diff_rows import Fold, Row, folded, rows
from cleaner.render.patch import patch
from cleaner.result import TIDY, Span
from cleaner.spans import delete
from tests.conftest import PAIRS, cleaned

#: Texts of lines that end in all ways, with anything cut out of them.
LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c d e\n", "x\r\n", "y\r", "  \n"]), max_size=40).map("".join)
GAPS = st.lists(st.tuples(st.integers(0, 14), st.integers(1, 9)), max_size=12)


def cut_out(text: str, gaps: list[tuple[int, int]]) -> Result:
    spans, at = [], 0
    for before, length in gaps:
        if at + before + length > len(text):
            break
        spans.append(Span(at + before, at + before + length, "a/b/c"))
        at += before + length
    return Result(delete(text, spans), tuple(Removal(start, end, rule, text[start:end]) for start, end, rule in spans))


def patched(folder: Path, lines: str, text: str, *options: str) -> str:
    page = folder / "page"
    page.write_bytes(text.encode())
    done = subprocess.run(
        ["patch", "-p1", "--binary", "--silent", *options], input=lines.encode(), cwd=folder, capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    return page.read_bytes().decode() if page.exists() else ""


def left(row: Row) -> str:
    """What stays of a line."""
    return "".join(piece.text for piece in row.pieces if not piece.rule)


@pytest.mark.parametrize("context", [0, 1, 3])
def test_patch_there_and_back(context: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What `patch` makes of our patches is what we make of the text, and `patch -R` takes it back."""
    folder = tmp_path_factory.mktemp("patch")
    seen = 0

    @given(LINES, st.sampled_from(["", "end"]), GAPS)
    def check(text: str, last: str, gaps: list[tuple[int, int]]) -> None:
        nonlocal seen
        result = cut_out(text + last, gaps)
        lines = "".join(patch("page", result, context))
        assert bool(lines) == result.changed
        # Without lines around, `patch` can't tell an empty file from one that isn't there.
        if lines and result.text:
            seen += 1
            assert patched(folder, lines, text + last) == result.text
            assert patched(folder, lines, result.text, "-R") == text + last

    check()
    assert seen


def test_a_patch_as_it_looks() -> None:
    assert list(patch("p", Result("a\n", (Removal(2, 3, "x/y", "b"),)))) == [
        "--- a/p\n",
        "+++ b/p\n",
        "@@ -1,2 +1 @@\n",
        " a\n",
        "-b\n\\ No newline at end of file\n",
    ]
    assert list(patch("p", Result("a"))) == []


@given(LINES, GAPS)
def test_rows_are_the_lines(text: str, gaps: list[tuple[int, int]]) -> None:
    result = cut_out(text, gaps)
    every = list(rows(result))
    lines = restore(result).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for row in every:
        whole = "".join(piece.text for piece in row.pieces)
        assert whole == ("" if row.is_blank else lines[row.number - 1])
    shown = {row.number for row in every}
    assert all(not line.strip() for number, line in enumerate(lines, 1) if number not in shown)
    if not any({"\n", "\r"} & {*gone.text} for gone in result.removals):
        assert "\n".join(left(row) for row in every).split() == result.text.split()


@given(LINES, GAPS, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_folds_hide_nothing_that_they_do_not_count(text: str, gaps: list[tuple[int, int]], context: int, head: int, foot: int) -> None:
    every = [row for row in rows(cut_out(text, gaps)) if not row.is_blank]
    shown = list(folded(rows(cut_out(text, gaps)), context, head, foot))
    assert sum(each.lines if isinstance(each, Fold) else not each.is_blank for each in shown) == len(every)
    assert sum(each.words for each in shown) == sum(row.words for row in every)
    assert sum(each.removed for each in shown) == sum(row.removed for row in every)
    for one, two, three in zip(shown, shown[1:], shown[2:], strict=False):
        if not context and isinstance(two, Row) and two.is_kept and not two.is_blank:  # a line alone isn't worth a fold
            assert not any(isinstance(each, Row) and each.is_kept and not each.is_blank for each in (one, three))


def test_a_fold_over_parts_of_lines_says_what_part_goes() -> None:
    text = "".join(f"A picture of number {n} (by X)\n" for n in range(15))
    cuts = [Removal(at, at + 7, "a/b/credit", text[at : at + 7]) for at in (found.start() for found in re.finditer(r" \(by X\)", text))]
    (fold,) = [each for each in folded(rows(Result(text.replace(" (by X)", ""), tuple(cuts)))) if isinstance(each, Fold)]
    assert str(fold) == "6 lines, 42 words, 12 of them removed"


def calls(function: Callable[[], object]) -> int:
    """Function calls that something takes, those of C included: a measure of work that is the same on any machine."""
    profile = cProfile.Profile()
    profile.runcall(function)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def console() -> Console:
    return Console(file=io.StringIO(), width=80, theme=THEME, _environ={})


def cut_often(cuts: int) -> Result:
    text = "It rained [x] all day " * cuts
    starts = [found.start() for found in re.finditer(r"\[x\] ", text)]
    return Result(text.replace("[x] ", ""), tuple(Removal(at, at + 4, f"a/b/{at % 3}", "[x] ") for at in starts))


@pytest.mark.parametrize("form", [Form(), Form(side_by_side=True)], ids=["inline", "side by side"])
def test_drawing_grows_with_the_cuts_of_a_line_and_not_with_their_square(form: Form) -> None:
    few, many = (Diff("p", cut_often(cuts), form) for cuts in (100, 800))
    assert calls(lambda: console().print(many, crop=False)) < 12 * calls(lambda: console().print(few, crop=False))


@pytest.mark.parametrize("sample", PAIRS, ids=lambda path: path.stem)
def test_what_is_kept_of_the_rows_is_the_clean_text(sample: Path) -> None:
    result = cleaned(sample.stem)
    kept = [left(row).strip() for row in rows(result) if not row.is_gone and not row.is_blank]
    assert kept == [line.strip() for line in result.text.removeprefix("\ufeff").splitlines() if line.strip()]
    assert {rule for row in rows(result) for rule in row.rules} - {TIDY} == {gone.rule for gone in result.removals} - {TIDY}


@pytest.mark.parametrize(
    ("fold", "said"),
    [
        (Fold(1, 1, 1), "1 line removed, 1 word"),
        (Fold(1200, 34000, 0), "1,200 lines, 34,000 words"),
        (Fold(6, 42, 12), "6 lines, 42 words, 12 of them removed"),
    ],
)
def test_what_a_fold_says(fold: Fold, said: str) -> None:
    assert str(fold) == said
