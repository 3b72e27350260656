"""Which rules are in force for a text."""

from __future__ import annotations

import pytest

from cleaner import Hints
from cleaner.engine.engine import Engine
from tests.conftest import prepared
from tests.engine.small_rules import LINE, clean, rule


@pytest.mark.parametrize(
    ("head", "hints", "text", "goes"),
    [
        ("sites = ['example.org']", Hints(), "chrome\n", False),
        ("sites = ['example.org']", Hints(url="https://www.example.org/a"), "chrome\n", True),
        ("sites = ['example.org']", Hints(url="example.org"), "chrome\n", True),
        ("sites = ['example.org']", Hints(url="https://badexample.org/"), "chrome\n", False),
        ("sites = ['example.org']", Hints(url="http://[bad"), "chrome\n", False),
        ("fingerprint = 'Coast Gazette'", Hints(), "chrome\n", False),
        ("fingerprint = 'Coast Gazette'", Hints(), "chrome\nIn the coast gazette.\n", True),
        ("sites = ['a.org']\nfingerprint = 'Coast Gazette'", Hints(url="b.org"), "chrome\nIn the coast gazette.\n", True),
        ("languages = ['de']", Hints(language="de-AT"), "chrome\n", True),
        ("languages = ['de']", Hints(language="en"), "chrome\n", False),
        ("languages = ['de']", Hints(), "chrome\n", True),
    ],
)
def test_a_rule_keeps_to_its_sites_and_languages(head: str, hints: Hints, text: str, goes: bool) -> None:
    assert ("chrome" not in clean(text, LINE, hints=hints, head=head).text) == goes


def test_a_mark_that_comes_to_light_or_goes_keeps_the_result_stable() -> None:
    head = "fingerprint = 'gazette says'"
    rules = [rule(LINE, head)._replace(name="a/a"), rule("remove = 'match'\nmatch = '\\[x\\] '")._replace(name="b/b")]
    rules.append(rule("remove = 'line'\nmatch = 'by gazette says'")._replace(name="c/c"))
    engine = Engine(prepared(*rules), guarded=False)
    for text in ("chrome\nThe gazette [x] says.\n", "chrome\nBy gazette says\nA text.\n", "chrome\nA text.\n"):
        once = engine.clean(text)
        assert engine.clean(once.text).text == once.text
    assert engine.clean("chrome\nThe gazette [x] says.\n").text == "The gazette says.\n"
