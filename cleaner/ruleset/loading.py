"""Read the files of rule layers and lay them over one another. It is slow to import, and not needed where the cache has the outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from cleaner.errors import Problem, RuleError, os_reason
from cleaner.io.disk_cache import InputFiles, cached
from cleaner.patterns.source import Term
from cleaner.ruleset import prebuilt
from cleaner.ruleset.folder_files import parse_families, parse_languages, parse_renamed
from cleaner.ruleset.layers import FAMILIES, LANGUAGES, RENAMED, TERMS, Layer, RuleSet, rule_files, shipped_folder, shipped_layer
from cleaner.ruleset.names import find_names, is_glob, suggest
from cleaner.ruleset.plain_values import dumps, loads
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.requirement_cache import RequirementCache
from cleaner.ruleset.rule import SIZE_AT_MOST, Exemption, LanguageProfile, Override, PreparedRule, Rule
from cleaner.ruleset.rule_file import parse, parse_terms
from cleaner.ruleset.terms import Terms, merge_terms, terms_for


def shipped_terms() -> Mapping[str, Term]:
    """Terms that any rule may use."""
    file = shipped_folder() / TERMS
    return parse_terms(file.read_text(encoding="utf-8"), str(file), trusted=True)


#: The content of the shipped rules that was read last, by the key of the files that it was read from.
_KEPT: dict[str, LayerContent] = {}


class Stack:
    """The layers merged so far."""

    def __init__(self) -> None:
        self.rules: dict[str, PreparedRule] = {}
        self.off: dict[str, tuple[PreparedRule, Override]] = {}
        self.replaced: list[Rule] = []
        self.moved: dict[str, Override] = {}
        self.terms: Terms = {}
        self.languages: dict[str, LanguageProfile] = {}
        self.renamed: dict[str, str] = {}
        self.families: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.sources = InputFiles()

    def rule_set(self) -> RuleSet:
        """All rules that are laid, in the order of their names."""
        rules = tuple(self.rules[name] for name in sorted(self.rules))
        off = tuple(self.off[name] for name in sorted(self.off))
        return RuleSet(rules, off, tuple(self.replaced), self.moved, tuple(self.languages.values()), self.renamed, self.families)

    def lay(self, layer: Layer) -> None:
        """Lay a layer over those below; its faults are added to `problems`."""
        before = len(self.problems)
        files = self.files(layer.path) if layer.path else []
        self.sources.add(layer, (path for _, path in files))
        read = self.read(layer, files) if files else LayerContent.of_no_files()
        self.problems[before:] = sorted([*self.problems[before:], *read.problems], key=lambda problem: problem.file)
        self.terms = merge_terms(self.terms, read.terms)
        self.languages |= read.languages
        self.families |= read.families
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

    def read(self, layer: Layer, files: Sequence[tuple[str, Path]]) -> LayerContent:
        """Content of the files of the next layer, from the cache if possible; that of the shipped one is kept in memory, too."""
        is_shipped = layer == shipped_layer()
        key = repr(self.sources.key) if is_shipped else ""
        if key in _KEPT:
            return _KEPT[key]
        content: LayerContent = cached(
            self.sources.name("rules"),
            self.sources.key,
            lambda: read_layer(layer, files, self.terms, self.languages),
            partial(dumps, kind=LayerContent),
            partial(loads, kind=LayerContent),
            lambda read: not read.problems and self.sources.settled,
            lambda: prebuilt.read("rules") if is_shipped else None,
        )
        if is_shipped and not content.problems and self.sources.settled:
            _KEPT.clear()
            _KEPT[key] = content
        return content

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
        fitting = find_names(given, names, self.renamed)
        if len(fitting) == 1 or (fitting and is_glob(given)):
            return fitting
        message = f"{given!r} may be one of {len(fitting)} rules" if fitting else f"no rule{whose} is called {given!r}"
        self.problems.append(Problem(by.file, by.line, "", message, suggest(given, fitting, names), by.column))
        return []

    def files(self, path: Path) -> list[tuple[str, Path]]:
        """Pairs of name and path of a layer's rule files: first files that others need, such as terms, then the rest by name."""
        try:
            return list(rule_files(path))
        except RuleError as error:
            self.problems += error.problems
            return []


class LayerContent(NamedTuple):
    """Content of the files of one layer."""

    rules: dict[str, PreparedRule]
    changes: list[Override]
    exemptions: list[Exemption]
    terms: Terms
    languages: dict[str, LanguageProfile]
    families: dict[str, str]
    renamed: dict[str, str]
    problems: list[Problem]

    @classmethod
    def of_no_files(cls) -> LayerContent:
        """Content that can be added to."""
        return cls({}, [], [], {}, {}, {}, {}, [])


def read_layer(layer: Layer, files: Iterable[tuple[str, Path]], terms: Terms, languages: Mapping[str, LanguageProfile]) -> LayerContent:
    """Read the files of a layer, given as pairs of name and path; `terms` and `languages` are those of the layers below."""
    read = LayerContent.of_no_files()
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
            if path.name == FAMILIES:
                read.families.update(parse_families(source, str(path)))
                continue
            if path.name == RENAMED:
                read.renamed.update(parse_renamed(source, str(path)))
                continue
            language = {**languages, **read.languages}.get(folder.partition("/")[0])
            rule_file = parse(source, name, str(path), seen, layer.trusted, language)
        except RuleError as error:
            read.problems.extend(error.problems)
            continue
        rules.update({rule.name: rule._replace(layer=layer.name) for rule in rule_file.rules})
        read.changes.extend(rule_file.changes)
        read.exemptions.extend(rule_file.exemptions)
    common = frozenset(word for language in {**languages, **read.languages}.values() for word in language.words)
    requirements = RequirementCache(common)
    read.rules.update({name: prepare(rule, common, layer.trusted, requirements) for name, rule in rules.items()})
    requirements.keep()
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
