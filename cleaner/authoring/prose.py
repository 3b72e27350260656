"""Prose of our own in every language, by which rules are tried: none may take any of it, alone or glued to chrome."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from cleaner.patterns.source import compiled
from cleaner.ruleset.rule import Rule

_FILE = Path(__file__).with_name("prose.toml")
#: Behind a full stop of any script.
_BEHIND_STOP = r"(?<=[.؟۔।。])\s*(?=\S)"
#: Least length in characters of a sentence that is tried, and number of sentences that rules of all languages are tried by.
_SENTENCE_FROM = 20


@cache
def paragraphs() -> Mapping[str, Sequence[str]]:
    """Paragraphs of two sentences, by language."""
    return {language: table["paragraphs"] for language, table in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}


def sentences(language: str) -> Sequence[str]:
    """The last sentence of each paragraph of a language, English if there is none."""
    texts = paragraphs().get(language) or paragraphs()["en"]
    parts = ([part for part in compiled(_BEHIND_STOP).split(text) if len(part) >= _SENTENCE_FROM] for text in texts)
    return [found[-1] for found in parts]


def glued(rule: Rule) -> Iterator[tuple[str, str]]:
    """What a line rule shows to remove, with a sentence glued before or behind it; each text with the sentence.

    Chrome that ends no sentence gets a full stop before what is glued to it: without any boundary nobody can tell where it ends.
    """
    for sentence in sentences(rule.language):
        for text in rule.removes:
            if "\n" in text:
                continue
            gap = "" if sentence[-1] in "。" else " "
            yield f"{sentence}{gap}{text}", sentence
            stop = "" if text[-1] in ".!?:…。！？：»”" else (gap and ".") or "。"
            yield f"{text}{stop}{gap}{sentence}", sentence
