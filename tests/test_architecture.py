"""The arrows of the design: an import that goes up the table fails."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "cleaner"

#: For each module, what of our own it may import. The command line may import all, `render` what it shows.
MAY_IMPORT = {
    "errors": set(),
    "model": {"errors"},
    "document": {"model"},
    "language": {"model"},
    "parsetree": set(),
    "patterns": {"parsetree", "model"},
    "folding": set(),
    "rarity": set(),
    "literals": {"folding", "parsetree", "patterns", "rarity", "model"},
    "prefilter": {"folding", "literals"},
    "probes": {"parsetree"},
    "patterncheck": {"parsetree", "patterns", "probes"},
    "places": set(),
    "tables": {"errors", "model", "places"},
    "ruleschema": {"tables", "model"},
    "rulefile": {"ruleschema", "tables", "places", "patterncheck", "patterns", "model", "errors"},
    "authored": {"places", "model"},
    "cache": set(),
    "ruleset": {"cache", "literals", "rulefile", "model", "errors", "patterns"},
    "settings": {"configfile", "ruleset", "model", "errors"},
    "configfile": {"ruleset", "tables", "places", "model", "errors"},
    "removals": {"document", "model", "errors"},
    "shape": {"document", "literals", "patterns", "prefilter", "model"},
    "matching": {"document", "folding", "patterns", "literals", "shape", "model"},
    "marks": {"matching", "prefilter", "model"},
    "scope": {"literals", "matching", "prefilter", "model"},
    "engine": {"language", "patterns", "marks", "scope", "matching", "document", "removals", "model"},
    "nearness": {"literals", "matching", "patterns", "ruleset"},
    "explain": {
        "nearness",
        "authored",
        "document",
        "engine",
        "folding",
        "literals",
        "matching",
        "model",
        "patterncheck",
        "patterns",
        "ruleset",
    },
    "lint": {"engine", "literals", "matching", "model", "parsetree", "patterns", "probes"},
    "starter": {"errors", "rulefile", "ruleset"},
    "compare": {"document", "engine", "model", "removals"},
    "selftest": {"engine", "model", "errors", "patterncheck", "patterns"},
    "files": {"errors"},
    "batch": {"engine", "files", "document", "model", "removals", "errors"},
    "__init__": {"engine", "errors", "model", "removals", "ruleset"},
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


def own(names: set[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("cleaner.")}


def test_every_module_is_in_the_table() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == set(MAY_IMPORT)


@pytest.mark.parametrize("module", sorted(MAY_IMPORT))
def test_imports_go_down(module: str) -> None:
    assert own(imports(PACKAGE / f"{module}.py")) <= MAY_IMPORT[module]


def test_what_is_shown_knows_nothing_of_where_it_comes_from() -> None:
    shown = {"document", "model", "removals", "rulefile", "ruleset", "settings", "explain", "compare"}
    for path in (PACKAGE / "render").glob("*.py"):
        assert own(imports(path)) <= {"render", *shown}, path


def test_typer_and_rich_stay_at_the_edge() -> None:
    for path in PACKAGE.rglob("*.py"):
        tops = {name.split(".")[0] for name in imports(path)}
        if path.parent.name != "cli":
            assert "typer" not in tops, path
            assert "rich" not in tops or path.parent.name == "render", path
        assert "click" not in tops, path


def test_no_module_outgrows_its_job() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


def test_top_level_holds_nothing_else() -> None:
    allowed = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "uv.lock", "cleaner", "rules", "tests", "samples"}
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    tops = {name.split("/")[0] for name in listed.stdout.splitlines()}
    assert {top for top in tops if not top.startswith(".")} <= allowed
