"""Rules as their authors wrote them, and changes to them by later layers. All values are frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias, get_args

from cleaner.patterns.source import compiled, of_whole_lines, surrounded
from cleaner.patterns.values import Alternative, Required
from cleaner.result import Level, family
from cleaner.ruleset.kind_keys import KINDS, Kind, KindName

Confidence = Literal["high", "medium", "low"]
EchoOf = Literal["title", "previous", "next", "itself"]
ProseBehind = Literal["less", "any"]

#: All confidences, the highest first.
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
#: Confidences that each level trusts: the first one, two, or all.
TRUSTED: Mapping[Level, frozenset[Confidence]] = {level: frozenset(CONFIDENCES[:number]) for number, level in enumerate(get_args(Level), 1)}
#: Greatest length in characters of a rule file or a configuration. They are written by hand; more is a mistake or an attack.
SIZE_AT_MOST = 1_000_000


class Where(NamedTuple):
    """Part of a text: its first `first` or last `last` lines, counting only non-blank lines that no rule removes."""

    first: int | None = None
    last: int | None = None


class Example(NamedTuple):
    """A text before and after cleaning by one rule alone."""

    before: str
    after: str


class Feature(NamedTuple):
    """A fact about a line, or about the lines around it.

    Attributes:
        name: Name of the fact (see `schema.FACTS`), or of one of the shape's patterns or lists of words.
        first: Offset in lines to the first line that counts: 1 is the next line, -1 the line before.
        last: Offset in lines to the last line that counts; the value is the mean of all.
        seen: Whether the highest value from the first prose up to the line counts: menus above it name everything.
    """

    name: str
    first: int = 0
    last: int = 0
    seen: bool = False

    def __str__(self) -> str:
        if self.seen:
            return f"{self.name} so far"
        if self.first == self.last:
            return f"{self.name} of line {self.first:+d}" if self.first else self.name
        return f"{self.name} of lines {self.first:+d} to {self.last:+d}"


class Question(NamedTuple):
    """A decision tree that asks whether a feature (by index) is below a bound, with the trees for either answer."""

    feature: int
    bound: float
    below: float | Question
    above: float | Question


#: A decision tree, or the points at its end.
Tree: TypeAlias = float | Question


class Shape(NamedTuple):
    """Decision trees by which a rule of kind `shape` classifies lines.

    Attributes:
        trees: The trees; the points of a line are added up.
        features: The features that the trees ask about.
        patterns: Patterns by name; the number of their matches in a line is a fact.
        words: Lists of words by name; how many of them a line holds is a fact.
        start: Points that every line has from the start.
        change: Points that each change between article and chrome costs, from one line to the next.
        inside: Number of words, as a share of those in prose, that may go between the first and the last prose.
        prose_words: Least number of words in prose, a line that ends a sentence.
        prose_stop_words: Least percentage of stop words in prose, if the language is known.
        gap: Number of lines without prose that separates two stretches of it.
    """

    trees: tuple[Tree, ...] = ()
    features: tuple[Feature, ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    start: float = 0.0
    change: float = 0.0
    inside: float | None = None
    prose_words: int = 10
    prose_stop_words: float = 20.0
    gap: int = 5


class LanguageProfile(NamedTuple):
    """Features by which a language is detected.

    Attributes:
        code: Language code, such as `en`.
        words: The commonest words, in lower case.
        letters: Pattern for one small letter: with words, of all those that the language has beyond a to z; without, of a script that only
            this language is written in.
        abbreviations: Words behind whose full stop a sentence goes on, in lower case and without it.
        addresses: Words by which the reader is addressed, in lower case; some languages write them with a capital letter.
        everywhere: Whether phrases in the language stand on pages in any language.
        name: What people call the language.
    """

    code: str
    words: tuple[str, ...] = ()
    letters: str = ""
    abbreviations: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    everywhere: bool = False
    name: str = ""


class Exemption(NamedTuple):
    """Exemption from one rule, by a later layer.

    Attributes:
        rule: Full name of the rule.
        unless: Pattern that prevents a removal if it matches in the text to be removed, as the rule's own `unless`.
        keeps: Texts that the rule must leave unchanged.
        file: Path of the file that holds the exemption.
        line: Line number from 1.
        column: Column from 1.
    """

    rule: str
    unless: str
    keeps: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    column: int = 0


class Rule(NamedTuple):
    """One rule of a file, with terms filled in and file-wide settings inherited.

    Patterns are source text; the engine compiles them. `rules/README.md` explains every field to authors.
    Word and line limits count the whole removed span.
    """

    name: str
    about: str
    remove: KindName
    confidence: Confidence = "high"
    match: str = ""
    #: Patterns of signs that may stand before and behind what `match` fits.
    decoration: tuple[str, str] = ("", "")
    #: Whether a line rule looks at parts of lines, too; and whether sentences that only a wildcard of its pattern matches belong to it.
    parts: bool = True
    sentences: bool = False
    unless: str = ""
    until: str = ""
    through: str = ""
    previous: str = ""
    next: str = ""
    of: EchoOf | None = None
    rest: str = ""
    shape: Shape | None = None
    where: Where | None = None
    min_words: int | None = None
    max_words: int | None = None
    min_lines: int | None = None
    max_lines: int | None = None
    #: Number of headlines under the matched lines that go with them.
    headlines: int | None = None
    #: How much prose a tail goes on through: `less` is no more than stands above it; None means that prose ends it.
    prose: ProseBehind | None = None
    languages: tuple[str, ...] = ()
    #: Whether the rule also applies to texts in other languages than `languages`.
    everywhere: bool = False
    sites: tuple[str, ...] = ()
    off_sites: tuple[str, ...] = ()
    fingerprint: str = ""
    #: Number of pages on which learning saw what goes; 0 if nobody has counted.
    seen: int = 0
    removes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    #: Exemptions by later layers; their patterns are part of `unless`.
    exemptions: tuple[Exemption, ...] = ()
    file: str = ""
    line: int = 0
    layer: str = ""

    @property
    def pattern(self) -> str:
        """What must fit: `match`, with room for decoration around each of its alternatives."""
        return surrounded(self.match, *self.decoration) if any(self.decoration) else self.match

    @property
    def kind(self) -> Kind:
        """Properties of the rule's kind."""
        return KINDS[self.remove]

    @property
    def takes_more(self) -> bool:
        """Whether the rule may take lines beside those that its pattern matches."""
        return self.kind.takes_more or self.headlines is not None

    @property
    def takes(self) -> str:
        """What the rule removes, in plain words: `whole lines`."""
        parts = ", or parts of them" if self.remove == "line" and self.parts else ""
        return self.kind.takes + parts + (", and the headlines under them" if self.headlines is not None else "")

    @property
    def levels(self) -> tuple[Level, ...]:
        """Levels at which the rule is in force."""
        return tuple(level for level, trusted in TRUSTED.items() if self.confidence in trusted)

    @property
    def family(self) -> str:
        """Name of the rule's file without its folder: `share`, `daily8`."""
        return family(self.name)

    @property
    def all_keeps(self) -> tuple[str, ...]:
        """Texts that the rule must leave unchanged, of its own file and of exemptions."""
        return self.keeps + tuple(text for exemption in self.exemptions for text in exemption.keeps)

    def exempted(self, exemption: Exemption) -> Rule:
        """The rule with one more exemption."""
        # Alternatives, not nested groups: a rule may have thousands of exemptions.
        own = self.unless if self.exemptions or not self.unless else f"(?:{self.unless})"
        unless = "|".join(filter(None, (own, f"(?:{exemption.unless})")))
        return self._replace(unless=unless, exemptions=(*self.exemptions, exemption))

    def is_for(self, language: str) -> bool:
        """Whether the rule applies to texts in a language, or in an unknown one (an empty string)."""
        return not self.languages or not language or language in self.languages or self.everywhere

    @property
    def language(self) -> str:
        """The first language that the rule is for; an empty string if it is for all."""
        return self.languages[0] if self.languages else ""


class PreparedRule(NamedTuple):
    """A rule with facts derived from its patterns, for the engine (see `prepare`).

    Attributes:
        rule: The rule as its author wrote it.
        alternatives: Patterns to try in turn; none for kinds without a pattern.
        required: Requirements of each alternative.
        fingerprint_literals: Strings of which one is in every text with the fingerprint; empty if none are known.
        shape_literals: For each pattern of the shape, then for each word of its lists, strings of which one is in every line that holds it.
        trusted: Whether the patterns are known to be sound: then they have no time limit on short lines.
    """

    rule: Rule
    alternatives: tuple[Alternative, ...]
    required: tuple[Required, ...]
    fingerprint_literals: frozenset[str]
    shape_literals: tuple[frozenset[str], ...]
    trusted: bool

    @property
    def name(self) -> str:
        """Full name of the rule."""
        return self.rule.name

    @property
    def patterns(self) -> Iterator[str]:
        """All patterns of the rule that may be compiled, as passed to `compiled`."""
        rule = self.rule
        yield from (of_whole_lines(each.pattern) if each.many_lines else each.pattern for each in self.alternatives)
        others = (rule.until, rule.through, rule.unless, rule.previous, rule.next, rule.rest, rule.fingerprint)
        yield from (pattern for pattern in others if pattern)
        yield from (pattern for _, pattern in (rule.shape.patterns if rule.shape else ()))

    @property
    def without_sites(self) -> PreparedRule:
        """The rule without its sites and fingerprint, so that it applies to its examples."""
        return self._replace(rule=self.rule._replace(sites=(), off_sites=(), fingerprint=""), fingerprint_literals=frozenset())

    def exempted(self, exemption: Exemption) -> PreparedRule:
        """The rule with one more exemption, whose pattern may come from a stranger."""
        return self._replace(rule=self.rule.exempted(exemption), trusted=False)


class Override(NamedTuple):
    """Change of rules of the layers below, by a later layer.

    Attributes:
        pattern: Full name of a rule, or a glob for several.
        confidence: New confidence; None switches the rules off.
        sites: Hosts on which the rules are off; empty means everywhere.
        file: Path of the file that makes the change, or the name of another source, such as an option.
        line: Line number from 1, or 0.
        column: Column from 1, or 0.
    """

    pattern: str
    confidence: Confidence | None = None
    sites: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    column: int = 0

    @property
    def origin(self) -> str:
        """Source of the change: file and line, or the name of an option."""
        return f"{self.file}:{self.line}" if self.line else self.file


def is_about(exemption: Exemption, text: str, seconds: float) -> bool:
    """Whether an exemption's pattern matches in a text, or in one of its lines.

    Raises:
        TimeoutError: A search took longer than `seconds` of processor time.
    """
    search = compiled(exemption.unless).search
    return any(search(part, timeout=seconds) for part in (text, *map(str.strip, text.split("\n"))))
