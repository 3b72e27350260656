"""Make a rule ready for the engine: its alternatives, and what each of them requires."""

from __future__ import annotations

from collections.abc import Set

from cleaner.patterns.facts import Alternative, Required
from cleaner.patterns.requirements import required_in_line, required_in_text, required_of_line, required_of_lines
from cleaner.ruleset.rule import Rule, alternatives


def required_by(rule: Rule, common: Set[str] = frozenset()) -> tuple[Required, ...]:
    """What each of the tries can't do without that a rule makes of its pattern.

    Args:
        rule: The rule.
        common: The commonest words of languages, which are the last to look for.
    """
    return tuple(_required(rule, each, common) for each in alternatives(rule))


def prepare(rule: Rule, common: Set[str] = frozenset()) -> Rule:
    """A rule that knows what it tries and what it can't do without (see `required_by`); what it knows already stays."""
    required, of_site = rule.required, rule.required_of_site
    return rule._replace(
        alternatives=tuple(alternatives(rule)),
        required=required_by(rule, common) if required is None else required,
        required_of_site=(required_in_text(rule.fingerprint) if rule.fingerprint else frozenset()) if of_site is None else of_site,
    )


def _required(rule: Rule, one: Alternative, common: Set[str]) -> Required:
    if rule.remove == "match":
        return Required(required_in_line(one.pattern, common), by_line=False)
    if one.many_lines:
        return required_of_lines(one.pattern, common)
    required = required_of_line(one.pattern, common)
    if not required.literals and rule.remove == "line" and rule.next:
        behind = required_of_line(rule.next, common).literals
        if behind:
            return Required(behind, 1, 1, by_line=False)
    return required
