"""Plain values (what JSON can hold) of our own types, by their annotations, and back: what comes back is of these types, or is refused.

Caches are kept in this form: unlike a pickle, it holds nothing that could be run.
"""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

#: Types that are plain values themselves.
_PLAIN = (str, int, bool, float, NoneType)


class Codec(NamedTuple):
    """How values of a type become plain values, and plain values such values; both functions raise TypeError or ValueError for others."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def dumps(value: object, kind: Any) -> bytes:
    """A value of a type as JSON, on one line.

    Raises:
        TypeError, ValueError: It isn't of this type.
    """
    text = json.dumps(codec(kind).encode(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def loads(data: bytes, kind: Any) -> Any:
    """The value of a type from `dumps`.

    Raises:
        TypeError, ValueError: The JSON is damaged, or holds a value of another type.
    """
    return codec(kind).decode(json.loads(data.decode("utf-8", "surrogatepass")))


@cache
def codec(kind: Any) -> Codec:
    """The codec of a type: of named tuples, containers, literals, unions, bytes, and what JSON knows.

    Raises:
        TypeError: It is another type.

    >>> pairs = codec(tuple[tuple[str, frozenset[int]], ...])
    >>> pairs.encode((("a", frozenset([2, 1])),))
    [['a', [1, 2]]]
    >>> pairs.decode([["a", [1, 2]]])
    (('a', frozenset({1, 2})),)
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _PLAIN:
        check = _checked((int, float) if kind is float else (kind,))
        return Codec(check, check)
    if kind is bytes:
        return Codec(lambda value: b2a_base64(value, newline=False).decode("ascii"), a2b_base64)
    if origin is Literal:
        return Codec(_one_of(arguments), _one_of(arguments))
    if origin in (Union, UnionType):
        return _of_union(arguments)
    if origin is tuple and arguments[1:] != (...,):
        return _of_tuple(arguments)
    if origin in (tuple, frozenset, list, Sequence):
        return _of_items(codec(arguments[0]), list if origin is Sequence else origin)
    if origin in (dict, Mapping):
        return _of_mapping(*arguments)
    if hasattr(kind, "_field_defaults"):
        return _of_record(kind)
    raise TypeError(f"values of type {kind} have no plain form")


def _checked(kinds: tuple[type, ...]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) not in kinds:
            raise TypeError(f"{value!r} is not of type {kinds[-1].__name__}")
        return value

    return check


def _one_of(values: tuple[Any, ...]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if value not in values:
            raise ValueError(f"{value!r} is none of {values}")
        return value

    return check


def _of_union(kinds: Sequence[Any]) -> Codec:
    """Codec of values of one of several types. All but one must be plain values themselves, and the last must not look like those."""
    others = [codec(kind) for kind in kinds if kind not in _PLAIN]
    if len(others) > 1:
        raise TypeError(f"which of the types {kinds} a plain value was made of can't be told")
    plain = tuple(kind for kind in kinds if kind in _PLAIN)
    plain += (int,) if float in plain else ()
    check = _checked(plain)
    other = others[0] if others else Codec(check, check)
    return Codec(
        lambda value: value if type(value) in plain else other.encode(value),
        lambda value: value if type(value) in plain else other.decode(value),
    )


def _of_tuple(kinds: Sequence[Any]) -> Codec:
    codecs = [codec(kind) for kind in kinds]
    return Codec(
        lambda value: [each.encode(item) for each, item in zip(codecs, value, strict=True)],
        lambda value: tuple(each.decode(item) for each, item in zip(codecs, _list(value), strict=True)),
    )


def _of_items(item: Codec, container: Callable[[Any], Any]) -> Codec:
    ordered = sorted if container is frozenset else list
    return Codec(lambda value: ordered(map(item.encode, value)), lambda value: container(map(item.decode, _list(value))))


def _of_mapping(key: Any, value: Any) -> Codec:
    """Codec of mappings, as lists of pairs: keys of JSON are strings only."""
    pairs = _of_items(_of_tuple((key, value)), list)
    return Codec(lambda mapping: pairs.encode(mapping.items()), lambda plain: dict(pairs.decode(plain)))


def _of_record(kind: Any) -> Codec:
    """Codec of named tuples, as a list: fields without a default, then an object with those unlike their default."""
    defaults = kind._field_defaults
    required = [name for name in kind._fields if name not in defaults]

    @cache
    def codecs() -> Mapping[str, Codec]:  # when they are needed: a type may hold values of itself
        return {name: codec(hint) for name, hint in get_type_hints(kind).items()}

    def encode(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is not of type {kind.__name__}")
        plain = [codecs()[name].encode(getattr(value, name)) for name in required]
        unlike = {name: codecs()[name].encode(getattr(value, name)) for name in defaults if getattr(value, name) != defaults[name]}
        return [*plain, unlike] if unlike else plain

    def decode(plain: Any) -> Any:
        known = codecs()
        given = _list(plain)
        further = given[len(required)] if len(given) > len(required) else {}
        if type(further) is not dict or not defaults.keys() >= further.keys():
            raise TypeError(f"{further!r} holds what a {kind.__name__} has no default for")
        values = [known[name].decode(value) for name, value in zip(required, given[: len(required)], strict=True)]
        return kind(*values, **{name: known[name].decode(value) for name, value in further.items()})

    return Codec(encode, decode)


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError(f"{value!r} is no list")
    return value
