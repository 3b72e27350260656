"""Run the examples inside rule files: a rule proves itself or doesn't ship."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cleaner.engine import Engine
from cleaner.errors import RuleProblem
from cleaner.model import Hints, Rule
from cleaner.ruleset import RuleSet


def check(rule_set: RuleSet) -> list[RuleProblem]:
    """Everything that the rules of a set fail to prove, each rule alone: that it removes and that it leaves."""
    return [problem for rule in rule_set.rules for problem in check_rule(rule)]


def check_rule(rule: Rule) -> Iterator[RuleProblem]:
    """What one rule fails to prove.

    A text under `removes` must go whole, one under `keeps` must stay as it is, an example's `before` must turn into its `after`.
    Sites and fingerprint count as met.
    """
    engine = Engine([replace(rule, sites=(), fingerprint="")], guarded=False)
    hints = Hints(language=rule.languages[0] if rule.languages else "")

    def problem(message: str, remedy: str = "") -> RuleProblem:
        return RuleProblem(rule.file, rule.line, rule.name, message, remedy)

    if not rule.removes and all(example.before == example.after for example in rule.examples):
        yield problem("nothing shows that it removes anything", "add a text to 'removes', or a [[rule.example]] with before and after")
    if not rule.keeps and all(example.before != example.after for example in rule.examples):
        yield problem("nothing shows what it leaves alone", "add a near miss to 'keeps'")
    for text in rule.removes:
        left = engine.clean(text, hints).text.strip()
        if left:
            yield problem(f"should remove {text!r} but leaves {left!r}")
    for text in rule.keeps:
        gone = engine.clean(text, hints).removals
        if gone:
            yield problem(f"should leave {text!r} but removes {gone[0].text!r}")
    for example in rule.examples:
        after = engine.clean(example.before, hints).text
        if after != example.after:
            yield problem(f"should turn {example.before!r} into {example.after!r} but gives {after!r}")
