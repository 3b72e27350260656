"""The cache may be missing, broken or out of reach: the answer is the same."""

from __future__ import annotations

import os
import pickle
import shutil
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest

from cleaner.engine.engine import Engine
from cleaner.errors import RuleError
from cleaner.io import disk_cache
from cleaner.ruleset import layers, loading, rule_file
from cleaner.ruleset.layers import Layer, load, made_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(disk_cache, "folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def test_what_was_made_is_found_again_until_it_is_old(folder: Path) -> None:
    made: list[str] = []

    def make(name: str) -> list[str]:
        made.append(name)
        return [name]

    for name in ("a-1", "a-1", "a-2", "b-1"):
        assert disk_cache.cached(name, 1, list, partial(make, name)) == [name]
    assert made == ["a-1", "a-2", "b-1"]
    assert sorted(path.name for path in folder.iterdir()) == ["a-1.pickle", "a-2.pickle", "b-1.pickle"]
    os.utime(folder / "a-1.pickle", (0, 0))
    disk_cache.cached("c-1", 1, list, lambda: [3])
    assert sorted(path.name for path in folder.iterdir()) == ["a-2.pickle", "b-1.pickle", "c-1.pickle"]


def test_what_is_not_sound_is_not_kept(folder: Path) -> None:
    assert disk_cache.cached("a-1", 1, list, list) == []
    assert disk_cache.cached("a-1", 1, list, lambda: [2], sound=lambda made: made != [2]) == [2]
    assert disk_cache.cached("a-1", 1, list, lambda: [3]) == [3]


def test_a_shipped_file_that_cannot_be_read_is_an_error_every_time(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.toml").write_bytes(b"\xff")
    for _ in range(2):
        stack = loading.Stack()
        stack.lay(layers.Layer("shipped", tmp_path / "rules", trusted=True))
        assert [problem.message for problem in stack.problems] == ["not UTF-8 text: byte 0xff"]


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x80\x05K\x01."])
def test_a_broken_file_is_made_again(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "a-1.pickle").write_bytes(content)
    assert disk_cache.cached("a-1", 1, list, lambda: [1]) == [1]
    assert disk_cache.cached("a-1", 1, list, lambda: [2]) == [1]


def test_rules_are_the_same_from_the_cache_and_without_one(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_cache, "_SETTLED_AFTER", 0.0)
    some = [tmp_path / "some"]
    for name in ("terms", "languages", "en/terms", "en/byline", "en/newsletter", "any/shape"):
        copy = some[0] / f"{name}.toml"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(layers.shipped_folder() / f"{name}.toml", copy)
        os.utime(copy, (1, 1))
    time.sleep(0.01)
    first = load(some, shipped=False)
    assert list(folder.glob("rules-*.pickle"))
    second = load(some, shipped=False)
    folder.rename(folder.with_name("gone"))
    folder.write_text("no folder can be made here")
    assert first == second == load(some, shipped=False)
    assert len(first.rules) > 20
    assert first.fingerprint == second.fingerprint


OWN = """title = "Quay"
about = "Tides."
[[rule]]
id = "tide"
about = "tide tables"
confidence = "high"
remove = "line"
match = "{match}"
removes = ["high tide at noon"]
keeps = ["The high tide came at noon."]
"""


def write(path: Path, match: str, seconds_ago: float) -> None:
    """A rule file that was last changed a while ago, by all that tells it: its stamp holds the time at which its name was made, too."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(OWN.format(match=match))
    stamp = time.time() - seconds_ago
    os.utime(path, (stamp, stamp))


def test_own_rules_are_read_once_and_again_when_they_change(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_cache, "_SETTLED_AFTER", 0.0)
    read: list[str] = []
    parse = rule_file.parse

    def counted(source: str, name: str, *rest: Any) -> rule_file.RuleFile:
        read.append(name)
        return parse(source, name, *rest)

    monkeypatch.setattr(loading, "parse", counted)
    own = tmp_path / "own/quay.toml"
    for match, times in (("high tide at noon", 1), ("(?:high|low) tide at noon", 2)):
        write(own, match, 10)
        for _ in range(2):
            (rule,) = load([own.parent], shipped=False).rules
            assert (rule.match, read) == (match, ["quay"] * times)
    # Among other layers it may mean something else, for these have terms.
    write(tmp_path / "below/tide.toml", "low tide at noon", 10)
    load([tmp_path / "below", own.parent], shipped=False)
    assert read == ["quay", "quay", "tide", "quay"]


def test_what_has_just_changed_is_not_kept(folder: Path, tmp_path: Path) -> None:
    """It may change again within the tick of a clock, and nothing would tell."""
    write(tmp_path / "own/quay.toml", "high tide at noon", 0)
    load([tmp_path / "own"], shipped=False)
    assert not list(folder.glob("rules-*"))


def made(layers: Sequence[Layer] = ()) -> Engine:
    return made_of(Engine, layers, "safe", lambda found: Engine(found.at("safe").prepared, found.languages))


def test_an_engine_is_found_again_and_its_rules_are_read_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The harbour froze on Monday.\nShare this article\n"
    first = made().clean(text)
    monkeypatch.setattr(layers, "load", None)
    again = made()
    assert again.clean(text) == first
    assert first.changed
    assert 0 < sum(not isinstance(each, bytes) for each in again.matchers._rules) < 20
    assert again.rules == again.rules == pickle.loads(pickle.dumps(again)).rules
    assert len(again.rules) > 100


def test_a_layer_that_cannot_be_read_is_an_error_however_much_is_known_of_the_others(tmp_path: Path) -> None:
    made()
    with pytest.raises(RuleError, match="no such rule folder"):
        made([Layer("user", tmp_path / "gone")])


def test_a_full_disk_leaves_what_was_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk_cache.cached("a-1", 1, list, lambda: [1])

    def full(handle: int, mode: str) -> IO[bytes]:
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    assert disk_cache.cached("a-2", 1, list, lambda: [2]) == [2]
    assert [path.name for path in folder.iterdir()] == ["a-1.pickle"]
