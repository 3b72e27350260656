"""Rules on the screen: tables of them, one in full, why a line went or stayed, and what a change of rules changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from cleaner.authoring.compare import Comparison, RuleDelta
from cleaner.authoring.explain import Explanation, Match
from cleaner.render.console import Colours, from_here, short_name
from cleaner.render.visible import visible
from cleaner.ruleset.layers import SHIPPED, RuleSet
from cleaner.ruleset.rule import Override, Rule
from cleaner.wording import counted, shorten

#: Characters of a removed text that are shown beside a rule.
_QUOTE = 200
#: Characters of room that what a rule is about needs to stand beside it.
_ABOUT = 44


def place(rule: Rule, line: int = 0) -> str:
    """Where a rule stands: its file, as seen from here, and its line."""
    return f"{from_here(rule.file)}:{line or rule.line}"


def table(rules: Sequence[Rule], rule_set: RuleSet, width: int) -> Iterator[Text]:
    """Rules as lines: name, what it removes, how sure it is, where it applies; and what it is about, below where there is no room beside.

    Args:
        rules: The rules.
        rule_set: The set that they are of.
        width: Characters of a line.
    """
    colours = Colours()
    layered = any(rule.layer != SHIPPED for rule in rules)
    rows = [_cells(rule, rule_set, layered) for rule in rules]
    head = ["rule", "removes", "sure", "only in", *(["layer"] if layered else [])]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    beside = sum(widths) + 2 * len(widths) + _ABOUT <= width
    yield Text("  ".join(name.ljust(size) for name, size in zip(head, widths, strict=True)) + ("  about" if beside else ""), "head")
    for rule, row in zip(rules, rows, strict=True):
        cells = [cell.ljust(size) for cell, size in zip(row, widths, strict=True)]
        line = Text.assemble((cells[0], colours.of(rule.name)), "  ", "  ".join(cells[1:]).rstrip() if not beside else "  ".join(cells[1:]))
        about = visible(rule.about)
        if beside:
            yield Text.assemble(line, "  ", about)
        else:
            yield line
            yield Text(f"    {about}", "fold")


def _cells(rule: Rule, rule_set: RuleSet, layered: bool) -> list[str]:
    only = ", ".join([*rule.languages, *rule.sites, *(["a mark"] if rule.fingerprint else [])])
    sure = rule.confidence + ("*" if rule.name in rule_set.moved else "")
    return [visible(cell) for cell in (rule.name, rule.remove, sure, only, *([rule.layer] if layered else []))]


def footer(shown: int, rule_set: RuleSet) -> Iterator[Text]:
    """What a table of rules doesn't show: how many there are, and what later layers changed."""
    yield Text(f"{shown:,} of {len(rule_set.rules):,} rules", "total")
    for rule, change in rule_set.off:
        yield Text(visible(f"off: {rule.name}, by {origin(change)}"), "fold")
    for name, change in rule_set.moved.items():
        yield Text(visible(f"* {name} is {change.confidence}, by {origin(change)}"), "fold")
    for old in rule_set.replaced:
        yield Text(visible(f"replaced: {old.name} of {old.layer}, {place(old)}"), "fold")


def origin(change: Override) -> str:
    """Where a change of rules is written."""
    return f"{from_here(change.file)}:{change.line}" if change.line else change.file


def whole(rule: Rule, source: str, literals: Iterable[str], notes: Iterable[str]) -> Iterator[Text]:
    """One rule: its text as it stands in the file, and as comments its name, its place, and what is not written there."""
    yield Text.assemble("# ", (visible(rule.name), "head"), f"  {visible(place(rule))}, layer {visible(rule.layer)}")
    yield from (Text(visible(line)) for line in source.split("\n"))
    found = sorted(literals)
    if rule.match:
        words = ", ".join(repr(literal) for literal in found[:8]) + (", …" if len(found) > 8 else "")
        yield Text(visible(f"# looked for first: {words}" if found else "# tried on every line: it has no fixed words"), "fold")
    yield from (Text(visible(f"# {note}"), "fold") for note in notes)
    yield Text("")


def explanation(name: str, found: Explanation) -> RenderableType:
    """Why a line went or stayed."""
    parts: list[RenderableType] = [
        Text.assemble((visible(f"{name}:{found.line}" if name else f"line {found.line}"), "head"), "  ", _quote(found.text))
    ]
    if found.withheld:
        parts.append(Text(visible(f"! the whole text is left as it is: {found.withheld}"), "flag"))
    if not found.text.strip():
        parts.append(Text("  a blank line" + (", taken by tidy: other removals left it over" if found.tidied else ", which stays")))
    elif found.matches:
        verb = (
            "would go"
            if found.withheld
            else "goes"
            if not found.left.strip()
            else f"goes in part; what stays is {shorten(found.left.strip(), _QUOTE)!r}"
        )
        owners = [match for match in found.matches if match.owner]
        parts.append(Text(visible(f"  {verb}, by {owners[0].rule.name if owners else found.matches[0].rule.name}"), "total"))
        for match in found.matches:
            parts += _match(match, match is found.matches[0])
    else:
        parts.append(Text("  stays" + ("; nearest:" if found.misses else ": no rule comes near it"), "total"))
        for miss in found.misses:
            headline = Text.assemble((visible(miss.rule.name), Colours().of(miss.rule.name)), f"  {visible(place(miss.rule))}")
            reason = Text(visible(f"{miss.rule.about}; stopped by {miss.condition}: {miss.reason}"))
            parts += [_indented(headline, 2), _indented(reason, 4)]
    return Group(*parts, Text(""))


def _quote(text: str) -> Text:
    text = text.strip()
    return Text(visible(shorten(text, _QUOTE)))


def _indented(text: Text, by: int) -> RenderableType:
    return Padding(text, (0, 0, 0, by), expand=False)


def _match(match: Match, first: bool) -> Iterator[RenderableType]:
    rule = match.rule
    name = (visible(rule.name), Colours().of(rule.name))
    yield _indented(Text.assemble("" if first else "also ", name, f"  {visible(place(rule, match.line))}"), 2)
    yield _indented(
        Text(visible(f"{rule.about}; {match.action}" + (f" (in pass {match.pass_number})" if match.pass_number > 1 else ""))), 4
    )
    if match.points:
        yield _indented(Text(visible(match.points), "fold"), 4)
    if match.pattern:
        yield _indented(Text(visible(f"by {shorten(match.pattern, _QUOTE)}"), "fold"), 4)


def comparison(found: Comparison) -> RenderableType:
    """What a change of rules changes in a corpus."""
    parts: list[RenderableType] = []
    for title, sign, by_rule in (("removed now, and kept before", "+", found.gained), ("kept now, and removed before", "-", found.lost)):
        if by_rule:
            parts.append(Text(title, "head"))
            ranked = sorted(by_rule.items(), key=lambda item: (-item[1].words, item[0]))
            parts += [_change(rule, change, sign) for rule, change in ranked]
            parts.append(Text(""))
    for (old, new), pieces in sorted(found.renamed.items()):
        parts.append(Text(visible(f"{counted(pieces, 'piece')} now by {short_name(new)}, before by {short_name(old)}"), "fold"))
    gained, lost = (sum(change.words for change in by_rule.values()) for by_rule in (found.gained, found.lost))
    come = "comes" if found.changed == 1 else "come"
    many = f"{found.changed:,} of {counted(found.documents, 'document')} {come} out differently"
    parts.append(Text(f"{many}: {counted(gained, 'word')} more removed, {lost:,} fewer", "total"))
    return Group(*parts)


def _change(rule: str, change: RuleDelta, sign: str) -> RenderableType:
    parts: list[RenderableType] = [
        Text.assemble((visible(rule), Colours().of(rule)), f"  {counted(change.pieces, 'piece')}, {change.words:,} words")
    ]
    for sample in change.samples:
        lines = sample.text.split("\n")
        more = f" ⋮ {len(lines) - 1:,} lines more" if len(lines) > 1 else ""
        parts.append(Text.assemble(f"  {sign} ", _quote(lines[0]), (f"{more}  {visible(sample.file)}:{sample.line}", "fold")))
    return Group(*parts)
