"""The values that travel through the house: rules in, spans and removals out. All frozen."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

Kind = Literal["match", "line", "block", "tail", "head", "run", "echo", "shape"]
Confidence = Literal["high", "medium", "low"]
Level = Literal["safe", "standard", "aggressive"]
EchoOf = Literal["title", "previous", "next", "itself"]

#: Which confidences a level trusts.
TRUSTED: Mapping[Level, frozenset[Confidence]] = {
    "safe": frozenset({"high"}),
    "standard": frozenset({"high", "medium"}),
    "aggressive": frozenset({"high", "medium", "low"}),
}

#: Name of the removals that take left-over blank lines and double spaces.
TIDY = "tidy"


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


class Points(NamedTuple):
    """Points that a line gets for one fact about it.

    Attributes:
        points: One more than `edges`: those for a value below the first edge, below the second, and so on.
        edges: In rising order.
        fact: Name of the fact (see `ruleschema.FACTS`); or
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

        >>> Points((5, 0, -5), (4, 12), "words").given(4)
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

    points: tuple[Points, ...] = ()
    start: float = 0.0
    change: float = 0.0
    prose_words: int = 10
    prose_stop_words: float = 20.0
    gap: int = 5


class Language(NamedTuple):
    """By what a language is told.

    Attributes:
        code: Such as `en`.
        words: Its commonest words, in lower case.
        letters: A pattern for one letter that only it has, for scripts of one language.
    """

    code: str
    words: tuple[str, ...] = ()
    letters: str = ""


class Try(NamedTuple):
    """One of the patterns that a rule tries in turn.

    Attributes:
        pattern: The pattern.
        many_lines: Whether it may fit several lines.
    """

    pattern: str
    many_lines: bool


class Required(NamedTuple):
    """What a pattern can't do without.

    Attributes:
        literals: Strings, folded, of which one stands where it matches: on the line, on one of the lines, or on the line after. A line end
            in them is a line's beginning or end. Without any, the pattern must be tried on every line.
        nearest: How many lines before the one with the literal the match begins, at least.
        before: And at most.
        least: Characters of the shortest line that it fits, or of which the literal stands on one.
        most: Characters of the longest.
        tail: And the most from where the literal begins to the line's end, which counts as one.
        by_line: Whether one line tells if the pattern fits it; or it takes the lines around, or a search inside the line.
    """

    literals: frozenset[str]
    nearest: int = 0
    before: int = 0
    least: int = 0
    most: int = sys.maxsize
    tail: int = sys.maxsize
    by_line: bool = True


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
    remove: Kind
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
    #: Whether its patterns are known to be sound: then no clock watches them over short lines.
    proven: bool = False
    #: What it tries in turn, if that was worked out beforehand.
    tries: tuple[Try, ...] | None = None
    #: What each of its tries requires (see `literals`), if that was, too.
    required: tuple[Required, ...] | None = None
    #: Strings of which one is in every text that bears its fingerprint, if that was; none, if none is known.
    required_of_site: frozenset[str] | None = None

    @property
    def family(self) -> str:
        """The file that the rule stands in, without its folder: `share`, `daily8`."""
        return family(self.name)

    @property
    def kept(self) -> tuple[str, ...]:
        """Texts that it must leave alone, by its own file or another."""
        return self.keeps + tuple(text for exemption in self.exemptions for text in exemption.keeps)

    def exempted(self, exemption: Exemption) -> Rule:
        """The rule with an exemption more."""
        # Side by side and never nested: a rule may have thousands of them.
        own = self.unless if self.exemptions or not self.unless else f"(?:{self.unless})"
        unless = "|".join(filter(None, (own, f"(?:{exemption.unless})")))
        return self._replace(unless=unless, exemptions=(*self.exemptions, exemption), proven=False)

    @property
    def anywhere(self) -> Rule:
        """The rule as it is where its site's pages are known to be: for trying it on its examples."""
        return self._replace(sites=(), off_sites=(), fingerprint="")

    @property
    def language(self) -> str:
        """A language of texts that the rule is for; an empty string if it is for all."""
        return self.languages[0] if self.languages else ""


class Change(NamedTuple):
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


def family(rule: str) -> str:
    """Family of a rule's full name.

    >>> family("common/share/prompt-line"), family("tidy")
    ('share', 'tidy')
    """
    parts = rule.split("/")
    return parts[-2] if len(parts) > 1 else parts[0]


class Span(NamedTuple):
    """Characters `start` to `end` (code points, end excluded) of a text, and the rule that wants them gone."""

    start: int
    end: int
    rule: str


class Removal(NamedTuple):
    """One deleted span of the input.

    Attributes:
        start: Offset of its first character in the input (code points).
        end: Offset behind its last character.
        rule: Full name of the rule that took it, or `tidy`.
        text: The deleted characters.
    """

    start: int
    end: int
    rule: str
    text: str

    @property
    def family(self) -> str:
        """Family of the rule that took it."""
        return family(self.rule)


class Hints(NamedTuple):
    """What the caller knows beside the text.

    Attributes:
        url: Address or host of the page; it switches on the rules of its site.
        language: Language tag such as `en` or `de-AT`; rules for other languages stay out.
        title: The article's title, where it isn't simply the first line.
    """

    url: str = ""
    language: str = ""
    title: str = ""

    @property
    def primary_language(self) -> str:
        """The language alone, without a region or a script.

        >>> Hints(language="de-AT").primary_language
        'de'
        """
        return self.language.lower().split("-")[0]

    @property
    def host(self) -> str:
        """Host name of `url` in lower case; an address without a scheme counts too.

        >>> Hints(url="https://www.Example.co.uk/a").host, Hints(url="example.org/x").host
        ('www.example.co.uk', 'example.org')
        """
        url = self.url if "//" in self.url else "//" + self.url
        try:
            return urlsplit(url).hostname or ""
        except ValueError:
            return ""

    def on(self, url: str) -> Hints:
        """The same for a page with an address of its own, if it has one."""
        return self._replace(url=url) if url else self

    @property
    def host_and_above(self) -> list[str]:
        """The host name and all that it lies below.

        >>> Hints(url="www.example.co.uk").host_and_above
        ['www.example.co.uk', 'example.co.uk', 'co.uk', 'uk']
        """
        parts = self.host.split(".") if self.url else []
        return [".".join(parts[number:]) for number in range(len(parts))]

    def is_on(self, sites: Collection[str]) -> bool:
        """Whether the page is on one of some sites, or below one."""
        return bool(sites) and not set(sites).isdisjoint(self.host_and_above)


class Flag(NamedTuple):
    """A reason why a text was left as it is, or not looked at everywhere.

    Attributes:
        kind: `budget`, `emptied`, `unstable` and `timeout` mean that the text came out unchanged;
            `long-line` that a line was too long to be looked at.
        message: The reason in words.
    """

    kind: str
    message: str


class Result(NamedTuple):
    """A cleaned text and everything that is gone from it.

    Attributes:
        text: The clean text.
        removals: What was deleted, sorted by place and free of overlaps; with `text` it gives the input back.
        flags: Why the text, or a line of it, was left alone.
    """

    text: str
    removals: tuple[Removal, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was deleted."""
        return bool(self.removals)
