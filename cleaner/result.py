"""Input and output of the engine: hints, spans, removals, flags, the result. All values are frozen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from functools import cached_property
from itertools import accumulate
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


def is_language(tag: str) -> bool:
    """Whether a text is a language tag by its form, as BCP 47 has it.

    >>> is_language("en"), is_language("pt-BR"), is_language("english")
    (True, True, False)
    """
    first, *rest = tag.replace("_", "-").split("-")
    return 2 <= len(first) <= 3 and all(part.isascii() and part.isalnum() for part in (first, *rest)) and first.isalpha()


class Flag(NamedTuple):
    """Reason why a text, or a line of it, was not cleaned.

    Attributes:
        kind: `budget`, `emptied`, `unstable` or `timeout` if the text came out unchanged; `long-line` if a line was too long to search.
        message: The reason in words.
    """

    kind: str
    message: str


class _ResultFields(NamedTuple):
    text: str
    removals: tuple[Removal, ...] = ()
    flags: tuple[Flag, ...] = ()


class Result(_ResultFields):
    """A cleaned text, and how it came from the input.

    Places are offsets in characters (code points). Looking one up takes the logarithm of the number of removals.

    Attributes:
        text: The clean text.
        removals: What was deleted, sorted and without overlaps; together with the text it gives the input back.
        flags: Reasons why the text, or a line of it, was not cleaned.

    >>> result = Result("Ann Bob", (Removal(0, 4, "a/b/c", "Ad. "), Removal(7, 9, "a/b/c", "!!")))  # of "Ad. Ann!! Bob"
    >>> result.to_input(4), result.to_clean(10), result.to_input_span(0, 7), result.to_clean_span(0, 8)
    (10, 4, (4, 13), (0, 3))
    """

    @property
    def changed(self) -> bool:
        """Whether the result has removals."""
        return bool(self.removals)

    def to_input(self, offset: int) -> int:
        """Offset in the input of the clean text's character at an offset; the end of the text is the end of the input."""
        return offset + self._removed_before[bisect_right(self._clean_starts, offset)]

    def to_clean(self, offset: int) -> int:
        """Offset in the clean text of the input's character at an offset; if that was removed, the offset where it stood."""
        count = bisect_right(self._starts, offset)
        overlap = max(0, self.removals[count - 1].end - offset) if count else 0
        return offset - self._removed_before[count] + overlap

    def to_input_span(self, start: int, end: int) -> tuple[int, int]:
        """Span of the input from the first to behind the last character of a span of the clean text; it may hold removals."""
        first = self.to_input(start)
        return first, max(first, self.to_input(end - 1) + 1) if end > start else first

    def to_clean_span(self, start: int, end: int) -> tuple[int, int]:
        """Span of the clean text with what is left of a span of the input; empty if nothing is."""
        return self.to_clean(start), self.to_clean(end)

    @cached_property
    def _starts(self) -> list[int]:
        return [removal.start for removal in self.removals]

    @cached_property
    def _removed_before(self) -> list[int]:
        """Characters that the first so many removals took."""
        return [0, *accumulate(removal.end - removal.start for removal in self.removals)]

    @cached_property
    def _clean_starts(self) -> list[int]:
        """For each removal, the offset in the clean text where it stood."""
        return [start - removed for start, removed in zip(self._starts, self._removed_before, strict=False)]
