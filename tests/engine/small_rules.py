"""Rules written for a test, and texts that they clean."""

from __future__ import annotations

from cleaner import Hints, Result
from cleaner.engine.engine import Engine
from cleaner.ruleset.rule import Rule
from cleaner.ruleset.rule_file import parse
from tests.conftest import prepared

PROSE = "The harbour froze on Monday.\nIt thawed on Tuesday.\n"
#: The keys of a rule that takes the lines that say "chrome".
LINE = "remove = 'line'\nmatch = 'chrome'"


def rule(keys: str, head: str = "") -> Rule:
    """The rule with some keys, in a file that begins with `head`."""
    source = f'title = "t"\nabout = "a"\n{head}\n[[rule]]\nid = "r"\nabout = "a"\n{keys}\n'
    (only,) = parse(source, "test", "test.toml", {}).rules
    return only


def clean(text: str, *keys: str, hints: Hints | None = None, head: str = "") -> Result:
    """A text cleaned by rules with some keys."""
    rules = [rule(each, head)._replace(name=f"test/r{index}") for index, each in enumerate(keys)]
    return Engine(prepared(*rules), guarded=False).clean(text, hints)
