"""What the tests of rule sets share: rule files, and a home with a project."""

from __future__ import annotations

from pathlib import Path

import pytest

HEAD = 'title = "T"\nabout = "A"\n'


def rule(name: str, match: str, more: str = "") -> str:
    return f"\n[[rule]]\nid = \"{name}\"\nabout = \"A\"\nremove = \"line\"\nmatch = '''{match}'''\n{more}"


def write(path: Path, *rules: str, head: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + head + "".join(rules))
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("cleaner.ruleset.settings.user_rules", lambda: tmp_path / "config/cleaner/rules")
    (tmp_path / "project/deep/er").mkdir(parents=True)
    return tmp_path
