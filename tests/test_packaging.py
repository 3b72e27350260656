"""The distribution's name: on the package index `cleaner` is a stranger's project."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner.wording import extra
from tests.conftest import CLEAN, DIRTY, ROOT, Command

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: `cleaner` as the name of a distribution: in a requirement with extras or a version, or behind a command that installs.
STRANGER = re.compile(
    r"(?<![\w-])cleaner\[[a-z]|(?:pip|pipx|uv tool) (?:install|run)\s+(?:-\S+\s+)*['\"]?cleaner(?![\w-])|uvx cleaner(?![\w-])"
)


def texts() -> Iterator[Path]:
    for folder, endings in (("cleaner", ("py", "md", "html")), ("rules", ("md",)), ("tests", ("py", "md"))):
        for ending in endings:
            yield from sorted((ROOT / folder).rglob(f"*.{ending}"))
    yield from (ROOT / name for name in ("README.md", "CHANGELOG.md", "pyproject.toml", ".ci/run"))


@pytest.mark.parametrize(
    ("said", "is_stranger"),
    [
        ("pip install 'cleaner[arrow]'", True),
        ("pip install cleaner", True),
        ("pipx run cleaner page.txt", True),
        ("uvx cleaner", True),
        ("pip install '.[arrow]'", False),
        ("pip install 'article-cleaner[arrow]'", False),
        ("pip install cleaner-tools", False),
    ],
)
def test_the_strangers_name_is_told(said: str, is_stranger: bool) -> None:
    assert bool(STRANGER.search(said)) == is_stranger


def test_no_text_recommends_the_strangers_project() -> None:
    paths = [path for path in texts() if path != Path(__file__)]
    assert len(paths) > 250
    assert not [f"{path}: {found[0]}" for path in paths if (found := STRANGER.search(path.read_text(encoding="utf-8")))]


def test_extras_are_installed_by_what_errors_say() -> None:
    assert PROJECT["name"] == "article-cleaner"
    named = set()
    for path in texts():
        named |= set(re.findall(r"(?:extra\(\"|pip install (?:-e )?'\.\[)([a-z,]+)", path.read_text(encoding="utf-8")))
    known = set(PROJECT["optional-dependencies"])
    assert {name for each in named for name in each.split(",")} <= known
    assert extra("arrow").endswith("pip install '.[arrow]'")


@pytest.mark.parametrize(("id_", "code", "after"), [("cleaner", 0, CLEAN), ("cleaner-check", 1, DIRTY)])
def test_hooks_for_pre_commit_are_command_lines_that_work(cleaner: Command, id_: str, code: int, after: bytes) -> None:
    """pre-commit itself isn't there: its file is read as YAML of one kind, a line a key, and the command run as it would be."""
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").split("- id: ")[1:]
    found = {hook.partition("\n")[0]: dict(line.strip().split(": ", 1) for line in hook.splitlines()[1:]) for hook in hooks}
    assert set(found) == {"cleaner", "cleaner-check"}
    hook = found[id_]
    assert {"name", "entry", "language", "files"} <= set(hook)
    assert re.search(hook["files"], "notes/page.txt")
    name, *arguments = hook["entry"].split()
    assert name in PROJECT["scripts"]
    (cleaner.folder / "page.txt").write_bytes(DIRTY)
    done = cleaner(*arguments, "page.txt")
    assert done.code == code
    assert (cleaner.folder / "page.txt").read_bytes() == after
