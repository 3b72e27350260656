"""A rule that is proposed, and patterns for what pages have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from cleaner.authoring.learn.evidence import Place, Spot
from cleaner.authoring.learn.pages import DIGITS
from cleaner.authoring.review.drafts import pattern
from cleaner.ruleset.kind_keys import KindName


@dataclass(slots=True)
class Proposal:
    """A rule that is proposed.

    Attributes:
        remove: Kind of the rule.
        patterns: Alternatives of its pattern.
        removes: Texts from the pages that it takes, one for each alternative at least.
        spots: Places where it was seen.
        pages: Number of pages on which it was seen; copies count once.
        place: Place on most of them.
        what: What it takes, in words.
        doubt: Why it isn't sure, in words; an empty string if it is.
        headlines: For a label, the greatest number of lines below that go with it.
        max_words: Greatest number of words that it takes, or 0.
        first_lines: Number of lines at a text's start in which it is looked for, or 0 for all.
        last_lines: The same for its end.
        through: For a block, the pattern of its last line.
        min_lines: For lines in a row, the least number of them, or 0.
        max_lines: For a block or a head, the greatest number of lines in it, or 0.
        shown: Lines of which it takes a part, where it is shown by these.
    """

    remove: KindName
    patterns: tuple[str, ...]
    removes: tuple[str, ...]
    spots: tuple[Spot, ...]
    pages: int
    place: Place
    what: str
    doubt: str = ""
    headlines: int = 0
    max_words: int = 0
    first_lines: int = 0
    last_lines: int = 0
    through: str = ""
    min_lines: int = 0
    max_lines: int = 0
    shown: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Digest by which the same proposal is known in another run."""
        return digest_of({"remove": self.remove, "match": self.patterns})


def digest_of(rule: Mapping[str, object]) -> str:
    """Digest of what a rule takes, given its keys `remove` and `match`."""
    match = rule["match"]
    patterns = [match] if isinstance(match, str) else sorted(map(str, cast("Sequence[str]", match)))
    said = "\n".join([str(rule["remove"]), *patterns])
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def literal(texts: Sequence[str]) -> list[str]:
    r"""Patterns for texts that say the same: figures that differ may be any.

    >>> literal(["Comments (12)", "Comments (7)"]), literal(["Read on", "READ ON"])
    (['Comments \\(\\d{1,4}\\)'], ['Read on'])
    """
    shapes: dict[str, list[str]] = {}
    for text in texts:
        shapes.setdefault(DIGITS.sub("0", text.casefold()), []).append(text)
    found = []
    for group in shapes.values():
        figures = [DIGITS.findall(text) for text in group]
        pieces = DIGITS.split(group[0])
        source = pattern(pieces[0])
        for index, piece in enumerate(pieces[1:]):
            said = {each[index] for each in figures}
            length = max(map(len, said))
            source += (pattern(said.pop()) if len(said) == 1 else rf"\d{{1,{length + 2}}}") + pattern(piece)
        found.append(source)
    return found


def changes(texts: Sequence[str]) -> bool:
    """Whether texts that say the same differ in figures."""
    return len({tuple(DIGITS.findall(text)) for text in texts}) > 1


def variants(texts: Sequence[str]) -> tuple[str, ...]:
    """A text for each way to say something that patterns tell apart."""
    return tuple({DIGITS.sub("0", text.casefold()): text for text in reversed(texts)}.values())[::-1]
