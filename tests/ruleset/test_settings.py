"""What is in force: options over environment over the project, and layers of rules in their order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cleaner.errors import ConfigError
from cleaner.ruleset.layers import Layer, load
from cleaner.ruleset.settings import Flags, Settings, resolve
from tests.ruleset.conftest import rule, write


def settled(home: Path, flags: Flags | None = None, **environment: str) -> Settings:
    return resolve(flags or Flags(), environment, home / "project/deep/er")


def shown(settings: Settings) -> list[tuple[str, str, str]]:
    return [(each.name, Path(each.value).name if each.path else each.value, Path(each.origin).name) for each in settings.listed()]


def test_without_anything_all_is_default(home: Path) -> None:
    assert shown(settled(home)) == [
        ("level", "standard", "default"),
        ("language", "any", "default"),
        ("rules", "rules", "shipped"),
        ("rules", "rules", "user, holds none yet"),
    ]


@pytest.mark.parametrize(("name", "table"), [(".cleaner.toml", ""), ("pyproject.toml", "[tool.cleaner]\n")])
def test_flags_go_before_environment_and_that_before_the_file(home: Path, name: str, table: str) -> None:
    (home / "project" / name).write_text(table + "level = 'safe'\nlanguage = 'de'\n")
    settings = settled(home)
    assert (settings.level, settings.language, Path(settings.origins["level"]).name) == ("safe", "de", name)
    settings = settled(home, CLEANER_LEVEL="aggressive")
    assert (settings.level, settings.origins["level"], settings.language) == ("aggressive", "CLEANER_LEVEL", "de")
    settings = settled(home, Flags(level="standard"), CLEANER_LEVEL="aggressive")
    assert (settings.level, settings.origins["level"], settings.language) == ("standard", "--level", "de")
    settings = settled(home, Flags(isolated=True), CLEANER_LANGUAGE="fr")
    assert (settings.level, settings.language) == ("standard", "fr")


def test_layers_lie_in_their_order(home: Path) -> None:
    write(home / "config/cleaner/rules/mine.toml", rule("one", "mine"))
    write(home / "project/rules.d/ours.toml", rule("one", "ours"))
    write(home / "project/more.toml", rule("one", "more"))
    (home / "project/.cleaner.toml").write_text('rules = ["more.toml"]\ndisable = ["mine/*"]\n[confidence]\n"ours/one" = "low"\n')
    settings = settled(home, Flags(rules=[Path("given")], disable=["more/one"]), CLEANER_RULES="passed over")
    assert [(layer.name, layer.path.name if layer.path else "") for layer in settings.layers] == [
        ("user", "rules"),
        ("project", "rules.d"),
        ("project", "more.toml"),
        ("project", ""),
        ("--rules", "given"),
        ("--disable", ""),
    ]
    assert shown(settings)[-5:] == [
        ("rules", "more.toml", "project"),
        ("disable", "mine/*", ".cleaner.toml"),
        ("confidence", "ours/one = low", ".cleaner.toml"),
        ("rules", "given", "--rules"),
        ("disable", "more/one", "--disable"),
    ]
    found = load([layer for layer in settings.layers if layer.name != "--rules"], shipped=False)
    assert [(each.name, each.layer, each.confidence) for each in found.rules] == [("ours/one", "project", "low")]
    assert [layer.name for layer in settled(home, Flags(isolated=True)).layers] == []


def test_the_environment_names_layers_too(home: Path) -> None:
    settings = settled(home, CLEANER_RULES=os.pathsep.join(["a", "b"]), CLEANER_DISABLE="x/*, y")
    assert settings.layers[:2] == (Layer("CLEANER_RULES", Path("a")), Layer("CLEANER_RULES", Path("b")))
    assert [change.pattern for change in settings.layers[2].changes] == ["x/*", "y"]


def test_the_nearest_project_counts(home: Path) -> None:
    (home / "project/.cleaner.toml").write_text("level = 'safe'\n")
    (home / "project/deep/pyproject.toml").write_text("[project]\nname = 'x'\n")  # doesn't speak of us
    (home / "project/deep/rules.d").mkdir()  # somebody else's: it holds no rules
    assert settled(home).level == "safe"
    (home / "project/deep/pyproject.toml").write_text("[tool.cleaner]\nlevel = 'aggressive'\n")
    assert settled(home).level == "aggressive"


def test_a_level_in_the_environment_that_is_none(home: Path) -> None:
    with pytest.raises(ConfigError, match="CLEANER_LEVEL: 'save' is no level"):
        settled(home, CLEANER_LEVEL="save")
