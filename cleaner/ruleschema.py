"""The schema of rule files: the one source of what they may hold, for reading them and for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from cleaner.model import Confidence, EchoOf, Kind
from cleaner.tables import Table

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Pattern = Text | Annotated[list[Text], Field(min_length=1)]  # a list means any one of them
Count = Annotated[int, Field(ge=1)]
Languages = Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]], Field(min_length=1)]

#: The keys that hold patterns.
PATTERNS = ("match", "unless", "until", "through", "previous", "next", "rest", "fingerprint")

#: For each kind, the keys that it can't do without and the keys that only it (or its like) has.
NEEDS: Mapping[Kind, frozenset[str]] = {
    "match": frozenset({"match"}),
    "line": frozenset({"match"}),
    "block": frozenset({"match", "max_lines"}),
    "tail": frozenset({"match"}),
    "head": frozenset({"match", "max_lines"}),
    "run": frozenset({"match", "min_lines"}),
    "echo": frozenset({"of"}),
}
ONLY_FOR: Mapping[str, frozenset[Kind]] = {
    "match": frozenset({"match", "line", "block", "tail", "head", "run"}),
    "until": frozenset({"block"}),
    "through": frozenset({"block"}),
    "of": frozenset({"echo"}),
    "rest": frozenset({"echo"}),
    "min_lines": frozenset({"run", "tail"}),
    "max_lines": frozenset({"block", "head", "tail"}),
}


def _key(text: str, default: Any = None) -> Any:
    """A key that may be left out; the text is what editors show."""
    return Field(default_factory=list, description=text) if default is list else Field(default=default, description=text)


class WhereTable(Table):
    """A place, counted in non-blank lines that no rule would take."""

    first: Count | None = _key("Only among the first so many lines.")
    last: Count | None = _key("Only among the last so many lines.")


class ExampleTable(Table):
    """A text before and after this rule alone."""

    before: str = Field(description="The text.")
    after: str = Field(description="What must be left of it; the same text if the rule must leave it alone.")


class RuleTable(Table):
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


class RuleFileTable(Table):
    """Rules for one family of chrome or one site."""

    title: Text = Field(description="What the file is for, in a few words.")
    about: Text = Field(description="The same in a sentence.")
    languages: Languages | None = _key("Default for all rules of the file.")
    sites: list[Text] = _key("Hosts; the rules apply only to pages whose --url is there, or that bear the fingerprint.", list)
    fingerprint: Pattern | None = _key("A mark in the text by which the site is told without a URL.")
    terms: dict[Id, Text | list[Text]] = Field(
        default_factory=dict, description="Patterns (strings) or words (lists) that patterns use as {{name}}."
    )
    disable: list[Text] = _key("Rules of the layers below to switch off: names, or globs such as common/captions/*.", list)
    confidence: dict[Text, Confidence] = Field(
        default_factory=dict, description="Rules of the layers below, by name or glob, that are to have another confidence."
    )
    rule: list[RuleTable] = _key("The rules.", list)


def json_schema() -> dict[str, Any]:
    """JSON Schema of rule files, by which editors complete and check them."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **RuleFileTable.model_json_schema()}
