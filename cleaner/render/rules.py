"""Rules on the screen: tables of rules, a rule in full, explanations of lines, and comparisons of rule sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cleaner.authoring.compare import Comparison, RuleDelta
from cleaner.authoring.explain import Explanation, Match
from cleaner.render.console import Colours
from cleaner.render.description import Description, origin, place
from cleaner.render.diff_rows import Fold, Row
from cleaner.render.layout import PathText
from cleaner.render.visible import visible
from cleaner.ruleset.layers import SHIPPED, RuleSet
from cleaner.ruleset.rule import Rule
from cleaner.wording import counted, shorten

#: Number of characters of a removed text that are shown beside a rule.
_QUOTE = 200
#: Least width in characters of the column `about`.
_ABOUT = 44
#: Greatest width in characters of the column with languages and sites, if `about` stands beside it.
_ONLY = 20


def table(rules: Sequence[Rule], rule_set: RuleSet, console: Console) -> Iterator[Text]:
    """Table of rules in lines: name, kind, confidence, languages and sites, layer; `about` beside or below, wrapped on a terminal only."""
    colours = Colours()
    layered = any(rule.layer != SHIPPED for rule in rules)
    rows = [[*_cells(rule, rule_set, layered), ", ".join(_only(rule))] for rule in rules]
    head = ["rule", "removes", "sure", *(["layer"] if layered else []), "only in"]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    others = sum(widths[:-1]) + 2 * len(widths[:-1])
    beside = others + min(widths[-1], _ONLY) + 2 + _ABOUT <= console.width
    widths[-1] = min(widths[-1], _ONLY if beside else max(len(head[-1]), console.width - others))
    indent = others + widths[-1] + 2 if beside else 4
    yield Text("  ".join(map(str.ljust, head, widths)) + ("  about" if beside else ""), "head")
    for rule, row in zip(rules, rows, strict=True):
        name, *cells = map(str.ljust, [*row[:-1], _some(_only(rule), widths[-1])], widths)
        line = Text.assemble((name, colours.of(rule.name)), "  ", "  ".join(cells))
        about = Text(visible(rule.about), "" if beside else "fold")
        first, *rest = about.wrap(console, max(20, console.width - indent)) if console.is_terminal else [about]
        if beside:
            yield line.append("  ").append_text(first)
        else:
            line.rstrip()
            yield line
            rest.insert(0, first)
        yield from (Text(" " * indent).append_text(each) for each in rest)


def _cells(rule: Rule, rule_set: RuleSet, layered: bool) -> list[str]:
    sure = rule.confidence + ("*" if rule.name in rule_set.moved else "")
    return [visible(cell) for cell in (rule.name, rule.remove, sure, *([rule.layer] if layered else []))]


def _only(rule: Rule) -> list[str]:
    return [*map(visible, (*rule.languages, *rule.sites)), *(["a mark"] if rule.fingerprint else [])]


def _some(words: Sequence[str], width: int) -> str:
    """Words as far as there is room, but the first one whole; an ellipsis stands for the others."""
    for count in range(len(words), 1, -1):
        some = ", ".join(words[:count]) + (", …" if count < len(words) else "")
        if len(some) <= width:
            return some
    return ", ".join([*words[:1], *(["…"] if len(words) > 1 else [])])


def footer(shown: int, rule_set: RuleSet) -> Iterator[Text]:
    """Lines below a table of `shown` rules: the number of all rules, and the changes by later layers."""
    yield Text(f"{shown:,} of {len(rule_set.rules):,} rules", "total")
    for rule, change in rule_set.off:
        yield Text(visible(f"off: {rule.name}, by {origin(change)}"), "fold")
    for name, change in rule_set.moved.items():
        yield Text(visible(f"* {name} is {change.confidence}, by {origin(change)}"), "fold")
    for old in rule_set.replaced:
        yield Text(visible(f"replaced: {old.name} of {old.layer}, {place(old)}"), "fold")


def card(described: Description, console: Console) -> RenderableType:
    """A rule in plain words, with examples: a word beside each line tells what goes; parts of lines are struck out, or in brackets."""
    bracketed = not console.is_terminal or console.no_color
    levels = f"at work at {'level' if ' ' not in described.levels else 'the levels'} {described.levels}"
    facts = {
        "sure": [f"{described.confidence}: {levels}"],
        "languages": [described.languages],
        "sites": [described.sites],
        "family": [f"{described.family}: {described.meaning}" if described.meaning else described.family],
        "stands in": [f"{described.place}, layer {described.layer}"],
        "seen": [f"on {counted(described.seen, 'page')}, as it was learned"] if described.seen else [],
        "notes": described.notes,
        "switch off": [] if described.is_off else [described.option, f"{described.setting} in .cleaner.toml"],
    }
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, said in facts.items():
        if said:
            table.add_row(Text(label, "fold"), PathText("\n".join(map(visible, said))))
    for texts, left_out in ((described.goes, described.goes_left_out), (described.stays, described.stays_left_out)):
        table.add_row()
        for index, text in enumerate(texts):
            for row in text:
                table.add_row(*_row(row, bracketed))
            if len(text) > 1 and index < len(texts) - 1:
                table.add_row()
        if left_out:
            table.add_row("", Text(f"and {left_out:,} more", "fold"))
    name = PathText(visible(described.name), f"bold {Colours().of(described.name)}")
    return Group(name, Text(visible(f"{described.about} {described.takes}")), Text(""), table, Text(""))


def _row(row: Row | Fold, bracketed: bool) -> tuple[Text, Text]:
    """Cells for a row of an example: what becomes of it, and its text."""
    if isinstance(row, Fold):
        return Text(""), Text(f"⋮ {row}", "fold")
    if row.is_kept or row.is_gone:
        label = Text("goes", "red") if row.is_gone else Text("stays", "green")
        return label, Text(visible("".join(piece.text for piece in row.pieces).strip()))
    text = Text()
    for piece in row.pieces:
        said = visible(piece.text)
        gone = piece.rule and said.strip()  # a blank is too small to be seen
        text.append(f"[-{said}-]" if gone and bracketed else said, "red strike" if gone else "")
    return Text("in part", "red"), text


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


def explanation(name: str, explained: Explanation, source: bool = False) -> RenderableType:
    """Explanation of a line: the rules that removed it, or those that came nearest.

    `name` is the file's; `source` says whether the patterns that matched are shown, too.
    """
    where = visible(f"{name}:{explained.line}" if name else f"line {explained.line}")
    parts: list[RenderableType] = [PathText.assemble((where, "head"), "  ", _quote(explained.text))]
    if explained.withheld:
        parts.append(PathText(visible(f"! the whole text is left as it is: {explained.withheld}"), "flag"))
    if not explained.text.strip():
        parts.append(Text("  a blank line" + (", taken by tidy: other removals left it over" if explained.tidied else ", which stays")))
    elif explained.matches:
        left = explained.left.strip()
        verb = "would go" if explained.withheld else f"goes in part; what stays is {shorten(left, _QUOTE)!r}" if left else "goes"
        owner = next((match for match in explained.matches if match.owner), explained.matches[0])
        parts.append(PathText(visible(f"  {verb}, by {owner.rule.name}"), "total"))
        for match in explained.matches:
            parts += _match(match, match is explained.matches[0], source)
    else:
        parts.append(Text("  stays" + ("; nearest:" if explained.misses else ": no rule comes near it"), "total"))
        for miss in explained.misses:
            parts += [_named(miss.rule), _indented(4, f"{miss.rule.about}; {_stopped(miss.condition, miss.reason)}")]
    return Group(*parts, Text(""))


def _stopped(condition: str, reason: str) -> str:
    """What stopped a rule, in words; those of a pattern need no name of the condition before them."""
    return reason if condition in ("match", "title") else f"stopped by {condition}: {reason}"


def _quote(text: str) -> Text:
    return Text(visible(shorten(text.strip(), _QUOTE)))


def _indented(indent: int, text: str | Text, style: str = "") -> RenderableType:
    return Padding(PathText(visible(text), style) if isinstance(text, str) else text, (0, 0, 0, indent), expand=False)


def _named(rule: Rule, line: int = 0, before: str = "") -> RenderableType:
    return _indented(2, PathText.assemble(before, (visible(rule.name), Colours().of(rule.name)), f"  {visible(place(rule, line))}"))


def _match(match: Match, first: bool, source: bool) -> Iterator[RenderableType]:
    rule = match.rule
    yield _named(rule, match.line, "" if first else "also ")
    yield _indented(4, f"{rule.about}; {match.action}" + (f" (in pass {match.pass_number})" if match.pass_number > 1 else ""))
    if match.points:
        yield _indented(4, match.points, "fold")
    if match.pattern and source:
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
        parts.append(PathText(visible(f"{counted(pieces, 'piece')} now by {new}, before by {old}"), "fold"))
    gained, lost = (sum(change.words for change in by_rule.values()) for by_rule in (delta.gained, delta.lost))
    come = "comes" if delta.changed == 1 else "come"
    many = f"{delta.changed:,} of {counted(delta.documents, 'document')} {come} out differently"
    parts.append(Text(f"{many}: {counted(gained, 'word')} more removed, {lost:,} fewer", "total"))
    return Group(*parts)


def _change(rule: str, change: RuleDelta, sign: str) -> RenderableType:
    parts: list[RenderableType] = [
        PathText.assemble((visible(rule), Colours().of(rule)), f"  {counted(change.pieces, 'piece')}, {change.words:,} words")
    ]
    for sample in change.samples:
        lines = sample.text.split("\n")
        more = f" ⋮ {len(lines) - 1:,} lines more" if len(lines) > 1 else ""
        parts.append(PathText.assemble(f"  {sign} ", _quote(lines[0]), (f"{more}  {visible(sample.file)}:{sample.line}", "fold")))
    return Group(*parts)
