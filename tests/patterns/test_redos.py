"""Patterns that take time without end are told from those that don't, and the attack strings are few and short."""

from __future__ import annotations

from time import process_time
from typing import get_args

import pytest
import regex

from cleaner.patterns.redos import PROBE, blows_up, nested_repeat, probes, repetitive
from cleaner.patterns.soundness import check
from cleaner.patterns.source import compiled
from cleaner.patterns.values import Use
from tests.conftest import ROOT


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


MANY = 1_200


@pytest.mark.parametrize(
    "pattern",
    [
        "a" * MANY,
        "{" * MANY,
        "{" * 900,
        "aA" * MANY,
        "the tide came in, " * MANY + "the tide",
        *(each * MANY for each in ("(?:a)", "(a)", "[a]", "a{1}", "a(?#x)", r"\x61", "(?-i:a)", "(?:a)[a]a")),
        f"x?{'a' * MANY}",
        f"(?:{'a' * MANY}|b)",
        f"(?={'a' * MANY})x",
        r"\p{Lu}" + "a" * MANY,
        "x{e<=1}" + "a" * 900,
        "x{e<=1}" + "(?:a)[a]a" * MANY,
    ],
)
def test_fixed_text_that_repeats_itself_is_refused_before_it_is_looked_for(pattern: str) -> None:
    """`regex` would look through it for minutes, in which no time limit counts."""
    began = process_time()
    for use in get_args(Use):
        fault = check(pattern, use)
        assert fault
        assert "fixed characters" in fault.message or "only `regex` knows" in fault.message
    assert process_time() - began < 2


@pytest.mark.parametrize(
    "pattern", ["a" * 300, "{" * 64, "a{900}", "The tide came in at noon, and went out at six. " * 6 + "x", "(?>a)" * MANY]
)
def test_other_fixed_text_is_allowed(pattern: str) -> None:
    began = process_time()
    assert check(pattern, "line") is None
    assert compiled(pattern).fullmatch("a" * 1000) is None
    assert process_time() - began < 1


def test_whatever_stands_in_the_changelog_may_be_fixed_text() -> None:
    for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines():
        assert repetitive(regex.escape(line)) is None
