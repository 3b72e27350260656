"""Preparation of rules for the engine: their alternatives, and the requirements of each. Slow to import; cached rules don't need it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from cleaner.patterns.requirements import required_in_line, required_in_text, required_inside, required_of_line, required_of_lines
from cleaner.patterns.source import spans_lines, split_alternatives
from cleaner.patterns.values import Alternative, Required
from cleaner.ruleset.rule import PreparedRule, Rule, Shape

#: Requirements of a pattern, derived by a function from the pattern and the commonest words of languages.
Requirements = Callable[[Callable[[str, frozenset[str]], Required], str], Required]


def prepare(
    rule: Rule, common: frozenset[str] = frozenset(), trusted: bool = False, requirements: Requirements | None = None
) -> PreparedRule:
    """The rule with its alternatives and their requirements.

    Args:
        rule: The rule as its author wrote it.
        common: The commonest words of languages, which are avoided as literals.
        trusted: Whether the rule's patterns are known to be sound.
        requirements: What derives the requirements of a pattern by a function of `requirements`, such as a cache.
    """
    alternatives = _alternatives(rule)
    derived = requirements or (lambda derive, pattern: derive(pattern, common))
    required = tuple(_required(rule, alternative, derived) for alternative in alternatives)
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


def _required(rule: Rule, alternative: Alternative, derived: Requirements) -> Required:
    if rule.kind.searches:
        return derived(required_inside, alternative.pattern)
    if alternative.many_lines:
        return derived(required_of_lines, alternative.pattern)
    required = derived(required_of_line, alternative.pattern)
    if not required.literals and not rule.takes_more and rule.next:
        behind = derived(required_of_line, rule.next).literals
        if behind:
            return Required(behind, 1, 1, by_line=False)
    return required
