"""Which lines may be prose, and where lists of headlines end."""

from __future__ import annotations

import pytest

from cleaner.engine.prose import end_of_list, may_be_prose

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
    return end_of_list(bare, 0, [may_be_prose(line) for line in bare], parted, most)


def test_the_line_before_prose_may_be_a_subheading() -> None:
    assert _end("A whale off the pier again/Nobody bans the last bucket/It costs nine.") == 2
    assert _end("A whale off the pier again/The fares/They rise.") == 1
    assert _end("• A whale off the pier again/What the council thinks of it/They rise.") == 1
    assert _end("A whale off the pier again/Nobody bans the last bucket/ What the council thinks of it/They rise.") == 2
    assert _end("A whale/They rise.") == 1
    assert _end("A whale off the pier again/The fares") == 2
    assert _end("a b c/d e f/g h i", most=2) == 2
    assert _end("They rise.") == 0
