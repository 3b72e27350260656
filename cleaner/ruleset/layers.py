"""Layers of rules: find rule folders, merge them, and select the rules that a level trusts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from cleaner.errors import Problem, RuleError, os_reason
from cleaner.io.disk_cache import InputFiles, cached
from cleaner.result import Level
from cleaner.ruleset.rule import TRUSTED, LanguageProfile, Override, PreparedRule, Rule
from cleaner.version import __version__

T = TypeVar("T")

#: Name of the file with terms for all files of its folder, and of folders below it.
TERMS = "terms.toml"

#: Name of the file in a rule folder with the features of languages.
LANGUAGES = "languages.toml"

#: Name of the file in a rule folder with what the rules of each family take.
FAMILIES = "families.toml"

#: Name of the file in a rule folder with former names of rules.
RENAMED = "renamed.toml"

#: Names, without their ending, of the files that others need.
_FIRST = {name.removesuffix(".toml") for name in (TERMS, LANGUAGES, FAMILIES, RENAMED)}

#: Name of the layer that comes with the package.
SHIPPED = "shipped"

#: Fields of a rule that can't change a result.
_NO_LOOKS = {"about", "removes", "keeps", "examples", "exemptions", "seen", "file", "line", "layer"}
_LOOKS = tuple(name for name in Rule._fields if name not in _NO_LOOKS)


class RuleSet(NamedTuple):
    """Rules in the order of their names, each name once.

    Attributes:
        prepared: Rules in force, ready for the engine.
        off: Rules that a later layer switched off everywhere, each with the change.
        replaced: Rules that a later layer replaced by one of the same name.
        moved: Changes of rules' confidences by later layers, by name.
        languages: Features of the languages that can be detected.
        renamed: New names of rules, by former name.
        families: What the rules of each family take, by the family's name.
    """

    prepared: tuple[PreparedRule, ...]
    off: tuple[tuple[PreparedRule, Override], ...] = ()
    replaced: tuple[Rule, ...] = ()
    moved: Mapping[str, Override] = MappingProxyType({})
    languages: tuple[LanguageProfile, ...] = ()
    renamed: Mapping[str, str] = MappingProxyType({})
    families: Mapping[str, str] = MappingProxyType({})

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Rules in force, as their authors wrote them."""
        return tuple(prepared.rule for prepared in self.prepared)

    def at(self, level: Level) -> RuleSet:
        """The rules that a level trusts: `safe` only those of high confidence, `aggressive` all."""
        trusted = (prepared for prepared in self.prepared if prepared.rule.confidence in TRUSTED[level])
        return RuleSet(tuple(trusted), languages=self.languages)

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal digits, of our version and of everything in the rules that can change a result."""
        return _sha256((__version__, [_looks(rule) for rule in self.rules], [each._replace(name="") for each in self.languages]))

    @property
    def digests(self) -> dict[str, str]:
        """The first eight digits of such a digest for each rule, by name, to tell which rules have changed."""
        return {rule.name: _sha256(_looks(rule))[:8] for rule in self.rules}


def _looks(rule: Rule) -> list[tuple[str, object]]:
    return [(name, getattr(rule, name)) for name in _LOOKS]


def _sha256(value: object) -> str:
    import hashlib  # slow to import, and plain cleaning needs no fingerprint

    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()


class Layer(NamedTuple):
    """Rules and changes of rules that come on top of earlier layers.

    Attributes:
        name: Name for people: `shipped`, `user`, `project`, `--rules`.
        path: Path of a rule folder, or of a single rule file; None if the layer only changes rules.
        changes: Changes that aren't in rule files, applied after those that are.
        trusted: Whether the patterns are known to be sound.
    """

    name: str
    path: Path | None = None
    changes: tuple[Override, ...] = ()
    trusted: bool = False


def shipped_folder() -> Path:
    """The folder of the rules that come with the package: inside it in a wheel, beside it in a checkout.

    Raises:
        RuleError: It is in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "rules", package.parent / "rules"):
        if (folder / TERMS).is_file():
            return folder
    raise RuleError([Problem(str(package / "rules"), 0, "", "the shipped rules are missing", "install cleaner again")])


def shipped_layer() -> Layer:
    """The layer of the rules that come with the package, which lies below all others.

    Raises:
        RuleError: They are missing.
    """
    return Layer(SHIPPED, shipped_folder(), trusted=True)


def load(extra: Iterable[Path | Layer] = (), shipped: bool = True) -> RuleSet:
    """Load rule folders; later ones may add rules, replace those of the same name, switch some off, or change their confidence.

    Args:
        extra: Folders, single files, or layers to lay over the shipped rules, in this order.
        shipped: Whether the shipped rules are the bottom layer.

    Raises:
        RuleError: With every problem of all files.
    """
    from cleaner.ruleset.loading import Stack  # it is slow to import, and not needed with the cache

    stack = Stack()
    for layer in _with_shipped(extra, shipped):
        stack.lay(layer)
    if stack.problems:
        raise RuleError(stack.problems)
    return stack.rule_set()


def made_of(
    kind: str,
    extra: Sequence[Layer],
    further: Hashable,
    make: Callable[[RuleSet], T],
    dumps: Callable[[T], bytes],
    loads: Callable[[bytes], T],
) -> T:
    """Value computed from the shipped rules and `extra` layers; from the cache if nothing has changed since.

    Args:
        kind: Name for such values in the cache.
        extra: Layers over the shipped rules.
        further: Everything else that the value depends on.
        make: Function that computes the value.
        dumps: Function that makes bytes of a value.
        loads: Function that makes a value of these bytes.

    Raises:
        RuleError: With every problem of all files.
    """

    def prebuilt() -> bytes | None:
        from cleaner.ruleset.prebuilt import read  # for a first run only

        return None if extra else read(f"{kind}-{further}")

    sources = InputFiles()
    try:
        for layer in _with_shipped(extra):
            sources.add(layer, (path for _, path in rule_files(layer.path)) if layer.path else ())
    except RuleError:  # loading may find further problems
        return make(load(extra))
    name, key = sources.name(kind, further), (sources.key, further)
    return cached(name, key, lambda: make(load(extra)), dumps, loads, lambda _: sources.settled, prebuilt)


def _with_shipped(extra: Iterable[Path | Layer], shipped: bool = True) -> Iterator[Layer]:
    if shipped:
        yield shipped_layer()
    yield from (layer if isinstance(layer, Layer) else Layer("--rules", layer) for layer in extra)


_ODD_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f*?\[\]\\]")


def check_name(path: Path) -> None:
    """Check that a rule file's name can be part of a rule's name.

    Raises:
        RuleError: It can't.
    """
    if _ODD_NAME.search(path.name):
        message = "a rule file's name can't hold control characters, nor * ? [ ] \\"
        raise RuleError([Problem(str(path), 0, "", message, "rename it")])


def rule_files(path: Path) -> Iterator[tuple[str, Path]]:
    """Pairs of name and path of the rule files of a layer, those that others need first.

    Raises:
        RuleError: There is no such folder, it holds no rule files, or one of them can't be read.
    """
    if path.is_file():
        if path.name != TERMS and (path.parent / TERMS).is_file():
            yield "terms", path.parent / TERMS
        yield path.stem, path
        return
    if not path.is_dir():
        what = "is no rule folder" if path.exists() else "no such rule folder"
        raise RuleError([Problem(str(path), 0, "", what, "rules are a folder of .toml files, or one such file")])
    named = list(_walk(path, "", (path.resolve(),)))
    if not named:
        raise RuleError([Problem(str(path), 0, "", "holds no rule files", "rules are a folder of .toml files, or one such file")])
    # Files that others need come first, and of terms those of the folders above.
    yield from sorted(named, key=lambda file: (file[0].split("/")[-1] not in _FIRST, file[0].count("/"), file[0]))


def _walk(folder: Path, name: str, above: tuple[Path, ...]) -> Iterator[tuple[str, Path]]:
    """Pairs of name and path of the rule files below a folder; names begin with `name`. Links to folders are followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        reason = f"can't be read: {os_reason(error)}"
        raise RuleError([Problem(str(folder), 0, "", reason)]) from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            path = Path(entry.path)
            real = path.resolve() if entry.is_symlink() else above[-1] / entry.name
            if real in above:
                raise RuleError([Problem(str(path), 0, "", f"leads back to {real}, in which it lies", "take the link out")])
            yield from _walk(path, f"{name}{entry.name}/", (*above, real))
        elif entry.name.endswith(".toml"):
            path = Path(entry.path)
            check_name(path)
            if not entry.is_file():
                raise RuleError(
                    [Problem(str(path), 0, "", "is no file that can be read" if path.exists() else "is a link to nothing", "take it out")]
                )
            if entry.name in (LANGUAGES, FAMILIES, RENAMED) and len(above) > 1:
                message = f"{entry.name} counts only at the top of a rule folder"
                raise RuleError([Problem(str(path), 0, "", message, "move what it holds there")])
            yield name + entry.name.removesuffix(".toml"), path
