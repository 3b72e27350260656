"""On which line a pattern's literals stand, how near its end, and how long that line is; for rules, too."""

from __future__ import annotations

import sys

import pytest

from cleaner.patterns.casefold import LONGEST_LITERAL
from cleaner.patterns.requirements import required_of_lines
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import Rule


@pytest.mark.parametrize(
    ("pattern", "literals", "nearest", "before"),
    [
        (r"share\nthis", {"\nshare\n"}, 0, 0),
        (r"share\s+this\nwith", {"\nshare"}, 0, 0),
        (r".{20,90}\nby reuters", {"\nby reuters\n"}, 1, 1),
        (r".{20,90}\n(?:.{9}\n)?.{9}\nby reuters\n.+", {"\nby reuters\n"}, 2, 3),
        (r"(?:.+\n){0,3}by reuters\n.+", {"\nby reuters\n"}, 0, 3),
        (r"(?:.+\n){2}(?:by reuters\n|with the agency).+", {"\nby reuters\n", "\nwith the ag"}, 2, 3),
        (r"[^.]+\nby reuters", {"\nby reuters\n"}, 1, 1001),
        (r"\P{Lu}by reuters\n", {"by reuters\n"}, 0, 1),
        (r"(?P<said>.+)\n(?P=said)", {"\2"}, 0, 0),
        (r"(?P<said>.+)\n(?P=said) by reuters", {"\2"}, 0, 0),
        (r"(?P<said>.+)\n(?P<other>.+)(?P=said)", set(), 0, 0),
        (r"(?P<said>(?s:.+))\n(?P=said)", set(), 0, 0),
        (r"(?P<said>.+) (?P=said)\n.+", {"\n\1\n"}, 0, 0),
        (r"(?:(?-i:(?P<said>\p{Lu}.+) (?P=said)))(?:\n.+)?", {"\n\1\n"}, 0, 0),
        (r"(?P<said>.+) (?P=said)\s.+\nmore", {"\nmore\n"}, 1, 2),
        (r"(?:.+\nand\n){2,5}.+", {"\nand\n"}, 1, 1),
        (r"(?P<said>by \w+)\n.+\n(?P=said)", {"\nby "}, 0, 0),
        (r"(?P<said>.+)\nand\n(?P=said)", {"\nand\n"}, 1, 1),
        (r"(?P<said>.+) (?P<other>.+)(?P=said)\n.+", set(), 0, 0),
        (r"(?P<said>[^.]+) (?P=said)\nmore", {"\nmore\n"}, 1, 1001),
        (r"[^\w]{0,4}read more\n.{3,90}", {"read more"}, 0, 4),
        (r"[^\w\n]{0,4}read more\n.{3,90}", {"\nread more\n"}, 0, 0),
        (r"(?s:.{1,50})\nby reuters", {"\nby reuters\n"}, 1, 1001),
        (r"[\x00-\x7f]{1,50}\nby reuters", {"\nby reuters\n"}, 1, 51),
        (r".{1,30}\nbe it so.{1,30}(?=\n.+\nby reuters)", {"\nbe it so"}, 1, 1),
    ],
)
def test_what_stands_in_one_of_several_lines(pattern: str, literals: set[str], nearest: int, before: int) -> None:
    required = required_of_lines(pattern)
    assert required.literals == literals
    assert (required.min_lines_before, required.max_lines_before) == (nearest, before)


def test_a_rule_that_any_line_fits_is_told_by_the_line_after() -> None:
    rule = Rule("demo/x", "", "line", match=r"\p{Lu}\p{L}+ \p{Lu}\p{L}+", next=r"about the author\b.*")
    (required,) = prepare(rule).required
    assert required.literals == {"\nabout the author"[:LONGEST_LITERAL]}
    assert (required.max_lines_before, required.by_line) == (1, False)


def test_a_line_after_that_may_be_missing_says_nothing() -> None:
    rule = Rule("demo/x", "", "line", match=r"\p{Lu}\p{L}+ \p{Lu}\p{L}+", next=r"|about the author")
    (required,) = prepare(rule).required
    assert not required.literals
    assert required.by_line


def test_how_far_from_the_end_a_literal_may_stand() -> None:
    told = {
        r".{8,90} \(photo: \w{3,9}\)\.?": len(" (photo: ") + 9 + len(").\n"),
        r"\d (?:share|like)s?": len("0 shares\n") + 1,  # the line's beginning is part of it
        r".*(?:read more|more here)(?: now){0,2}": len("\nmore here now now\n"),
        r"read more\b.*": sys.maxsize,
        r"(?=.*photo).{9}": sys.maxsize,
    }
    for pattern, tail in told.items():
        (required,) = prepare(Rule("a/b/c", "", "line", match=pattern)).required
        assert required.tail == tail, (pattern, required)


@pytest.mark.parametrize(
    ("pattern", "literals", "told"),
    [
        (r".{20,90}\n.{1,9} hours? ago", {" hour ago\n", " hours ago\n"}, (1, 1, 10, 19)),
        (r".{20,90}\n.{1,9}[^\S\n]?by reuters.{0,9}\nand .+", {"by reuters"}, (1, 1, 11, 29)),
        (r"[^\S\n]?by reuters.{0,9}\n.+", {"\nby reuters", "\n by reuters"}, (0, 0, 10, 20)),
        (r".\s?by reuters.{0,9}\n.+", {"by reuters"}, (0, 1, 0, sys.maxsize)),
    ],
)
def test_how_long_the_line_is_on_which_a_literal_stands(pattern: str, literals: set[str], told: tuple[int, ...]) -> None:
    required = required_of_lines(pattern)
    assert required.literals == literals
    assert required[1:5] == told
