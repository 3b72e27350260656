"""What the documents say is true: their examples run, their pictures and schema are fresh."""

from __future__ import annotations

import ast
import doctest
import os
import re
import shlex
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer

from cleaner.authoring.examples import run_examples
from cleaner.cli.app import app
from cleaner.cli.fast_path import COMMANDS
from cleaner.engine import deadline
from cleaner.engine.matcher import MAX_SCAN
from cleaner.io.files import LARGEST
from cleaner.ruleset.layers import TERMS, load, shipped_folder
from cleaner.ruleset.rule_file import parse, parse_terms
from cleaner.ruleset.schema import RuleFileTable, RuleTable
from tests import pictures, rules_table, schema
from tests.conftest import ROOT, SAMPLES, Command, prepared
from tests.trust import batteries

PACKAGE = ROOT / "cleaner"
README = ROOT / "README.md"
#: The README and the four guides.
DOCUMENTS = {
    path: path.read_text(encoding="utf-8")
    for path in (README, *(ROOT / name / "README.md" for name in ("rules", "cleaner", "cleaner/adapters", "tests")))
}
GUIDE = DOCUMENTS[ROOT / "rules" / "README.md"]
PROMISES = DOCUMENTS[ROOT / "tests" / "README.md"].partition("\n## What it promises\n")[2].partition("\n## ")[0]
RULE_FILES = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def prose_of(document: Path) -> str:
    """A document without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", DOCUMENTS[document], flags=re.DOTALL | re.MULTILINE)


def links(document: Path) -> list[tuple[bool, Path, str]]:
    """A document's links to files: whether it shows the file as a picture, the file, and the heading there."""
    found = re.findall(r"(!?)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)", prose_of(document))
    local = [(bool(mark), *target.partition("#")[::2]) for mark, target in found if not re.match(r"[a-z]+:", target)]
    return [(mark, (document.parent / unquote(file)).resolve() if file else document, heading) for mark, file, heading in local]


def headings(document: Path) -> set[str]:
    """Anchors of a document's headings, as GitHub makes them."""
    found: Counter[str] = Counter()
    anchors = set()
    for heading in re.findall(r"^#+ (.+)$", prose_of(document), re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        anchors.add(f"{anchor}-{found[anchor]}" if found[anchor] else anchor)
        found[anchor] += 1
    return anchors


def shown() -> set[Path]:
    """Pictures that some document shows."""
    return {path for document in DOCUMENTS for picture, path, _ in links(document) if picture}


def test_the_readme_is_of_one_page() -> None:
    lines = DOCUMENTS[README].splitlines()
    assert len(lines) <= 180
    assert max(map(len, lines)) <= 160


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_to_what_is_there(document: Path) -> None:
    found = links(document)
    assert len(found) >= 5
    for _, path, heading in found:
        assert path.exists(), path
        if heading:
            assert heading in headings(path), (path, heading)


def test_the_schema_is_fresh() -> None:
    assert schema.SCHEMA.read_text(encoding="utf-8") == schema.schema(), "run: python -m tests.schema"


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_is_fresh(name: str) -> None:
    assert (SAMPLES / name).read_text(encoding="utf-8") == pictures.PICTURES[name](), "run: python -m tests.pictures"
    assert SAMPLES / name in shown()


def test_the_picture_of_a_report_is_fresh() -> None:
    picture = (SAMPLES / pictures.PHOTOGRAPH).read_bytes()
    assert pictures.shows(picture, pictures.reported()), "run: python -m tests.pictures"
    assert not pictures.shows(picture, b"")
    assert SAMPLES / pictures.PHOTOGRAPH in shown()


@pytest.mark.parametrize("source", RULE_FILES, ids=lambda source: source.splitlines()[0])
def test_rules_in_the_guide_prove_themselves(source: str) -> None:
    terms = parse_terms((shipped_folder() / TERMS).read_text(encoding="utf-8"), TERMS)
    found = parse(source, "guide", "README.md", terms)
    assert found.rules or found.changes
    assert run_examples(prepared(*found.rules)).problems == ()


def test_the_tables_of_families_and_rules_are_fresh() -> None:
    assert rules_table.renewed(GUIDE) == GUIDE, "run: python -m tests.rules_table"
    assert max(map(len, rules_table.numbers().splitlines())) <= 120  # as people read it without a browser


def test_changes_in_the_guide_fit_shipped_rules(tmp_path: Path) -> None:
    changing = [source for source in RULE_FILES if "disable =" in source]
    assert changing
    for number, source in enumerate(changing):
        (tmp_path / f"{number}.toml").write_text(source)
    found = load([tmp_path])
    assert found.off
    assert found.moved
    exempted = [each for each in found.prepared if each.rule.exemptions]
    assert exempted
    assert run_examples(exempted).problems == ()


def test_the_guide_speaks_of_every_kind_and_key() -> None:
    assert len(RULE_FILES) >= 8
    for key in {*RuleTable.model_fields, *RuleFileTable.model_fields}:
        assert re.search(rf"`{key}`|^\[*(?:rule\.)?{key}\b|\[{key}\]", GUIDE, re.MULTILINE), key


def sessions(document: Path) -> list[tuple[str, str]]:
    """Commands of a document's console blocks with what they print, in order; a command may hold a here-document."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", DOCUMENTS[document], re.DOTALL | re.MULTILINE):
        before, *parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
        assert not before, before
        for part in parts:
            here = re.match(r"([^\n]*<<'END'\n.*?^END\n)(.*)", part, re.DOTALL | re.MULTILINE)
            command, output = here.groups() if here else part.split("\n", 1)
            found.append((command, output))
    return found


def test_many_commands_run() -> None:
    assert len(sessions(README)) >= 10
    assert sum(len(sessions(document)) for document in DOCUMENTS) >= 40


@pytest.mark.parametrize("document", [document for document in DOCUMENTS if sessions(document)], ids=name_of)
def test_commands_do_what_the_document_says(document: Path, cleaner: Command) -> None:
    for name in ("samples", "rules"):
        shutil.copytree(ROOT / name, cleaner.folder / name)
    shim = cleaner.folder / "bin" / "cleaner"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {shlex.join(Command.line([]))} "$@"\n')
    shim.chmod(0o755)
    env = Command.environment({"PATH": f"{shim.parent}:{os.environ['PATH']}"})
    for command, output in sessions(document):
        done = subprocess.run(
            ["bash", "-c", command], cwd=cleaner.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        # A line of … stands for any lines, one inside a line for anything in it. A table is as wide as the path of the checkout.
        blocks = re.split(r"^…$", re.sub(" {2,}", "  ", output.strip("\n")), flags=re.MULTILINE)
        pattern = ".*".join("[^\n]*".join(re.escape(part) for part in block.split("…")) for block in blocks)
        printed = "\n".join(re.sub(" {2,}", "  ", line.rstrip()) for line in done.stdout.strip("\n").splitlines())
        assert re.fullmatch(pattern, printed, re.DOTALL), f"{command}\n{printed}"


@pytest.mark.parametrize("document", [document for document in DOCUMENTS if ">>> " in DOCUMENTS[document]], ids=name_of)
def test_python_does_what_the_document_says(document: Path) -> None:
    results = doctest.testfile(str(document), module_relative=False)
    assert results.attempted >= 5
    assert results.failed == 0


def test_each_promise_names_a_test_that_is_there() -> None:
    rows = [row for row in PROMISES.splitlines() if row.startswith("| ")][1:]
    assert len(rows) >= 12
    for row in rows:
        named = re.findall(r"`((?:tests/\w+/)?test_\w+\.py)(?:::(\w+))?`", row.rsplit("|", 2)[1])
        assert named, row
        for file, name in named:
            path = ROOT / file if "/" in file else ROOT / "tests/trust" / file
            assert f"def {name or 'test_'}" in path.read_text("utf-8"), (file, name)


def test_the_table_of_batteries_has_them_all_and_no_failure() -> None:
    section = DOCUMENTS[ROOT / "tests" / "README.md"].partition("\n## Batteries\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in section.splitlines() if row.startswith("| ")][2:]
    assert [row[:2] for row in rows] == [[battery.name, battery.source] for battery in batteries.BATTERIES]
    assert all(int(row[2].replace(",", "")) >= 1 for row in rows)
    assert {row[3] for row in rows} == {"0"}


def test_the_promises_name_the_limits() -> None:
    for limit in (
        f"{deadline.MATCH_SECONDS:g} s of processor time",
        f"a text {deadline.TEXT_SECONDS:g} s and a second for every {deadline.CHARACTERS_A_SECOND:,} characters",
        f"more than {MAX_SCAN:,} characters",
        f"more than {LARGEST // 1_000_000} MB",
    ):
        assert limit in PROMISES


def options_of(command: Any) -> Iterator[str]:
    """Options of a command and of those below it."""
    for parameter in command.params:
        yield from parameter.opts
    for below in getattr(command, "commands", {}).values():
        yield from options_of(below)


def test_options_and_commands_named_in_documents_exist() -> None:
    text = "\n".join(DOCUMENTS.values())
    known = {*options_of(typer.main.get_command(app())), "--help"}
    assert len(known) > 50
    named = set(re.findall(r"`(--[a-z-]+)", text))
    assert len(named) > 30
    assert named <= known
    told = set(re.findall(r"`cleaner ([a-z-]+)", text))
    assert len(told) >= 5
    assert told <= set(COMMANDS)


def names_in(module: Path) -> set[str]:
    """What a module defines: its functions, classes and constants, and the methods and fields of its classes behind their name."""
    found: set[str] = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {node.name, *(f"{node.name}.{inside.name}" for inside in node.body if isinstance(inside, ast.FunctionDef))}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


MAP = DOCUMENTS[PACKAGE / "README.md"]


@pytest.mark.parametrize(("name", "target"), sorted(set(re.findall(r"\[`([^`]+)`\]\(([^)]+)\)", MAP))))
def test_the_map_leads_to_what_is_there(name: str, target: str) -> None:
    """A link's words are the path of its file, or a name that the file defines, with the module's name before it or without."""
    path = PACKAGE / target
    assert path.exists()
    if name.strip("/") not in (target, path.name, path.stem):
        defined = names_in(path)
        assert name in defined | {f"{path.stem}.{each}" for each in defined} | {f"{path.parent.name}.{each}" for each in defined}


def test_the_map_shows_every_room() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert rooms <= {target for _, target in re.findall(r"\[`([^`]+)`\]\(([^)]+)\)", MAP)}


def test_no_test_is_left_to_the_slow_run_whole() -> None:
    """Only cases are marked slow: by `conftest`, which leaves some of them to the quick run."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if path != Path(__file__):
            assert "mark.slow" not in path.read_text(encoding="utf-8"), path
