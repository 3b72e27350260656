"""A text as lines with offsets, its sentences, and the key of a line."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import document as module
from cleaner.document import Document, has_sentence, key
from cleaner.patterns.source import compiled


@given(st.text(alphabet=st.one_of(st.sampled_from("a b\r\n\u2028\x85\x0c\ufeff"), st.characters())))
def test_lines_cover_the_text_and_end_at_lf_crlf_cr_only(text: str) -> None:
    document = Document(text)
    start = 1 if text.startswith("\ufeff") else 0
    assert "".join(text[line.start : line.stop] for line in document.lines) == text[start:]
    for line in document.lines:
        assert not set(text[line.start : line.end]) & set("\r\n")
        assert text[line.end : line.stop] in {"\n", "\r\n", "\r", ""}
        assert text[line.start + line.indent : line.start + line.indent + len(line.text)] == line.text
        assert line.text == line.text.strip()


def test_compact_offsets_lead_back_to_lines() -> None:
    document = Document("one\n\n  two \r\nthree")
    assert document.compact == "one\ntwo\nthree"
    assert [document.line_at(at) for at in (0, 2, 4, 6, 8, 12)] == [0, 0, 1, 1, 2, 2]
    assert [document.compact_start(number) for number in range(3)] == [0, 4, 8]


@pytest.mark.parametrize("text", ["He left.", 'He "left."', "Did he?\nNo", "彼は去った。", "He left.)"])
def test_sentences(text: str) -> None:
    assert has_sentence(text)


@pytest.mark.parametrize("text", ["", "Related articles", "version 3.2", "e.g", "READ MORE: A thing"])
def test_no_sentences(text: str) -> None:
    assert not has_sentence(text)


def test_key_ignores_looks() -> None:
    assert key("The ‘big' Day – now!") == key("the BIG day now")
    assert key("…") == ""


def test_a_quick_look_misses_no_script_without_spaces() -> None:
    every = "".join(char for char in map(chr, range(sys.maxunicode + 1)) if not "\ud800" <= char <= "\udfff")
    unspaced = set("".join(compiled(module._UNSPACED).findall(every)))
    assert len(unspaced) > 90_000
    assert unspaced <= set("".join(module._PERHAPS_UNSPACED.findall(every)))
