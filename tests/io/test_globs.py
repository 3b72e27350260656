"""Patterns of file names fit what git says, and whatever they are, it takes little time."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from cleaner.io.globs import Globs
from tests.conftest import shares

PIECES = ["a", "b", "*", "*", "?", "/", "/", "**", "/**/", "[ab]", "\\*", ".", "ab"]


@pytest.mark.parametrize("share", shares(10))
def test_they_fit_what_pathspec_fits(share: int) -> None:
    """Some ten thousand patterns on a few paths each."""
    chance = random.Random(share)
    fitted = 0
    for _ in range(2000):
        lines = ["".join(chance.choices(PIECES, k=chance.randint(1, 9))) for _ in range(chance.randint(1, 2))]
        if chance.random() < 0.3:
            lines.append("!" + lines[0][chance.randrange(len(lines[0])) :])
        try:
            theirs = GitIgnoreSpec.from_lines(lines, backend="simple")
        except ValueError:
            assert Globs(lines).faults
            continue
        ours = Globs(lines)
        for _ in range(8):
            names = ["".join(chance.choices("aab.", k=chance.randint(1, 5))) for _ in range(chance.randint(1, 5))]
            path = "/".join(names) + chance.choice(["", "", "/"])
            assert ours.verdict(path) == theirs.check_file(path).include, (lines, path)
            fitted += ours.verdict(path) is True
    assert fitted > 1000


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 15 + "b", "a" * 100),
        ("*a" * 100 + "b", "a" * 255),
        ("*[ab]" * 50 + "c", "ab" * 127),
        ("*?" * 100 + "c", "a" * 255),
        ("**/a/" * 15 + "b", "a/" * 1000 + "c"),
        ("**/a*/" * 15 + "b", "aa/" * 1000 + "c"),
        ("**/*a*a*a*a*a*b/" * 5 + "b", ("a" * 100 + "/") * 40),
        ("*" * 10_000 + "b", "a" * 255),
        ("**/" * 1000 + "b", "a/" * 1000),
    ],
)
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    globs = Globs([pattern])
    start = time.process_time()
    assert globs.verdict(path) is None
    assert time.process_time() - start < 2


def test_faulty_lines_count_for_nothing(tmp_path: Path) -> None:
    lines = ["*.tmp", "a\\", "[z-a]", "[", "# a[z-a]", "b.txt"]
    globs = Globs(lines)
    assert [number for number, _ in globs.faults] == [2, 3]  # `pathspec` passes by the fourth line itself
    assert [globs.verdict(path) for path in ("x.tmp", "b.txt", "a.txt")] == [True, True, None]
    (tmp_path / ".gitignore").write_text("\n".join(lines))
    if subprocess.run(["git", "init", "-q", tmp_path], check=False).returncode == 0:
        for path in ("x.tmp", "b.txt", "a.txt"):
            code = subprocess.run(["git", "-C", tmp_path, "check-ignore", "-q", path], check=False).returncode
            assert (code == 0) == (globs.verdict(path) is True)
