"""Terms that rule files share: terms of a folder are for its files and those in folders below."""

from __future__ import annotations

from collections.abc import Mapping

from cleaner.patterns.source import Term

#: Terms by folder: its name with a slash behind it, or an empty string for the top.
Terms = dict[str, dict[str, Term]]


def merge_terms(below: Mapping[str, Mapping[str, Term]], above: Mapping[str, Mapping[str, Term]]) -> Terms:
    """Terms of two layers merged, folder by folder; those of `above` win.

    >>> merge_terms({"": {"a": "1", "b": "1"}}, {"": {"b": "2"}, "en/": {"a": "3"}})
    {'': {'a': '1', 'b': '2'}, 'en/': {'a': '3'}}
    """
    return {folder: {**below.get(folder, {}), **above.get(folder, {})} for folder in {**below, **above}}


def terms_for(name: str, terms: Mapping[str, Mapping[str, Term]]) -> dict[str, Term]:
    """Terms that the file `name` can use: of its folder and of those above it; the nearer folder wins.

    >>> terms_for("en/share", {"": {"a": "1", "b": "1"}, "en/": {"a": "2"}, "de/": {"a": "3"}})
    {'a': '2', 'b': '1'}
    """
    above = ["", *(name[: index + 1] for index, char in enumerate(name) if char == "/")]
    return {term: value for folder in above for term, value in terms.get(folder, {}).items()}
