"""A rule file is read, or refused with the place of each fault and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import RuleError
from cleaner.authoring.examples import run_examples
from cleaner.ruleset.layers import FAMILIES, LANGUAGES, load, shipped_folder
from cleaner.ruleset.rule import Where
from cleaner.ruleset.rule_file import parse
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
    one, two = parse(text, "site/x", "x.toml", {}).rules
    assert (one.name, one.family, one.confidence, one.line, one.file) == ("site/x/one", "x", "high", 7, "x.toml")
    assert (one.languages, one.sites, one.fingerprint, one.where) == (("de",), ("example.org",), "mark", Where(last=4))
    assert (two.languages, two.sites) == (("en",), ("example.org",))


def test_terms_and_lists_of_patterns() -> None:
    source = HEAD + (
        '[terms]\nnoun = ["page", "web page", "a+b"]\nask = "share (?:this|the) {{noun}}"\n'
        '[[rule]]\nid="one"\nabout="A"\nremove="line"\nmatch=["{{ask}}", "{{verb}} now"]\n'
    )
    (rule,) = parse(source, "x", "x.toml", {"verb": "click|tap"}).rules
    assert rule.match == r"(?:(?:share (?:this|the) (?:web page|page|a\+b)))|(?:(?:click|tap) now)"


#: What is wrong with a file, and what is said of it.
FAULTS = [
    ("title = ", "x.toml:1: not valid TOML: invalid value"),
    (RULE + "keeps = ['x'", "x.toml:9: not valid TOML: unclosed array (close the list with ])"),
    (RULE.replace("""'''chrome'''""", r'"a\d"'), r"x.toml:8:13: not valid TOML: unescaped '\' in a string (put patterns between"),
    (HEAD + "a = 1\na = 2\n", "x.toml:4:6: not valid TOML: cannot overwrite a value (this key stands there twice"),
    ("about = 'x'", "x.toml: key 'title' is missing (what the file is for"),
    (HEAD, "x.toml: holds no rule (a rule begins with [[rule]])"),
    (HEAD + "titel = 1", "x.toml:3:1: unknown key 'titel' (did you mean 'title'?)"),
    (RULE.replace("match =", "mach ="), "x.toml:8:1: rule 'site/x/one': unknown key 'mach' (did you mean 'match'?)"),
    (RULE.replace("remove =", "removed ="), "x.toml:7:1: rule 'site/x/one': unknown key 'removed' (did you mean 'remove'?)"),
    (RULE.replace('remove = "line"\n', ""), "x.toml:4:1: rule 'site/x/one': key 'remove' is missing (what goes where"),
    (RULE.replace('id = "one"\n', ""), "x.toml:4:1: rule 'number 1': key 'id' is missing"),
    (RULE.replace('"line"', '"paragraph"'), "x.toml:7:10: rule 'site/x/one': remove: 'paragraph' is none of 'match', 'line'"),
    (RULE.replace('"line"', '"lines"'), "'echo' or 'shape' (did you mean 'line'?)"),
    (RULE.replace('"one"', '"One rule"'), "x.toml:5:6: rule 'site/x/One rule': id: 'One rule' is no name (small letters"),
    (
        RULE.replace("""'''chrome'''""", "3"),
        "x.toml:8:9: rule 'site/x/one': match: should be a text, and is a number (put it between quotes",
    ),
    (RULE.replace("""'''chrome'''""", "''"), "x.toml:8:10: rule 'site/x/one': match: is empty"),
    (RULE.replace("""'''chrome'''""", "[]"), "x.toml:8:9: rule 'site/x/one': match: is an empty list"),
    (RULE.replace("""'''chrome'''""", "['a', 3]"), "x.toml:8:15: rule 'site/x/one': match: should be a text, and is a number"),
    (RULE + "max_words = '3'", "x.toml:9:14: rule 'site/x/one': max_words: should be a whole number, and is a text (write it without"),
    (RULE + "max_words = 0", "x.toml:9:13: rule 'site/x/one': max_words: should be 1 or more, and is 0"),
    (RULE + "min_words = 9\nmax_words = 3", "x.toml:9:1: rule 'site/x/one': min_words is more than max_words"),
    (RULE + "languages = ['English']", "x.toml:9:15: rule 'site/x/one': languages: 'English' is no language (two small letters"),
    (RULE + "where = { top = 1 }", "x.toml:9:11: rule 'site/x/one': unknown key 'where.top' (known are first, last)"),
    (RULE + "where = 3", "x.toml:9:9: rule 'site/x/one': where: should be a table, and is a number"),
    (RULE + "where = { first = 1, last = 2 }", "x.toml:9:1: rule 'site/x/one': 'where' takes either first or last"),
    (RULE + "keeps = 'x'", "x.toml:9:10: rule 'site/x/one': keeps: should be a list, and is a text"),
    (RULE + RULE.removeprefix(HEAD), "x.toml:11:1: rule 'site/x/one': this name is taken by line 4"),
    (HEAD + "rule = 3", "x.toml:3:8: rule: should be a list, and is a number"),
    (
        RULE.replace(HEAD, HEAD + "sites = ['https://www.example.org/a']\n"),
        "x.toml:3:11: 'https://www.example.org/a' is no host (write 'www.example.org'",
    ),
    (RULE.replace(HEAD, HEAD + "fingerprint = '.'\n"), "x.toml:3:16: fingerprint: fits every text"),
    (RULE.replace(HEAD, HEAD + "disable = ['a/*']\nfingerprint = 'mark'\n"), "x.toml:3:1: 'disable' in a file with a fingerprint"),
    (
        RULE.replace(HEAD, HEAD + "sites = ['example.org']\n[confidence]\n'a/*' = 'low'\n"),
        "x.toml:4:1: 'confidence' in a file for some sites",
    ),
    (HEAD + "[confidence]\n'a/*' = 'hi'\n", "x.toml:4:10: confidence.a/*: 'hi' is none of 'high', 'medium' or 'low'"),
    (RULE.replace("chrome", "(chrome"), "x.toml:8:19: rule 'site/x/one': match: not a valid pattern: missing )"),
    (RULE.replace("chrome", "chrome[a"), "rule 'site/x/one': match: not a valid pattern: unterminated character set"),
    (RULE.replace("""'''chrome'''""", "['fine', 'chr)ome']"), "x.toml:8:22: rule 'site/x/one': match: not a valid pattern: unbalanced"),
    (RULE.replace("""'''chrome'''""", "'''\nab\nc(d'''"), "x.toml:10:4: rule 'site/x/one': match: not a valid pattern: missing )"),
    (RULE.replace("chrome", "(?:chrome)*"), "x.toml:8:12: rule 'site/x/one': match: also fits a text of no characters"),
    (RULE.replace("chrome", ".+"), "x.toml:8:12: rule 'site/x/one': match: fits every text (add a fixed word)"),
    (RULE.replace("chrome", r"\S.{0,900}").replace('"line"', '"match"'), "x.toml:8:12: rule 'site/x/one': match: fits every text"),
    (RULE.replace("chrome", "chrome ^end"), "x.toml:8:12: rule 'site/x/one': match: can never match (take out ^"),
    (RULE.replace("chrome", "a$b|c^d"), "x.toml:8:12: rule 'site/x/one': match: can never match"),
    (RULE.replace("chrome", r"chrome [^\s\S]"), "x.toml:8:12: rule 'site/x/one': match: can never match"),
    (RULE.replace("chrome", r"(?:\s+chrome| chromium)"), "x.toml:8:12: rule 'site/x/one': match: can never match: lines are looked at"),
    (RULE.replace("chrome", r"chrome\n^next"), "x.toml:8:12: rule 'site/x/one': match: ^ and $ mean the ends of the whole text"),
    (RULE.replace("chrome", r"(\w+)+!"), r"x.toml:8:12: rule 'site/x/one': match: blows up: it repeats what is itself a repeat"),
    (RULE.replace("chrome", r"(?:a|aa)+b"), r"x.toml:8:12: rule 'site/x/one': match: blows up: it takes more than 0.25 s"),
    (
        RULE.replace("chrome", r"(?:x{1000}){1000}"),
        r"x.toml:8:12: rule 'site/x/one': match: its counted repeats unfold to 1,002,000 parts",
    ),
    (RULE.replace("chrome", "(" * 5000 + "a" + ")" * 5000), "match: its groups are nested more than 50 deep"),
    (RULE.replace("chrome", "|".join(f"w{n}" for n in range(20_000))), "match: longer than 100,000 characters"),
    (RULE.replace("chrome", r"a(?R)?b"), r"x.toml:8:13: rule 'site/x/one': match: a pattern that calls itself, (?R), has no end"),
    (RULE.replace("chrome", "x {{ Age }}"), "x.toml:8:14: rule 'site/x/one': match: {{ Age }} is no name of a term"),
    (RULE.replace("chrome", "a{" + "9" * 5000 + "}"), "match: its counted repeats unfold to"),
    (RULE.replace("chrome", "x " + "[" * 20_000), "match: not a valid pattern: unterminated character set"),
    (RULE.replace("chrome", r"foo (?=(?:a|aa)+x)b"), "match: blows up: it takes more than 0.25 s"),
    (RULE.replace("chrome", "{{who}}"), "x.toml:8:12: rule 'site/x/one': match: unknown term {{who}} (known terms: none)"),
    (
        RULE.replace("chrome", "{{a}}") + "\n[terms]\na = '{{b}}'\nb = '{{a}}'\n",
        "x.toml:11:6: terms use one another in a circle: a → b → a",
    ),
    (RULE.replace("chrome", "{{a}}") + "\n[terms]\na = '{{a}}'\n", "x.toml:11:6: terms use one another in a circle: a → a"),
    (
        RULE.replace("chrome", "{{a}}") + "\n[terms]\na = '" + "{{b}}" * 400 + "'\nb = '" + "x" * 400 + "'\n",
        "x.toml:11:6: term 'a': its terms make it longer",
    ),
    (RULE.replace("chrome", "{{b}}") + "\n[terms]\na = '(x'\nb = '{{a}}'\n", "x.toml:11:8: term 'a': not a valid pattern: missing )"),
    (RULE.replace("match = '''chrome'''", ""), "x.toml:4:1: rule 'site/x/one': remove = 'line' needs the key 'match'"),
    (RULE + "until = 'x'", "x.toml:9:1: rule 'site/x/one': 'until' has no meaning with remove = 'line' (only with 'block')"),
    (RULE.replace('"line"', '"block"') + "max_lines = 3", "x.toml:4:1: rule 'site/x/one': a block needs one of 'until'"),
    (RULE.replace('"line"', '"run"'), "x.toml:4:1: rule 'site/x/one': remove = 'run' needs the key 'min_lines'"),
    (
        RULE.replace('"line"', '"echo"').replace("match = '''chrome'''", ""),
        "x.toml:4:1: rule 'site/x/one': remove = 'echo' needs the key 'of'",
    ),
    (RULE.replace('"line"', '"echo"') + "of = 'next'", "x.toml:8:1: rule 'site/x/one': 'match' has no meaning with remove = 'echo'"),
    (RULE.replace('"line"', '"match"').replace("chrome", r"a\nb"), "x.toml:8:13: rule 'site/x/one': match: looks at one line"),
    (RULE + r"next = 'a\nb'", "x.toml:9:10: rule 'site/x/one': next: looks at one line"),
    (RULE + "unless = '.?'", "x.toml:9:11: rule 'site/x/one': unless: is found in every text"),
    (RULE.replace('"line"', '"tail"') + "where = { last = 3 }\nprose = 'any'", "x.toml:9:1: rule 'site/x/one': says nothing for a tail"),
    (RULE + "min_lines = 2", "x.toml:9:1: rule 'site/x/one': 'min_lines' has a meaning for a line only with 'headlines'"),
    (RULE.replace("'''chrome'''", r"['(a)\1', 'b']"), "x.toml:8:14: rule 'site/x/one': match: \\1 and the like"),
    (RULE.replace("chrome", r"(?x) a \n b # c"), "x.toml:8:12: rule 'site/x/one': match: (?x) would change all of the pattern"),
    (RULE.replace("chrome", "chr{1000}ome(").replace("'''", "'"), "x.toml:8:23: rule 'site/x/one': match: not a valid pattern"),
]


@pytest.mark.parametrize(("source", "message"), FAULTS)
def test_one_clear_message_a_fault(source: str, message: str) -> None:
    found = problems(source)
    assert len(found) == 1, found
    assert message in found[0]


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:\w+\s+){0,12}told the gazette",
        r"(?:\S+ +){1,30}ago",
        r"foo\d++",
        r"(?>ab)c",
        r"[[]x",
        r"\[x\]",
        r"\p{Lu}x",
        "x{{a}}" + "y" * 90,
    ],
)
def test_patterns_that_are_as_good_as_any(pattern: str) -> None:
    assert parse(RULE.replace("chrome", pattern) + "\n[terms]\na = 'b'\n", "x", "x.toml", {}).rules


def test_a_chain_of_terms_is_no_circle() -> None:
    terms = "a0 = 'lol'\n" + "".join(f"a{n} = 'x{{{{a{n - 1}}}}}'\n" for n in range(1, 20))
    (rule,) = parse(RULE.replace("chrome", "foo {{a19}}") + "\n[terms]\n" + terms, "x", "x.toml", {}).rules
    assert rule.match.count("x") == 19


def test_many_patterns_that_blow_up_do_not_add_up() -> None:
    rules = "".join(RULE.removeprefix(HEAD).replace('"one"', f'"r{n}"').replace("chrome", f"x{n} (?:a|aa)+b") for n in range(60))
    found = problems(HEAD + rules)
    assert len(found) == 5
    assert all("blows up" in line for line in found)


def test_all_faults_of_a_file_are_told() -> None:
    found = problems(RULE.replace("chrome", "(") + RULE.removeprefix(HEAD).replace("one", "two").replace("chrome", "[") + "until = 'x'\n")
    assert [line.split(": ")[0] for line in found] == ["x.toml:8:13", "x.toml:15:1", "x.toml:14:13"]


def test_rules_that_the_schema_refuses_do_not_hide_faulty_patterns_of_others() -> None:
    wrong = RULE.removeprefix(HEAD).replace("one", "two").replace('remove = "line"', 'remove = "lines"')
    third = RULE.removeprefix(HEAD).replace("one", "three").replace("chrome", "(")
    found = problems(RULE + wrong + third)
    assert [line.partition(": ")[2].split(": ")[0] for line in found] == ["rule 'site/x/two'", "rule 'site/x/three'"]
    assert "did you mean 'line'?" in found[0]
    [alone] = problems(HEAD + third)
    assert found[1].partition(": ")[2] == alone.partition(": ")[2]


def test_line_numbers_survive_texts_that_look_like_keys() -> None:
    fake = "removes = ['''\nmatch = x\n[[rule]]\nid = 1\n''']\n"
    found = problems(RULE + fake + RULE.removeprefix(HEAD).replace("one", "two") + "oops = 1\n")
    assert found == ["x.toml:20:1: rule 'site/x/two': unknown key 'oops' (known are id, about, remove, confidence, match, decoration, parts, sentences, unless, until, through, previous, next, of, rest, shape, where, min_words, max_words, min_lines, max_lines, headlines, prose, languages, seen, removes, keeps, not_mine, example)"]  # fmt: skip # noqa: E501


def test_the_shipped_patterns_are_valid() -> None:
    """The shipped layer is loaded without a look at its patterns, to start fast: this is the look."""
    looked_at = load([shipped_folder()], shipped=False)
    assert looked_at.fingerprint == load().fingerprint
    assert shipped_folder() == ROOT / "rules"


def test_layers_add_and_replace(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en/template.toml").write_text(RULE.replace('"one"', '"title-twice"') + RULE.removeprefix(HEAD))
    (tmp_path / "terms.toml").write_text(HEAD + "[terms]\nend = '[.]'\n")
    (tmp_path / "own.toml").write_text(RULE.replace("chrome", "x {{agency}}{{end}}"))
    shipped = {rule.name for rule in load().rules}
    rules = {rule.name: rule for rule in load([tmp_path]).rules}
    assert set(rules) - shipped == {"en/template/one", "own/one"}
    assert rules["en/template/title-twice"].match == "chrome"
    assert "own/one" in {rule.name for rule in load([tmp_path / "own.toml"]).rules}  # alone, with its folder's terms


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
    found = run_examples(load([tmp_path], shipped=False).prepared).problems
    assert complaint in str(found[0])


def test_no_shipped_file_lacks_its_schema_line() -> None:
    for path in {*(ROOT / "rules").rglob("*.toml")} - {ROOT / "rules" / name for name in (LANGUAGES, FAMILIES)}:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("#:schema ")
        assert (path.parent / first.split()[1]).resolve() == ROOT / "rules" / "schema.json"
