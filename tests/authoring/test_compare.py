"""What a change of rules changes in a corpus."""

from __future__ import annotations

from cleaner.authoring.compare import compare
from cleaner.engine.engine import Engine
from cleaner.result import Hints
from cleaner.ruleset.layers import load
from tests.cli.pages import PAGE
from tests.conftest import prepared


def test_what_only_changes_its_name_is_told_apart() -> None:
    (rule,) = (rule for rule in load().rules if rule.name == "en/share/share-line")
    found = compare([("a", PAGE)], Engine(prepared(rule)), Engine(prepared(rule._replace(name="own/share"))), Hints())
    assert (found.gained, found.lost, found.changed) == ({}, {}, 0)
    assert found.renamed == {("en/share/share-line", "own/share"): 1}
