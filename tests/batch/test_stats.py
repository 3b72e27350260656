"""Figures about documents add up, go through JSON, and account for every document."""

from __future__ import annotations

from collections import Counter

import pytest

from cleaner import Flag, Removal, Result
from cleaner.batch.stats import Stats
from cleaner.errors import ProofError

TEXT = "It rained.\nShare this\n\n"
RESULT = Result("It rained.\n", (Removal(11, 22, "en/share/prompt", "Share this\n"), Removal(22, 23, "tidy", "\n")))


def test_figures_of_one_document() -> None:
    stats = Stats.of(TEXT, RESULT)
    assert (stats.written, stats.changed, stats.words, stats.words_removed, stats.words_kept, stats.removals) == (1, 1, 4, 2, 2, 1)
    assert (stats.by_rule(), stats.by_family()) == (["en/share/prompt"], {"share": ["en/share/prompt"]})
    emptied = Stats.of("Share this", Result("", (Removal(0, 10, "en/share/prompt", "Share this"),)))
    assert emptied.flagged == Counter(emptied=1)
    flag = Flag("long-line", "too long")
    assert Stats.of(TEXT, Result(TEXT, (), (flag, flag))).flagged == Counter({"long-line": 1})


def test_figures_add_up_and_go_through_json() -> None:
    total = Stats()
    for _ in range(3):
        total.documents += 1
        total.add(Stats.of(TEXT, RESULT))
    assert (total.documents, total.written, total.words) == (3, 3, 12)
    assert (total.removed["en/share/prompt"], total.counts["tidy"]) == (6, 3)
    assert Stats.from_json(total.as_json()) == total
    for wrong in ("3", True, None, 1.0):
        with pytest.raises(TypeError, match="words is no figure"):
            Stats.from_json({**total.as_json(), "words": wrong})
    with pytest.raises(KeyError):
        Stats.from_json({})


def test_a_document_that_is_unaccounted_for_is_told() -> None:
    stats = Stats(documents=4, written=1, excluded=Counter(budget=1), rejected=1)
    with pytest.raises(ProofError, match="4 documents were read, but 1 written, 1 excluded and 1 rejected"):
        stats.check()
    stats.documents = 3
    stats.check()
