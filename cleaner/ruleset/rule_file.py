"""Reader of rule files: rules with their defaults, and errors with file, line, column, rule and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import process_time
from types import MappingProxyType
from typing import Any

from cleaner.errors import Problem, RuleError, did_you_mean
from cleaner.patterns.soundness import check
from cleaner.patterns.source import Term, expand, spans_lines, terms_in
from cleaner.patterns.values import Use
from cleaner.ruleset.kind_keys import KINDS
from cleaner.ruleset.rule import SIZE_AT_MOST, Confidence, Example, Exemption, LanguageProfile, Override, Rule, Shape, Where
from cleaner.ruleset.schema import FACTS, PATTERNS, RuleFileTable, RuleTable, ShapeTable
from cleaner.ruleset.toml_locations import KeyPath, Location, Locations
from cleaner.ruleset.toml_reader import FAULTS_AT_MOST, read_table, sound_part
from cleaner.ruleset.trees import TreeError, TreeReader, UnknownFactError


@dataclass(frozen=True, slots=True)
class RuleFile:
    """Rules, changes and exemptions of one file."""

    rules: tuple[Rule, ...]
    changes: tuple[Override, ...] = ()
    exemptions: tuple[Exemption, ...] = ()


def parse(
    source: str, name: str, file: str, terms: Mapping[str, Term], trusted: bool = False, folder: LanguageProfile | None = None
) -> RuleFile:
    """Read one rule file.

    Args:
        source: Text of the file.
        name: Path in the rule folder without suffix, such as `en/share`; rule names begin with it.
        file: Path of the file, for errors.
        terms: Terms shared by the folder; the file's own override them.
        trusted: Whether the patterns are known to be sound, as those of the shipped rules are by our tests: then they aren't checked, which
            takes long, nor compiled before a text needs them.
        folder: Language of the file's folder, for rules where neither they nor the file name any.

    Raises:
        RuleError: With every problem in the file.
    """
    faults: Sequence[Problem] = ()
    try:
        table, locations = _read(source, name, file)
        indexes: Sequence[int] = range(len(table.rule))
    except RuleError as error:  # the other rules may be faulty, too: all of a file is told at once
        part = sound_part(source, RuleFileTable, "rule") if len(error.problems) < FAULTS_AT_MOST else None
        if not part:
            raise
        faults, locations = error.problems, Locations.of(source)
        table, indexes = part
    reader = _Reader(table, name, file, locations, terms, trusted, folder, indexes)
    read = RuleFile(tuple(reader.rules()), tuple(reader.changes()), tuple(reader.exemptions()))
    problems = sorted([*faults, *reader.problems], key=lambda problem: (problem.line, problem.column)) if faults else reader.problems
    if not (problems or read.rules or read.changes or read.exemptions):
        problems.append(Problem(file, 0, "", "holds no rule", "a rule begins with [[rule]]"))
    if problems:
        raise RuleError(problems)
    return read


def parse_terms(source: str, file: str, inherited: Mapping[str, Term] = MappingProxyType({}), trusted: bool = False) -> dict[str, Term]:
    """Terms of a folder's `terms.toml`, a table `[terms]` of patterns (strings) and word lists.

    `inherited` are terms that they may use beside one another; `trusted` terms aren't checked.

    Raises:
        RuleError: The file isn't such a table.
    """
    table, locations = _read(source, "", file)
    reader = _Reader(table, "", file, locations, inherited, trusted)
    reader.check_terms()
    for key in ("rule", "exemption", "disable", "confidence", "sites", "fingerprint"):
        if getattr(table, key):
            reader.problem((key,), "", f"{key!r} has no place in a file of terms", "put it in another file of the folder")
    if reader.problems:
        raise RuleError(reader.problems)
    return dict(table.terms)


def _read(source: str, name: str, file: str) -> tuple[RuleFileTable, Locations]:
    """A file checked against the schema, without its patterns."""

    def rule_name(data: Any, path: KeyPath) -> str:
        if len(path) < 2 or path[0] != "rule" or not isinstance(path[1], int):
            return ""
        given = data["rule"][path[1]]
        return f"{name}/{given['id']}" if isinstance(given, dict) and isinstance(given.get("id"), str) else f"number {path[1] + 1}"

    return read_table(source, RuleFileTable, file, rule_name)


#: Double braces around something that can't be a term's name.
_NO_TERM = re.compile(r"\{\{(?![a-z][a-z0-9-]*\}\})[\w -]{1,40}\}\}")
#: Terms for the signs that may stand before and behind a match of a line rule.
_DECORATION = ("decoration-start", "decoration-end")
#: A reference to a group by its number.
_COUNTED = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")
#: Number of patterns of one file that blow up, after which the rest isn't checked.
_BLOWN_AT_MOST = 5
#: Seconds of processor time for the checks of one file's patterns: six times what the longest file of good ones takes.
_SECONDS_AT_MOST = 60.0


class _Reader:
    """Turns a table checked by the schema into rules, and collects further problems."""

    def __init__(
        self,
        table: RuleFileTable,
        name: str,
        file: str,
        locations: Locations,
        inherited: Mapping[str, Term],
        trusted: bool,
        folder: LanguageProfile | None = None,
        indexes: Sequence[int] = (),
    ) -> None:
        #: Index in the file of each rule of the table.
        self.indexes = indexes
        self.languages = tuple(table.languages or ((folder.code,) if folder else ()))
        #: Whether phrases of the file apply to texts in all languages.
        self.everywhere = not table.languages and folder is not None and folder.everywhere
        self.table, self.name, self.file, self.locations, self.trusted = table, name, file, locations, trusted
        self.terms = {**inherited, **table.terms}
        self.seen_terms: set[str] = set()
        self.faulty_terms: set[str] = set()
        self.problems: list[Problem] = []
        self.length = self.blown = 0
        self.seconds = 0.0

    def rules(self) -> Iterator[Rule]:
        self.check_terms()
        self.check_sites()
        fingerprint = self.pattern(self.table.fingerprint, "", ("fingerprint",), "found", False)
        seen: dict[str, int] = {}
        for index, given in zip(self.indexes, self.table.rule, strict=True):
            name, location = f"{self.name}/{given.id}", self.locations.key(("rule", index))
            line = location.line if location else 0
            if given.id in seen:
                self.problem(("rule", index, "id"), name, f"this name is taken by line {seen[given.id]}", "give it another id")
            seen.setdefault(given.id, line)
            self.check_keys(given, name, index)
            patterns = {key: self.rule_pattern(given, key, name, index) for key in PATTERNS if key != "fingerprint"}
            yield Rule(
                name,
                given.about,
                given.remove,
                given.confidence,
                **patterns,  # type: ignore[arg-type]  # keys and values are checked by the schema
                decoration=self.decoration(given),
                parts=given.parts is not False,
                sentences=bool(self.table.sentences if given.sentences is None else given.sentences),
                of=given.of,
                shape=self.shape(given.shape, name, index) if given.shape else None,
                where=Where(given.where.first, given.where.last) if given.where else None,
                min_words=given.min_words,
                max_words=given.max_words,
                min_lines=given.min_lines,
                max_lines=given.max_lines,
                headlines=given.headlines,
                prose=given.prose,
                languages=tuple(given.languages or self.languages),
                everywhere=given.confidence == "high" and given.remove in {"line", "match"} and not given.languages and self.everywhere,
                sites=self.sites,
                off_sites=(),
                fingerprint=fingerprint,
                seen=given.seen or 0,
                removes=tuple(given.removes),
                keeps=tuple(given.keeps),
                examples=(
                    *(Example(example.before, example.after) for example in given.example),
                    *(Example(text, text) for text in given.not_mine),
                ),
                file=self.file,
                line=line,
            )

    @property
    def sites(self) -> tuple[str, ...]:
        return tuple(site.lower().strip(".") for site in self.table.sites)

    def changes(self) -> Iterator[Override]:
        """Changes of rules of the layers below."""
        for index, pattern in enumerate(self.table.disable):
            if self.table.fingerprint is not None:
                message = "'disable' in a file with a fingerprint: the clean text may not bear it any more, and would be cleaned otherwise"
                self.problem(("disable",), "", message, "put it in a file of its own, with sites or without")
                break
            yield self.change(("disable", index), pattern, None, self.sites)
        for pattern, confidence in self.table.confidence.items():
            if self.table.sites or self.table.fingerprint is not None:
                self.problem(("confidence",), "", "'confidence' in a file for some sites holds everywhere", "put it in a file of its own")
                break
            yield self.change(("confidence", pattern), pattern, confidence, ())

    def change(self, path: KeyPath, pattern: str, confidence: Confidence | None, sites: tuple[str, ...]) -> Override:
        location = self.locations.value(path) or Location(0, 0)
        return Override(pattern, confidence, sites, self.file, location.line, location.column)

    def exemptions(self) -> Iterator[Exemption]:
        """Exemptions from rules."""
        if self.table.exemption and (self.table.sites or self.table.fingerprint is not None or self.table.languages):
            message = "'exemption' in a file for some sites or languages holds everywhere"
            self.problem(("exemption", 0), "", message, "put it in a file of its own")
        for index, given in enumerate(self.table.exemption):
            unless = self.pattern(given.unless, given.rule, ("exemption", index, "unless"), "found", False)
            if match := _COUNTED.search(unless):
                message = f"unless: {match.group()} and the like count groups, and the rule has its own"
                self.problem(("exemption", index, "unless"), given.rule, message, "name the group: (?P<name>…) and (?P=name)")
            location = self.locations.key(("exemption", index)) or Location(0, 0)
            yield Exemption(given.rule, unless, tuple(given.keeps), self.file, location.line, location.column)

    def problem(self, path: KeyPath, rule: str, message: str, remedy: str = "", within: int | None = None) -> None:
        """Add a problem at a key, or, with `within`, at that offset in its value."""
        location = (self.locations.key(path) if within is None else self.locations.value(path, within)) or Location(0, 0)
        self.problems.append(Problem(self.file, location.line, rule, message, remedy, location.column))

    def check_sites(self) -> None:
        for index, site in enumerate(self.table.sites):
            if re.search(r"[/:*\s@?]", site) or not site.strip("."):
                bare = re.sub(r"^\w+://|[/?].*$|^(?:\*\.)+|:\d+", "", site)
                self.problem(("sites", index), "", f"{site!r} is no host", f"write {bare or 'example.org'!r}: hosts below it count too", 0)

    def check_terms(self) -> None:
        """Check the file's terms once, not in each pattern that uses them."""
        for name in () if self.trusted else self.table.terms:
            try:
                self.check_term(name, ())
            except RecursionError:
                self.problem(("terms", name), "", "its terms are nested too deep", "let a term use only simpler ones", 0)
                self.faulty_terms.update(self.table.terms)
                return

    def check_term(self, name: str, users: tuple[str, ...]) -> None:
        term = self.table.terms.get(name)
        if not isinstance(term, str) or name in self.seen_terms:
            return
        if name in users:
            circle = " → ".join([*users[users.index(name) :], name])
            self.problem(("terms", name), "", f"terms use one another in a circle: {circle}", "let a term use only simpler ones", 0)
            self.faulty_terms.update(users)
            return
        used = terms_in(term)
        for other in used:
            self.check_term(other, (*users, name))
        before = len(self.problems)
        if name not in self.faulty_terms and not self.faulty_terms.intersection(used):
            self.filled_in(term, "", ("terms", name), "part", True, f"term {name!r}")
        if len(self.problems) > before or self.faulty_terms.intersection(used):
            self.faulty_terms.add(name)
        self.seen_terms.add(name)

    def check_keys(self, given: RuleTable, name: str, index: int) -> None:
        path = ("rule", index)
        kind = KINDS[given.remove]
        for key in sorted(kind.needs):
            if getattr(given, key) is None:
                self.problem(path, name, f"remove = {given.remove!r} needs the key {key!r}")
        for key in dict.fromkeys(key for other_kind in KINDS.values() for key in other_kind.keys):
            if getattr(given, key) is not None and key not in kind.keys:
                fitting = " or ".join(repr(other) for other, other_kind in KINDS.items() if key in other_kind.keys)
                self.problem((*path, key), name, f"{key!r} has no meaning with remove = {given.remove!r}", f"only with {fitting}")
        if kind.one_of and sum(getattr(given, key) is not None for key in kind.one_of) != 1:
            self.problem(path, name, "a block needs one of 'until' (the line that stays) and 'through' (the last line that goes)")
        if given.where and (given.where.first is None) == (given.where.last is None):
            self.problem((*path, "where"), name, "'where' takes either first or last", "where = { first = 8 }")
        elif given.where and kind.reaches and getattr(given.where, kind.reaches) and (given.prose or given.remove != "tail"):
            self.problem((*path, "where"), name, f"says nothing for a {given.remove}, which always reaches there", "use max_lines")
        if given.remove == "line" and given.min_lines and given.headlines is None:
            self.problem((*path, "min_lines"), name, "'min_lines' has a meaning for a line only with 'headlines'")
        if given.rest and given.of != "next":
            self.problem((*path, "rest"), name, "'rest' has a meaning only with of = 'next'")
        self.check_limits(given, name, path)

    def check_limits(self, given: RuleTable, name: str, path: KeyPath) -> None:
        for what in ("words", "lines"):
            least, most = getattr(given, f"min_{what}"), getattr(given, f"max_{what}")
            if least and most and least > most:
                self.problem((*path, f"min_{what}"), name, f"min_{what} is more than max_{what}, so nothing would ever go", "swap them")

    def rule_pattern(self, given: RuleTable, key: str, name: str, index: int) -> str:
        use: Use = "rest" if key == "rest" else "found" if key == "unless" or (key == "match" and KINDS[given.remove].searches) else "line"
        if key in ("previous", "next"):
            use = "beside"
        narrowed = any(getattr(given, narrowing) for narrowing in ("previous", "next", "where", "unless", "min_words", "max_words"))
        return self.pattern(getattr(given, key), name, ("rule", index, key), use, narrowed or key not in ("match", "unless"))

    def decoration(self, given: RuleTable) -> tuple[str, str]:
        """Patterns of the signs that may stand around what a rule matches; empty strings where there are no terms for them."""
        if given.remove != "line" or given.decoration is False:
            return "", ""
        start, end = (expand(f"{{{{{term}}}}}", self.terms) if term in self.terms else "" for term in _DECORATION)
        return start, end

    def shape(self, given: ShapeTable, name: str, index: int) -> Shape:
        path: KeyPath = ("rule", index, "shape")
        patterns = tuple(
            (key, self.pattern(pattern, name, (*path, "patterns", key), "found", False)) for key, pattern in given.patterns.items()
        )
        words = tuple((key, tuple(listed)) for key, listed in given.words.items())
        reader = TreeReader(known := (*FACTS, *given.patterns, *given.words))
        trees = []
        for tree_index, source in enumerate(given.trees):
            try:
                trees.append(reader.read(source))
            except UnknownFactError as error:
                remedy = did_you_mean(fact := str(error), known, f"known facts: {', '.join(known)}")
                self.problem((*path, "trees", tree_index), name, f"unknown fact {fact!r}", remedy)
            except TreeError as error:
                self.problem(
                    (*path, "trees", tree_index), name, f"tree: {error}", "write 'fact < number ? tree or points : tree or points'"
                )
        prose = given.prose_words, given.prose_stop_words, given.gap
        return Shape(tuple(trees), tuple(reader.features), patterns, words, given.start, given.change, given.inside, *prose)

    def pattern(self, given: Sequence[str] | None, rule: str, path: KeyPath, use: Use, anything: bool) -> str:
        """One pattern for a list of alternative patterns, terms filled in; an empty string if there are none, or one is faulty.

        `path` is that of the list in the TOML data; for `use` and `anything` see `soundness.check`.
        """
        key = str(path[-1])
        given = given or ()
        parts = [self.filled_in(part, rule, (*path, index), use, anything, key) for index, part in enumerate(given)]
        if len(parts) == 1:
            return parts[0]
        for index, part in enumerate(given):
            if match := _COUNTED.search(part):
                message = f"{key}: {match.group()} and the like count groups across the list"
                self.problem((*path, index), rule, message, "name the group: (?P<name>…) and (?P=name)", match.start())
        return "|".join(f"(?:{part})" for part in parts) if all(parts) else ""

    def filled_in(self, given: str, rule: str, path: KeyPath, use: Use, anything: bool, key: str) -> str:
        """One pattern with its terms filled in; an empty string if it is faulty."""
        if self.faulty_terms.intersection(terms_in(given)):
            return ""  # reported with the term
        if self.blown >= _BLOWN_AT_MOST or self.length > SIZE_AT_MOST:
            return ""  # even filling in terms takes time, and enough problems are reported
        try:
            pattern = expand(given, self.terms)
        except KeyError as error:
            known = ", ".join(sorted(self.terms)) or "none"
            self.problem(
                path, rule, f"{key}: unknown term {{{{{error.args[0]}}}}}", f"known terms: {known}", given.find("{{" + error.args[0])
            )
            return ""
        except RecursionError as error:
            self.problem(path, rule, f"{key}: {error}", "let a term use only simpler ones", 0)
            self.blown += 1
            return ""
        if self.trusted:
            return pattern
        if match := _NO_TERM.search(given):
            known = ", ".join(sorted(self.terms)) or "none"
            message = f"{key}: {match.group()} is no name of a term"
            self.problem(path, rule, message, f"small letters, digits and hyphens; known terms: {known}", match.start())
            return ""
        self.length += len(pattern)
        if self.length > SIZE_AT_MOST:
            message = f"{key}: the patterns of the file, with their terms, are longer than {SIZE_AT_MOST:,} characters together"
            self.problem(path, rule, message, "split the file, and let terms be shorter", 0)
            return ""
        began = process_time()
        sound = self.check_pattern(given, pattern, rule, path, use, anything, key)
        self.seconds += process_time() - began
        if self.seconds > _SECONDS_AT_MOST:
            self.blown = _BLOWN_AT_MOST
            message = f"{key}: up to here, to look at the patterns of the file took more than {_SECONDS_AT_MOST:g} s"
            self.problem(path, rule, message, "make them simpler, or split the file", 0)
        return pattern if sound else ""

    def check_pattern(self, given: str, pattern: str, rule: str, path: KeyPath, use: Use, anything: bool, key: str) -> bool:
        """Add the problem of a pattern, if it has one; gives whether it has none."""
        many = spans_lines(pattern)
        if many and use == "line" and key == "match":
            use = "lines"
        elif many and use != "part":
            remedy = "only the match of a line, block, tail, head or run goes on to the next line"
            self.problem(path, rule, f"{key}: looks at one line, so it never finds a line end", remedy, max(0, given.find("\\n")))
            return False
        fault = check(pattern, use, anything)
        if fault:
            self.blown += fault.message.startswith("blows up: it takes")
            # Behind the first term, offsets in the expanded pattern differ from those in the file.
            offset = fault.offset if fault.offset <= (len(given) if pattern == given else given.find("{{")) else 0
            self.problem(path, rule, f"{key}: {fault.message}", fault.remedy, offset)
        return fault is None
