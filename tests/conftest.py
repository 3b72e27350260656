"""What the tests share: samples, rules, small texts and folders, the real command run as a process, and what is left to the slow run."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import hypothesis
import pytest

from cleaner.engine.engine import Engine
from cleaner.patterns.values import Required
from cleaner.result import Level, Result
from cleaner.ruleset.layers import RuleSet, load
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import PreparedRule, Rule

# How long one example takes says nothing on a machine that is busy; and each share of a law must draw examples of its own.
hypothesis.settings.register_profile("patient", deadline=None, derandomize=False)
hypothesis.settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
PAIRS = sorted(path.with_suffix("").with_suffix(".txt") for path in SAMPLES.glob("*.clean.txt"))

#: A small text with one line of chrome, and what is left of it.
DIRTY = b"The harbour froze on Monday.\n\nShare this article\n"
CLEAN = b"The harbour froze on Monday.\n"

#: What a batch says in the end if something failed.
ADVICE = """\
once these are mended, the same command with --resume cleans only them;
to clean all again with other options, such as --encoding auto, repeat it without --resume
"""

T = TypeVar("T")


def slow(*values: object) -> object:
    """A case for `parametrize` that is left to the slow run."""
    return pytest.param(*values, marks=pytest.mark.slow)


def sampled(cases: Iterable[T], quick: int) -> list[T | object]:
    """Cases for `parametrize`: the quick run takes so many of them, drawn by a fixed seed, and the slow run the others."""
    cases = list(cases)
    chosen = random.Random(0).sample(range(len(cases)), quick)
    left = [slow(*case) if isinstance(case, tuple) else slow(case) for case in cases]
    return [case if index in chosen else left[index] for index, case in enumerate(cases)]


def shares(count: int) -> list[int | object]:
    """Indexes of the equal shares of many trials, for `parametrize`: the quick run makes the first share, the slow run the others."""
    return [0, *map(slow, range(1, count))]


@cache
def shipped() -> RuleSet:
    """The shipped rules, of all levels."""
    return load()


@cache
def shipped_engine(level: Level | None = None) -> Engine:
    """An engine with the shipped rules of a level; without one, with all of them."""
    rules = shipped().at(level) if level else shipped()
    return Engine(rules.prepared, rules.languages)


@cache
def cleaned(sample: str) -> Result:
    """What becomes of a sample, by its name without the ending."""
    return shipped_engine("standard").clean((SAMPLES / f"{sample}.txt").read_bytes().decode())


def fill(folder: Path, *names: str, data: bytes = DIRTY) -> Path:
    """The folder, with files of these names in it that all hold the same."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Files of a folder, by name, but what a batch keeps for itself."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".cleaner" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def expected(sample: Path) -> bytes:
    return sample.with_suffix(".clean.txt").read_bytes()


def prepared(*rules: Rule, trusted: bool = False) -> tuple[PreparedRule, ...]:
    """Rules, ready for an engine."""
    return tuple(prepare(rule, trusted=trusted) for rule in rules)


def unfiltered(rule: PreparedRule) -> PreparedRule:
    """A rule that is tried on every line, whatever its patterns require; inside lines, it is tried as before."""
    required = (Required(frozenset(), by_line=each.by_line, beginnings=each.beginnings) for each in rule.required)
    return rule._replace(required=tuple(required))


@dataclass(frozen=True)
class Done:
    code: int
    out: bytes
    err: str


class Command:
    """Runs `cleaner` in a process of its own, in a folder of its own, with no terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *args: object, stdin: bytes = b"", env: dict[str, str] | None = None) -> Done:
        done = subprocess.run(
            self.line(args), input=stdin, capture_output=True, cwd=self.folder, env=self.environment(env), timeout=60, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr.decode())

    @staticmethod
    def line(args: Sequence[object]) -> list[str]:
        return [sys.executable, "-m", "cleaner", *map(str, args)]

    @staticmethod
    def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
        # Without compiled modules on disk, each of the hundreds of processes would compile the package anew.
        of_the_tester = {"COLUMNS", "FORCE_COLOR", "NO_COLOR", "PYTHONDONTWRITEBYTECODE", "TERM"}
        clean = {name: value for name, value in os.environ.items() if name not in of_the_tester and not name.startswith("CLEANER_")}
        state = str(Path(tempfile.gettempdir(), f"cleaner-tests-{os.getpid()}"))  # what runs in place leave there is nobody's
        return clean | {"COLUMNS": "80", "XDG_CONFIG_HOME": os.devnull, "XDG_STATE_HOME": state, "PAGER": "cat"} | (extra or {})


@pytest.fixture(scope="session", name="shipped")
def shipped_rules() -> RuleSet:
    return shipped()


@pytest.fixture
def cleaner(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """An engine as the command has it by default."""
    return shipped_engine("standard")
