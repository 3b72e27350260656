"""The tables in `rules/README.md` of what families take, and of the number of rules. `python -m tests.rules_table` writes them anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cleaner.ruleset.layers import load, shipped_folder
from tests.conftest import ROOT

GUIDE = ROOT / "rules" / "README.md"
#: The comments between which a table stands.
MEANINGS, NUMBERS = (
    f"<!-- {what}: python -m tests.rules_table -->\n" for what in ("what the families take", "rules by language and family")
)
END = "<!-- end -->\n"


def meanings() -> str:
    """The table of what families take, as Markdown."""
    rows = [["family", "what it takes"], ["---", "---"], *([f"`{name}`", taken] for name, taken in load().families.items())]
    return _markdown(rows)


def numbers() -> str:
    """The table of how many rules there are, as Markdown: a row a family, a column a language, those with the most rules first."""
    counts = Counter[tuple[str, str]]()
    for rule in load([shipped_folder()], shipped=False).rules:
        language, family, _ = rule.name.split("/")
        counts[family, language] += 1
    languages, families = (
        [name for name, _ in sorted(_sums(counts, at).items(), key=lambda each: (each[0] == "shape", -each[1], each[0]))] for at in (1, 0)
    )
    rows = [["family", *languages, "all"]]
    rows += [
        [f"`{name}`", *(str(counts[name, language] or "") for language in languages), str(_sums(counts, 0)[name])] for name in families
    ]
    rows.append(["all", *(str(_sums(counts, 1)[language]) for language in languages), str(counts.total())])
    rows.insert(1, ["---", *["--:"] * (len(languages) + 1)])
    return _markdown(rows)


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
