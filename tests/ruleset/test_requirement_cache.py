"""Requirements are found again, for the same words and the same code; whatever is broken is derived again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner.io import disk_cache
from cleaner.patterns.requirements import required_of_line, required_of_lines
from cleaner.patterns.values import Required
from cleaner.ruleset import requirement_cache
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.requirement_cache import RequirementCache
from cleaner.ruleset.rule import Rule

WORDS = frozenset({"the", "tide"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(disk_cache, "folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def left(*patterns: str, words: frozenset[str] = WORDS) -> None:
    """What an earlier run kept."""
    cache = RequirementCache(words)
    for pattern in patterns:
        assert cache(required_of_line, pattern) == required_of_line(pattern, words)
    cache.keep()


def unwanted(pattern: str, common: frozenset[str]) -> Required:
    raise AssertionError(pattern)


unwanted.__name__ = required_of_line.__name__


def test_what_an_earlier_run_derived_is_not_derived_again(folder: Path) -> None:
    left("high tide.*", "low tide")
    left("ebb")
    for pattern in ("high tide.*", "low tide", "ebb"):
        assert RequirementCache(WORDS)(unwanted, pattern) == required_of_line(pattern, WORDS)


def test_other_words_and_other_functions_derive_for_themselves(folder: Path) -> None:
    left("the tide")
    for words, derive in ((WORDS | {"ebb"}, required_of_line), (WORDS, required_of_lines)):
        cache = RequirementCache(words)
        assert cache(derive, "the tide") == derive("the tide", words)
        cache.keep()
    assert RequirementCache(WORDS)(unwanted, "the tide") == required_of_line("the tide", WORDS)


def test_other_code_derives_for_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left("the tide")
    monkeypatch.setattr(disk_cache, "_stamp", lambda path: (str(path), 0, 0, 0, 0))
    with pytest.raises(AssertionError):
        RequirementCache(WORDS)(unwanted, "the tide")


def test_a_damaged_file_is_no_hindrance(folder: Path) -> None:
    left("the tide")
    for path in folder.glob("*"):
        path.write_bytes(path.read_bytes()[:-9])
    left("the tide")
    assert RequirementCache(WORDS)(unwanted, "the tide") == required_of_line("the tide", WORDS)


def test_the_file_does_not_grow_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirement_cache, "_PATTERNS_AT_MOST", 2)
    left("ebb", "flow")
    left("slack")
    assert RequirementCache(WORDS)(unwanted, "slack")
    with pytest.raises(AssertionError):
        RequirementCache(WORDS)(unwanted, "ebb")


def test_all_that_derives_requirements_is_code_that_the_cache_goes_by() -> None:
    asked: list[str] = []

    def noted(derive: Callable[[str, frozenset[str]], Required], pattern: str) -> Required:
        asked.append(derive.__module__)
        return derive(pattern, WORDS)

    for remove, match in (("line", "the tide"), ("match", "tide"), ("tail", r"ebb\nflow")):
        prepare(Rule("a/b/c", "", remove, match=match), WORDS, requirements=noted)  # type: ignore[arg-type]
    assert asked == ["cleaner.patterns.requirements"] * 3
