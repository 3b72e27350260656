"""The cache may be missing, broken or out of reach: the answer is the same."""

from __future__ import annotations

import os
import pickle
from functools import partial
from pathlib import Path
from typing import IO

import pytest
import regex

from cleaner import cache
from cleaner.ruleset import load


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cache, "folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def test_what_was_made_is_found_again_and_replaces_older_files(folder: Path) -> None:
    made: list[str] = []

    def make(name: str) -> list[str]:
        made.append(name)
        return [name]

    for name in ("a-1", "a-1", "a-2", "b-1"):
        assert cache.cached(name, list, partial(make, name)) == [name]
    assert made == ["a-1", "a-2", "b-1"]
    assert sorted(path.name for path in folder.iterdir()) == ["a-2.pickle", "b-1.pickle"]


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x80\x05K\x01."])
def test_a_broken_file_is_made_again(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "a-1.pickle").write_bytes(content)
    assert cache.cached("a-1", list, lambda: [1]) == [1]
    assert cache.cached("a-1", list, lambda: [2]) == [1]


def test_rules_are_the_same_from_the_cache_and_without_one(folder: Path) -> None:
    first = load()
    assert list(folder.glob("shipped-*.pickle"))
    second = load()
    folder.rename(folder.with_name("gone"))
    folder.write_text("no folder can be made here")
    assert first == second == load()
    assert first.fingerprint == second.fingerprint


def test_compiled_patterns_are_kept_for_the_next_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = cache.Patterns(int(regex.IGNORECASE))
    assert first("harb(?:our|or)").fullmatch("HARBOUR")
    first.keep()
    second = cache.Patterns(int(regex.IGNORECASE))
    monkeypatch.setattr(regex, "compile", None)  # nothing may be compiled from here on
    assert second("harb(?:our|or)").fullmatch("Harbor")
    second.keep()
    assert len(list(folder.iterdir())) == 1


def test_runs_at_the_same_time_lose_nothing_of_each_other(folder: Path) -> None:
    runs = [cache.Patterns(0) for _ in range(2)]
    for number, run in enumerate(runs):
        run(f"pattern {number}")
        run.keep()
    assert set(cache.Patterns(0)._known) == {"pattern 0", "pattern 1"}


@pytest.mark.parametrize(
    "content", [b"rubbish", b"\x80\x05K\x01.", pickle.dumps({"a+": b"rubbish"}), pickle.dumps({"a+": pickle.dumps(1)})]
)
def test_broken_patterns_are_compiled_again(folder: Path, content: bytes) -> None:
    empty = cache.Patterns(0)
    empty("a+")
    empty.keep()
    (path,) = folder.iterdir()
    path.write_bytes(content)
    assert cache.Patterns(0)("a+").fullmatch("aaa")


def test_a_full_disk_leaves_what_was_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.cached("a-1", list, lambda: [1])

    def full(handle: int, mode: str) -> IO[bytes]:
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    assert cache.cached("a-2", list, lambda: [2]) == [2]
    assert [path.name for path in folder.iterdir()] == ["a-1.pickle"]
