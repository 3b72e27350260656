"""Texts and rules for measuring, made from the samples and the shipped rules; the same on every machine."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from html import escape

from cleaner.document import Document
from cleaner.engine.language import LanguageDetector
from cleaner.ruleset.layers import load
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import PreparedRule, Rule
from tests.conftest import PAIRS

_SYLLABLES = ["bar", "del", "fen", "gor", "hal", "kin", "lom", "mer", "nor", "pel", "quin", "ras", "sol", "tam", "ver", "wex"]


def pages(number: int, rules: Sequence[Rule], seed: int = 1) -> list[str]:
    """Pages of 15 to 40 paragraphs from the samples of one language, one line in ten of them chrome that some rule removes."""
    chance = random.Random(seed)
    texts = [raw.with_suffix(".clean.txt").read_text(encoding="utf-8") for raw in PAIRS]
    detector = LanguageDetector(load().languages)
    languages = [detector.detect(text).code for text in texts]
    prose, chrome = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for text, language in zip(texts, languages, strict=True):
        prose[language] += [line.text for line in Document(text).solid if len(line.text) > 60]
    for rule in rules:
        for language in {*languages} & {*(rule.languages or languages)}:
            chrome[language] += [text for text in rule.removes if "\n" not in text]
    found = []
    for _ in range(number):
        language = chance.choice([language for language in languages if prose[language]])
        lines = (chance.choice((chrome if chance.random() < 0.1 else prose)[language]) for _ in range(chance.randint(15, 40)))
        found.append("\n\n".join(lines) + "\n")
    return found


def padded(rules: Sequence[PreparedRule], number: int) -> list[PreparedRule]:
    """So many rules: the first of some rules, or all of them and invented ones for sites that are nowhere."""
    chance = random.Random(number)
    found = [*rules[:number]]
    while len(found) < number:
        site = "".join(chance.choices(_SYLLABLES, k=3))
        shapes = (rf"(?:read|see) more (?:on|at) {site}\b.*", rf"{site} (?:tv|radio)(?: live)?", rf".{{0,80}}\(photo: {site}\)")
        rule = Rule(f"made/{site}/{len(found)}", "", "line", match=chance.choice(shapes))
        found.append(prepare(rule, trusted=True))
    return found


def html(page: str) -> str:
    """A page's text as the simplest web page."""
    return f"<html><body><article>{''.join(f'<p>{escape(line)}</p>' for line in page.splitlines() if line)}</article></body></html>"
