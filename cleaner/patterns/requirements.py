"""Requirements of a pattern: its literals, the line of the match that holds them, and the length of that line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from operator import itemgetter
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree

from cleaner.patterns.casefold import AGAIN, TWICE
from cleaner.patterns.literals import FEW, LINE_END, LiteralExtractor, Literals
from cleaner.patterns.syntax_tree import REPEATS, Node, frozen, line_ends, parse_tree, width
from cleaner.patterns.values import Required

#: Greatest number of possible first lines that counts against a literal.
_LINES_COUNTED = 40
#: Parse node in the place of a pattern that can't be parsed.
_UNKNOWN: Node = (None, None)


def required_in_line(pattern: str, common: Set[str] = frozenset()) -> Literals:
    r"""Literals of a pattern that is searched for inside a line: of the possible sets the one with the fewest expected hits.

    `common` are the commonest words of languages, which are avoided. If the set is empty, the pattern must be tried on every line.

    >>> sorted(required_in_line(r"read (?:more|also):.*"))
    ['read also:', 'read more:']
    >>> required_in_line(r"\w+")
    frozenset()
    """
    extractor = LiteralExtractor(True, frozenset(common))
    return _without_longer(extractor.required(extractor.sequence(frozen(_nodes(pattern)))).literals)


def required_inside(pattern: str, common: Set[str] = frozenset()) -> Required:
    """Requirements of a pattern that is searched for inside a line."""
    return Required(required_in_line(pattern, common), by_line=False)


def required_in_text(pattern: str) -> Literals:
    """Literals of a pattern that is searched for anywhere in a text, perhaps over several lines."""
    extractor = LiteralExtractor(False, frozenset())
    return _without_longer(extractor.required(extractor.sequence(frozen(_nodes(pattern)))).literals)


def required_of_line(pattern: str, common: Set[str] = frozenset()) -> Required:
    r"""Requirements of a pattern that must match one whole line; a literal's `\n` stands for the line's beginning or end.

    >>> sorted(required_of_line(r"read (?:more|also)|\d comments?").literals)
    ['\n0 comment\n', '\n0 comments\n', '\nread also\n', '\nread more\n']
    """
    extractor = LiteralExtractor(True, frozenset(common))
    tree = frozen(_nodes(pattern))
    choice = extractor.required(extractor.concatenate(extractor.sequence(tree, LINE_END), LINE_END))
    min_width, max_width = width(parse_tree(pattern))
    literals = _without_longer(choice.literals)
    return Required(literals, min_width=min_width, max_width=max_width, tail=choice.tail, beginnings=extractor.beginnings(tree))


def required_of_lines(pattern: str, common: Set[str] = frozenset()) -> Required:
    r"""Requirements of a pattern that must match one or several whole lines; each literal is on one line.

    >>> required_of_lines(r"related\n.{10,90}")[:3]
    (frozenset({'\nrelated\n'}), 0, 0)
    >>> required_of_lines(r".{10,90}\n(?:by\n)?.{9}\nread more\n(?:.+\n)?.+")[:3]
    (frozenset({'\nread more\n'}), 2, 3)
    """
    tree = _nodes(pattern)
    extractor = LiteralExtractor(False, frozenset(common))
    if mark := _mark_of_repetition(tree, extractor):
        return Required(frozenset({mark}), by_line=False)
    options = []
    fewest = most = 0  # lines of the match before these nodes
    for nodes in _by_line_end(tree):
        inside = line_ends(nodes)
        of_nodes = extractor.required(extractor.concatenate(extractor.sequence(frozen(nodes), LINE_END), LINE_END))
        choice = extractor.best(frozenset(map(_longest_line, of_nodes.literals)), tail=of_nodes.tail)
        required = Required(choice.literals, fewest, most + inside, by_line=False)
        if not inside:
            min_width, max_width = width(tree, nodes)
            required = required._replace(min_width=min_width, max_width=max_width, tail=choice.tail)
        options.append((choice.hits * min(most + inside - fewest + 1, _LINES_COUNTED), required))
        fewest, most = fewest + 1, most + inside + 1
    whole = extractor.concatenate(extractor.sequence(frozen(tree), LINE_END), LINE_END)
    first = extractor.best(frozenset("\n" + start[1:].split("\n")[0] + "\n" * ("\n" in start[1:]) for start in whole.prefix))
    options.append((first.hits, Required(first.literals, by_line=False)))
    nothing = (0.0, Required(frozenset(), by_line=False))
    _, required = min((option for option in options if option[1].literals), default=nothing, key=itemgetter(0))
    return required._replace(literals=_without_longer(required.literals))


def _mark_of_repetition(nodes: Sequence[Node], extractor: LiteralExtractor) -> str:
    """`TWICE` between line ends if the first line must be a text twice, `AGAIN` if the next one must begin with it; else empty."""
    nodes = list(nodes)
    while nodes and nodes[0][0] is _constants.SUBPATTERN and nodes[0][1][0] is None:
        nodes[:1] = nodes[0][1][3]
    if [op for op, _ in nodes[:3]] != [_constants.SUBPATTERN, _constants.LITERAL, _constants.GROUPREF]:
        return ""
    (_, (group, _, _, said)), (_, between), (_, again), *rest = nodes
    if group != again or line_ends(said):
        return ""
    if between == ord("\n"):
        return AGAIN
    behind = extractor.concatenate(extractor.sequence(frozen(rest)), LINE_END)
    return f"\n{TWICE}\n" if between == ord(" ") and all(start.startswith("\n") for start in behind.prefix) else ""


def _by_line_end(nodes: Iterable[Node]) -> Iterator[list[Node]]:
    """Parse nodes, split at line ends."""
    part: list[Node] = []
    for node in _spelt_out(nodes, {}):
        if node == (_constants.LITERAL, ord("\n")):
            yield part
            part = []
        else:
            part.append(node)
    yield part


def _spelt_out(nodes: Iterable[Node], groups: dict[int, Sequence[Node]]) -> Iterator[Node]:
    """Parse nodes with groups that hold line ends opened, required repeats written out, and references replaced by their groups' nodes.

    `groups` holds the nodes of earlier groups by number; new ones are added.
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


def _nodes(pattern: str) -> Sequence[Node]:
    return parse_tree(pattern) or [_UNKNOWN]


def _longest_line(literal: str) -> str:
    r"""The longest part of a literal that is on one line.

    >>> _longest_line("\nby\nreuters"), _longest_line("ago\n")
    ('\nreuters', 'ago\n')
    """
    lines = literal.split("\n")
    index = max(range(len(lines)), key=lambda index: len(lines[index]))
    return "\n" * (index > 0) + lines[index] + "\n" * (index + 1 < len(lines))


def _without_longer(literals: Literals) -> Literals:
    """Literals without those that contain another one, since the shorter one finds them too."""
    return frozenset(literal for literal in literals if not any(other in literal for other in literals if other != literal))
