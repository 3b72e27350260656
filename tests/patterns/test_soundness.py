"""Each fault of a pattern is found, and only where the pattern's use makes it one."""

from __future__ import annotations

import random
from string import ascii_lowercase
from typing import get_args

import pytest

from cleaner.patterns.soundness import UNFOLDED_AT_MOST, check, missing_backslashes
from cleaner.patterns.source import LONGEST_PATTERN
from cleaner.patterns.values import Use

USES: tuple[Use, ...] = get_args(Use)


@pytest.mark.parametrize(
    ("pattern", "message", "uses"),
    [
        ("a" * (LONGEST_PATTERN + 1), "longer than", USES),
        ("(?i)share", "would change all of the pattern", USES),
        ("share(?R)?", "calls itself", USES),
        ("(" * 51 + "a" + ")" * 51, "nested more than 50 deep", USES),
        ("(?:a{1000}){1000}", "counted repeats unfold to", USES),
        ("share (", "not a valid pattern: missing )", USES),
        ("(?:share|)", "a text of no characters", ("line", "lines", "rest")),
        (".*", "is found in every text", ("found",)),
        ("a^b", "can never match", ("line", "rest", "found", "beside")),
        ("(?:a|b$)c$d", "can never match", ("line", "rest", "found", "beside")),
        (r"[^\s\S]", "can never match", ("line", "lines", "rest", "found", "beside")),
        ("share\n$", "mean the ends of the whole text", ("lines",)),
        (" share", "without the white space at their ends", ("line", "lines", "beside")),
        (r"share(?:\s|  )", "without the white space at their ends", ("line", "lines", "beside")),
        ("(?:a+)+b", "repeats what is itself a repeat", USES),
    ],
)
def test_faults(pattern: str, message: str, uses: tuple[Use, ...]) -> None:
    faults = {use: check(pattern, use) for use in USES}
    assert {use for use, fault in faults.items() if fault and message in fault.message} == set(uses)


@pytest.mark.parametrize("pattern", ["share this", r"\p{Lu}\w+ \d+", "(?:share|like)+ this", "^share$", "(?<!a)share(?!b)", "a*+b"])
def test_sound_patterns_have_no_fault(pattern: str) -> None:
    assert [check(pattern, use) for use in ("line", "found", "part", "beside")] == [None] * 4


def test_what_fits_any_text_is_a_fault_where_nothing_else_narrows_it_down() -> None:
    assert check(".+", "line") is None
    fault = check(".+", "line", anything=False)
    assert fault
    assert fault.message == "fits every text"


def test_a_pattern_of_very_many_parts_that_can_never_match_is_found() -> None:
    parts = "".join(random.Random(1).choices(ascii_lowercase, k=UNFOLDED_AT_MOST // 2))
    fault = check(parts + "^c", "line")
    assert fault
    assert fault.message == "can never match"


@pytest.mark.parametrize(
    ("pattern", "text", "signs"),
    [("why?", "why?", "?"), ("[3] min (x)", "[3] min (x)", "( ) [ ]"), ("share", "like", ""), (r"a\+b", "a+b", "")],
)
def test_signs_without_a_backslash(pattern: str, text: str, signs: str) -> None:
    assert missing_backslashes(pattern, text, "line") == signs
