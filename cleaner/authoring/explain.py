"""Explanation of why a line was removed or kept, by the engine's own matchers."""

from __future__ import annotations

from bisect import bisect_right
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
    """A rule that removed a line, or part of it.

    Attributes:
        rule: The rule.
        action: Action in words: `takes lines 3 to 8 as a tail`.
        first: Line number of the first line removed, from 1.
        last: Line number of the last line removed.
        pattern: The rule's pattern that matched, as its author wrote it; an empty string for an echo.
        line: Line number of the pattern in the rule's file.
        owner: Whether the removal is credited to this rule, not to another one that matched the same.
        pass_number: Pass over the text, from 1.
        points: Points of the line, in words, for rules that use points.
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
    """Explanation of a line.

    Attributes:
        line: Line number, from 1.
        text: Original line, without its line end.
        left: Text that is left of the line.
        matches: Rules that removed parts of the line, those credited with a removal first.
        tidied: Whether `tidy` removed left-over white space of the line.
        misses: The nearest rules, if the line was kept.
        withheld: Reason why the text comes out unchanged although rules matched, or an empty string.
    """

    line: int
    text: str
    left: str
    matches: tuple[Match, ...] = ()
    tidied: bool = False
    misses: tuple[NearMiss, ...] = ()
    withheld: str = ""


def explain(text: str, line: int, rule_set: RuleSet, level: Level, hints: Hints) -> Explanation:
    """Explain a line of a text, by its line number from 1; rules of all levels are considered as near misses.

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
    misses = () if matches or not here.text or not passes else _misses(passes[-1], document, here, rule_set, level)
    tidied = any(span.rule == TIDY for span in removed)
    return Explanation(line, text[here.start : here.end], left, matches, tidied, misses, withheld)


def _matches(document: Document, here: Line, passes: Sequence[PassResult], owners: set[str]) -> tuple[Match, ...]:
    """Rules that removed parts of a line, each with its best match; those credited with a removal (`owners`) first."""
    matches = []
    for pass_number, result in enumerate(passes, 1):
        for matcher, hit in result.hits:
            span = result.view.span(hit, matcher.rule.name)
            parts = list(result.offsets.to_original(span.start, span.end))
            if not any(start < here.end and here.start < end for start, end in parts):
                continue
            taken = [
                line_number
                for line_number, line in enumerate(document.lines, 1)
                if line.text and any(start < line.end and line.start < end for start, end in parts)
            ]
            first, last = taken[0], taken[-1]
            act = matcher.action if hit.start is None else matcher.action_inside
            action = act(result.view.text(hit), f"line {first}" if first == last else f"lines {first} to {last}")
            pattern, line = _pattern(matcher, result.view, hit)
            owner = matcher.rule.name in owners
            points = matcher.points(result.view, hit.first)
            matches.append(Match(matcher.rule, action, first, last, pattern, line, owner, pass_number, points))
    best: dict[str, Match] = {}
    for match in sorted(matches, key=lambda match: (not match.owner, match.pass_number, match.first - match.last, match.rule.name)):
        best.setdefault(match.rule.name, match)
    return tuple(best.values())


def _pattern(matcher: Matcher, view: View, hit: Hit) -> tuple[str, int]:
    """The rule's pattern that made a hit, as its author wrote it, with its line number in the rule's file."""
    rule = matcher.rule
    try:
        written = RuleSource.of(rule, Path(rule.file).read_text(encoding="utf-8")).patterns
    except (OSError, ValueError, KeyError, StopIteration):
        written = ()  # the file has changed since
    if not written:
        return "", rule.line
    # A single pattern with bars has several alternatives, but is one pattern in the file.
    alone = not rule.match or len(written) != len(split_alternatives(rule.match))
    return written[0 if alone else matcher.fitting(view, hit)]


def _misses(result: PassResult, document: Document, here: Line, rule_set: RuleSet, level: Level) -> tuple[NearMiss, ...]:
    """The nearest rules to a line that was kept, in the last pass."""
    starts = [next(result.offsets.to_original(line.start, line.end))[0] for line in result.view.document.solid]
    index = next((index for index, start in enumerate(starts) if start >= here.start), None)
    if index is None:
        return ()
    first_offsets = [line.start for line in document.lines]
    numbers = [bisect_right(first_offsets, start) for start in starts]
    return tuple(near_misses(result.view, index, numbers, rule_set, level, result.hints))
