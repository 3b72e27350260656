"""Patterns: from the text that an author wrote to a compiled expression."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from re import _constants, _parser  # type: ignore[attr-defined]  # there is no public parse tree
from typing import Any, NamedTuple

import regex

from cleaner.model import Rule

#: `{{name}}` in a pattern stands for a term. Double braces mean nothing to `regex`, so no escape is needed.
_TERM = re.compile(r"\{\{([a-z][a-z0-9-]*)\}\}")

_CLASS = re.compile(r"(?<!\\)\[\^?\]?(?:\\.|[^\]\\])*+(?:\]|\Z)")

# `regex` knows properties, `re` doesn't: for the sake of the parse tree they become wider classes that it knows.
_PROPERTY = re.compile(r"(?<!\\)\\(?:[pP](?:\{[^}]*\}|[A-Z])|[XR])")
_ESCAPE_OR_CLASS = re.compile(r"\\[pP](?:\{[^}]*\}|[A-Z])|\\.|\[\^?\]?(?:\\.|[^\]\\])*+(?:\]|\Z)", re.DOTALL)
_LETTERS = (r"\p{L}", r"\pL")
_NO_LINE_END = re.compile(r"\\p(?:[LNMPS]|\{(?:[LNMPS][a-z]?|Lower|Upper|Han|Hangul|Hiragana|Katakana|Cyrillic|Greek|Latin)\})")
# What stands before it has to be there and stays; for a parse tree it makes no difference.
_KEEP = re.compile(r"(?<!\\)((?:\\\\)*)\\K")
# Fuzzy matching, `{e<=1}`, and POSIX classes parse in `re` as something else. A counted repeat is all that braces may be.
_MEANS_ANOTHER_THING = re.compile(r"(?<!\\)\{(?!\d*,?\d*\})|\[:\^?\w+:\]")

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+(?:\]|\Z)|[(|)]", re.DOTALL)

#: Characters of the longest pattern: more takes a second and more to compile.
LENGTH_AT_MOST = 100_000

#: Seconds that one match may take. No text and rule of good will come near it.
TIMEOUT = 2.0

#: Line ends that are counted.
_VERY_MANY = 1000

Term = str | Sequence[str]


def expand(pattern: str, terms: Mapping[str, Term]) -> str:
    """Fill in the terms of a pattern; a term may use other terms.

    Args:
        pattern: What the author wrote.
        terms: By name, a pattern (a string) or words to be found as they stand (a list).

    Raises:
        KeyError: A term is unknown; its name is the argument.
        RecursionError: A term uses itself, or terms that use others make the pattern too long.

    >>> expand("by {{agency}}", {"agency": ["AP", "AFP"]})
    'by (?:AFP|AP)'
    """
    for _ in range(100):
        if not _TERM.search(pattern):
            return pattern
        length = 0

        def filled(found: re.Match[str]) -> str:
            nonlocal length
            part = _alternatives(terms[found.group(1)])
            length += len(part)
            if length > LENGTH_AT_MOST:
                raise RecursionError(f"its terms make it longer than {LENGTH_AT_MOST:,} characters")
            return part

        pattern = _TERM.sub(filled, pattern)
    raise RecursionError("its terms use one another in a circle, or more than a hundred deep")


def terms_in(pattern: str) -> list[str]:
    """Names of the terms that a pattern itself uses.

    >>> terms_in("by {{agency}}")
    ['agency']
    """
    return _TERM.findall(pattern)


def _alternatives(term: Term) -> str:
    if isinstance(term, str):
        return f"(?:{term})"
    # The longest first: `regex` takes the first alternative that fits, so "AP" would hide "AP Photo".
    return f"(?:{'|'.join(regex.escape(word, literal_spaces=True) for word in sorted(term, key=lambda w: (-len(w), w)))})"


#: How patterns are compiled: without case.
FLAGS = int(regex.IGNORECASE)

_compile: Callable[[str], regex.Pattern[str]] = partial(regex.compile, flags=FLAGS)


def compile_by(compiler: Callable[[str], regex.Pattern[str]]) -> None:
    """Let patterns be compiled by something that does the same faster, such as a cache."""
    global _compile
    _compile = compiler


@lru_cache(maxsize=16384)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Compile a pattern: case-insensitive, Unicode.

    Raises:
        regex.error: It isn't a valid expression.
    """
    return _compile(pattern)


def spans_lines(pattern: str) -> bool:
    r"""Whether a pattern speaks of more than one line: whether it has a line end outside a character class.

    >>> spans_lines(r"Related\nSource"), spans_lines(r"Related[^\n]+")
    (True, False)
    """
    bare = _CLASS.sub("", pattern.replace(r"\\", ""))
    return r"\n" in bare or "\n" in bare


# What a part of a pattern may not make sense without: groups by number or name, conditions, recursion; and comments, which hide brackets.
_BEYOND_A_PART = re.compile(r"\\[1-9]|\\g<|\(\?(?:\(|R|\d|&|P[=>]|<?\w*x)")


class Try(NamedTuple):
    """One of the patterns that a rule tries in turn.

    Attributes:
        pattern: The pattern.
        many_lines: Whether it may fit several lines.
    """

    pattern: str
    many_lines: bool


def tries(rule: Rule) -> list[Try]:
    """The patterns that a rule tries: its alternatives one by one, where lines must fit whole; then each needs only a part of the work."""
    if rule.remove == "match":
        return [Try(rule.match, False)]
    if not rule.match:
        return []
    parts = [rule.match] if _BEYOND_A_PART.search(rule.match) else alternatives(rule.match)
    return [Try(part, spans_lines(part)) for part in parts]


def of_whole_lines(pattern: str) -> str:
    """A pattern of several lines, made to end where a line ends."""
    return rf"(?:{pattern})(?=\n|\Z)"


@lru_cache(maxsize=16)
def parse_tree(pattern: str) -> Any:
    """The parse tree of a pattern, in the terms of the standard library's `re._parser`; None if that can't read it."""
    source = _ESCAPE_OR_CLASS.sub(_readable, _KEEP.sub(r"\1", pattern))
    if _MEANS_ANOTHER_THING.search(source):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `re` warns of what `regex` allows
            return _parser.parse(source, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError):
        return None


def _readable(found: re.Match[str]) -> str:
    """A token of a pattern, in the terms of `re`: what holds at least what it holds."""
    token = found.group()
    if token.startswith("[^"):
        # What such a class leaves out may be less, but not more: all letters, or nothing but the end of text that no text holds.
        return _PROPERTY.sub(lambda prop: r"\w" if prop.group() in _LETTERS else r"\x00", token)
    return _PROPERTY.sub(_wider, token)


def _wider(found: re.Match[str]) -> str:
    r"""What holds all that a property holds: `\w` for all letters, `\S` for what is known to hold no line end, `\W` else."""
    name = found.group()
    if name in _LETTERS:
        return r"\w"
    if name in (r"\X", r"\R"):
        return r"(?:\w|\W)+"
    return r"\S" if _NO_LINE_END.fullmatch(name) else r"\W"


def line_ends(nodes: Iterable[tuple[Any, Any]]) -> int:
    """How many line ends a sequence of parse nodes can match at most, roughly if they are very many."""
    return min(sum(_line_ends_of(op, value) for op, value in nodes), _VERY_MANY)


def _line_ends_of(op: Any, value: Any) -> int:
    if op is _constants.ATOMIC_GROUP:
        return line_ends(value)
    if op is _constants.SUBPATTERN:
        return _VERY_MANY if value[1] & re.DOTALL else line_ends(value[3])
    if op is _constants.BRANCH:
        branches: list[Any] = value[1]
        return max(map(line_ends, branches))
    if op in (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT):
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


def has_line_end(items: Sequence[tuple[Any, Any]]) -> bool:
    """Whether a class holds the line end; what isn't known to hold it or not counts as holding it."""
    negated = items[0][0] is _constants.NEGATE
    plain = [value for op, value in items if op is _constants.LITERAL]
    if ord("\n") in plain or any(op is _constants.RANGE and value[0] <= ord("\n") <= value[1] for op, value in items):
        return not negated
    spaces = (_constants.CATEGORY_SPACE, _constants.CATEGORY_NOT_WORD, _constants.CATEGORY_NOT_DIGIT)
    return negated or any(op is _constants.CATEGORY and value in spaces for op, value in items)


def alternatives(pattern: str) -> list[str]:
    r"""The parts of a pattern between the bars that stand in no group: of a list of patterns, each as its author wrote it.

    >>> alternatives(r"(?:a|b)|(?:c[|]\|)"), alternatives("one")
    (['a|b', 'c[|]\\|'], ['one'])
    >>> alternatives(r"(?:a)b(?:c)|d")
    ['(?:a)b(?:c)', 'd']
    """
    parts, depth, start = [], 0, 0
    for found in _TOKEN.finditer(pattern):
        token = found.group()
        if token == "|" and not depth:
            parts.append(pattern[start : found.start()])
            start = found.end()
        depth += (token == "(") - (token == ")")
    parts.append(pattern[start:])
    return [part[3:-1] if len(parts) > 1 and _is_group(part) else part for part in parts]


def _is_group(part: str) -> bool:
    """Whether a part of a pattern is one plain group from end to end."""
    depth = 0
    for found in _TOKEN.finditer(part):
        depth += (found.group() == "(") - (found.group() == ")")
        if not depth:
            return part.startswith("(?:") and found.end() == len(part)
    return False
