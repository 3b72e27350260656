"""One TOML file to rules: its schema, its defaults, and errors that say file, line, rule and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args

import regex
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from cleaner.errors import RuleError, RuleProblem
from cleaner.model import Confidence, EchoOf, Example, Kind, Rule, Where
from cleaner.patterns import Term, compiled, expand, of_whole_lines, spans_lines

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Pattern = Text | Annotated[list[Text], Field(min_length=1)]  # a list means any one of them
Count = Annotated[int, Field(ge=1)]
Languages = Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]], Field(min_length=1)]

#: The keys that hold patterns.
PATTERNS = ("match", "unless", "until", "through", "previous", "next", "rest", "fingerprint")

#: For each kind, the keys that it can't do without and the keys that only it (or its like) has.
_NEEDS: Mapping[Kind, frozenset[str]] = {
    "match": frozenset({"match"}),
    "line": frozenset({"match"}),
    "block": frozenset({"match", "max_lines"}),
    "tail": frozenset({"match"}),
    "head": frozenset({"match", "max_lines"}),
    "run": frozenset({"match", "min_lines"}),
    "echo": frozenset({"of"}),
}
_ONLY_FOR: Mapping[str, frozenset[Kind]] = {
    "match": frozenset({"match", "line", "block", "tail", "head", "run"}),
    "until": frozenset({"block"}),
    "through": frozenset({"block"}),
    "of": frozenset({"echo"}),
    "rest": frozenset({"echo"}),
    "min_lines": frozenset({"run", "tail"}),
    "max_lines": frozenset({"block", "head", "tail"}),
}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _key(text: str, default: Any = None) -> Any:
    """A key that may be left out; the text is what editors show."""
    return Field(default_factory=list, description=text) if default is list else Field(default=default, description=text)


class WhereTable(_Table):
    """A place, counted in non-blank lines that no rule would take."""

    first: Count | None = _key("Only among the first so many lines.")
    last: Count | None = _key("Only among the last so many lines.")


class ExampleTable(_Table):
    """A text before and after this rule alone."""

    before: str = Field(description="The text.")
    after: str = Field(description="What must be left of it; the same text if the rule must leave it alone.")


class RuleTable(_Table):
    """One rule."""

    id: Id = Field(description="Name inside the file: small letters, digits, hyphens.")
    about: Text = Field(description="What it removes, in a sentence for people.")
    remove: Kind = Field(description="What goes where the pattern matches.")
    confidence: Confidence = _key("How sure a match is chrome: --level safe takes high only, standard also medium, aggressive all.", "high")
    match: Pattern | None = _key("The pattern. It must fit a whole line, except for remove = 'match'. A list means any one of them.")
    unless: Pattern | None = _key("Nothing goes if this is found in what would go.")
    until: Pattern | None = _key("block: the line that ends it and stays.")
    through: Pattern | None = _key("block: the last line that goes.")
    previous: Pattern | None = _key("The non-blank line before must fit this.")
    next: Pattern | None = _key("The non-blank line after must fit this.")
    of: EchoOf | None = _key("echo: what the line repeats.")
    rest: Pattern | None = _key("echo of next: what the next line says beyond this one.")
    where: WhereTable | None = _key("Where in the text.")
    min_words: Count | None = _key("At least so many words would go.")
    max_words: Count | None = _key("At most so many words would go.")
    min_lines: Count | None = _key("run, tail: at least so many non-blank lines would go.")
    max_lines: Count | None = _key("block, head, tail: at most so many non-blank lines would go.")
    languages: Languages | None = _key("Only in texts known to be in one of these languages, or of unknown language.")
    removes: list[Text] = _key("Texts that must go whole.", list)
    keeps: list[Text] = _key("Near misses that must stay as they are.", list)
    example: list[ExampleTable] = _key("Examples with neighbours.", list)


class RuleFileTable(_Table):
    """Rules for one family of chrome or one site."""

    title: Text = Field(description="What the file is for, in a few words.")
    about: Text = Field(description="The same in a sentence.")
    languages: Languages | None = _key("Default for all rules of the file.")
    sites: list[Text] = _key("Hosts; the rules apply only to pages whose --url is there, or that bear the fingerprint.", list)
    fingerprint: Pattern | None = _key("A mark in the text by which the site is told without a URL.")
    terms: dict[Id, Text | list[Text]] = Field(
        default_factory=dict, description="Patterns (strings) or words (lists) that patterns use as {{name}}."
    )
    rule: list[RuleTable] = _key("The rules.", list)


def json_schema() -> dict[str, Any]:
    """JSON Schema of rule files, by which editors complete and check them."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **RuleFileTable.model_json_schema()}


@dataclass
class Places:
    """Line numbers of a TOML file's keys, which the parser doesn't give."""

    lines: dict[tuple[object, ...], int] = field(default_factory=dict)

    def of(self, path: tuple[object, ...]) -> int:
        """Line of the nearest thing at or above a path such as `("rule", 2, "match")`; 0 if there is none."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\s-]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w-]+)\s*=\s*(.*)$")
_FENCE = re.compile(r"'''|\"\"\"")


def _places(source: str) -> Places:
    places = Places()
    table: tuple[object, ...] = ()
    counts: dict[tuple[object, ...], int] = {}
    fence = ""
    for number, line in enumerate(source.splitlines(), 1):
        if fence:
            fence = "" if line.count(fence) % 2 else fence
            continue
        if header := _HEADER.match(line):
            table = ()
            parts = header.group(2).replace(" ", "").split(".")
            for i, part in enumerate(parts):
                table = (*table, part)
                if header.group(1) == "[[" and i == len(parts) - 1:
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table = (*table, counts[table])
            places.lines[table] = number
        elif key := _KEY.match(line):
            places.lines[*table, key.group(1)] = number
            opened = _FENCE.search(key.group(2))
            if opened and key.group(2).count(opened.group()) % 2:
                fence = opened.group()
    return places


def parse(source: str, name: str, file: str, terms: Mapping[str, Term], proven: bool = False) -> tuple[Rule, ...]:
    """Rules of one file.

    Args:
        source: The file's text.
        name: Its place in the rule folder without suffix, such as `common/share`; rule names begin with it.
        file: Its path, for errors.
        terms: Terms shared by the folder; the file's own come on top.
        proven: Whether the patterns are known to be valid, as those of the shipped rules are by our tests; compiling them is what takes
            time, and can then wait until a text needs them.

    Raises:
        RuleError: With every problem in the file.
    """
    table, places = _table(source, name, file)
    reader = _Reader(table, name, file, places, {**terms, **table.terms}, proven)
    rules = tuple(reader.rules())
    if reader.problems:
        raise RuleError(reader.problems)
    return rules


def parse_terms(source: str, file: str) -> dict[str, Term]:
    """Terms of a folder's `terms.toml`, a table `[terms]` of patterns (strings) and word lists.

    Raises:
        RuleError: The file isn't such a table.
    """
    table, _ = _table(source, "", file)
    return dict(table.terms)


def _table(source: str, name: str, file: str) -> tuple[RuleFileTable, Places]:
    """A file checked against the schema, its patterns not yet looked at."""
    try:
        data = tomllib.loads(source.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found.group(1)) if found else len(source.splitlines())
        raise RuleError([RuleProblem(file, line, "", f"not valid TOML: {error}")]) from error
    places = _places(source)
    try:
        return RuleFileTable.model_validate(data), places
    except ValidationError as error:
        raise RuleError(_schema_problems(error, data, name, file, places)) from error


def _schema_problems(error: ValidationError, data: Any, name: str, file: str, places: Places) -> Iterator[RuleProblem]:
    for fault in error.errors(include_url=False):
        path = tuple(part for part in fault["loc"])
        key = ".".join(str(part) for part in path if not isinstance(part, int))
        rule, remedy = "", ""
        if len(path) > 1 and path[0] == "rule" and isinstance(path[1], int):
            given = data["rule"][path[1]]
            rule = f"{name}/{given['id']}" if isinstance(given, dict) and "id" in given else f"number {path[1] + 1}"
            key = ".".join(str(part) for part in path[2:] if not isinstance(part, int))
        message = f"{key or 'rule'}: {fault['msg'][0].lower()}{fault['msg'][1:]}"
        if fault["type"] == "extra_forbidden":
            message, remedy = f"unknown key {key!r}", _did_you_mean(str(path[-1]), path)
        elif fault["type"] == "missing":
            message, remedy = f"key {key!r} is missing", "every rule needs id, about and remove; every file title and about"
        yield RuleProblem(file, places.of(path), rule, message, remedy)


def _did_you_mean(word: str, path: tuple[object, ...]) -> str:
    from difflib import get_close_matches

    known = list((RuleTable if path[0] == "rule" and len(path) == 3 else RuleFileTable).model_fields)
    near = get_close_matches(word, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"


class _Reader:
    """Turns a checked table into rules and gathers what is still wrong with them."""

    def __init__(self, table: RuleFileTable, name: str, file: str, places: Places, terms: Mapping[str, Term], proven: bool) -> None:
        self.table, self.name, self.file, self.places, self.terms, self.proven = table, name, file, places, terms, proven
        self.problems: list[RuleProblem] = []

    def rules(self) -> Iterator[Rule]:
        fingerprint = self.pattern(self.table.fingerprint, "", ("fingerprint",))
        seen: dict[str, int] = {}
        for number, given in enumerate(self.table.rule):
            name, line = f"{self.name}/{given.id}", self.places.of(("rule", number))
            if given.id in seen:
                self.problem(("rule", number, "id"), name, f"this name is taken by line {seen[given.id]}", "give it another id")
            seen[given.id] = line
            self.check_keys(given, name, number)
            patterns = {k: self.pattern(getattr(given, k), name, ("rule", number, k)) for k in PATTERNS if k != "fingerprint"}
            yield Rule(
                name=name,
                about=given.about,
                remove=given.remove,
                confidence=given.confidence,
                **patterns,
                of=given.of,
                where=Where(given.where.first, given.where.last) if given.where else None,
                min_words=given.min_words,
                max_words=given.max_words,
                min_lines=given.min_lines,
                max_lines=given.max_lines,
                languages=tuple(given.languages or self.table.languages or ()),
                sites=tuple(site.lower().strip(".") for site in self.table.sites),
                fingerprint=fingerprint,
                removes=tuple(given.removes),
                keeps=tuple(given.keeps),
                examples=tuple(Example(example.before, example.after) for example in given.example),
                file=self.file,
                line=line,
            )

    def problem(self, path: tuple[object, ...], rule: str, message: str, remedy: str = "") -> None:
        self.problems.append(RuleProblem(self.file, self.places.of(path), rule, message, remedy))

    def check_keys(self, given: RuleTable, name: str, number: int) -> None:
        path = ("rule", number)
        for key in sorted(_NEEDS[given.remove]):
            if getattr(given, key) is None:
                self.problem(path, name, f"remove = {given.remove!r} needs the key {key!r}")
        for key, kinds in _ONLY_FOR.items():
            if getattr(given, key) is not None and given.remove not in kinds:
                what = " or ".join(repr(kind) for kind in get_args(Kind) if kind in kinds)
                self.problem((*path, key), name, f"{key!r} has no meaning with remove = {given.remove!r}", f"only with {what}")
        if given.remove == "block" and (given.until is None) == (given.through is None):
            self.problem(path, name, "a block needs one of 'until' (the line that stays) and 'through' (the last line that goes)")
        if given.where and (given.where.first is None) == (given.where.last is None):
            self.problem((*path, "where"), name, "'where' takes either first or last", "where = { first = 8 }")
        elif given.where and ((given.remove == "tail" and given.where.last) or (given.remove == "head" and given.where.first)):
            self.problem((*path, "where"), name, f"says nothing for a {given.remove}, which always reaches there", "use max_lines")
        if given.rest and given.of != "next":
            self.problem((*path, "rest"), name, "'rest' has a meaning only with of = 'next'")

    def pattern(self, given: str | list[str] | None, rule: str, path: tuple[object, ...]) -> str:
        """Expand and check a pattern, or a list of which any may match; an empty string if there is none or it is faulty."""
        if given is None:
            return ""
        if isinstance(given, list):
            if any(re.search(r"(?<!\\)(?:\\\\)*\\[1-9]", part) for part in given):
                self.problem(
                    path, rule, f"{path[-1]}: \\1 and the like count groups across the list", "name the group: (?P<name>…) and (?P=name)"
                )
            parts = [self.pattern(part, rule, path) for part in given]
            return "|".join(f"(?:{part})" for part in parts) if all(parts) else ""
        key = path[-1]
        try:
            pattern = expand(given, self.terms)
            if not self.proven:
                self.check_pattern(pattern, str(key), rule, path)
        except KeyError as error:
            known = ", ".join(sorted(self.terms)) or "none"
            self.problem(path, rule, f"{key}: unknown term {{{{{error.args[0]}}}}}", f"known terms: {known}")
        except RecursionError as error:
            self.problem(path, rule, f"{key}: {error}", "let a term use only simpler ones")
        except (regex.error, OverflowError, MemoryError) as error:
            self.problem(
                path, rule, f"{key}: not a valid pattern: {error}", "put a backslash before ( ) [ ] { } . * + ? | to mean the sign itself"
            )
        else:
            return pattern
        return ""

    def check_pattern(self, pattern: str, key: str, rule: str, path: tuple[object, ...]) -> None:
        """Compile a pattern as it will be used, and refuse what can't do what its author wants.

        Raises:
            regex.error: It isn't valid.
        """
        found = compiled(pattern)
        number = path[1] if len(path) > 1 else None
        kind = self.table.rule[number].remove if isinstance(number, int) else None
        if spans_lines(pattern):
            compiled(of_whole_lines(pattern))
            if key != "match" or kind == "match":
                remedy = "only the match of a line, block, tail, head or run goes on to the next line"
                self.problem(path, rule, f"{key}: looks at one line, so it never finds a line end", remedy)
        if key == "unless":
            if all(found.search(text) for text in ("", *_ANY_TEXT)):
                self.problem(path, rule, "unless: is found in every text, so nothing would ever go", "add a fixed word")
        elif found.fullmatch(""):
            self.problem(path, rule, f"{key}: the pattern also matches nothing at all", "use + in place of *, or add a fixed word")


#: Texts that have nothing in common: a pattern that is found in all of them is found anywhere.
_ANY_TEXT = ("x", "7", "Hardly anyone went there on a Sunday; nobody knew why.", "ЖУК", "¿?")
