"""TOML texts against a schema: errors in plain words, at the right character."""

from __future__ import annotations

import pytest

from cleaner.errors import RuleError
from cleaner.ruleset.schema import RuleFileTable
from cleaner.ruleset.toml_reader import FAULTS_AT_MOST, Table, read_table

HEAD = 'title = "T"\nabout = "A"\n'
RULE = HEAD + '[[rule]]\nid = "a"\nabout = "A"\nremove = "line"\n'


class Inner(Table):
    level: int = 0


def problems(source: str) -> list[str]:
    with pytest.raises(RuleError) as caught:
        read_table(source, RuleFileTable, "x.toml")
    return [str(problem) for problem in caught.value.problems]


def test_a_pattern_may_be_one_text_or_a_list() -> None:
    table, _ = read_table(RULE + "match = 'one'\nunless = ['two', 'three']\n[terms]\na = 'b'\nc = ['d']\n", RuleFileTable, "x.toml")
    assert (table.rule[0].match, table.rule[0].unless, table.rule[0].until) == (["one"], ["two", "three"], None)
    assert table.terms == {"a": "b", "c": ["d"]}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (RULE + "match = { a = 1 }", "x.toml:7:9: rule.match: should be a text, and is a table"),
        (RULE + "match = ['a', ['b']]", "x.toml:7:15: rule.match: should be a text, and is a list"),
        (RULE + "match = ['a', '']", "x.toml:7:16: rule.match: is empty"),
        (HEAD + "[terms]\na = 3", "x.toml:4:5: terms.a: should be a text, and is a number"),
        (HEAD + "[terms]\na = ''", "x.toml:4:6: terms.a: is empty"),
        (HEAD + "[terms]\na = ['b', '']", "x.toml:4:12: terms.a: is empty"),
        (HEAD + "[terms]\na = ['b', 3]", "x.toml:4:11: terms.a: should be a text, and is a number"),
        (HEAD + "[terms]\nA = 'b'", "x.toml:4:6: terms.A: 'A' is no name"),
        (HEAD + "[rule]\nid = 'a'", "x.toml:3:1: rule: should be a list of tables, and is one table (write [[rule]])"),
        (HEAD + "a" + ".a" * 60 + " = 1", "x.toml:3: a key of more than fifty parts"),
        (HEAD + "a = " + "[" * 5000 + "]" * 5000, "not valid TOML: its lists or tables are nested too deep"),
    ],
)
def test_a_fault_is_told_once(source: str, message: str) -> None:
    found = problems(source)
    assert len(found) == 1, found
    assert message in found[0]


def test_a_key_that_is_there_misspelt_is_not_missing_too() -> None:
    assert problems(HEAD.replace("title", "titel")) == ["x.toml:1:1: unknown key 'titel' (did you mean 'title'?)"]


def test_of_many_faults_the_first_are_told() -> None:
    found = problems(HEAD + "".join(f"key-{number} = 1\n" for number in range(FAULTS_AT_MOST + 7)))
    assert len(found) == FAULTS_AT_MOST + 1
    assert found[-1] == "x.toml: and 7 faults more (mend these first)"


@pytest.mark.parametrize(("source", "level"), [("[tool.us]\nlevel = 2", 2), ("[tool]", 0), ("tool = 3", 0), ("", 0)])
def test_a_table_inside_may_be_asked_for(source: str, level: int) -> None:
    assert read_table(source, Inner, "x.toml", base=("tool", "us"))[0].level == level


def test_a_fault_in_a_table_inside_is_located() -> None:
    with pytest.raises(RuleError, match=r"x\.toml:2:10: level: should be a whole number, and is a text"):
        read_table("[tool.us]\nlevel = '2'", Inner, "x.toml", base=("tool", "us"))
