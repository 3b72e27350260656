"""The catalogue of rules: every rule is in it, and nothing of a rule file can do harm there."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from cleaner.report.catalogue import catalogue
from cleaner.ruleset.layers import Layer, RuleSet, load
from cleaner.ruleset.rule import Override
from tests.report.small_catalogue import write_rules
from tests.report.test_report import Parsed


@pytest.fixture(scope="module")
def page(shipped: RuleSet) -> str:
    return catalogue(shipped).decode()


@pytest.fixture
def small(tmp_path: Path) -> str:
    return catalogue(load([write_rules(tmp_path)], shipped=False)).decode()


def article(page: str, name: str) -> str:
    """The part of a page that is about a rule."""
    return page.partition(f'<article id="{name}"')[2].partition("</article>")[0]


def test_every_rule_is_in_it_by_family(page: str, shipped: RuleSet) -> None:
    assert len(page.encode()) < 3_000_000
    sections = re.findall(r'<section id="family-([\w-]+)".*?</section>', page, re.DOTALL)
    assert sections == list(shipped.families)
    for part in page.split("<section ")[1:]:
        family = re.match(r'id="family-([\w-]+)"', part)
        assert family
        assert f"Takes {html.escape(shipped.families[family[1]], quote=False)}." in part
        assert re.findall(r'<article id="([^"]+)"', part) == [rule.name for rule in shipped.rules if rule.family == family[1]]


def test_a_rule_says_all_that_it_is_to_say(small: str) -> None:
    said = article(small, "en/share/button")
    for part in (
        '<a href="#en/share/button"><code>en/share/button</code></a>',
        "<b>high</b> · takes whole lines, or parts of them<br>English",
        "A line that asks to share the page.",
        '<ul class="goes"><li><p dir="auto"><del>Share this article</del></p></li></ul>',
        '<ul class="stays"><li><p dir="auto">Share this bread</p></li></ul>',
        "en/share.toml:4</code>, layer --rules",
        "<code>cleaner --disable en/share/button</code>",
        "<code>disable = [&#34;en/share/button&#34;]</code>",
    ):
        assert part in said
    said = article(small, "odd/credit")
    assert "any language · only on quay.example" in said
    assert "seen on 1,200 pages" in said
    assert "The harbour froze. <del>Picture: EPA</del>" in said


def test_what_later_layers_changed_is_said(tmp_path: Path) -> None:
    changes = (Override("en/share/button", file="--disable"), Override("odd/credit", "low", file="mine.toml", line=3))
    made = catalogue(load([Layer("--rules", write_rules(tmp_path)), Layer("mine", changes=changes)], shipped=False)).decode()
    assert "3 rules of <i>cleaner</i> are in force, 1 more is switched off." in made
    assert not article(made, "en/share/button")
    assert "its confidence is low, by mine.toml:3" in article(made, "odd/credit")


def test_no_rule_file_can_do_harm(small: str) -> None:
    assert not re.search("[\u202e\x1b]", small)
    assert "⟨U+202E⟩␛[2J" in article(small, "odd/hostile")
    parsed = Parsed(small)
    assert "img" not in {tag for tag, _ in parsed.tags}
    assert not [attrs for _, attrs in parsed.tags if any(name.startswith("on") for name in attrs)]
    assert [attrs for tag, attrs in parsed.tags if tag == "script"] == [{}]


def test_it_loads_nothing(page: str) -> None:
    assert "default-src 'none'" in page
    parsed = Parsed(page)
    assert not [attrs for _, attrs in parsed.tags if attrs.keys() & {"src", "srcset", "action"}]
    assert {attrs["href"] for tag, attrs in parsed.tags if tag != "a" and "href" in attrs} == {"data:,"}
    ids = {attrs["id"] for _, attrs in parsed.tags if "id" in attrs}
    assert all((attrs["href"] or "")[1:] in ids for tag, attrs in parsed.tags if tag == "a")
