"""Preparation of rules for the engine: their alternatives, and the requirements of each. Slow to import; cached rules don't need it."""

from __future__ import annotations

from collections.abc import Sequence, Set

import regex

from cleaner.patterns.requirements import required_in_line, required_in_text, required_of_line, required_of_lines
from cleaner.patterns.source import spans_lines, split_alternatives
from cleaner.patterns.values import Alternative, Required
from cleaner.ruleset.rule import PreparedRule, Rule, Shape


def prepare(rule: Rule, common: Set[str] = frozenset(), trusted: bool = False) -> PreparedRule:
    """The rule with its alternatives and their requirements.

    Args:
        rule: The rule as its author wrote it.
        common: The commonest words of languages, which are avoided as literals.
        trusted: Whether the rule's patterns are known to be sound.
    """
    alternatives = _alternatives(rule)
    required = tuple(_required(rule, alternative, common) for alternative in alternatives)
    fingerprint_literals = required_in_text(rule.fingerprint) if rule.fingerprint else frozenset()
    return PreparedRule(rule, tuple(alternatives), required, fingerprint_literals, shape_literals(rule.shape), trusted)


def shape_literals(shape: Shape | None) -> tuple[frozenset[str], ...]:
    """For each pattern of a shape, then for each word of its lists, strings of which one is in every line that holds it."""
    if not shape:
        return ()
    words = (regex.escape(word) for _, listed in shape.words for word in listed)
    return tuple(map(required_in_line, (*(pattern for _, pattern in shape.patterns), *words)))


def _alternatives(rule: Rule) -> Sequence[Alternative]:
    """The alternatives of a rule's pattern; a pattern searched for inside lines stays whole."""
    if rule.kind.searches:
        return [Alternative(rule.pattern, False)]
    return [Alternative(part, spans_lines(part)) for part in split_alternatives(rule.pattern)] if rule.match else []


def _required(rule: Rule, alternative: Alternative, common: Set[str]) -> Required:
    pattern = alternative.pattern
    if rule.kind.searches:
        return Required(required_in_line(pattern, common), by_line=False)
    if alternative.many_lines:
        return required_of_lines(pattern, common)
    required = required_of_line(pattern, common)
    if not required.literals and not rule.takes_more and rule.next:
        behind = required_of_line(rule.next, common).literals
        if behind:
            return Required(behind, 1, 1, by_line=False)
    return required
