"""Tests of rules by the examples in their files; a rule that fails doesn't ship."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cleaner.engine.deadline import MATCH_SECONDS
from cleaner.engine.engine import Engine
from cleaner.errors import Problem
from cleaner.patterns.soundness import missing_backslashes
from cleaner.patterns.source import split_alternatives
from cleaner.patterns.values import Use
from cleaner.result import TIDY, Hints, Result
from cleaner.ruleset.rule import Exemption, PreparedRule, Rule, is_about

#: Number of other rules' texts from which on a rule for some sites is too broad; and number of such texts that are reported for one rule.
_TOO_BROAD, _CONFLICTS_AT_MOST = 3, 3


@dataclass(frozen=True, slots=True)
class Report:
    """Results of the examples: numbers of rules tested and of example texts run, and problems."""

    rules: int
    texts: int
    problems: tuple[Problem, ...]


def run_examples(rules: Sequence[PreparedRule], others: Iterable[PreparedRule] = ()) -> Report:
    """Run the examples of rules: each rule alone on its own examples; and all rules, with `others` in force, on each other's `keeps`."""
    problems = [problem for rule in rules for problem in check(rule)]
    problems += check_keeps(rules, others)
    texts = sum(len(rule.rule.removes) + len(rule.rule.all_keeps) + len(rule.rule.examples) for rule in rules)
    return Report(len(rules), texts, tuple(problems))


def example_engine(rules: Iterable[PreparedRule]) -> Engine:
    """Engine for examples: rules apply on all sites, and texts may lose everything."""
    return Engine([rule.without_sites for rule in rules], guarded=False)


def example_results(prepared: PreparedRule) -> Iterator[Result]:
    """Results of a rule alone on the texts `before` of its examples."""
    if prepared.rule.examples:
        engine = example_engine([prepared])
        yield from (engine.clean(example.before, Hints(language=prepared.rule.language)) for example in prepared.rule.examples)


def check(prepared: PreparedRule) -> Iterator[Problem]:
    """Problems of one rule with its own examples.

    A text under `removes` must be removed whole, one under `keeps` must stay unchanged, an example's `before` must become its `after`.
    The rule applies whatever its sites and fingerprint are.
    """
    rule = prepared.rule
    engine = example_engine([prepared])
    hints = Hints(language=rule.language)

    def problem(message: str, remedy: str = "") -> Problem:
        return Problem(rule.file, rule.line, rule.name, message, remedy)

    if not rule.removes and all(example.before == example.after for example in rule.examples):
        yield problem("nothing shows that it removes anything", "add a text to 'removes', or a [[rule.example]] with before and after")
    if not rule.keeps and all(example.before != example.after for example in rule.examples):
        yield problem("nothing shows what it leaves alone", "add a near miss to 'keeps'")
    for text in rule.removes:
        left = engine.clean(text, hints).text.strip()
        if left and not _is_exempt(rule, text):
            yield problem(f"should remove {text!r} but leaves {left!r}", _advice(rule, text))
    yield from _kept(rule, engine, hints)
    for example in rule.examples:
        after = engine.clean(example.before, hints).text
        if after != example.after and not _is_exempt(rule, example.before):
            yield problem(f"should turn {example.before!r} into {example.after!r} but gives {after!r}")


def _is_exempt(rule: Rule, text: str) -> bool:
    """Whether an exemption in another rule folder says that a text, which the rule removes, is article."""
    return any(is_about(exemption, text, MATCH_SECONDS) for exemption in rule.exemptions)


def _kept(rule: Rule, engine: Engine, hints: Hints) -> Iterator[Problem]:
    """Problems with texts in the `keeps` of a rule, or of an exemption from it, that the rule removes."""
    keepers: tuple[Rule | Exemption, ...] = (rule, *rule.exemptions)
    for keeper in keepers:
        remedy = "narrow the pattern, or add an 'unless'" if keeper is rule else "widen the exemption's 'unless'"
        for text in keeper.keeps:
            if gone := engine.clean(text, hints).removals:
                yield Problem(keeper.file, keeper.line, rule.name, f"should leave {text!r} but removes {gone[0].text!r}", remedy)


def _advice(rule: Rule, text: str) -> str:
    """Remedy for a text under `removes` that a rule doesn't remove."""
    if "\n" not in text and rule.match:
        use: Use = "found" if rule.kind.searches else "line"
        signs = next(filter(None, (missing_backslashes(pattern, text, use) for pattern in split_alternatives(rule.pattern))), "")
        if signs:
            return f"a backslash must stand before {signs} to mean the {'sign' if len(signs) == 1 else 'signs'}"
    url = f" --url https://{rule.sites[0]}/" if rule.sites else ""
    return f"see why: cleaner explain --rules {shlex.quote(rule.file)}{url} --text …"


def check_keeps(rules: Sequence[PreparedRule], others: Iterable[PreparedRule] = ()) -> Iterator[Problem]:
    """Problems with texts that one rule keeps and another removes, where at least one of the two is in `rules`.

    A rule for some sites may remove what is article elsewhere; but one that removes many such texts is too broad for any site, unless they
    all come from other sites' rules. Shapes are left out: they judge a line by its whole page, so a short text is no test for them.
    """
    tested = {rule.name for rule in rules}
    everyone = [rule for rule in (*rules, *(other for other in others if other.name not in tested)) if not rule.rule.kind.judges_pages]
    by_name = {rule.name: rule.rule for rule in everyone}
    engines = {True: example_engine(everyone), False: example_engine(rule for rule in everyone if rule.name in tested)}
    taken: dict[str, list[tuple[Rule, str, str]]] = {}
    for owner in by_name.values():
        for text in owner.all_keeps:
            result = engines[owner.name in tested].clean(text, Hints(language=owner.language))
            pieces = {removal.rule: removal.text.strip() for removal in result.removals}
            for name, piece in pieces.items():
                if name not in (TIDY, owner.name) and not _apart(by_name[name], owner):
                    taken.setdefault(name, []).append((owner, text, piece))
    for name, texts in taken.items():
        taker = by_name[name]
        if taker.sites or taker.fingerprint:
            texts = [kept for kept in texts if kept[0].file == taker.file] or (texts if len(texts) >= _TOO_BROAD else [])
        yield from _conflicts(taker, texts, tested)


def _apart(one: Rule, other: Rule) -> bool:
    """Whether two rules never meet, since they are for different sites and go by addresses alone."""
    return bool(one.sites and other.sites) and not (one.fingerprint or other.fingerprint) and not set(one.sites) & set(other.sites)


def _conflicts(taker: Rule, texts: Sequence[tuple[Rule, str, str]], tested: Iterable[str]) -> Iterator[Problem]:
    """Problems for the first few texts that a rule removes and others keep, with the number of the rest."""
    for number, (owner, text, piece) in enumerate(texts[:_CONFLICTS_AT_MOST], 1):
        blamed = taker if taker.name in tested else owner
        what = repr(piece) if piece == text.strip() else f"{piece!r} of {text!r}"
        rest = len(texts) - _CONFLICTS_AT_MOST if number == _CONFLICTS_AT_MOST else 0
        message = f"{taker.name} removes {what}, which {owner.name} keeps" + (f"; and {rest:,} texts more" if rest > 0 else "")
        remedy = "narrow it, or add an 'unless'"
        if owner.name in tested:
            remedy = f"narrow {taker.name}; or, if the text is chrome, make it an example of {owner.name}, with the same before and after"
        yield Problem(blamed.file, blamed.line, blamed.name, message, remedy)
