"""A project's configuration file: its schema, and a reader whose errors give file, line, column and remedy."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pydantic import Field

from cleaner.errors import Problem, RuleError
from cleaner.io.files import is_encoding
from cleaner.result import Level, is_language
from cleaner.ruleset.layers import Layer
from cleaner.ruleset.rule import SIZE_AT_MOST, Confidence, Override
from cleaner.ruleset.settings import PYPROJECT, Config
from cleaner.ruleset.toml_reader import Table, read_table


class ConfigTable(Table):
    """The configuration of a project."""

    level: Level | None = Field(default=None, description="How far to go: safe, standard or aggressive.")
    language: str | None = Field(default=None, description="Language of the texts, such as en.")
    encoding: str | None = Field(default=None, description="Encoding of texts without a byte order mark, or auto.")
    include: list[str] = Field(default_factory=list, description="Files of folders to read: globs, as --include has them.")
    exclude: list[str] = Field(default_factory=list, description="Files and folders to leave out: globs, as --exclude has them.")
    rules: list[str] = Field(
        default_factory=list, description="Rule folders or files, relative to this file, to lay over the user's rules."
    )
    disable: list[str] = Field(default_factory=list, description="Rules to switch off: names, or globs such as any/credits/*.")
    confidence: dict[str, Confidence] = Field(
        default_factory=dict, description="Rules, by name or glob, that are to have another confidence."
    )


def read_config(path: Path) -> Config:
    """Read a configuration file, or `[tool.cleaner]` in a `pyproject.toml`; relative paths in it start from its folder."""
    file = str(path)
    base = ("tool", "cleaner") if path.name == PYPROJECT else ()
    try:
        with path.open(encoding="utf-8") as stream:
            source = stream.read(SIZE_AT_MOST + 1)  # one that is larger is refused
        table, locations = read_table(source, ConfigTable, file, base=base)
    except RuleError as error:
        return Config(problems=error.problems)
    except (OSError, UnicodeDecodeError) as error:
        return Config(problems=(Problem(file, 0, "", f"can't be read: {error}", "it should be UTF-8 text"),))
    layers, problems = list[Layer](), list[Problem]()
    for index, name in enumerate(table.rules):
        with suppress(RuntimeError):  # `~name` of an unknown user
            name = str(Path(name).expanduser())
        rules = path.parent / name
        if rules.exists():
            layers.append(Layer("project", rules))
        else:
            line, column = locations.value((*base, "rules", index)) or (0, 0)
            problems.append(Problem(file, line, "", f"rules: no such folder or file: {name}", "it is relative to this file", column))

    if table.encoding is not None and not is_encoding(table.encoding):
        line, column = locations.value((*base, "encoding")) or (0, 0)
        problems.append(
            Problem(file, line, "", f"encoding: {table.encoding!r} is no encoding of texts", "such as latin-1, or auto", column)
        )

    if table.language and not is_language(table.language):
        line, column = locations.value((*base, "language")) or (0, 0)
        problems.append(Problem(file, line, "", f"language: {table.language!r} is no language tag", "such as en, de or pt-BR", column))

    def override(keys: tuple[object, ...], pattern: str, confidence: Confidence | None = None) -> Override:
        line, column = locations.value((*base, *keys)) or (0, 0)
        return Override(pattern, confidence, file=file, line=line, column=column)

    changes = [override(("disable", index), pattern) for index, pattern in enumerate(table.disable)]
    changes += [override(("confidence", pattern), pattern, confidence) for pattern, confidence in table.confidence.items()]
    if changes:
        layers.append(Layer("project", changes=tuple(changes)))
    return Config(
        table.level,
        table.language,
        tuple(layers),
        tuple(problems),
        table.encoding or None,
        tuple(table.include),
        tuple(table.exclude),
    )
