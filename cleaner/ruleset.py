"""Find rule folders, lay them over one another, and pick the rules that a level trusts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from cleaner.errors import RuleError, RuleProblem
from cleaner.model import TRUSTED, Level, Rule
from cleaner.patterns import Term
from cleaner.rulefile import parse, parse_terms

#: Name of the file in a rule folder that holds terms for all of its files.
TERMS = "terms.toml"


#: The fields of a rule that can change a result.
_LOOKS = tuple(field.name for field in fields(Rule) if field.name not in {"about", "removes", "keeps", "examples", "file", "line"})


@dataclass(frozen=True)
class RuleSet:
    """Rules in the order of their names, each name once."""

    rules: tuple[Rule, ...]

    def at(self, level: Level) -> RuleSet:
        """The rules that a level trusts: `safe` the surest only, `aggressive` all."""
        return RuleSet(tuple(rule for rule in self.rules if rule.confidence in TRUSTED[level]))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything in the rules that can change a result, as hexadecimal digits."""
        looks = [[(name, getattr(rule, name)) for name in _LOOKS] for rule in self.rules]
        return hashlib.sha256(repr(looks).encode()).hexdigest()


def shipped_folder() -> Path:
    """The folder of the rules that come with the package: inside it in a wheel, beside it in a checkout.

    Raises:
        RuleError: It is in neither place.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "rules", package.parent / "rules"):
        if (folder / TERMS).is_file():
            return folder
    raise RuleError([RuleProblem(str(package / "rules"), 0, "", "the shipped rules are missing", "install cleaner again")])


def load(extra: Iterable[Path] = (), shipped: bool = True) -> RuleSet:
    """Load rule folders; a later one adds rules, and replaces those of the same name.

    Args:
        extra: Folders, or single files, to lay over the shipped ones, in this order.
        shipped: Whether the shipped rules are the bottom layer.

    Raises:
        RuleError: With every problem of all files in one go.
    """
    rules: dict[str, Rule] = {}
    terms: dict[str, Term] = {}
    problems: list[RuleProblem] = []
    for layer, proven in [*([(shipped_folder(), True)] if shipped else []), *((folder, False) for folder in extra)]:
        try:
            found, terms = _load_layer(layer, terms, proven)
            rules |= found
        except RuleError as error:
            problems += error.problems
    if problems:
        raise RuleError(problems)
    return RuleSet(tuple(rules[name] for name in sorted(rules)))


def _load_layer(layer: Path, inherited: Mapping[str, Term], proven: bool) -> tuple[dict[str, Rule], dict[str, Term]]:
    if not layer.exists():
        raise RuleError([RuleProblem(str(layer), 0, "", "no such rule folder", "--rules takes a folder of .toml files")])
    rules: dict[str, Rule] = {}
    terms = dict(inherited)
    problems: list[RuleProblem] = []
    for name, path in _rule_files(layer):
        try:
            source = path.read_text(encoding="utf-8")
            if path.name == TERMS:
                terms |= parse_terms(source, str(path))
            else:
                rules |= {rule.name: rule for rule in parse(source, name, str(path), terms, proven)}
        except RuleError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError) as error:
            problems.append(RuleProblem(str(path), 0, "", f"can't be read: {error}", "rule files are UTF-8 text"))
    if problems:
        raise RuleError(problems)
    return rules, terms


def _rule_files(layer: Path) -> Iterator[tuple[str, Path]]:
    """Rule files of a layer with their names, terms first, the rest in the order of their names."""
    if layer.is_file():
        yield layer.stem, layer
        return
    if (layer / TERMS).is_file():
        yield "terms", layer / TERMS
    files: Sequence[Path] = [path for path in layer.rglob("*.toml") if path.is_file() and path.name != TERMS]
    if not files:
        raise RuleError([RuleProblem(str(layer), 0, "", "holds no rule files", "--rules takes a folder of .toml files")])
    named = ((path.relative_to(layer).with_suffix("").as_posix(), path) for path in files)
    yield from sorted(named)
