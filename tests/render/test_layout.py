"""Long texts cut short, and lines of some width."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.style import Style

from cleaner.render.layout import PathText, broken, shortened, wrapped


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


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("in /news/harbour/gazette/page.txt:4", ["in /news/harbour/", "gazette/page.txt:4"]),
        ("news/boats.txt", ["news/boats.txt"]),
        ("news/the-harbour_of-all.boats/a.txt", ["news/", "the-harbour_of-all.", "boats/a.txt"]),
        ("https://news.example/a/b", ["https://", "news.example/a/b"]),
        ("news/" + "x" * 30, ["news/", "x" * 20, "x" * 10]),
    ],
)
def test_paths_are_broken_behind_slashes(text: str, lines: list[str]) -> None:
    console = Console(width=20)
    found = PathText(text, "bold").wrap(console, 20, overflow="fold")
    assert [line.plain.rstrip() for line in found] == lines
    assert all(line.style == "bold" for line in found)
    assert PathText(text).wrap(console, 20, overflow="ignore", no_wrap=True)[0].plain == text


def test_names_of_rules_are_broken_behind_slashes() -> None:
    assert broken("any/credits/credit", 30) == ["any/credits/credit"]
    assert broken("learned/news.example/line-above-the-headline", 26) == ["learned/news.example/", "  line-above-the-headline"]
