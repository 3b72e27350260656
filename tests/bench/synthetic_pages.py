"""Texts and rules for measuring, made from the samples and the shipped rules; the same on every machine."""

from __future__ import annotations

import random
from collections.abc import Sequence
from html import escape

from cleaner.document import Document
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import PreparedRule, Rule
from tests.conftest import PAIRS

_SYLLABLES = ["bar", "del", "fen", "gor", "hal", "kin", "lom", "mer", "nor", "pel", "quin", "ras", "sol", "tam", "ver", "wex"]


def pages(number: int, rules: Sequence[Rule], seed: int = 1) -> list[str]:
    """Pages of 15 to 40 paragraphs from the samples, one line in ten of them chrome that some rule removes."""
    chance = random.Random(seed)
    clean = [Document(raw.with_suffix(".clean.txt").read_text(encoding="utf-8")) for raw in PAIRS]
    prose = [line.text for document in clean for line in document.solid if len(line.text) > 60]
    chrome = [text for rule in rules for text in rule.removes if "\n" not in text]
    return [
        "\n\n".join(chance.choice(chrome if chance.random() < 0.1 else prose) for _ in range(chance.randint(15, 40))) + "\n"
        for _ in range(number)
    ]


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
