"""The parse tree of a pattern, as the standard library's `re` reads it, and facts derived from its nodes.

No public module gives such a tree. `sre_parse` is deprecated and is the same module; what `regex` makes of a pattern is private, too;
`greenery` 4.2 reads 193 of the 4,508 shipped alternatives, since it knows neither look-around nor word boundaries, `re` all of them.
`tests/patterns/test_syntax_tree.py` fails on a version of Python whose trees are others.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]  # there is no public parse tree
from typing import Any

from cleaner.patterns.source import CLASS

#: A parse node: its kind, one of `re._constants`, and its value, which depends on the kind.
Node = tuple[Any, Any]

#: Kinds of repeat nodes.
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
#: Greatest number of line ends that is counted.
_VERY_MANY = 1000
_BEGINNINGS = (_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING)
_ENDS = (_constants.AT_END, _constants.AT_END_STRING)

# `regex` knows Unicode properties, `re` doesn't: before parsing they are replaced by wider classes that `re` knows.
_PROPERTY = re.compile(r"(?<!\\)\\(?:[pP](?:\{[^}]*\}|[A-Z])|[XR])")
_ESCAPE_OR_CLASS = re.compile(rf"\\[pP](?:\{{[^}}]*\}}|[A-Z])|\\.|{CLASS}", re.DOTALL)
_LETTERS = (r"\p{L}", r"\pL")
_NO_LINE_END = re.compile(r"\\p(?:[LNMPS]|\{(?:[LNMPS][a-z]?|Lower|Upper|Han|Hangul|Hiragana|Katakana|Cyrillic|Greek|Latin)\})")
# `\K` keeps the text matched before it out of the match; it is dropped, since that text must be there all the same.
_KEEP = re.compile(r"(?<!\\)((?:\\\\)*)\\K")
# Fuzzy matching, `{e<=1}`, and POSIX classes mean something else in `re`. Braces may hold nothing but the counts of a repeat.
_MEANS_ANOTHER_THING = re.compile(r"(?<!\\)\{(?!\d*,?\d*\})|\[:\^?\w+:\]")


@lru_cache(maxsize=16)
def parse_tree(pattern: str) -> Any:
    """Parse tree of a pattern (`re._parser.SubPattern`); None if `re` can't parse it."""
    source = _ESCAPE_OR_CLASS.sub(_readable, _KEEP.sub(r"\1", pattern))
    if _MEANS_ANOTHER_THING.search(source):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `re` warns of what `regex` allows
            return _parser.parse(source, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError):
        return None


def frozen(nodes: Any) -> Any:
    """Parse nodes as tuples, so that they can be keys of a cache."""
    if isinstance(nodes, (list, tuple, _parser.SubPattern)):
        return tuple(map(frozen, nodes))
    return nodes


def _readable(match: re.Match[str]) -> str:
    """A token rewritten for `re` so that it matches at least the same characters."""
    token = match.group()
    if token.startswith("[^"):
        # A negated class may exclude fewer characters, but not more: all letters, or else only NUL, which texts don't hold.
        return _PROPERTY.sub(lambda prop: r"\w" if prop.group() in _LETTERS else r"\x00", token)
    return _PROPERTY.sub(_wider, token)


def _wider(match: re.Match[str]) -> str:
    r"""A class for a property: `\w` for all letters, `\S` for properties without line ends, `\W` for all others."""
    name = match.group()
    if name in _LETTERS:
        return r"\w"
    if name in (r"\X", r"\R"):
        return r"(?:\w|\W)+"
    return r"\S" if _NO_LINE_END.fullmatch(name) else r"\W"


def width(tree: Any, nodes: Sequence[Node] | None = None) -> tuple[int, int]:
    """Least and greatest number of characters that a parse tree, or some nodes of it, can match; 0 and `sys.maxsize` without a tree."""
    if not tree:
        return 0, sys.maxsize
    least, most = (tree if nodes is None else _parser.SubPattern(tree.state, list(nodes))).getwidth()
    return int(least), int(most)


def line_ends(nodes: Iterable[Node]) -> int:
    """Greatest number of line ends that parse nodes can match; 1,000 stands for that many or more."""
    return min(sum(_line_ends_of(op, value) for op, value in nodes), _VERY_MANY)


def _line_ends_of(op: Any, value: Any) -> int:
    if op is _constants.ATOMIC_GROUP:
        return line_ends(value)
    if op is _constants.SUBPATTERN:
        return _VERY_MANY if value[1] & re.DOTALL else line_ends(value[3])
    if op is _constants.BRANCH:
        branches: list[Any] = value[1]
        return max(map(line_ends, branches))
    if op in REPEATS:
        return int(min(value[1], _VERY_MANY)) * line_ends(value[2])
    if op in (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT, _constants.ANY):
        return 0
    if op is _constants.LITERAL:
        return int(value == ord("\n"))
    if op is _constants.NOT_LITERAL:
        return int(value != ord("\n"))
    if op is _constants.IN:
        return int(has_line_end(value))
    return _VERY_MANY


def has_line_end(items: Sequence[Node]) -> bool:
    """Whether a character class holds the line end; True where that isn't known."""
    negated = items[0][0] is _constants.NEGATE
    plain = [value for op, value in items if op is _constants.LITERAL]
    if ord("\n") in plain or any(op is _constants.RANGE and value[0] <= ord("\n") <= value[1] for op, value in items):
        return not negated
    spaces = (_constants.CATEGORY_SPACE, _constants.CATEGORY_NOT_WORD, _constants.CATEGORY_NOT_DIGIT)
    return negated or any(op is _constants.CATEGORY and value in spaces for op, value in items)


def inner(op: Any, value: Any) -> list[Sequence[Node]]:
    """Alternatives inside a node: it matches only if one of them does. Empty for a node without children."""
    if op is _constants.SUBPATTERN:
        return [value[3]]
    if op is _constants.ATOMIC_GROUP:
        return [value]
    if op in REPEATS:
        return [value[2]] if value[0] else []
    return list(value[1]) if op is _constants.BRANCH else []


def takes_character(node: Node) -> bool:
    """Whether a node matches at least one character whenever it matches."""
    op, value = node
    if op in (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN):
        return True
    inside = inner(op, value)
    return bool(inside) and all(any(map(takes_character, branch)) for branch in inside)


def is_one_character(pattern: str) -> bool:
    """Whether a pattern matches exactly one character, without lookaround: then no text makes it slow."""
    return _is_one_character(parse_tree(pattern) or ())


def _is_one_character(nodes: Sequence[Node]) -> bool:
    if len(nodes) != 1:
        return False
    op, value = nodes[0]
    if op in (_constants.SUBPATTERN, _constants.BRANCH):
        return all(map(_is_one_character, inner(op, value)))
    return op in (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN)


def has_anchor(nodes: Iterable[Node]) -> bool:
    """Whether `^`, `$` or a similar anchor is among the nodes, outside of groups."""
    return any(op is _constants.AT and value in (*_BEGINNINGS, *_ENDS) for op, value in nodes)


def never_matches(nodes: Sequence[Node], led: bool = False, followed: bool = False) -> bool:
    """Whether nodes can't match any text; `led` and `followed` say that characters must come before or behind the match."""
    taking = [index for index, node in enumerate(nodes) if takes_character(node)] or [len(nodes), -1]
    for index, (op, value) in enumerate(nodes):
        before, behind = led or index > taking[0], followed or index < taking[-1]
        if op is _constants.AT and ((value in _BEGINNINGS and before) or (value in _ENDS and behind)):
            return True
        if (op is _constants.ASSERT_NOT and not len(value[1])) or op is _constants.FAILURE:
            return True
        if op is _constants.IN and _holds_no_character(value):
            return True
        inside = inner(op, value)
        if inside and all(never_matches(branch, before, behind) for branch in inside):
            return True
    return False


def _holds_no_character(items: Sequence[Node]) -> bool:
    r"""Whether a class holds no character, as `[^\s\S]`."""
    categories = {value for op, value in items if op is _constants.CATEGORY}
    both = [
        (_constants.CATEGORY_SPACE, _constants.CATEGORY_NOT_SPACE),
        (_constants.CATEGORY_WORD, _constants.CATEGORY_NOT_WORD),
        (_constants.CATEGORY_DIGIT, _constants.CATEGORY_NOT_DIGIT),
    ]
    return items[0][0] is _constants.NEGATE and any(categories.issuperset(pair) for pair in both)


def begins_with_space(nodes: Iterable[Node]) -> bool:
    """Whether the first character that nodes match is always white space."""
    return _meets_space(nodes, iter)


def ends_with_space(nodes: Iterable[Node]) -> bool:
    """Whether the last character that nodes match is always white space."""
    return _meets_space(nodes, reversed)


def _meets_space(nodes: Any, direction: Callable[[Any], Iterator[Node]]) -> bool:
    for op, value in direction(nodes):
        if op is _constants.LITERAL:
            return chr(value).isspace()
        if op is _constants.IN:
            return all(
                (kind is _constants.LITERAL and chr(member).isspace())
                or (kind is _constants.CATEGORY and member is _constants.CATEGORY_SPACE)
                for kind, member in value
            )
        if inside := inner(op, value):
            return takes_character((op, value)) and all(_meets_space(branch, direction) for branch in inside)
        if op is not _constants.AT:
            return False
    return False
