"""What a review writes for each decision: an exemption from a rule, or a rule of its own for what was marked; and both as TOML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from cleaner.authoring.review.session import Decision, Occurrence, Region, ReviewItem, Session, line_index, region, suggested_line
from cleaner.document import words
from cleaner.ruleset.kind_keys import KindName
from cleaner.ruleset.rule import Example
from cleaner.ruleset.toml_writer import comment, escaped, literal, string, strings
from cleaner.wording import counted

#: Characters of a line that a pattern repeats; a longer one is told by its beginning.
_LONG, _BEGINNING = 200, 160
#: Characters on either side of what was marked in a line that its pattern asks for.
_AROUND = 60
#: Lines that a rule spells out; more are a block from the first to the last.
_SPELLED_OUT = 4
#: A first line of fewer words stands for too much: the pattern asks for the line beside it, too.
_FEW_WORDS = 4
_SPECIAL = frozenset("\\.^$*+?{}[]|()")


class Part(NamedTuple):
    """The rule that takes what was marked.

    Attributes:
        through: For a block, the pattern of the last line.
        max_lines: For a block, its length.
        previous: The line before, if it must be asked for.
        next: The line after, if it must be asked for.
    """

    remove: KindName
    match: str
    through: str = ""
    max_lines: int = 0
    previous: str = ""
    next: str = ""


class Way(NamedTuple):
    """One way to write a decision.

    Attributes:
        unless: Patterns of the exemption; none if nothing is kept from the rule.
        part: The rule that takes what was marked, if something was.
        strict: Whether it spares less than the way before.
    """

    unless: tuple[str, ...] = ()
    part: Part | None = None
    strict: bool = False


@dataclass
class Draft:
    """What is to be written for a decision, as far as that is known.

    Attributes:
        index: Index of the item.
        id: Name of its rule in the file, if it needs one.
        ways: The ways to write it that are left, the most natural first.
        also: Further rules that its text is kept from, each with the part that it would take, or an empty string for the whole.
        keeps: What proves each exemption, by rule and part.
        removes: What the rule takes whole.
        near: What the rule leaves alone.
        examples: What the rule makes of texts.
    """

    index: int
    item: ReviewItem
    decision: Decision
    id: str
    ways: list[Way]
    also: list[tuple[str, str]] = field(default_factory=list)
    keeps: dict[tuple[str, str], str] = field(default_factory=dict)
    removes: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def way(self) -> Way:
        """The way that is tried."""
        return self.ways[0]

    @property
    def exemptions(self) -> list[tuple[str, str]]:
        """The rules that something is kept from, each with the part."""
        return [(self.item.rule, ""), *self.also] if self.way.unless else []

    @property
    def rules(self) -> set[str]:
        """The rules that something is kept from."""
        return {rule for rule, _ in self.exemptions}


def pattern(text: str) -> str:
    r"""A pattern that fits a text and nothing else; what has no sign of its own is written as a number.

    >>> pattern("5.30 (approx.)"), pattern("a\tb")
    ('5\\.30 \\(approx\\.\\)', 'a\\u0009b')
    """
    return "".join(f"\\{char}" if char in _SPECIAL else char if char.isprintable() else escaped(char) for char in text)


def drafts(session: Session) -> list[Draft]:
    """What to write for each decision that needs writing, save for rules that are switched off."""
    all_drafts: list[Draft] = []
    numbers = Counter[str]()
    for index, decision in sorted(session.decisions.items()):
        item = session.items[index]
        if decision.verdict == "keep":
            all_drafts.append(Draft(index, item, decision, "", list(_telling(decision.mark or item.text, len(item.lines) > 1))))
        elif decision.verdict == "edit":
            id_ = f"{item.rule.rsplit('/', 1)[-1]}-part"
            numbers[id_] += 1
            suffix = f"-{numbers[id_]}" if numbers[id_] > 1 else ""
            all_drafts.append(Draft(index, item, decision, f"{id_}{suffix}", _ways_to_edit(session, item, decision)))
    return all_drafts


def _telling(line: str, of_many: bool) -> Iterator[Way]:
    """Ways to tell a line by a pattern."""
    text, end = pattern(line), "$"
    if len(line) > _LONG:
        text, end = pattern(line[:_BEGINNING].rsplit(" ", 1)[0]), ""
    yield Way((f"(?m:^{text}{end})" if of_many else f"^{text}{end}",))
    yield Way((f"(?m-i:^{text}{end})" if of_many else f"^(?-i:{text}){end}",), strict=True)
    yield Way((text,))  # a part of what the rule would take, where another rule takes the rest
    yield Way((f"(?-i:{text})",), strict=True)


def _ways_to_edit(session: Session, item: ReviewItem, decision: Decision) -> list[Way]:
    if len(item.lines) > 1:
        parts = list(_lines_part(item.lines, decision.start, decision.end))
        staying = [*item.lines[: decision.start], *item.lines[decision.end :]]
        telling = list(_telling(staying[(suggested_line(["", *staying]) or 1) - 1], of_many=True)) if staying else [Way()]
    else:
        was = _removed_region(session, item, decision)
        left, right = decision.line[was.start : decision.start], decision.line[decision.end : was.end]
        parts = [_piece(was, decision, left, right)]
        telling = [Way()]
        if rest := tuple(pattern(text.strip()) for text in (left, right) if text):
            whole = list(_telling(item.text, of_many=False))
            # Where the rule would take what is left when the marked part is gone.
            telling = [*whole, Way((*whole[0].unless, *(f"^{text}$" for text in rest))), Way(rest)]
    return [way._replace(part=part) for part, way in product(parts, telling)]


def _removed_region(session: Session, item: ReviewItem, decision: Decision) -> Region:
    """What went of the line in which a part of it was marked; if that isn't known any more, what was marked."""
    regions = (region(session.pages[occurrence.page], item, occurrence) for occurrence in item.occurrences)
    return next((region for region in regions if region.text == decision.line), Region(decision.line, decision.start, decision.end))


def _piece(was: Region, decision: Decision, left: str, right: str) -> Part:
    """The rule for a part of a line: what was marked, beside what stands `left` and `right` of it in what the old rule took."""
    line, (_, marked, _) = decision.line, decision.parts
    if marked == line:
        return Part("line", pattern(line))
    before = ("^" if min(was.start, decision.start) == 0 and len(left) <= _AROUND else "") + pattern(left[-_AROUND:])
    after = pattern(right[:_AROUND]) + ("$" if max(was.end, decision.end) == len(line) and len(right) <= _AROUND else "")
    looked_behind = f"(?<={before})" if before not in ("", "^") else before
    looked_ahead = f"(?={after})" if after not in ("", "$") else after
    return Part("match", f"{looked_behind}{pattern(marked)}{looked_ahead}")


def _lines_part(lines: Sequence[str], start: int, end: int) -> Iterator[Part]:
    """The rules that can take some lines of several."""
    marked = lines[start:end]
    previous = following = ""
    if words(marked[0]) < _FEW_WORDS:
        previous = pattern(lines[start - 1]) if start else ""
        following = pattern(lines[end]) if not start and end < len(lines) else ""
    spelled = Part("line", r"\n".join(map(pattern, marked)), previous=previous, next=following)
    block = Part("block", pattern(marked[0]), pattern(marked[-1]), len(marked), previous, following)
    yield from (spelled, block) if len(marked) <= _SPELLED_OUT else (block, spelled)


def marked(session: Session, draft: Draft, occurrence: Occurrence) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """What is to go and what is to stay where an item stands that is kept or edited, as stretches of the document.

    Where a line of several is kept, the rest is as other rules have it.
    """
    item, page, decision = draft.item, session.pages[occurrence.page], draft.decision
    if decision == Decision("keep"):
        return [], list(occurrence.spans)
    start, end = occurrence.start, occurrence.end
    if len(item.lines) > 1:
        goes, stays = list[tuple[int, int]](), list[tuple[int, int]]()
        lines = (line for line in page.document.solid if line.start < end and line.end > start)
        for index, line in enumerate(lines):
            if not decision.mark or line.text == decision.mark:
                pieces = [(max(a, line.start), min(b, line.end)) for a, b in occurrence.spans if a < line.end and b > line.start]
                (goes if decision.start <= index < decision.end else stays).extend(pieces)
        return goes, stays
    was = _removed_region(session, item, decision)
    before, after = decision.start - was.start, decision.end - was.end
    if region(page, item, occurrence).text != decision.line:  # the same removal in another line: what was added to it isn't there
        before, after = max(0, before), min(0, after)
    return [(start + before, end + after)], [(start, start + max(0, before)), (end + min(0, after), end)]


def source(title: str, session: Session, off: Sequence[str], written: Sequence[Draft]) -> str:
    """The text of the rule file: the rules `off` that it switches off, then what was `written` for decisions."""
    out = [f"title = {string(title)}", 'about = "What was decided in cleaner review."']
    if off:
        out.append("disable = [")
        for rule in off:
            first = _origin(session, session.items[session.of_rule[rule][0]])
            out.append(f"    # {counted(len(session.occurrences(rule)), 'removal')}; the first: {first}")
            out.append(f"    {string(rule)},")
        out.append("]")
    for draft in written:
        out += ["", f"# {_origin(session, draft.item)}"]
        for index, (rule, part) in enumerate(draft.exemptions):
            out += [""] if index else []
            unless = (part_pattern(part),) if part else draft.way.unless
            out += _exemption(rule, unless, draft.keeps.get((rule, part)) or part or draft.item.text)
        if draft.way.part:
            old = session.rules.get(draft.item.rule)
            out += ["", *_rule(draft, draft.way.part, old.languages if old else ())]
    return "\n".join(out) + "\n"


def part_pattern(text: str) -> str:
    """The pattern by which a part of a removal is told."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    best = suggested_line(lines)
    return next(_telling(lines[best or 0], of_many=len(lines) > 1)).unless[0]


def _exemption(rule: str, unless: Sequence[str], keeps: str) -> list[str]:
    patterns = literal(unless[0]) if len(unless) == 1 else f"[{', '.join(map(literal, unless))}]"
    return ["[[exemption]]", f"rule = {string(rule)}", f"unless = {patterns}", f"keeps = {strings([keeps])}"]


def _rule(draft: Draft, part: Part, languages: Sequence[str]) -> list[str]:
    out = ["[[rule]]", f"id = {string(draft.id)}", f"about = {string(f'What was marked of what {draft.item.rule} takes')}"]
    out += [f"remove = {string(part.remove)}", f"match = {literal(part.match)}"]
    out += [f"{key} = {literal(value)}" for key, value in part._asdict().items() if key in ("through", "previous", "next") and value]
    out += [f"max_lines = {part.max_lines}"] if part.max_lines else []
    out += [f"languages = {strings(languages)}"] if languages else []  # it stays out where the old rule does
    out += [f"removes = {strings(draft.removes)}"] if draft.removes else []
    out += [f"keeps = {strings(draft.near)}"] if draft.near else []
    for example in draft.examples:
        out += ["", "[[rule.example]]", f"before = {string(example.before)}", f"after = {string(example.after)}"]
    return out


def _origin(session: Session, item: ReviewItem) -> str:
    """Where an item comes from, for a comment."""
    first = item.occurrences[0]
    page = session.pages[first.page]
    more = len(item.occurrences) - 1
    further = f", and {counted(more, 'place')} more" if more else ""
    return f"{comment(page.name)}, line {line_index(page.document, first.start) + 1}{further}"
