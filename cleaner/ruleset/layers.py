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
from cleaner.ruleset.names import find_names, is_glob, suggest
from cleaner.ruleset.rule import SIZE_AT_MOST, TRUSTED, Exemption, LanguageProfile, Override, PreparedRule, Rule
from cleaner.ruleset.terms import Terms, merge_terms, terms_for
from cleaner.version import __version__

T = TypeVar("T")

#: Name of the file with terms for all files of its folder, and of folders below it.
TERMS = "terms.toml"

#: Name of the file in a rule folder with the features of languages.
LANGUAGES = "languages.toml"

#: Name of the file in a rule folder with former names of rules.
RENAMED = "renamed.toml"

#: Names, without their ending, of the files that others need.
_FIRST = {name.removesuffix(".toml") for name in (TERMS, LANGUAGES, RENAMED)}

#: Name of the layer that comes with the package.
SHIPPED = "shipped"

#: Fields of a rule that can't change a result.
_NO_LOOKS = {"about", "removes", "keeps", "examples", "exemptions", "file", "line", "layer"}
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
    """

    prepared: tuple[PreparedRule, ...]
    off: tuple[tuple[PreparedRule, Override], ...] = ()
    replaced: tuple[Rule, ...] = ()
    moved: Mapping[str, Override] = MappingProxyType({})
    languages: tuple[LanguageProfile, ...] = ()
    renamed: Mapping[str, str] = MappingProxyType({})

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
        return _sha256((__version__, [_looks(rule) for rule in self.rules], self.languages))

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


def load(extra: Iterable[Path | Layer] = (), shipped: bool = True) -> RuleSet:
    """Load rule folders; later ones may add rules, replace those of the same name, switch some off, or change their confidence.

    Args:
        extra: Folders, single files, or layers to lay over the shipped rules, in this order.
        shipped: Whether the shipped rules are the bottom layer.

    Raises:
        RuleError: With every problem of all files.
    """
    stack = _Stack()
    for layer in _with_shipped(extra, shipped):
        stack.lay(layer)
    if stack.problems:
        raise RuleError(stack.problems)
    return stack.rule_set()


def made_of(made: type[T], extra: Sequence[Layer], further: Hashable, make: Callable[[RuleSet], T]) -> T:
    """Value computed from the shipped rules and `extra` layers; from the cache if nothing has changed since.

    Args:
        made: Type of the value.
        extra: Layers over the shipped rules.
        further: Everything else that the value depends on.
        make: Function that computes the value.

    Raises:
        RuleError: With every problem of all files.
    """
    sources = InputFiles()
    try:
        for layer in _with_shipped(extra):
            sources.add(layer, (path for _, path in _rule_files(layer.path)) if layer.path else ())
    except RuleError:  # loading may find further problems
        return make(load(extra))
    name, key = sources.name(made.__name__.lower(), further), (sources.key, further)
    return cached(name, key, made, lambda: make(load(extra)), lambda _: sources.settled)


def _with_shipped(extra: Iterable[Path | Layer], shipped: bool = True) -> Iterator[Layer]:
    if shipped:
        yield Layer(SHIPPED, shipped_folder(), trusted=True)
    yield from (each if isinstance(each, Layer) else Layer("--rules", each) for each in extra)


class _Stack:
    """The layers merged so far."""

    def __init__(self) -> None:
        self.rules: dict[str, PreparedRule] = {}
        self.off: dict[str, tuple[PreparedRule, Override]] = {}
        self.replaced: list[Rule] = []
        self.moved: dict[str, Override] = {}
        self.terms: Terms = {}
        self.languages: dict[str, LanguageProfile] = {}
        self.renamed: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.sources = InputFiles()

    def rule_set(self) -> RuleSet:
        rules = tuple(self.rules[name] for name in sorted(self.rules))
        off = tuple(self.off[name] for name in sorted(self.off))
        return RuleSet(rules, off, tuple(self.replaced), self.moved, tuple(self.languages.values()), self.renamed)

    def lay(self, layer: Layer) -> None:
        before = len(self.problems)
        files = self.files(layer.path) if layer.path else []
        self.sources.add(layer, (path for _, path in files))
        read = self.read(layer, files) if files else _Layer({}, [], [], {}, {}, {}, [])
        self.problems[before:] = sorted([*self.problems[before:], *read.problems], key=lambda problem: problem.file)
        self.terms = merge_terms(self.terms, read.terms)
        self.languages |= read.languages
        new = read.rules
        for change in [*read.changes, *layer.changes]:
            self.change(change)
        # A rule with a former name replaces the rule that had it.
        self.replaced += [self.rules[name].rule for name in new if name in self.rules]
        self.replaced += [self.rules.pop(self.renamed[name]).rule for name in new if self.renamed.get(name) in self.rules]
        for name, rule in new.items():
            self.off.pop(name, None)
            self.moved.pop(name, None)
            self.rules[name] = rule
        self.renamed |= read.renamed
        for exemption in read.exemptions:
            self.exempt(exemption)

    def read(self, layer: Layer, files: Sequence[tuple[str, Path]]) -> _Layer:
        """Content of the files of the next layer, from the cache if possible."""
        return cached(
            self.sources.name("rules"),
            self.sources.key,
            _Layer,
            lambda: _read_layer(layer, files, self.terms, self.languages),
            lambda read: not read.problems and self.sources.settled,
        )

    def exempt(self, exemption: Exemption) -> None:
        """Apply an exemption to its rule, of the layers below or of this one."""
        names = [] if is_glob(exemption.rule) else self.names_for(exemption.rule, "", exemption)
        for name in names:
            if name in self.rules:
                self.rules[name] = self.rules[name].exempted(exemption)
        if is_glob(exemption.rule):
            message = f"no rule is called {exemption.rule!r}"
            self.problems.append(
                Problem(exemption.file, exemption.line, "", message, "an exemption is from one rule, by its full name", exemption.column)
            )

    def change(self, change: Override) -> None:
        """Apply a change to the layers below, before the layer's own rules: these may have the names of rules that it switches off."""
        for name in self.names_for(change.pattern, " of the layers below", change):
            if name not in self.rules:
                continue
            prepared = self.rules[name]
            rule = prepared.rule
            if change.confidence:
                self.rules[name] = prepared._replace(rule=rule._replace(confidence=change.confidence))
                self.moved[name] = change
            elif change.sites:
                off_sites = tuple(sorted({*rule.off_sites, *change.sites}))
                self.rules[name] = prepared._replace(rule=rule._replace(off_sites=off_sites))
            else:
                self.off[name] = (self.rules.pop(name), change)

    def names_for(self, given: str, whose: str, by: Override | Exemption) -> list[str]:
        """Names of the rules, in force or switched off, that a name or glob means; adds a problem if it is none, or not clear."""
        names = {*self.rules, *self.off}
        found = find_names(given, names, self.renamed)
        if len(found) == 1 or (found and is_glob(given)):
            return found
        message = f"{given!r} may be one of {len(found)} rules" if found else f"no rule{whose} is called {given!r}"
        self.problems.append(Problem(by.file, by.line, "", message, suggest(given, found, names), by.column))
        return []

    def files(self, path: Path) -> list[tuple[str, Path]]:
        """Pairs of name and path of a layer's rule files: first files that others need, such as terms, then the rest by name."""
        try:
            return list(_rule_files(path))
        except RuleError as error:
            self.problems += error.problems
            return []


class _Layer(NamedTuple):
    """Content of the files of one layer."""

    rules: dict[str, PreparedRule]
    changes: list[Override]
    exemptions: list[Exemption]
    terms: Terms
    languages: dict[str, LanguageProfile]
    renamed: dict[str, str]
    problems: list[Problem]


def _read_layer(layer: Layer, files: Iterable[tuple[str, Path]], terms: Terms, languages: Mapping[str, LanguageProfile]) -> _Layer:
    """Read the files of a layer, given as pairs of name and path; `terms` and `languages` are those of the layers below."""
    from cleaner.ruleset.folder_files import parse_languages, parse_renamed
    from cleaner.ruleset.prepare import prepare  # these are slow to import, and not needed with the cache
    from cleaner.ruleset.rule_file import parse, parse_terms

    read = _Layer({}, [], [], {}, {}, {}, [])
    rules: dict[str, Rule] = {}
    for name, path in files:
        try:
            source = _read(path)
            seen = terms_for(name, merge_terms(terms, read.terms))
            folder = name[: name.rfind("/") + 1]
            if path.name == TERMS:
                read.terms[folder] = parse_terms(source, str(path), seen, layer.trusted)
                continue
            if path.name == LANGUAGES:
                read.languages.update(parse_languages(source, str(path)))
                continue
            if path.name == RENAMED:
                read.renamed.update(parse_renamed(source, str(path)))
                continue
            top = folder.partition("/")[0]
            of_folder = (top,) if top in {**languages, **read.languages} else ()
            found = parse(source, name, str(path), seen, layer.trusted, of_folder)
        except RuleError as error:
            read.problems.extend(error.problems)
            continue
        rules.update({rule.name: rule._replace(layer=layer.name) for rule in found.rules})
        read.changes.extend(found.changes)
        read.exemptions.extend(found.exemptions)
    common = {word for language in {**languages, **read.languages}.values() for word in language.words}
    read.rules.update({name: prepare(rule, common, layer.trusted) for name, rule in rules.items()})
    return read


def _read(path: Path) -> str:
    try:
        size = path.stat().st_size
        data = b"" if size > 4 * SIZE_AT_MOST else path.read_bytes()
    except OSError as error:
        reason = f"can't be read: {os_reason(error)}"
        raise RuleError([Problem(str(path), 0, "", reason)]) from error
    if size > 4 * SIZE_AT_MOST:
        raise RuleError([Problem(str(path), 0, "", f"is larger than {4 * SIZE_AT_MOST:,} bytes", "split it into several files")])
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"not UTF-8 text: byte 0x{data[error.start]:02x}"
        raise RuleError([Problem(str(path), line, "", message, "save it as UTF-8", column)]) from error


_ODD_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f*?\[\]\\]")


def check_name(path: Path) -> None:
    """Check that a rule file's name can be part of a rule's name.

    Raises:
        RuleError: It can't.
    """
    if _ODD_NAME.search(path.name):
        message = "a rule file's name can't hold control characters, nor * ? [ ] \\"
        raise RuleError([Problem(str(path), 0, "", message, "rename it")])


def _rule_files(path: Path) -> Iterator[tuple[str, Path]]:
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
    yield from sorted(named, key=lambda each: (each[0].split("/")[-1] not in _FIRST, each[0].count("/"), each[0]))


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
            if entry.name in (LANGUAGES, RENAMED) and len(above) > 1:
                message = f"{entry.name} counts only at the top of a rule folder"
                raise RuleError([Problem(str(path), 0, "", message, "move what it holds there")])
            yield name + entry.name.removesuffix(".toml"), path
