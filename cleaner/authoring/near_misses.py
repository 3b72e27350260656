"""Near misses: the rules that came nearest to removing a line that was kept, and what stopped each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import regex

from cleaner.document import words
from cleaner.engine.deadline import MATCH_SECONDS
from cleaner.engine.kinds import matcher_of
from cleaner.engine.matcher import MAX_SCAN, Hit, Matcher, NearMiss, View
from cleaner.patterns.casefold import folded
from cleaner.patterns.requirements import required_in_line
from cleaner.patterns.soundness import missing_backslashes
from cleaner.patterns.source import compiled, split_alternatives
from cleaner.result import Hints, Level
from cleaner.ruleset.layers import SHIPPED, RuleSet
from cleaner.ruleset.rule import TRUSTED, Override, PreparedRule, Rule
from cleaner.wording import counted, shorten

#: Number of near misses that are reported.
_MISSES_AT_MOST = 3
#: Least share of a line that a pattern must match to be near.
_CLOSE = 0.3
#: Greatest length in characters of a line in which misspellings are searched for, and seconds that the search may take for one rule.
_SPELLED_AT_MOST, _SPELLED_WITHIN = 200, 0.3
#: Least length in characters of a literal, or of its beginning, to be recognised in a line: shorter ones are in nearly every line.
_WORDS_FROM = 4
#: Greatest length of a quotation in characters.
_QUOTE = 60


def near_misses(view: View, index: int, numbers: Sequence[int], rule_set: RuleSet, level: Level, hints: Hints) -> list[NearMiss]:
    """The nearest rules, of every level, to a solid line that was kept; those for other languages only if no other is near.

    Args:
        view: Text of the last pass.
        index: Index of the solid line.
        numbers: Numbers of the solid lines in the input.
        rule_set: All rules.
        level: The level in force.
        hints: What is known of the text, its language included.
    """
    finder = _NearMissFinder(view, index, numbers, level, hints)
    for own in (True, False):
        rules = [prepared for prepared in rule_set.prepared if prepared.rule.is_for(hints.primary_language) is own]
        off = [(prepared, change) for prepared, change in rule_set.off if prepared.rule.is_for(hints.primary_language) is own]
        if misses := _misses(finder, rules, off):
            return misses[:_MISSES_AT_MOST]
    return []


def _misses(finder: _NearMissFinder, rules: Sequence[PreparedRule], off: Iterable[tuple[PreparedRule, Override]]) -> list[NearMiss]:
    """Near misses of rules, and of rules that are switched off; the nearest ones first."""
    misses = [miss for prepared in rules if (miss := finder.miss(prepared) or finder.other_title(prepared))]
    for prepared, change in off:
        if matcher_of(prepared).hit_on(finder.view, finder.index):
            misses.append(NearMiss(prepared.rule, "disable", f"it is switched off by {change.origin}", 1))
    if all(miss.closeness < 1 for miss in misses):
        misses += [miss for prepared in rules if (miss := finder.misspelt(prepared))]
    closest: dict[str, NearMiss] = {}
    # Of equally close rules, the user's own come first.
    for miss in sorted(misses, key=lambda miss: (-miss.closeness, miss.rule.layer == SHIPPED, miss.rule.name)):
        closest.setdefault(miss.rule.name, miss)
    return [*closest.values()]


class _NearMissFinder:
    """Tests how near rules came to one line."""

    def __init__(self, view: View, index: int, numbers: Sequence[int], level: Level, hints: Hints) -> None:
        self.view, self.index, self.numbers, self.level, self.hints = view, index, numbers, level, hints
        self.line = view.lines[index]
        self.folded = folded(self.line)
        view.title = view.title or hints.title or next(filter(None, view.lines), "")

    def miss(self, prepared: PreparedRule) -> NearMiss | None:
        """Near miss of a rule; None if the rule isn't near."""
        matcher, rule = matcher_of(prepared), prepared.rule
        try:
            hit = matcher.hit_on(self.view, self.index)
            if hit:
                stops = list(self.stops(matcher, hit))
                return NearMiss(rule, stops[0][0], "; ".join(reason for _, reason in stops), 1) if stops else None
            if rule.kind.judges_pages and rule.confidence not in TRUSTED[self.level]:
                return None  # it is near every line
            return matcher.near_miss(self.view, self.index) or self.part(prepared)
        except TimeoutError:
            return NearMiss(rule, "match", f"it takes longer than {MATCH_SECONDS:g} s", 0.5)

    def other_title(self, prepared: PreparedRule) -> NearMiss | None:
        """Near miss of a rule that would take the line if it said the title again: another line was taken for that."""
        matcher, title = matcher_of(prepared), self.view.title
        if prepared.rule.of != "title" or self.line == title:
            return None
        self.view.title = self.line
        try:
            hit = matcher.hit_on(self.view, self.index)
            if not hit or next(self.stops(matcher, hit), None):
                return None
        finally:
            self.view.title = title
        quoted = repr(shorten(title, _QUOTE))
        number = next((number for line, number in zip(self.view.lines, self.numbers, strict=True) if line == title), 0)
        said = f"it says an earlier line again, but {f'line {number}, {quoted},' if number else quoted} is taken for the title"
        said += "; --title names another"
        return NearMiss(prepared.rule, "title", said, 1)

    def stops(self, matcher: Matcher, hit: Hit) -> Iterator[tuple[str, str]]:
        """Conditions that stopped a hit, each with the reason in words."""
        rule = matcher.rule
        if rule.confidence not in TRUSTED[self.level]:
            yield "level", f"its confidence is {rule.confidence}, too low for --level {self.level}"
        if condition := matcher.kept_out_by(self.hints, self.view):
            yield condition, self.kept_out(rule, condition)
        if condition := matcher.stopped_by(self.view, hit):
            yield condition, self.stopped(matcher, condition, hit)
        elif self.view.is_heading(hit):
            yield "heading", f"it is the heading of what follows: {shorten(self.view.line(hit.last + 1), _QUOTE)!r}"
        if rule.where:
            from_start, from_end = hit.first + 1, len(self.view.lines) - hit.last
            if rule.where.first and from_start > rule.where.first:
                yield "where", f"it looks among the first {rule.where.first} lines that stay, and this is number {from_start}"
            elif rule.where.last and from_end > rule.where.last:
                yield "where", f"it looks among the last {rule.where.last} lines that stay, and this is number {from_end} from the end"

    def kept_out(self, rule: Rule, condition: str) -> str:
        """Reason, in words, why a rule doesn't apply to the text; `condition` comes from `Matcher.kept_out_by`."""
        if condition == "languages":
            return f"it is for {', '.join(rule.languages)}, and the text is {self.hints.language}"
        if condition == "disable":
            return f"it is switched off on {', '.join(rule.off_sites)}"
        if condition == "sites":
            page = f", and the page is of {self.hints.host}" if self.hints.host else "; name the page by --url"
            return f"it is for {', '.join(rule.sites)}{page}"
        return "its file's fingerprint is not in the text" + ("; name the page by --url" if rule.sites else "")

    def stopped(self, matcher: Matcher, condition: str, hit: Hit) -> str:
        """Reason, in words, why a hit isn't allowed; `condition` comes from `Matcher.stopped_by`."""
        if condition == "unless":
            veto = matcher.veto(self.view, hit)
            return f"`unless` is found in it: {shorten(veto.group(), _QUOTE) if veto else ''!r}"
        if condition == "long-line":
            return f"it would take a line of more than {MAX_SCAN:,} characters, which is not looked at"
        if condition == "sentence":
            return "it would take a part of a sentence that goes on in the next line or comes from the one before"
        if condition == "code":
            return "it is a comment in code"
        if condition in ("min_words", "max_words"):
            return f"{words(self.view.text(hit))} words would go, and {condition} is {getattr(matcher.rule, condition)}"
        beside, side = (hit.first - 1, "before") if condition == "previous" else (hit.last + 1, "after")
        if not 0 <= beside < len(self.view.lines):
            return f"`{condition}` wants a line {side} it, and there is none"
        return f"`{condition}` doesn't fit the line {side} it: {shorten(self.view.lines[beside], _QUOTE)!r}"

    def part(self, prepared: PreparedRule) -> NearMiss | None:
        """Near miss of a rule whose pattern matches a part of the line; None if that is too short."""
        rule = prepared.rule
        if rule.kind.searches or not rule.match or not self.line:
            return None
        beginning, inside = self.parts(prepared)
        if len(beginning) == len(self.line):
            return NearMiss(rule, "match", "it fits the line as the beginning of something longer", 0.94)
        own = rule.layer != SHIPPED
        patterns = split_alternatives(rule.pattern) if own else ()
        if signs := next(filter(None, (missing_backslashes(pattern, self.line, "line") for pattern in patterns)), ""):
            return NearMiss(rule, "match", f"it would fit if a backslash stood before {signs}", 0.97)
        length = max(len(beginning), len(inside))
        share = length / len(self.line)
        if (share < _CLOSE and not own) or length < _WORDS_FROM:
            return None
        if len(beginning) == length:
            rest = self.line[length:]
            return NearMiss(rule, "match", f"it fits as far as {_short_end(beginning)!r}, but not {shorten(rest, _QUOTE)!r}", 0.9 * share)
        before, after = self.line.split(inside, 1)
        rest = f"begins with {shorten(before.strip(), _QUOTE)!r}" if before.strip() else f"goes on with {shorten(after.strip(), _QUOTE)!r}"
        return NearMiss(rule, "match", f"it fits {shorten(inside, _QUOTE)!r}, but the line {rest}", 0.9 * share)

    def parts(self, prepared: PreparedRule) -> tuple[str, str]:
        """The longest beginning of the line that is a partial match of an alternative, and the longest part that one matches."""
        beginning = inside = ""
        for (pattern, _), literals in zip(prepared.alternatives, _fixed_words(prepared), strict=True):
            if literals and not any(_holds(self.folded, literal) for literal in literals):
                continue
            begun = self.beginning(pattern)
            if any(_holds(folded(begun), literal) for literal in literals):
                beginning = max(beginning, begun, key=len)
            match = compiled(pattern).search(self.line, timeout=MATCH_SECONDS)
            inside = max(inside, match.group().strip() if match else "", key=len)
        return beginning, inside

    def beginning(self, pattern: str) -> str:
        """The longest beginning of the line that is a partial match of a pattern."""
        fullmatch = compiled(pattern).fullmatch
        low, high = 0, len(self.line)
        while low < high:
            middle = (low + high + 1) // 2
            if fullmatch(self.line[:middle], partial=True, timeout=MATCH_SECONDS):
                low = middle
            else:
                high = middle - 1
        return self.line[:low]

    def misspelt(self, prepared: PreparedRule) -> NearMiss | None:
        """Near miss of a rule whose pattern matches with one or two characters changed; None otherwise."""
        rule = prepared.rule
        most = min(2, len(self.line) // 10)
        literals = frozenset[str]().union(*_fixed_words(prepared))
        if not most or len(self.line) > _SPELLED_AT_MOST or not _almost_holds(self.folded, literals):
            return None
        for pattern in split_alternatives(rule.pattern):
            try:
                match = regex.fullmatch(f"(?be)(?:{pattern}){{e<={most}}}", self.line, regex.IGNORECASE, timeout=_SPELLED_WITHIN)
            except (regex.error, TimeoutError, MemoryError):
                continue
            count = sum(match.fuzzy_counts) if match else 0
            if count:
                return NearMiss(rule, "match", f"it would fit with {counted(count, 'character')} changed", 0.98 - 0.05 * count)
        return None


def _fixed_words(prepared: PreparedRule) -> list[frozenset[str]]:
    """For each alternative, its literals; for the user's own rules, those of the alternative's first line."""
    if prepared.rule.layer == SHIPPED:
        return [frozenset(literal.strip("\n") for literal in required.literals) for required in prepared.required]
    return [required_in_line(_first_line(alternative.pattern)) for alternative in prepared.alternatives]


def _first_line(pattern: str) -> str:
    """The part of a pattern for its first line; the whole pattern if that part isn't valid alone."""
    first = pattern.split(r"\n")[0]
    try:
        compiled(first)
    except regex.error:
        return pattern
    return first


def _holds(text: str, literal: str) -> bool:
    """Whether a folded text holds a literal, or ends with the beginning of one (at least `_WORDS_FROM` characters)."""
    long = len(literal) >= _WORDS_FROM
    return (long and literal in text) or any(text.endswith(literal[:length]) for length in range(_WORDS_FROM, len(literal)))


def _almost_holds(text: str, literals: Iterable[str]) -> bool:
    """Whether at least half of the trigrams of a literal are in a folded text."""
    for literal in literals:
        pieces = [literal[start : start + 3] for start in range(len(literal) - 2)]
        if len(literal) >= _WORDS_FROM and 2 * sum(piece in text for piece in pieces) >= len(pieces):
            return True
    return False


def _short_end(text: str) -> str:
    return text if len(text) <= _QUOTE else "…" + text[-_QUOTE + 3 :].lstrip()
