"""Checks for rules that are valid but not good: slow, risky, shadowed by others, unproven, or never used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from time import process_time
from typing import Any

from cleaner.authoring.examples import example_engine
from cleaner.authoring.prose import glued
from cleaner.engine.deadline import MATCH_SECONDS
from cleaner.engine.engine import Engine
from cleaner.patterns.redos import probes
from cleaner.patterns.source import compiled, split_alternatives
from cleaner.patterns.syntax_tree import REPEATS, parse_tree
from cleaner.result import Hints
from cleaner.ruleset.rule import CONFIDENCES, PreparedRule, Rule, is_about
from cleaner.wording import shorten

#: Seconds of CPU that a pattern without literals may take for one line. The slowest shipped rule takes half of it.
LINE_AT_MOST = 100e-6
#: Length of a long line in characters, and seconds of CPU that a pattern may take for one.
LONG_LINE, LONG_LINE_AT_MOST = 8_000, 0.5
#: A character class that looks like a text in brackets: it holds two words.
_TEXT_IN_BRACKETS = re.compile(r"(?<!\[)\[(?![\^:])[^\]\\]*[A-Za-z]{2,} [A-Za-z]{2,}[^\]]*\]")
#: Lengths in words of the lines on which patterns without literals are timed.
_LINE_WORDS = (2, 6, 12, 25, 60)


@dataclass(frozen=True, slots=True)
class Finding:
    """Weakness of a rule; `kind` is `slow`, `risky`, `greedy`, `shadowed` or `unproven`, `message` is without a full stop."""

    rule: Rule
    kind: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.rule.file}:{self.rule.line}: rule {self.rule.name!r}: {self.kind}: {self.message} ({self.remedy})"


def lint(rules: Sequence[PreparedRule], everyone: Sequence[PreparedRule]) -> Iterator[Finding]:
    """Findings on `rules`; `everyone` are all rules in force, which may shadow them."""
    engine = example_engine(prepared for prepared in everyone if not prepared.rule.kind.judges_pages)
    by_name = {prepared.rule.name: prepared.rule for prepared in everyone}
    for prepared in rules:
        if prepared.rule.match:
            yield from _slow(prepared)
            yield from _risky(prepared.rule)
            yield from greedy(prepared)
        yield from _shadowed(prepared.rule, engine, by_name)
        yield from _unproven(prepared.rule)


def _unproven(rule: Rule) -> Iterator[Finding]:
    """Findings on exemptions whose `unless` matches none of their examples."""
    for exemption in rule.exemptions:
        if not any(is_about(exemption, text, MATCH_SECONDS) for text in exemption.keeps):
            at_fault = rule._replace(file=exemption.file, line=exemption.line)
            message = "the exemption's `unless` is found in none of its `keeps`, so they don't prove it"
            yield Finding(at_fault, "unproven", message, "add a text that the rule takes without it")


def _slow(prepared: PreparedRule) -> Iterator[Finding]:
    rule = prepared.rule
    if not all(required.literals for required in prepared.required):
        seconds = max(_seconds(rule, " ".join(["Harbour 7"] * (length // 2))) for length in _LINE_WORDS)
        if seconds > LINE_AT_MOST:
            message = f"it has no fixed words, so it is tried on every line, and takes {1e6 * seconds:,.0f} µs"
            yield Finding(rule, "slow", message, "add a fixed word, or limit its repeats")
    for probe in _long_lines(rule.pattern):
        seconds = _seconds(rule, probe)
        if seconds > LONG_LINE_AT_MOST:
            message = f"it takes {seconds:.1f} s on a line of {len(probe):,} characters such as {probe[:20] + '…'!r}"
            yield Finding(rule, "slow", message, "limit its repeats: .{0,80} rather than .*")
            return


def _long_lines(pattern: str) -> Iterator[str]:
    """The probes of a pattern, which have 1,000 characters, made longer by repeating the characters in their middle."""
    for probe in probes(pattern):
        if "\n" not in probe:
            half = len(probe) // 2
            yield probe[:half] + probe[half - 200 : half] * ((LONG_LINE - len(probe)) // 200) + probe[half:]


def _seconds(rule: Rule, line: str) -> float:
    """Seconds of CPU for matching a rule's pattern on a line, the best of three."""
    pattern = compiled(rule.pattern)
    try_on = pattern.search if rule.kind.searches else pattern.fullmatch
    best = MATCH_SECONDS
    for _ in range(3):
        start = process_time()
        try:
            try_on(line, timeout=MATCH_SECONDS)
        except TimeoutError:
            return MATCH_SECONDS
        best = min(best, process_time() - start)
        if best > LONG_LINE_AT_MOST:
            break
    return best


def _risky(rule: Rule) -> Iterator[Finding]:
    everywhere = not (rule.sites or rule.fingerprint)
    is_limited = rule.max_words or rule.kind.reaches
    if not is_limited and any(_endless(parse_tree(pattern) or ()) for pattern in split_alternatives(rule.pattern)):
        message = "its pattern goes on without limit, and one day will take what nobody thought of"
        yield Finding(rule, "risky", message, "say how much: .{0,200} rather than .*, or set max_words")
    if in_brackets := _TEXT_IN_BRACKETS.search(re.sub(r"\\[\[\]]", "  ", rule.pattern)):
        message = f"{shorten(in_brackets.group(), 30)} means any one of these characters"
        yield Finding(rule, "risky", message, "write \\[ and \\] to mean the signs")
    if rule.kind.reaches == "last" and everywhere and rule.confidence == "high" and not rule.max_lines and not _shows_more(rule):
        message = "a tail on one line's word, on every site, to the end of the text"
        yield Finding(rule, "risky", message, "let the pattern show what follows, set max_lines, or name sites")

    if rule.kind.reaches == "last" and rule.prose and not (rule.max_lines or rule.unless or r"\n" in rule.match or "\n" in rule.match):
        message = "a tail that goes on through prose, and tests nothing of what it takes"
        yield Finding(rule, "risky", message, "drop 'prose', let the pattern show what follows, or set max_lines or unless")


def greedy(prepared: PreparedRule) -> Iterator[Finding]:
    """Finding on a line rule that takes a sentence glued to the chrome that it shows."""
    rule = prepared.rule
    if rule.remove != "line" or rule.sentences:
        return
    engine = example_engine([prepared])
    for text, sentence in glued(rule):
        if sentence not in engine.clean(text, Hints(language=rule.language)).text:
            message = f"it takes a sentence of prose glued to what it shows to remove: {shorten(text, 80)!r}"
            yield Finding(rule, "greedy", message, "end it where the chrome ends; if whole sentences are meant, say sentences = true")
            return


def _shows_more(rule: Rule) -> bool:
    return any(getattr(rule, key) for key in ("previous", "next", "unless", "min_lines")) or r"\n" in rule.match or "\n" in rule.match


def _endless(nodes: Iterable[tuple[Any, Any]]) -> bool:
    """Whether a pattern repeats "any character", or a negated class, without limit."""
    for op, value in nodes:
        branches: list[Any] = []
        if op in REPEATS:
            branches = [list(value[2])]
            if value[1] is _constants.MAXREPEAT and len(branches[0]) == 1 and _any_character(*branches[0][0]):
                return True
        elif op is _constants.SUBPATTERN:
            branches = [value[3]]
        elif op is _constants.BRANCH:
            branches = value[1]
        if any(map(_endless, branches)):
            return True
    return False


def _any_character(op: Any, value: Any) -> bool:
    return op in (_constants.ANY, _constants.NOT_LITERAL) or (op is _constants.IN and value[0][0] is _constants.NEGATE)


def _shadowed(rule: Rule, everyone: Engine, by_name: Mapping[str, Rule]) -> Iterator[Finding]:
    """Finding if another rule, at least as sure and applying wherever this one does, removes all texts in this one's examples."""
    shown = [(text, "") for text in rule.removes] + [(each.before, each.after) for each in rule.examples if each.before != each.after]
    if rule.kind.judges_pages or not shown or len(split_alternatives(rule.match)) > len(shown):
        return
    hints = Hints(language=rule.language)
    first_pass = next(everyone.passes(shown[0][0], hints))
    for taker in {matcher.rule.name: matcher.prepared for matcher, _ in first_pass.hits}.values():
        other = by_name[taker.rule.name]  # with its sites, which the engine for examples knows nothing of
        if other.name == rule.name or not _as_sure(other, rule) or other.previous or other.next or other.where not in (None, rule.where):
            continue
        engine = example_engine([taker])
        if all(engine.clean(before, hints).text.strip() == after.strip() for before, after in shown):
            message = f"{other.name} takes every text that it shows to remove"
            yield Finding(rule, "shadowed", message, "drop one of them, or show under 'removes' what only this one takes")
            return


def _as_sure(other: Rule, rule: Rule) -> bool:
    """Whether `other` has at least the confidence of `rule`, and applies wherever that does."""
    if CONFIDENCES.index(other.confidence) > CONFIDENCES.index(rule.confidence) or not _covers(other.languages, rule.languages):
        return False
    return not (other.sites or other.fingerprint) or (other.sites, other.fingerprint) == (rule.sites, rule.fingerprint)


def _covers(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def fires(engine: Engine, texts: Iterable[str], hints: Hints) -> Counter[str]:
    """Number of removals from texts by each rule of an engine; rules without any are missing."""
    return Counter(removal.rule for text in texts for removal in engine.clean(text, hints).removals)
