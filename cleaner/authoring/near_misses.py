"""Which rules came closest to a line that stayed, and what stopped each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
from cleaner.ruleset.rule import TRUSTED, PreparedRule, Rule
from cleaner.wording import counted, shorten

#: Near misses that are told.
_MISSES_AT_MOST = 3
#: A pattern that fits less of a line than this share isn't close to it.
_CLOSE = 0.3
#: Characters of a line beyond which spelling isn't compared, and seconds that comparing may take for one rule.
_SPELLED_AT_MOST, _SPELLED_WITHIN = 200, 0.3
#: Characters of a pattern's fixed words below which every line nearly holds them.
_WORDS_FROM = 4
#: Characters of a quotation.
_QUOTE = 60


def near_misses(view: View, index: int, rule_set: RuleSet, level: Level, hints: Hints) -> list[NearMiss]:
    """The rules of a rule set, of every level, that came closest to a solid line that stayed; `view` is what the last pass saw."""
    judge = _Judge(view, index, level, hints)
    misses = [miss for prepared in rule_set.prepared if (miss := judge.miss(prepared))]
    for prepared, change in rule_set.off:
        if matcher_of(prepared).hit_on(view, index):
            misses.append(NearMiss(prepared.rule, "disable", f"it is switched off by {change.origin}", 1))
    if all(miss.closeness < 1 for miss in misses):
        misses += [miss for prepared in rule_set.prepared if (miss := judge.misspelt(prepared))]
    closest: dict[str, NearMiss] = {}
    # Of what is equally close, one's own rules first.
    for miss in sorted(misses, key=lambda miss: (-miss.closeness, miss.rule.layer == SHIPPED, miss.rule.name)):
        closest.setdefault(miss.rule.name, miss)
    return [*closest.values()][:_MISSES_AT_MOST]


class _Judge:
    """Asks rules about one line that stayed."""

    def __init__(self, view: View, index: int, level: Level, hints: Hints) -> None:
        self.view, self.index, self.level, self.hints = view, index, level, hints
        self.line = view.lines[index]
        self.folded = folded(self.line)
        view.title = view.title or hints.title or next(filter(None, view.lines), "")

    def miss(self, prepared: PreparedRule) -> NearMiss | None:
        """How close a rule came, if it came close at all."""
        matcher, rule = matcher_of(prepared), prepared.rule
        try:
            hit = matcher.hit_on(self.view, self.index)
            if hit:
                stops = list(self.stops(matcher, hit))
                return NearMiss(rule, stops[0][0], "; ".join(reason for _, reason in stops), 1) if stops else None
            if rule.kind.judges_pages and rule.confidence not in TRUSTED[self.level]:
                return None  # it comes near every line
            return matcher.near_miss(self.view, self.index) or self.part(prepared)
        except TimeoutError:
            return NearMiss(rule, "match", f"it takes longer than {MATCH_SECONDS:g} s", 0.5)

    def stops(self, matcher: Matcher, hit: Hit) -> Iterator[tuple[str, str]]:
        """The conditions that stopped a hit, each with the reason."""
        rule = matcher.rule
        if rule.confidence not in TRUSTED[self.level]:
            yield "level", f"its confidence is {rule.confidence}, too low for --level {self.level}"
        if condition := matcher.kept_out_by(self.hints, self.view):
            yield condition, self.kept_out(rule, condition)
        if condition := matcher.stopped_by(self.view, hit):
            yield condition, self.stopped(matcher, condition, hit)
        if rule.where:
            from_start, from_end = hit.first + 1, len(self.view.lines) - hit.last
            if rule.where.first and from_start > rule.where.first:
                yield "where", f"it looks among the first {rule.where.first} lines that stay, and this is number {from_start}"
            elif rule.where.last and from_end > rule.where.last:
                yield "where", f"it looks among the last {rule.where.last} lines that stay, and this is number {from_end} from the end"

    def kept_out(self, rule: Rule, condition: str) -> str:
        """Why a rule isn't in force for the text."""
        if condition == "languages":
            return f"it is for {', '.join(rule.languages)}, and the text is {self.hints.language}"
        if condition == "disable":
            return f"it is switched off on {', '.join(rule.off_sites)}"
        if condition == "sites":
            page = f", and the page is of {self.hints.host}" if self.hints.host else "; name the page by --url"
            return f"it is for {', '.join(rule.sites)}{page}"
        return "its file's fingerprint is not in the text" + ("; name the page by --url" if rule.sites else "")

    def stopped(self, matcher: Matcher, condition: str, hit: Hit) -> str:
        """Why a hit isn't allowed."""
        if condition == "unless":
            veto = matcher.veto(self.view, hit)
            return f"`unless` is found in it: {shorten(veto.group(), _QUOTE) if veto else ''!r}"
        if condition == "long-line":
            return f"it would take a line of more than {MAX_SCAN:,} characters, which is not looked at"
        if condition in ("min_words", "max_words"):
            return f"{words(self.view.text(hit))} words would go, and {condition} is {getattr(matcher.rule, condition)}"
        beside, side = (hit.first - 1, "before") if condition == "previous" else (hit.last + 1, "after")
        if not 0 <= beside < len(self.view.lines):
            return f"`{condition}` wants a line {side} it, and there is none"
        return f"`{condition}` doesn't fit the line {side} it: {shorten(self.view.lines[beside], _QUOTE)!r}"

    def part(self, prepared: PreparedRule) -> NearMiss | None:
        """Whether the rule's pattern fits a part of the line: the most of its beginning, or something in its midst."""
        rule = prepared.rule
        if rule.kind.searches or not rule.match or not self.line:
            return None
        beginning, inside = self.parts(prepared)
        if len(beginning) == len(self.line):
            return NearMiss(rule, "match", "it fits the line as the beginning of something longer", 0.94)
        own = rule.layer != SHIPPED
        patterns = split_alternatives(rule.match) if own else ()
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
        """The longest beginning of the line that an alternative could go on from, and the longest part of it that one fits."""
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
        """The longest beginning of the line that a pattern could go on from."""
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
        """Whether the rule's pattern would fit if a few characters were others."""
        rule = prepared.rule
        most = min(2, len(self.line) // 10)
        literals = frozenset[str]().union(*_fixed_words(prepared))
        if not most or len(self.line) > _SPELLED_AT_MOST or not _almost_holds(self.folded, literals):
            return None
        for pattern in split_alternatives(rule.match):
            try:
                match = regex.fullmatch(f"(?be)(?:{pattern}){{e<={most}}}", self.line, regex.IGNORECASE, timeout=_SPELLED_WITHIN)
            except (regex.error, TimeoutError, MemoryError):
                continue
            count = sum(match.fuzzy_counts) if match else 0
            if count:
                return NearMiss(rule, "match", f"it would fit with {counted(count, 'character')} changed", 0.98 - 0.05 * count)
        return None


def _fixed_words(prepared: PreparedRule) -> list[frozenset[str]]:
    """For each alternative, the words by which it is looked for; one's own rules are looked at by their beginnings."""
    if prepared.rule.layer == SHIPPED:
        return [frozenset(literal.strip("\n") for literal in required.literals) for required in prepared.required]
    return [required_in_line(_first_line(alternative.pattern)) for alternative in prepared.alternatives]


def _first_line(pattern: str) -> str:
    """What a pattern of several lines says of the first, as far as that can be cut off."""
    first = pattern.split(r"\n")[0]
    try:
        compiled(first)
    except regex.error:
        return pattern
    return first


def _holds(text: str, literal: str) -> bool:
    """Whether a folded text holds a literal, or ends in a good part of its beginning."""
    long = len(literal) >= _WORDS_FROM
    return (long and literal in text) or any(text.endswith(literal[:length]) for length in range(_WORDS_FROM, len(literal)))


def _almost_holds(text: str, literals: Iterable[str]) -> bool:
    """Whether at least half of the three-letter pieces of some fixed words are in a folded text."""
    for literal in literals:
        pieces = [literal[start : start + 3] for start in range(len(literal) - 2)]
        if len(literal) >= _WORDS_FROM and 2 * sum(piece in text for piece in pieces) >= len(pieces):
            return True
    return False


def _short_end(text: str) -> str:
    return text if len(text) <= _QUOTE else "…" + text[-_QUOTE + 3 :].lstrip()
