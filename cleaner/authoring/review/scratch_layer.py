"""Where a review writes its file, and the rules as they would be with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from cleaner.authoring.review.session import Standing
from cleaner.errors import InputError, RuleError
from cleaner.ruleset.layers import SHIPPED, Layer, RuleSet, load
from cleaner.ruleset.rule import Rule
from cleaner.ruleset.settings import RULES, find_project


def home(folder: Path) -> Path:
    """The project's rule folder, there or not: that of the project that a folder is in, else one in the folder itself."""
    project = find_project(folder)
    return project.rules or project.folder / RULES if project else folder / RULES


def free_name(folder: Path, day: date) -> Path:
    """The file of a review of some day in a folder, by a name that isn't taken."""
    names = (f"review-{day.isoformat()}{f'-{number}' if number > 1 else ''}.toml" for number in range(1, 10_000))
    return next(path for name in names if not (path := folder / name).exists())


class ScratchLayer:
    """Layers of rules with a folder among them to which a file is added, for trying it out; nothing is written there.

    Args:
        layers: Those in force, over the shipped rules.
        folder: The folder, there or not.
        own: Whether it is the project's own, which counts as soon as it holds a file.

    Attributes:
        in_force: Whether the folder counts without being named by --rules.
    """

    def __init__(self, layers: Sequence[Layer], folder: Path, own: bool) -> None:
        self._layers, self._folder = list(layers), folder
        indexes = [index for index, layer in enumerate(layers) if layer.path and layer.path.resolve() == folder.resolve()]
        self.in_force = own or bool(indexes)
        if indexes:
            self._at = indexes[-1]
        else:
            self._at = sum(layer.name == "user" for layer in layers) if own else len(layers)
            self._layers.insert(self._at, Layer("project" if own else "--rules", folder))
        self._temporary = TemporaryDirectory(prefix="cleaner-review-")
        self._copy = Path(self._temporary.name) / "rules"
        self._tried: Path | None = None

    def __enter__(self) -> ScratchLayer:
        try:
            if self._folder.exists():
                shutil.copytree(self._folder, self._copy, ignore=_no_rules)
            self._copy.mkdir(exist_ok=True)
        except (OSError, shutil.Error) as error:
            self._temporary.cleanup()
            raise InputError(self._folder, "can't be read as a rule folder", "see that it is one, or name another with --into") from error
        return self

    def __exit__(self, *_: object) -> None:
        self._temporary.cleanup()

    def standing(self, rules: Iterable[Rule]) -> Mapping[str, Standing]:
        """Where rules stand, seen from the folder, that don't stand below it."""
        standings: dict[str, Standing] = {}
        for rule in rules:
            if rule.layer == SHIPPED:
                continue
            file = Path(rule.file).resolve()
            over = [n for n, layer in enumerate(self._layers) if layer.path and file.is_relative_to(layer.path.resolve())]
            if over and over[-1] >= self._at:
                standings[rule.name] = "beside" if over[-1] == self._at else "above"
        return standings

    def load(self, name: str, source: str) -> RuleSet:
        """The rules as they would be with a file in the folder, and without the one that was tried before.

        Raises:
            RuleError: Some are wrong.
        """
        if self._tried:
            self._tried.unlink(missing_ok=True)
        self._tried = self._copy / name
        self._tried.write_text(source, encoding="utf-8", newline="\n")
        layers = [layer._replace(path=self._copy) if index == self._at else layer for index, layer in enumerate(self._layers)]
        try:
            return load(layers)
        except RuleError as error:
            copy, folder = str(self._copy), str(self._folder)
            raise RuleError(problem._replace(file=problem.file.replace(copy, folder)) for problem in error.problems) from error


def _no_rules(folder: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(".") or not (name.endswith(".toml") or (Path(folder) / name).is_dir())]
