"""The cache may be missing, broken or out of reach: the answer is the same."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any
from zlib import crc32

import pytest

from cleaner.engine.engine import Engine
from cleaner.engine.packing import dumps, loads
from cleaner.errors import RuleError
from cleaner.io import disk_cache
from cleaner.patterns.source import FLAGS
from cleaner.ruleset import layers, loading, prebuilt, rule_file
from cleaner.ruleset.layers import Layer, load, made_of
from cleaner.ruleset.pattern_cache import PatternCache


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(disk_cache, "folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(loading, "_KEPT", {})
    return tmp_path / "cache"


def kept(name: str, make: Callable[[], list[Any]], sound: Callable[[list[Any]], bool] = bool) -> list[Any]:
    """A list from the cache, or as it is made."""
    return disk_cache.cached(name, 1, make, lambda made: json.dumps(made).encode(), json.loads, sound)


def test_what_was_made_is_found_again_until_it_is_old(folder: Path) -> None:
    made: list[str] = []

    def make(name: str) -> list[str]:
        made.append(name)
        return [name]

    for name in ("a-1", "a-1", "a-2", "b-1"):
        assert kept(name, partial(make, name)) == [name]
    assert made == ["a-1", "a-2", "b-1"]
    assert sorted(path.name for path in folder.iterdir()) == ["a-1.cache", "a-2.cache", "b-1.cache"]
    os.utime(folder / "a-1.cache", (0, 0))
    kept("c-1", lambda: [3])
    assert sorted(path.name for path in folder.iterdir()) == ["a-2.cache", "b-1.cache", "c-1.cache"]


def test_what_is_not_sound_is_not_kept(folder: Path) -> None:
    assert kept("a-1", list) == []
    assert kept("a-1", lambda: [2], lambda made: made != [2]) == [2]
    assert kept("a-1", lambda: [3]) == [3]


def test_a_shipped_file_that_cannot_be_read_is_an_error_every_time(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.toml").write_bytes(b"\xff")
    for _ in range(2):
        stack = loading.Stack()
        stack.lay(layers.Layer("shipped", tmp_path / "rules", trusted=True))
        assert [problem.message for problem in stack.problems] == ["not UTF-8 text: byte 0xff"]


@pytest.mark.parametrize("content", [b"", b"rubbish", b"1\n", b"1\n00000000\n[2]", b"1\n%08x\n[2" % crc32(b"[2")])
def test_a_broken_file_is_made_again(folder: Path, content: bytes) -> None:
    folder.mkdir(mode=0o700)
    (folder / "a-1.cache").write_bytes(content)
    assert kept("a-1", lambda: [1]) == [1]
    assert kept("a-1", lambda: [2]) == [1]


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
    assert list(folder.glob("rules-*.cache"))
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


def test_shipped_rules_are_read_once_a_process_and_again_when_they_change(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "shipped"
    write(shipped / "quay.toml", "high tide at noon", 10)
    for module in (layers, loading):
        monkeypatch.setattr(module, "shipped_layer", lambda: Layer("shipped", shipped, trusted=True))
    monkeypatch.setattr(prebuilt, "FOLDER", tmp_path / "none")
    monkeypatch.setattr(disk_cache, "_SETTLED_AFTER", 0.0)
    first = load()
    assert [rule.match for rule in first.rules] == ["high tide at noon"]
    shutil.rmtree(folder)
    with monkeypatch.context() as without_cache:
        without_cache.setattr(loading, "cached", None)
        assert load() == first
    write(shipped / "quay.toml", "low tide at noon", 5)
    assert [rule.match for rule in load().rules] == ["low tide at noon"]


def made(layers: Sequence[Layer] = ()) -> Engine:
    return made_of("engine", layers, "safe", lambda found: Engine(found.at("safe").prepared, found.languages), dumps, loads)


def test_an_engine_is_found_again_and_its_rules_are_read_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The harbour froze on Monday.\nShare this article\n"
    first = made().clean(text)
    monkeypatch.setattr(layers, "load", None)
    again = made()
    assert again.clean(text) == first
    assert first.changed
    assert 0 < sum(not isinstance(each, memoryview) for each in again.matchers._rules) < 20
    assert again.rules == again.rules == pickle.loads(pickle.dumps(again)).rules
    assert len(again.rules) > 100


def test_a_layer_that_cannot_be_read_is_an_error_however_much_is_known_of_the_others(tmp_path: Path) -> None:
    made()
    with pytest.raises(RuleError, match="no such rule folder"):
        made([Layer("user", tmp_path / "gone")])


def test_a_full_disk_leaves_what_was_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept("a-1", lambda: [1])

    def full(handle: int, mode: str) -> IO[bytes]:
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    assert kept("a-2", lambda: [2]) == [2]
    assert [path.name for path in folder.iterdir()] == ["a-1.cache"]


class Planted:
    """What a stranger would have run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_nothing_that_was_planted_is_run(folder: Path, tmp_path: Path) -> None:
    kept("a-1", lambda: [1])
    before = made().clean("Share this article\n")
    for path in list(folder.iterdir()):
        head, _, _ = path.read_bytes().partition(b"\n")
        data = pickle.dumps(Planted(tmp_path / "run"))
        for content in (data, b"%s\n%08x\n%s" % (head, crc32(data), data)):
            path.write_bytes(content)
            path.with_suffix(".pickle").write_bytes(content)
            assert kept("a-1", lambda: [1]) == [1]
            assert made().clean("Share this article\n") == before
            assert PatternCache(FLAGS)("a+").fullmatch("aa")
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners here")
@pytest.mark.parametrize("what", ["folder for all", "folder for group", "file for all", "link", "pipe", "folder", "of another"])
def test_a_file_that_another_may_have_written_is_not_read(folder: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept("a-1", lambda: [1])
    path = folder / "a-1.cache"
    assert kept("a-1", lambda: [2]) == [1]
    content = path.read_bytes()
    match what:
        case "folder for all":
            folder.chmod(0o777)
        case "folder for group":
            folder.chmod(0o770)
        case "file for all":
            path.chmod(0o666)
        case "link":
            path.rename(folder / "elsewhere")
            path.symlink_to("elsewhere")
        case "pipe":
            path.unlink()
            os.mkfifo(path, 0o600)
        case "folder":
            path.unlink()
            path.mkdir()
        case "of another":
            monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert disk_cache.read("a-1", 1) is None
    assert kept("a-1", lambda: [2]) == [2]
    if what not in ("file for all", "link", "pipe"):  # in a folder of the user's own, these are replaced
        assert path.is_dir() or path.read_bytes() == content
    else:
        assert kept("a-1", lambda: [3]) == [2]
