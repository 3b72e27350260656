"""Where keys and values of a TOML text stand, and the source of a rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.ruleset.layers import load
from cleaner.ruleset.rule import Rule
from cleaner.ruleset.toml_locations import Locations, RuleSource

SOURCE = """\
title = "Quay"  # a = 1
list = ["[x]", '''
  two''', { k = 3 }]
[[rule]]
id = "tide"
match = 'ab c'
where.first = 3

[[rule]]
"id" = "moon"
match = ["one", 'two']
[[rule.example]]
before = '''[[rule]]'''
[terms]
x = "y"
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("title",), (1, 1), (1, 9)),
        (("list", 0), (2, 1), (2, 9)),
        (("list", 1), (2, 1), (3, 1)),
        (("list", 2, "k"), (3, 13), (3, 17)),
        (("rule", 0), (4, 1), (4, 1)),
        (("rule", 0, "match"), (6, 1), (6, 10)),
        (("rule", 0, "where", "first"), (7, 1), (7, 15)),
        (("rule", 1, "id"), (10, 1), (10, 8)),
        (("rule", 1, "match", 1), (11, 1), (11, 18)),
        (("rule", 1, "example", 0, "before"), (13, 1), (13, 13)),
        (("rule", 1, "nothing", "of", "the", "kind"), (9, 1), (9, 1)),
        (("terms", "x"), (15, 1), (15, 5)),
    ],
)
def test_keys_and_values_are_found(path: tuple[object, ...], key: tuple[int, int], value: tuple[int, int]) -> None:
    locations = Locations.of(SOURCE)
    assert (locations.key(path), locations.value(path)) == (key, value)


def test_an_offset_counts_in_literal_strings_alone() -> None:
    locations = Locations.of(SOURCE)
    assert locations.value(("rule", 0, "match"), 3) == (6, 13)
    assert locations.value(("rule", 0, "match", 0), 3) == (6, 13)  # read as a list of one
    assert locations.value(("list", 1), 2) == (3, 3)
    assert locations.value(("title",), 3) == (1, 9)


def test_what_is_not_there_has_no_location() -> None:
    assert Locations.of(SOURCE).key(("nothing",)) is None
    assert Locations.of("").value(("title",)) is None


def test_a_rule_ends_where_something_else_begins() -> None:
    tide = RuleSource.of(Rule("quay/tide", "", "line", line=4), SOURCE)
    assert tide.source.splitlines()[-1] == "where.first = 3"
    assert tide.patterns == (("ab c", 6),)
    moon = RuleSource.of(Rule("quay/moon", "", "line", line=9), "\ufeff" + SOURCE)
    assert moon.source.splitlines()[-1] == "before = '''[[rule]]'''"
    assert moon.patterns == (("one", 11), ("two", 11))


def test_a_rule_in_a_list_of_tables_is_found() -> None:
    source = "rule = [\n{ id = 'tide', match = 'a' },\n{ id = 'moon', match = ['b',\n'c'] },\n]\n"
    assert RuleSource.of(Rule("quay/moon", "", "line", line=1), source).patterns == (("b", 3), ("c", 4))


def test_every_shipped_rule_can_be_shown_as_it_was_written() -> None:
    for rule in load().rules:
        found = RuleSource.of(rule, Path(rule.file).read_text(encoding="utf-8"))
        assert found.source.startswith(f'[[rule]]\nid = "{rule.name.rsplit("/", 1)[-1]}"\n'), rule.name
        assert "\n[[rule]]" not in found.source
        assert "\n[terms]" not in found.source
        written = Path(rule.file).read_text(encoding="utf-8").split("\n")
        assert all(pattern in written[line - 1] for pattern, line in found.patterns), rule.name
