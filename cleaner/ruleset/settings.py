"""Settings in force: flags over environment over the project's configuration, and the layers of rules, each with its origin.

The Python API reads none of this: there, what a caller doesn't give has its default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast, get_args

from cleaner.errors import ConfigError, Problem
from cleaner.io.user_dirs import of_user
from cleaner.result import Level, is_language
from cleaner.ruleset.layers import SHIPPED, Layer, shipped_folder
from cleaner.ruleset.rule import SIZE_AT_MOST, Override

#: Names of a project's configuration files, and of its rule folder.
CONFIG, PYPROJECT, RULES = ".cleaner.toml", "pyproject.toml", "rules.d"


class Setting(NamedTuple):
    """A setting in force.

    Attributes:
        name: Its name, such as `level` or `disable`.
        value: Its value, as people write it.
        origin: Source of the value: an option, an environment variable, a layer's name, or a file.
        line: Line number in that file, from 1, or 0.
        path: Whether the value is a path.
    """

    name: str
    value: str
    origin: str
    line: int = 0
    path: bool = False


class Config(NamedTuple):
    """Configuration of a project; level and language are None where it doesn't set them."""

    level: Level | None = None
    language: str | None = None
    layers: tuple[Layer, ...] = ()
    problems: tuple[Problem, ...] = ()
    encoding: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Flags(NamedTuple):
    """Options of the command line; those not given are None or empty. `isolated` ignores the user's and the project's files."""

    level: Level | None = None
    language: str | None = None
    rules: Sequence[Path] = ()
    disable: Sequence[str] = ()
    isolated: bool = False


class Settings(NamedTuple):
    """Settings in force.

    Attributes:
        language: Language of the texts, or an empty string.
        layers: Layers over the shipped rules, in order.
        origins: Sources of `level` and `language`, by these names; and the configuration file, as `project`.
        user_rules: Path of the user's rule folder, which may not exist; None if it is ignored.
        encoding: Encoding of texts without a byte order mark, where no option names one; an empty string for UTF-8.
        include: Globs of the files of folders to read, where no option names any; none for the usual ones.
        exclude: The same of those to leave out.
    """

    level: Level
    language: str
    layers: tuple[Layer, ...]
    origins: Mapping[str, str]
    user_rules: Path | None = None
    encoding: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def listed(self) -> Iterator[Setting]:
        """All settings with their origins: level, language, and the layers from the bottom up."""
        yield Setting("level", self.level, self.origins["level"])
        yield Setting("language", self.language or "any", self.origins["language"])
        for name in ("encoding", "include", "exclude"):
            value = getattr(self, name)
            if value:
                yield Setting(name, value if isinstance(value, str) else ", ".join(value), self.origins["project"])
        yield Setting("rules", str(shipped_folder()), SHIPPED, path=True)
        if self.user_rules and not any(layer.path == self.user_rules for layer in self.layers):
            yield Setting("rules", str(self.user_rules), "user, holds none yet", path=True)
        for layer in self.layers:
            if layer.path:
                yield Setting("rules", str(layer.path), layer.name, path=True)
            for change in layer.changes:
                name = "confidence" if change.confidence else "disable"
                value = f"{change.pattern} = {change.confidence}" if change.confidence else change.pattern
                yield Setting(name, value, change.file, change.line)


def user_rules() -> Path:
    """Path of the user's rule folder, in the platform's folder for configuration."""
    return of_user("config") / "rules"


def resolve(flags: Flags, environment: Mapping[str, str], folder: Path) -> Settings:
    """Settings in force: options override the environment, which overrides the project and the user.

    Args:
        flags: Options of the command line.
        environment: Environment variables; used are `CLEANER_LEVEL`, `CLEANER_LANGUAGE`, `CLEANER_RULES` (parts separated by the
            platform's path separator) and `CLEANER_DISABLE` (separated by commas).
        folder: Folder from which on upwards a project is looked for.

    Raises:
        ConfigError: With every problem.
    """
    user = None if flags.isolated else user_rules()
    project = None if flags.isolated else find_project(folder)
    config = _config(project) if project else Config()
    problems = [*config.problems, *_environment_problems(environment)]
    if problems:
        raise ConfigError(problems)
    origins, values = {}, {}
    for name, default in (("level", "standard"), ("language", "")):
        variable = f"CLEANER_{name.upper()}"
        choices = (
            (getattr(flags, name), f"--{name}"),
            (environment.get(variable) or None, variable),
            (getattr(config, name), str(project and project.config)),
            (default, "default"),
        )
        values[name], origins[name] = next((value, origin) for value, origin in choices if value is not None)
    layers = [Layer("user", user)] if user and _holds_rules(user) else []
    layers += [*config.layers, *_top_layers(flags, environment)]
    origins["project"] = str(project.config) if project and project.config else ""
    of_project = config.encoding or "", config.include, config.exclude
    return Settings(cast("Level", values["level"]), values["language"], tuple(layers), origins, user, *of_project)


def _environment_problems(environment: Mapping[str, str]) -> Iterator[Problem]:
    level = environment.get("CLEANER_LEVEL")
    if level and level not in get_args(Level):
        yield Problem("CLEANER_LEVEL", 0, "", f"{level!r} is no level", f"one of {', '.join(get_args(Level))}")
    language = environment.get("CLEANER_LANGUAGE")
    if language and not is_language(language):
        yield Problem("CLEANER_LANGUAGE", 0, "", f"{language!r} is no language tag", "such as en, de or pt-BR")


def _top_layers(flags: Flags, environment: Mapping[str, str]) -> Iterator[Layer]:
    """Layers named on the command line; where it names none, those of the environment."""
    if flags.rules:
        yield from (Layer("--rules", path) for path in flags.rules)
    else:
        yield from (Layer("CLEANER_RULES", Path(path)) for path in environment.get("CLEANER_RULES", "").split(os.pathsep) if path)
    origin, patterns = "--disable", flags.disable
    if not patterns:
        origin, patterns = "CLEANER_DISABLE", [part.strip() for part in environment.get("CLEANER_DISABLE", "").split(",")]
    changes = tuple(Override(pattern, file=origin) for pattern in patterns if pattern)
    if changes:
        yield Layer(origin, changes=changes)


class Project(NamedTuple):
    """A folder with a configuration file, a rule folder, or both."""

    folder: Path
    config: Path | None
    rules: Path | None


def find_project(folder: Path) -> Project | None:
    """The first of a folder and its parents that holds `.cleaner.toml`, a `pyproject.toml` with `[tool.cleaner]`, or `rules.d`."""
    for here in (folder, *folder.parents):
        config = next((path for path in (here / CONFIG, here / PYPROJECT) if path.is_file() and _is_ours(path)), None)
        rules = here / RULES if _holds_rules(here / RULES) else None
        if config or rules:
            return Project(here, config, rules)
    return None


def _holds_rules(folder: Path) -> bool:
    """Whether a folder holds TOML files: other programs have a `rules.d`, too."""
    for _, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if any(name.endswith(".toml") and not name.startswith(".") for name in names):
            return True
    return False


def _is_ours(path: Path) -> bool:
    """Whether a configuration file has a table for us. It isn't parsed: faults in other tools' tables don't concern us."""
    if path.name == CONFIG:
        return True
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return re.search(r"^\s*\[\s*tool\s*\.\s*[\"']?cleaner[\"']?\s*[.\]]", stream.read(SIZE_AT_MOST), re.MULTILINE) is not None
    except OSError:
        return False


def _config(project: Project) -> Config:
    layers = (Layer("project", project.rules),) if project.rules else ()
    if not project.config:
        return Config(layers=layers)
    from cleaner.ruleset.config_file import read_config  # slow to import, and most runs have no configuration

    config = read_config(project.config)
    return config._replace(layers=layers + config.layers)
