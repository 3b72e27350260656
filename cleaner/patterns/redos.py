"""Texts on which a pattern shows how long it can take: they drive it into its repeats, and then fail it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from typing import Any

from cleaner.patterns.syntax_tree import REPEATS, inner, parse_tree

#: Characters of a probe: long enough for a cubic pattern to show (1e9 steps), short enough for a quadratic one to pass.
PROBE = 1000
_PROBES_AT_MOST = 36
#: Times from which on a repeat counts as endless.
MANY = 10


def probes(pattern: str) -> Iterator[str]:
    """Texts that drive a pattern into its repeats and then fail it."""
    tree = parse_tree(pattern)
    pumps = dict.fromkeys(_pumps(list(tree), "") if tree is not None else ())
    if tree is not None and not pumps:
        return  # it repeats nothing
    pumps.pop(("", ""), None)
    pumps |= dict.fromkeys(("", body) for body in ("a", " ", "0", "a ", "a,", "-"))
    # `regex` gives up at once where something that must be there is missing, so it stands at the end, out of reach.
    whole = _sample(list(tree), 1) if tree is not None else ""
    made = 0
    for lead, body in pumps:
        for tail in ("\x01" + whole, "\x01", "\x01" + whole + "\x01"):
            yield lead[:PROBE] + body * (PROBE // max(1, len(body)) + 1) + tail
            made += 1
            if made == _PROBES_AT_MOST:
                return


def _pumps(nodes: Sequence[tuple[Any, Any]], lead: str) -> Iterator[tuple[str, str]]:
    """For each repeat, a text that leads up to it and one that it repeats."""
    before = lead
    for at, (op, value) in enumerate(nodes):
        before = (before + _sample(nodes[max(0, at - 1) : at]))[:PROBE]  # node by node: patterns may have very many
        if op in REPEATS and value[1] >= MANY:
            body = list(value[2])
            options = [list(branch) for kind, branches in body if kind is _constants.BRANCH for branch in branches[1]][:4] or [body]
            samples = [_sample(option, 1) for option in options]
            yield from ((before, sample) for sample in samples)
            if len(samples) > 1:
                yield before, "".join(samples)
            yield from _pumps(body, before)
        elif op is _constants.SUBPATTERN:
            yield from _pumps(list(value[3]), before)
        elif op is _constants.ATOMIC_GROUP:
            yield from _pumps(list(value), before)
        elif op in REPEATS:
            yield from _pumps(list(value[2]), before)
        elif op in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from _pumps(list(value[1]), before)
        elif op is _constants.BRANCH:
            for branch in value[1][:6]:
                yield from _pumps(list(branch), before)


_OF_CATEGORY = {
    _constants.CATEGORY_DIGIT: "0",
    _constants.CATEGORY_WORD: "a",
    _constants.CATEGORY_SPACE: " ",
    _constants.CATEGORY_NOT_DIGIT: "a",
    _constants.CATEGORY_NOT_WORD: "-",
    _constants.CATEGORY_NOT_SPACE: "a",
}


def _sample(nodes: Iterable[tuple[Any, Any]], at_least: int = 0) -> str:
    """A text that nodes match, if nothing but repeats and alternatives is to be minded; repeats are passed as often as they must be."""
    text = ""
    for op, value in nodes:
        if op is _constants.LITERAL:
            text += chr(value)
        elif op is _constants.NOT_LITERAL:
            text += "a" if value != ord("a") else "b"
        elif op is _constants.ANY:
            text += "a"
        elif op is _constants.IN:
            text += _member(value)
        elif op in REPEATS:
            text += _sample(value[2], at_least) * min(max(value[0], at_least), 100)
        elif inside := inner(op, value):
            text += _sample(inside[0], at_least)
        if len(text) > PROBE:
            break
    return text[:PROBE]


def _member(members: Sequence[tuple[Any, Any]]) -> str:
    """A character of a class."""
    if members[0][0] is _constants.NEGATE:
        inside = {chr(value) for op, value in members if op is _constants.LITERAL}
        kinds = {value for op, value in members if op is _constants.CATEGORY}
        out = inside | {sign for kind, sign in _OF_CATEGORY.items() if kind in kinds}
        return next((char for char in "a 0-,.;b" if char not in out), "é")
    for op, value in members:
        if op is _constants.LITERAL:
            return chr(value)
        if op is _constants.RANGE:
            return chr(value[0])
        if op is _constants.CATEGORY:
            return _OF_CATEGORY.get(value, "a")
    return "a"
