"""`cleaner rules`, as people use it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from cleaner.authoring.examples import run_examples
from cleaner.authoring.lint import lint
from cleaner.cli import rules
from cleaner.ruleset.layers import RuleSet, load
from tests.cli.pages import HEAD, PAGE, TIDE, lines, write
from tests.conftest import ROOT, Command, sampled, slow

# list and show


def test_what_a_rule_is_looked_for_by_is_told_in_words() -> None:
    told = {rule.name: rules._looked_for(rule) for rule in load().prepared}
    assert told["any/credits/twice-after-paragraph"] == {"the same again on the next line"}
    assert {"the same twice"} in told.values()
    assert not [name for name, words in told.items() if any(char < " " for char in "".join(words))]


def test_list_filters(cleaner: Command) -> None:
    own = TIDE.replace("\n[[", 'sites = ["quay.example"]\nlanguages = ["en"]\n[[', 1).replace(
        'remove = "line"', 'remove = "line"\nconfidence = "low"'
    )
    write(cleaner.folder, my__quay_toml=own)
    found = {}
    for name, options in {
        "glob": ["quay/*"],
        "part": ["tide"],
        "family": ["--family", "quay"],
        "site": ["--site", "www.quay.example"],
        "low": ["--confidence", "low", "--language", "en", "quay"],
        "none": ["--site", "www.quay.example", "--confidence", "high"],
        "share": ["--family", "share", "--language", "de"],
    }.items():
        done = cleaner("rules", "list", "--json", "--rules", "my", *options)
        found[name] = [json.loads(line) for line in done.out.splitlines()]
    assert all([row["name"] for row in found[name]] == ["quay/tide"] for name in ("glob", "part", "family", "site", "low"))
    assert found["none"] == []
    assert {row["languages"][0] for row in found["share"]} == {"de"}
    row = found["glob"][0]
    assert (row["layer"], row["sites"], row["confidence"], row["line"]) == ("--rules", ["quay.example"], "low", 5)
    assert cleaner("rules", "list", "--confidence", "hi").code == 2


def test_list_and_show_on_the_screen(cleaner: Command, snapshot: SnapshotAssertion) -> None:
    write(
        cleaner.folder,
        my__quay_toml=TIDE + "\n[confidence]\n'en/template/title-twice' = 'low'\n",
        my__off_toml=HEAD + "disable = ['en/follow/*']\n",
    )
    shown = cleaner("rules", "list", "tide", "--rules", "my")
    assert lines(shown) == snapshot
    shown = cleaner("rules", "show", "tide", "--rules", "my")
    assert lines(shown) == snapshot
    notes = [
        note
        for name in ("title-twice", "en/follow/*")
        for note in lines(cleaner("rules", "show", name, "--rules", "my"))
        if ", by " in note or "off by" in note
    ]
    assert notes[0] == "# its confidence is low, by my/quay.toml:13"
    assert set(notes[1:]) == {"# switched off by my/off.toml:3"}
    missing = cleaner("rules", "show", "title-twise")
    assert (missing.code, missing.err) == (2, "error: title-twise: no such rule (did you mean 'en/template/title-twice'?)\n")


# test and lint


def test_test_passes_and_fails(cleaner: Command) -> None:
    write(cleaner.folder, my__quay_toml=TIDE)
    done = cleaner("rules", "test", "my")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"1 rule passed: 2 texts were run, and what [\d,]+ rules keep was tried\n", done.out.decode())
    write(cleaner.folder, my__quay_toml=TIDE.replace("Friday", "").replace('["High tide at 6.12"]', '["Low tide at 6.12"]'))
    done = cleaner("rules", "test", "my/quay.toml")
    assert done.code == 3
    assert "my/quay.toml:4: rule 'quay/tide': should remove 'Low tide at 6.12' but leaves 'Low tide at 6.12'" in done.err
    assert done.out.decode().startswith("1 of 1 rule failed")


def test_a_rule_may_not_take_what_another_keeps(cleaner: Command) -> None:
    greedy = HEAD + '\n[[rule]]\nid = "g"\nabout = "A"\nremove = "line"\nmatch = "high .*pier[.]"\n'
    greedy += 'removes = ["High on the pier."]\nkeeps = ["High"]\n'
    write(cleaner.folder, my__quay_toml=TIDE, my__greedy_toml=greedy)
    message = "greedy/g removes 'High tide at 6.12 drowned the pier.', which quay/tide keeps"
    for tested in ("my", "my/greedy.toml"):
        done = cleaner("rules", "test", tested, "--rules", "my")
        assert done.code == 3
        assert f"my/greedy.toml:4: rule 'greedy/g': {message}" in done.err
    done = cleaner("rules", "test", "my/quay.toml", "--rules", "my/greedy.toml")  # the other way round: the text's owner is told
    assert f"my/quay.toml:4: rule 'quay/tide': {message}" in done.err
    # A rule for a site isn't at work on other files' texts.
    write(cleaner.folder, my__greedy_toml=greedy.replace("\n[[", 'sites = ["hill.example"]\n[[', 1))
    assert cleaner("rules", "test", "my").code == 0


def test_a_forgotten_backslash_is_named(tmp_path: Path) -> None:
    (tmp_path / "quay.toml").write_text(
        TIDE.replace("high tide at .{3,9}", "high tide (in \\d+ min)").replace('"High tide at 6.12"]', '"High tide (in 6 min)"]')
    )
    (problem,) = run_examples(load([tmp_path], shipped=False).prepared).problems
    assert problem.remedy == "a backslash must stand before ( ) to mean the signs"
    (tmp_path / "quay.toml").write_text(TIDE.replace('"High tide at 6.12"]', '"Low tide"]'))
    (problem,) = run_examples(load([tmp_path], shipped=False).prepared).problems
    assert problem.remedy.startswith("see why: cleaner explain --rules ")


def test_a_site_rule_that_takes_many_texts_of_others_is_too_broad(tmp_path: Path) -> None:
    broad = (
        TIDE.replace("high tide at .{3,9}", "(?:high|the) .{0,300}")
        .replace(" drowned the pier", "")
        .replace("High tide at 6.12.", "A tide")
    )
    (tmp_path / "quay.toml").write_text(broad.replace("\n[[", 'sites = ["quay.example"]\n[[', 1))
    everyone = load([tmp_path]).prepared
    tested = [rule for rule in everyone if rule.name == "quay/tide"]
    problems = run_examples(tested, everyone).problems
    assert len(problems) == 3  # of many, the first, and how many more there are
    assert all(problem.message.startswith("quay/tide removes 'The ") for problem in problems)
    assert re.search(r"; and \d+ texts more$", problems[-1].message)


def test_shipped_rules_have_nothing_to_mend(shipped: RuleSet) -> None:
    """An eighth of them; the command looks at all, in the slow run."""
    assert not list(lint(shipped.prepared[::8], shipped.prepared))


@pytest.mark.parametrize(
    ("command", "end"),
    [(["test", str(ROOT / "rules/en/share.toml")], ""), slow(["lint"], "nothing to mend")],
    ids=["test of a file", "lint"],
)
def test_shipped_rules_pass_test_and_lint(cleaner: Command, command: list[str], end: str) -> None:
    done = cleaner("rules", *command)
    assert (done.code, done.err) == (0, "")
    assert lines(done)[-1].endswith(end)


@pytest.mark.parametrize(
    ("keys", "kind", "message"),
    [
        (r"match = '(?:\w.{0,90}){3}\p{N}.{0,300}\p{N}\p{N}'", "slow", "it has no fixed words, so it is tried on every line"),
        ("match = 'tide .*'", "risky", "its pattern goes on without limit"),
        ("match = 'tide [^x]+ (?:low|high)'", "risky", "its pattern goes on without limit"),
        ("remove = 'tail'\nmatch = 'more tides'", "risky", "a tail on one line's word, on every site"),
        (
            "languages = ['en']\nmatch = 'share this article'\nremoves = ['Share this article']",
            "shadowed",
            "en/share/share-line takes every text",
        ),
    ],
)
def test_lint_finds(tmp_path: Path, keys: str, kind: str, message: str) -> None:
    keys = keys if "remove =" in keys else "remove = 'line'\n" + keys
    (tmp_path / "a.toml").write_text(HEAD + f'\n[[rule]]\nid = "r"\nabout = "A"\nkeeps = ["x"]\n{keys}\n')
    found = load([tmp_path])
    findings = list(lint([rule for rule in found.prepared if rule.name == "a/r"], found.prepared))
    assert [(finding.kind, message in finding.message) for finding in findings] == [(kind, True)]


def test_lint_names_rules_that_are_never_at_work(cleaner: Command) -> None:
    write(
        cleaner.folder,
        my__quay_toml=TIDE + TIDE.removeprefix(HEAD).replace('"tide"', '"ebb"').replace("high", "low").replace("High", "Low"),
        texts__a_txt=PAGE,
    )
    done = cleaner("rules", "lint", "my", "--on", "texts")
    assert (done.code, done.err) == (0, "")
    assert lines(done) == [
        "never at work: quay/ebb  my/quay.toml:12",
        "1 rule removed nothing, 1 something",
        "2 rules looked at, nothing to mend",
    ]


# new and schema


@pytest.mark.parametrize("options", [[], ["--site", "Quay.example", "--site", "quay.test"]])
@pytest.mark.parametrize("name", sampled(["quay-post.toml", 'a "b" {c} \\ d.toml', "--.toml"], 1))
def test_a_new_file_passes_its_own_test(cleaner: Command, name: str, options: list[str]) -> None:
    done = cleaner("rules", "new", *options, "--", f"my/{name}")
    if done.code:
        assert "\\" in name
        assert "can't be begun: a rule file's name can't hold" in done.err
        assert not (cleaner.folder / "my").exists()
        return
    path = cleaner.folder / "my" / name
    assert lines(done)[0] == f"my/{name} is begun. Next:"
    done = cleaner("rules", "test", "my")
    assert (done.code, done.err) == (0, "")
    (rule,) = load([path], shipped=False).rules
    assert rule.sites == (("quay.example", "quay.test") if options else ())
    assert json.loads((cleaner.folder / "my/schema.json").read_text()) == json.loads((ROOT / "rules/schema.json").read_text())
    assert path.read_text().startswith("#:schema ./schema.json\n")
    assert cleaner("rules", "new", "--", f"my/{name}").code == 2  # never overwritten


def test_schema_is_the_shipped_one(cleaner: Command) -> None:
    assert cleaner("rules", "schema").out.decode() == (ROOT / "rules/schema.json").read_text()


# diff


def test_diff_of_rules_on_the_screen(cleaner: Command, snapshot: SnapshotAssertion) -> None:
    texts = {f"texts__{n}_txt": PAGE.replace("6.12", f"6.{n}") + "Low tide now\n" for n in (10, 11, 12)}
    write(cleaner.folder, old__quay_toml=TIDE.replace("high tide at .{3,9}", "low tide.{0,9}"), new__quay_toml=TIDE, **texts)
    done = cleaner("rules", "diff", "old", "new", "texts", "--samples", "2")
    assert (done.code, done.err) == (0, "")
    assert lines(done) == snapshot
    answer = json.loads(cleaner("rules", "diff", "old", "new", "texts", "--json").out)
    assert (answer["documents"], answer["changed"]) == (3, 3)
    assert answer["gained"]["quay/tide"]["samples"][0] == {"file": "texts/10.txt", "line": 2, "text": "High tide at 6.10"}
    assert answer["lost"]["quay/tide"]["pieces"] == 3
    assert lines(cleaner("rules", "diff", "new", "new", "texts")) == [
        "0 of 3 documents come out differently: 0 words more removed, 0 fewer"
    ]


@pytest.mark.parametrize(("before", "lost"), [("share", "share/line"), slow(str(ROOT / "rules"), "en/share/share-line")])
def test_without_the_shipped_rules_a_diff_is_of_the_folders_alone(before: str, lost: str, cleaner: Command) -> None:
    share = (
        TIDE.replace('"tide"', '"line"')
        .replace("high tide at .{3,9}", "share this article")
        .replace("High tide at 6.12", "Share this article")
    )
    write(cleaner.folder, share__share_toml=share, old__quay_toml=TIDE, texts__a_txt=PAGE)
    answer = json.loads(cleaner("rules", "diff", before, "old", "texts", "--alone", "--json").out)
    assert list(answer["lost"]) == [lost]
    assert list(answer["gained"]) == ["quay/tide"]


# A folder of broken files


def test_a_folder_of_broken_files_gets_one_message_each(cleaner: Command) -> None:
    """Each fault of `test_rulefile.py`, in a file of its own, read by the real command at once."""
    from tests.ruleset.test_rule_file import FAULTS

    folder = cleaner.folder / "broken"
    folder.mkdir()
    for number, (source, _) in enumerate(FAULTS):
        (folder / f"{number:03}.toml").write_text(source)
    began = time.monotonic()
    done = cleaner("rules", "test", "broken")
    assert time.monotonic() - began < 20
    assert (done.code, done.out) == (3, b"")
    told = [line.split(":")[1].strip() for line in done.err.splitlines()]
    assert len(FAULTS) >= 40
    assert told == [f"broken/{number:03}.toml" for number in range(len(FAULTS))]
    assert "Traceback" not in done.err


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_results_do_not_depend_on_the_hash_seed(cleaner: Command, seed: str) -> None:
    write(cleaner.folder, my__quay_toml=TIDE, my__deep__more_toml=TIDE.replace("high", "low"))
    answer = json.loads(cleaner("config", "--rules", "my", "--json", env={"PYTHONHASHSEED": seed}).out)
    listed = cleaner("rules", "list", "--json", "--rules", "my", env={"PYTHONHASHSEED": seed}).out
    here = load([cleaner.folder / "my"]).at("standard")
    assert answer["fingerprint"] == here.fingerprint
    assert [json.loads(line)["name"] for line in listed.splitlines()] == [rule.name for rule in load([cleaner.folder / "my"]).rules]


def test_names_in_rule_files_cannot_drive_the_terminal(cleaner: Command) -> None:
    hostile = TIDE.replace('about = "The tides"', 'about = "The \\u001b[2J tides \\u202e"')
    write(cleaner.folder, my__quay_toml=hostile, page_txt=PAGE)
    for args in (["rules", "list", "tide"], ["rules", "show", "tide"], ["explain", "page.txt:2"]):
        out = cleaner(*args, "--rules", "my").out.decode()
        assert "\x1b" not in out
        assert "\u202e" not in out
