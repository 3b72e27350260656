"""Why lines go and why they stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Hints
from cleaner.authoring.explain import Explanation, explain
from cleaner.result import Level
from cleaner.ruleset.layers import load

HEAD = 'title = "T"\nabout = "A"\n'
PAGE = "Ferry sails again\nThe ferry sails on Friday, they said.\n{}\nIt calls at two islands, they said.\nIt is green and white.\n"


def ask(
    folder: Path, keys: str, *lines: str, head: str = "", level: Level = "standard", at: int = 3, hints: Hints | None = None
) -> Explanation:
    """What is said of the third line of a page, with one rule."""
    (folder / "own.toml").write_text(f'{HEAD}{head}\n[[rule]]\nid = "r"\nabout = "A"\n{keys}\n')
    rules = load([folder / "own.toml"], shipped=False)
    return explain(PAGE.format("\n".join(lines)), at, rules, level, hints or Hints())


LINE = 'remove = "line"\nmatch = ["see also: .{3,80}", "more on this: .{3,80}"]\n'


def test_a_line_that_goes(tmp_path: Path) -> None:
    found = ask(tmp_path, LINE, "More on this: the pier")
    (match,) = found.matches
    assert (match.rule.name, match.pattern, match.line, match.first, match.last, match.owner) == (
        "own/r",
        "more on this: .{3,80}",
        8,
        3,
        3,
        True,
    )
    assert (found.text, found.left, found.misses, found.withheld) == ("More on this: the pier", "", (), "")


def test_a_span_that_goes(tmp_path: Path) -> None:
    found = ask(tmp_path, 'remove = "match"\nmatch = "see also \\\\[\\\\d+\\\\]"', "The pier (see also [12]) is closed.")
    assert found.left == "The pier () is closed."
    assert found.matches[0].action == "takes 'see also [12]'"


def test_a_line_in_a_block_and_one_that_two_rules_take(tmp_path: Path) -> None:
    keys = 'remove = "block"\nmatch = "quiz"\nthrough = "take the quiz"\nmax_lines = 4\n'
    keys += '[[rule]]\nid = "s"\nabout = "A"\nremove = "line"\nmatch = "ten questions"'
    found = ask(tmp_path, keys, "Quiz", "Ten questions", "Take the quiz", at=4)
    assert [(match.rule.name, match.first, match.last, match.owner) for match in found.matches] == [
        ("own/r", 3, 5, True),
        ("own/s", 4, 4, False),
    ]


def test_blank_lines(tmp_path: Path) -> None:
    assert ask(tmp_path, LINE, "", "See also: the pier", "", at=5).tidied
    assert not ask(tmp_path, LINE, "", at=3).tidied


def test_a_second_pass_is_told(tmp_path: Path) -> None:
    found = ask(tmp_path, 'remove = "line"\nmatch = "a card"\nprevious = ".*they said[.]"', "A card", "A card", at=4)
    assert [match.pass_number for match in found.matches] == [2]


@pytest.mark.parametrize(
    ("keys", "condition", "reason"),
    [
        ("unless = '''pier'''", "unless", "`unless` is found in it: 'pier'"),
        ("max_words = 3", "max_words", "5 words would go, and max_words is 3"),
        ("min_words = 9", "min_words", "5 words would go, and min_words is 9"),
        ("previous = '''x'''", "previous", "`previous` doesn't fit the line before it: 'The ferry sails on Friday, they said.'"),
        ("next = '''x'''", "next", "`next` doesn't fit the line after it: 'It calls at two islands, they said.'"),
        ("where = { last = 1 }", "where", "it looks among the last 1 lines that stay, and this is number 3 from the end"),
        ("where = { first = 2 }", "where", "it looks among the first 2 lines that stay, and this is number 3"),
        ("languages = ['de']", "languages", "it is for de, and the text is en"),
        ("confidence = 'low'", "level", "its confidence is low, too low for --level standard"),
    ],
)
def test_the_condition_that_stopped_a_rule(tmp_path: Path, keys: str, condition: str, reason: str) -> None:
    found = ask(tmp_path, LINE + keys, "See also: the old pier", hints=Hints(language="en"))
    assert [(miss.condition, miss.reason) for miss in found.misses] == [(condition, reason)]
    assert found.matches == ()


@pytest.mark.parametrize(
    ("head", "condition", "reason"),
    [
        ("sites = ['quay.example']", "sites", "it is for quay.example; name the page by --url"),
        ("fingerprint = '''the quay'''", "fingerprint", "its file's fingerprint is not in the text"),
        (
            "sites = ['quay.example']\nfingerprint = '''the quay'''",
            "fingerprint",
            "its file's fingerprint is not in the text; name the page by --url",
        ),
    ],
)
def test_the_site_that_a_rule_is_for(tmp_path: Path, head: str, condition: str, reason: str) -> None:
    found = ask(tmp_path, LINE, "See also: the old pier", head=head)
    assert [(miss.condition, miss.reason) for miss in found.misses] == [(condition, reason)]


@pytest.mark.parametrize(
    ("keys", "line", "condition", "reason"),
    [
        (
            'remove = "block"\nmatch = "quiz"\nuntil = "x"\nmax_lines = 2',
            "Quiz",
            "until",
            "no line that fits `until` follows within 2 lines",
        ),
        ('remove = "run"\nmatch = "#\\\\w{2,9}"\nmin_lines = 3', "#ferry\n#quay", "min_lines", "2 such lines in a row, and min_lines is 3"),
        ('remove = "tail"\nprose = "any"\nmatch = "more"\nmax_lines = 2', "More", "max_lines", "3 lines would go, and max_lines is 2"),
        ('remove = "head"\nmatch = "menu"\nmax_lines = 2', "Menu", "max_lines", "3 lines would go, and max_lines is 2"),
        (LINE, "See also: me", "match", "it fits the line as the beginning of something longer"),
        ('remove = "line"\nmatch = "see also the map"', "See also the mop", "match", "it would fit with 1 character changed"),
        ('remove = "line"\nmatch = "see also the map"', "See also the pier", "match", "it fits as far as 'See also the ', but not 'pier'"),
        ('remove = "line"\nmatch = "see also"', "But see also", "match", "it fits 'see also', but the line begins with 'But'"),
        ('remove = "line"\nmatch = "see also\\nthe map"', "See also", "match", "it fits the line as the beginning of something longer"),
    ],
)
def test_what_came_close(tmp_path: Path, keys: str, line: str, condition: str, reason: str) -> None:
    found = ask(tmp_path, keys, line)
    assert [(miss.condition, miss.reason) for miss in found.misses] == [(condition, reason)]


@pytest.mark.parametrize(
    ("languages", "named"), [("['de']", ["own/s"]), ("['en']", ["own/r", "own/s"]), ("['en', 'de']", ["own/r", "own/s"])]
)
def test_rules_for_other_languages_are_named_only_if_no_other_is_near(tmp_path: Path, languages: str, named: list[str]) -> None:
    keys = LINE + f"languages = {languages}\nunless = 'pier'\n"
    other = '[[rule]]\nid = "s"\nabout = "A"\nremove = "line"\nmatch = "see also: the ol"\n'
    found = ask(tmp_path, keys + other, "See also: the old pier", hints=Hints(language="en"))
    assert [miss.rule.name for miss in found.misses] == named
    found = ask(tmp_path, keys, "See also: the old pier", hints=Hints(language="en"))
    assert [miss.rule.name for miss in found.misses] == ["own/r"]


@pytest.mark.parametrize(("title", "said"), [("", "line 1, 'Quay Gazette', is"), ("Boats", "'Boats' is")])
def test_a_title_said_twice_under_another_line_is_explained(tmp_path: Path, title: str, said: str) -> None:
    (tmp_path / "own.toml").write_text(f'{HEAD}\n[[rule]]\nid = "r"\nabout = "A"\nremove = "echo"\nof = "title"\nwhere = {{ first = 4 }}\n')
    rules = load([tmp_path / "own.toml"], shipped=False)
    page = "Quay Gazette\n\nFerry sails again\nFerry sails again\nThe ferry sails on Friday, they said.\nFerry sails again\n"
    found = {line: explain(page, line, rules, "standard", Hints(title=title)).misses for line in (3, 4, 5, 6)}
    assert {line for line, misses in found.items() if misses} == {4}  # not the first of them, and not one that the rule wouldn't take
    (miss,) = found[4]
    assert (miss.condition, miss.reason) == (
        "title",
        f"it says an earlier line again, but {said} taken for the title; --title names another",
    )


def test_nothing_comes_near_prose(tmp_path: Path) -> None:
    assert ask(tmp_path, LINE, "The pier was also closed, and nobody saw it.").misses == ()


def test_a_text_that_is_left_alone_says_why(tmp_path: Path) -> None:
    found = ask(tmp_path, 'remove = "line"\nmatch = "(?:the|it) .{3,80}"', "x", at=2)
    assert found.withheld == "no sentence would be left"
    assert [match.rule.name for match in found.matches] == ["own/r"]


def test_a_rule_that_is_switched_off_says_by_whom(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(f'{HEAD}\n[[rule]]\nid = "r"\nabout = "A"\n{LINE}\n')
    (tmp_path / "off.toml").write_text(HEAD + 'disable = ["own/r"]\n')
    rules = load([tmp_path / "own.toml", tmp_path / "off.toml"], shipped=False)
    found = explain(PAGE.format("See also: the pier"), 3, rules, "standard", Hints())
    assert [(miss.condition, miss.reason) for miss in found.misses] == [("disable", f"it is switched off by {tmp_path / 'off.toml'}:3")]


def test_there_is_no_such_line(tmp_path: Path) -> None:
    with pytest.raises(IndexError, match="it has 5 lines"):
        ask(tmp_path, LINE, "x", at=6)
