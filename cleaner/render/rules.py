"""Rules on the screen: tables of rules, a rule in full, explanations of lines, and comparisons of rule sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from cleaner.authoring.compare import Comparison, RuleDelta
from cleaner.authoring.explain import Explanation, Match
from cleaner.render.console import Colours, from_here
from cleaner.render.visible import visible
from cleaner.ruleset.layers import SHIPPED, RuleSet
from cleaner.ruleset.rule import Override, Rule
from cleaner.wording import counted, shorten

#: Number of characters of a removed text that are shown beside a rule.
_QUOTE = 200
#: Least width in characters of the column `about`.
_ABOUT = 44


def place(rule: Rule, line: int = 0) -> str:
    """Location of a rule: its file, relative to the working directory, and `line`, by default that of the rule."""
    return f"{from_here(rule.file)}:{line or rule.line}"


def table(rules: Sequence[Rule], rule_set: RuleSet, width: int) -> Iterator[Text]:
    """Table of rules in lines of `width` characters: name, kind, confidence, languages and sites, layer; `about` beside or below."""
    colours = Colours()
    layered = any(rule.layer != SHIPPED for rule in rules)
    rows = [_cells(rule, rule_set, layered) for rule in rules]
    head = ["rule", "removes", "sure", "only in", *(["layer"] if layered else [])]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    beside = sum(widths) + 2 * len(widths) + _ABOUT <= width
    yield Text("  ".join(map(str.ljust, head, widths)) + ("  about" if beside else ""), "head")
    for rule, row in zip(rules, rows, strict=True):
        name, *others = map(str.ljust, row, widths)
        line = Text.assemble((name, colours.of(rule.name)), "  ", "  ".join(others))
        if beside:
            yield line.append(f"  {visible(rule.about)}")
        else:
            line.rstrip()
            yield line
            yield Text(f"    {visible(rule.about)}", "fold")


def _cells(rule: Rule, rule_set: RuleSet, layered: bool) -> list[str]:
    only = ", ".join([*rule.languages, *rule.sites, *(["a mark"] if rule.fingerprint else [])])
    sure = rule.confidence + ("*" if rule.name in rule_set.moved else "")
    return [visible(cell) for cell in (rule.name, rule.remove, sure, only, *([rule.layer] if layered else []))]


def footer(shown: int, rule_set: RuleSet) -> Iterator[Text]:
    """Lines below a table of `shown` rules: the number of all rules, and the changes by later layers."""
    yield Text(f"{shown:,} of {len(rule_set.rules):,} rules", "total")
    for rule, change in rule_set.off:
        yield Text(visible(f"off: {rule.name}, by {origin(change)}"), "fold")
    for name, change in rule_set.moved.items():
        yield Text(visible(f"* {name} is {change.confidence}, by {origin(change)}"), "fold")
    for old in rule_set.replaced:
        yield Text(visible(f"replaced: {old.name} of {old.layer}, {place(old)}"), "fold")


def origin(change: Override) -> str:
    """Location of a change of rules: its file and line, or the option that makes it."""
    return f"{from_here(change.file)}:{change.line}" if change.line else change.file


def whole(rule: Rule, source: str, literals: Iterable[str], notes: Iterable[str]) -> Iterator[Text]:
    """A rule's source text, with its name, location, literals and notes as comments."""
    yield Text.assemble("# ", (visible(rule.name), "head"), f"  {visible(place(rule))}, layer {visible(rule.layer)}")
    yield from (Text(visible(line)) for line in source.split("\n"))
    ordered = sorted(literals)
    if rule.match:
        words = ", ".join(repr(literal) for literal in ordered[:8]) + (", …" if len(ordered) > 8 else "")
        yield Text(visible(f"# looked for first: {words}" if ordered else "# tried on every line: it has no fixed words"), "fold")
    yield from (Text(visible(f"# {note}"), "fold") for note in notes)
    yield Text("")


def explanation(name: str, explained: Explanation) -> RenderableType:
    """Explanation of a line: the rules that removed it, or those that came nearest; `name` is the file's."""
    where = visible(f"{name}:{explained.line}" if name else f"line {explained.line}")
    parts: list[RenderableType] = [Text.assemble((where, "head"), "  ", _quote(explained.text))]
    if explained.withheld:
        parts.append(Text(visible(f"! the whole text is left as it is: {explained.withheld}"), "flag"))
    if not explained.text.strip():
        parts.append(Text("  a blank line" + (", taken by tidy: other removals left it over" if explained.tidied else ", which stays")))
    elif explained.matches:
        left = explained.left.strip()
        verb = "would go" if explained.withheld else f"goes in part; what stays is {shorten(left, _QUOTE)!r}" if left else "goes"
        owner = next((match for match in explained.matches if match.owner), explained.matches[0])
        parts.append(Text(visible(f"  {verb}, by {owner.rule.name}"), "total"))
        for match in explained.matches:
            parts += _match(match, match is explained.matches[0])
    else:
        parts.append(Text("  stays" + ("; nearest:" if explained.misses else ": no rule comes near it"), "total"))
        for miss in explained.misses:
            parts += [_named(miss.rule), _indented(4, f"{miss.rule.about}; stopped by {miss.condition}: {miss.reason}")]
    return Group(*parts, Text(""))


def _quote(text: str) -> Text:
    return Text(visible(shorten(text.strip(), _QUOTE)))


def _indented(indent: int, text: str | Text, style: str = "") -> RenderableType:
    return Padding(Text(visible(text), style) if isinstance(text, str) else text, (0, 0, 0, indent), expand=False)


def _named(rule: Rule, line: int = 0, before: str = "") -> RenderableType:
    return _indented(2, Text.assemble(before, (visible(rule.name), Colours().of(rule.name)), f"  {visible(place(rule, line))}"))


def _match(match: Match, first: bool) -> Iterator[RenderableType]:
    rule = match.rule
    yield _named(rule, match.line, "" if first else "also ")
    yield _indented(4, f"{rule.about}; {match.action}" + (f" (in pass {match.pass_number})" if match.pass_number > 1 else ""))
    if match.points:
        yield _indented(4, match.points, "fold")
    if match.pattern:
        yield _indented(4, f"by {shorten(match.pattern, _QUOTE)}", "fold")


def comparison(delta: Comparison) -> RenderableType:
    """Table of the differences between two rule sets in a corpus."""
    parts: list[RenderableType] = []
    for title, sign, by_rule in (("removed now, and kept before", "+", delta.gained), ("kept now, and removed before", "-", delta.lost)):
        if by_rule:
            parts.append(Text(title, "head"))
            ranked = sorted(by_rule.items(), key=lambda item: (-item[1].words, item[0]))
            parts += [_change(rule, change, sign) for rule, change in ranked]
            parts.append(Text(""))
    for (old, new), pieces in sorted(delta.renamed.items()):
        parts.append(Text(visible(f"{counted(pieces, 'piece')} now by {new}, before by {old}"), "fold"))
    gained, lost = (sum(change.words for change in by_rule.values()) for by_rule in (delta.gained, delta.lost))
    come = "comes" if delta.changed == 1 else "come"
    many = f"{delta.changed:,} of {counted(delta.documents, 'document')} {come} out differently"
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
