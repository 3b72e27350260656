"""Long texts cut short, and lines of some width."""

from __future__ import annotations

import pytest
from rich.style import Style

from cleaner.render.layout import shortened, wrapped


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("word " * 400, 353),
        ("word " * 399 + "word", 352),
        ("word " * 400 + "x" * 130, 376),
        ("word " * 400 + "x" * 130 + " ", 377),
        ("x" * 400, 1),
    ],
)
def test_what_a_gap_hides_is_counted(text: str, hidden: int) -> None:
    left, count, right = shortened(text)
    assert count == hidden
    assert text.startswith(left)
    assert text.endswith(right)
    assert shortened(text, len(text)) == (text, 0, "")


def test_lines_know_what_their_styles_bear() -> None:
    """As the diff's do, by which it finds where a piece begins."""
    lines = wrapped([("one two ", Style.null()), ("three four", Style(strike=True, meta={"place": 3}))], 9)
    assert [[(segment.text, (segment.style or Style.null()).meta.get("place")) for segment in line] for line in lines] == [
        [("one two ", None)],
        [("three ", 3)],
        [("four", 3)],
    ]
