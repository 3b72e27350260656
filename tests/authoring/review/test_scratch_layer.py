"""The rules as they would be with a file that a review tries out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from cleaner.authoring.review.scratch_layer import ScratchLayer
from cleaner.authoring.review.session import DISABLE, Decision, Page, Session
from cleaner.engine.engine import Engine
from cleaner.render.navigator import Navigator
from cleaner.ruleset.layers import Layer
from tests.authoring.review.pages import OWN, own_rules, written


def test_rules_of_the_folder_that_is_written_to_can_be_narrowed_but_not_switched_off(tmp_path: Path) -> None:
    folder = tmp_path / "rules.d"
    found = own_rules(folder, OWN)
    layers = [Layer("project", folder)]
    with ScratchLayer(layers, folder, True) as scratch:
        engine = Engine(found.at("standard").prepared)
        page = Page("a.txt", engine.clean("He came home late on Friday.\nzorp fish\nzorp bread\n"))
        session = Session([page], {each.name: each for each in found.prepared}, scratch.standing(found.rules))
        assert re.search(r"edit .*own.toml:\d+$", session.obstacle("own/buy", "disable"))
        navigator = Navigator(session)
        assert "own.toml:" in navigator.decide(DISABLE)
        assert session.decisions == {}
        navigator.decide(Decision("keep"))
        amendment = written(session, scratch)
    assert tomllib.loads(amendment.source)["exemption"][0]["unless"] == "^zorp fish$"
    assert [path.name for path in folder.iterdir()] == ["own.toml"]


def test_a_file_is_tried_without_the_one_before(tmp_path: Path) -> None:
    with ScratchLayer([], tmp_path / "rules.d", True) as scratch:
        header = 'title = "A"\nabout = "A."\n'
        scratch.load("review-a.toml", f"{header}{OWN}")
        names = {rule.name for rule in scratch.load("review-b.toml", f"{header}{OWN}").rules}
    assert "review-b/shout" in names
    assert not any(name.startswith("review-a/") for name in names)
