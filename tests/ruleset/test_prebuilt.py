"""What comes with the package is what would be worked out, and spares a first run that; it is for the rules and the code of its build."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cleaner.engine.engine import Engine
from cleaner.engine.packing import dumps, loads
from cleaner.io import disk_cache
from cleaner.ruleset import layers, loading, prebuilt
from cleaner.ruleset.layers import Layer, load, made_of
from tests import prebuilt as build
from tests.conftest import ROOT, Command

NAMES = ("engine-standard", "rules")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files."""
    folder = tmp_path_factory.mktemp("prebuilt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prebuilt, "FOLDER", folder)
        build.write()
    return folder


@pytest.fixture
def first_run(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with these files and an empty cache."""
    monkeypatch.setattr(prebuilt, "FOLDER", built)
    monkeypatch.setattr(disk_cache, "folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(loading, "_KEPT", {})


def engine(*extra: Layer) -> Engine:
    return made_of("engine", extra, "standard", lambda rules: Engine(rules.at("standard").prepared, rules.languages), dumps, loads)


@pytest.mark.usefixtures("first_run")
def test_a_first_run_works_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    known = load()
    loading._KEPT.clear()
    shutil.rmtree(disk_cache.folder())
    monkeypatch.setattr(loading, "read_layer", None)
    assert load() == known
    monkeypatch.setattr(layers, "load", None)
    found = engine()
    made = Engine(known.at("standard").prepared, known.languages)
    assert dumps(found) == dumps(made)
    assert found.rules == made.rules
    assert {Path(rule.file).is_file() for rule in found.rules} == {True}
    text = "The harbour froze.\nShare this article\n"
    assert found.clean(text) == made.clean(text)


@pytest.mark.usefixtures("first_run")
@pytest.mark.parametrize("change", ["rules", "code", "no file", "damage"])
def test_files_of_other_rules_or_other_code_count_for_nothing(
    change: str, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(map(prebuilt.read, NAMES))
    folder = tmp_path / "built"
    shutil.copytree(built, folder)
    monkeypatch.setattr(prebuilt, "FOLDER", folder)
    match change:
        case "rules":
            rules = tmp_path / "rules"
            shutil.copytree(layers.shipped_folder(), rules)
            monkeypatch.setattr(prebuilt, "shipped_folder", lambda: rules)
            assert all(map(prebuilt.read, NAMES))
            with (rules / "en/share.toml").open("a") as file:
                file.write("# a note\n")
        case "code":
            own = disk_cache.own_files(disk_cache.ROOMS)
            monkeypatch.setattr(prebuilt, "own_files", lambda _: [*own, ROOT / "tests/prebuilt.py"])
        case "no file":
            shutil.rmtree(folder)
        case "damage":
            for name in NAMES:
                (folder / name).write_bytes(b"")
    loading._KEPT.clear()
    assert not any(map(prebuilt.read, NAMES))
    assert load().rules


@pytest.mark.usefixtures("first_run")
def test_own_rules_lie_over_those_of_the_package(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('title = "a"\nabout = "a"\ndisable = ["en/share/*"]\n')
    text = "The harbour froze.\nShare this article\n"
    assert engine().clean(text).changed
    assert not engine(Layer("project", tmp_path / "own.toml")).clean(text).changed


def test_the_files_name_no_place_of_the_build(built: Path) -> None:
    for name in NAMES:
        assert str(ROOT).encode() not in (built / name).read_bytes()


def test_the_wheel_is_built_with_them(tmp_path: Path) -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hook = config["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]
    assert (ROOT / hook["path"]).is_file()
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "prebuilt", "__pycache__"))
    done = subprocess.run([sys.executable, "-m", "tests.prebuilt"], cwd=copy, env=Command.environment(), check=False, timeout=60)
    assert done.returncode == 0
    assert sorted(path.name for path in (copy / "cleaner/prebuilt").iterdir()) == sorted(NAMES)
