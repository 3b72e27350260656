"""Matchers, one class for each kind of rule: the lines it takes, why it doesn't take others, and both in words.

The keys of the kinds are in `ruleset.kind_keys`, since rule files are read without the engine.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from cleaner.document import equal_lines, key
from cleaner.engine.matcher import Candidates, Hit, Matcher, NearMiss, View, fits
from cleaner.engine.parts import PartFinder, needed, prose_behind
from cleaner.patterns.casefold import repeats_itself
from cleaner.patterns.source import compiled, split_alternatives
from cleaner.ruleset.kind_keys import KindName
from cleaner.ruleset.rule import EchoOf, PreparedRule, Shape
from cleaner.wording import counted

if TYPE_CHECKING:
    from cleaner.engine.line_classifier import LineClassifier
    from cleaner.engine.line_features import Features

#: Number of repetitions of the title that are taken; further ones are a refrain.
_TITLE_ECHOES = 2
#: Length in characters from which on a text is not quoted.
_LONG_QUOTE = 200
#: Number of facts about a line that are shown.
_REASONS_AT_MOST = 8
#: Points below nought from which on a line isn't near to being chrome.
_NEAR = 100
#: Greatest number of looks that a rule of kind `shape` takes at what it leaves of a text. Of 14,000 texts six need more: there it eats
#: its way through lines that are all alike.
_LOOKS_AT_MOST = 20


def matcher_of(prepared: PreparedRule) -> Matcher:
    """The matcher of a rule, by the rule's kind."""
    rule = prepared.rule
    return (_ECHOES[rule.of] if rule.of else _MATCHERS[rule.remove])(prepared)


class MatchMatcher(Matcher):
    """`match`: every match of the pattern inside lines."""

    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        for index in candidates:
            for match in self.pattern().finditer(view.lines[index], timeout=view.deadline.remaining()):
                if match.end() > match.start():
                    yield Hit(index, index, *match.span())

    def candidates(self, view: View, indexes: Iterable[int]) -> Candidates:
        return dict.fromkeys(indexes, (0,))

    def fitting(self, view: View, hit: Hit) -> int:
        for index, pattern in enumerate(split_alternatives(self.rule.match)):
            matches = compiled(pattern).finditer(view.lines[hit.first], timeout=view.deadline.remaining())
            if any(match.span() == (hit.start, hit.end) for match in matches):
                return index
        return 0

    def action(self, text: str, lines: str) -> str:
        return f"takes {text!r}" if len(text) < _LONG_QUOTE else "takes a part of the line"


class LineMatcher(Matcher):
    """`line`: the lines that the pattern matches, and with `headlines` the headlines under them.

    Of a line of several sentences it takes those that it needs.
    """

    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        most = self.rule.headlines
        if most is None:
            yield from self._line_hits(view, candidates)
            return
        for hit in self._line_hits(view, candidates):
            stop = view.end_of_list(hit.last + 1, most)
            before, after = view.prose_around(hit.first, stop)
            # Where all prose stands below, the last headlines may be the title.
            if stop - hit.first >= (self.rule.min_lines or 0) and (before or not after):
                yield Hit(hit.first, stop - 1)

    def near_miss(self, view: View, index: int) -> NearMiss | None:
        if self.rule.min_lines is None or self.last_line(view, index) is None:
            return None
        return NearMiss(self.rule, "min_lines", f"too few headlines stand under it, and min_lines is {self.rule.min_lines}")

    def shortened(self, view: View, hits: Iterable[Hit]) -> Iterable[Hit]:
        for hit in hits:
            line = view.lines[hit.first]
            part = needed(self, line, view.vocabulary, view.deadline) if hit.first == hit.last else None
            start, end = part or (0, len(line))
            behind = prose_behind(self, line, start, view.vocabulary, view.deadline) if hit.first == hit.last else None
            yield Hit(hit.first, hit.last, start, behind or end) if part or behind else hit

    def hit_on(self, view: View, index: int) -> Hit | None:
        inside = PartFinder([self]).of([view.lines[index]], {0}, view.vocabulary, view.deadline)
        parts = (Hit(index, index, start, end) for hits in inside.values() for _, _, start, end in hits)
        return super().hit_on(view, index) or next(parts, None)

    def fitting(self, view: View, hit: Hit) -> int:
        text = view.text(hit)
        made = (n for n in self._all_alternatives if hit.start is not None and self.fits(text, n, view.deadline))
        return next(made, 0) if hit.start is not None else super().fitting(view, hit)

    def action(self, text: str, lines: str) -> str:
        return f"takes {lines}"

    def action_inside(self, text: str, line: str) -> str:
        return f"takes {text!r}, a part of {line}" if len(text) < _LONG_QUOTE else f"takes a part of {line}"


class StretchMatcher(Matcher):
    """Base of the kinds that take further lines beside those that the pattern matches, and need them to be there."""

    def near_miss(self, view: View, index: int) -> NearMiss | None:
        last = self.last_line(view, index)
        return None if last is None else NearMiss(self.rule, *self.shortfall(view, index, last))

    @abstractmethod
    def shortfall(self, view: View, first: int, last: int) -> tuple[str, str]:
        """Key, and reason in words, why the matched lines `first` to `last` are no hit."""


class BlockMatcher(StretchMatcher):
    """`block`: from the lines that the pattern matches to the line that `through` matches, or to the line before the match of `until`."""

    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        end = self.rule.until or self.rule.through
        end_stays = bool(self.rule.until)
        for hit in self._line_hits(view, candidates):
            stop = min(len(view.lines), hit.first + (self.rule.max_lines or 0) + end_stays)
            for index in range(hit.last + 1, stop):
                if fits(end, view, view.lines[index]):
                    yield Hit(hit.first, index - end_stays)
                    break

    def shortfall(self, view: View, first: int, last: int) -> tuple[str, str]:
        end = "until" if self.rule.until else "through"
        return end, f"no line that fits `{end}` follows within {self.rule.max_lines} lines"


class TailMatcher(StretchMatcher):
    """`tail`: from the lines that the pattern matches to the first one that may be prose, or, with `prose`, to the end of the text.

    Unless `prose` is `any`, it must stand behind most of the text's prose: what stands above that has a title between.
    """

    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        for hit in self._line_hits(view, candidates):
            stop = self._stop(view, hit.last)
            length = stop - hit.first
            before, after = self._prose_around(view, hit.first, hit.last, stop)
            if (self.rule.min_lines or 0) <= length <= (self.rule.max_lines or length) and before >= after:
                yield Hit(hit.first, stop - 1)

    def _stop(self, view: View, last: int) -> int:
        """Index behind the last line of the tail whose mark ends with the line `last`."""
        return len(view.lines) if self.rule.prose else view.end_of_list(last + 1)

    def _prose_around(self, view: View, first: int, last: int, stop: int) -> tuple[int, int]:
        """Words that may be prose above the mark (lines `first` to `last`), and below it; where prose ends the tail, from `stop` on."""
        if self.rule.prose == "any":
            return 0, 0
        return view.prose_around(first, last + 1 if self.rule.prose else stop)

    def shortfall(self, view: View, first: int, last: int) -> tuple[str, str]:
        stop = self._stop(view, last)
        length = stop - first
        limit = "min_lines" if length < (self.rule.min_lines or 0) else "max_lines" if length > (self.rule.max_lines or length) else ""
        if limit:
            return limit, f"{length} lines would go, and {limit} is {getattr(self.rule, limit)}"
        before, after = self._prose_around(view, first, last, stop)
        return "match", f"more prose stands below it ({after} words) than above it ({before})"


class HeadMatcher(StretchMatcher):
    """`head`: from the start of the text to the lines that the pattern matches."""

    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        for hit in self._line_hits(view, candidates):
            if hit.last < (self.rule.max_lines or 0):
                yield Hit(0, hit.last)

    def shortfall(self, view: View, first: int, last: int) -> tuple[str, str]:
        return "max_lines", f"{last + 1} lines would go, and max_lines is {self.rule.max_lines}"


class RunMatcher(StretchMatcher):
    """`run`: lines in a row that the pattern matches."""

    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        first = last = -2
        for hit in [*self._line_hits(view, candidates), Hit(-1, -1)]:
            if hit.first == last + 1 and last >= 0:
                last = hit.last
                continue
            if last - first + 1 >= (self.rule.min_lines or 1) and first >= 0:
                yield Hit(first, last)
            first, last = hit.first, hit.last

    def shortfall(self, view: View, first: int, last: int) -> tuple[str, str]:
        start, stop = first, last + 1
        while start and self.last_line(view, start - 1) is not None:
            start -= 1
        while stop < len(view.lines) and self.last_line(view, stop) is not None:
            stop += 1
        return "min_lines", f"{counted(stop - start, 'such line')} in a row, and min_lines is {self.rule.min_lines}"


class EchoMatcher(Matcher):
    """`echo`: lines that repeat something; one class for each value of `of`."""

    needs_candidates = False
    #: Name of the repeated text, in words.
    original: str

    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        return (Hit(index, index) for index in self.echoes(view))

    @abstractmethod
    def echoes(self, view: View) -> Iterator[int]:
        """Indexes of the solid lines that repeat the original."""

    def action(self, text: str, lines: str) -> str:
        return f"takes {lines}, which says what {self.original} says"


class TitleEchoMatcher(EchoMatcher):
    """Lines that repeat the title."""

    is_late = True
    original = "the title"

    def echoes(self, view: View) -> Iterator[int]:
        staying = [index for index in equal_lines(view.title, view.lines) if not view.taken[index]]
        return iter(staying[1 : 1 + _TITLE_ECHOES])


class PreviousEchoMatcher(EchoMatcher):
    """Lines that repeat the line before."""

    is_late = True
    original = "the line before"

    def echoes(self, view: View) -> Iterator[int]:
        keys = [*map(key, view.lines)]
        first = 0  # of equal lines in a row
        for index in range(1, len(keys)):
            if not keys[index] or keys[index] != keys[index - 1]:
                first = index
            elif not view.taken[first]:
                yield index


class NextEchoMatcher(EchoMatcher):
    """Lines with which the next line begins."""

    original = "the line after"

    def echoes(self, view: View) -> Iterator[int]:
        for index, (line, following) in enumerate(zip(view.lines, view.lines[1:], strict=False)):
            if line and following.startswith(line) and self._is_rest(view, following[len(line) :]):
                yield index

    def _is_rest(self, view: View, text: str) -> bool:
        return fits(self.rule.rest, view, text) if self.rule.rest else not text


class SelfEchoMatcher(EchoMatcher):
    """Lines that are the same text twice."""

    original = "itself"

    def echoes(self, view: View) -> Iterator[int]:
        return (index for index, line in enumerate(view.lines) if repeats_itself(line))


class ShapeMatcher(Matcher):
    """`shape`: the lines that the classifier finds to be chrome and that no other rule takes."""

    needs_candidates = False
    is_late = True

    def hits(self, view: View, candidates: Candidates) -> Iterator[Hit]:
        """Hits, found by looking again at what is left, until nothing more goes; none if that has no end."""
        lines, removed = [*range(len(view.lines))], view.taken_early
        taken = set[int]()
        for _ in range(_LOOKS_AT_MOST):
            chrome = self.classifier.chrome(self.features(view, lines, removed))
            gone = {index for index, is_chrome in zip(lines, chrome, strict=True) if is_chrome and view.lines[index]}
            taken |= gone
            lines = [index for index in lines if index not in gone and not view.taken_early[index]]
            removed = [False] * len(view.lines)
            if not gone or not lines:
                yield from (Hit(index, index) for index in sorted(taken))
                return

    def near_miss(self, view: View, index: int) -> NearMiss | None:
        total, reasons = self._given(view, index)
        return NearMiss(self.rule, "shape", reasons, 0.5) if total > -_NEAR else None

    def points(self, view: View, index: int) -> str:
        return self._given(view, index)[1]

    def _given(self, view: View, index: int) -> tuple[float, str]:
        """Points of a solid line, and the reasons in words."""
        features = self.features(view, range(len(view.lines)), view.taken_early)
        total = self.classifier.points(features)[index]
        reasons = self.classifier.reasons(features, index)
        shown = ", ".join(f"{reason.what} ({reason.points:+.0f})" for reason in reasons[:_REASONS_AT_MOST])
        more = len(reasons) - _REASONS_AT_MOST
        return total, f"{total:+.0f} points: {shown}" + (f" and {more} more" if more > 0 else "")

    @cached_property
    def classifier(self) -> LineClassifier:
        """The classifier with the trees of the rule."""
        from cleaner.engine.line_classifier import LineClassifier  # a run without such a rule doesn't need it

        return LineClassifier(self.rule.shape or Shape(), self.prepared.shape_literals)

    def features(self, view: View, indexes: Sequence[int], removed: Sequence[bool]) -> Features:
        """Features of the solid lines with some indexes, as if the text had no others."""
        lines, blank_before = [view.lines[index] for index in indexes], [view.blank_before[index] for index in indexes]
        return self.classifier.features(
            lines, blank_before, view.vocabulary.stop_words, [removed[index] for index in indexes], view.deadline
        )


_MATCHERS: Mapping[KindName, type[Matcher]] = {
    "match": MatchMatcher,
    "line": LineMatcher,
    "block": BlockMatcher,
    "tail": TailMatcher,
    "head": HeadMatcher,
    "run": RunMatcher,
    "shape": ShapeMatcher,
}
_ECHOES: Mapping[EchoOf, type[EchoMatcher]] = {
    "title": TitleEchoMatcher,
    "previous": PreviousEchoMatcher,
    "next": NextEchoMatcher,
    "itself": SelfEchoMatcher,
}
