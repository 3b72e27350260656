"""What a rule's patterns can't do without: the literals of each, and on which line they stand, how near its end, and how long it may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from operator import itemgetter
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from typing import Any

from cleaner.patterns.casefold import AGAIN, TWICE
from cleaner.patterns.facts import Required
from cleaner.patterns.literal_sets import Literals, fewest, longest_line
from cleaner.patterns.literals import FEW, LINE_END, LiteralChoice, LiteralExtractor
from cleaner.patterns.syntax_tree import REPEATS, line_ends, parse_tree, width

#: Lines before a literal's that weigh on the choice of it.
_LINES_COUNTED = 40
#: A parse node that stands for what can't be parsed.
_UNKNOWN: tuple[Any, Any] = (None, None)


def required_in_line(pattern: str, common: Set[str] = frozenset()) -> Literals:
    r"""Strings of which at least one is in every part of a line that matches a pattern, once that is folded.

    Args:
        pattern: The pattern.
        common: The commonest words of languages, which are the last to look for.

    Returns:
        The set that promises the fewest finds, or an empty set: then the pattern must be tried on every line.

    >>> sorted(required_in_line(r"read (?:more|also):.*"))
    ['read also:', 'read more:']
    >>> required_in_line(r"\w+")
    frozenset()
    """
    reader = LiteralExtractor(True, common)
    return fewest(reader.needed(reader.sequence(_nodes(pattern))).literals)


def required_in_text(pattern: str) -> Literals:
    """The same for what matches a pattern somewhere in a text, perhaps over several lines."""
    reader = LiteralExtractor(False, frozenset())
    return fewest(reader.needed(reader.sequence(_nodes(pattern))).literals)


def required_of_line(pattern: str, common: Set[str] = frozenset()) -> Literals:
    r"""The same for lines that fit a pattern from end to end; a literal may begin or end with `\n`, which stands for a line's end.

    >>> sorted(required_of_line(r"read (?:more|also)|\d comments?"))
    ['\n0 comment\n', '\n0 comments\n', '\nread also\n', '\nread more\n']
    """
    return fewest(best_of_line(pattern, common).literals)


def best_of_line(pattern: str, common: Set[str]) -> LiteralChoice:
    """What lines that fit a pattern from end to end can't do without, with how often it is found elsewhere."""
    reader = LiteralExtractor(True, common)
    return reader.needed(reader.join(reader.sequence(_nodes(pattern), LINE_END), LINE_END))


def required_of_lines(pattern: str, common: Set[str] = frozenset()) -> Required:
    r"""What a pattern that must fit one or several whole lines can't do without; each literal on one line.

    >>> required_of_lines(r"related\n.{10,90}")[:3]
    (frozenset({'\nrelated\n'}), 0, 0)
    >>> required_of_lines(r".{10,90}\n(?:by\n)?.{9}\nread more\n(?:.+\n)?.+")[:3]
    (frozenset({'\nread more\n'}), 2, 3)
    """
    tree = _nodes(pattern)
    reader = LiteralExtractor(False, common)
    part = reader.join(reader.sequence(tree, LINE_END), LINE_END)
    if reader.says_twice(tree):
        return Required(frozenset({f"\n{TWICE}\n"}), by_line=False)
    if reader.says_again(tree):
        return Required(frozenset({AGAIN}), by_line=False)
    first = reader.best(frozenset("\n" + start[1:].split("\n")[0] + "\n" * ("\n" in start[1:]) for start in part.starts))
    options = []
    nearest = before = 0
    for nodes in _by_line_end(tree):
        inside = line_ends(nodes)
        found = reader.needed(reader.join(reader.sequence(nodes, LINE_END), LINE_END))
        best = reader.best(frozenset(map(longest_line, found.literals)), tail=found.tail)
        required = Required(best.literals, nearest, before + inside, by_line=False)
        if not inside:
            least, most = width(tree, nodes)
            required = required._replace(least=least, most=most, tail=best.tail)
        options.append((best.finds * min(before + inside - nearest + 1, _LINES_COUNTED), required))
        nearest, before = nearest + 1, before + inside + 1
    options.append((first.finds, Required(first.literals, by_line=False)))
    nothing = (0.0, Required(frozenset(), by_line=False))
    _, required = min((option for option in options if option[1].literals), default=nothing, key=itemgetter(0))
    return required._replace(literals=fewest(required.literals))


def _by_line_end(nodes: Iterable[tuple[Any, Any]]) -> Iterator[list[tuple[Any, Any]]]:
    """Parse nodes, parted at the line ends that stand between them."""
    part: list[tuple[Any, Any]] = []
    for node in _spelt_out(nodes, {}):
        if node == (_constants.LITERAL, ord("\n")):
            yield part
            part = []
        else:
            part.append(node)
    yield part


def _spelt_out(nodes: Iterable[tuple[Any, Any]], groups: dict[int, Sequence[tuple[Any, Any]]]) -> Iterator[tuple[Any, Any]]:
    """Parse nodes with the line ends that groups must hold outside of them, and in the place of a reference what its group matches.

    Args:
        nodes: The nodes.
        groups: By its number, what a group before them matches; those among them are added.
    """
    for op, value in nodes:
        if op is _constants.SUBPATTERN and value[0] is not None:
            groups[value[0]] = value[3]
        if op is _constants.SUBPATTERN and line_ends(value[3]):
            yield from _spelt_out(value[3], groups)
        elif op in REPEATS and value[0] and line_ends(value[2]):
            least, most, again = value
            times = min(least, FEW)
            for _ in range(times):
                yield from _spelt_out(again, groups)
            if most > times:
                yield op, (least - times, most if most is _constants.MAXREPEAT else most - times, again)
        elif op is _constants.GROUPREF and value in groups:
            yield from _spelt_out(groups[value], groups)
        else:
            yield op, value


def _nodes(pattern: str) -> Sequence[tuple[Any, Any]]:
    nodes: Sequence[tuple[Any, Any]] = parse_tree(pattern) or [_UNKNOWN]
    return nodes
