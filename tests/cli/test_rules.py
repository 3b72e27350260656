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
from tests.cli.pages import HEAD, PAGE, TIDE, lines, on_a_terminal, write
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


def test_list_finds_texts_in_names_descriptions_patterns_and_examples(cleaner: Command) -> None:
    write(cleaner.folder, my__quay_toml=TIDE)

    def found(text: str) -> list[str]:
        done = cleaner("rules", "list", "quay/", "--search", text, "--rules", "my", "--json")
        return [json.loads(line)["name"] for line in done.out.splitlines()]

    assert [found(text) for text in ("QUAY/t", "the tides", "at .{3", "TIDE AT 6.12", "drowned")] == [["quay/tide"]] * 5
    assert found("low tide") == []


def test_list_as_json_says_what_a_rule_takes(cleaner: Command) -> None:
    write(cleaner.folder, my__quay_toml=TIDE)
    row = json.loads(cleaner("rules", "list", "quay/tide", "--rules", "my", "--json").out)
    assert (row["family"], row["remove"], row["takes"]) == ("quay", "line", "whole lines, or parts of them")
    assert (row["levels"], row["seen"]) == (["safe", "standard", "aggressive"], 0)


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("--family", "shar", "did you mean share?"),
        ("--family", "xyz", "it is one of adverts, byline,"),
        ("--language", "german", "did you mean de?"),
        ("--language", "q", "it is one of ar, be,"),
        ("--confidence", "hi", "did you mean high?"),
    ],
)
def test_list_says_what_a_wrong_filter_may_mean(cleaner: Command, option: str, value: str, remedy: str) -> None:
    done = cleaner("rules", "list", option, value)
    assert (done.code, done.out) == (2, b"")
    assert f"{option}: {value} isn't known: {remedy}" in " ".join(done.err.split())


def test_list_takes_a_tag_with_a_region(cleaner: Command) -> None:
    tagged, plain = (cleaner("rules", "list", "--language", tag, "--json") for tag in ("nb-NO", "no"))
    assert tagged == plain
    assert tagged.out


@pytest.mark.parametrize(("width", "beside"), [("80", False), ("200", True)])
def test_a_list_fits_the_terminal(cleaner: Command, width: str, beside: bool, shipped: RuleSet) -> None:
    shown = on_a_terminal(cleaner, "rules", "list", COLUMNS=width, NO_COLOR="1", CLEANER_PAGER="sed s/^/PAGED/")
    rows = [re.sub(r"\x1b\[[\d;]*m", "", row).removeprefix("PAGED") for row in shown.splitlines()]
    assert "PAGED" in shown
    assert all(len(row) <= int(width) for row in rows)
    named = [row.split()[0] for row in rows[1:] if row[:1].strip() and "/" in row.split()[0]]
    assert named == [rule.name for rule in shipped.rules]
    assert rows[0].endswith("about") == beside
    assert "PAGED" not in on_a_terminal(cleaner, "rules", "list", "share-line", "--no-pager", CLEANER_PAGER="sed s/^/PAGED/")


def test_list_and_show_on_the_screen(cleaner: Command, snapshot: SnapshotAssertion) -> None:
    write(
        cleaner.folder,
        my__quay_toml=TIDE + "\n[confidence]\n'en/template/title-twice' = 'low'\n",
        my__off_toml=HEAD + "disable = ['en/follow/*']\n",
    )
    assert lines(cleaner("rules", "list", "tide", "--rules", "my")) == snapshot
    assert lines(cleaner("rules", "show", "tide", "--rules", "my")) == snapshot
    assert lines(cleaner("rules", "show", "tide", "--source", "--rules", "my")) == snapshot
    notes = [
        note
        for name in ("title-twice", "en/follow/*")
        for note in lines(cleaner("rules", "show", name, "--source", "--rules", "my"))
        if ", by " in note or "off by" in note
    ]
    assert notes[0] == "# its confidence is low, by my/quay.toml:13"
    assert set(notes[1:]) == {"# switched off by my/off.toml:3"}
    off = cleaner("rules", "show", "en/follow/follow-for", "--rules", "my").out.decode()
    assert "switched off by my/off.toml:3" in off
    assert "--disable" not in off


GULL = (
    f'{HEAD}sites = ["quay.example", "pier.example"]\nfingerprint = "gull gazette"\nlanguages = ["en", "de"]\n'
    '[[rule]]\nid = "gull"\nabout = "Where the picture is from"\nremove = "match"\nconfidence = "medium"\n'
    'match = "picture: gull"\nseen = 1200\nremoves = ["Picture: gull"]\nkeeps = ["A picture\\nof a gull"]\n'
    '[[rule.example]]\nbefore = "The pier froze. Picture: gull When it thawed, he wept."\n'
    'after = "The pier froze. When it thawed, he wept."\n'
)


def test_show_tells_what_goes_and_what_stays(cleaner: Command, snapshot: SnapshotAssertion) -> None:
    write(cleaner.folder, my__quay_toml=GULL, my__families_toml=HEAD + '[family]\nquay = "what stands on the quay"\n')
    args = ("rules", "show", "gull", "--rules", "my")
    assert lines(cleaner(*args)) == snapshot
    coloured = on_a_terminal(cleaner, *args)
    assert "\x1b[9;31mPicture: gull\x1b[0m" in coloured
    assert "[-" not in coloured
    assert "[-Picture: gull-]" in on_a_terminal(cleaner, *args, NO_COLOR="1")
    assert on_a_terminal(cleaner, *args, CLEANER_PAGER="sed s/^/PAGED/").startswith("PAGED")


def test_show_shows_a_few_of_many_texts(cleaner: Command) -> None:
    many = ", ".join(f'"High tide at {hour}.12"' for hour in range(10, 20))
    write(cleaner.folder, my__quay_toml=TIDE.replace('"High tide at 6.12"]', many + "]"))
    shown = lines(cleaner("rules", "show", "quay/tide", "--rules", "my"))
    assert sum(line.startswith("goes") for line in shown) == 4
    assert "and 6 more" in [line.strip() for line in shown]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("title-twise", "did you mean 'en/template/title-twice'?"),
        ("shar", "did you mean 'share/*'?"),
        ("share", "write 'share/*' for all of them"),
        ("en/shar/*", "did you mean 'en/share/*'?"),
        ("shar/*", "did you mean 'share/*'?"),
        ("en/share", "write 'en/share/*' for all of them"),
    ],
)
def test_show_says_what_a_wrong_name_may_mean(cleaner: Command, name: str, remedy: str) -> None:
    done = cleaner("rules", "show", name)
    assert (done.code, done.err) == (2, f"error: {name}: no such rule ({remedy})\n")


# catalogue


def test_a_catalogue_is_written(cleaner: Command) -> None:
    write(cleaner.folder, my__quay_toml=TIDE)
    done = cleaner("rules", "catalogue", "-o", "rules.html", "--rules", "my")
    assert (done.code, done.out) == (0, b"")
    assert re.fullmatch(r"1,\d{3} rules: rules.html\n", done.err)
    page = (cleaner.folder / "rules.html").read_bytes()
    assert b'<article id="quay/tide"' in page
    assert b"my/quay.toml:4" in page
    done = cleaner("rules", "catalogue", "-o", "-", "--rules", "my")
    assert (done.code, done.out, done.err) == (0, page, "")
    assert {path.name for path in cleaner.folder.iterdir()} == {"my", "rules.html"}


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("my/quay.toml", "error: my/quay.toml: is a rule file, and would be overwritten (name another file)\n"),
        ("missing/rules.html", "missing"),
        (None, "say where the page goes"),
    ],
)
def test_a_catalogue_harms_no_file(cleaner: Command, output: str | None, message: str) -> None:
    write(cleaner.folder, my__quay_toml=TIDE)
    done = cleaner("rules", "catalogue", *(["-o", output] if output else []), "--rules", "my")
    assert (done.code, done.out) == (2, b"")
    assert message in done.err
    assert (cleaner.folder / "my/quay.toml").read_text() == TIDE
    assert len(list(cleaner.folder.rglob("*"))) == 2


def test_help_of_the_commands_is_not_cut(cleaner: Command) -> None:
    assert "..." not in cleaner("rules", "--help").out.decode().partition("Commands:")[2]


# test and lint


def test_test_passes_and_fails(cleaner: Command) -> None:
    write(cleaner.folder, my__quay_toml=TIDE)
    done = cleaner("rules", "test", "my")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"1 rule passed: tried on 2 texts, and on the near misses of [\d,]+ rules\n", done.out.decode())
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
        "removes nothing: quay/ebb  my/quay.toml:12",
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
    assert lines(done)[0] == f"wrote my/{name}. Next:"
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


def test_a_name_that_no_rule_has_is_told_by_list(cleaner: Command) -> None:
    done = cleaner("rules", "list", "share-lime")
    assert (done.code, done.out) == (2, b"")
    assert "no rule in force has such a name (did you mean 'en/share/share-line'?)" in done.err
