"""Run the examples inside rule files: a rule proves itself or doesn't ship."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cleaner.engine import Engine
from cleaner.errors import Problem
from cleaner.model import TIDY, Hints, Rule


@dataclass(frozen=True, slots=True)
class Report:
    """What came of putting rules to the proof.

    Attributes:
        rules: Number of rules that were tested.
        texts: Number of example texts that were run.
        problems: What the rules fail to prove.
    """

    rules: int
    texts: int
    problems: tuple[Problem, ...]


def prove(rules: Sequence[Rule], others: Iterable[Rule] = ()) -> Report:
    """Put rules to the proof: each alone against its own examples, and all against what the others say is article.

    Args:
        rules: Those to be proved.
        others: Further rules in force; they and the tested ones must leave each other's `keeps` alone.
    """
    problems = [problem for rule in rules for problem in check(rule)]
    problems += check_keeps(rules, others)
    texts = sum(len(rule.removes) + len(rule.keeps) + len(rule.examples) for rule in rules)
    return Report(len(rules), texts, tuple(problems))


def check(rule: Rule) -> Iterator[Problem]:
    """What one rule, alone, fails to prove.

    A text under `removes` must go whole, one under `keeps` must stay as it is, an example's `before` must turn into its `after`.
    Sites and fingerprint count as met.
    """
    engine = Engine([_anywhere(rule)], guarded=False)
    hints = _hints(rule)

    def problem(message: str, remedy: str = "") -> Problem:
        return Problem(rule.file, rule.line, rule.name, message, remedy)

    if not rule.removes and all(example.before == example.after for example in rule.examples):
        yield problem("nothing shows that it removes anything", "add a text to 'removes', or a [[rule.example]] with before and after")
    if not rule.keeps and all(example.before != example.after for example in rule.examples):
        yield problem("nothing shows what it leaves alone", "add a near miss to 'keeps'")
    for text in rule.removes:
        left = engine.clean(text, hints).text.strip()
        if left:
            yield problem(f"should remove {text!r} but leaves {left!r}", "see why: cleaner explain --text")
    for text in rule.keeps:
        gone = engine.clean(text, hints).removals
        if gone:
            yield problem(f"should leave {text!r} but removes {gone[0].text!r}", "narrow the pattern, or add an 'unless'")
    for example in rule.examples:
        after = engine.clean(example.before, hints).text
        if after != example.after:
            yield problem(f"should turn {example.before!r} into {example.after!r} but gives {after!r}")


def check_keeps(rules: Sequence[Rule], others: Iterable[Rule] = ()) -> Iterator[Problem]:
    """Texts that one rule keeps and another takes, where at least one of the two is under test.

    A rule for some sites is asked about texts of its own file only: elsewhere it isn't at work.
    """
    tested = {rule.name for rule in rules}
    everyone = [*rules, *(rule for rule in others if rule.name not in tested)]
    everywhere = [rule for rule in everyone if not (rule.sites or rule.fingerprint)]
    engines: dict[tuple[str, bool], Engine] = {}
    for owner in everyone:
        key = (owner.file if owner.sites or owner.fingerprint else "", owner.name in tested)
        if owner.keeps and key not in engines:
            asked = everywhere if key[1] else [rule for rule in everywhere if rule.name in tested]
            own = [_anywhere(rule) for rule in everyone if key[0] and rule.file == key[0]]
            engines[key] = Engine([*asked, *own], guarded=False)
        for text in owner.keeps:
            for removal in engines[key].clean(text, _hints(owner)).removals:
                taker = next((rule for rule in everyone if rule.name == removal.rule and rule is not owner), None)
                if taker and removal.rule != TIDY:
                    blamed = taker if taker.name in tested else owner
                    message = f"{taker.name} removes {removal.text.strip()!r}, which {owner.name} keeps"
                    remedy = "narrow the one; or, if it is chrome, make it an example of the other, with the same before and after"
                    yield Problem(blamed.file, blamed.line, blamed.name, message, remedy)


def _anywhere(rule: Rule) -> Rule:
    return replace(rule, sites=(), off_sites=(), fingerprint="")


def _hints(rule: Rule) -> Hints:
    return Hints(language=rule.languages[0] if rule.languages else "")
