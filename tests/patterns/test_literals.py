"""The literals of a pattern: strings of which one must stand wherever the pattern matches."""

from __future__ import annotations

import pytest

from cleaner.patterns.requirements import required_in_line, required_of_line


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
        (r"straße", {"straße"}),
        (r"suscríbete", {"suscríbete"}),
        (r"подписаться", {"подписаться"}),
        (r"tıkla", {"tikla"}),
        (r"σας", {"σασ"}),
        (r"ΐ", set()),
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
