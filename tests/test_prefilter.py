from __future__ import annotations

import pytest
import regex

from cleaner.document import Document
from cleaner.prefilter import AWKWARD, Prefilter, _folds, required_literals


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"share this (?:article|page)", {"share this "}),
        (r"(?:foto|bild): .+", {"foto", "bild"}),
        (r"(?:a|b)?read more", {"read more"}),
        (r"\bcredit: (?-i:[A-Z])", {"credit: "}),
        (r"(?:comments\n)?no comments", {"no comments"}),
        (r"(?P<a>x{2,3}yes)(?P=a)", {"yes"}),
        (r"\p{Lu}+ via agency", {" via agency"}),
        (r"[^\p{L}]{0,3}inbox", {"inbox"}),
        (r"SHARE", {"share"}),
        (r"(?:foto|\d+)", set()),
        (r"(?:more)*", set()),
        (r"(?:newsletter){e<=2}", set()),
        (r"[[:alpha:]]more", set()),
        (r"(?:newsletter){e}xyz", set()),
        (r"(?:newsletter){i,d}", set()),
        (r"\p{Script=Latin}more", {"more"}),
        (r"\\\\p{L}", set()),
        (r"[[\w]more", {"more"}),
        (r"(?|more|less)", set()),
        (r"straße", {"stra"}),
        (r"suscríbete", {"suscríbete"}),
        (r"подписаться", {"подписаться"}),
        (r"σας", set()),
    ],
)
def test_required_literals(pattern: str, literals: set[str]) -> None:
    assert required_literals(pattern) == literals


def test_folding_letters_equal_only_what_lower_makes_of_them() -> None:
    """For every letter that may stand in a literal, all of Unicode is tried."""
    everything = "".join(map(chr, range(0x110000)))
    letters = {char.lower() for char in map(chr, range(0x530)) if _folds(char) and char.lower() != char.upper()}
    assert len(letters) > 90
    for letter in letters:
        for char in regex.findall(regex.escape(letter), everything, regex.IGNORECASE):
            assert char.lower() == letter or AWKWARD.match(char), (letter, char)


def test_candidates_are_the_lines_that_hold_a_literal() -> None:
    document = Document("Share this\n\nnothing\nshare and SHARE\n")
    prefilter = Prefilter([frozenset({"share"}), frozenset({"share"}), frozenset({"absent"}), frozenset()], [False, True, False, False])
    found = {place: list(numbers) for place, numbers in prefilter.candidates(document, range(4))}
    assert found == {0: [0, 2], 1: [0, 1, 2], 3: [0, 1, 2]}


@pytest.mark.parametrize("char", ["ſ", "İ", "\u212a"])
def test_a_text_with_awkward_letters_is_not_filtered(char: str) -> None:
    prefilter = Prefilter([frozenset({"absent"})], [False])
    assert list(prefilter.candidates(Document(f"one{char}\ntwo"), [0])) == [(0, range(2))]
