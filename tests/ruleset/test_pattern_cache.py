"""Compiled patterns are found again, with the C half of `regex` alone; whatever is broken is made again."""

from __future__ import annotations

import copyreg
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import regex

from cleaner.io import disk_cache
from cleaner.patterns.source import FLAGS
from cleaner.ruleset import pattern_cache
from cleaner.ruleset.pattern_cache import PatternCache
from tests.conftest import ROOT, Command

PATTERNS = ["harb(?:our|or)", r"\p{Lu}+-(?P<ß>é)?", "\ud800", "a+"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(disk_cache, "folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def known(*patterns: str) -> list[str]:
    """Those of some patterns that an earlier run left."""
    kept = PatternCache(0)._kept()
    return [pattern for pattern in patterns if json.dumps(pattern).encode() in kept]


def left(*patterns: str, flags: int = 0) -> PatternCache:
    """What compiled some patterns and kept them."""
    run = PatternCache(flags)
    for pattern in patterns:
        assert run(pattern).pattern == pattern
    run.keep()
    return run


def test_the_flags_are_those_of_regex() -> None:
    assert regex.IGNORECASE == FLAGS


def test_what_was_compiled_is_kept_for_the_next_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left(*PATTERNS, flags=FLAGS)
    second = PatternCache(FLAGS)
    monkeypatch.setattr(regex, "compile", None)  # nothing may be compiled from here on
    for pattern in PATTERNS:
        assert second(pattern).pattern == pattern
    assert second(PATTERNS[0]).fullmatch("HARBOR")
    found = second(PATTERNS[1]).fullmatch("ÄÖ-é")
    assert found
    assert found.groupdict() == {"ß": "é"}
    second.keep()
    assert len(list(folder.iterdir())) == 1
    monkeypatch.undo()
    assert not PatternCache(0)(PATTERNS[0]).fullmatch("HARBOR")  # other flags, other codes


def test_where_all_is_known_the_other_half_of_regex_is_not_imported(folder: Path) -> None:
    left(*PATTERNS, flags=FLAGS)
    program = f"""
import sys
from pathlib import Path
from cleaner.io import disk_cache as cache
cache.folder = lambda: Path({str(folder)!r})
from cleaner.ruleset.pattern_cache import PatternCache
codes = PatternCache({FLAGS})
patterns = [codes(pattern) for pattern in {PATTERNS!r}]
assert patterns[0].fullmatch("HARBOUR", timeout=1)
assert "regex._main" not in sys.modules
assert codes("new(er)?").fullmatch("NEWER")[1] == "ER"
import pickle, regex
from regex import _regex
assert patterns[0].sub(r"\\g<0>s", "harbour") == "harbours"
assert regex._regex is _regex
assert type(patterns[0]) is type(regex.compile("a")) is regex.Pattern
assert [pickle.loads(pickle.dumps(pattern)).pattern for pattern in patterns] == [pattern.pattern for pattern in patterns]
try:
    regex.compile("(")
except regex.error:
    print("well")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=Command.environment({"PYTHONPATH": str(ROOT)}), capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("well\n", "")


def test_regex_pickles_a_pattern_as_a_call_of_its_c_half() -> None:
    """What the cache relies on, and `regex` nowhere promises: if this fails, see what it pickles now."""
    compiled = regex.compile(PATTERNS[1], FLAGS)
    reduced = copyreg.dispatch_table[type(compiled)](compiled)
    assert not isinstance(reduced, str)
    function, arguments = reduced[:2]
    assert function is pattern_cache._c_half().compile
    assert arguments[0] == PATTERNS[1]
    assert function(*arguments).fullmatch("ÄÖ-é")


def test_too_many_leave_room_for_those_in_use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left("a+")
    monkeypatch.setattr(pattern_cache, "_BYTES_AT_MOST", 10)
    left("b+")
    assert known("a+", "b+") == ["b+"]


def test_runs_at_the_same_time_lose_nothing_of_each_other(folder: Path) -> None:
    runs = [PatternCache(0) for _ in range(2)]
    for number, run in enumerate(runs):
        run(f"pattern {number}")
        run.keep()
    assert known("pattern 0", "pattern 1", "pattern 2") == ["pattern 0", "pattern 1"]


def test_another_version_of_regex_compiles_for_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left("a+")
    sent = left("b+").packed()
    monkeypatch.setattr(PatternCache, "_place", lambda _: ("patterns-0", "of another"))
    monkeypatch.setattr(regex, "__version__", "of another")
    assert known("a+") == []
    assert PatternCache(0)("a+").fullmatch("aa")
    other = PatternCache(0, sent)
    assert other("b+").fullmatch("bb")
    assert other._new


def test_two_installations_of_regex_keep_both_theirs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left("a+")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(pattern_cache._c_half(), "__file__", __file__)
        assert known("a+") == []
        left("b+")
    assert known("a+", "b+") == ["a+"]


def test_what_was_sent_is_not_compiled_again(folder: Path) -> None:
    there = PatternCache(0, left("a+").packed())
    assert there("a+").fullmatch("aa")
    assert not there._new


@pytest.mark.parametrize("flipped", range(0, 400, 7))
def test_a_broken_file_is_made_again(folder: Path, flipped: int) -> None:
    left("a+", "b{2,9}")
    (path,) = folder.iterdir()
    data = path.read_bytes()
    at = flipped % len(data)
    path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
    assert PatternCache(0)("a+").fullmatch("aaa")
    assert left("b{2,9}")("b{2,9}").fullmatch("bbb")
    path.write_bytes(data[:at])
    assert PatternCache(0)("b{2,9}").fullmatch("bbb")


@pytest.mark.parametrize("content", [b"rubbish", b"\x80\x05K\x01.", pickle.dumps({"a+": b"rubbish"}), b'"a+"\t[]', b""])
def test_another_file_in_its_place_is_made_again(folder: Path, content: bytes) -> None:
    left("a+")
    (path,) = folder.iterdir()
    path.write_bytes(content)
    left("a+")
    assert known("a+") == ["a+"]


def test_where_the_c_half_is_in_no_file_the_version_tells(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern_cache._c_half(), "__file__", "/nowhere/_regex.so")
    left("a+")
    assert known("a+") == ["a+"]
    monkeypatch.setattr(regex, "__version__", "of another")
    assert known("a+") == []
