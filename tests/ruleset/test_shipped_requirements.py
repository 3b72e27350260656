"""What is derived beforehand is what would be derived now, and spares a first run the work."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner.patterns import requirements as derivations
from cleaner.patterns.values import Required
from cleaner.ruleset import shipped_requirements
from cleaner.ruleset.layers import load
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.shipped_requirements import FILE, ShippedRequirements
from tests.conftest import Command, shares
from tests.requirements import requirements

HELD = json.loads(FILE.read_text(encoding="utf-8"))


def common() -> frozenset[str]:
    return frozenset(word for language in load().languages for word in language.words)


def test_the_file_has_the_patterns_the_code_and_the_words_of_today() -> None:
    now = json.loads(requirements(anew=False))
    assert (HELD["code"], HELD["words"]) == (now["code"], now["words"]), "run: python -m tests.requirements"
    assert set(HELD["required"]) == set(now["required"]), "run: python -m tests.requirements"


@pytest.mark.parametrize("seed", shares(8))
def test_what_is_held_is_what_would_be_derived(seed: int) -> None:
    words = common()
    held = ShippedRequirements(words)
    rules = random.Random(seed).sample(load().prepared, 40)
    asked = list[tuple[Callable[[str, frozenset[str]], Required], str]]()

    def noted(derive: Callable[[str, frozenset[str]], Required], pattern: str) -> Required:
        asked.append((derive, pattern))
        return derive(pattern, words)

    for prepared in rules:
        prepare(prepared.rule, words, trusted=True, requirements=noted)
    assert len(asked) >= 40
    assert [held.get(derive, pattern) for derive, pattern in asked] == [derive(pattern, words) for derive, pattern in asked]


def test_nothing_is_taken_where_the_words_or_the_code_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = next(prepared for prepared in load().prepared if prepared.rule.remove == "line" and len(prepared.alternatives) == 1)
    given = derivations.required_of_line, pattern.alternatives[0].pattern
    assert isinstance(ShippedRequirements(common()).get(*given), Required)
    assert ShippedRequirements(common() | {"tide"}).get(*given) is None
    monkeypatch.setattr(shipped_requirements, "code_digest", lambda: "of other code")
    assert ShippedRequirements(common()).get(*given) is None


@pytest.mark.parametrize("content", [None, "", "[]", '{"code": 1}', "\udcff"])
def test_without_the_file_they_are_derived(content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "requirements.json"
    if content is not None:
        path.write_bytes(content.encode("utf-8", "surrogateescape"))
    monkeypatch.setattr(shipped_requirements, "FILE", path)
    assert ShippedRequirements(common()).get(derivations.required_of_line, "the tide") is None


FIRST_RUN = """
import cleaner.ruleset.prepare as prepare

def stub(name):
    def derive(pattern, common):
        raise AssertionError((name, pattern))
    derive.__name__ = name
    return derive

for name in ("required_of_line", "required_of_lines", "required_inside"):
    setattr(prepare, name, stub(name))

from cleaner import clean
print(clean("The ferry sails.\\nShare this article\\n"), end="")
"""


def test_a_first_run_derives_nothing(tmp_path: Path) -> None:
    env = Command.environment({"XDG_CACHE_HOME": str(tmp_path)})
    done = subprocess.run([sys.executable, "-c", FIRST_RUN], env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "The ferry sails.\n"), done.stderr
