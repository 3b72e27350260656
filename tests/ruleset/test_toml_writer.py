"""Whatever a text holds, the TOML that is written of it is valid, and readable."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.ruleset.toml_writer import comment, literal, string, strings


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=4))
def test_any_text_makes_valid_toml_with_equal_values(texts: list[str]) -> None:
    lines = [f"all = {strings(texts)}"]
    for number, text in enumerate(texts):
        lines += [f"# {comment(text)}", f"s{number} = {string(text)}", f"l{number} = {literal(text)}"]
    read = tomllib.loads("\n".join(lines))
    assert read.pop("all") == texts
    assert list(read.values()) == [text for text in texts for _ in range(2)]


@pytest.mark.parametrize(
    "text", ["'''", "a'", "\r\n", "\n", "\\", '"""', "\x00\x1b", "\U0001f600", "\u202e", "a\tb", "'", "\ufeff", "x\n'"]
)
def test_hard_texts_as_toml(text: str) -> None:
    assert tomllib.loads(f"s = {string(text)}\nl = {literal(text)}") == {"s": text, "l": text}


@pytest.mark.parametrize("char", ["\u202e", "\u200b", "\ufeff", "\x1b", "\x7f", "\U000e0041"])
def test_what_nobody_sees_is_escaped(char: str) -> None:
    for written in (string(char), literal(char), comment(char)):
        assert written.isascii()
        assert written.isprintable()
