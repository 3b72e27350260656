"""A project's configuration file: what it says, and errors that say file, line, column and remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import Field

from cleaner.errors import Problem, RuleError
from cleaner.result import Level
from cleaner.ruleset.layers import Layer
from cleaner.ruleset.rule import Confidence, Override
from cleaner.ruleset.toml_locations import Location, Locations
from cleaner.ruleset.toml_reader import Table, read_table


class ConfigTable(Table):
    """The configuration of a project."""

    level: Level | None = Field(default=None, description="How far to go: safe, standard or aggressive.")
    language: str | None = Field(default=None, description="Language of the texts, such as en.")
    rules: list[str] = Field(
        default_factory=list, description="Rule folders or files, relative to this file, to lay over the user's rules."
    )
    disable: list[str] = Field(default_factory=list, description="Rules to switch off: names, or globs such as common/captions/*.")
    confidence: dict[str, Confidence] = Field(
        default_factory=dict, description="Rules, by name or glob, that are to have another confidence."
    )


def read_config(path: Path, base: tuple[str, ...]) -> tuple[ConfigTable, list[Layer], list[Problem]]:
    """Read a configuration file.

    Args:
        path: The file; relative paths in it are relative to its folder.
        base: The tables, one in another, in which the configuration stands: `tool`, `cleaner`.

    Returns:
        What it says, the layers of rules that it names, and what is wrong with it.
    """
    file = str(path)
    try:
        config, places = read_table(path.read_text(encoding="utf-8"), ConfigTable, file, base=base)
    except RuleError as error:
        return ConfigTable(), [], [*error.problems]
    except (OSError, UnicodeDecodeError) as error:
        return ConfigTable(), [], [Problem(file, 0, "", f"can't be read: {error}", "it should be UTF-8 text")]
    problems, layers = [], []
    for number, name in enumerate(config.rules):
        with suppress(RuntimeError):  # of nobody's home
            name = str(Path(name).expanduser())
        rules = path.parent / name
        place = places.value((*base, "rules", number)) or Location(0, 0)
        if rules.exists():
            layers.append(Layer("project", rules))
        else:
            problems.append(
                Problem(file, place.line, "", f"rules: no such folder or file: {name}", "it is relative to this file", place.column)
            )
    changes = tuple(_changes(config, file, places, base))
    if changes:
        layers.append(Layer("project", changes=changes))
    return config, layers, problems


def _changes(config: ConfigTable, file: str, places: Locations, base: tuple[str, ...]) -> Iterator[Override]:
    changes: list[tuple[Override, tuple[object, ...]]]
    changes = [(Override(pattern), ("disable", number)) for number, pattern in enumerate(config.disable)]
    changes += [(Override(pattern, confidence), ("confidence", pattern)) for pattern, confidence in config.confidence.items()]
    for change, path in changes:
        place = places.value((*base, *path)) or Location(0, 0)
        yield change._replace(file=file, line=place.line, column=place.column)
