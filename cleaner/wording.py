"""Counts and quotes in what people read."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Number and noun, with the noun in the plural where the number isn't 1.

    >>> counted(1, "rule"), counted(1200, "rule")
    ('1 rule', '1,200 rules')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def extra(name: str) -> str:
    """The command that installs an extra. On the package index `cleaner` is another project, so it names the checkout.

    >>> extra("arrow")
    "in the checkout of cleaner: pip install '.[arrow]'"
    """
    return f"in the checkout of cleaner: pip install '.[{name}]'"


def shorten(text: str, most: int) -> str:
    """The text, cut to at most `most` characters; an ellipsis at the end shows that it was cut.

    >>> shorten("harbour", 7), shorten("harbours", 7)
    ('harbour', 'harbou…')
    """
    return text if len(text) <= most else text[: most - 1] + "…"
