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
    "clock": set(),
    "document": {"model", "patterns"},
    "language": {"model", "patterns"},
    "parsetree": {"patterns"},
    "patterns": {"model"},
    "folding": set(),
    "rarity": set(),
    "strings": {"folding"},
    "literals": {"folding", "parsetree", "rarity", "strings"},
    "required": {"folding", "literals", "model", "parsetree", "patterns", "strings"},
    "prefilter": {"folding"},
    "probes": {"parsetree"},
    "patterncheck": {"parsetree", "patterns", "probes"},
    "places": set(),
    "tables": {"errors", "model", "places"},
    "ruleschema": {"tables", "model"},
    "rulefile": {"ruleschema", "tables", "places", "patterncheck", "patterns", "model", "errors"},
    "authored": {"places", "model"},
    "cache": {"folders"},
    "folders": set(),
    "codes": {"cache"},
    "version": set(),
    "stamps": set(),
    "ruleset": {"cache", "required", "rulefile", "model", "errors", "patterns", "stamps", "version"},
    "settings": {"configfile", "folders", "ruleset", "model", "errors"},
    "configfile": {"ruleset", "tables", "places", "model", "errors"},
    "removals": {"document", "model", "errors"},
    "diff": {"document", "model", "removals"},
    "tally": {"document", "model"},
    "shape": {"clock", "document", "required", "patterns", "prefilter", "model"},
    "matching": {"clock", "document", "folding", "patterns", "required", "shape", "model"},
    "marks": {"clock", "folding", "matching", "prefilter", "model"},
    "scope": {"matching", "prefilter", "model"},
    "engine": {"clock", "language", "marks", "patterns", "scope", "matching", "document", "removals", "model"},
    "nearness": {"required", "matching", "patterns", "ruleset"},
    "explain": {
        "nearness",
        "authored",
        "clock",
        "document",
        "engine",
        "folding",
        "matching",
        "model",
        "patterncheck",
        "patterns",
        "ruleset",
    },
    "lint": {"clock", "engine", "required", "matching", "model", "parsetree", "patterns", "probes"},
    "starter": {"errors", "rulefile", "ruleset"},
    "compare": {"document", "engine", "model", "removals"},
    "selftest": {"clock", "engine", "model", "errors", "patterncheck", "patterns"},
    "tomltext": set(),
    "review": {"document", "model", "removals"},
    "drafts": {"document", "model", "review", "tomltext"},
    "proof": {"drafts", "engine", "model", "review", "ruleset", "tomltext"},
    "amend": {"drafts", "engine", "errors", "model", "proof", "review", "ruleset", "selftest", "tomltext"},
    "cut": {"document", "review"},
    "browse": {"amend", "cut", "review"},
    "trial": {"errors", "model", "review", "ruleset", "settings"},
    "sittings": {"atomic", "errors", "folders", "review"},
    "files": {"errors"},
    "sources": {"errors", "files"},
    "atomic": {"errors"},
    "corpus.compression": {"errors"},
    "corpus.formats": {"corpus.compression"},
    "corpus.fields": {"errors"},
    "corpus.ledger": {"document", "errors", "model", "removals", "tally"},
    "corpus.attributes": {"model"},
    "corpus.jsonl": {"corpus.fields", "model"},
    "corpus.lines": {"corpus.compression", "corpus.jsonl", "errors"},
    "corpus.columns": {"errors", "model"},
    "corpus.groups": {"corpus.columns", "errors"},
    "corpus.sinks": {"atomic", "corpus.compression", "corpus.fields", "corpus.ledger", "errors", "files", "model"},
    "corpus.task": {"corpus.sinks", "engine", "files", "model"},
    "corpus.texts": {"corpus.ledger", "corpus.sinks", "corpus.task", "errors", "files"},
    "corpus.rows": {
        "corpus.attributes",
        "corpus.fields",
        "corpus.formats",
        "corpus.jsonl",
        "corpus.ledger",
        "corpus.lines",
        "corpus.sinks",
        "corpus.task",
        "model",
        "removals",
    },
    "corpus.parquet": {
        "corpus.attributes",
        "corpus.columns",
        "corpus.groups",
        "corpus.ledger",
        "corpus.sinks",
        "corpus.task",
        "errors",
        "model",
    },
    "corpus.documents": {
        "corpus.columns",
        "corpus.fields",
        "corpus.formats",
        "corpus.groups",
        "corpus.jsonl",
        "corpus.ledger",
        "corpus.lines",
        "corpus.task",
        "errors",
        "files",
    },
    "supervisor": set(),
    "manifest": {"atomic", "corpus.ledger", "errors", "files", "removals"},
    "merge": {"corpus.ledger", "errors", "files", "manifest"},
    "batch": {
        "atomic",
        "corpus.compression",
        "corpus.formats",
        "corpus.ledger",
        "corpus.parquet",
        "corpus.rows",
        "corpus.sinks",
        "corpus.task",
        "corpus.texts",
        "engine",
        "errors",
        "files",
        "manifest",
        "supervisor",
    },
    "report.bounded": {"document", "model"},
    "report.facts": {"corpus.ledger", "document", "model"},
    "report.diffs": {"diff", "document", "model", "render", "report.bounded", "report.facts"},
    "report.figures": {"model", "report.bounded", "report.diffs", "report.facts", "tally"},
    "report.forms": {"model", "render", "report.facts", "report.figures"},
    "report.sections": {"model", "render", "report.facts", "report.figures"},
    "report.page": {"model", "render", "report.diffs", "report.facts", "report.figures", "report.forms", "report.sections"},
    "survey": {
        "batch",
        "corpus.documents",
        "corpus.fields",
        "corpus.ledger",
        "corpus.task",
        "engine",
        "errors",
        "files",
        "model",
        "report.figures",
        "supervisor",
    },
    "adapters.arrow": {"__init__", "corpus.columns"},
    "adapters.datatrove": {"__init__", "corpus.ledger", "removals"},
    "__init__": {"codes", "patterns", "engine", "errors", "model", "removals", "ruleset", "version"},
    "__main__": {"cli"},
}

#: Packages whose modules are in the table like those beside them.
PACKAGES = ("corpus", "adapters", "report")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(names: set[str]) -> set[str]:
    found = set()
    for name in names:
        top, *rest = name.split(".")
        if top != "cleaner" or not rest:
            continue
        if rest[0] in PACKAGES:
            found.add(".".join(rest[:2]))
        else:
            found.add(rest[0] if (PACKAGE / rest[0]).is_dir() or (PACKAGE / f"{rest[0]}.py").is_file() else "__init__")
    return found


def test_every_module_is_in_the_table() -> None:
    inside = {f"{package}.{path.stem}" for package in PACKAGES for path in (PACKAGE / package).glob("*.py") if path.stem != "__init__"}
    assert {path.stem for path in PACKAGE.glob("*.py")} | inside == set(MAY_IMPORT)


@pytest.mark.parametrize("module", sorted(MAY_IMPORT))
def test_imports_go_down(module: str) -> None:
    assert own(imports(PACKAGE / f"{module.replace('.', '/')}.py")) <= MAY_IMPORT[module]


def test_what_is_shown_knows_nothing_of_where_it_comes_from() -> None:
    shown = {
        "amend",
        "browse",
        "diff",
        "document",
        "errors",
        "model",
        "removals",
        "review",
        "rulefile",
        "ruleset",
        "settings",
        "explain",
        "compare",
        "batch",
        "corpus.ledger",
        "merge",
        "tally",
    }
    for path in (PACKAGE / "render").glob("*.py"):
        assert own(imports(path)) <= {"render", *shown}, path


def test_typer_and_rich_stay_at_the_edge() -> None:
    for path in PACKAGE.rglob("*.py"):
        tops = {name.split(".")[0] for name in imports(path)}
        if path.parent.name != "cli":
            assert "typer" not in tops, path
            assert "rich" not in tops or path.parent.name == "render", path
        assert "textual" not in tops or path == PACKAGE / "render" / "terminal.py", path
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
