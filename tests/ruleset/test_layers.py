"""Layers of rules, and what they change of one another."""

from __future__ import annotations

import os
import random
from pathlib import Path
from types import SimpleNamespace

import pytest

from cleaner import Hints, RuleError
from cleaner.authoring.lint import lint
from cleaner.engine.engine import Engine
from cleaner.ruleset.layers import RuleSet, load
from cleaner.ruleset.rule import Exemption, Rule
from tests.conftest import prepared
from tests.ruleset.conftest import HEAD, rule, write


def names(found: RuleSet) -> list[str]:
    return [each.name for each in found.rules]


@pytest.fixture
def below(tmp_path: Path) -> Path:
    write(tmp_path / "below/news/share.toml", rule("one", "share this"), rule("two", "share that"))
    write(tmp_path / "below/news/tags.toml", rule("one", "tag one"), rule("low", "tag low", 'confidence = "low"'))
    return tmp_path / "below"


def over(below: Path, top: Path) -> RuleSet:
    return load([below, top], shipped=False)


def test_a_rule_of_the_same_name_takes_the_place(below: Path, tmp_path: Path) -> None:
    write(tmp_path / "top/news/share.toml", rule("one", "spread this"))
    found = over(below, tmp_path / "top")
    assert names(found) == ["news/share/one", "news/share/two", "news/tags/low", "news/tags/one"]
    assert found.rules[0].match == "spread this"
    assert [each.match for each in found.replaced] == ["share this"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("news/share/one", ["news/share/two", "news/tags/low", "news/tags/one"]),
        ("news/share/*", ["news/tags/low", "news/tags/one"]),
        ("news/*", []),
        ("*/one", ["news/share/two", "news/tags/low"]),
        ("news/*/t[wx]o", ["news/share/one", "news/tags/low", "news/tags/one"]),
    ],
)
def test_rules_are_switched_off_by_name_or_glob(below: Path, tmp_path: Path, pattern: str, left: list[str]) -> None:
    found = over(below, write(tmp_path / "top.toml", head=f'disable = ["{pattern}"]\n'))
    assert names(found) == left
    assert {each.name for each, _ in found.off} | set(left) == set(names(load([below], shipped=False)))
    assert {(change.file, change.line) for _, change in found.off} == {(str(tmp_path / "top.toml"), 3)}


def test_a_layer_may_switch_off_a_family_and_bring_its_own(below: Path, tmp_path: Path) -> None:
    write(tmp_path / "top/a.toml", head='disable = ["news/share/*"]\n')
    write(tmp_path / "top/news/share.toml", rule("one", "spread this"))
    found = over(below, tmp_path / "top")
    assert names(found) == ["news/share/one", "news/tags/low", "news/tags/one"]
    assert [each.name for each, _ in found.off] == ["news/share/two"]


def test_confidence_moves(below: Path, tmp_path: Path) -> None:
    found = over(below, write(tmp_path / "top.toml", head='[confidence]\n"*/one" = "medium"\n"news/tags/low" = "high"\n'))
    assert {each.name: each.confidence for each in found.rules} == {
        "news/share/one": "medium",
        "news/share/two": "high",
        "news/tags/low": "high",
        "news/tags/one": "medium",
    }
    assert names(found.at("safe")) == ["news/share/two", "news/tags/low"]


def test_in_a_file_for_a_site_rules_are_switched_off_there_alone(below: Path, tmp_path: Path) -> None:
    found = over(below, write(tmp_path / "top.toml", head='sites = ["quay.example"]\ndisable = ["news/share/*"]\n'))
    engine = Engine(found.prepared)
    text = "The ferry sails.\nshare this\ntag one\n"
    assert engine.clean(text).text == "The ferry sails.\n"
    assert engine.clean(text, Hints(url="https://www.quay.example/a")).text == "The ferry sails.\nshare this\n"
    assert found.fingerprint != load([below], shipped=False).fingerprint


@pytest.mark.parametrize(
    ("pattern", "remedy"),
    [
        ("news/shar/*", "did you mean 'news/share/*'?"),
        ("news/share", "write 'news/share/*' for all of them"),
        ("news/share/twu", "did you mean 'news/share/two'?"),
        ("[", "see cleaner rules list"),
    ],
)
def test_a_change_of_nothing_is_an_error(below: Path, tmp_path: Path, pattern: str, remedy: str) -> None:
    with pytest.raises(RuleError) as caught:
        over(below, write(tmp_path / "top.toml", head=f'disable = ["{pattern}"]\n'))
    message = f"{tmp_path / 'top.toml'}:3:12: no rule of the layers below is called {pattern!r} ({remedy})"
    assert [str(problem) for problem in caught.value.problems] == [message]


def test_the_order_of_files_does_not_matter(below: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules, found in any order, are the same set: what a folder lists first depends on the disk."""
    write(tmp_path / "top/z.toml", rule("z", "last {{word}}"), head='disable = ["news/tags/*"]\n')
    write(tmp_path / "top/b/c.toml", rule("z", "more"), head='[confidence]\n"*/one" = "low"\n')
    write(tmp_path / "top/terms.toml", head='[terms]\nword = ["w"]\n')
    scandir = os.scandir
    seen = set()
    for seed in range(10):

        def shuffled(path: Path, seed: int = seed) -> list[os.DirEntry[str]]:
            entries = list(scandir(path))
            random.Random(seed).shuffle(entries)
            return entries

        monkeypatch.setattr("cleaner.ruleset.layers.os", SimpleNamespace(scandir=shuffled))
        found = over(below, tmp_path / "top")
        seen.add((found.fingerprint, tuple(found.rules), tuple(each.name for each, _ in found.off)))
    assert len(seen) == 1


def test_a_folder_linked_into_itself_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "rules/a.toml", rule("one", "share this"))
    (tmp_path / "rules/again").symlink_to(tmp_path / "rules")
    with pytest.raises(RuleError, match=r"leads back to .*take the link out"):
        load([tmp_path / "rules"], shipped=False)


def test_pipes_and_links_to_nothing_are_named(tmp_path: Path) -> None:
    write(tmp_path / "rules/a.toml", rule("one", "share this"))
    os.mkfifo(tmp_path / "rules/pipe.toml")
    with pytest.raises(RuleError, match=r"pipe\.toml: is no file that can be read"):
        load([tmp_path / "rules"], shipped=False)
    (tmp_path / "rules/pipe.toml").unlink()
    (tmp_path / "rules/terms.toml").symlink_to("nowhere")
    with pytest.raises(RuleError, match=r"terms\.toml: is a link to nothing"):
        load([tmp_path / "rules"], shipped=False)


def test_a_linked_folder_is_followed(below: Path, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/mine").symlink_to(below)
    assert names(load([tmp_path / "rules"], shipped=False))[0] == "mine/news/share/one"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("rules/a.toml", b"# caf\xe9\n", "a.toml:1:6: not UTF-8 text: byte 0xe9 (save it as UTF-8)"),
        ("rules/deep/families.toml", HEAD.encode(), "families.toml counts only at the top of a rule folder"),
        ("rules/deep/languages.toml", HEAD.encode(), "languages.toml counts only at the top of a rule folder"),
        ("rules/a\x1b.toml", HEAD.encode(), "a rule file's name can't hold control characters"),
        ("rules/a.txt", b"", "holds no rule files"),
        ("rules/a.toml", b"#" * 5_000_000, "is larger than 4,000,000 bytes"),
        ("rules/a.toml", b"#" * 1_500_000, "is larger than 1,000,000 characters"),
        ("rules/a.toml", b"", "key 'title' is missing"),
    ],
)
def test_files_that_are_no_rule_files(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(RuleError) as caught:
        load([tmp_path / "rules"], shipped=False)
    assert message in str(caught.value.problems[0])


EXEMPTION = "\n[[exemption]]\nrule = \"{}\"\nunless = '''{}'''\nkeeps = [\"{}\"]\n"


def test_an_exemption_keeps_a_text_from_a_rule_below(below: Path, tmp_path: Path) -> None:
    write(tmp_path / "below/news/more.toml", rule("any", "(?:share|tag) .*", "unless = '''never'''\n"))
    write(tmp_path / "top/ours.toml", EXEMPTION.format("news/more/any", r"tag\ team", "Tag team"))
    engine = Engine(over(tmp_path / "below", tmp_path / "top").prepared, guarded=False)
    assert engine.clean("Share a\nTag team\nTag never\nTag x\nIt rained.\n").text == "Tag team\nTag never\nIt rained.\n"


def test_an_exemption_from_a_rule_of_its_own_layer_and_two_from_one_rule(below: Path, tmp_path: Path) -> None:
    write(tmp_path / "top/ours.toml", rule("line", "gulls .*"), EXEMPTION.format("ours/line", "over", "Gulls over us"))
    write(tmp_path / "top/theirs.toml", EXEMPTION.format("ours/line", "under", "Gulls under us"))
    found = over(below, tmp_path / "top")
    assert (
        Engine(found.prepared, guarded=False).clean("Gulls over\nGulls under\nGulls\nGulls up\n").text == "Gulls over\nGulls under\nGulls\n"
    )
    (prepared,) = [each for each in found.prepared if each.name == "ours/line"]
    ours = prepared.rule
    assert [Path(each.file).name for each in ours.exemptions] == ["ours.toml", "theirs.toml"]
    assert ours.all_keeps == ("Gulls over us", "Gulls under us")
    assert not prepared.trusted


def test_an_exemption_changes_the_fingerprint_and_its_examples_do_not(below: Path, tmp_path: Path) -> None:
    prints = [load([below], shipped=False).fingerprint]
    for unless, keeps in (("here", "Share this here"), ("here", "Here"), ("there", "There")):
        write(tmp_path / "top/ours.toml", EXEMPTION.format("news/share/one", unless, keeps))
        prints.append(over(below, tmp_path / "top").fingerprint)
    assert prints[1] == prints[2]
    assert len(set(prints)) == 3


@pytest.mark.parametrize(
    ("head", "exemption", "message"),
    [
        ("", EXEMPTION.format("news/share/onee", "x", "x"), "no rule is called 'news/share/onee' (did you mean 'news/share/one'?)"),
        ("", EXEMPTION.format("news/share/one", r"(a)\1", "x"), r"\1 and the like count groups"),
        ("", EXEMPTION.format("news/share/one", "", "x"), "unless"),
        ("", '\n[[exemption]]\nrule = "news/share/one"\nunless = "x"\n', "key 'exemption.keeps' is missing"),
        ("", EXEMPTION.format("news/share/one", r"a\nb", "x"), "never finds a line end"),
        ('sites = ["a.example"]\n', EXEMPTION.format("news/share/one", "x", "x"), "holds everywhere"),
    ],
)
def test_a_faulty_exemption(below: Path, tmp_path: Path, head: str, exemption: str, message: str) -> None:
    write(tmp_path / "top/ours.toml", exemption, head=head)
    with pytest.raises(RuleError) as caught:
        over(below, tmp_path / "top")
    assert message in str(caught.value)
    assert all(problem.file.endswith("top/ours.toml") and problem.line for problem in caught.value.problems)


def test_an_exemption_of_a_rule_that_is_off_says_nothing(below: Path, tmp_path: Path) -> None:
    write(tmp_path / "top/ours.toml", EXEMPTION.format("news/share/one", "x", "x"), head='disable = ["news/share/one"]\n')
    assert "news/share/one" not in names(over(below, tmp_path / "top"))


def test_lint_names_an_exemption_that_nothing_proves(below: Path, tmp_path: Path) -> None:
    good, bad = EXEMPTION.format("news/share/one", "now$", "Share this now"), EXEMPTION.format("news/share/two", "^share that$", "Ferries")
    write(tmp_path / "top/ours.toml", good, bad)
    found = over(below, tmp_path / "top").prepared
    unproven = [finding for finding in lint(found, found) if finding.kind == "unproven"]
    assert [finding.rule.name for finding in unproven] == ["news/share/two"]
    assert str(unproven[0]).startswith(f"{tmp_path}/top/ours.toml:9: rule 'news/share/two': unproven: ")


def test_a_rule_may_have_a_thousand_exemptions() -> None:
    buy = Rule("a/b/buy", "A line", "line", match="buy .*", unless="never")
    for number in range(1_000):
        buy = buy.exempted(Exemption(buy.name, f"^buy {number}$"))
    assert Engine(prepared(buy), guarded=False).clean("buy 7\nbuy 1007\nbuy never\n").text == "buy 7\nbuy never\n"


def test_a_folder_named_after_a_language_gives_it(tmp_path: Path) -> None:
    write(
        tmp_path / "own/languages.toml",
        head="[language.fi]\nwords = ['ja', 'on', 'ei', 'se', 'hän', 'oli', 'että', 'mutta', 'kun', 'niin']\n",
    )
    for name in ("fi/share", "fi/deep/share", "bbc/share", "fi"):
        write(tmp_path / f"own/{name}.toml", rule("one", "jaa {2}tämä"))
    write(tmp_path / "own/fi/other.toml", rule("one", "jaa {2}tämä"), head='languages = ["en"]\n')
    found = {each.name: each.languages for each in load([tmp_path / "own"], shipped=False).rules}
    assert found == {"bbc/share/one": (), "fi/deep/share/one": ("fi",), "fi/other/one": ("en",), "fi/share/one": ("fi",), "fi/one": ()}
    assert {each.languages for each in load().rules if each.name.startswith("de/")} == {("de",)}


def test_terms_of_a_folder_are_for_its_files(tmp_path: Path) -> None:
    write(tmp_path / "own/terms.toml", head="[terms]\nword = 'top'\nboth = 'top'\n")
    write(tmp_path / "own/a/terms.toml", head="[terms]\nboth = '{{word}} inner'\n")
    write(tmp_path / "own/a/deep/b.toml", rule("one", "the {{word}} {{both}}"))
    write(tmp_path / "own/b.toml", rule("one", "the {{both}}"))
    found = {each.name: each.match for each in load([tmp_path / "own"], shipped=False).rules}
    assert found == {"a/deep/b/one": "the (?:top) (?:(?:top) inner)", "b/one": "the (?:top)"}
    write(tmp_path / "above/a/c.toml", rule("one", "a {{both}}"))
    assert "a/c/one" in names(load([tmp_path / "own", tmp_path / "above"], shipped=False))


def test_signs_around_a_line_are_passed_over_unless_a_rule_says_otherwise(tmp_path: Path) -> None:
    write(tmp_path / "own/terms.toml", head="[terms]\ndecoration-start = '[*•]?'\ndecoration-end = '[.!]?'\n")
    write(tmp_path / "own/a.toml", rule("one", "share this"))
    write(tmp_path / "own/b.toml", rule("one", "share that").replace("match =", "decoration = false\nmatch ="))
    engine = Engine(load([tmp_path / "own"], shipped=False).prepared)
    assert engine.clean("Rain\n•share this!\n•share that!\nshare that\nshare this").text == "Rain\n•share that!\n"


@pytest.mark.parametrize("given", ["two", "share/two", "old/share/b", "old/*/b", "share/b"])
def test_a_rule_is_named_by_the_end_of_its_name_or_as_it_was(below: Path, tmp_path: Path, given: str) -> None:
    write(below / "renamed.toml", head='[renamed]\n"old/share/b" = "news/share/two"\n')
    found = over(below, write(tmp_path / "top.toml", head=f'disable = ["{given}"]\n'))
    assert [each.name for each, _ in found.off] == ["news/share/two"]
    found = over(below, write(tmp_path / "top.toml", head=f'[confidence]\n"{given}" = "low"\n'))
    assert [*found.moved] == ["news/share/two"]


def test_a_name_that_may_be_of_several_rules_is_an_error(below: Path, tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        over(below, write(tmp_path / "top.toml", head='disable = ["one"]\n'))
    remedy = "write 'news/share/one' or 'news/tags/one', or '*/one' for all that end so"
    assert str(caught.value.problems[0]).endswith(f":3:12: 'one' may be one of 2 rules ({remedy})")


def test_a_rule_of_a_former_name_takes_the_place(below: Path, tmp_path: Path) -> None:
    write(below / "renamed.toml", head='[renamed]\n"old/share/one" = "news/share/two"\n')
    write(tmp_path / "top/old/share.toml", rule("one", "spread this"))
    found = over(below, tmp_path / "top")
    assert [each.name for each in found.replaced] == ["news/share/two"]
    assert names(found) == ["news/share/one", "news/tags/low", "news/tags/one", "old/share/one"]


def test_a_layer_may_say_what_families_take(below: Path, tmp_path: Path) -> None:
    write(below / "families.toml", head='[family]\nshare = "buttons"\ntags = "labels"\n')
    write(tmp_path / "top/families.toml", head='[family]\ntags = "labels of stories"\nquay = "tides"\n')
    assert over(below, tmp_path / "top").families == {"share": "buttons", "tags": "labels of stories", "quay": "tides"}


def test_every_shipped_family_and_language_is_called_something() -> None:
    found = load()
    assert {each.family for each in found.rules} == {*found.families}
    called = {each.code: each.name for each in found.languages}
    assert {code for each in found.rules for code in each.languages} <= {*called}
    assert all(name[0].isupper() for name in called.values())


def test_what_a_language_is_called_is_not_in_the_fingerprint(below: Path) -> None:
    prints = set()
    for name in ("", 'name = "English"\n', 'name = "Anglais"\n'):
        write(below / "languages.toml", head=f'[language.en]\nletters = "[é]"\n{name}')
        prints.add(load([below], shipped=False).fingerprint)
    assert len(prints) == 1


def test_former_names_of_the_shipped_rules_lead_to_rules() -> None:
    found = load()
    now = {each.name for each in found.rules}
    assert found.renamed
    assert set(found.renamed.values()) <= now
    assert not set(found.renamed) & now


def test_on_how_many_pages_a_rule_was_seen_changes_no_result(tmp_path: Path) -> None:
    head = 'title = "a"\nabout = "a"\n[[rule]]\nid = "tide"\nabout = "a"\nremove = "line"\n'
    source = head + 'match = "high tide"\nremoves = ["High tide"]\nkeeps = ["x"]\n'
    (tmp_path / "a.toml").write_text(source)
    before = load([tmp_path], shipped=False)
    (tmp_path / "a.toml").write_text(source + "seen = 12\n")
    after = load([tmp_path], shipped=False)
    assert [rule.seen for rule in (*before.rules, *after.rules)] == [0, 12]
    assert before.fingerprint == after.fingerprint
    assert before.digests == after.digests
