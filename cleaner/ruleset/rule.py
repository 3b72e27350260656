"""A rule as its author wrote it, and what later layers say about it. All values are frozen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, get_args

from cleaner.patterns.facts import Alternative, Required
from cleaner.patterns.source import compiled, of_whole_lines
from cleaner.result import Level, family
from cleaner.ruleset.kinds import KINDS, Kind, KindName

Confidence = Literal["high", "medium", "low"]
EchoOf = Literal["title", "previous", "next", "itself"]

#: The surest first.
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
#: Which confidences a level trusts: the first one, two, or all.
TRUSTED: Mapping[Level, frozenset[Confidence]] = {level: frozenset(CONFIDENCES[:number]) for number, level in enumerate(get_args(Level), 1)}
#: Characters of the largest file of rules, or of a configuration. They are written by hand; more is a mistake or an attack.
SIZE_AT_MOST = 1_000_000


class Where(NamedTuple):
    """A place in the text, counted in non-blank lines that no rule would take.

    Attributes:
        first: Only the first so many lines.
        last: Only the last so many lines.
    """

    first: int | None = None
    last: int | None = None


class Example(NamedTuple):
    """A text before and after one rule alone has gone over it."""

    before: str
    after: str


class Weights(NamedTuple):
    """Points that a line gets for one fact about it.

    Attributes:
        points: One more than `edges`: those for a value below the first edge, below the second, and so on.
        edges: In rising order.
        fact: Name of the fact (see `schema.FACTS`); or
        match: a pattern, whose number of finds in the line is the value.
        line: Look not at the line but at the one so many lines after it, or before it if negative.
        around: Look at the mean over the line and so many lines on either side.
        seen: Look at the highest value from the first prose up to the line: menus above it name everything.
        none: Points where there is no value: no such line, or a language that isn't known.
    """

    points: tuple[float, ...]
    edges: tuple[float, ...]
    fact: str = ""
    match: str = ""
    line: int = 0
    around: int = 0
    seen: bool = False
    none: float = 0.0

    def given(self, value: float | None) -> float:
        """Points for a value.

        >>> Weights((5, 0, -5), (4, 12), "words").given(4)
        0
        """
        return self.none if value is None else self.points[bisect_right(self.edges, value)]


class Shape(NamedTuple):
    """How a rule of kind `shape` judges lines.

    Attributes:
        points: Rows of points; a line's are added up.
        start: Points that every line has to begin with.
        change: Points that each change between article and chrome costs, from one line to the next.
        prose_words: From how many words on a line that ends a sentence may be prose.
        prose_stop_words: Percentage of stop words that it must have then, if the language is known.
        gap: Lines without prose that part two stretches of it.
    """

    points: tuple[Weights, ...] = ()
    start: float = 0.0
    change: float = 0.0
    prose_words: int = 10
    prose_stop_words: float = 20.0
    gap: int = 5


class LanguageProfile(NamedTuple):
    """By what a language is told.

    Attributes:
        code: Such as `en`.
        words: Its commonest words, in lower case.
        letters: A pattern for one letter that only it has, for scripts of one language.
    """

    code: str
    words: tuple[str, ...] = ()
    letters: str = ""


class Exemption(NamedTuple):
    """What a later layer keeps from one rule.

    Attributes:
        rule: The rule's full name.
        unless: A pattern; nothing goes if it is found in what would go, as with the rule's own `unless`.
        keeps: Texts that the rule must leave alone then.
        file: Path of the file that says so.
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
    """One rule as its file gives it, with terms filled in and file-wide settings inherited.

    Patterns are source text; the engine compiles them. `rules/README.md` explains every field to authors.
    Word and line limits count the whole removed span.
    """

    name: str
    about: str
    remove: KindName
    confidence: Confidence = "high"
    match: str = ""
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
    languages: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    off_sites: tuple[str, ...] = ()
    fingerprint: str = ""
    removes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    #: What later layers keep from it; their patterns are part of `unless`.
    exemptions: tuple[Exemption, ...] = ()
    file: str = ""
    line: int = 0
    layer: str = ""

    @property
    def kind(self) -> Kind:
        """What it has in common with the rules of its kind."""
        return KINDS[self.remove]

    @property
    def family(self) -> str:
        """The file that the rule stands in, without its folder: `share`, `daily8`."""
        return family(self.name)

    @property
    def all_keeps(self) -> tuple[str, ...]:
        """Texts that it must leave alone, by its own file or another."""
        return self.keeps + tuple(text for exemption in self.exemptions for text in exemption.keeps)

    def exempted(self, exemption: Exemption) -> Rule:
        """The rule with an exemption more."""
        # Side by side and never nested: a rule may have thousands of them.
        own = self.unless if self.exemptions or not self.unless else f"(?:{self.unless})"
        unless = "|".join(filter(None, (own, f"(?:{exemption.unless})")))
        return self._replace(unless=unless, exemptions=(*self.exemptions, exemption))

    @property
    def language(self) -> str:
        """A language of texts that the rule is for; an empty string if it is for all."""
        return self.languages[0] if self.languages else ""


class PreparedRule(NamedTuple):
    """A rule as the engine runs it: with all that can be told from its patterns before there is a text (see `prepare`).

    Attributes:
        rule: The rule as its author wrote it.
        alternatives: The patterns that it tries in turn; none where lines are found by other means.
        required: What each of these can't do without.
        fingerprint_literals: Strings of which one is in every text that bears its fingerprint; none, if none is known.
        trusted: Whether its patterns are known to be sound: then no clock watches them over short lines.
    """

    rule: Rule
    alternatives: tuple[Alternative, ...]
    required: tuple[Required, ...]
    fingerprint_literals: frozenset[str]
    trusted: bool

    @property
    def name(self) -> str:
        """The rule's full name."""
        return self.rule.name

    @property
    def patterns(self) -> Iterator[str]:
        """All patterns that it may have compiled, as `compiled` gets them."""
        rule = self.rule
        yield from (of_whole_lines(each.pattern) if each.many_lines else each.pattern for each in self.alternatives)
        others = (rule.until, rule.through, rule.unless, rule.previous, rule.next, rule.rest, rule.fingerprint)
        yield from (pattern for pattern in others if pattern)
        yield from (row.match for row in (rule.shape.points if rule.shape else ()) if row.match)

    @property
    def without_sites(self) -> PreparedRule:
        """The rule as it is where its site's pages are known to be: for trying it on its examples."""
        return self._replace(rule=self.rule._replace(sites=(), off_sites=(), fingerprint=""), fingerprint_literals=frozenset())

    def exempted(self, exemption: Exemption) -> PreparedRule:
        """The rule with an exemption more, whose pattern may be a stranger's."""
        return self._replace(rule=self.rule.exempted(exemption), trusted=False)


class Override(NamedTuple):
    """What a later layer changes about rules of the layers below it.

    Attributes:
        pattern: Full name of a rule, or a glob that fits several.
        confidence: Their new confidence; None switches them off.
        sites: Hosts on which they are off; empty means everywhere.
        file: Path of the file that says so, or the name of what else does.
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
        """What says so: file and line, or a name."""
        return f"{self.file}:{self.line}" if self.line else self.file


def is_about(exemption: Exemption, text: str, seconds: float) -> bool:
    """Whether an exemption's pattern is found in a text, or in one of its lines.

    Raises:
        TimeoutError: A search took longer than so many seconds of processor time.
    """
    search = compiled(exemption.unless).search
    return any(search(part, timeout=seconds) for part in (text, *map(str.strip, text.split("\n"))))
