"""The catalogue of rules as one HTML page, which makes no network requests; text from rule files is always escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cleaner.render.description import Description, describe, language_names
from cleaner.report.templates import render
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.rule import CONFIDENCES, Rule

#: Greatest numbers of texts that go and of texts that stay, for each rule.
_EXAMPLES = 8


class CatalogueRule(NamedTuple):
    """A rule, and its description."""

    rule: Rule
    described: Description


def catalogue(rule_set: RuleSet) -> bytes:
    """The page of all rules in force, in UTF-8: by family, and in a family by name."""
    names = language_names(rule_set)
    counts = Counter(code for rule in rule_set.rules for code in rule.languages)
    languages = sorted(((code, names.get(code, code), count) for code, count in counts.items()), key=lambda each: each[1].casefold())
    sure = Counter(rule.confidence for rule in rule_set.rules)
    shown = {
        "title": "What the rules take",
        "total": len(rule_set.rules),
        "off": len(rule_set.off),
        "families": _families(rule_set),
        "meanings": rule_set.families,
        "languages": languages,
        "unbound": sum(not rule.languages for rule in rule_set.rules),
        "confidences": [(name, sure[name]) for name in CONFIDENCES if sure[name]],
    }
    return render("catalogue", shown)


def _families(rule_set: RuleSet) -> Mapping[str, Sequence[CatalogueRule]]:
    """Rules by family: first the families of which is said what they take, in that order, then the others by name."""
    names = sorted({rule.family for rule in rule_set.rules})
    found: dict[str, list[CatalogueRule]] = {name: [] for name in (*(name for name in rule_set.families if name in names), *names)}
    for prepared in rule_set.prepared:
        found[prepared.rule.family].append(CatalogueRule(prepared.rule, describe(prepared, rule_set, _EXAMPLES)))
    return found
