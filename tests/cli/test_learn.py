"""`cleaner learn` as people run it: what it writes, what it says, and what it does with bad input."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.io import page_parts
from cleaner.io.page_store import PageStore, SampledPage
from tests.conftest import Command, tree
from tests.learn.corpora import MadePage, MadeSite

QUAY = MadeSite("quay.example", "en", ["Quay Post"], ["Quay deals of the week", "The Quay on paper"])
KAI = MadeSite("kai.example", "de", ["Der Kai", "Quay deals of the week"], ["Der Kai auf Papier", "Angebote vom Kai"])


def lines(pages: Iterable[MadePage]) -> str:
    return "".join(json.dumps({"id": page.url, "url": page.url, "text": page.text}) + "\n" for page in pages)


@pytest.fixture
def corpus(cleaner: Command) -> Path:
    folder = cleaner.folder / "pages"
    folder.mkdir()
    for made in (QUAY, KAI):
        (folder / f"{made.host}.jsonl").write_text(lines(made.pages(20)), encoding="utf-8")
    return folder


def test_from_pages_to_rules_to_clean_texts(cleaner: Command, corpus: Path) -> None:
    done = cleaner("learn", corpus, "--into", "drafts")
    assert done.code == 0, done.err
    assert b"40 pages of 2 sites" in done.out
    assert {*tree(cleaner.folder / "drafts")} == {"sites/kai.example.toml", "sites/quay.example.toml"}
    assert cleaner("rules", "test", "drafts").code == 0
    assert cleaner("rules", "lint", "drafts").code == 0
    assert cleaner("batch", corpus, "--output-dir", "clean", "--rules", "drafts", "--audit", "audit.jsonl", "--quiet").code == 0
    clean = [json.loads(line)["text"] for line in (cleaner.folder / "clean/quay.example.jsonl").read_text("utf-8").splitlines()]
    assert clean == ["\n".join(page.article) + "\n" for page in QUAY.pages(20)]
    assert '"sites/quay.example/quay-post"' in (cleaner.folder / "audit.jsonl").read_text("utf-8")


def test_nothing_is_in_force_until_it_is_asked_for(cleaner: Command, corpus: Path) -> None:
    assert cleaner("learn", corpus, "--into", "drafts").code == 0
    page = next(QUAY.pages(1))
    assert cleaner("--url", page.url, stdin=page.text.encode()).out == page.text.encode()


def test_a_folder_of_one_site_needs_no_addresses(cleaner: Command) -> None:
    folder = cleaner.folder / "quay"
    folder.mkdir()
    for number, page in enumerate(QUAY.pages(12)):
        (folder / f"{number}.txt").write_text(page.text, encoding="utf-8")
    assert cleaner("learn", "quay", "--into", "drafts").code == 0
    page = next(QUAY.pages(1, seed=3))
    clean = "\n".join(page.article) + "\n"
    assert cleaner("--rules", "drafts", stdin=page.text.encode()).out == clean.encode()  # by the mark that its texts bear
    assert cleaner("--rules", "drafts", stdin=b"Quay Post\nThe ferry sails.\n").out == b"Quay Post\nThe ferry sails.\n"


def test_sites_by_folder_and_by_pattern(cleaner: Command) -> None:
    for made in (QUAY, KAI):
        for number, page in enumerate(made.pages(6)):
            path = cleaner.folder / "all" / made.host / "2024" / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page.text, encoding="utf-8")
    assert cleaner("learn", "all", "--into", "first").code == 0
    assert {*tree(cleaner.folder / "first")} == {"sites/kai.example.toml", "sites/quay.example.toml"}
    assert cleaner("learn", "all", "--into", "second", "--group-by", "all/([a-z]+)").code == 0
    assert {*tree(cleaner.folder / "second")} == {"sites/kai.toml", "sites/quay.toml"}
    done = cleaner("learn", "all", "--into", "third", "--group-by", "all/([a-z+")
    assert done.code == 2
    assert "--group-by: 'all/([a-z+' is not a valid pattern" in done.err


def test_in_parts_or_at_once_the_rules_are_the_same(cleaner: Command, corpus: Path) -> None:
    pytest.importorskip("pyarrow")
    assert cleaner("learn", corpus, "--into", "at-once", "--jobs", 2).code == 0
    for name in ("kai", "quay"):
        assert cleaner("learn", corpus / f"{name}.example.jsonl", "--counts-only", f"{name}.parquet").code == 0
    assert cleaner("learn", "--from-counts", "quay.parquet", "kai.parquet", "--into", "in-parts").code == 0
    assert tree(cleaner.folder / "in-parts") == tree(cleaner.folder / "at-once")


def test_a_part_of_a_site_counts_as_a_part(cleaner: Command) -> None:
    pytest.importorskip("pyarrow")
    pages = list(QUAY.pages(20))
    for name, part in (("all", pages), ("a", pages[:7]), ("b", pages[7:])):
        (cleaner.folder / f"{name}.jsonl").write_text(lines(part), encoding="utf-8")
    assert cleaner("learn", "all.jsonl", "--into", "at-once").code == 0
    for name in ("a", "b"):
        assert cleaner("learn", f"{name}.jsonl", "--counts-only", f"{name}.parquet").code == 0
    assert cleaner("learn", "--from-counts", "b.parquet", "a.parquet", "--into", "in-parts").code == 0
    assert tree(cleaner.folder / "in-parts") == tree(cleaner.folder / "at-once")


def test_only_what_is_new_since(cleaner: Command, corpus: Path) -> None:
    assert cleaner("learn", corpus, "--into", "drafts").code == 0
    before = tree(cleaner.folder / "drafts")
    again = cleaner("learn", corpus, "--into", "drafts")
    assert again.code == 2
    assert "holds what was learned before" in again.err
    assert tree(cleaner.folder / "drafts") == before
    assert b"0 rules" in cleaner("learn", corpus, "--into", "drafts", "--since", "drafts").out
    assert tree(cleaner.folder / "drafts") == before
    other = MadeSite("quay.example", "en", ["Quay Post"], ["Quay market by the hour", "The Quay on paper"])
    (corpus / "quay.example.jsonl").write_text(lines(other.pages(20, seed=5)), encoding="utf-8")
    done = cleaner("learn", corpus, "--into", "drafts", "--since", "drafts")
    assert done.code == 0
    after = tree(cleaner.folder / "drafts")
    assert after["sites/kai.example.toml"] == before["sites/kai.example.toml"]
    assert after["sites/quay.example.toml"].startswith(before["sites/quay.example.toml"])
    assert b"Quay market by the hour" in after["sites/quay.example.toml"]
    assert cleaner("rules", "test", "drafts").code == 0


def test_a_rule_that_takes_nothing_any_more_is_told(cleaner: Command, corpus: Path) -> None:
    assert cleaner("learn", corpus, "--into", "drafts").code == 0
    other = MadeSite("quay.example", "en", ["Another head"], ["Another foot"])
    (corpus / "quay.example.jsonl").write_text(lines(other.pages(20)), encoding="utf-8")
    done = cleaner("learn", corpus, "--into", "more", "--since", "drafts")
    assert "sites/quay.example/quay-post takes nothing any more" in done.err
    assert "kai.example" not in done.err


def test_bad_input_gets_a_clear_word_and_no_rule(cleaner: Command) -> None:
    (cleaner.folder / "no-address.jsonl").write_text('{"text": "The ferry sails."}\nno json\n', encoding="utf-8")
    done = cleaner("learn", "no-address.jsonl", "--into", "drafts")
    assert done.code == 2
    assert "error: no-address.jsonl:2: not a JSON object" in done.err
    assert "1 document without an address: passed over (name the field of their address with --url-field" in done.err
    page = next(QUAY.pages(1))
    (cleaner.folder / "copies.jsonl").write_text(
        "".join(json.dumps({"url": page.url, "text": f"{number}\n{page.text}"}) + "\n" for number in range(9)), encoding="utf-8"
    )
    done = cleaner("learn", "copies.jsonl", "--into", "drafts")
    assert done.code == 0
    assert "nothing can be learned of quay.example: their pages are copies of one another" in done.err
    single = (MadePage(f"https://site{number}.example/", page.pieces) for number in range(300))
    (cleaner.folder / "single.jsonl").write_text(lines(single), encoding="utf-8")
    done = cleaner("learn", "single.jsonl", "--into", "drafts")
    assert "nothing can be learned of 300 sites with fewer than 3 different pages" in done.err
    assert not tree(cleaner.folder / "drafts")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pages"], "say where the rules go"),
        (["--into", "drafts"], "Missing argument"),
        (["nowhere", "--into", "drafts"], "nowhere: no such file or folder"),
        (["--from-counts", "pages.jsonl", "--into", "drafts"], "pages.jsonl"),
    ],
)
def test_bad_usage(cleaner: Command, arguments: list[str], said: str) -> None:
    (cleaner.folder / "pages").mkdir()
    (cleaner.folder / "pages.jsonl").write_text("{}\n", encoding="utf-8")
    done = cleaner("learn", *arguments)
    assert done.code == 2
    assert said in done.err


def test_an_ended_run_goes_on(cleaner: Command, corpus: Path) -> None:
    drafts = cleaner.folder / "drafts"
    assert cleaner("learn", corpus / "kai.example.jsonl", "--into", "drafts").code == 0
    done = cleaner("learn", corpus, "--into", "drafts", "--resume")
    assert done.code == 2
    assert "is of a run that came to its end" in done.err
    with closing(PageStore(drafts / ".cleaner/pages.sqlite")) as store:
        assert store.totals() == (1, 20)
        store.set_head("state", "begun")  # as if it had been killed while it wrote
    (drafts / "sites/kai.example.toml").write_text("half a rule")
    assert cleaner("learn", corpus, "--into", "drafts", "--resume").code == 0
    assert cleaner("learn", corpus, "--into", "at-once").code == 0
    assert tree(cleaner.folder / "drafts") == tree(cleaner.folder / "at-once")


def test_batch_learns_first_and_names_what_it_learned(cleaner: Command, corpus: Path) -> None:
    done = cleaner("batch", corpus, "--output-dir", "clean", "--learn", "--audit", "audit.jsonl")
    assert done.code == 0, done.err
    for made in (QUAY, KAI):
        clean = [json.loads(line)["text"] for line in (cleaner.folder / f"clean/{made.host}.jsonl").read_text("utf-8").splitlines()]
        assert clean == ["\n".join(page.article) + "\n" for page in made.pages(20)]
    audit = (cleaner.folder / "audit.jsonl").read_text("utf-8")
    assert '"learned/quay.example/quay-post"' in audit
    [post, *_] = [entry for entry in map(json.loads, audit.splitlines()) if entry["rule"] == "learned/quay.example/quay-post"]
    assert post["seen"] == 20
    assert '"learned/kai.example/der-kai' in audit
    first = tree(cleaner.folder / "clean")
    again = cleaner("batch", corpus, "--output-dir", "clean", "--learn", "--audit", "audit.jsonl", "--resume")
    assert b"all 2 files were cleaned before" in again.out
    assert tree(cleaner.folder / "clean") == first
    learned = cleaner.folder / "clean/.cleaner/rules"
    (learned / "complete").unlink()  # as if it had been killed while it learned
    (learned / "learned/kai.example.toml").unlink()
    assert (
        b"all 2 files were cleaned before"
        in cleaner("batch", corpus, "--output-dir", "clean", "--learn", "--audit", "audit.jsonl", "--resume").out
    )
    assert (learned / "learned/kai.example.toml").exists()
    plain = cleaner("batch", corpus, "--output-dir", "plain")
    assert plain.code == 0
    assert tree(cleaner.folder / "plain") == tree(corpus)  # off by default


def test_batch_that_can_learn_nothing_cleans_all_the_same(cleaner: Command) -> None:
    (cleaner.folder / "pages.jsonl").write_text('{"text": "It rained.\\nShare this article\\n"}\n', encoding="utf-8")
    assert cleaner("batch", "pages.jsonl", "--output-dir", "clean", "--learn", "--quiet").code == 0
    assert (cleaner.folder / "clean/pages.jsonl").read_text("utf-8") == '{"text": "It rained.\\n"}\n'


def test_batch_takes_no_doubtful_rule(cleaner: Command) -> None:
    made = MadeSite("quay.example", "en", ["Quay Post"], form=["Method", "To serve"])
    (cleaner.folder / "pages.jsonl").write_text(lines(made.pages(12)), encoding="utf-8")
    assert cleaner("batch", "pages.jsonl", "--output-dir", "clean", "--learn").code == 0
    clean = [json.loads(line)["text"] for line in (cleaner.folder / "clean/pages.jsonl").read_text("utf-8").splitlines()]
    assert clean == ["\n".join(page.article) + "\n" for page in made.pages(12)]


def test_parts_of_a_batch_do_not_learn_apart(cleaner: Command, corpus: Path) -> None:
    done = cleaner("batch", corpus, "--output-dir", "clean", "--learn", "--shard", "1/2")
    assert done.code == 2
    assert "run cleaner learn first" in done.err


def test_folders_stand_for_addresses_in_batch_and_report(cleaner: Command) -> None:
    for number, page in enumerate(QUAY.pages(6)):
        path = cleaner.folder / "all" / QUAY.host / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text, encoding="utf-8")
    assert cleaner("learn", "all", "--into", "drafts").code == 0
    assert cleaner("batch", "all", "--output-dir", "clean", "--rules", "drafts").code == 0
    clean = tree(cleaner.folder / "clean")
    assert clean == {f"quay.example/{n}.txt": ("\n".join(page.article) + "\n").encode() for n, page in enumerate(QUAY.pages(6))}
    assert cleaner("report", "all", "--json", "report.json", "--rules", "drafts").code == 0
    rules = {rule["rule"]: rule["about"] for rule in json.loads((cleaner.folder / "report.json").read_text("utf-8"))["rules"]}
    assert rules["sites/quay.example/quay-post"].endswith("on 6 of 6 pages")
    explained = cleaner("explain", "--rules", "drafts", "--url", "quay.example", "all/quay.example/0.txt:1")
    assert b"on 6 of 6 pages" in explained.out


def test_a_menu_before_the_first_sentence_of_a_line(cleaner: Command) -> None:
    menu, foot = "Home News Coast Tides Weather", "Ring the Row on the quay"
    bodies = [f"A {it} was seen below the old pier on Monday, said the pilot." for it in ("crab", "gull", "pike", "seal", "eel", "cod")]
    pages = [json.dumps({"url": "https://row.example/", "text": f"{menu} {body} {foot}"}) for body in bodies]
    (cleaner.folder / "pages.jsonl").write_text("\n".join(pages) + "\n", encoding="utf-8")
    assert cleaner("learn", "pages.jsonl", "--into", "drafts").code == 0
    assert cleaner("rules", "test", "drafts").code == 0
    linted = cleaner("rules", "lint", "drafts")
    assert (linted.code, linted.err) == (0, "")
    assert cleaner("batch", "pages.jsonl", "--output-dir", "clean", "--rules", "drafts", "--quiet").code == 0
    clean = [json.loads(line)["text"] for line in (cleaner.folder / "clean/pages.jsonl").read_text("utf-8").splitlines()]
    assert clean == bodies


def test_resume_never_removes_rules_of_somebody_else(cleaner: Command, corpus: Path) -> None:
    mine = cleaner.folder / "rules.d/sites/mine.example.toml"
    mine.parent.mkdir(parents=True)
    mine.write_text("title = 'mine'\n")
    done = cleaner("learn", corpus, "--into", "rules.d", "--resume", "--isolated")
    assert done.code == 2
    assert "there is no run to go on with" in done.err
    assert mine.read_text() == "title = 'mine'\n"


def test_counts_name_no_place_outside_of_the_folder(cleaner: Command) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    for site in ("../../evil", "/tmp/evil", "", ".hidden", "a b"):
        pages = [SampledPage(site, bytes([number] * 8), "a", "", page.text) for number, page in enumerate(QUAY.pages(6))]
        pq.write_table(page_parts.table({site: 6}, pages), cleaner.folder / "counts.parquet")
        with closing(PageStore(cleaner.folder / "pages.sqlite")) as store, pytest.raises(InputError, match="is no site"):
            page_parts.read(cleaner.folder / "counts.parquet", store)
    done = cleaner("learn", "counts.parquet", "--from-counts", "--into", "drafts")
    assert done.code == 2
    assert "is no site" in done.err
    assert not list(cleaner.folder.rglob("*.toml"))


def test_columns_of_other_types_are_told(cleaner: Command) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({name: ["1"] for name in page_parts.schema().names}), cleaner.folder / "counts.parquet")
    done = cleaner("learn", "counts.parquet", "--from-counts", "--into", "drafts")
    assert done.code == 2
    assert "the column 'pages' is of type string, not int64" in done.err


def test_odd_addresses_do_no_harm(cleaner: Command) -> None:
    odd = [
        *(
            "http://[2001:db8::1]/",
            "http://a b c/",
            "http://*/",
            f"http://{'a' * 300}.example/",
            "http://x\ud800.y/",
            "http://nul\0.example/",
        ),
        *(5, True, {"a": 1}, "http://com/", "..", "not an address"),
    ]
    pages = [json.dumps({"url": url, "text": f"{page.text}\ud800"}) for url in odd for page in QUAY.pages(6)]
    good = [json.dumps({"url": f"http://quay.example./{number}\ud800", "text": page.text}) for number, page in enumerate(QUAY.pages(6))]
    (cleaner.folder / "pages.jsonl").write_text("\n".join([*pages, *good]) + "\n", encoding="utf-8")
    done = cleaner("learn", "pages.jsonl", "--into", "drafts")
    assert "Traceback" not in done.err
    assert {*tree(cleaner.folder / "drafts")} == {"sites/quay.example.toml"}
    assert cleaner("rules", "test", "drafts").code == 0


def test_doubtful_rules_are_accepted_and_rejected_by_name(cleaner: Command) -> None:
    """No screen and no extra is needed; what is accepted applies as if it had been sure, and what is rejected doesn't come again."""
    (cleaner.folder / "quay").mkdir()
    for what in ("crab", "gull", "pike", "seal"):
        page = f"A {what} in the harbour\nA {what} was seen on Monday.\nThe {what} went on to the islands.\nTides and weather of the day\n"
        (cleaner.folder / f"quay/{what}.txt").write_text(page)
    assert b"cleaner rules accept --from drafts" in cleaner("learn", "quay", "--into", "drafts").out
    listed = cleaner("rules", "accept", "--from", "drafts").out.decode()
    assert listed.startswith("quay/a-in-the-harbour\n    A line with a fixed end, above the article: on 4 of 4 pages; doubtful: ")
    before = tree(cleaner.folder / "drafts")
    wrong = cleaner("rules", "accept", "quay/in-the-harbor", "--from", "drafts")
    assert (wrong.code, wrong.out) == (2, b"")
    assert wrong.err == "error: quay/in-the-harbor: no such doubtful rule (did you mean 'quay/a-in-the-harbour'?)\n"
    assert "no such doubtful rule" in cleaner("rules", "accept", "*day*", "--from", "drafts").err  # that one is sure
    assert tree(cleaner.folder / "drafts") == before

    done = cleaner("rules", "accept", "a-in-the-harbour", "--from", "drafts")
    assert (done.code, done.out) == (0, b"1 doubtful rule accepted: quay/a-in-the-harbour\n")
    assert cleaner("rules", "accept", "--from", "drafts").out == b"drafts holds no doubtful rules\n"
    assert cleaner("rules", "test", "drafts").code == 0
    assert cleaner("batch", "quay", "-d", "clean", "--rules", "drafts", "-q").code == 0
    assert (cleaner.folder / "clean/gull.txt").read_text() == "A gull was seen on Monday.\nThe gull went on to the islands.\n"

    done = cleaner("rules", "reject", "quay/*harbour", "--from", "drafts")
    assert done.out == b"1 rule rejected, and not proposed again: quay/a-in-the-harbour\n"
    assert b"harbour" not in (cleaner.folder / "drafts/sites/quay.toml").read_bytes()
    assert b"0 rules, 0 doubtful" in cleaner("learn", "quay", "--into", "drafts", "--since", "drafts").out
    assert "holds no learned rules" in cleaner("rules", "accept", "--from", "quay").err


def test_names_of_learned_rules_are_not_cut_inside_a_word(cleaner: Command) -> None:
    (cleaner.folder / "quay").mkdir()
    for what in ("crab", "gull", "pike", "seal"):
        page = (
            f"A {what} was seen on Monday.\nThe {what} went on to the islands.\nTides, weather and moonrises of the harbourmaster’s day\n"
        )
        (cleaner.folder / f"quay/{what}.txt").write_text(page)
    assert cleaner("learn", "quay", "--into", "drafts").code == 0
    assert 'id = "tides-weather-and-moonrises-of-the"' in (cleaner.folder / "drafts/sites/quay.toml").read_text()
