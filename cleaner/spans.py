"""Arithmetic of spans: merge them, delete them, tidy the text that is left, restore the input."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from cleaner.document import BOM, Document, Line
from cleaner.errors import ProofError
from cleaner.result import TIDY, Removal, Result, Span

#: Signs without a space before them: if a deletion leaves one there, the space is deleted too.
_CLOSING = frozenset(",.;:!?)]}…»”’%")


def merge(spans: Iterable[Span], rank: Mapping[str, int] | None = None) -> list[Span]:
    """Sorted spans without overlaps, made of spans that may overlap.

    Where spans overlap, the one that starts first wins, then the longer one, then the rule of lower rank, then the name that sorts first;
    so the result doesn't depend on the order of `spans`. The loser keeps the characters behind the winner.
    """
    merged: list[Span] = []
    reached = 0
    ranks = rank or {}
    for start, end, rule in sorted(spans, key=lambda span: (span.start, -span.end, ranks.get(span.rule, 0), span.rule)):
        if end > reached:
            merged.append(Span(max(start, reached), end, rule))
            reached = end
    return merged


def delete(text: str, spans: Iterable[Span]) -> str:
    """The text without `spans`, which are sorted and don't overlap."""
    return "".join([text[start:end] for start, end in gaps(0, len(text), spans)])


def tidy(document: Document, spans: Sequence[Span]) -> list[Span]:
    """Further spans of white space that should go together with `spans`; both are sorted and without overlaps.

    A line of which only white space, or the sign of a byte order mark, is left is deleted whole. Beside a span inside a line, one of two
    spaces is deleted; at the line's ends both; before a comma or the like every space. Of blank lines at most one in a row stays, and none
    at either end of the text.
    """
    extra: list[Span] = []
    text = document.text
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    trailing_blank: tuple[int, int] | None = None
    room_for_blank = False
    for line in document.lines:
        cuts = spans[bisect_right(ends, line.start) : bisect_left(starts, line.stop)]
        left = list(gaps(line.start, line.stop, cuts))
        if not left:
            continue
        if not line.text and not cuts:
            if room_for_blank:
                trailing_blank, room_for_blank = (line.start, line.stop), False
            else:
                extra.append(Span(line.start, line.stop, TIDY))
        elif not any(text[a:b].strip() for a, b in left) or (cuts and not any(text[a:b].replace(BOM, "").strip() for a, b in left)):
            extra.extend(Span(a, b, TIDY) for a, b in left)
        else:
            if cuts:
                extra.extend(_spaces(text, line, left))
            trailing_blank, room_for_blank = None, True
    if trailing_blank:
        extra.append(Span(*trailing_blank, TIDY))
    return _joined(sorted(extra))


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start:
            joined[-1] = joined[-1]._replace(end=span.end)
        else:
            joined.append(span)
    return joined


def gaps(start: int, end: int, cuts: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """Start and end offsets of what the sorted `cuts` leave of the stretch from `start` to `end`."""
    for cut_start, cut_end, _ in cuts:
        if cut_start > start:
            yield start, cut_start
        start = max(start, cut_end)
    if start < end:
        yield start, end


def _spaces(text: str, line: Line, left: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """Spans of the spaces to delete beside the cuts of a line; `left` are the pieces that the cuts leave, the line end included."""
    pieces = [(a, min(b, line.end)) for a, b in left if a < line.end]
    solid = [i for i, (a, b) in enumerate(pieces) if text[a:b].strip()]
    after_space = False
    for i, (a, b) in enumerate(pieces):
        piece = text[a:b]
        head = len(piece) - len(piece.lstrip())
        tail = len(piece) - len(piece.rstrip())
        begins = i <= solid[0] and a > line.start  # the characters before it in the line are deleted
        if i > solid[-1] or (head == len(piece) and (after_space or begins)):
            yield Span(a, b, TIDY)
            continue
        if head and (begins or after_space):
            yield Span(a, a + head, TIDY)
        orphaned = i + 1 < len(pieces) and text[pieces[i + 1][0]] in _CLOSING
        if tail and ((i == solid[-1] and b < line.end) or orphaned):
            yield Span(b - tail, b, TIDY)
            tail = 0
        after_space = tail > 0


class OffsetMap:
    """Offsets in an original text, for offsets in a shortened one; `kept` are the original's kept stretches (start, end), sorted."""

    def __init__(self, kept: Iterable[tuple[int, int]]) -> None:
        self._kept = list(kept)
        self._starts = [0, *accumulate(end - start for start, end in self._kept)]

    def to_original(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Stretches of the original that make up a stretch of the shortened text; several where something was deleted inside it."""
        index = bisect_right(self._starts, start) - 1
        while start < end:
            origin, stop = self._kept[index]
            first = origin + start - self._starts[index]
            last = min(stop, first + end - start)
            yield first, last
            start += last - first
            index += 1


def result(text: str, spans: Sequence[Span]) -> Result:
    """Result of deleting sorted spans from a text, after a check that nothing else changed.

    Raises:
        ProofError: Kept text and removals don't give the text back.
    """
    removals = tuple(Removal(start, end, rule, text[start:end]) for start, end, rule in spans)
    deleted = Result(delete(text, spans), removals)
    if restore(deleted) != text:
        raise ProofError("kept text and removals do not give the input back")
    return deleted


def restore(done: Result) -> str:
    """The input text of a result, character for character.

    Raises:
        ProofError: The removals don't fit the text: they overlap, leave the text, or have the wrong length.

    >>> restore(Result("ac", (Removal(1, 2, "demo/b", "b"),)))
    'abc'
    """
    pieces, offset, original = [], 0, 0
    for start, end, _, text in done.removals:
        gap = start - original
        if gap < 0 or end - start != len(text) or offset + gap > len(done.text):
            raise ProofError(f"removal {start}–{end} does not fit the text")
        pieces += [done.text[offset : offset + gap], text]
        offset, original = offset + gap, end
    pieces.append(done.text[offset:])
    return "".join(pieces)
