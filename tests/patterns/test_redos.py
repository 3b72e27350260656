"""Patterns that take time without end are told from those that don't, and the attack strings are few and short."""

from __future__ import annotations

import pytest

from cleaner.patterns.redos import PROBE, blows_up, nested_repeat, probes


@pytest.mark.parametrize("pattern", ["(a+)+", "(?:a|b*)*x", r"(?:(?:a+)b*)+", r"(?:\w+|\s*)+", "(?:(?:x*)*){10}"])
def test_a_repeat_of_a_repeat(pattern: str) -> None:
    assert nested_repeat(pattern)


@pytest.mark.parametrize("pattern", ["(?:a+ )+", "(?:a+){2}", "(?:a+)*+", r"(?:\w+\s+)*", "a+b+"])
def test_repeats_that_are_told_apart(pattern: str) -> None:
    assert not nested_repeat(pattern)


def test_a_pattern_of_too_many_ways_blows_up() -> None:
    fault = blows_up("(?:a|aa|a )*b", "line")
    assert fault
    assert fault.message.startswith("blows up: it takes more than")
    assert blows_up("(?:a|b )*+c", "line") is None


@pytest.mark.parametrize("pattern", ["a+" * 100, "(?:ab|c+|d )*" * 9, "(?:a{9}b*)*", "(?=.*x)y+", "((((a+b)c)+d)+e)+"])
def test_probes_are_few_and_short(pattern: str) -> None:
    found = list(probes(pattern))
    assert 0 < len(found) <= 36
    assert max(map(len, found)) <= 5 * PROBE


def test_what_repeats_nothing_has_no_probes() -> None:
    assert not list(probes("share (?:this|that)?"))
