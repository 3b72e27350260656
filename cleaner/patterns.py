"""Patterns: from the text that an author wrote to a compiled expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import regex

#: `{{name}}` in a pattern stands for a term. Double braces mean nothing to `regex`, so no escape is needed.
_TERM = re.compile(r"\{\{([a-z][a-z0-9-]*)\}\}")

_CLASS = re.compile(r"(?<!\\)\[\^?\]?(?:\\.|[^\]\\])*\]")

_LENGTH_AT_MOST = 100_000

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
    for _ in range(10):
        if not _TERM.search(pattern):
            return pattern
        pattern = _TERM.sub(lambda found: _alternatives(terms[found.group(1)]), pattern)
        if len(pattern) > _LENGTH_AT_MOST:
            raise RecursionError(f"its terms make it longer than {_LENGTH_AT_MOST:,} characters")
    raise RecursionError("its terms use one another in a circle")


def _alternatives(term: Term) -> str:
    if isinstance(term, str):
        return f"(?:{term})"
    # The longest first: `regex` takes the first alternative that fits, so "AP" would hide "AP Photo".
    return f"(?:{'|'.join(regex.escape(word, literal_spaces=True) for word in sorted(term, key=lambda w: (-len(w), w)))})"


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Compile a pattern: case-insensitive, Unicode.

    Raises:
        regex.error: It isn't a valid expression.
    """
    return regex.compile(pattern, regex.IGNORECASE)


def spans_lines(pattern: str) -> bool:
    r"""Whether a pattern speaks of more than one line: whether it has a line end outside a character class.

    >>> spans_lines(r"Related\nSource"), spans_lines(r"Related[^\n]+")
    (True, False)
    """
    bare = _CLASS.sub("", pattern.replace(r"\\", ""))
    return r"\n" in bare or "\n" in bare


def of_whole_lines(pattern: str) -> str:
    """A pattern of several lines, made to end where a line ends."""
    return rf"(?:{pattern})(?=\n|\Z)"
