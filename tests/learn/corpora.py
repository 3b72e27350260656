"""Made sites of 200 pages whose lines are known to be chrome or article. `python -m tests.learn.corpora DIR` writes them as JSONL."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Piece(NamedTuple):
    """A stretch of a page, which is the site's or the article's."""

    text: str
    is_chrome: bool = False


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page: its address, and its pieces, with what stands between them."""

    url: str
    pieces: Sequence[Piece]
    between: str = "\n"

    @property
    def text(self) -> str:
        """The page's text."""
        return self.between.join(piece.text for piece in self.pieces) + "\n"

    @property
    def article(self) -> list[str]:
        """The article's pieces."""
        return [piece.text for piece in self.pieces if not piece.is_chrome]

    @property
    def chrome(self) -> list[str]:
        """The site's pieces."""
        return [piece.text for piece in self.pieces if piece.is_chrome]


#: For each language: who, what they do, where, when, how it ends; and the words of a headline.
WORDS: dict[str, tuple[list[str], list[str], list[str], list[str], str]] = {
    "en": (
        [
            "the harbour master",
            "a crew of six",
            "the mayor",
            "an old fisherman",
            "the baker",
            "her sister",
            "a girl from the island",
            "the pilot",
        ],
        [
            "repaired the lamp",
            "counted the boats",
            "refused the offer",
            "painted the pier",
            "lost a rudder",
            "wrote a long letter",
            "sold the barn",
        ],
        ["behind the mill", "near the lock", "on the north quay", "at the old school", "by the chapel", "under the bridge", "in the dunes"],
        [
            "before the storm",
            "on a cold morning",
            "while the tide turned",
            "after nine weeks",
            "when the bell rang",
            "in spite of the rain",
        ],
        "{0} {1} {2} {3}, and nobody had asked for {4} {5}.",
    ),
    "de": (
        [
            "die Hafenmeisterin",
            "der Bäcker",
            "ein alter Fischer",
            "die Lotsin",
            "der Lehrer",
            "ihre Schwester",
            "das Mädchen von der Insel",
        ],
        ["reparierte die Lampe", "zählte die Boote", "lehnte das Angebot ab", "strich die Mole", "verlor ein Ruder", "schrieb einen Brief"],
        ["hinter der Mühle", "an der Schleuse", "auf dem Nordkai", "in der alten Schule", "bei der Kapelle", "unter der Brücke"],
        ["vor dem Sturm", "an einem kalten Morgen", "bei Niedrigwasser", "nach neun Wochen", "trotz des Regens", "am Abend"],
        "{0} {1} {2} {3}, und niemand hatte damit gerechnet, dass {4} noch {5} sei.",
    ),
    "fr": (
        ["la capitaine du port", "le boulanger", "un vieux pêcheur", "la pilote", "le maître", "sa sœur", "la fille de l'île"],
        ["répara la lampe", "compta les bateaux", "refusa l'offre", "repeignit la jetée", "perdit une rame", "écrivit une lettre"],
        ["derrière le moulin", "près de l'écluse", "sur le quai nord", "dans la vieille école", "près de la chapelle", "sous le pont"],
        ["avant la tempête", "par un matin froid", "à marée basse", "après neuf semaines", "malgré la pluie", "le soir"],
        "{0} {1} {2} {3}, et personne ne savait que {4} était {5}.",
    ),
    "es": (
        ["la capitana del puerto", "el panadero", "un viejo pescador", "la piloto", "el maestro", "su hermana", "la niña de la isla"],
        ["reparó la lámpara", "contó los barcos", "rechazó la oferta", "pintó el muelle", "perdió un remo", "escribió una carta"],
        ["detrás del molino", "junto a la esclusa", "en el muelle norte", "en la vieja escuela", "junto a la capilla", "bajo el puente"],
        [
            "antes de la tormenta",
            "una mañana fría",
            "con la marea baja",
            "después de nueve semanas",
            "a pesar de la lluvia",
            "por la tarde",
        ],
        "{0} {1} {2} {3}, y nadie sabía que {4} estaba {5}.",
    ),
    "pl": (
        ["kapitanka portu", "piekarz", "stary rybak", "pilotka", "nauczyciel", "jej siostra", "dziewczyna z wyspy"],
        ["naprawiła lampę", "liczyła łodzie", "odrzuciła ofertę", "malowała molo", "zgubiła wiosło", "napisała list"],
        ["za młynem", "przy śluzie", "na północnym nabrzeżu", "w starej szkole", "przy kaplicy", "pod mostem"],
        ["przed burzą", "w zimny poranek", "przy odpływie", "po dziewięciu tygodniach", "mimo deszczu", "wieczorem"],
        "{0} {1} {2} {3}, a nikt nie wiedział, że {4} jest {5}.",
    ),
}


#: Stories of a site to which lists of headlines point.
_STORIES = 200


@dataclass(frozen=True, slots=True)
class MadeSite:
    """How the pages of a site are made.

    Attributes:
        above: Chrome above the title, `{n}` being a figure of the page.
        below: Chrome below the article.
        label: Label of a list of headlines below the article, or an empty string.
        one_line: Whether a page is one line.
        other: Chrome below the article of every third page, which has another template.
        copies: Whether every fourth page is a print view of the page before.
        refrains: Sentences that some articles share, in changing places.
        form: Headings inside all articles.
    """

    host: str
    language: str
    above: Sequence[str] = ()
    below: Sequence[str] = ()
    label: str = ""
    one_line: bool = False
    other: Sequence[str] = ()
    copies: bool = False
    refrains: Sequence[str] = ()
    form: Sequence[str] = ()

    def pages(self, count: int = 200, seed: int = 7) -> Iterator[MadePage]:
        """Pages of the site, always the same ones for a seed."""
        random_ = random.Random(f"{self.host} {seed}")
        article: list[Piece] = []
        stories = [f"{self._headline(random_)} {story}" for story in range(_STORIES)]
        for number in range(count):
            is_copy = self.copies and number % 4 == 3
            if not is_copy:
                article = self._article(random_, number, stories[number % len(stories)])
            below = self.other if self.other and number % 3 == 2 else self.below
            above = [Piece(line.format(n=random_.randint(2, 900)), True) for line in self.above]
            tail = [Piece(line.format(n=random_.randint(2, 900)), True) for line in below]
            if self.label:
                heads = [Piece(text, True) for text in random_.sample(stories, random_.randint(2, 5))]
                tail = [Piece(self.label, True), *heads, *tail]
            if is_copy:
                above, tail = above[:1], tail[-1:]
            yield MadePage(f"https://www.{self.host}/story/{number}", [*above, *article, *tail], " " if self.one_line else "\n")

    def sentence(self, random_: random.Random) -> str:
        who, did, where, when, form = WORDS[self.language]
        said = form.format(*map(random_.choice, (who, did, where, when, who, where)))
        return said[0].upper() + said[1:]

    def _headline(self, random_: random.Random) -> str:
        who, did, where, _, _ = WORDS[self.language]
        said = f"{random_.choice(who)} {random_.choice(did)} {random_.choice(where)}"
        return said[0].upper() + said[1:] + f" {random_.randint(10, 99)}"

    def _article(self, random_: random.Random, number: int, title: str) -> list[Piece]:
        first = Piece(title + ("." if self.one_line else ""))
        lines = [Piece(f"{self.sentence(random_)} {self.sentence(random_)}") for _ in range(random_.randint(6, 12))]
        for place, heading in enumerate(self.form, 1):
            lines.insert(2 * place, Piece(heading))
        if self.refrains and number % 3 != 0:
            lines.insert(random_.randint(1, len(lines)), Piece(random_.choice(self.refrains)))
        return [first, *lines]


SITES: tuple[MadeSite, ...] = (
    MadeSite(
        "gazette.example",
        "en",
        ["Gazette plus", "Tides today {n}"],
        ["Quayside deals", "Gazette on paper", "Made by hand in Crail"],
        "Elsewhere",
    ),
    MadeSite(
        "pier-news.example",
        "en",
        ["Pier News", "Weather on the pier"],
        ["The pier, explained", "Deals on the pier", "Ring the newsroom on 0{n}", "Pier shop"],
    ),
    MadeSite(
        "one-line.example",
        "en",
        ["The Island Voice, your island, your voice."],
        ["You read it in the Island Voice, which has been printed on the island since 1931 and is owned by its readers."],
        one_line=True,
    ),
    MadeSite(
        "two-faces.example",
        "en",
        ["Two Faces daily"],
        ["Faces of the week", "Buy a face", "Our other face"],
        other=["Sport by Two Faces", "League tables at noon", "The Two Faces league"],
    ),
    MadeSite(
        "kuestenblatt.example",
        "de",
        ["Küstenblatt digital", "Fahrplan der Fähre"],
        ["Küstenblatt im Abo", "So erreichen Sie uns am Kai"],
        "Auch das noch",
    ),
    MadeSite(
        "doppelt.example",
        "de",
        ["Der Bote vom Kai"],
        ["Bote für daheim", "Alle Boten", "Der Bote ist ein Blatt der Kaiverlags GmbH."],
        copies=True,
    ),
    MadeSite(
        "le-phare.example",
        "fr",
        ["Le Phare en continu", "Marées du jour"],
        ["Le Phare chez vous", "Nos phares partenaires", "Phare immobilier"],
        "Aussi au Phare",
    ),
    MadeSite(
        "el-faro.example",
        "es",
        ["El Faro al día", "Mareas de hoy"],
        ["El Faro en su casa", "Otros faros", "Tienda del faro"],
        refrains=[
            "«El mar no espera a nadie», dijo la capitana en su discurso de mayo.",
            "Quien sabe esperar la marea llega siempre a la isla, dice el refrán.",
            "La ferry es nuestra, y seguirá siendo nuestra, repitió la multitud.",
        ],
    ),
    MadeSite("latarnia.example", "pl", ["Latarnia na żywo"], ["Latarnia w domu", "Wszystkie latarnie", "Sklep latarni"], "Inne latarnie"),
    MadeSite(
        "harbour-kitchen.example",
        "en",
        ["Harbour Kitchen", "Soups and breads"],
        ["Kitchen post", "A year of soups", "Kitchen knives by Harbour Kitchen"],
        form=["Ingredients", "Method", "To serve"],
    ),
)


def main(folder: Path) -> None:
    """Write a file of JSONL for each site."""
    folder.mkdir(parents=True, exist_ok=True)
    for site in SITES:
        lines = (json.dumps({"id": page.url, "url": page.url, "text": page.text}, ensure_ascii=False) for page in site.pages())
        (folder / f"{site.host}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
