"""Whatever pattern meets whatever text, looking for literals first finds what trying everything finds."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import regex

from cleaner.engine.candidates import CandidateFinder, Found, KnownLines
from cleaner.engine.matcher import View
from cleaner.engine.matchers import Matchers
from cleaner.patterns.soundness import check
from cleaner.patterns.source import compiled, spans_lines
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import PreparedRule, Rule
from tests.conftest import shares, unfiltered

PATTERNS = 800
SHARES = 8
TEXTS = 10

#: A part of a pattern, and what makes a text that it matches.
Part = tuple[str, Callable[[], str]]

_WITHOUT_CASE = {"s": "sSſ", "k": "kK\u212a", "i": "iIİı", "é": "éÉ", "ß": "ßẞ", "σ": "σςΣ", "a": "aA", "b": "bB"}
_CLASSES = [
    *(r"\d", r"\s", r"[^\w]", r"[^\p{L}]", r"[ab]", r"[-–» ]", r"[^\p{L}\d]", ".", r"\w", r"\p{Lu}", r"[a-c]", r"[.,;:!?()»-]", r"[0-9]"),
    *(r"[^a]", r"\W", r"[^.]", r"[\d.]", r"[-*\s]", r"[^\s]", r"\P{L}", r"[\p{P}\s]", r"[^\p{P}\s]", "(?-i:A)", "[sk]", r"[\x00-\x7f]"),
]
_TIMES = [(0, 1), (0, 4), (1, 3), (2, 2), (0, 12), (1, 20), (2, 30), (3, 9), (0, None), (1, None)]


class Writer:
    """Writes patterns and texts that they match."""

    def __init__(self, seed: int, lines: bool) -> None:
        self.chance = random.Random(seed)
        self.lines = lines
        self.pool = "aAbBcsSſkK\u212aiİıéÉßẞσΣς 0١9-–».,;(:*!?\xa0\t²_" + "\n" * lines

    def pattern(self) -> Part:
        found = self.sequence(self.chance.randint(1, 3))
        if self.chance.random() < 0.3:
            found = self.either([found, self.sequence(2)], "{}")
        if self.lines and not spans_lines(found[0]):
            found = self.join([found, ("\nx", lambda: "\nx")])
        return found

    def sequence(self, depth: int) -> Part:
        parts = [self.node(depth) for _ in range(self.chance.randint(1, 4))]
        if self.lines and self.chance.random() < 0.3:
            parts.insert(self.chance.randint(0, len(parts)), (r"\n", lambda: "\n"))
        return self.join(parts)

    def node(self, depth: int) -> Part:
        kinds = [self.word, self.one_of, self.word, self.deeper, self.choice, self.repeat, self.ahead]
        return self.chance.choice(kinds[: 7 if depth else 3])(depth - 1)

    def word(self, depth: int) -> Part:
        word = self.chance.choice(["read", "more", "skiß", "by ap", "kas", "0.5 x", *"aabbskiéßσx0 1-.(»"])
        return regex.escape(word, literal_spaces=True), lambda: "".join(self.chance.choice(_WITHOUT_CASE.get(char, char)) for char in word)

    def one_of(self, depth: int) -> Part:
        pattern = self.chance.choice(_CLASSES)
        fitting = [char for char in self.pool if compiled(pattern).fullmatch(char)]
        return pattern, lambda: self.chance.choice(fitting)

    def deeper(self, depth: int) -> Part:
        return self.sequence(depth)

    def choice(self, depth: int) -> Part:
        parts = [self.sequence(depth) for _ in range(self.chance.randint(2, 3))]
        return self.either([*parts, ("", str)] if self.chance.random() < 0.3 else parts, "(?:{})")

    def repeat(self, depth: int) -> Part:
        pattern, text = self.node(depth)
        least, most = self.chance.choice(_TIMES)
        times = f"{{{least},{'' if most is None else most}}}" + self.chance.choice(["", "", "?", "+"])
        at_most = least + 3 if most is None else min(most, least + 4)
        return f"(?:{pattern}){times}", lambda: "".join(text() for _ in range(self.chance.randint(least, at_most)))

    def ahead(self, depth: int) -> Part:
        pattern, text = self.sequence(depth)
        return f"(?={pattern}){pattern}", text

    @staticmethod
    def join(parts: list[Part]) -> Part:
        return "".join(pattern for pattern, _ in parts), lambda: "".join(text() for _, text in parts)

    def either(self, parts: list[Part], shape: str) -> Part:
        return shape.format("|".join(pattern for pattern, _ in parts)), lambda: self.chance.choice(parts)[1]()


def found(rule: PreparedRule, text: str) -> set[tuple[object, ...]]:
    matchers, view = Matchers([rule]), View(text)
    matcher = matchers[0]
    here = CandidateFinder(matchers).of(view, frozenset([0]), KnownLines()).get(0, Found())
    return {(hit.first, hit.last, hit.start, hit.end) for hit in (*matcher.hits(view, here.candidates), *here.inside)}


@pytest.mark.parametrize("share", shares(SHARES))
@pytest.mark.parametrize("lines", [False, True], ids=["line", "lines"])
def test_no_match_is_hidden(lines: bool, share: int) -> None:
    writer = Writer(seed=7 + share, lines=lines)
    matched = filtered = 0
    for _ in range(PATTERNS // SHARES):
        pattern, text_of = writer.pattern()
        if compiled(pattern).fullmatch("") or (spans_lines(pattern) and not lines):
            continue
        rule = prepare(Rule("made/x", "", writer.chance.choice(["line", "tail"] if lines else ["line", "match", "tail"]), match=pattern))
        filtered += any(required.literals for required in rule.required)
        for _ in range(TEXTS):
            before, behind = (writer.chance.choice(["", "x\n", "- 1\n", "read\n", "\nfoo", "\n- \n"]) for _ in range(2))
            text = before + text_of() + behind
            try:
                expected = found(unfiltered(rule), text)
                assert found(rule, text) == expected, (pattern, text)
            except TimeoutError:
                continue
            matched += bool(expected)
    assert matched > 2 * PATTERNS / SHARES  # many texts match
    assert filtered > PATTERNS / SHARES / 2  # most patterns have literals


@pytest.mark.parametrize(
    ("match", "text"),
    [
        (r"(\w+) see \1|(\w+) also \2", "tide also tide"),
        ("(?x:read\\ more # or )\n x|b)|c\\ dd", "c dd"),
        (r"(?P<a>tide)|(?P=a)s? out|low (?P<b>tide)s (?P=b)", "low tides tide"),
        (r"[^\p{P}\s]{3,9} reads more", "tides reads more"),
    ],
)
def test_a_pattern_is_tried_whole_where_its_parts_make_no_sense_alone(match: str, text: str) -> None:
    assert check(match, "line") is None
    assert found(prepare(Rule("made/x", "", "line", match=match)), text)
