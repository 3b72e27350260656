"""What `import cleaner` gives, and what it says of wrong arguments."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, Removal, Result, restore


@pytest.mark.parametrize("rules", ["my-rules", Path("my-rules"), b"my-rules"])
def test_one_folder_of_rules_is_no_list_of_folders(rules: Any) -> None:
    with pytest.raises(TypeError, match=r"write rules=\[.*my-rules.*\]"):
        Cleaner(rules=rules)


def test_an_unknown_level_is_told_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="'gentle' is no level: it is one of safe, standard, aggressive"):
        Cleaner(level="gentle")  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "said"), [(b"It rained.", "not bytes: decode it first"), (None, "not NoneType")])
def test_only_a_string_is_a_text(text: Any, said: str) -> None:
    with pytest.raises(TypeError, match=f"a text is a string, {said}"):
        Cleaner(shipped=True, level="safe").clean(text)


@st.composite
def results(draw: st.DrawFn) -> tuple[str, Result]:
    """An input, and a result with some of its characters removed."""
    text = draw(st.text(st.characters(codec="utf-8"), max_size=30))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False) if start < end]
    clean, before = "", 0
    for start, end in spans:
        clean, before = clean + text[before:start], end
    return text, Result(clean + text[before:], tuple(Removal(start, end, "any/rule", text[start:end]) for start, end in spans))


@given(results())
def test_places_lead_to_the_same_characters_in_both_texts(made: tuple[str, Result]) -> None:
    text, result = made
    assert restore(result) == text
    assert [text[result.to_input(offset)] for offset in range(len(result.text))] == list(result.text)
    assert result.to_input(len(result.text)) == len(text)
    for offset in range(len(text) + 1):
        removed = sum(min(removal.end, offset) - removal.start for removal in result.removals if removal.start < offset)
        assert result.to_clean(offset) == offset - removed
        is_gone = any(removal.start <= offset < removal.end for removal in result.removals)
        assert is_gone or offset == len(text) or result.to_input(result.to_clean(offset)) == offset


@given(results(), st.data())
def test_spans_lead_to_what_is_left_of_them(made: tuple[str, Result], data: st.DataObject) -> None:
    text, result = made
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    first, stop = result.to_clean_span(start, end)
    left = "".join(text[at] for at in range(start, end) if not any(gone.start <= at < gone.end for gone in result.removals))
    assert result.text[first:stop] == left
    if left:
        back = result.to_input_span(first, stop)
        assert start <= back[0] <= back[1] <= end
        assert (text[back[0]], text[back[1] - 1]) == (left[0], left[-1])
    else:
        assert first == stop


def test_a_result_travels_and_is_a_tuple() -> None:
    result = Cleaner(level="safe").clean("It rained.\nShare this article\n")
    assert pickle.loads(pickle.dumps(result)) == result
    text, removals, flags = result
    assert (text, removals, flags) == ("It rained.\n", result.removals, ())
    assert result._replace(flags=()) == result
