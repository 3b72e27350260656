"""Why a line went, or why it stayed: the engine's own judgement, asked rule by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cleaner.authoring.near_misses import near_misses
from cleaner.document import Document, Line
from cleaner.engine.engine import Engine, PassResult
from cleaner.engine.matcher import Hit, Matcher, NearMiss, View
from cleaner.patterns.source import split_alternatives
from cleaner.result import TIDY, Hints, Level
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.rule import Rule
from cleaner.ruleset.toml_locations import RuleSource
from cleaner.spans import gaps


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that took a line, or part of it.

    Attributes:
        rule: The rule.
        action: What it does, in words: `takes lines 3 to 8 as a tail`.
        first: First line of what it takes, from 1.
        last: Last line of it.
        pattern: The one of the rule's patterns that fits, as its author wrote it; an empty string for an echo.
        line: Line of the rule's file in which that stands.
        owner: Whether the removal bears its name; others would have taken the same.
        pass_number: In which pass over the text, from 1.
        points: The points of the line, in words, if points decide.
    """

    rule: Rule
    action: str
    first: int
    last: int
    pattern: str
    line: int
    owner: bool
    pass_number: int
    points: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of a line, and why.

    Attributes:
        line: Its number, from 1.
        text: The line as it stood, without its line end.
        left: What is left of it.
        matches: The rules that took something of it, the one that the removal is named after first.
        tidied: Whether `tidy` took it or a part of it: blank lines and spaces that other removals left behind.
        misses: If it stayed, the rules that came closest.
        withheld: Why the text came out unchanged although rules took something of it, or an empty string.
    """

    line: int
    text: str
    left: str
    matches: tuple[Match, ...] = ()
    tidied: bool = False
    misses: tuple[NearMiss, ...] = ()
    withheld: str = ""


def explain(text: str, line: int, rule_set: RuleSet, level: Level, hints: Hints) -> Explanation:
    """Explain one line of a text, counted from 1, by all rules in force, of every level.

    Raises:
        IndexError: The text has no such line.
    """
    document = Document(text)
    if not 1 <= line <= len(document.lines):
        raise IndexError(f"it has {len(document.lines)} lines")
    here = document.lines[line - 1]
    engine = Engine(rule_set.at(level).prepared, rule_set.languages)
    withheld = next((flag.message for flag in engine.clean(text, hints).flags if flag.kind != "long-line"), "")
    try:
        passes = list(engine.passes(text, hints))
    except TimeoutError:
        passes = []
    removed = passes[-1].removed if passes else []
    removed = [span for span in removed if span.start < max(here.end, here.start + 1) and here.start < span.end]
    left = "".join(text[start:end] for start, end in gaps(here.start, here.end, removed))
    matches = _matches(document, here, passes, {span.rule for span in removed})
    misses = () if matches or not here.text or not passes else _misses(passes[-1], here, rule_set, level)
    tidied = any(span.rule == TIDY for span in removed)
    return Explanation(line, text[here.start : here.end], left, matches, tidied, misses, withheld)


def _matches(document: Document, here: Line, passes: Sequence[PassResult], owners: set[str]) -> tuple[Match, ...]:
    """The rules that took something of a line, each once, at its best; those that the removals are named after first."""
    matches = []
    for pass_number, result in enumerate(passes, 1):
        for matcher, hit in result.hits:
            span = result.view.span(hit, matcher.rule.name)
            parts = list(result.offsets.to_original(span.start, span.end))
            if not any(start < here.end and here.start < end for start, end in parts):
                continue
            taken = [
                number
                for number, line in enumerate(document.lines, 1)
                if line.text and any(start < line.end and line.start < end for start, end in parts)
            ]
            first, last = taken[0], taken[-1]
            action = matcher.action(result.view.text(hit), f"line {first}" if first == last else f"lines {first} to {last}")
            pattern, line = _pattern(matcher, result.view, hit)
            owner = matcher.rule.name in owners
            points = matcher.points(result.view, hit.first)
            matches.append(Match(matcher.rule, action, first, last, pattern, line, owner, pass_number, points))
    best: dict[str, Match] = {}
    for match in sorted(matches, key=lambda match: (not match.owner, match.pass_number, match.first - match.last, match.rule.name)):
        best.setdefault(match.rule.name, match)
    return tuple(best.values())


def _pattern(matcher: Matcher, view: View, hit: Hit) -> tuple[str, int]:
    """Of a rule's patterns as their author wrote them, the one that made a hit, with its line in the rule's file."""
    rule = matcher.rule
    try:
        written = RuleSource.of(rule, Path(rule.file).read_text(encoding="utf-8")).patterns
    except (OSError, ValueError, KeyError, StopIteration):
        written = ()  # the file has changed since
    if not written:
        return "", rule.line
    # A pattern that its author wrote as one, with bars, counts as one.
    alone = not rule.match or len(written) != len(split_alternatives(rule.match))
    return written[0 if alone else matcher.fitting(view, hit)]


def _misses(result: PassResult, here: Line, rule_set: RuleSet, level: Level) -> tuple[NearMiss, ...]:
    """The rules that came closest to a line that stayed, as the last pass saw it."""
    starts = (next(result.offsets.to_original(line.start, line.end))[0] for line in result.view.document.solid)
    index = next((index for index, start in enumerate(starts) if start >= here.start), None)
    return () if index is None else tuple(near_misses(result.view, index, rule_set, level, result.hints))
