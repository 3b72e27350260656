"""A string inside a JSON line is cut, and every other byte stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.io.fields import Fields
from cleaner.io.jsonl import RowError, find, with_field, with_text
from cleaner.result import Span
from cleaner.spans import delete

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
# Among them characters that JSON must escape, that it may, and that UTF-16 writes as two.
TEXTS = st.text(st.sampled_from('ab "\\/\n\t\x00é€\u2028𝄞\ud800'), max_size=30)


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, dict[str, Any], list[Span]]:
    record: dict[str, Any] = draw(
        st.dictionaries(st.text(max_size=4).filter(lambda name: name not in ("text", "id", "url", "source")), VALUES)
    )
    text = draw(TEXTS)
    items = [*record.items(), ("text", text)]
    record = dict(draw(st.permutations(items)))
    line = json.dumps(
        record, ensure_ascii=draw(st.booleans()), separators=draw(st.sampled_from([(",", ":"), (", ", ": "), (" , ", " :\t")]))
    )
    if draw(st.booleans()):
        line = line.replace("/", "\\/")  # as PHP writes it
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return line, record, [Span(start, end, "r") for start, end in pairs if start < end]


@given(rows())
def test_only_characters_of_the_text_go(row: tuple[str, dict[str, Any], list[Span]]) -> None:
    line, record, spans = row
    found = find(line, Fields())
    assert found.text == record["text"]
    done = with_text(line, found, spans)
    assert json.loads(done) == {**record, "text": delete(record["text"], spans)}
    assert list(json.loads(done)) == list(record)
    end = len(line) - found.end
    assert (done[: found.start], done[len(done) - end :]) == (line[: found.start], line[found.end :])
    if not spans:
        assert done is line


@given(rows())
def test_a_field_for_removals_comes_last(row: tuple[str, dict[str, Any], list[Span]]) -> None:
    line, record, spans = row
    found = find(line, Fields())
    done = with_text(with_field(line, found, "gone away", [1, 2]), found, spans)
    assert list(json.loads(done).items()) == [*{**record, "text": delete(record["text"], spans)}.items(), ("gone away", [1, 2])]


def test_fields_inside_others() -> None:
    line = '{"text": 1, "doc": {"text": {"en": "a\\tb"}, "meta": {"id": 7}}, "a": {"url": "x"}}\r\n'
    found = find(line, Fields("doc.text.en", "doc.meta.id", "a.url"))
    assert (found.text, found.id, found.url) == ("a\tb", "7", "x")
    assert with_text(line, found, [Span(0, 2, "r")]) == line.replace("a\\tb", "b")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "not a JSON object"),
        ("[1]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ('{"text": "a"', "a comma is missing"),
        ('{"text": "a",}', "a field's name is missing"),
        ('{"text" "a"}', "a colon is missing"),
        ('{"text": }', "Expecting value at character 9"),
        ('{"text": "a}', "Unterminated string"),
        ('{"text": "a"} {"text": "b"}', "more than one value, from character 13"),
        ('{"text": "a\tb"}', "Invalid control character at character 11"),
        ('{"text": 5}', "field 'text' is no string"),
        ('{"body": "a", "id": 1}', "has no field 'text'; it has body, id (name one with --text-field)"),
        ("{}", "has no field 'text'"),
        ('{"text": "a", "text": "b"}', "field 'text' stands there twice"),
        ('{"a": ' + "[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_document_is_told(line: str, message: str) -> None:
    with pytest.raises(RowError) as caught:
        find(line, Fields())
    assert message in str(caught.value)


def test_a_field_that_is_there_is_not_written_over() -> None:
    line = '{"text": "a", "removals": 1}'
    with pytest.raises(RowError, match="has a field 'removals' already"):
        with_field(line, find(line, Fields()), "removals", [])


def test_a_null_is_no_text() -> None:
    assert find('{"text": null}', Fields()).text is None
