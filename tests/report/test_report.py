"""A report: its figures are the engine's, whatever form they come in and however many processes counted them; it is safe to open."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cleaner.batch.options import BatchOptions
from cleaner.batch.run import Worker, clean_files
from cleaner.batch.stats import Stats
from cleaner.document import words
from cleaner.engine.engine import Engine
from cleaner.io.files import InputOutput
from cleaner.report import diffs, page
from cleaner.report.collect import CollectOptions, Collector, collect
from cleaner.report.corpus_stats import SHARES, CorpusStats, Limits, bucket
from cleaner.report.diffs import Sample, diff, shortened
from cleaner.report.document_stats import DocumentStats, document_stats
from cleaner.report.export import COLUMNS, About, as_csv, as_json, safe, values
from cleaner.report.top_k import LineCounts, TopK
from cleaner.result import TIDY, Flag, Removal, Result
from cleaner.spans import restore
from tests.conftest import ROOT, SAMPLES, Command, sampled

#: Files that a report on the samples reads: texts, clean ones, and the README.
DOCUMENTS = len([*SAMPLES.glob("*.txt"), *SAMPLES.glob("*.md")])

ABOUT = About("A title", ("corpus",), "1.0", "standard", "", 3, "0123456789abcdef")
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>-->]]>\u2028\u2029&lt;javascript:alert(1)'\"`\u202e\x1b[2J"


def surveyed(engine: Engine, paths: list[Path], processes: int = 1, limits: Limits | None = None, **asked: Any) -> CorpusStats:
    limits = limits or Limits(diffs=500)
    total = CorpusStats(limits=limits)
    for part in collect(paths, Collector(engine, CollectOptions(limits=limits, **asked)), processes):
        total.add(part)
    return total


def corpus(folder: Path, seed: int = 1) -> list[Path]:
    """Samples in every format, with rows that can't be read."""
    chance = random.Random(seed)
    texts = [path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.txt"))]
    folder.mkdir(exist_ok=True)
    rows = [json.dumps({"id": f"row {n}", "text": chance.choice(texts)}) for n in range(40)]
    rows[3], rows[7], rows[11] = "", "{", '{"text": 3}'
    data = "\n".join(rows).encode() + b"\n"
    (folder / "plain.jsonl").write_bytes(data)
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress(data))
    for number, text in enumerate(texts[:6]):
        (folder / f"{number}.txt").write_text(text, "utf-8")
    (folder / "latin.txt").write_bytes(b"caf\xe9\n")
    (folder / "torn.jsonl.gz").write_bytes(gzip.compress(data)[:-20])
    return sorted(folder.iterdir())


def test_figures_are_those_of_the_engine(engine: Engine) -> None:
    figures = surveyed(engine, sorted(SAMPLES.glob("*.txt")))
    removed: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    within: Counter[str] = Counter()
    families: Counter[str] = Counter()
    total = changed = 0
    for path in sorted(SAMPLES.glob("*.txt")):
        text = path.read_bytes().decode()
        result = engine.clean(text)
        total += words(text)
        changed += result.changed
        for removal in result.removals:
            removed[removal.rule] += words(removal.text)
            counts[removal.rule] += 1
        within.update({removal.rule for removal in result.removals})
        families.update({removal.family for removal in result.removals if removal.rule != TIDY})
    assert (figures.words, figures.changed, figures.removed, figures.counts) == (total, changed, removed, counts)
    assert (figures.within, figures.families) == (within, families)
    assert figures.words_removed == sum(each.removed for each in figures.table())
    assert figures.shares.total() == figures.documents == len(figures.table())


def test_figures_are_those_of_a_batch(engine: Engine, tmp_path: Path) -> None:
    paths = [path for path in corpus(tmp_path / "in") if "torn" not in path.name]
    figures = surveyed(engine, paths)
    worker = Worker(engine, BatchOptions(tmp_path / "out"))
    parts = [outcome.stats for outcome in clean_files([InputOutput(path, tmp_path / "out" / path.name) for path in paths], worker, 1)]
    assert figures.documents == sum(part.documents for part in parts)
    assert figures.rejected == sum(part.rejected for part in parts) == 5
    assert figures.words == sum(part.words for part in parts)
    assert figures.removed == sum((part.removed for part in parts), Counter())
    assert figures.counts == sum((part.counts for part in parts), Counter())


@pytest.mark.parametrize("limits", [Limits(diffs=500), Limits(documents=10, diffs=4, lines=30, unread=3)], ids=["roomy", "tight"])
def test_the_number_of_processes_makes_no_difference(
    engine: Engine, tmp_path: Path, limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cleaner.batch import run

    monkeypatch.setattr(run, "_SPLIT_FROM", 1)
    monkeypatch.setattr(run, "_PART", 20_000)
    paths = corpus(tmp_path / "in")
    one, two = (surveyed(engine, paths, processes, limits) for processes in (1, 2))
    assert values(one) == values(two)
    assert page.page(ABOUT, one) == page.page(ABOUT, two)
    rows = [each.row for each in surveyed(engine, paths).table() if each.file.endswith("plain.jsonl")]
    assert rows == [row for row in range(1, 41) if row not in (4, 8, 12)]


def test_all_forms_tell_the_same(engine: Engine, tmp_path: Path) -> None:
    figures = surveyed(engine, corpus(tmp_path / "in"))
    found = json.loads(as_json(ABOUT, figures))
    totals = found["totals"]
    assert sum(each["words"] for each in found["families"]) == sum(each["words"] for each in found["rules"]) == totals["removed"]
    assert sum(each["removals"] for each in found["families"]) == totals["removals"]
    assert sum(each["documents"] for each in found["shares"]) == totals["documents"] - totals["unreadable"] == len(found["documents"])
    assert sum(each["words"] for each in found["documents"]) == totals["words"] == totals["removed"] + totals["kept"]
    table = list(csv.DictReader(io.StringIO(as_csv(figures).decode(), newline="")))
    assert tuple(table[0]) == COLUMNS
    read = [row for row in table if not row["error"]]
    assert [
        (row["file"], int(row["row"]), row["id"], int(row["words"]), int(row["removed"]), float(row["share"]), int(row["removals"]))
        for row in read
    ] == [tuple(each[name] for name in ("file", "row", "id", "words", "removed", "share", "removals")) for each in found["documents"]]
    faults = [(row["file"], int(row["row"]), row["error"]) for row in table if row["error"]]
    assert faults == [tuple(each.values()) for each in found["unread"]]
    html = page.page(ABOUT, figures).decode()
    parsed = Parsed(html)
    assert f"{totals['documents']:,}" in parsed.tiles["Documents"]
    assert f"{totals['words']:,}" in parsed.tiles["Words"]
    assert f"{totals['removed']:,} words" in parsed.tiles["Removed"]
    assert str(totals["unreadable"] + totals["failed"]) in parsed.tiles["Not read"]
    columns = parsed.blocks["data"]["documents"]["columns"]
    assert columns[2] == [each["words"] for each in found["documents"]]
    assert columns[3] == [each["removed"] for each in found["documents"]]
    for each in found["families"]:
        assert f"{each['words']:,}" in parsed.rows[each["family"]]


class Parsed(HTMLParser):
    """A page, read as a browser without JavaScript does."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.blocks: dict[str, Any] = {}
        self._inside = ""
        self.feed(html)
        self.close()
        self.tiles = dict(re.findall(r"<dt>(.*?)</dt><dd><b>(.*?</b><span>.*?)</span>", html))
        self.rows = dict(re.findall(r'<th scope="row"[^>]*><i[^>]*></i>(.*?)</th>(.*?)</tr>', html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = dict(attrs).get("id") or "" if tag == "script" else tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._inside and self.tags[-1][0] == "script" and self.tags[-1][1].get("type"):
            self.blocks[self._inside] = json.loads(data)


def hostile_figures(engine: Engine) -> CorpusStats:
    figures = CorpusStats(limits=Limits(diffs=10))
    rule = f"any/{HOSTILE}/{HOSTILE}"
    figures.files = 1
    for number, text in enumerate(("kept\n", f"{HOSTILE}\n", "\ud800 half\n")):
        gone = Removal(0, len(text), rule, text)
        figures.enter(f"{HOSTILE}{number}", number, HOSTILE, text + "more\n", Result("more\n", (gone,), (Flag(HOSTILE, HOSTILE),)))
    figures.reject(f"\udcff{HOSTILE}", 2, HOSTILE)
    return figures


def test_nothing_hostile_gets_through(engine: Engine) -> None:
    about = About(HOSTILE, (HOSTILE,), "1.0", "standard", HOSTILE, 3, HOSTILE)
    html = page.page(about, hostile_figures(engine)).decode()
    assert not re.search("[\u202e\u2028\u2029\x1b\ud800-\udfff]", html)
    parsed, plain = Parsed(html), Parsed(page.page(ABOUT, surveyed(engine, [SAMPLES / "short-notice.txt"])).decode())
    kinds = {(tag, *sorted(attrs)) for tag, attrs in parsed.tags}
    known = {(tag, *sorted(attrs)) for tag, attrs in plain.tags} | {("b",), ("br",), ("small",), ("details",), ("summary",)}
    known |= {(tag, "aria-labelledby", "id") for tag in ("section",)} | {("th", "class", "scope"), ("td", "class"), ("bdi",), ("a", "href")}
    assert kinds <= known | {("h2", "id"), ("p",), ("table",), ("span", "dir"), ("code",)}
    assert not [attrs for tag, attrs in parsed.tags if tag == "script" and attrs.get("src")]
    assert not [attrs for _, attrs in parsed.tags if any(name.startswith("on") for name in attrs)]
    assert all((attrs.get("href") or "#")[0] == "#" or attrs.get("href") == "data:," for _, attrs in parsed.tags)
    assert sum(tag == "script" for tag, _ in parsed.tags) == 2 + len(parsed.blocks) - 1
    assert parsed.blocks["diff-0"]["rows"]


def test_every_address_in_the_page_is_its_own(engine: Engine) -> None:
    html = page.page(ABOUT, surveyed(engine, [SAMPLES / "short-notice.txt"])).decode()
    assert "default-src 'none'" in html
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"']?(?!#|data:,)[a-z/]", html.partition("<script")[0])
    assert "http" not in re.sub(r"http-equiv", "", html)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "＝1"])
def test_a_cell_is_no_formula(cell: str) -> None:
    assert safe(cell).startswith("'")
    assert not safe("\r=1").startswith(("=", "\r"))


def test_a_line_of_csv_is_a_document_whatever_it_holds(engine: Engine) -> None:
    figures = CorpusStats()
    name = 'a "quoted", name\nin two lines\x1b[2J\u202e\0'
    figures.enter(name, 1, "=HYPERLINK(1)", "text\n", Result("text\n"))
    figures.enter("\udcff", 0, "", "text\n", Result("text\n"))
    data = as_csv(figures).decode()
    assert len(data.splitlines()) == 3
    first, second = csv.DictReader(io.StringIO(data, newline=""))
    assert (first["file"], first["id"]) == ('a "quoted", name␊in two lines␛[2J⟨U+202E⟩␀', "'=HYPERLINK(1)")
    assert second["file"] == "⟨U+DCFF⟩"
    assert [each["file"] for each in json.loads(as_json(ABOUT, figures))["documents"]] == [name, "\udcff"]


def test_a_table_that_is_cut_says_so(engine: Engine) -> None:
    figures = CorpusStats(limits=Limits(documents=3, diffs=2))
    for number in range(10):
        result = document(f"{number}", number / 10)[1]
        figures.enter("rows.jsonl", number + 1, "", restore(result), result)
    html = page.page(ABOUT, figures).decode()
    assert "The table holds 3 of 10 documents: the flagged ones, and those of which the largest share was removed." in html
    assert "2 of them have a diff, and a mark for it" in html
    assert [each.row for each in figures.table()] == [8, 9, 10]
    assert values(figures)["documents_left_out"] == 7
    assert values(figures)["totals"]["documents"] == 10


def document(name: str, share: float, flags: tuple[Flag, ...] = ()) -> tuple[DocumentStats, Result]:
    """A document of 1,000 words of which a share goes."""
    start, number = len(name) + 1, round(1000 * share)
    gone = "gone " * number
    clean = f"{name} " + "kept " * (999 - number)
    removals = (Removal(start, start + len(gone), "a/b", gone),) if gone else ()
    text, result = f"{name} {gone}" + clean[start:], Result(clean, removals, flags)
    return document_stats(name, 0, "", text, result, Stats.of(text, result)), result


def test_the_sample_holds_flagged_ones_large_shares_and_a_spread() -> None:
    sample = Sample(20)
    for number in range(400):
        sample.enter(*document(f"{number}", number / 400, (Flag("budget", "much"),) if number in (5, 6, 7) else ()))
    chosen = [each.stats for each in sample.chosen()]
    assert len(chosen) == len({each.file for each in chosen}) == 20
    assert {"5", "6", "7"} <= {each.file for each in chosen[:3]}
    assert {f"{number}" for number in range(388, 400)} <= {each.file for each in chosen}
    assert len([each for each in chosen if each.share < 0.5]) >= 3
    halves = [Sample(20), Sample(20)]
    for number in range(400):
        flags = (Flag("budget", "much"),) if number in (5, 6, 7) else ()
        halves[number % 2].enter(*document(f"{number}", number / 400, flags))
    halves[0].add(halves[1])
    assert [each.stats for each in halves[0].chosen()] == chosen


def test_small_corpora_have_all_their_diffs(engine: Engine) -> None:
    figures = surveyed(engine, sorted(SAMPLES.glob("*.txt")))
    html = page.page(ABOUT, figures).decode()
    assert "Each has its diff" in html
    assert len(Parsed(html).blocks) == figures.documents + 1


def test_diffs_have_a_limit_in_bytes(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "DIFFS_AT_MOST", 20_000)
    html = page.page(ABOUT, surveyed(engine, sorted(SAMPLES.glob("*.txt")))).decode()
    blocks = re.findall(r'id="diff-\d+">(.*?)</script>', html)
    assert 2 < len(blocks) < 30
    assert sum(len(block.encode()) for block in blocks) <= 20_000
    assert "would have made the page too large" in html


def unfolded(rows: list[Any], names: list[str]) -> list[tuple[int, str, str]]:
    """Lines of a diff with what stays and what went."""
    found = []
    for row in rows:
        if isinstance(row, dict):
            found += unfolded(row["rows"], names)
        else:
            kept = "".join(part for part in row[1:] if isinstance(part, str))
            found.append((row[0], kept, "".join(part[0] for part in row[1:] if not isinstance(part, str))))
    return found


@pytest.mark.parametrize("name", ["aggregator-harbour", "deutsch-blog", "short-notice", "clean-essay"])
def test_a_diff_holds_every_line(engine: Engine, name: str) -> None:
    text = (SAMPLES / f"{name}.txt").read_text("utf-8")
    found = diff(engine.clean(text))
    json.dumps(found)
    lines = text.replace("\t", "    ").split("\n")
    drawn = unfolded(found["rows"], found["rules"])
    for number, kept, gone in drawn:
        assert (kept or gone) == "" or set(kept + gone) <= set(lines[number - 1])
    assert {number for number, kept, gone in drawn if kept or gone} == {n for n, line in enumerate(lines, 1) if line.strip()}
    assert sum(words(gone) for *_, gone in drawn) == sum(words(removal.text) for removal in engine.clean(text).removals)


def test_a_line_of_100_kb_is_shortened(engine: Engine) -> None:
    line = "word " * 20_000
    found = diff(Result(f"a\n{line}\n"))
    text = json.dumps(found)
    assert len(text) < 4_000
    head, middle, tail = shortened(line)
    assert head + middle + tail == line
    assert [words(middle), len(middle)] in found["rows"][0]["rows"][1]
    assert head.endswith(" ")
    assert len(head) + len(tail) < diffs.LONG
    cjk = "漢" * 100_000
    assert "".join(shortened(cjk)) == cjk


def test_an_article_of_3000_lines_is_whole(engine: Engine) -> None:
    text = "".join(f"Line {number} tells of the harbour.\n" for number in range(3_000))
    assert len(unfolded(diff(Result(text))["rows"], [])) == 3_000


def test_an_enormous_diff_is_cut() -> None:
    kept = "".join(f"{number} {'word ' * 50}\n" for number in range(4_000))
    (fold,) = diff(Result(kept))["rows"]
    assert "rows" not in fold
    text = "".join(f"gone\nkept {number} {'word ' * 50}\n" for number in range(4_000))
    removals, at = [], 0
    for line in text.splitlines(keepends=True):
        if line == "gone\n":
            removals.append(Removal(at, at + 5, "a/b", line))
        at += len(line)
    found = diff(Result(text.replace("gone\n", ""), tuple(removals)))
    assert found["cut"] > 1_000
    assert len(json.dumps(found)) < 700_000


def test_best_keeps_the_first_by_its_order() -> None:
    numbers = random.Random(1).sample(range(10_000), 5_000)
    best = TopK[int](10, int)
    best.add(numbers)
    assert list(best) == sorted(numbers)[:10]
    assert list(TopK[int](0, int)) == []


def test_repeats_know_how_often_and_whether_they_know_all() -> None:
    repeats = LineCounts(10)
    for number in range(8):
        repeats.enter([Removal(0, 9, "a/b", f"share\n\n share \nonce {number}\n"), Removal(9, 10, TIDY, "\n")])
    told = [repeats.exact]
    assert repeats.most(1)[0] == ("share", "a/b", 16, 8)
    for number in range(8, 40):
        repeats.enter([Removal(0, 9, "a/b", f"share\nonce {number}\n")])
    assert [*told, repeats.exact] == [True, False]
    assert repeats.most(1)[0] == ("share", "a/b", 48, 40)
    assert len(repeats) <= 10


def test_shares_have_their_places() -> None:
    assert [bucket(document("a", share)[0]) for share in (0, 0.01, 0.4, 1)] == [-1, 0, 4, len(SHARES) - 1]


def test_percent_never_says_nothing_of_something() -> None:
    assert [page.percent(part, 10_000) for part in (0, 1, 5, 10_000)] == ["0\u00a0%", "<0.1\u00a0%", "0.1\u00a0%", "100.0\u00a0%"]


# The command -------------------------------------------------------------------------------------------------------------------------


def test_report_writes_all_three(cleaner: Command) -> None:
    done = cleaner("report", SAMPLES, "-o", "r.html", "--json", "r.json", "--csv", "r.csv", "--title", "Harbour <news>", "--isolated")
    assert (done.code, done.out) == (0, b"")
    found = json.loads((cleaner.folder / "r.json").read_text())
    assert re.fullmatch(
        rf"{DOCUMENTS} documents, [\d,]+ of [\d,]+ words would go \([\d.]+ %\), 0 flagged: r.html, r.json, r.csv\n", done.err
    )
    assert "<title>Harbour &lt;news&gt;</title>" in (cleaner.folder / "r.html").read_text()
    assert len((cleaner.folder / "r.csv").read_text().splitlines()) == DOCUMENTS + 1 == found["totals"]["documents"] + 1
    assert found["settings"]["level"] == "standard"
    again = cleaner("report", SAMPLES, "-o", "again.html", "--title", "Harbour <news>", "--isolated", "--quiet", "--jobs", 2)
    assert (again.code, again.err) == (0, "")
    assert (cleaner.folder / "again.html").read_bytes() == (cleaner.folder / "r.html").read_bytes()


def test_figures_go_to_the_output(cleaner: Command) -> None:
    done = cleaner("report", SAMPLES / "short-notice.txt", "--json", "-", "--quiet")
    assert json.loads(done.out)["totals"]["removed"] == 57
    done = cleaner("report", SAMPLES / "short-notice.txt", "--csv", "-", "--quiet")
    assert done.out.decode().splitlines()[1].split(",")[3:5] == ["120", "57"]


def test_what_can_not_be_read_is_told_and_the_others_are_reported(cleaner: Command) -> None:
    folder = cleaner.folder / "in"
    corpus(folder)
    done = cleaner("report", "in", "-o", "r.html", "--json", "r.json")
    assert done.code == 2
    found = json.loads((cleaner.folder / "r.json").read_text())
    assert found["totals"]["failed"] == 1
    assert {Path(each["file"]).name for each in found["unread"]} == {"latin.txt", "packed.jsonl.gz", "plain.jsonl", "torn.jsonl.gz"}
    assert (
        "error: in/latin.txt: not UTF-8 text: byte 3 is 0xe9 (name its encoding with --encoding, or let --encoding auto guess it)"
        in done.err
    )
    assert "not UTF-8 text" in (cleaner.folder / "r.html").read_text()
    assert cleaner("report", "in/latin.txt", "-o", "r.html", "--encoding", "latin-1").code == 0


def test_what_is_guessed_is_said(cleaner: Command) -> None:
    pytest.importorskip("charset_normalizer")
    text = "Гавань замёрзла в понедельник, и лодки остались у причала до весны, сказал смотритель маяка.\n" * 5
    (cleaner.folder / "a.txt").write_text(text, "koi8-r")
    done = cleaner("report", "a.txt", "--json", "-", "--encoding", "auto", "--quiet")
    encoding = json.loads(done.out)["read_as"]["a.txt"]
    assert (done.code, done.err) == (0, f"a.txt: read as {encoding}\n")
    assert json.loads(done.out)["encodings_guessed"] == {encoding: 1}


@pytest.mark.parametrize(
    ("args", "said"),
    sampled(
        [
            (["in"], "say where the report goes"),
            (["in", "-o", "in/0.txt"], "is one of the texts"),
            (["in", "--csv", "link.txt"], "is one of the texts"),
            (["in", "-o", "a", "--json", "a"], "would be written twice"),
            (["in", "-o", "-", "--json", "-"], "would be written twice"),
            (["in", "-o", "in"], "is a folder"),
            (["nowhere", "-o", "a"], "no such file or folder"),
            (["in", "-o", "nowhere/a.html"], "its folder isn't there"),
            (["in", "-o", "a", "--text-field", "a..b"], "no name of a field"),
        ],
        3,
    ),
)
def test_usage(cleaner: Command, args: list[str], said: str) -> None:
    (cleaner.folder / "in").mkdir()
    (cleaner.folder / "in/0.txt").write_text("The harbour froze.\n")
    (cleaner.folder / "link.txt").symlink_to("in/0.txt")
    done = cleaner("report", *args)
    assert done.code == 2
    assert said in done.err
    assert (cleaner.folder / "in/0.txt").read_text() == "The harbour froze.\n"


def test_a_corpus_may_be_empty_or_all_bad(cleaner: Command) -> None:
    (cleaner.folder / "in").mkdir()
    done = cleaner("report", "in", "-o", "r.html", "--json", "r.json", "--csv", "r.csv")
    assert (done.code, json.loads((cleaner.folder / "r.json").read_text())["totals"]["words"]) == (0, 0)
    assert "Nothing was removed." in (cleaner.folder / "r.html").read_text()
    (cleaner.folder / "in/a.txt").write_bytes(b"\xff\x00")
    (cleaner.folder / "in/b.parquet").write_bytes(b"no")
    assert cleaner("report", "in", "-o", "r.html").code == 2
    assert "1 document and 1 file can’t be read" in (cleaner.folder / "r.html").read_text()


def test_a_file_named_twice_counts_once(cleaner: Command) -> None:
    done = cleaner("report", SAMPLES, SAMPLES / "short-notice.txt", SAMPLES, "--json", "-", "--quiet")
    assert json.loads(done.out)["totals"]["files"] == DOCUMENTS


def test_patterns_choose_files(cleaner: Command) -> None:
    done = cleaner("report", SAMPLES, "--json", "-", "--quiet", "--exclude", "*.clean.txt", "--include", "short*")
    assert [Path(each["file"]).name for each in json.loads(done.out)["documents"]] == ["short-notice.txt"]


def test_a_report_that_fails_leaves_the_old_one(cleaner: Command) -> None:
    (cleaner.folder / "r.html").write_text("old")
    assert cleaner("report", "nowhere", "-o", "r.html").code == 2
    assert (cleaner.folder / "r.html").read_text() == "old"


class _Killed(Engine):
    """An engine that ends its process over one text."""

    def clean_within(self, text: str, hints: Any = None) -> Result:
        if "deadly" in text:
            import os

            os._exit(9)
        return super().clean_within(text, hints)

    def __reduce__(self) -> Any:
        return _Killed, ([matcher.prepared for matcher in self.matchers], self.languages, self.guarded)


def test_a_document_that_kills_its_process_is_named(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.jsonl", "b.jsonl", "c.txt", "d.txt")]
    for path in paths[:2]:
        path.write_text("".join(json.dumps({"text": text}) + "\n" for text in ("one", "deadly" if path is paths[1] else "two", "three")))
    paths[2].write_text("deadly")
    paths[3].write_text("not so")
    figures = surveyed(_Killed([]), paths, 2)
    assert (figures.documents, figures.rejected, figures.failed) == (8, 2, 0)
    assert figures.unread == [(str(path), row, "the process that cleaned it died") for path, row in ((paths[1], 2), (paths[2], 0))]


# Colours -----------------------------------------------------------------------------------------------------------------------------


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_in_both_themes() -> None:
    css = (ROOT / "cleaner/report/base.css").read_text()
    themes = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root[^{]*\{([^}]*--f0[^}]*)\}", css)]
    assert len(themes) == 3
    assert themes[1] == themes[2]
    for theme in themes[:2]:
        for name in ("ink", "soft", "accent", *(f"f{place}" for place in range(page.COLOURED)), "fx"):
            for ground in ("bg", "card", "gone"):
                assert _contrast(theme[name], theme[ground]) >= 4.5, (name, ground)
        assert _contrast(theme["mark-ink"], theme["mark"]) >= 4.5
        assert _contrast(theme["plain"], theme["bg"]) >= 3
