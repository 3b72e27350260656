"""Spans of a text are merged, tidied, deleted, and restored."""

from __future__ import annotations

import pytest

from cleaner import ProofError, Removal, Result, restore
from cleaner.document import Document
from cleaner.result import Span
from cleaner.spans import OffsetMap, delete, gaps, merge, tidy


def test_merge_gives_each_character_one_owner() -> None:
    spans = [Span(4, 9, "b"), Span(0, 5, "a"), Span(0, 5, "z"), Span(6, 7, "c"), Span(9, 12, "d")]
    assert merge(spans) == [Span(0, 5, "a"), Span(5, 9, "b"), Span(9, 12, "d")]
    assert merge(reversed(spans)) == merge(spans)


def tidied(text: str, *cuts: str) -> str:
    """A text without some of its parts and what tidy takes with them."""
    spans = sorted(Span(text.index(part), text.index(part) + len(part), "rule") for part in cuts)
    return delete(text, sorted([*spans, *tidy(Document(text), spans)]))


@pytest.mark.parametrize(
    ("text", "cuts", "left"),
    [
        ("a\n\nX\n\nb\n", ["X\n"], "a\n\nb\n"),
        ("\n\na\nX\n\n\n", ["X\n"], "a\n"),
        ("a\n\nX", ["X"], "a\n"),
        ("a\r\n\r\nX\r\n\r\nb", ["X\r\n"], "a\r\n\r\nb"),
        ("a\n\n\n\nb\nX\n", ["X\n"], "a\n\nb\n"),
        ("One. X Two.", ["X"], "One. Two."),
        ("X One.", ["X"], "One."),
        ("One. X", ["X"], "One."),
        ("One. X\nTwo", ["X"], "One.\nTwo"),
        ("  X One.", ["X"], "  One."),
        ("X Y One.", ["X", "Y"], "One."),
        ("One. X Y", ["X", "Y"], "One."),
        ("One X Y two", ["X", "Y"], "One two"),
        ("OneX Ytwo", ["X", "Y"], "One two"),
        ("One.  Two. X Three.", ["X"], "One.  Two. Three."),
        ("a\n X \nb", ["X"], "a\nb"),
        ("a\n\tX Y\n\nb", ["X", "Y"], "a\n\nb"),
        ("a\n\nX\n \n\t\nb\n", ["X\n"], "a\n\nb\n"),
        ("\ufeff\nX\na\n", ["X\n"], "\ufeffa\n"),
    ],
)
def test_tidy(text: str, cuts: list[str], left: str) -> None:
    assert tidied(text, *cuts) == left


def test_offset_map_splits_at_earlier_cuts() -> None:
    offsets = OffsetMap(gaps(0, 10, [Span(2, 4, "a"), Span(6, 7, "b")]))
    assert list(offsets.to_original(0, 7)) == [(0, 2), (4, 6), (7, 10)]
    assert list(offsets.to_original(1, 6)) == [(1, 2), (4, 6), (7, 9)]
    assert list(offsets.to_original(0, 2)) == [(0, 2)]
    assert list(OffsetMap(gaps(0, 10, [Span(1, 9, "c")])).to_original(0, 2)) == [(0, 1), (9, 10)]


@pytest.mark.parametrize(
    "removals",
    [
        [Removal(0, 2, "r", "a")],
        [Removal(3, 4, "r", "a"), Removal(2, 3, "r", "b")],
        [Removal(9, 10, "r", "a")],
    ],
)
def test_restore_refuses_removals_that_do_not_fit(removals: list[Removal]) -> None:
    with pytest.raises(ProofError):
        restore(Result("abc", tuple(removals)))
