"""Line rules inside lines: what is a part, which parts a rule takes, and what stays beside them."""

from __future__ import annotations

import pytest

from cleaner import Hints, restore
from cleaner.authoring.explain import explain
from cleaner.engine.boundaries import boundaries
from cleaner.engine.engine import Engine
from cleaner.patterns.requirements import required_of_line
from cleaner.result import TIDY
from cleaner.ruleset.layers import load
from tests.conftest import prepared, shipped_engine
from tests.engine.small_rules import PROSE, clean
from tests.engine.small_rules import rule as made

ABBREVIATIONS = frozenset(word for language in load().languages for word in language.abbreviations)
SHARE = "remove = 'line'\nmatch = '[(]?share this (?:story|article)\\.?[)]?'"
POINTER = "remove = 'line'\nmatch = 'read more: .{3,200}'"
PITCH = "remove = 'line'\nmatch = '.{0,200}subscribe to our newsletter\\.?'"


def in_language(language: str, text: str, keys: str) -> str:
    """A text cleaned by a rule with some keys, where the commonest words of the language are known."""
    engine = Engine(prepared(made(keys)), load().languages, guarded=False)
    return engine.clean(text, Hints(language=language)).text


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("It froze. It thawed! Did it? Yes…", ["It froze.", "It thawed!", "Did it?", "Yes…"]),
        ("She said: “It froze.” Nobody heard.", ["She said: “It froze.”", "Nobody heard."]),
        ("It froze tomorrow.Share this", ["It froze tomorrow.", "Share this"]),
        ("The end of the storyRead more", ["The end of the story", "Read more"]),
        ("Das Ende (dpa)Mehr dazu", ["Das Ende (dpa)", "Mehr dazu"]),
        ("Home | Share this | More", ["Home", "Share this", "More"]),
        ("船は出た。次は明日だ。", ["船は出た。", "次は明日だ。"]),
        ("هل عادت العبّارة؟ نعم.", ["هل عادت العبّارة؟", "نعم."]),
        ("Dr. Roe and J. R. Doe met on the 7. Oktober at No. 5 in the U.S. Senate.", None),
        ("It costs 3.50, says example.org, e.g. in St. Ives.", None),
        ("“It froze!” he said. ", ["“It froze!” he said."]),
    ],
)
def test_what_is_a_part(line: str, parts: list[str] | None) -> None:
    line = line.strip()
    bounds = boundaries(line, ABBREVIATIONS)
    starts, ends = [0, *(bound.start for bound in bounds)], [*(bound.end for bound in bounds), len(line)]
    assert [line[start:end] for start, end in zip(starts, ends, strict=True)] == (parts or [line])


@pytest.mark.parametrize(
    ("pattern", "beginnings"),
    [
        ("share this (?:story|article)", {"share this s", "share this a"}),
        ("(?:please )?(?:subscribe|sign up) .{3,60}", {"subscribe ", "sign up ", "please subs", "please sign"}),
        (".{0,20}subscribe", {"subscribe"}),
        (r"[\w’'-]{1,20} .{3,40}", set()),
        ("(?:.{3,20}, )?subscribe", {"subscribe"}),
        (r"© ?\d{4} .{3,40}", {"©0", "© 0"}),
        (r"\d{1,3} shares", {"shares"}),
        ("ad", set()),
    ],
)
def test_with_what_a_pattern_begins(pattern: str, beginnings: set[str]) -> None:
    found = required_of_line(pattern).beginnings
    assert all(any(each.startswith(begun) or begun.startswith(each) for begun in found) for each in beginnings)
    assert bool(found) == bool(beginnings)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("It thawed over the weekend. Share this article", "It thawed over the weekend."),
        ("It thawed over the weekend.Share this article", "It thawed over the weekend."),
        ("It thawed over the weekendShare this article", "It thawed over the weekend"),
        ("Share this article. The ferry sails again.", "The ferry sails again."),
        ("It thawed. Share this story. The ferry sails again.", "It thawed. The ferry sails again."),
        ("Home news | Share this article | It thawed.", "Home news | | It thawed."),
        ("It thawed. (Share this article) The ferry sails again.", "It thawed. The ferry sails again."),
        ("It thawed. Please share this article with me.", None),
        ("It thawed, and we share this article.", None),
        ("She said: “It thawed. Share this article. Please.”", None),
        ('She said: "It thawed. Share this article. Please."', None),
        ("(It thawed. Share this article. So it goes.)", None),
        ("The button said: “Share this article.”", None),
    ],
)
def test_chrome_beside_sentences_goes_alone(line: str, left: str | None) -> None:
    result = clean(PROSE + line + "\n" + PROSE, SHARE)
    assert result.text == PROSE + (left or line) + "\n" + PROSE
    assert restore(result) == PROSE + line + "\n" + PROSE
    assert clean(result.text, SHARE).text == result.text


def test_a_removal_says_where_it_is() -> None:
    (removal, space) = clean("It thawed. Share this article\n", SHARE).removals[::-1]
    assert (removal.rule, removal.start, removal.text, space.rule) == ("test/r0", 11, "Share this article", TIDY)


def test_a_rule_may_keep_to_whole_lines() -> None:
    text = PROSE + "It thawed. Share this article\n"
    assert clean(text, SHARE + "\nparts = false").text == text


def test_rules_that_look_at_neighbour_lines_keep_to_whole_lines() -> None:
    text = "It froze.\nIt thawed. Share this article\n"
    assert clean(text, SHARE + "\nprevious = 'it froze.'").text == text


def test_conditions_are_asked_of_the_part() -> None:
    text = PROSE + "It thawed again on Tuesday. Share this article\n"
    assert clean(text, SHARE + "\nmax_words = 3").changed
    assert not clean(text, SHARE + "\nmax_words = 2").changed
    assert clean(text, SHARE + "\nunless = 'tuesday'").changed
    assert not clean(text, SHARE + "\nunless = 'article'").changed


def test_a_place_in_the_text_is_one_in_the_line() -> None:
    last, first = SHARE + "\nwhere = { last = 1 }", SHARE + "\nwhere = { first = 1 }"
    behind, before = "It thawed. Share this article", "Share this article. It thawed."
    assert clean(behind, last).text == "It thawed."
    assert not clean(before, last).changed
    assert clean(before, first).text == "It thawed."
    assert not clean(behind, first).changed
    assert not clean(behind + "\n" + PROSE, last).changed


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("It thawed. Read more: Ten castles to see", "It thawed."),
        ("It thawed. Read more: Why the King sold Hill House", "It thawed."),
        ("It thawed. Read more: Ten castles to see. The ferry sails again on Friday.", "It thawed. The ferry sails again on Friday."),
        ("It thawed. Read more: Will it freeze? The ferry sails again.", "It thawed. The ferry sails again."),
        ("It thawed. Read more: Will it freeze? What the map says", "It thawed."),
        ("It thawed. Read more: Ten castlesRead more: Two piers", "It thawed."),
        # The title has no end: nobody can tell where the article goes on.
        ("It thawed. Read more: Ten castles to see Ferry tickets cost two pounds.", None),
        ("It thawed. Read more: Why the people bought Hill House. The ferry sails again on Friday.", None),
        # The next sentence may be the other half of the title.
        ("It thawed. Read more: Will it freeze? Two maps give an answer The ferry sails again.", None),
        # A word with a capital inside is no end.
        ("It thawed. Read more: New songs for iTunes are out. The ferry sails again.", "It thawed. The ferry sails again."),
    ],
)
def test_a_pointer_goes_to_where_its_title_surely_ends(line: str, left: str | None) -> None:
    assert in_language("en", PROSE + line, POINTER) == PROSE + (left or line)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Extra sailings bring the lorries home over the weekend. Subscribe to our newsletter.", 55),
        ("Extra sailings bring the lorries home. Nobody waits. Subscribe to our newsletter.", 52),
        ("Get the best of the harbour and subscribe to our newsletter.", 0),
        ("Like this story? Subscribe to our newsletter.", 0),
        ("Who in the harbour would have thought that the ferry comes back? Subscribe to our newsletter.", 64),
    ],
)
def test_prose_that_only_a_wildcard_matches_stays(line: str, left: int) -> None:
    assert clean(PROSE + line + "\n", PITCH).text == PROSE + (line[:left] + "\n" if left else "")
    assert clean(PROSE + line + "\n", PITCH + "\nsentences = true").text == PROSE


def test_the_key_of_a_file_holds_for_its_rules() -> None:
    line = "Boats lie in the snow. They are blue. Subscribe to our newsletter."
    assert clean(PROSE + line, PITCH, head="sentences = true").text == PROSE
    assert clean(PROSE + line, PITCH + "\nsentences = false", head="sentences = true").text != PROSE


@pytest.mark.parametrize(
    ("language", "line", "left"),
    [
        (
            "en",
            "Nobody was hurt. Advertisement The mayor will speak on Monday in the hall.",
            "Nobody was hurt. The mayor will speak on Monday in the hall.",
        ),
        (
            "de",
            "Niemand wurde verletzt. Anzeige Die Fähre verkehrt am Montag wieder.",
            "Niemand wurde verletzt. Die Fähre verkehrt am Montag wieder.",
        ),
        ("de", "Nebel hing über dem Hafen. Anzeige Sie ist raus, sagte der Wirt dazu.", None),
        ("en", "Nobody was hurt. Advertisement House was built in 1920 by the mayor.", None),
        ("en", "Advertisement The ship.", None),
    ],
)
def test_a_mark_without_an_end_ends_where_a_sentence_begins(language: str, line: str, left: str | None) -> None:
    rule = "remove = 'line'\nmatch = ['advertisement', 'anzeige']"
    assert in_language(language, line, rule) == (left or line)


CASES = [
    ("en", "The lorries were home by Sunday night.", "Share this article", ""),
    ("en", "The union will vote again in May.", "Follow us on Facebook.", "Its chairwoman said so on Friday."),
    ("en", "The ferry sails again on Friday.", "© 2024 The Island Post. All rights reserved.", ""),
    ("en", "The pier was full at noon.", "Sign up for our newsletter.", ""),
    ("en", "Nobody was hurt over the weekend.", "What do you think? Let us know in the comments below.", ""),
    ("de", "Die Fähre verkehrt ab Montag wieder, sagte der Reeder.", "Lesen Sie auch: So war der Hafen früher", ""),
    ("de", "Verletzt wurde niemand, wie die Polizei am Abend sagte.", "Artikel teilen", ""),
    ("fr", "Le bac reprend la mer lundi, a dit le maire du port.", "Lire aussi : Le vieux phare sera vendu", ""),
    ("es", "El transbordador vuelve a zarpar el lunes, dijo la alcaldesa.", "Lea también: El viejo faro se vende", ""),
    ("it", "Il traghetto riparte lunedì, ha detto il sindaco del porto.", "Leggi anche: Il vecchio faro è in vendita", ""),
    ("pt", "A balsa volta a navegar na segunda-feira, disse o prefeito.", "Leia também: O velho farol está à venda", ""),
    ("nl", "De veerboot vaart maandag weer, zei de burgemeester van de haven.", "Lees ook: De oude vuurtoren staat te koop", ""),
    ("pl", "Prom wraca na trasę w poniedziałek, powiedział burmistrz portu.", "Czytaj też: Stara latarnia na sprzedaż", ""),
    ("ru", "Паром снова выйдет в рейс в понедельник, сказал мэр города.", "Читайте также: Старый маяк продают", ""),
    ("tr", "Vapur pazartesi günü yeniden sefere çıkacak, dedi belediye başkanı.", "Ayrıca okuyun: Eski fener satılık", ""),
]


@pytest.mark.parametrize(("language", "before", "chrome", "behind"), CASES, ids=[f"{case[0]}-{case[2][:12]}" for case in CASES])
@pytest.mark.parametrize("glue", [" ", ""], ids=["apart", "glued"])
def test_shipped_rules_work_behind_a_sentence(language: str, before: str, chrome: str, behind: str, glue: str) -> None:
    behind = " " + behind if behind else ""
    line = f"{before}{glue}{chrome}{behind}"
    result = shipped_engine("standard").clean(line, Hints(language=language))
    assert result.text == f"{before}{behind}"
    assert restore(result) == line


@pytest.mark.parametrize(
    "line",
    [
        "Read more books, she told her pupils. Share this with your mother. Then go to bed.",
        "He went on deck. Follow us, the pilots called. Nobody did.",
        "The form has one button. Subscribe, it says. Nobody does.",
        "We talked of the weather. More on that later. The ferry came.",
        "The paper closed. The comments went first. Related firms followed it.",
    ],
)
def test_sentences_that_nearly_are_chrome_stay(line: str) -> None:
    assert not shipped_engine("standard").clean(line, Hints(language="en")).changed


def test_explain_tells_of_parts() -> None:
    text = "The harbour froze on Monday, and nobody was amused by that. Share this article\n"
    explanation = explain(text, 1, load(), "standard", Hints(language="en"))
    assert explanation.left.rstrip() == "The harbour froze on Monday, and nobody was amused by that."
    assert explanation.matches[0].action == "takes 'Share this article', a part of line 1"
    assert "share" in explanation.matches[0].pattern


def test_no_part_ends_inside_of_an_address_or_a_name() -> None:
    standard = shipped_engine("standard")
    address = "Do you have a story the Gazette should be covering? Contact LiveNews@gazette.example."
    assert standard.clean(f"It was late on Monday. {address}\n", Hints(language="en")).text in (
        f"It was late on Monday. {address}\n",
        "It was late on Monday.\n",
    )
    name = "ZOBACZ: Rewolucja w portach. Rybacy się zdziwią Zespół z Gdyni i IRCCS MultiMedica skupił się na promach."
    assert "i IRCCS MultiMedica skupił" in standard.clean(f"Prom wypłynął w piątek i nikt nie wiedział, dokąd płynie. {name}\n").text
