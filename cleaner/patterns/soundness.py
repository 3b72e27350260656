"""What is wrong with a pattern: it isn't valid, can match nothing or everything, or takes time without end.

Everything here is bounded, whatever a stranger's rule file holds: a pattern is measured before it is compiled, and tried on short
texts only.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import combinations
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from time import process_time
from typing import Any, Literal, NamedTuple

import regex

from cleaner.patterns.redos import MANY, probes
from cleaner.patterns.source import CLASS, LENGTH_AT_MOST, compiled, of_whole_lines
from cleaner.patterns.syntax_tree import REPEATS, inner, parse_tree

#: Seconds of one try on a probe. The worst pattern of use takes a hundredth of it, one that blows up never ends.
TRY_AT_MOST = 0.25
#: Seconds of processor time for all probes of a pattern.
TRIES_AT_MOST = 1.0
#: Nodes that a pattern may unfold to: `(?:a{1000}){1000}` becomes a million, and takes half a second to compile.
UNFOLDED_AT_MOST = 100_000
_NESTED_AT_MOST = 50
#: Parts of a pattern up to which it is asked whether it can match at all: that takes the square of their number.
_LOOKED_AT = 1_000

#: How a pattern is used: to fit one line whole, lines whole, the end of a line, to be found somewhere, as a part of others, on a neighbour.
Use = Literal["line", "lines", "rest", "found", "part", "beside"]


class Fault(NamedTuple):
    """What is wrong with a pattern.

    Attributes:
        message: What is wrong, without a full stop.
        remedy: What to write instead, or an empty string.
        at: Characters of the pattern before the place that is meant.
    """

    message: str
    remedy: str = ""
    at: int = 0


#: Texts that have nothing in common: a pattern that fits all of them fits anything.
ANY_TEXT = ("x", "7", "Hardly anyone went there on a Sunday; nobody knew why.", "ЖУК", "¿?")


def check(pattern: str, use: Use, anything: bool = True) -> Fault | None:
    """The first thing that is wrong with a pattern.

    Args:
        pattern: With its terms filled in.
        use: What it is for.
        anything: Whether it may fit any text, because something else narrows it down.
    """
    if use == "part":  # what it matches alone says little
        return _unsound(pattern, use) or _nested(pattern)
    if use == "beside":  # it may ask for no line at all
        return _unsound(pattern, "line") or _dead(pattern, "line") or _nested(pattern) or _blows_up(pattern, "line")
    for look in (_unsound, _empty, _dead):
        if fault := look(pattern, use):
            return fault
    if fault := _nested(pattern):
        return fault
    if not anything and _fits_anything(pattern, use):
        return Fault("fits every text", "add a fixed word")
    return _blows_up(pattern, use)


_GLOBAL_FLAGS = re.compile(r"\(\?[a-zA-Z0-9]+\)")
_RECURSION = re.compile(r"\(\?(?:R|[0-9+-]+|&\w+|P>\w+)\)")


def _unsound(pattern: str, use: Use) -> Fault | None:
    """Why a pattern can't be compiled, or shouldn't even be tried."""
    if len(pattern) > LENGTH_AT_MOST:
        return Fault(f"longer than {LENGTH_AT_MOST:,} characters", "split it into several rules")
    bare = _unescaped(pattern)
    if found := _RECURSION.search(bare):
        return Fault(f"a pattern that calls itself, {found.group()}, has no end", "write out how deep it goes", found.start())
    if found := _GLOBAL_FLAGS.search(bare):
        return Fault(
            f"{found.group()} would change all of the pattern", "write (?-i:…) around the part where capitals matter", found.start()
        )
    depth, size = _measure(pattern)
    if depth > _NESTED_AT_MOST:
        return Fault(f"its groups are nested more than {_NESTED_AT_MOST} deep", "split it into several rules")
    if size > UNFOLDED_AT_MOST:
        return Fault(f"its counted repeats unfold to {size:,} parts", f"at most {UNFOLDED_AT_MOST:,}: make the counts smaller")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            compiled(of_whole_lines(pattern) if use == "lines" else pattern)
            compiled(pattern)
    except FutureWarning as error:
        return Fault(f"not a valid pattern: {str(error).split(' at position')[0].lower()}", "put a backslash before [ inside [ ]")
    except regex.error as error:
        message = re.sub(r" at position \d+$", "", str(error))
        at = getattr(error, "pos", None) or 0
        return Fault(
            f"not a valid pattern: {message}",
            "put a backslash before ( ) [ ] { } . * + ? | ^ $ to mean the sign itself",
            min(at, len(pattern)),
        )
    except (OverflowError, MemoryError, RecursionError, ValueError) as error:
        return Fault(f"not a valid pattern: {str(error).lower() or 'too large'}", "make it simpler")
    return None


_ESCAPE_OR_CLASS = re.compile(rf"\\.|{CLASS}", re.DOTALL)


def _unescaped(pattern: str) -> str:
    """The pattern with its escapes and classes blotted out, as long as before."""
    return _ESCAPE_OR_CLASS.sub(lambda found: "\0" * len(found.group()), pattern)


_HUGE = 10**12  # more isn't told apart
_COUNT = re.compile(r"\{(\d+)(?:,\d*)?\}")


def _measure(pattern: str) -> tuple[int, int]:
    """How deep the groups of a pattern are nested, and how many parts it has with its counted repeats written out."""
    bare = _unescaped(pattern)
    sizes, last, deepest, at = [0], 0, 0, 0
    while at < len(bare):
        char = bare[at]
        if char == "(":
            sizes[-1] += last
            sizes.append(0)
            last = 0
            deepest = max(deepest, len(sizes) - 1)
        elif char == ")" and len(sizes) > 1:
            last += sizes.pop()
        elif char == "{" and (found := _COUNT.match(bare, at)):
            last = min(last * max(1, int(found.group(1)[:9])), _HUGE)
            at = found.end() - 1
        else:
            sizes[-1] += last
            last = 1
        at += 1
    return deepest, min(sum(sizes) + last, _HUGE)


def _empty(pattern: str, use: Use) -> Fault | None:
    found = compiled(pattern)
    if use == "found":
        empty = all(found.search(text) for text in ("", *ANY_TEXT))
        return Fault("is found in every text", "add a fixed word") if empty else None
    return Fault("also fits a text of no characters", "use + in place of *, or add a fixed word") if found.fullmatch("") else None


def _fits_anything(pattern: str, use: Use) -> bool:
    found = compiled(pattern)
    return all((found.search if use == "found" else found.fullmatch)(text) for text in ANY_TEXT)


def _dead(pattern: str, use: Use) -> Fault | None:
    """Why a pattern can never match."""
    tree = parse_tree(pattern)
    nodes = list(tree or ())
    if not nodes or len(nodes) > _LOOKED_AT:
        return None
    if use == "lines" and any(op is _constants.AT and where in (*_BEGINNINGS, *_ENDS) for op, where in nodes):
        return Fault("^ and $ mean the ends of the whole text here", "leave them out: it is matched from a line's start to a line's end")
    if _never(nodes, False, False):
        return Fault("can never match", "take out ^ and $ in its midst, or write \\^ and \\$ to mean the signs")
    if use in ("line", "lines") and (_forced_space(nodes) or _forced_space(nodes, backwards=True)):
        return Fault("can never match: lines are looked at without the white space at their ends", "take it out at the pattern's ends")
    return None


def one_character(pattern: str) -> bool:
    """Whether a pattern stands for one character and looks at no other: then no text makes it slow."""
    return _one_character(list(parse_tree(pattern) or ()))


def _one_character(nodes: Sequence[tuple[Any, Any]]) -> bool:
    if len(nodes) != 1:
        return False
    op, value = nodes[0]
    if op in (_constants.SUBPATTERN, _constants.BRANCH):
        return all(map(_one_character, inner(op, value)))
    return op in (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN)


_BEGINNINGS = (_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING)
_ENDS = (_constants.AT_END, _constants.AT_END_STRING)


def _width(nodes: Iterable[tuple[Any, Any]]) -> int:
    """Whether nodes match at least one character: 1 or 0."""
    for op, value in nodes:
        if op in (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN):
            return 1
        inside = inner(op, value)
        if inside and all(_width(branch) for branch in inside):
            return 1
    return 0


def _never(nodes: Sequence[tuple[Any, Any]], after: bool, before: bool) -> bool:
    """Whether nodes can't match, given whether characters must stand before and behind them."""
    for i, (op, value) in enumerate(nodes):
        led, followed = after or bool(_width(nodes[:i])), before or bool(_width(nodes[i + 1 :]))
        if op is _constants.AT and ((value in _BEGINNINGS and led) or (value in _ENDS and followed)):
            return True
        if (op is _constants.ASSERT_NOT and not list(value[1])) or op is _constants.FAILURE:
            return True
        if op is _constants.IN and _nothing(value):
            return True
        inside = inner(op, value)
        if inside and all(_never(branch, led, followed) for branch in inside):
            return True
    return False


def _nothing(members: Iterable[tuple[Any, Any]]) -> bool:
    r"""Whether a class such as `[^\s\S]` holds no character."""
    members = list(members)
    kinds = {value for op, value in members if op is _constants.CATEGORY}
    both = [
        (_constants.CATEGORY_SPACE, _constants.CATEGORY_NOT_SPACE),
        (_constants.CATEGORY_WORD, _constants.CATEGORY_NOT_WORD),
        (_constants.CATEGORY_DIGIT, _constants.CATEGORY_NOT_DIGIT),
    ]
    return members[0][0] is _constants.NEGATE and any(kinds.issuperset(pair) for pair in both)


def _forced_space(nodes: Sequence[tuple[Any, Any]], backwards: bool = False) -> bool:
    """Whether the first node that takes a character, or the last one, takes white space and nothing else."""
    for op, value in reversed(nodes) if backwards else nodes:
        if op is _constants.LITERAL:
            return chr(value).isspace()
        if op is _constants.IN:
            return all(
                (kind is _constants.LITERAL and chr(member).isspace())
                or (kind is _constants.CATEGORY and member is _constants.CATEGORY_SPACE)
                for kind, member in value
            )
        inside = inner(op, value)
        if inside:
            return all(_forced_space(branch, backwards) for branch in inside) and all(_width(branch) for branch in inside)
        if op is not _constants.AT:
            return False
    return False


def _nested(pattern: str) -> Fault | None:
    """Whether a pattern repeats a repeat, as `(a+)+` does: there are 2ⁿ ways to fit that to n letters, and some engines try them all."""
    found = next(_repeated_repeats(parse_tree(pattern) or ()), None)
    return (
        Fault(
            "blows up: it repeats what is itself a repeat, as (a+)+ does",
            "let something that must be there stand between the two: (?:a+ )+",
        )
        if found
        else None
    )


def _repeated_repeats(nodes: Iterable[tuple[Any, Any]]) -> Iterator[bool]:
    for op, value in nodes:
        for branch in [list(value[2])] if op in REPEATS else inner(op, value):
            if op in REPEATS and op is not _constants.POSSESSIVE_REPEAT and value[1] >= MANY and _is_repeat(branch):
                yield True
            yield from _repeated_repeats(branch)


def _is_repeat(nodes: Sequence[tuple[Any, Any]]) -> bool:
    """Whether nodes are an endless repeat and nothing else that must be there."""
    while len(nodes) == 1 and nodes[0][0] is _constants.SUBPATTERN:
        nodes = list(nodes[0][1][3])
    if len(nodes) == 1 and nodes[0][0] is _constants.BRANCH:
        return any(_is_repeat(list(branch)) for branch in nodes[0][1][1])
    endless = [node for node in nodes if node[0] in REPEATS[:2] and node[1][1] is _constants.MAXREPEAT]
    if not endless or _width(node for node in nodes if node not in endless):
        return False
    needed = [node for node in endless if node[1][0]]
    return len(needed) < 2 or len({repr(list(node[1][2])) for node in endless}) == 1  # `\w+\s+` is told apart by its spaces


#: Signs that authors forget to escape, with what an escaped one looks like.
_SIGNS = {
    "(": r"\((?!\?)",
    "[": r"\[",
    "?": r"\?(?!:)",
    "+": r"\+",
    "*": r"\*",
    "|": r"\|",
    "$": r"\$",
    "^": r"\^",
    "{": r"\{(?!\d)",
}


def forgotten(pattern: str, text: str, use: Use) -> str:
    """The signs that a pattern means to say and doesn't, because no backslash stands before them; an empty string if that isn't it.

    Args:
        pattern: What its author wrote, terms filled in.
        text: A text that it should fit, and doesn't.
        use: What it is for.

    >>> forgotten("listen (3 min)", "Listen (3 min)", "line")
    '( )'
    """
    bare = re.sub(r"\\.", "\0\0", pattern)
    present = [sign for sign, looks in _SIGNS.items() if sign in text and re.search(looks, bare)]
    for count in range(1, len(present) + 1):
        for signs in combinations(present, count):
            meant = _with_backslashes(pattern, signs)
            with suppress(regex.error, TimeoutError):
                found = regex.compile(meant, regex.IGNORECASE)
                if (found.search if use == "found" else found.fullmatch)(text.strip(), timeout=TRY_AT_MOST):
                    return " ".join({"(": "( )", "[": "[ ]", "{": "{ }"}.get(sign, sign) for sign in signs)
    return ""


def _with_backslashes(pattern: str, signs: Sequence[str]) -> str:
    wanted = "|".join(
        [_SIGNS[sign] for sign in signs] + [re.escape(closing) for sign, closing in (("(", ")"), ("[", "]"), ("{", "}")) if sign in signs]
    )
    parts, opened = [], 0
    for found in re.finditer(rf"(?s)\\.|(?P<sign>{wanted})|\(|.", pattern):
        token = found.group()
        if token == "(" and not found["sign"]:
            opened += 1  # of a group that is one
        if token == ")" and "(" in signs and opened:
            opened -= 1
            parts.append(token)
        else:
            parts.append("\\" + token if found["sign"] else token)
    return "".join(parts)


_TAMER = "nest no repeats, and let what follows a repeat differ from what it repeats"


def _blows_up(pattern: str, use: Use) -> Fault | None:
    """Whether a pattern takes time without end on some text of 1,000 characters."""
    try_on: Callable[..., object] = compiled(pattern).search if use == "found" else compiled(pattern).fullmatch
    if use == "lines":
        try_on = compiled(of_whole_lines(pattern)).match
    began = process_time()
    for probe in probes(pattern):
        if process_time() - began > TRIES_AT_MOST:
            return Fault(f"blows up: it takes more than {TRIES_AT_MOST:g} s on a few short texts", _TAMER)
        try:
            try_on(probe, timeout=TRY_AT_MOST)
        except TimeoutError:
            shown = probe[:24].strip()
            return Fault(f"blows up: it takes more than {TRY_AT_MOST:g} s on a text such as {shown + '…'!r}", _TAMER)
        except MemoryError:
            return Fault("blows up: it takes all memory", "make it simpler")
    return None
