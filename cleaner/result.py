"""Input and output of the engine: hints, spans, removals, flags, the result. All values are frozen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

Level = Literal["safe", "standard", "aggressive"]
#: Rule name of the removals that delete left-over blank lines and double spaces.
TIDY = "tidy"


def family(rule: str) -> str:
    """Family of a rule's full name.

    >>> family("en/share/prompt-line"), family("tidy")
    ('share', 'tidy')
    """
    parts = rule.split("/")
    return parts[-2] if len(parts) > 1 else parts[0]


class Span(NamedTuple):
    """Characters `start` to `end` (code points, end excluded) of a text, and the full name of the rule that deletes them."""

    start: int
    end: int
    rule: str


class Removal(NamedTuple):
    """One deleted span of the input.

    Attributes:
        start: Offset of its first character in the input (code points).
        end: Offset behind its last character.
        rule: Full name of the rule that deleted it, or `tidy`.
        text: The deleted characters.
    """

    start: int
    end: int
    rule: str
    text: str

    @property
    def family(self) -> str:
        """Family of the rule."""
        return family(self.rule)


class Hints(NamedTuple):
    """Facts about a page that the caller knows.

    Attributes:
        url: Address or host of the page; it switches on the rules of its site.
        language: Language tag such as `en` or `de-AT`; it switches off the rules for other languages.
        title: The article's title, where it isn't simply the first line.
    """

    url: str = ""
    language: str = ""
    title: str = ""

    @property
    def primary_language(self) -> str:
        """Language code without region or script. Both ways to write Norwegian are one language.

        >>> Hints(language="de-AT").primary_language, Hints(language="nb-NO").primary_language
        ('de', 'no')
        """
        code = self.language.lower().split("-")[0]
        return "no" if code in {"nb", "nn"} else code

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

    def with_url(self, url: str) -> Hints:
        """The hints with another `url`; unchanged if that is empty."""
        return self._replace(url=url) if url else self

    @property
    def host_and_above(self) -> list[str]:
        """The host name and every domain above it.

        >>> Hints(url="www.example.co.uk").host_and_above
        ['www.example.co.uk', 'example.co.uk', 'co.uk', 'uk']
        """
        parts = self.host.split(".") if self.url else []
        return [".".join(parts[index:]) for index in range(len(parts))]

    def is_on(self, sites: Collection[str]) -> bool:
        """Whether the page's host is one of `sites`, or below one."""
        return bool(sites) and not set(sites).isdisjoint(self.host_and_above)


class Flag(NamedTuple):
    """Reason why a text, or a line of it, was not cleaned.

    Attributes:
        kind: `budget`, `emptied`, `unstable` or `timeout` if the text came out unchanged; `long-line` if a line was too long to search.
        message: The reason in words.
    """

    kind: str
    message: str


class Result(NamedTuple):
    """A cleaned text; its removals, sorted and without overlaps, which together with it give the input back; and flags."""

    text: str
    removals: tuple[Removal, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the result has removals."""
        return bool(self.removals)
