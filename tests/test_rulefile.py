from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import RuleError
from cleaner.model import Where
from cleaner.rulefile import parse
from cleaner.ruleset import load, shipped_folder
from cleaner.selftest import check
from tests.conftest import ROOT

HEAD = 'title = "T"\nabout = "A"\n'
RULE = HEAD + "\n[[rule]]\nid = \"one\"\nabout = \"A\"\nremove = \"line\"\nmatch = '''chrome'''\n"


def problems(source: str) -> list[str]:
    with pytest.raises(RuleError) as caught:
        parse(source, "site/x", "x.toml", {})
    return [str(problem) for problem in caught.value.problems]


def test_defaults_and_inheritance() -> None:
    head = HEAD + 'languages = ["de"]\nsites = ["Example.ORG."]\nfingerprint = "mark"\n'
    text = RULE.replace(HEAD, head) + 'where = { last = 4 }\n\n[[rule]]\nid="two"\nabout="A"\nremove="match"\nmatch="x"\nlanguages=["en"]'
    one, two = parse(text, "site/x", "x.toml", {})
    assert (one.name, one.family, one.confidence, one.line, one.file) == ("site/x/one", "x", "high", 7, "x.toml")
    assert (one.languages, one.sites, one.fingerprint, one.where) == (("de",), ("example.org",), "mark", Where(last=4))
    assert (two.languages, two.sites) == (("en",), ("example.org",))


def test_terms_and_lists_of_patterns() -> None:
    source = HEAD + (
        '[terms]\nnoun = ["page", "web page", "a+b"]\nask = "share (?:this|the) {{noun}}"\n'
        '[[rule]]\nid="one"\nabout="A"\nremove="line"\nmatch=["{{ask}}", "{{verb}} now"]\n'
    )
    (rule,) = parse(source, "x", "x.toml", {"verb": "click|tap"})
    assert rule.match == r"(?:(?:share (?:this|the) (?:web page|page|a\+b)))|(?:(?:click|tap) now)"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("title = ", "x.toml:1: not valid TOML"),
        (HEAD + "a = 1\na = 2\n", "x.toml:4: not valid TOML"),
        ("about = 'x'", "x.toml: key 'title' is missing"),
        (HEAD + "titel = 1", "x.toml:3: unknown key 'titel' (did you mean 'title'?)"),
        (RULE.replace("match =", "mach ="), "x.toml:8: rule 'site/x/one': unknown key 'mach' (did you mean 'match'?)"),
        (RULE.replace('remove = "line"\n', ""), "x.toml:4: rule 'site/x/one': key 'remove' is missing"),
        (RULE.replace('"line"', '"paragraph"'), "x.toml:7: rule 'site/x/one': remove: input should be 'match', 'line'"),
        (RULE.replace('"one"', '"One rule"'), "x.toml:5: rule 'site/x/One rule': id: string should match pattern"),
        (RULE + "max_words = '3'", "x.toml:9: rule 'site/x/one': max_words: input should be a valid integer"),
        (RULE + "max_words = 0", "x.toml:9: rule 'site/x/one': max_words: input should be greater than or equal to 1"),
        (RULE + "where = { top = 1 }", "x.toml:9: rule 'site/x/one': unknown key 'where.top'"),
        (RULE + "where = { first = 1, last = 2 }", "x.toml:9: rule 'site/x/one': 'where' takes either first or last"),
        (RULE + "keeps = 'x'", "x.toml:9: rule 'site/x/one': keeps: input should be a valid list"),
        (RULE + RULE.removeprefix(HEAD), "x.toml:11: rule 'site/x/one': this name is taken by line 4"),
        (RULE.replace("chrome", "(chrome"), "x.toml:8: rule 'site/x/one': match: not a valid pattern: missing ) at position 7"),
        (RULE.replace("chrome", "(?:chrome)*"), "x.toml:8: rule 'site/x/one': match: the pattern also matches nothing at all"),
        (RULE.replace("chrome", "{{who}}"), "x.toml:8: rule 'site/x/one': match: unknown term {{who}} (known terms: none)"),
        (RULE.replace("chrome", "{{a}}") + "\n[terms]\na = '{{b}}'\nb = '{{a}}'\n", "its terms use one another in a circle"),
        (RULE.replace("chrome", "{{a}}") + "\n[terms]\na = '" + "{{b}}" * 400 + "'\nb = '" + "x" * 400 + "'\n", "its terms make it longer"),
        (RULE.replace("match = '''chrome'''", ""), "x.toml:4: rule 'site/x/one': remove = 'line' needs the key 'match'"),
        (RULE + "until = 'x'", "x.toml:9: rule 'site/x/one': 'until' has no meaning with remove = 'line' (only with 'block')"),
        (RULE.replace('"line"', '"block"') + "max_lines = 3", "x.toml:4: rule 'site/x/one': a block needs one of 'until'"),
        (RULE.replace('"line"', '"run"'), "x.toml:4: rule 'site/x/one': remove = 'run' needs the key 'min_lines'"),
        (
            RULE.replace('"line"', '"echo"').replace("match = '''chrome'''", ""),
            "x.toml:4: rule 'site/x/one': remove = 'echo' needs the key 'of'",
        ),
        (RULE.replace('"line"', '"echo"') + "of = 'next'", "x.toml:8: rule 'site/x/one': 'match' has no meaning with remove = 'echo'"),
        (RULE.replace('"line"', '"match"').replace("chrome", r"a\nb"), "x.toml:8: rule 'site/x/one': match: looks at one line"),
        (RULE + r"next = 'a\nb'", "x.toml:9: rule 'site/x/one': next: looks at one line"),
        (RULE + "unless = '.?'", "x.toml:9: rule 'site/x/one': unless: is found in every text"),
        (RULE.replace('"line"', '"tail"') + "where = { last = 3 }", "x.toml:9: rule 'site/x/one': says nothing for a tail"),
        (RULE.replace("'''chrome'''", r"['(a)\1', 'b']"), "x.toml:8: rule 'site/x/one': match: \\1 and the like"),
        (RULE.replace("chrome", r"(?x) a \n b # c"), "x.toml:8: rule 'site/x/one': match: not a valid pattern"),
        (RULE.replace("chrome", "chr{1000}ome(").replace("'''", "'"), "x.toml:8: rule 'site/x/one': match: not a valid pattern"),
    ],
)
def test_one_clear_message_a_fault(source: str, message: str) -> None:
    found = problems(source)
    assert len(found) == 1, found
    assert message in found[0]


def test_all_faults_of_a_file_are_told() -> None:
    found = problems(RULE.replace("chrome", "(") + RULE.removeprefix(HEAD).replace("one", "two").replace("chrome", "[") + "until = 'x'\n")
    assert [line.split(": ")[0] for line in found] == ["x.toml:8", "x.toml:15", "x.toml:14"]


def test_line_numbers_survive_texts_that_look_like_keys() -> None:
    fake = "removes = ['''\nmatch = x\n[[rule]]\nid = 1\n''']\n"
    found = problems(RULE + fake + RULE.removeprefix(HEAD).replace("one", "two") + "oops = 1\n")
    assert found == ["x.toml:20: rule 'site/x/two': unknown key 'oops' (known are id, about, remove, confidence, match, unless, until, through, previous, next, of, rest, where, min_words, max_words, min_lines, max_lines, languages, removes, keeps, example)"]  # fmt: skip # noqa: E501


def test_the_shipped_patterns_are_valid() -> None:
    """The shipped layer is loaded without a look at its patterns, to start fast: this is the look."""
    looked_at = load([shipped_folder()], shipped=False)
    assert looked_at.rules == load().rules
    assert shipped_folder() == ROOT / "rules"


def test_layers_add_and_replace(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    (tmp_path / "common/page.toml").write_text(RULE.replace('"one"', '"title-twice"') + RULE.removeprefix(HEAD))
    (tmp_path / "terms.toml").write_text(HEAD + "[terms]\nend = '[.]'\n")
    (tmp_path / "own.toml").write_text(RULE.replace("chrome", "x {{agency}}{{end}}"))
    shipped = {rule.name for rule in load().rules}
    rules = {rule.name: rule for rule in load([tmp_path]).rules}
    assert set(rules) - shipped == {"common/page/one", "own/one"}
    assert rules["common/page/title-twice"].match == "chrome"
    with pytest.raises(RuleError, match="unknown term"):
        load([tmp_path / "own.toml"])  # alone, without its folder's terms


def test_faults_of_all_files_and_layers_are_told_in_one_go(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("x")
    (tmp_path / "b.toml").write_bytes(b"\xff")
    with pytest.raises(RuleError) as caught:
        load([tmp_path, tmp_path / "missing"])
    files = [Path(problem.file).name for problem in caught.value.problems]
    assert files == ["a.toml", "b.toml", "missing"]


def test_fingerprint_changes_when_results_may_change(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    seen = []
    for text in (RULE, RULE + "keeps = ['x']\n", RULE.replace("chrome", "other")):
        path.write_text(text)
        seen.append(load([path], shipped=False).fingerprint)
    assert seen[0] == seen[1] != seen[2]


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ("", "nothing shows that it removes anything"),
        ("removes = ['chrome']", "nothing shows what it leaves alone"),
        ("removes = ['chrome it is']\nkeeps = ['x']", "should remove 'chrome it is'"),
        ("removes = ['chrome']\nkeeps = ['chrome']", "should leave 'chrome'"),
        ("keeps = ['x']\n[[rule.example]]\nbefore = 'a chrome'\nafter = ''", "should turn 'a chrome' into ''"),
    ],
)
def test_a_rule_that_does_not_prove_itself(tmp_path: Path, keys: str, complaint: str) -> None:
    (tmp_path / "a.toml").write_text(RULE + keys)
    found = check(load([tmp_path], shipped=False))
    assert complaint in str(found[0])


def test_no_shipped_file_lacks_its_schema_line() -> None:
    for path in (ROOT / "rules").rglob("*.toml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("#:schema ")
        assert (path.parent / first.split()[1]).resolve() == ROOT / "rules" / "schema.json"
