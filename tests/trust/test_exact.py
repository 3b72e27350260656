"""Kept and removed give the input back, whatever the text looks like; what is clean stays as it is; and nobody's article is eaten."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from cleaner import Result, restore
from cleaner.document import BOM, has_sentence, words
from cleaner.engine.engine import BUDGETS, Engine
from cleaner.errors import ProofError
from cleaner.ruleset.rule import Confidence, Rule
from tests.conftest import PAIRS, ROOT, Command, prepared, shares, shipped_engine, slow
from tests.laws.test_laws import laws_hold, material

DOCUMENTS = 10_000
#: Of the quick run and the slow one.
SHARES = 10
#: What stands inside lines: invisible, combining, beyond the first plane, letters that fold in odd ways, what others take for line ends.
ODD = (
    *("\u200b", "\u200d", "\u00ad", "e\u0301", "n\u0303\u0323", "𝄞", "😀", "👩\u200d👧", "ſ", "İ", "ı", "\u212a", "ß", "﷽", "中"),
    *("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e", "\t", "\xa0", "\u3000", "\u202e"),
)
#: The five newline styles; mixed ones are drawn for each line.
STYLES = {"lf": ["\n"], "crlf": ["\r\n"], "cr": ["\r"], "mixed": ["\n", "\r\n", "\r", "\n\n", "\r\r", "\n\r"], "open end": ["\n"]}


def drawn(chance: random.Random) -> list[str]:
    """Lines of a document: real ones, chrome, near misses, and odd characters between."""
    lines = chance.choices(material(), k=chance.randint(0, 5))
    for number in range(len(lines)):
        odd = chance.choice([*ODD, "\ufeff"])
        at = chance.randint(0, len(lines[number]))
        lines[number] = chance.choice(
            [lines[number], lines[number], lines[number][:at] + odd + lines[number][at:], odd + lines[number] + odd, "", chance.choice(ODD)]
        )
    return [line.replace("\n", " ").replace("\r", " ") for line in lines]


def styled(lines: list[str], style: str, chance: random.Random) -> str:
    text = "".join(line + chance.choice(STYLES[style]) for line in lines)
    return chance.choice(["", "", "", BOM]) + (text.rstrip("\r\n") if style == "open end" else text)


@pytest.mark.parametrize("share", shares(SHARES))
def test_ten_thousand_documents_in_five_newline_styles(share: int) -> None:
    """In all shares, 50,000 texts give their input back; 20,000 of them are cleaned again, and nothing more goes."""
    chance = random.Random(share)
    done = Counter[str]()
    for _ in range(DOCUMENTS // SHARES):
        lines = drawn(chance)
        for style in STYLES:
            text = styled(lines, style, chance)
            result = shipped_engine().clean(text)
            laws_hold(text, result)
            done["texts"] += 1
            done["changed"] += result.changed
            if style in ("crlf", "mixed"):
                assert shipped_engine().clean(result.text).text == result.text
                done["cleaned again"] += 1
    assert done["texts"] * SHARES == 50_000
    assert done["cleaned again"] * SHARES == 20_000
    assert done["changed"] > done["texts"] / 4


@pytest.mark.parametrize("sample", PAIRS, ids=lambda path: path.stem)
def test_clean_samples_stay_as_they_are(sample: Path) -> None:
    for path in (sample, sample.with_suffix(".clean.txt")):
        clean = shipped_engine().clean(path.read_bytes().decode()).text
        assert shipped_engine().clean(clean).text == clean


def test_a_result_that_does_not_give_the_input_back_is_an_error(monkeypatch: pytest.MonkeyPatch, cleaner: Command) -> None:
    """In a batch, the document comes out as it was, is named, and the others are done."""
    broken = (
        "import sys\nfrom cleaner import spans\ndelete = spans.delete\n"
        "spans.delete = lambda text, spans: delete(text, spans) + ('!' if 'Tuesday' in text and spans else '')\n"
        "from cleaner.cli import main\nsys.argv = ['cleaner', *sys.argv[1:]]\nmain()\n"
    )
    source = cleaner.folder / "in"
    source.mkdir()
    for day in ("Monday", "Tuesday", "Wednesday"):
        (source / f"{day}.txt").write_text(f"It rained on {day}.\nShare this article\n")
    line = [sys.executable, "-c", broken]
    process = partial(subprocess.run, cwd=cleaner.folder, capture_output=True, text=True, check=False, timeout=60)
    done = process([*line, "batch", "in", "-d", "out", "-q"])
    assert done.returncode == 2
    assert "Tuesday.txt" in done.stderr
    assert (cleaner.folder / "out/Monday.txt").read_text() == "It rained on Monday.\n"
    assert (cleaner.folder / "out/Tuesday.txt").read_text() == "It rained on Tuesday.\nShare this article\n"
    alone = process([*line, "clean", "in/Tuesday.txt"])
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "Traceback" not in alone.stderr
    with pytest.raises(ProofError):
        restore(Result("a", (shipped_engine().clean("It rained.\nShare this article\n").removals[0]._replace(start=7, end=9),)))


@pytest.mark.parametrize("orders", [4, slow(24)])
def test_orders_workers_and_hash_seeds_make_no_difference(orders: int) -> None:
    """24 orders of four rule files with 3 hash seeds, each order in 1, 2 and 8 processes: 72 batches, one hash of all that they write."""
    found: dict[str, int] = {}
    for seed in ("0", "1", "4712"):
        line = [sys.executable, "-m", "tests.trust.rule_order", str(orders)]
        environment = Command.environment({"PYTHONHASHSEED": seed})
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False, env=environment)
        assert done.returncode == 0, done.stderr
        for digest, count in json.loads(done.stdout).items():
            found[digest] = found.get(digest, 0) + count
    assert list(found.values()) == [3 * orders]


#: Rules that want far too much: ten, of all kinds.
GREEDY = (
    Rule("greedy/lines/x", "", "line", match=".+"),
    Rule("greedy/long/x", "", "line", match=".{40,}"),
    Rule("greedy/words/x", "", "match", match=r"\w+"),
    Rule("greedy/sentences/x", "", "match", match=r"[A-Z][^.]*\."),
    Rule("greedy/stops/x", "", "match", match=r"[.!?]"),
    Rule("greedy/tail/x", "", "tail", match=".*the.*"),
    Rule("greedy/head/x", "", "head", match=".*the.*", max_lines=1000),
    Rule("greedy/block/x", "", "block", match=".*the.*", through=".*and.*", max_lines=1000),
    Rule("greedy/run/x", "", "run", match=".*[a-z].*", min_lines=2),
    Rule("greedy/first/x", "", "line", match=r"(?:\S+\s*)+"),
)


def articles(count: int) -> Iterator[str]:
    chance = random.Random(5)
    said = [
        "The harbour froze on Monday.",
        "Nobody knew why, and the ferry stayed.",
        "“It is the ice,” she said.",
        "He left at 4 a.m., alone!",
    ]
    for _ in range(count):
        paragraphs = [" ".join(chance.choices(said, k=chance.randint(1, 8))) for _ in range(chance.randint(1, 12))]
        yield "\n".join(["A title of the article", *paragraphs, chance.choice(["Share", "Related", ""])]) + "\n"


@pytest.mark.parametrize(("confidence", "count"), [("high", 100), ("medium", 100), slow("medium", 1000), ("low", 100)])
def test_no_article_is_eaten(confidence: Confidence, count: int) -> None:
    """1,000 articles and 10 greedy rules: none is left without a sentence, none loses more than its share, and what was stopped is said."""
    stopped = 0
    for rule in GREEDY:
        greedy = Engine(prepared(rule._replace(confidence=confidence)))
        for text in articles(count):
            result = greedy.clean(text)
            assert has_sentence(result.text)
            if not result.changed:
                assert result.text == text
                stopped += bool(result.flags)
                assert {flag.kind for flag in result.flags} <= {"emptied", "budget", "unstable"}
            elif confidence != "high" and words(text) >= 60:
                taken = sum(words(removal.text) for removal in result.removals)
                assert taken <= BUDGETS[confidence] * words(text)
    assert stopped > 3 * count
