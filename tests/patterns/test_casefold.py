"""The folding in which literals are looked for hides no match of a pattern."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from regex import _regex

from cleaner.patterns import casefold
from cleaner.patterns.casefold import fold, folds, lines_repeated_by_the_next, repeats_itself, undecorated
from tests.conftest import shares

EVERYTHING = "".join(map(chr, range(0x110000)))


def test_what_may_stand_in_a_literal_folds_as_all_that_equals_it() -> None:
    """For every character that may stand there, all that `regex` takes for the same without case."""
    plain = [char for char in EVERYTHING if folds(char) and not "\ud800" <= char <= "\udfff"]
    assert len(plain) > 200_000
    for char in plain:
        same = _regex.get_all_cases(regex.IGNORECASE | regex.UNICODE, ord(char))  # type: ignore[attr-defined]
        assert {fold(chr(other)) for other in same if other is not None} <= {fold(char)}, char


@pytest.mark.parametrize(("pattern", "folded"), [(r"\d", b"0"), (r"\s", b" ")])
def test_digits_and_spaces_of_all_scripts_fold_into_one(pattern: str, folded: bytes) -> None:
    assert {fold(char) for char in regex.findall(pattern, EVERYTHING)} - {b"\n", b"\r"} == {folded}


@pytest.mark.parametrize("share", shares(4))
def test_folding_neither_adds_nor_loses_line_ends_or_characters(share: int) -> None:
    for char in ("\n", "\r", *EVERYTHING[share::4]):
        folded = fold(char)
        assert len(folded.decode("utf-8", "surrogatepass")) == 1
        assert (folded == b"\n") == (char == "\n")


@settings(max_examples=300)
@given(st.text(alphabet="aAıİsſkK\u212a1٣ \xa0\t-é😀𝟙ß", max_size=40))
def test_a_text_folds_as_its_characters_do(text: str) -> None:
    assert fold(text) == b"".join(map(fold, text))


@pytest.mark.parametrize("line", ["Ferry back FERRY BACK", "οσ ΟΣ", "µ a μ a", "İ i", "straße STRAẞE"])
def test_a_line_that_says_the_same_twice_does_so_in_the_eyes_of_a_pattern(line: str) -> None:
    assert regex.fullmatch(r"(?P<said>.+) (?P=said)", line, regex.IGNORECASE)
    assert repeats_itself(line)


@settings(max_examples=1_000)
@given(st.text(alphabet="aAſsSßẞK\u212aiIİıΣσς\t '1", min_size=1, max_size=20), st.data())
def test_what_stands_twice_in_the_eyes_of_a_pattern_is_told_without_one(line: str, data: st.DataObject) -> None:
    other = "".join(data.draw(st.sampled_from([char, char.swapcase()[:1], char.upper()[:1], "s", "i"])) for char in line)
    if regex.fullmatch(r"(.+)\n\1.*", f"{line}\n{other}", regex.IGNORECASE):
        assert lines_repeated_by_the_next([line, other]) == [0]
    if regex.fullmatch(r"(.+) \1", f"{line} {other}", regex.IGNORECASE):
        assert repeats_itself(f"{line} {other}")


def test_decoration_is_whatever_stands_before_the_first_letter() -> None:
    assert [undecorated(line) for line in ("• ²Ⅷ12. Übersicht", "a", "", "…")] == ["Übersicht", "a", "", ""]
    # What a pattern takes for a sign must be one here too.
    assert not any(char.isalpha() for char in regex.findall(r"[^\p{L}]", EVERYTHING))


def test_letters_that_are_not_known_to_be_special_equal_only_what_casefold_makes_equal() -> None:
    """By trying all of Unicode, save letters that are newer than Python."""
    for char in EVERYTHING:
        if char not in casefold._LETTERS and unicodedata.category(char) != "Cn":
            cases = map(chr, _regex.get_all_cases(regex.IGNORECASE | regex.UNICODE, ord(char)))  # type: ignore[attr-defined]
            others = {other for other in cases if other not in casefold._LETTERS and unicodedata.category(other) != "Cn"}
            assert {other.casefold() for other in others} == {char.casefold()}, char


@pytest.mark.parametrize("line", ["Ferry 1 ferry 2", "Part 1 Part 2", "١ ٢", "“a ”a", "ab abc"])
def test_what_differs_in_a_figure_or_a_sign_is_not_said_twice(line: str) -> None:
    assert not repeats_itself(line)
