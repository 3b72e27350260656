"""Never the article: prose of our own in every language stays whole, alone, around everything that rules remove, and glued to it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest

from cleaner import Hints
from cleaner.authoring.lint import greedy
from cleaner.authoring.prose import paragraphs, sentences
from cleaner.engine.engine import Engine
from cleaner.ruleset.rule import Rule
from tests.conftest import shipped, shipped_engine


@pytest.mark.parametrize("language", sorted(paragraphs()))
def test_prose_stays_whole(language: str) -> None:
    """As paragraphs, as sentences on lines of their own, on one line, and in lines of seventy characters."""
    texts = paragraphs()[language]
    wrapped = "\n\n".join(map("\n".join, map(textwrap.wrap, texts)))
    for text in ("\n\n".join(texts), "\n".join(sentences(language)), " ".join(texts), wrapped):
        for hints in (Hints(), Hints(language=language)):
            assert shipped_engine("standard").clean(text, hints).text == text


def _shown() -> Iterator[tuple[Rule, str, str]]:
    """Each text that a rule shows to remove, with its language."""
    for rule in shipped().at("standard").rules:
        for text in (*rule.removes, *(each.before for each in rule.examples if not each.after.strip())):
            yield rule, text, rule.language or "en"


def test_prose_stays_around_everything_that_rules_remove() -> None:
    engine = Engine([each.without_sites for each in shipped().at("standard").prepared], shipped().languages, guarded=False)
    lost = []
    for rule, text, language in _shown():
        first, *others = paragraphs().get(language) or paragraphs()["en"]
        left = engine.clean("\n".join((first, text, *others)), Hints(language=language)).text
        lost += [(rule.name, text, prose) for prose in (first, *others) if prose not in left]
    assert not lost


def test_no_line_rule_takes_prose_glued_to_what_it_removes() -> None:
    assert not [str(finding) for rule in shipped().prepared for finding in greedy(rule)]
