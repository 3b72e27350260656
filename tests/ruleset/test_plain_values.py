"""What comes back from plain values is what was written; values of other types are refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import pytest

from cleaner.ruleset.layers import load
from cleaner.ruleset.plain_values import codec, dumps, loads
from cleaner.ruleset.rule import PreparedRule


class Boat(NamedTuple):
    name: str
    length: float = 1.0
    tows: Boat | None = None
    kind: Literal["ferry", "barge"] = "ferry"


VALUES: list[tuple[Any, object]] = [
    (str, "tide \ud800 ф\n\t"),
    (bytes, bytes(range(256))),
    (float, 3),
    (int | None, None),
    (tuple[int, str], (1, "a")),
    (tuple[bool, ...], (True, False)),
    (frozenset[str], frozenset("edcba")),
    (list[str], ["b", "a"]),
    (Sequence[int], [2, 1]),
    (Mapping[int, bytes], {1: b"", 0: b"\xff"}),
    (dict[tuple[str, str], int], {("a", "b"): 1}),
    (Boat, Boat("Anna", tows=Boat("Bert", 2.5, kind="barge"))),
    (tuple[float | Boat, ...], (1.5, Boat("Anna"), 2)),
    (str | Sequence[str], ["a"]),
    (str | Sequence[str], "a"),
]


@pytest.mark.parametrize(("kind", "value"), VALUES, ids=[str(kind) for kind, _ in VALUES])
def test_a_value_comes_back_with_its_types(kind: Any, value: object) -> None:
    back = loads(dumps(value, kind), kind)
    assert back == value
    assert type(back) is type(value)
    assert isinstance(value, frozenset) or repr(back) == repr(value)


def test_what_is_as_by_default_is_left_out() -> None:
    assert json.loads(dumps(Boat("Anna"), Boat)) == ["Anna"]
    assert json.loads(dumps(Boat("Anna", 2.0), Boat)) == ["Anna", {"length": 2.0}]


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (str, 1),
        (int, True),
        (bool, 1),
        (float, "1"),
        (int | None, "1"),
        (tuple[int, str], [1]),
        (tuple[int, ...], {"0": 1}),
        (frozenset[int], ["1"]),
        (bytes, 1),
        (dict[str, int], {"a": 1}),
        (Literal["a"], "b"),
        (Boat, "Anna"),
        (Boat, []),
        (Boat, ["Anna", {"masts": 1}]),
        (Boat, ["Anna", {"name": "Bert"}]),
        (Boat, ["Anna", ["kind"]]),
        (Boat, ["Anna", {"kind": "sloop"}]),
        (float | Boat, None),
    ],
)
def test_a_plain_value_of_another_form_is_refused(kind: Any, plain: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        codec(kind).decode(plain)


@pytest.mark.parametrize(
    ("kind", "value"), [(str, 1), (int, None), (Boat, ("Anna",)), (Literal["a"], "b"), (frozenset[str], frozenset({1}))]
)
def test_a_value_of_another_type_is_not_written(kind: Any, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        dumps(value, kind)


@pytest.mark.parametrize("kind", [object, Boat | tuple[int, ...], complex])
def test_a_type_without_a_plain_form_is_an_error(kind: Any) -> None:
    with pytest.raises(TypeError):
        codec(kind)


def test_all_shipped_rules_come_back() -> None:
    for rule in load().prepared:
        assert loads(dumps(rule, PreparedRule), PreparedRule) == rule
