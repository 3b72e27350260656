"""What a project's configuration says, and what is said of a faulty one."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.errors import ConfigError
from cleaner.ruleset.config_file import read_config
from cleaner.ruleset.layers import Layer
from cleaner.ruleset.rule import Override
from cleaner.ruleset.settings import Flags, resolve


@pytest.mark.parametrize(
    ("name", "table", "line"), [(".cleaner.toml", "", 1), ("pyproject.toml", "[tool.other]\nlevel = 3\n[tool.cleaner]\n", 4)]
)
def test_it_names_layers_and_changes_with_their_locations(tmp_path: Path, name: str, table: str, line: int) -> None:
    (tmp_path / "own").mkdir()
    path = tmp_path / name
    path.write_text(table + "rules = ['own']\ndisable = ['a/*',\n  'b/c']\nconfidence = { 'd/e' = 'low' }\nlevel = 'safe'\n")
    config = read_config(path)
    assert (config.level, config.language, config.problems) == ("safe", None, ())
    overrides = (
        Override("a/*", file=str(path), line=line + 1, column=13),
        Override("b/c", file=str(path), line=line + 2, column=4),
        Override("d/e", "low", file=str(path), line=line + 3, column=25),
    )
    assert config.layers == (Layer("project", tmp_path / "own"), Layer("project", changes=overrides))


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        (".cleaner.toml", "level = 'save'", ":1:10: level: 'save' is none of 'safe', 'standard' or 'aggressive' (did you mean 'safe'?)"),
        (".cleaner.toml", "levle = 'safe'", ":1:1: unknown key 'levle' (did you mean 'level'?)"),
        (".cleaner.toml", "rules = 'x'", ":1:10: rules: should be a list, and is a text"),
        (".cleaner.toml", "rules = ['y', 'x']", ":1:16: rules: no such folder or file: x (it is relative to this file)"),
        (".cleaner.toml", "level = ", ":1: not valid TOML: invalid value"),
        (".cleaner.toml", "[confidence]\na = 'hi'", ":2:6: confidence.a: 'hi' is none of"),
        ("pyproject.toml", "[tool.cleaner]\nlevel = 3", ":2:9: level: 3 is none of"),
        ("pyproject.toml", "[tool.cleaner]\nrules = [3]", ":2:10: rules: should be a text, and is a number"),
    ],
)
def test_a_faulty_configuration(home: Path, name: str, source: str, message: str) -> None:
    (home / "project" / name).write_text(source)
    (home / "project/y").mkdir()
    with pytest.raises(ConfigError) as caught:
        resolve(Flags(), {}, home / "project/deep/er")
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == 1, found
    assert found[0].startswith(str(home / "project" / name))
    assert message in found[0]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / ".cleaner.toml").write_bytes(b"level = '\xff'")
    (problem,) = read_config(tmp_path / ".cleaner.toml").problems
    assert "can't be read" in problem.message
