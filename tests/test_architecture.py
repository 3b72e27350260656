"""The map of the house: which room may import which. An import that goes up fails."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "cleaner"

#: What anyone may import: values, errors, the version, counts in words.
FOR_ALL = {"errors", "result", "version", "wording"}

#: The rooms from the ground up, each with the rooms that it may import beside those for all.
ROOMS = {
    "patterns": set(),
    "document": {"patterns"},
    "spans": {"document"},
    "io": set(),
    "ruleset": {"io", "patterns"},
    "engine": {"ruleset", "spans", "document", "patterns"},
    "batch": {"engine", "io", "document"},
    "authoring": {"engine", "ruleset", "io", "spans", "document", "patterns"},
    "render": {"authoring", "batch", "ruleset", "spans", "document"},
    "report": {"render", "batch", "engine", "ruleset", "io", "document"},
    "cli": {"report", "render", "authoring", "batch", "engine", "ruleset", "io", "spans", "document", "patterns"},
    "__init__": {"engine", "ruleset", "spans", "patterns"},  # the public interface
    "adapters": {"__init__", "io", "batch"},
    "__main__": {"cli"},
}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def rooms_imported(path: Path) -> set[str]:
    names = [name.split(".") for name in imports(path)]
    own = {rest[0] for top, *rest in names if top == "cleaner" and rest}
    return {name if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file() else "__init__" for name in own}


MODULES = sorted(PACKAGE.rglob("*.py"))


def test_every_room_is_on_the_map() -> None:
    assert {room_of(path) for path in MODULES} == {*ROOMS, *FOR_ALL}


@pytest.mark.parametrize("module", [path.relative_to(PACKAGE).as_posix() for path in MODULES])
def test_imports_go_down(module: str) -> None:
    room = room_of(PACKAGE / module)
    allowed = set() if room in FOR_ALL else ROOMS[room] | FOR_ALL
    assert rooms_imported(PACKAGE / module) <= allowed | {room}


def test_no_arrow_goes_in_a_circle() -> None:
    below: set[str] = {*FOR_ALL}
    for room in ("patterns", "document", "spans", "io", "ruleset", "engine", "batch", "authoring", "render", "report", "cli"):
        assert ROOMS[room] <= below, room
        below.add(room)


def test_typer_rich_and_textual_stay_at_the_edge() -> None:
    for path in MODULES:
        tops = {name.split(".")[0] for name in imports(path)}
        assert "typer" not in tops or room_of(path) == "cli", path
        assert "rich" not in tops or room_of(path) in ("cli", "render"), path
        assert "textual" not in tops or path == PACKAGE / "render" / "review_app.py", path
        assert "click" not in tops, path


def test_no_module_outgrows_its_job() -> None:
    for path in MODULES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


def test_top_level_holds_nothing_else() -> None:
    allowed = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "uv.lock", "cleaner", "rules", "tests", "samples"}
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    tops = {name.split("/")[0] for name in listed.stdout.splitlines()}
    assert {top for top in tops if not top.startswith(".")} <= allowed
