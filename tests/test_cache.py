"""The cache may be missing, broken or out of reach: the answer is the same."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

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
