"""How near a line comes to the fixed words by which a rule is looked for."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from cleaner.patterns.requirements import required_in_line
from cleaner.patterns.source import compiled
from cleaner.ruleset.layers import SHIPPED
from cleaner.ruleset.rule import PreparedRule

#: Characters of a pattern's fixed words below which every line nearly holds them.
SPELLED_FROM = 4


def fixed_words(prepared: PreparedRule) -> list[frozenset[str]]:
    """For each of a rule's tries, the words by which it is looked for; one's own rules are looked at by their beginnings."""
    if prepared.rule.layer == SHIPPED:
        return [frozenset(literal.strip("\n") for literal in required.literals) for required in prepared.required]
    return [required_in_line(_first_line(each.pattern)) for each in prepared.alternatives]


def _first_line(pattern: str) -> str:
    """What a pattern of several lines says of the first, as far as that can be cut off."""
    first = pattern.split(r"\n")[0]
    try:
        compiled(first)
    except regex.error:
        return pattern
    return first


def holds(text: str, literal: str) -> bool:
    """Whether a folded text holds a literal, or ends in a good part of its beginning."""
    long = len(literal) >= SPELLED_FROM
    return (long and literal in text) or any(text.endswith(literal[:length]) for length in range(SPELLED_FROM, len(literal)))


def almost_holds(text: str, literals: Iterable[str]) -> bool:
    """Whether at least half of the three-letter pieces of some fixed words are in a folded text."""
    for literal in literals:
        pieces = [literal[at : at + 3] for at in range(len(literal) - 2)]
        if len(literal) >= SPELLED_FROM and 2 * sum(piece in text for piece in pieces) >= len(pieces):
            return True
    return False
