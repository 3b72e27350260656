"""Schema of rule files, for the reader and for editors. Docstrings and descriptions of tables are shown by editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag

from cleaner.ruleset.kind_keys import KindName
from cleaner.ruleset.rule import Confidence, EchoOf, ProseBehind
from cleaner.ruleset.toml_reader import TEXT, WORDS, Table


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _term_tag(value: object) -> str:
    return WORDS if isinstance(value, list) else TEXT


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Texts = Annotated[list[Text], Field(min_length=1)]
Pattern = Annotated[Texts, BeforeValidator(_listed, json_schema_input_type=Text | Texts)]  # any one of them
Term = Annotated[Annotated[Text, Tag(TEXT)] | Annotated[list[Text], Tag(WORDS)], Discriminator(_term_tag)]  # a pattern, or words
Count = Annotated[int, Field(ge=1)]
Languages = Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]], Field(min_length=1)]

#: The keys that hold patterns.
PATTERNS = ("match", "unless", "until", "through", "previous", "next", "rest", "fingerprint")

#: Features that weights may be for, with their meanings.
FACTS: Mapping[str, str] = {
    "words": "words in the line; in scripts without spaces, two characters count as one",
    "length": "characters in the line",
    "relative-words": "words in the line, as a multiple of the median of the text's lines of prose",
    "ends": "1 if the line ends a sentence",
    "sentences": "sentence ends in the line",
    "dropped": "1 if the line breaks off with an ellipsis",
    "stop-words": "percentage of its words that are among the commonest of the language",
    "capitals": "percentage of its words that begin with a capital",
    "upper": "1 if all its letters are capitals",
    "small": "1 if it begins with a small letter",
    "bullet": "1 if it begins with a bullet, an arrow or another sign of a list",
    "digits": "percentage of its characters that are digits",
    "signs": "percentage of its characters that are neither letters nor digits nor spaces",
    "bars": "characters such as | • · » / › that part the items of a menu",
    "commas": "commas",
    "quotes": "quotation marks",
    "colon": "1 if it ends with a colon",
    "blank-before": "1 if a blank line stands before it",
    "blank-share": "share of the text's lines that have a blank line before them",
    "repeats": "times that the text holds the same line",
    "removed": "1 if another rule takes the line",
    "known-words": "share of its words of four letters or more that other lines of prose hold",
    "prose": "1 if it ends a sentence and has the words and stop words that the rule asks of prose",
    "prose-words": "its words if it is prose, else 0",
    "prose-total": "words of prose in the text",
    "prose-share": "share of the text's words that are in prose",
    "words-before": "words of prose before the line",
    "words-after": "words of prose after the line",
    "prose-before": "percentage of the text's prose that stands before the line",
    "prose-after": "percentage of the text's prose that stands after the line",
    "since-prose": "lines since the last prose, from the text's start if there is none",
    "until-prose": "lines until the next prose, to the text's end if there is none",
    "gap": "lines in a row without prose, of which it is one; 0 in prose",
    "stretch": "percentage of the text's prose that stands in the same stretch of prose, which ends where enough lines without any follow",
    "before-main": "lines from it to the stretch with the most prose, if that comes after it; else 0",
    "from-main": "lines from the stretch with the most prose to it, if that comes before it; else 0",
    "from-start": "lines before it",
    "from-end": "lines after it",
    "lines": "lines of the text",
}


def _key(text: str, default: Any = None) -> Any:
    """An optional key, with the description that editors show."""
    return Field(default_factory=default, description=text) if default in (list, dict) else Field(default=default, description=text)


class WhereTable(Table):
    """A place, counted in non-blank lines that no rule would take."""

    first: Count | None = _key("Only among the first so many lines.")
    last: Count | None = _key("Only among the last so many lines.")


class ExampleTable(Table):
    """A text before and after this rule alone."""

    before: str = Field(description="The text.")
    after: str = Field(description="What must be left of it; the same text if the rule must leave it alone.")


class ShapeTable(Table):
    """How lines are judged by what they look like."""

    start: float = _key("Points that every line has to begin with.", 0.0)
    change: Annotated[float, Field(ge=0)] = _key("Points that each change from article to chrome or back costs.", 0.0)
    inside: Annotated[float, Field(gt=0)] | None = _key(
        "How many words may go between the first and the last prose, as a share of the words in prose; if it would be more, none go there."
    )
    prose_words: Count = _key("From how many words on a line that ends a sentence may be prose.", 10)
    prose_stop_words: float = _key("Percentage of stop words that prose must have, if the language is known.", 20.0)
    gap: Count = _key("Lines without prose that part two stretches of it.", 5)
    patterns: dict[Id, Pattern] = _key("Patterns by name; how often one is found in a line is a fact that trees may ask about.", dict)
    words: dict[Id, list[Text]] = _key("Lists of words by name; how many of them stand in a line is a fact that trees may ask about.", dict)
    trees: Annotated[list[Text], Field(min_length=1)] = Field(
        description="Decision trees, such as 'words < 4 ? 10 : ends < 1 ? 2 : -9'; a line's points are added up."
    )


class RuleTable(Table):
    """One rule."""

    id: Id = Field(description="Name inside the file: small letters, digits, hyphens.")
    about: Text = Field(description="What it removes, in a sentence for people.")
    remove: KindName = Field(description="What goes where the pattern matches.")
    confidence: Confidence = _key("How sure a match is chrome: --level safe takes high only, standard also medium, aggressive all.", "high")
    match: Pattern | None = _key("The pattern. It must fit a whole line, except for remove = 'match'. A list means any one of them.")
    decoration: bool | None = _key(
        "line: whether the signs before and behind what fits the pattern are passed over, as they are if not said."
    )
    parts: bool | None = _key("line: whether it also looks at the parts of a line, such as its sentences, as it does if not said.")
    sentences: bool | None = _key(
        "line: whether sentences that only a wildcard of the pattern matches go along, as those of a caption do; they stay if not said."
    )
    unless: Pattern | None = _key("Nothing goes if this is found in what would go.")
    until: Pattern | None = _key("block: the line that ends it and stays.")
    through: Pattern | None = _key("block: the last line that goes.")
    previous: Pattern | None = _key("The non-blank line before must fit this.")
    next: Pattern | None = _key("The non-blank line after must fit this.")
    of: EchoOf | None = _key("echo: what the line repeats.")
    rest: Pattern | None = _key("echo of next: what the next line says beyond this one.")
    shape: ShapeTable | None = _key("shape: the trees that decide.")
    where: WhereTable | None = _key("Where in the text.")
    min_words: Count | None = _key("At least so many words would go.")
    max_words: Count | None = _key("At most so many words would go.")
    min_lines: Count | None = _key("run, tail, line with headlines: at least so many non-blank lines would go.")
    max_lines: Count | None = _key("block, head, tail: at most so many non-blank lines would go.")
    headlines: Count | None = _key("line: up to so many headlines under it go with it; the first line that may be prose ends them.")
    prose: ProseBehind | None = _key(
        "tail: how much prose it may go on through: no more than stands above it, or any; if not said, prose ends it."
    )
    languages: Languages | None = _key("Only in texts known to be in one of these languages, or of unknown language.")
    seen: Count | None = _key("Pages on which `cleaner learn` saw what goes; audits say it.")
    removes: list[Text] = _key("Texts that must go whole.", list)
    keeps: list[Text] = _key("Near misses that must stay as they are.", list)
    not_mine: list[Text] = _key("Texts that are chrome, but another rule's: this one must leave them alone.", list)
    example: list[ExampleTable] = _key("Examples with neighbours.", list)


class ExemptionTable(Table):
    """What one rule, of the layers below or of this one, is to leave alone."""

    rule: Text = Field(description="The rule's full name.")
    unless: Pattern = Field(description="Nothing goes if this is found in what would go; it looks at one line.")
    keeps: Annotated[list[Text], Field(min_length=1)] = Field(description="Texts that must stay as they are.")


class RuleFileTable(Table):
    """Rules for one family of chrome or one site."""

    title: Text = Field(description="What the file is for, in a few words.")
    about: Text = Field(description="The same in a sentence.")
    languages: Languages | None = _key("Default for all rules of the file, in place of the language that its folder is named after.")
    sites: list[Text] = _key("Hosts; the rules apply only to pages whose --url is there, or that bear the fingerprint.", list)
    fingerprint: Pattern | None = _key("A mark in the text by which the site is told without a URL.")
    sentences: bool | None = _key("Default for all line rules of the file: see the rules' key.")
    terms: dict[Id, Term] = Field(default_factory=dict, description="Patterns (strings) or words (lists) that patterns use as {{name}}.")
    disable: list[Text] = _key("Rules of the layers below to switch off: names, or globs such as any/credits/*.", list)
    confidence: dict[Text, Confidence] = Field(
        default_factory=dict, description="Rules of the layers below, by name or glob, that are to have another confidence."
    )
    exemption: list[ExemptionTable] = _key("What rules of the layers below, or of this one, are to leave alone.", list)
    rule: list[RuleTable] = _key("The rules.", list)


class LanguageTable(Table):
    """By what a language is told: either of the two, or both."""

    words: Annotated[list[Text], Field(min_length=10)] | None = _key("Its commonest words.")
    letters: Text | None = _key(
        "A pattern for one letter: with words, of all its small letters beyond a to z; without, of a script that only it has."
    )
    abbreviations: list[Text] = _key("Words behind whose full stop a sentence goes on, without it.", list)
    addresses: list[Text] = _key("Words by which the reader is addressed.", list)
    name: Text | None = _key("What people call it, in English.")
    everywhere: bool = _key("Whether its phrases (line and match rules of high confidence) apply to texts in all languages.", False)


class LanguageFileTable(Table):
    """The languages that texts are told to be in."""

    title: Text
    about: Text
    language: dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], LanguageTable]


class FamilyFileTable(Table):
    """What the rules of each family take."""

    title: Text
    about: Text
    family: dict[Text, Text]


class RenamedFileTable(Table):
    """What rules were called before."""

    title: Text
    about: Text
    renamed: dict[Text, Text]


def json_schema() -> dict[str, Any]:
    """JSON Schema of rule files, by which editors complete and check them."""
    return {"$schema": "http://json-schema.org/draft-07/schema#", **RuleFileTable.model_json_schema()}
