"""What the tests share: the samples, and the real command run as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from cleaner.patterns.facts import Required
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import PreparedRule, Rule

# How long one example takes says nothing on a machine that is busy.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
PAIRS = sorted(path.with_suffix("").with_suffix(".txt") for path in SAMPLES.glob("*.clean.txt"))


def expected(sample: Path) -> bytes:
    return sample.with_suffix(".clean.txt").read_bytes()


def prepared(*rules: Rule, trusted: bool = False) -> tuple[PreparedRule, ...]:
    """Rules, ready for an engine."""
    return tuple(prepare(rule, trusted=trusted) for rule in rules)


def unfiltered(rule: PreparedRule) -> PreparedRule:
    """A rule that is tried on every line, whatever its patterns require."""
    return rule._replace(required=tuple(Required(frozenset(), by_line=required.by_line) for required in rule.required))


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
        of_the_tester = {"COLUMNS", "FORCE_COLOR", "NO_COLOR", "TERM"}
        clean = {name: value for name, value in os.environ.items() if name not in of_the_tester and not name.startswith("CLEANER_")}
        return clean | {"COLUMNS": "80", "XDG_CONFIG_HOME": os.devnull, "PAGER": "cat"} | (extra or {})


@pytest.fixture
def cleaner(tmp_path: Path) -> Command:
    return Command(tmp_path)
