"""Patterns for what a review writes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaner.authoring.review.drafts import pattern
from cleaner.patterns.source import compiled


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=30), st.data())
def test_a_pattern_fits_its_own_text_alone(text: str, data: st.DataObject) -> None:
    source = pattern(text)
    assert source.isprintable()
    assert compiled(source).fullmatch(text)
    at = data.draw(st.integers(0, len(text) - 1))
    head, char, tail = text[:at], text[at], text[at + 1 :]
    other = data.draw(st.sampled_from([each for each in "z5. \u00e9\\" if each.casefold() != char.casefold()]))
    near = [head + tail, head + char + char + tail, head + other + tail, text[:-1], text[1:], f"{other}{text}", f"{text}{other}"]
    assert [each for each in near if compiled(source).fullmatch(each)] == []
    shorter = [head + tail, text[:-1], text[1:]]
    assert [each for each in shorter if compiled(source).search(each)] == []
