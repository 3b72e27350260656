"""Pages to review, and their review, for the tests of this room and of the screen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cleaner.authoring.review.rule_writer import Amendment, amend
from cleaner.authoring.review.scratch_layer import ScratchLayer
from cleaner.authoring.review.session import Page, Session
from cleaner.engine.engine import Engine
from cleaner.ruleset.layers import Layer, RuleSet, load
from tests.conftest import shipped, shipped_engine

ONE = """The harbour reopened

The harbour of Elvery reopened on Monday after the storm had closed it for nine days.

Share this article

READ MORE: Ten castles to see in Fife

Boats came back one by one, and the fishmonger hung out her sign.

Click to share on Facebook (Opens in new window) The ferry sails again on Friday.

Sign up to our newsletter for the latest news

Try Our AI Features
Explore what Newsbox AI can do for you:
The harbour master said that nobody had been hurt in the storm at all.
Comments
No comments yet...
"""
TWO = """The lamp is lit

The lamp on the pier of Elvery was lit again on Tuesday, to the joy of the children.

Share this article

Advertisement

It had been dark since the storm, and the gulls had moved in.

READ MORE: Ten castles to see in Fife
"""
OWN = """
[[rule]]
id = "shout"
about = "A line in capitals"
remove = "line"
match = '''(?-i:[A-Z ]{4,60})'''
min_words = 2

[[rule]]
id = "buy"
about = "A line that says buy"
remove = "line"
match = '''zorp .{2,60}'''

[[rule]]
id = "any-buy"
about = "A line with boats to buy"
remove = "line"
match = '''.{0,20}zilps.{0,20}'''
"""


def session_of(texts: Mapping[str, str], found: RuleSet) -> Session:
    engine = shipped_engine("standard") if found is shipped() else Engine(found.at("standard").prepared, found.languages)
    pages = [Page(name, engine.clean(text)) for name, text in texts.items()]
    return Session(pages, {rule.name: rule for rule in found.prepared})


def own_rules(folder: Path, source: str) -> RuleSet:
    """Only the rules of one file, which stand in a layer below the project's."""
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text(f'title = "Own"\nabout = "Own."\n{source}', encoding="utf-8")
    return load([Layer("user", folder)], shipped=False)


def index_of(session: Session, text: str, rule: str = "") -> int:
    """Index of the first item with some text and rule."""
    return next(index for index, item in enumerate(session.items) if text in item.text and rule in item.rule)


def written(session: Session, scratch: ScratchLayer) -> Amendment:
    """What a review would write."""
    return amend(session, lambda source: scratch.load("review-x.toml", source), "review-x", "standard")
