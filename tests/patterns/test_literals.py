"""The literals of a pattern: strings of which one must stand wherever the pattern matches."""

from __future__ import annotations

import sys
import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from regex import _regex

from cleaner.patterns import casefold
from cleaner.patterns.casefold import LONGEST_LITERAL, fold, folds, lines_repeated_by_the_next, repeats_itself, undecorated
from cleaner.patterns.requirements import required_in_line, required_of_line, required_of_lines
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import Rule

EVERYTHING = "".join(map(chr, range(0x110000)))


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"(?:foto|bild): .+", {"foto: ", "bild: "}),
        (r"(?:a|b)?read more", {"read more"}),
        (r"\bcredit: (?-i:[A-Z])", {"credit: "}),
        (r"(?P<a>x{2,3}yes)(?P=a)", {"xxyes"}),
        (r"\p{Lu}+ via agency", {" via agency"}),
        (r"(?:more)*", set()),
        (r"(?:foto|\p{L}+)", set()),
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
        (r"tıkla", {"tikla"}),
        (r"σας", set()),
        (r"\d{2}\.\s?[MN]ai 19\d\d", {"00.mai 0000", "00. mai 0000", "00.nai 0000", "00. nai 0000"}),
        (r".{1,40}(?=.*newsletter).{1,40}", {"newsletter"}),
        (r"(?!never)always", {"always"}),
        (r"name\K MORE", {"name more"}),
        (r"\0zero", {"zero"}),
        (r".", set()),
    ],
)
def test_what_stands_in_a_line(pattern: str, literals: set[str]) -> None:
    assert required_in_line(pattern) == literals


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"share", {"\nshare\n"}),
        (r"share this .*", {"\nshare this "}),
        (r".* said", {" said\n"}),
        (r"(?:the )?latest(?: news)?", {"\nlatest\n", "\nlatest news", "\nthe latest\n", "\nthe latest "}),
        (r"[^\p{L}\d]{0,4}inbox", {"\ninbox\n"}),
        (r"[•*»\-– ]{0,3}\(inbox\)", {"\ninbox)\n"}),
        (r"[^\p{Lu}]{0,4}inbox", {"inbox\n"}),
        (r"by [^\w]*more", {"more\n"}),
        (r"[^\p{L}]\d+", set()),
        (r"(?:by .+: )?(?:ap|afp)", {"\nap\n", ": ap\n", "\nafp\n", ": afp\n"}),
        (r"(?:\d\d|aa){1,9}", {"\n00", "\naa"}),
    ],
)
def test_what_stands_in_a_line_that_fits_whole(pattern: str, literals: set[str]) -> None:
    assert required_of_line(pattern).literals == literals


@pytest.mark.parametrize(
    ("pattern", "literals", "nearest", "before"),
    [
        (r"share\nthis", {"\nshare\n"}, 0, 0),
        (r"share\s+this\nwith", {"\nshare"}, 0, 0),
        (r".{20,90}\nby reuters", {"\nby reuters\n"}, 1, 1),
        (r".{20,90}\n(?:.{9}\n)?.{9}\nby reuters\n.+", {"\nby reuters\n"}, 2, 3),
        (r"(?:.+\n){0,3}by reuters\n.+", {"\nby reuters\n"}, 0, 3),
        (r"(?:.+\n){2}(?:by reuters\n|with the agency).+", {"\nby reuters\n", "\nwith the ag"}, 2, 3),
        (r"[^.]+\nby reuters", {"\nby reuters\n"}, 1, 1001),
        (r"\P{Lu}by reuters\n", {"by reuters\n"}, 0, 1),
        (r"(?P<said>.+)\n(?P=said)", {"\2"}, 0, 0),
        (r"(?P<said>.+)\n(?P=said) by reuters", {"\2"}, 0, 0),
        (r"(?P<said>.+)\n(?P<other>.+)(?P=said)", set(), 0, 0),
        (r"(?P<said>(?s:.+))\n(?P=said)", set(), 0, 0),
        (r"(?P<said>.+) (?P=said)\n.+", {"\n\1\n"}, 0, 0),
        (r"(?:(?-i:(?P<said>\p{Lu}.+) (?P=said)))(?:\n.+)?", {"\n\1\n"}, 0, 0),
        (r"(?P<said>.+) (?P=said)\s.+\nmore", {"\nmore\n"}, 1, 2),
        (r"(?:.+\nand\n){2,5}.+", {"\nand\n"}, 1, 1),
        (r"(?P<said>by \w+)\n.+\n(?P=said)", {"\nby "}, 0, 0),
        (r"(?P<said>.+)\nand\n(?P=said)", {"\nand\n"}, 1, 1),
        (r"(?P<said>.+) (?P<other>.+)(?P=said)\n.+", set(), 0, 0),
        (r"(?P<said>[^.]+) (?P=said)\nmore", {"\nmore\n"}, 1, 1001),
        (r"[^\w]{0,4}read more\n.{3,90}", {"read more"}, 0, 4),
        (r"[^\w\n]{0,4}read more\n.{3,90}", {"\nread more\n"}, 0, 0),
        (r"(?s:.{1,50})\nby reuters", {"\nby reuters\n"}, 1, 1001),
        (r"[\x00-\x7f]{1,50}\nby reuters", {"\nby reuters\n"}, 1, 51),
        (r".{1,30}\nbe it so.{1,30}(?=\n.+\nby reuters)", {"\nbe it so"}, 1, 1),
    ],
)
def test_what_stands_in_one_of_several_lines(pattern: str, literals: set[str], nearest: int, before: int) -> None:
    required = required_of_lines(pattern)
    assert required.literals == literals
    assert (required.nearest, required.before) == (nearest, before)


def test_a_rule_that_any_line_fits_is_told_by_the_line_after() -> None:
    rule = Rule("demo/x", "", "line", match=r"\p{Lu}\p{L}+ \p{Lu}\p{L}+", next=r"about the author\b.*")
    (required,) = prepare(rule).required
    assert required.literals == {"\nabout the author"[:LONGEST_LITERAL]}
    assert (required.before, required.by_line) == (1, False)


def test_a_line_after_that_may_be_missing_says_nothing() -> None:
    rule = Rule("demo/x", "", "line", match=r"\p{Lu}\p{L}+ \p{Lu}\p{L}+", next=r"|about the author")
    (required,) = prepare(rule).required
    assert not required.literals
    assert required.by_line


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


def test_folding_neither_adds_nor_loses_line_ends_or_characters() -> None:
    for char in EVERYTHING:
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


def test_how_far_from_the_end_a_literal_may_stand() -> None:
    told = {
        r".{8,90} \(photo: \w{3,9}\)\.?": len(" (photo: ") + 9 + len(").\n"),
        r"\d (?:share|like)s?": len("0 shares\n") + 1,  # the line's beginning is part of it
        r".*(?:read more|more here)(?: now){0,2}": len("\nmore here now now\n"),
        r"read more\b.*": sys.maxsize,
        r"(?=.*photo).{9}": sys.maxsize,
    }
    for pattern, tail in told.items():
        (required,) = prepare(Rule("a/b/c", "", "line", match=pattern)).required
        assert required.tail == tail, (pattern, required)


@pytest.mark.parametrize(
    ("pattern", "literals", "told"),
    [
        (r".{20,90}\n.{1,9} hours? ago", {" hour ago\n", " hours ago\n"}, (1, 1, 10, 19)),
        (r".{20,90}\n.{1,9}[^\S\n]?by reuters.{0,9}\nand .+", {"by reuters"}, (1, 1, 11, 29)),
        (r"[^\S\n]?by reuters.{0,9}\n.+", {"\nby reuters", "\n by reuters"}, (0, 0, 10, 20)),
        (r".\s?by reuters.{0,9}\n.+", {"by reuters"}, (0, 1, 0, sys.maxsize)),
    ],
)
def test_how_long_the_line_is_on_which_a_literal_stands(pattern: str, literals: set[str], told: tuple[int, ...]) -> None:
    required = required_of_lines(pattern)
    assert required.literals == literals
    assert required[1:5] == told


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
