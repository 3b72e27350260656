"""Why a line went, or why it stayed: the engine's own judgement, asked rule by rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from cleaner.authoring.near_misses import SPELLED_FROM, almost_holds, fixed_words, holds
from cleaner.document import Document, words
from cleaner.engine.deadline import MATCH_SECONDS
from cleaner.engine.engine import Engine, PassResult
from cleaner.engine.matcher import MAX_SCAN, Hit, Matcher, View
from cleaner.patterns.casefold import folded
from cleaner.patterns.soundness import missing_backslashes
from cleaner.patterns.source import compiled, split_alternatives
from cleaner.result import TIDY, Hints, Level, Span
from cleaner.ruleset.layers import SHIPPED, RuleSet
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import TRUSTED, PreparedRule, Rule
from cleaner.ruleset.toml_locations import RuleSource
from cleaner.wording import counted

#: Near misses that are told.
_MISSES_AT_MOST = 3
#: Facts about a line's looks that are told.
_REASONS_AT_MOST = 8
#: A pattern that fits less of a line than this share isn't close to it.
_CLOSE = 0.3
#: Characters of a line beyond which spelling isn't compared, and seconds that comparing may take for one rule.
_SPELLED_AT_MOST, _SPELLED_WITHIN = 200, 0.3


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that took a line, or part of it.

    Attributes:
        rule: The rule.
        text: What it took, in whole.
        first: First line of that in the text, from 1.
        last: Last line of it.
        pattern: The one of the rule's patterns that fits, as its author wrote it; an empty string for an echo.
        line: Line of the rule's file in which that stands.
        owner: Whether the removal bears its name; others would have taken the same.
        turn: In which pass over the text, from 1.
        reasons: For a shape, what the line's looks were worth.
    """

    rule: Rule
    text: str
    first: int
    last: int
    pattern: str
    line: int
    owner: bool
    turn: int
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Miss:
    """A rule that came close to taking a line.

    Attributes:
        rule: The rule.
        condition: The key that stopped it: `unless`, `where`, `match`, `level`, …
        reason: Why, in words.
        closeness: From 0 to 1; 1 is a match that only a condition stopped.
    """

    rule: Rule
    condition: str
    reason: str
    closeness: float


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
    misses: tuple[Miss, ...] = ()
    withheld: str = ""


def explain(text: str, line: int, rule_set: RuleSet, level: Level, hints: Hints) -> Explanation:
    """Explain one line of a text.

    Args:
        text: The whole text.
        line: Number of the line, from 1.
        rule_set: All rules in force, of every level.
        level: How far to go.
        hints: What is known beside the text.

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
        turns = list(engine.passes(text, hints))
    except TimeoutError:
        turns = []
    spans = turns[-1].gone if turns else []
    gone = [span for span in spans if span.start < max(here.end, here.start + 1) and here.start < span.end]
    left = "".join(char for at, char in enumerate(text[here.start : here.end], here.start) if not any(r.start <= at < r.end for r in gone))
    matches = tuple(_matches(document, turns, line, gone))
    misses = () if matches or not here.text or not turns else tuple(_misses(turns[-1], here.start, rule_set, level))
    raw = text[here.start : here.end]
    return Explanation(line, raw, left, matches, any(each.rule == TIDY for each in gone), misses, withheld)


def _matches(document: Document, turns: Sequence[PassResult], line: int, gone: Iterable[Span]) -> Iterator[Match]:
    here = document.lines[line - 1]
    owners = {span.rule for span in gone}
    starts = {each.start: number for number, each in enumerate(document.lines, 1)}
    found = []
    for number, turn in enumerate(turns, 1):
        for matcher, hit in turn.found:
            span = turn.view.span(hit, matcher.rule.name)
            parts = list(turn.offsets.to_original(span.start, span.end))
            if not any(start < here.end and here.start < end for start, end in parts):
                continue
            lines = [starts[each.start] for each in document.lines if any(a < each.end and each.start < b for a, b in parts) and each.text]
            text = turn.view.text(hit)
            owner = matcher.rule.name in owners
            pattern, at = _fitting(matcher, turn.view, hit)
            reasons = _looks(matcher, turn.view, hit.first) if matcher.rule.shape else ""
            found.append(Match(matcher.rule, text, lines[0], lines[-1], pattern, at, owner, number, reasons))
    best: dict[str, Match] = {}
    for match in sorted(found, key=lambda match: (not match.owner, match.turn, match.first - match.last, match.rule.name)):
        best.setdefault(match.rule.name, match)
    yield from best.values()


def _looks(matcher: Matcher, view: View, number: int) -> str:
    """What the looks of a solid line are worth to a rule of kind `shape`, its weightiest reasons first."""
    looks = matcher.looks(view)
    total = matcher.judge.points(looks)[number]
    reasons = matcher.judge.reasons(looks, number)
    told = ", ".join(f"{reason.what} ({reason.points:+g})" for reason in reasons[:_REASONS_AT_MOST])
    return f"{total:+g} points: {told}" + (f" and {len(reasons) - _REASONS_AT_MOST} more" if len(reasons) > _REASONS_AT_MOST else "")


def _fitting(matcher: Matcher, view: View, hit: Hit) -> tuple[str, int]:
    """Of a rule's patterns as their author wrote them, the one that made a hit, with its line in the rule's file."""
    rule = matcher.rule
    try:
        written = RuleSource.of(rule, Path(rule.file).read_text(encoding="utf-8")).patterns
    except (OSError, ValueError, KeyError, StopIteration):
        written = ()  # the file has changed since
    patterns = split_alternatives(rule.match)
    if not rule.match or len(written) != len(patterns):
        return written[0] if written else ("", rule.line)
    for pattern, as_written in zip(patterns, written, strict=True):
        single = Matcher(prepare(rule._replace(match=pattern)))
        if rule.remove == "match":
            if any(
                found.span() == (hit.start, hit.end) for found in single.pattern().finditer(view.lines[hit.first], timeout=MATCH_SECONDS)
            ):
                return as_written
        elif any(single.mark(view, number) is not None for number in range(hit.first, hit.last + 1)):
            return as_written
    return written[0]


def _misses(turn: PassResult, start: int, rule_set: RuleSet, level: Level) -> Iterator[Miss]:
    """The rules that came closest to a line that stayed, as the last pass saw it.

    Args:
        turn: The last pass.
        start: Where the line starts in the text as given.
        rule_set: All rules in force, of every level.
        level: How far to go.
    """
    starts = (next(turn.offsets.to_original(each.start, each.end))[0] for each in turn.view.document.solid)
    number = next((number for number, at in enumerate(starts) if at >= start), None)
    if number is None:
        return
    judge = _Judge(turn.view, number, level, turn.hints)
    found = [miss for rule in rule_set.prepared if (miss := judge.miss(rule))]
    found += [
        Miss(prepared.rule, "disable", f"it is switched off by {change.origin}", 1)
        for prepared, change in rule_set.off
        if judge.covering(Matcher(prepared))
    ]
    if all(miss.closeness < 1 for miss in found):
        found += [miss for rule in rule_set.prepared if (miss := judge.misspelt(rule))]
    best: dict[str, Miss] = {}
    # Of what is equally close, one's own rules first.
    for miss in sorted(found, key=lambda miss: (-miss.closeness, miss.rule.layer == SHIPPED, miss.rule.name)):
        best.setdefault(miss.rule.name, miss)
    yield from list(best.values())[:_MISSES_AT_MOST]


class _Judge:
    """Asks rules about one line that stayed."""

    def __init__(self, view: View, number: int, level: Level, hints: Hints) -> None:
        self.view, self.number, self.level, self.hints = view, number, level, hints
        self.line = view.lines[number]
        self.folded = folded(self.line)
        self.staying = len(view.document.solid)
        view.title = view.title or hints.title or next(filter(None, view.lines), "")

    def miss(self, prepared: PreparedRule) -> Miss | None:
        """How close a rule came, if it came close at all."""
        matcher, rule = Matcher(prepared), prepared.rule
        try:
            if rule.shape and rule.confidence in TRUSTED[self.level]:
                return Miss(rule, "shape", _looks(matcher, self.view, self.number), 0.5)
            hit = self.covering(matcher)
            if hit:
                reasons = list(self.reasons(matcher, hit))
                return Miss(rule, reasons[0][0], "; ".join(reason for _, reason in reasons), 1) if reasons else None
            return self.shape(matcher) or self.part(matcher)
        except TimeoutError:
            return Miss(rule, "match", f"it takes longer than {MATCH_SECONDS:g} s", 0.5)

    def covering(self, matcher: Matcher) -> Hit | None:
        """The rule's hit that takes the line, or a part of it, conditions aside."""
        alone = matcher.rule.remove in ("match", "line") and not matcher.many_lines
        numbers = matcher.marked(self.view, [self.number] if alone else range(len(self.view.lines)))
        return next((hit for hit in matcher.hits(self.view, numbers) if hit.first <= self.number <= hit.last), None)

    def reasons(self, matcher: Matcher, hit: Hit) -> Iterator[tuple[str, str]]:
        """The conditions that stopped a hit, each with the reason."""
        rule = matcher.rule
        if rule.confidence not in TRUSTED[self.level]:
            yield "level", f"its confidence is {rule.confidence}, too low for --level {self.level}"
        kept_out = matcher.kept_out_by(self.hints, self.view)
        if kept_out:
            yield kept_out, self.kept_out(rule, kept_out)
        stopped = matcher.stopped_by(self.view, hit)
        if stopped:
            yield stopped, self.stopped(matcher, stopped, hit)
        if rule.where:
            before, after = hit.first + 1, self.staying - hit.last
            if rule.where.first and before > rule.where.first:
                yield "where", f"it looks among the first {rule.where.first} lines that stay, and this is number {before}"
            elif rule.where.last and after > rule.where.last:
                yield "where", f"it looks among the last {rule.where.last} lines that stay, and this is number {after} from the end"

    def kept_out(self, rule: Rule, condition: str) -> str:
        if condition == "languages":
            return f"it is for {', '.join(rule.languages)}, and the text is {self.hints.language}"
        if condition == "disable":
            return f"it is switched off on {', '.join(rule.off_sites)}"
        if condition == "sites":
            return f"it is for {', '.join(rule.sites)}" + (
                f", and the page is of {self.hints.host}" if self.hints.host else "; name the page by --url"
            )
        return "its file's fingerprint is not in the text" + ("; name the page by --url" if rule.sites else "")

    def stopped(self, matcher: Matcher, condition: str, hit: Hit) -> str:
        rule, text = matcher.rule, self.view.text(hit)
        if condition == "unless":
            found = matcher.veto(self.view, hit)
            return f"`unless` is found in it: {_short(found.group()) if found else ''!r}"
        if condition == "long-line":
            return f"it would take a line of more than {MAX_SCAN:,} characters, which is not looked at"
        if condition in ("min_words", "max_words"):
            return f"{words(text)} words would go, and {condition} is {getattr(rule, condition)}"
        beside = hit.first - 1 if condition == "previous" else hit.last + 1
        there = "before" if condition == "previous" else "after"
        if not 0 <= beside < len(self.view.document.solid):
            return f"`{condition}` wants a line {there} it, and there is none"
        return f"`{condition}` doesn't fit the line {there} it: {_short(self.view.lines[beside])!r}"

    def shape(self, matcher: Matcher) -> Miss | None:
        """Whether the line bears the rule's mark, but what should follow isn't there."""
        rule = matcher.rule
        if rule.remove in ("match", "line", "echo"):
            return None
        last = matcher.mark(self.view, self.number)
        if last is None:
            return None
        after = len(self.view.document.solid) - self.number
        if rule.remove == "block":
            end = "until" if rule.until else "through"
            return Miss(rule, end, f"no line that fits `{end}` follows within {rule.max_lines} lines", 0.95)
        if rule.remove == "run":
            length = sum(1 for _ in self.row(matcher))
            return Miss(rule, "min_lines", f"{counted(length, 'such line')} in a row, and min_lines is {rule.min_lines}", 0.95)
        if rule.remove == "tail":
            limit = "min_lines" if after < (rule.min_lines or 0) else "max_lines"
            return Miss(rule, limit, f"{after} lines would go, and {limit} is {getattr(rule, limit)}", 0.95)
        return Miss(rule, "max_lines", f"{last + 1} lines would go, and max_lines is {rule.max_lines}", 0.95)

    def row(self, matcher: Matcher) -> Iterator[int]:
        """The lines beside this one, and itself, that the rule's pattern fits."""
        for step in (-1, 1):
            number = self.number if step > 0 else self.number - 1
            while 0 <= number < len(self.view.document.solid) and matcher.mark(self.view, number) is not None:
                yield number
                number += step

    def part(self, matcher: Matcher) -> Miss | None:
        """Whether the rule's pattern fits a part of the line: the most of its beginning, or something in its midst."""
        rule = matcher.rule
        if rule.remove == "match" or not rule.match or not self.line:
            return None
        begun, inside = "", ""
        for (pattern, _), literals in zip(matcher.prepared.alternatives, fixed_words(matcher.prepared), strict=True):
            if literals and not any(holds(self.folded, literal) for literal in literals):
                continue
            begun = max(begun, self.beginning(pattern, literals), key=len)
            found = compiled(pattern).search(self.line, timeout=MATCH_SECONDS)
            inside = max(inside, found.group().strip() if found else "", key=len)
        if len(begun) == len(self.line):
            return Miss(rule, "match", "it fits the line as the beginning of something longer", 0.94)
        own = rule.layer != SHIPPED
        signs = (
            next(filter(None, (missing_backslashes(pattern, self.line, "line") for pattern in split_alternatives(rule.match))), "")
            if own
            else ""
        )
        if signs:
            return Miss(rule, "match", f"it would fit if a backslash stood before {signs}", 0.97)
        share = max(len(begun), len(inside)) / len(self.line)
        if (share < _CLOSE and not own) or max(len(begun), len(inside)) < SPELLED_FROM:
            return None
        if len(begun) >= len(inside):
            rest = self.line[len(begun) :]
            return Miss(rule, "match", f"it fits as far as {_tail(begun)!r}, but not {_short(rest)!r}", 0.9 * share)
        before, after = self.line.split(inside, 1)
        rest = f"begins with {_short(before.strip())!r}" if before.strip() else f"goes on with {_short(after.strip())!r}"
        return Miss(rule, "match", f"it fits {_short(inside)!r}, but the line {rest}", 0.9 * share)

    def beginning(self, pattern: str, literals: frozenset[str]) -> str:
        """The longest beginning of the line that the pattern could go on from, if it holds the pattern's fixed words."""
        fits = compiled(pattern)
        low, high = 0, len(self.line)
        while low < high:
            middle = (low + high + 1) // 2
            if fits.fullmatch(self.line[:middle], partial=True, timeout=MATCH_SECONDS):
                low = middle
            else:
                high = middle - 1
        begun = self.line[:low]
        return begun if any(holds(folded(begun), literal) for literal in literals) else ""

    def misspelt(self, prepared: PreparedRule) -> Miss | None:
        """Whether the rule's pattern would fit if a few characters were others."""
        rule = prepared.rule
        most = min(2, len(self.line) // 10)
        if not most or len(self.line) > _SPELLED_AT_MOST or not almost_holds(self.folded, frozenset().union(*fixed_words(prepared))):
            return None
        for pattern in split_alternatives(rule.match):
            try:
                found = regex.fullmatch(f"(?be)(?:{pattern}){{e<={most}}}", self.line, regex.IGNORECASE, timeout=_SPELLED_WITHIN)
            except (regex.error, TimeoutError, MemoryError):
                continue
            count = sum(found.fuzzy_counts) if found else 0
            if count:
                return Miss(rule, "match", f"it would fit with {counted(count, 'character')} changed", 0.98 - 0.05 * count)
        return None


def _tail(text: str) -> str:
    return text if len(text) <= 60 else "…" + text[-57:].lstrip()


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rstrip() + "…"
