"""What is in C gives the same as what is in Python, and is not needed."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import regex

from cleaner.document import words
from cleaner.engine import line_features, native
from cleaner.engine.engine import Engine
from cleaner.engine.line_classifier import LineClassifier
from cleaner.engine.line_features import Features
from cleaner.ruleset.rule import Feature, Question, Shape, Tree
from tests import native as native_build
from tests.conftest import PAIRS, ROOT, Command, shares, shipped
from tests.laws.test_laws import material

STOP_WORDS = frozenset({"the", "of", "und", "é", "ölig", "и", "x"})
needs_native = pytest.mark.skipif(native.scan is None, reason="the C module isn't built: python -m tests.native")


def scanned(line: str) -> tuple[object, ...] | None:
    assert native.scan
    return native.scan(line, STOP_WORDS)


def same(line: str) -> bool:
    """Whether a line is scanned natively; then the measurements must be those of Python, and of the same types."""
    quick = scanned(line)
    if quick is None:
        return False
    plain = line_features.scan(line, STOP_WORDS)
    assert quick == plain, line
    assert [type(value) for value in quick] == [type(value) for value in plain]
    assert quick[0] == words(line)
    return True


def test_what_was_built_is_fresh() -> None:
    built = [path for path in (ROOT / "cleaner/engine").glob("_native.*") if path.suffix in (".so", ".pyd")]
    if built:
        assert native.scan
        newest = max(path.stat().st_mtime for path in built)
        assert newest >= (ROOT / "cleaner/engine/_native.c").stat().st_mtime, "run: python -m tests.native"


@pytest.mark.parametrize("compiler", ["", "/no/such/compiler"])
def test_it_is_built_where_there_is_a_compiler_and_left_out_elsewhere(compiler: str, tmp_path: Path) -> None:
    if not compiler and not shutil.which("cc"):
        pytest.skip("there is no C compiler")
    for name in (native_build.SOURCE, "tests/native.py", "tests/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    built = tmp_path / native_build.target()
    built.write_bytes(b"an older one")
    environment = Command.environment({"CC": compiler} if compiler else {})
    done = subprocess.run(
        [sys.executable, "-m", "tests.native"], cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert built.exists() == (not compiler)
    assert {path.name for path in tmp_path.iterdir()} == {"cleaner", "tests"}


@needs_native
def test_every_character_is_measured_alike() -> None:
    common = [char for char in map(chr, range(0x110000)) if scanned(char) is not None]
    assert 4_000 < len(common) < 6_000
    for char in common:
        for line in (f"a{char}", f"{char}a b{char} c", f"«{char}» {char}{char}{char}ß", f"No.{char} Yes{char}” The end{char}"):
            assert same(line)
    assert not [char for char in common if regex.match(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}]", char)]


@needs_native
@pytest.mark.parametrize("share", shares(10))
def test_lines_are_measured_alike(share: int) -> None:
    chance = random.Random(share)
    odd = [*"\"'“”‘’«»()[].,:;!?…|•·/› \t\xa0\u2003\x85\u2028\x1cÄßǅŉİıſΣςёЁ١０中の。ａ\ud800", "e\u0301", "Ⅷ", "ⓐ", "\u0345"]
    for line in (" ".join(text.split()) for text in material()[share::10]):
        seen = same(line)
        assert seen or not line.isascii()
        for _ in range(3):
            at = chance.randint(0, len(line))
            same(line[:at] + "".join(chance.choices(odd, k=chance.randint(1, 4))) + line[at : at + chance.randint(0, 60)])


def trees(chance: random.Random, features: int, depth: int = 0) -> Tree:
    if depth == 5 or chance.random() < 0.2:
        return round(chance.uniform(-60, 60), 1)
    bound = chance.choice([0.0, 0.5, 1.0, 12.5, 40.0, -0.5])
    return Question(chance.randrange(features), bound, trees(chance, features, depth + 1), trees(chance, features, depth + 1))


def shapes(chance: random.Random) -> Iterator[Shape]:
    names = ("words", "ends", "stop-words", "capitals", "repeats", "known-words", "since-prose", "from-main", "removed", "prose-share")
    for _ in range(60):
        features = tuple(
            Feature(
                chance.choice(names), *chance.choice([(0, 0), (1, 1), (-2, -2), (-3, -1), (0, 4), (-9, 9), (2, 1)]), chance.random() < 0.2
            )
            for _ in range(8)
        )
        yield Shape(tuple(trees(chance, 8) for _ in range(14)), features, start=chance.uniform(-80, 80))


@needs_native
def test_points_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    seen = set[float]()
    for shape in shapes(chance):
        lines = chance.choices(material(), k=chance.choice([0, 1, 2, 30]))
        removed = [chance.random() < 0.2 for _ in lines]
        found = []
        for is_native in (True, False):
            with monkeypatch.context() as patch:
                if not is_native:
                    patch.setattr(native, "points", None)
                features = Features(lines, [False] * len(lines), STOP_WORDS, removed, {}, shape)
                classifier = LineClassifier(shape, ())
                found.append([classifier.points(features), classifier.points(features, 0.0)])
        assert found[0] == found[1]
        seen.update(found[0][0])
    assert len(seen) > 100


def test_texts_are_cleaned_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the C module, and as if it weren't there."""
    rules = shipped()
    texts = [path.read_bytes().decode() for path in PAIRS[::3]]
    found = []
    for is_native in (True, False):
        with monkeypatch.context() as patch:
            if not is_native:
                patch.setattr(native, "points", None)
                patch.setattr(native, "scan", None)
            line_features._kept_facts.cache_clear()
            engine = Engine(rules.prepared, rules.languages)
            found.append([engine.clean(text) for text in texts])
    assert found[0] == found[1]
    assert sum(result.changed for result in found[0]) > len(texts) / 2
