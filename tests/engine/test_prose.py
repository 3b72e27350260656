"""Which lines may be prose, and where lists of headlines end."""

from __future__ import annotations

import pytest

from cleaner.engine.prose import broken_sentences, end_of_list, may_be_prose, next_of

PROSE = [
    "It costs nine.",
    "“We wait,” she said.",
    "Ela não navega à noite.",
    "La barca parte alle nove (Ansa).",
    "Паром ходит утром.",
    "渡しは来週から再開する。",
    "배는 내일 아침에 떠난다.",
    "नाव सुबह चलती है।",
    "العبّارة تبحر غداً۔",
    "เรือข้ามฟากจะออกเดินทางในวันพรุ่งนี้ตอนเช้าและจะแวะจอดที่เกาะสองแห่งก่อนจะกลับมายังท่าเรือเดิม",
    "The harbour master said:",
    "und aufs Festland ziehen, fragte der Wirt",
    "She left. Nobody on the pier had seen it",
    "The ferry of the island that has been in use for as long as they can",
]
HEADLINES = [
    "Obra da ponte custa o dobro",
    "Will the ferry sail again?",
    "What the tram looked like in 1930",
    "“등대지기 이틀째 실종…수색 계속”",
    "渡し船、来週から再開へ",
    "Kapal Feri Kembali Berlayar Setelah Sembilan Minggu",
    "Share",
    "The mayor's plan for the pier…",
    "St. Olaf wins the cup again",
    "เรือข้ามฟากกลับมาวิ่งแล้ว",
]


@pytest.mark.parametrize("line", PROSE)
def test_prose_of_any_script(line: str) -> None:
    assert may_be_prose(line, frozenset(["the", "of", "that", "has", "been", "in", "for", "as", "they", "can"]))


@pytest.mark.parametrize("line", HEADLINES)
def test_headlines_are_no_prose(line: str) -> None:
    assert not may_be_prose(line)


def _end(text: str, most: int | None = None) -> int:
    lines = text.split("/")
    parted = [line.startswith(" ") for line in lines]
    bare = [line.strip() for line in lines]
    return end_of_list(bare, 0, next_of([may_be_prose(line) for line in bare]), next_of(parted), most)


def test_the_line_before_prose_may_be_a_subheading() -> None:
    assert _end("A whale off the pier again/Nobody bans the last bucket/It costs nine.") == 2
    assert _end("A whale off the pier again/The fares/They rise.") == 1
    assert _end("• A whale off the pier again/What the council thinks of it/They rise.") == 1
    assert _end("A whale off the pier again/Nobody bans the last bucket/ What the council thinks of it/They rise.") == 2
    assert _end("A whale/They rise.") == 1
    assert _end("A whale off the pier again/The fares") == 2
    assert _end("a b c/d e f/g h i", most=2) == 2
    assert _end("They rise.") == 0


def _broken(text: str) -> list[str]:
    lines = text.split("\n")
    solid = [line for line in lines if line]
    parted = [not before for before, line in zip(["x", *lines], lines, strict=False) if line]
    return [line for line, is_broken in zip(solid, broken_sentences(solid, parted), strict=True) if is_broken]


def test_sentences_that_are_broken_into_lines() -> None:
    wrapped = (
        "Must I now shut the shop\nclose\nand move to the mainland, asked the landlord\nthe whole council, and he had no\nAnswer from it."
    )
    assert _broken(wrapped) == wrapped.split("\n")
    split = "The pupils had no papers, so they had to\nclose.\nSome of them say so."
    assert _broken(split) == split.split("\n")[:2]


def test_paragraphs_of_lines_of_one_length() -> None:
    mail = (
        "The ferry to the outer islands sailed again on Monday, after a\nwinter in which the harbour had been frozen for nine weeks. The\n"
        "Mail had come by sledge, and the baker said that he had sold\nmore rope than bread.\n\nShare\n"
    )
    assert _broken(mail) == mail.strip().split("\n")[:4]


def test_labels_in_small_letters_are_no_sentence() -> None:
    assert not _broken("What the ferry costs now\nby Jane Roe\ncomments\nThe ferry sails on Friday, she said.\nhome\nnews\nsport\nshare")
    assert not _broken("What the ferry costs now\nby Jane Roe\nThe ferry sails on Friday, she said.")
