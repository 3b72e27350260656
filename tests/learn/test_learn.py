"""What learning takes for a site's, and what it must leave to the article, on made sites of which every line is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from cleaner.authoring.learn.evidence import Site
from cleaner.authoring.learn.learned_folder import LearnedFolder
from cleaner.authoring.learn.learner import LearnedSite
from cleaner.authoring.learn.pages import PageText, read
from cleaner.authoring.learn.proposal import Proposal
from cleaner.authoring.learn.proposals import proposals
from cleaner.authoring.learn.rule_writer import RuleWriter
from cleaner.engine.engine import Engine
from cleaner.result import Hints
from cleaner.ruleset.layers import load
from cleaner.ruleset.loading import shipped_terms
from tests.conftest import shipped_engine, slow
from tests.learn.corpora import SITES, MadePage, MadeSite, Piece

#: Pages on which what was learned is tried.
TRIED = 12


def site_of(pages: Iterable[MadePage], name: str = "made.example") -> Site:
    engine = shipped_engine("standard")
    return Site(name, [read(PageText(page.url, page.text, page.url), engine, Hints()) for page in pages])


def learned(made: MadeSite, count: int) -> tuple[Site, tuple[Proposal, ...]]:
    site = site_of(made.pages(count), made.host)
    return site, tuple(proposals(site))


def sure_lines(site: Site) -> set[str]:
    return {line for proposal in proposals(site) if not proposal.doubt for text in proposal.removes for line in text.split("\n")}


def engine_with(made: MadeSite, count: int, folder: LearnedFolder) -> Engine:
    site, found = learned(made, count)
    rules = tuple(RuleWriter(site, shipped_terms()).written(found))
    assert len(rules) == len(found), "a proposal is not proven by what was seen"
    folder.write(LearnedSite(made.host, count, site.size, rules))
    in_force = load([folder.path]).at("standard")
    return Engine(in_force.prepared, in_force.languages)


@pytest.mark.parametrize(
    ("made", "count"),
    [*((made, 40) for made in SITES), *((made, 5) for made in SITES[:3]), *(slow(made, 200) for made in SITES[:3])],
    ids=lambda value: getattr(value, "host", str(value)),
)
def test_the_sure_ones_take_the_chrome_and_nothing_else(made: MadeSite, count: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = engine_with(made, count, LearnedFolder(tmp_path_factory.mktemp("learned")))
    gone, lost, chrome = 0, [], 0
    for page in made.pages(TRIED, seed=11):  # pages that were not learned from
        clean = engine.clean(page.text, Hints(page.url)).text
        gone += sum(text not in clean for text in page.chrome)
        chrome += len(page.chrome)
        lost += [text for text in page.article if text not in clean]
    assert not lost
    # Of five pages one has the other template, and no headline of a list may stand on two.
    assert gone >= (0.9 if count > 5 else 0.7 if made.other else 0.4 if made.label else 0.9) * chrome


def with_inserted(made: MadeSite, lines: Sequence[str], where: float, share: float, count: int = 40) -> list[MadePage]:
    """Pages of a site, of which a share has further lines of the article at a place: 0 is below the title, 1 the end."""
    pages = []
    for number, page in enumerate(made.pages(count)):
        pieces = list(page.pieces)
        own = [index for index, piece in enumerate(pieces) if not piece.is_chrome]
        if number < share * count:
            place = own[1] + round(where * (len(own) - 1))
            pieces[place:place] = [Piece(line.format(n=number + 10)) for line in lines]
        pages.append(MadePage(page.url, pieces, page.between))
    return pages


PLAIN = MadeSite("plain.example", "en", ["Plain Times"], ["Plain deals", "Plain on paper"])


@pytest.mark.parametrize(
    ("lines", "where", "share"),
    [
        pytest.param(["“The sea waits for nobody,” the captain said in May, and sat down."], 0.5, 0.9, id="a quotation in the midst"),
        pytest.param(["“The sea waits for nobody,” the captain said in May, and sat down."], 1, 0.5, id="a quotation at the end"),
        pytest.param(["All who are accused are innocent until a court has found that they are not."], 1, 0.7, id="a legal formula"),
        pytest.param(["This is a part of our series on lost harbours, which began in May."], 0, 0.4, id="a series' first line"),
        pytest.param(["Serves {n}", "Takes {n} minutes", "Ingredients", "Method"], 0.5, 1, id="a recipe's form"),
        pytest.param(["Half time", "Second half"], 0.5, 1, id="a match report's form"),
        pytest.param(["Attendance: {n}", "Goals: {n}"], 1, 1, id="figures at the end"),
        pytest.param(["Serves {n}"], 0, 1, id="figures below the title"),
        pytest.param(["And the tide comes in", "And the tide goes out"], 0.4, 1, id="a refrain"),
    ],
)
def test_what_articles_share_is_theirs(lines: Sequence[str], where: float, share: float) -> None:
    said = {line.partition("{")[0] for line in lines}
    sure = sure_lines(site_of(with_inserted(PLAIN, lines, where, share)))
    assert not {text for text in sure if any(text.startswith(each) for each in said)}
    assert {"Plain Times", "Plain deals", "Plain on paper"} <= sure


def test_lyrics_without_a_full_stop_are_not_chrome() -> None:
    pages = [
        MadePage(
            f"https://songs.example/{number}",
            [Piece(f"Song {'abcdefgh'[number]}"), *map(Piece, ["O the sea", f"verse {number}", "O the sea"])],
        )
        for number in range(8)
    ]
    assert not sure_lines(site_of(pages))


def test_copies_count_as_one_page() -> None:
    page = next(PLAIN.pages(1))
    copies = [MadePage(f"{page.url}?print={number}", [*page.pieces[number % 2 :]]) for number in range(6)]
    assert site_of(copies).size == 1
    assert site_of([*copies, *list(PLAIN.pages(5))[1:]]).size == 5


def test_a_rule_says_on_how_many_pages_it_was_seen_and_keeps_lines_of_the_pages() -> None:
    site, found = learned(PLAIN, 30)
    rule = next(iter(RuleWriter(site, shipped_terms()).written(found)))
    assert "on 30 of 30 pages" in rule.source
    own = {text for page in PLAIN.pages(30) for text in page.article}
    keeps = rule.source.split("keeps = ")[1]
    assert any(text in keeps for text in own)


def test_what_the_rules_in_force_take_is_not_proposed() -> None:
    made = MadeSite("known.example", "en", ["Known Times"], ["Share this article", "Known deals"])
    assert sure_lines(site_of(made.pages(20))) == {"Known Times", "Known deals"}


def test_a_line_with_a_fixed_beginning_goes_whatever_follows() -> None:
    pages = []
    for number, page in enumerate(PLAIN.pages(30)):
        pieces = list(page.pieces)
        pieces.insert(1, Piece(f"Plainly written: {chr(97 + number % 26) * 5} of Crail", True))
        pages.append(MadePage(page.url, pieces))
    found = [proposal for proposal in proposals(site_of(pages)) if proposal.max_words]
    assert any(proposal.patterns[0].startswith("Plainly written: ") for proposal in found if not proposal.doubt)


def one_line(sentences: str, above: str = "", below: str = "", count: int = 12) -> list[MadePage]:
    beasts = ["crab", "gull", "pike", "seal", "eel", "cod", "whale", "swan", "heron", "otter", "newt", "rat"]
    pieces = ([Piece(above, True)] if above else [], [Piece(below, True)] if below else [])
    return [
        MadePage(f"https://row.example/{beast}", [*pieces[0], Piece(sentences.format(it=beast)), *pieces[1]], " ")
        for beast in beasts[:count]
    ]


def test_no_half_sentence_goes_where_articles_are_worded_alike() -> None:
    pages = one_line("A {it} was seen below the old pier on Monday. The {it} stayed for an hour, and then went on to the islands.")
    assert not sure_lines(site_of(pages))
    pages = one_line("It was a quiet day below the old pier when the {it} came. Nobody knew what the {it} wanted there.")
    assert not sure_lines(site_of(pages))


def test_a_menu_glued_to_the_first_sentence_is_told_from_it() -> None:
    pages = one_line(
        "A {it} was seen below the old pier on Monday, said the pilot.", "Home News Coast Tides Weather", "Ring the Row on the quay"
    )
    assert sure_lines(site_of(pages)) == {"Home News Coast Tides Weather", "Ring the Row on the quay"}


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("Plain > {it}", "Plain > .{1,"),
        ("Printed {n}/{n}: {it}", "Printed \\d{1,"),
        ("{it} plain edition", " plain edition"),
    ],
)
def test_lines_with_a_fixed_end_go_between_other_parts(line: str, pattern: str) -> None:
    pages = []
    made = MadeSite("plain.example", "en", ["Plain Times"], ["Plain deals", "Plain boats", "Plain on paper"])
    for number, page in enumerate(made.pages(30)):
        pieces = list(page.pieces)
        pieces.insert(len(pieces) - 1, Piece(line.format(it=chr(97 + number % 26) * 5, n=number % 28 + 1), True))
        pages.append(MadePage(page.url, pieces))
    [found] = [proposal for proposal in proposals(site_of(pages)) if proposal.max_words]
    assert not found.doubt
    assert pattern in found.patterns[0]


def test_titles_that_begin_alike_are_no_chrome() -> None:
    pages = [MadePage(page.url, [page.pieces[0], Piece(f"How to {page.article[0].lower()}"), *page.pieces[2:]]) for page in PLAIN.pages(30)]
    assert sure_lines(site_of(pages)) == {"Plain Times", "Plain deals", "Plain on paper"}


def words_of(number: int, count: int) -> str:
    """Words that no other number has."""
    return " ".join(chr(97 + (number + step) % 26) * (4 + number // 26) for step in range(count))


def test_what_stands_between_two_marks_is_a_block_and_doubtful() -> None:
    pages = []
    for number, page in enumerate(PLAIN.pages(30)):
        box = [
            Piece("Plain offers", True),
            Piece(words_of(number, 2), True),
            Piece(words_of(number + 9, 3), True),
            Piece("All plain offers", True),
        ]
        pages.append(MadePage(page.url, [*page.pieces[:4], *box, *page.pieces[4:]]))
    site = site_of(pages)
    [found] = [proposal for proposal in proposals(site) if proposal.remove == "block"]
    assert (found.patterns, found.through, found.doubt) == (("Plain offers",), "All plain offers", "the pages' own lines stand in it")
    [rule] = RuleWriter(site, shipped_terms()).written([found])
    assert "All plain offers" in rule.source


def test_what_stands_above_a_mark_above_the_title_is_a_head_and_doubtful() -> None:
    pages = [
        MadePage(page.url, [Piece(words_of(number, 2), True), Piece(words_of(number + 7, 3), True), *page.pieces])
        for number, page in enumerate(PLAIN.pages(30))
    ]
    site = site_of(pages)
    [found] = [proposal for proposal in proposals(site) if proposal.remove == "head"]
    assert found.patterns == ("Plain Times",)
    assert found.doubt
    assert list(RuleWriter(site, shipped_terms()).written([found]))
    below = [MadePage(page.url, [page.pieces[1], page.pieces[0], *page.pieces[2:]]) for page in PLAIN.pages(30)]  # the title above it
    assert not [proposal for proposal in proposals(site_of(below)) if proposal.remove == "head"]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["Line-ups", "Reds: {it}, {it} and {it} the {it}", "Blues: {it}, {it} and {it} of {it}"], id="line-ups"),
        pytest.param(["What we know so far", "The {it} is closed to lorries", "Nobody knows how the {it} broke"], id="bullets"),
        pytest.param(["Running time", "{n} minutes"], id="facts"),
        pytest.param(["Rating: Buy"], id="a rating on some pages"),
    ],
)
def test_an_articles_own_ending_is_its_own(lines: Sequence[str]) -> None:
    pages = []
    for number, page in enumerate(PLAIN.pages(30)):
        own = [line.format(n=number + 10, it=words_of(number, 1)) for line in lines] if len(lines) > 1 or number % 3 == 0 else []
        pages.append(MadePage(page.url, [*page.pieces[:-2], *map(Piece, own), *page.pieces[-2:]]))
    sure = [proposal for proposal in proposals(site_of(pages)) if not proposal.doubt]
    fixed = [max(re.split(r"\{\w+\}", line), key=len).strip() for line in lines]
    assert not [text for proposal in sure for text in proposal.removes if any(each in text for each in fixed)]


@pytest.mark.parametrize("title", ["Letters from the island, part {n}", "Opinion: {it} of Crail", "Top {n} boats of 1953", "My week {n}"])
def test_titles_that_are_worded_alike_stay(title: str) -> None:
    pages = []
    for number, page in enumerate(PLAIN.pages(30)):
        own = Piece(title.format(n=number + 10, it=words_of(number, 2)))
        pages.append(MadePage(page.url, [page.pieces[0], own, *page.pieces[2:]]))
    assert sure_lines(site_of(pages)) == {"Plain Times", "Plain deals", "Plain on paper"}


def test_headings_above_the_first_paragraph_stay() -> None:
    pages = []
    for number, page in enumerate(PLAIN.pages(30)):
        listed = [Piece(f"{number + step} grams of {words_of(number, 1)}") for step in range(3)]
        pages.append(MadePage(page.url, [*page.pieces[:2], Piece("Ingredients"), *listed, Piece("Method"), *page.pieces[2:]]))
    assert sure_lines(site_of(pages)) == {"Plain Times", "Plain deals", "Plain on paper"}


def test_versions_of_one_story_are_copies() -> None:
    story = next(PLAIN.pages(1))
    pages = [
        MadePage(f"{story.url}?{number}", [*story.pieces[:3], Piece(f"Update {number}: the ferry sails."), *story.pieces[3:]])
        for number in range(4)
    ]
    assert site_of(pages).size == 1


def test_a_short_line_goes_only_beside_its_neighbours(tmp_path: Path) -> None:
    made = MadeSite("menu.example", "en", ["News", "Food", "History"], ["Plain deals on the quay"])
    engine = engine_with(made, 20, LearnedFolder(tmp_path))
    page = next(made.pages(1, seed=3))
    text = "\n".join([*(piece.text for piece in page.pieces[:5]), "Food", *(piece.text for piece in page.pieces[5:])])
    assert engine.clean(text, Hints(page.url)).text.split("\n")[:3] == [page.pieces[3].text, page.pieces[4].text, "Food"]


def test_a_menu_that_other_lines_break_up_goes_in_rows(tmp_path: Path) -> None:
    """A headline stands in each page's foot, at a changing place, so that no two short lines always stand together."""
    names = ["Harbour", "Islands", "Markets", "Letters", "Boats", "Tides", "Lamps", "Piers"]
    pages = []
    for number, page in enumerate(PLAIN.pages(24)):
        broken = [*names[: 3 + number % 3], words_of(number, 5), *names[3 + number % 3 :]]
        pages.append(MadePage(page.url, [*page.pieces, *(Piece(each, True) for each in broken)]))
    site = site_of(pages)
    [rows] = [proposal for proposal in proposals(site) if proposal.remove == "run"]
    assert (rows.min_lines, rows.doubt, rows.pages) == (3, "", 24)
    folder = LearnedFolder(tmp_path)
    folder.write(LearnedSite("plain.example", 24, site.size, tuple(RuleWriter(site, shipped_terms()).written([rows]))))
    in_force = load([folder.path]).at("standard")
    engine = Engine(in_force.prepared, in_force.languages)
    text = "Tides\nHarbour\nMarkets\nThe ferry sails again on Friday, from both quays.\nBoats\nTides\n"
    assert engine.clean(text, Hints("plain.example")).text == "The ferry sails again on Friday, from both quays.\nBoats\nTides\n"


def test_what_rules_take_on_some_pages_is_proposed_for_the_others() -> None:
    """The shipped rules know five sections in a row for a menu, and not two."""
    menu = [Piece(each, True) for each in ("Business", "Culture", "Markets", "Opinion", "Science")]
    pages = [
        MadePage(page.url, [*(menu if number % 3 else [menu[0], menu[2]]), *page.pieces]) for number, page in enumerate(PLAIN.pages(30))
    ]
    assert {"Business", "Markets"} <= sure_lines(site_of(pages))


def test_an_article_ends_where_the_sites_own_lines_begin_for_good() -> None:
    """Teasers behind a footer are no part of the article, however long they are: on one page of four they stand there."""
    footer = [Piece(f"Plain {each}", True) for each in "abcdefghijklmno"]
    pages = []
    for number, page in enumerate(PLAIN.pages(24)):
        teasers = [Piece(piece.text, True) for piece in next(PLAIN.pages(1, seed=number)).pieces if not piece.is_chrome]
        pages.append(MadePage(page.url, [*page.pieces, *footer, *(teasers if number % 4 == 0 else [])]))
    assert {piece.text for piece in footer} <= sure_lines(site_of(pages))
