"""What a review writes for each decision: an exemption from a rule, or a rule of its own for what was marked; and both as TOML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from cleaner.authoring.review.session import Decision, Occurrence, ReviewItem, Session, line_index, region, suggested_line
from cleaner.document import words
from cleaner.ruleset.kinds import KindName
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
        remove: Its kind.
        match: Its pattern.
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
        decision: What was decided.
        id: Name of its rule in the file, if it needs one.
        ways: How it can be written, the most natural way first.
        rule: The rule that its text is kept from, or an empty string.
        also: Further rules, each with the part of the text that it would take, or an empty string for the whole.
        way: Number of the way that is tried.
        keeps: What proves each exemption, by rule and part.
        removes: What the rule takes whole.
        near: What the rule leaves alone.
        examples: What the rule makes of texts.
    """

    index: int
    decision: Decision
    id: str
    ways: Sequence[Way]
    rule: str
    also: list[tuple[str, str]] = field(default_factory=list)
    way: int = 0
    keeps: dict[tuple[str, str], str] = field(default_factory=dict)
    removes: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def exemptions(self) -> list[tuple[str, str]]:
        """The rules that something is kept from, each with the part."""
        return [(self.rule, ""), *self.also] if self.rule and self.ways[self.way].unless else []

    @property
    def rules(self) -> set[str]:
        """The rules that something is kept from."""
        return {rule for rule, _ in self.exemptions}

    @property
    def is_last(self) -> bool:
        """Whether there is no other way left."""
        return self.way + 1 >= len(self.ways)

    @property
    def can_be_stricter(self) -> bool:
        """Whether the next way spares less."""
        return not self.is_last and self.ways[self.way + 1].strict


def pattern(text: str) -> str:
    r"""A pattern that fits a text and nothing else; what has no sign of its own is written as a number.

    >>> pattern("5.30 (approx.)"), pattern("a\tb")
    ('5\\.30 \\(approx\\.\\)', 'a\\u0009b')
    """
    return "".join(f"\\{char}" if char in _SPECIAL else char if char.isprintable() else escaped(char) for char in text)


def drafts(session: Session, stem: str) -> list[Draft]:
    """What to write for each decision that needs writing, save for rules that are switched off; `stem` is the file's name."""
    found: list[Draft] = []
    ids: set[str] = set()
    for number, decision in sorted(session.decisions.items()):
        item = session.items[number]
        if decision.verdict == "keep":
            ways = [Way((each,), strict=strict) for each, strict in _telling(decision.mark or item.text, len(item.lines) > 1)]
            found.append(Draft(number, decision, "", ways, item.rule))
        elif decision.verdict == "edit":
            id_ = _new_id(item.rule.rsplit("/", 1)[-1], ids)
            found.append(_edited(session, number, decision, id_))
    return found


def _new_id(rule: str, ids: set[str]) -> str:
    base = f"{rule}-part"
    id_ = next(each for each in (base, *(f"{base}-{n}" for n in range(2, len(ids) + 3))) if each not in ids)
    ids.add(id_)
    return id_


def _telling(line: str, of_many: bool) -> Iterator[tuple[str, bool]]:
    """Patterns that tell a line, each with whether it fits less than the one before."""
    whole = len(line) <= _LONG
    if whole:
        text, end = pattern(line), "$"
    else:
        text, end = pattern(line[:_BEGINNING].rsplit(" ", 1)[0]), ""
    flag = "m" if of_many else ""
    yield f"(?m:^{text}{end})" if flag else f"^{text}{end}", False
    yield f"(?{flag}-i:^{text}{end})" if flag else f"^(?-i:{text}){end}", True
    yield text, False  # a part of what the rule would take, where another rule takes the rest
    yield f"(?-i:{text})", True


def _edited(session: Session, number: int, decision: Decision, id_: str) -> Draft:
    item = session.items[number]
    if len(item.lines) > 1:
        lines = item.lines
        staying = [*lines[: decision.start], *lines[decision.end :]]
        parts = list(_lines_part(lines, decision.start, decision.end))
        telling: list[tuple[tuple[str, ...], bool]] = [((), False)]
        if staying:
            best = suggested_line(["", *staying])
            telling = [((each,), strict) for each, strict in _telling(staying[(best or 1) - 1], of_many=True)]
    else:
        before, after = shift(session, number, decision)
        parts = [_piece(session, item, decision)]
        telling = [((), False)]
        if before > 0 or after < 0:
            rest = [text for text in (item.text[: max(0, before)], item.text[len(item.text) + min(0, after) :]) if text.strip()]
            whole = list(_telling(item.text, of_many=False))
            telling = [((each,), strict) for each, strict in whole]
            # Where the rule would take what is left when the marked part is gone.
            telling += [((each, *(f"^{pattern(text.strip())}$" for text in rest)), False) for each, _ in whole[:1]]
            telling += [(tuple(pattern(text.strip()) for text in rest), False)]
    ways = [Way(unless, part, strict) for part, (unless, strict) in product(parts, telling)]
    return Draft(number, decision, id_, ways, item.rule if telling[0][0] else "")


def shift(session: Session, number: int, decision: Decision) -> tuple[int, int]:
    """How far the start and the end of what goes were moved in a line, in characters; positive numbers are to the right."""
    item = session.items[number]
    for occurrence in item.occurrences:
        found = region(session.pages[occurrence.page], item, occurrence)
        if found.text == decision.line:
            return decision.start - found.start, decision.end - found.end
    return 0, 0


def _piece(session: Session, item: ReviewItem, decision: Decision) -> Part:
    """The rule for a part of a line: what was marked, beside what stands beside it in what the old rule took."""
    line, start, end = decision.line, decision.start, decision.end
    if start == 0 and end == len(line):
        return Part("line", pattern(line))
    here = next(
        (
            found
            for occurrence in item.occurrences
            if (found := region(session.pages[occurrence.page], item, occurrence)).text == decision.line
        ),
        None,
    )
    old_start, old_end = (here.start, here.end) if here else (start, end)
    left, right = line[old_start:start], line[end:old_end]
    before = ("^" if old_start == 0 and len(left) <= _AROUND else "") + pattern(left[-_AROUND:])
    after = pattern(right[:_AROUND]) + ("$" if old_end == len(line) and len(right) <= _AROUND else "")
    if start < old_start:
        before = "^" if start == 0 else ""
    if end > old_end:
        after = "$" if end == len(line) else ""
    looked_behind = f"(?<={before})" if before not in ("", "^") else before
    looked_ahead = f"(?={after})" if after not in ("", "$") else after
    return Part("match", f"{looked_behind}{pattern(line[start:end])}{looked_ahead}")


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
    item, page, decision = session.items[draft.index], session.pages[occurrence.page], draft.decision
    if decision.verdict == "keep" and not decision.mark:
        return [], list(occurrence.spans)
    if len(item.lines) > 1:
        first, last = line_index(page.document, occurrence.start), line_index(page.document, occurrence.end - 1)
        solid = [line for line in page.document.lines[first : last + 1] if line.text]
        goes, stays = list[tuple[int, int]](), list[tuple[int, int]]()
        for number, line in enumerate(solid):
            for a, b in occurrence.spans:
                piece = (max(a, line.start), min(b, line.end))
                if piece[0] >= piece[1] or (decision.mark and line.text != decision.mark):
                    continue
                (goes if decision.start <= number < decision.end else stays).append(piece)
        return goes, stays
    before, after = shift(session, draft.index, decision)
    if region(page, item, occurrence).text != decision.line:  # the same removal in another line: what was added to it isn't there
        before, after = max(0, before), min(0, after)
    start, end = occurrence.start, occurrence.end
    return [(start + before, end + after)], [(start, start + max(0, before)), (end + min(0, after), end)]


def source(title: str, session: Session, off: Iterable[str], written: Iterable[Draft]) -> str:
    """The text of the rule file: the rules `off` that it switches off, then what was `written` for decisions."""
    out = [f"title = {string(title)}", 'about = "What was decided in cleaner review."']
    off = list(off)
    if off:
        out.append("disable = [")
        for rule in off:
            items = [session.items[number] for number in session.of_rule[rule]]
            removals = sum(len(item.occurrences) for item in items)
            out.append(f"    # {counted(removals, 'removal')}; the first: {_origin(session, items[0])}")
            out.append(f"    {string(rule)},")
        out.append("]")
    for draft in written:
        out += ["", f"# {_origin(session, session.items[draft.index])}"]
        way = draft.ways[draft.way]
        for number, (rule, part) in enumerate(draft.exemptions):
            out += [""] if number else []
            unless = (part_pattern(part),) if part else way.unless
            out += _exemption(rule, unless, draft.keeps.get((rule, part)) or part or session.items[draft.index].text)
        if way.part:
            item = session.items[draft.index]
            old = session.rules.get(item.rule)
            out += ["", *_rule(item, draft, way.part, old.languages if old else ())]
    return "\n".join(out) + "\n"


def part_pattern(text: str) -> str:
    """The pattern by which a part of a removal is told."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    best = suggested_line(lines)
    return next(_telling(lines[best or 0], of_many=len(lines) > 1))[0]


def _exemption(rule: str, unless: Sequence[str], keeps: str) -> list[str]:
    return ["[[exemption]]", f"rule = {string(rule)}", f"unless = {_patterns(unless)}", f"keeps = {strings([keeps])}"]


def _patterns(each: Sequence[str]) -> str:
    return literal(each[0]) if len(each) == 1 else f"[{', '.join(map(literal, each))}]"


def _rule(item: ReviewItem, draft: Draft, part: Part, languages: Sequence[str]) -> list[str]:
    out = ["[[rule]]", f"id = {string(draft.id)}", f"about = {string(f'What was marked of what {item.rule} takes')}"]
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
