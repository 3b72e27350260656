"""Counts and quotes in what people read."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "rule"), counted(1200, "rule")
    ('1 rule', '1,200 rules')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def shorten(text: str, most: int) -> str:
    """A text of at most so many characters; a mark at the end says that it had more.

    >>> shorten("harbour", 7), shorten("harbours", 7)
    ('harbour', 'harbou…')
    """
    return text if len(text) <= most else text[: most - 1] + "…"
