"""Source text of patterns: terms filled in, compiled, split into alternatives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

#: `{{name}}` in a pattern stands for a term. Double braces mean nothing to `regex`, so no escape is needed.
_TERM = re.compile(r"\{\{([a-z][a-z0-9-]*)\}\}")

#: Regular expression that matches a character class in a pattern.
CLASS = r"\[\^?\]?(?:\\.|[^\]\\])*+(?:\]|\Z)"
_CLASS = re.compile(rf"(?<!\\){CLASS}")

_TOKEN = re.compile(rf"\\.|{CLASS}|[(|)]", re.DOTALL)

# Constructs by which a part of a pattern depends on others: groups by number, conditions, recursion; and comments, which hide brackets.
_BEYOND_A_PART = re.compile(r"\\[1-9]|\\g<|(?<!\\)(?:\\\\)*\(\?(?:\(|R|\d|&|P>|<?\w*x)")
_NAME, _NAME_USED = re.compile(r"\(\?P?<(\w+)>"), re.compile(r"\(\?P=(\w+)\)")

#: Greatest length of a pattern in characters: a longer one takes more than a second to compile.
LONGEST_PATTERN = 100_000

Term = str | Sequence[str]


def expand(pattern: str, terms: Mapping[str, Term]) -> str:
    """A pattern with its terms filled in; `terms` maps names to patterns (strings), or to lists of words that are matched literally.

    Terms may use other terms.

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

        def filled(match: re.Match[str]) -> str:
            nonlocal length
            part = _alternatives(terms[match.group(1)])
            length += len(part)
            if length > LONGEST_PATTERN:
                raise RecursionError(f"its terms make it longer than {LONGEST_PATTERN:,} characters")
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
    import regex  # slow to import, and not needed where compiled patterns come from the cache

    # The longest first: `regex` takes the first alternative that fits, so "AP" would hide "AP Photo".
    return f"(?:{'|'.join(regex.escape(word, literal_spaces=True) for word in sorted(term, key=lambda w: (-len(w), w)))})"


#: Flags of all patterns: `regex.IGNORECASE`, as a number, since `regex` is slow to import.
FLAGS = 2


def _compile(pattern: str) -> regex.Pattern[str]:
    import regex

    return regex.compile(pattern, FLAGS)


_compiler: Callable[[str], regex.Pattern[str]] = _compile


def compile_with(compiler: Callable[[str], regex.Pattern[str]]) -> None:
    """Set the function that compiles patterns from now on, such as a cache."""
    global _compiler
    _compiler = compiler


@lru_cache(maxsize=16384)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Compiled pattern: case-insensitive, Unicode.

    Raises:
        regex.error: It isn't a valid expression.
    """
    return _compiler(pattern)


def spans_lines(pattern: str) -> bool:
    r"""Whether a pattern may match several lines: whether it has a line end outside a character class.

    >>> spans_lines(r"Related\nSource"), spans_lines(r"Related[^\n]+")
    (True, False)
    """
    bare = _CLASS.sub("", pattern.replace(r"\\", ""))
    return r"\n" in bare or "\n" in bare


def of_whole_lines(pattern: str) -> str:
    """A pattern that matches only where a line ends behind the match."""
    return rf"(?:{pattern})(?=\n|\Z)"


def split_alternatives(pattern: str) -> list[str]:
    r"""Alternatives of a pattern: its parts between bars outside of groups, as written; the whole pattern if a part depends on others.

    >>> split_alternatives(r"(?:a|b)|(?:c[|]\|)"), split_alternatives("one")
    (['a|b', 'c[|]\\|'], ['one'])
    >>> split_alternatives(r"(?:a)b(?:c)|d"), split_alternatives(r"\(?(?:a|b)|\\(?(1)c|d)")
    (['(?:a)b(?:c)', 'd'], ['\\(?(?:a|b)|\\\\(?(1)c|d)'])
    >>> split_alternatives(r"\(?(?:a|b)|c")
    ['\\(?(?:a|b)', 'c']
    """
    parts, depth, start = [], 0, 0
    for match in _TOKEN.finditer(pattern):
        token = match.group()
        if token == "|" and not depth:
            parts.append(pattern[start : match.start()])
            start = match.end()
        depth += (token == "(") - (token == ")")
    parts.append(pattern[start:])
    if _BEYOND_A_PART.search(pattern) or not all(set(_NAME_USED.findall(part)) <= set(_NAME.findall(part)) for part in parts):
        return [pattern]
    return [part[3:-1] if len(parts) > 1 and _is_group(part) else part for part in parts]


def surrounded(pattern: str, start: str, end: str) -> str:
    """A pattern with something before and behind each of its alternatives; one that begins with a dot leaves room before it by itself.

    >>> surrounded("one|.{2,9}two", "-?", "[.]?")
    '(?:-?(?:one)[.]?)|(?:(?:.{2,9}two)[.]?)'
    """
    return "|".join(f"(?:{'' if part.startswith('.') else start}(?:{part}){end})" for part in split_alternatives(pattern))


def _is_group(part: str) -> bool:
    depth = 0
    for match in _TOKEN.finditer(part):
        depth += (match.group() == "(") - (match.group() == ")")
        if not depth:
            return part.startswith("(?:") and match.end() == len(part)
    return False
