"""The tables in `rules/README.md` of what families take, and of the number of rules. `python -m tests.rules_table` writes them anew."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping

from cleaner.ruleset.layers import load
from tests.conftest import ROOT

GUIDE = ROOT / "rules" / "README.md"
#: The comments between which a table stands.
MEANINGS, NUMBERS = (
    f"<!-- {what}: python -m tests.rules_table -->\n" for what in ("what the families take", "rules by language and family")
)
END = "<!-- end -->\n"
#: Languages that have a column of their own, and greatest width of what is written.
_COLUMNS, _WIDTH = ("any", "en", "de"), 120


def meanings() -> str:
    """The table of what families take, as Markdown."""
    rows = [["family", "what it takes"], ["---", "---"], *([f"`{name}`", taken] for name, taken in load().families.items())]
    return _markdown(rows)


def numbers() -> str:
    """How many rules there are, as Markdown: a table with a row a family, those with the most rules first, and a list of languages."""
    rule_set = load()
    counts = Counter[tuple[str, str]]()
    for rule in rule_set.rules:
        language, family, _ = rule.name.split("/")
        counts[family, language] += 1
    of_family, of_language = _sums(counts, 0), _sums(counts, 1)
    names = {"any": "any language", **{language.code: language.name for language in rule_set.languages}}
    ranked = sorted(of_language, key=lambda code: (-of_language[code], code))
    others = [code for code in ranked if code not in _COLUMNS]

    def row(title: str, of: Mapping[str, int]) -> list[str]:
        sums = (*(of[code] for code in _COLUMNS), sum(of[code] for code in others), sum(of.values()))
        return [title, *(str(count or "") for count in sums)]

    rows = [["family", *map(names.__getitem__, _COLUMNS), f"{len(others)} other languages", "all"], ["---", *["--:"] * (len(_COLUMNS) + 2)]]
    for family in sorted(of_family, key=lambda name: (name == "shape", -of_family[name], name)):
        rows.append(row(f"`{family}`", {code: counts[family, code] for code in ranked}))
    rows.append(row("all", of_language))
    listed = f"The other languages: {', '.join(f'{names[code]} {of_language[code]}' for code in others)}."
    return f"{_markdown(rows)}\n{textwrap.fill(listed, _WIDTH)}\n"


def _markdown(rows: Iterable[Iterable[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _sums(counts: Counter[tuple[str, str]], at: int) -> Counter[str]:
    sums = Counter[str]()
    for key, count in counts.items():
        sums[key[at]] += count
    return sums


def renewed(guide: str) -> str:
    """The guide with the tables as they should be."""
    for begin, table in ((MEANINGS, meanings()), (NUMBERS, numbers())):
        before, _, rest = guide.partition(begin)
        guide = before + begin + table + END + rest.partition(END)[2]
    return guide


if __name__ == "__main__":
    GUIDE.write_text(renewed(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
