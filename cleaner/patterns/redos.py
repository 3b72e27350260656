"""Tests for catastrophic backtracking (ReDoS): by a pattern's parse tree, and by trying the pattern on attack strings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from re import _constants  # type: ignore[attr-defined]  # there is no public parse tree
from time import process_time

from cleaner.patterns.source import compiled, of_whole_lines
from cleaner.patterns.syntax_tree import REPEATS, Node, inner, parse_tree, takes_character
from cleaner.patterns.values import Fault, Use

#: Seconds that matching one probe may take. The slowest useful pattern takes a hundredth of it; one that blows up never ends.
TRY_AT_MOST = 0.25
#: Seconds of processor time for all probes of a pattern.
TRIES_AT_MOST = 1.0
#: Characters of a probe: long enough to detect a cubic pattern (1e9 steps), short enough for a quadratic one to pass.
PROBE = 1000
_PROBES_AT_MOST = 36
#: Number of repeats that counts as endless.
MANY = 10


#: Greatest number of comparisons for which `regex` may prepare itself to look for fixed text: so many take it a third of a second, in which
#: neither its time limit nor a signal counts. Only text that repeats itself needs that many.
_COMPARED_AT_MOST = 250_000_000
#: Greatest length in characters of a pattern that has no parse tree: its fixed text isn't known.
_UNKNOWN_AT_MOST = 1_000

_TAMER = "nest no repeats, and let what follows a repeat differ from what it repeats"


def blows_up(pattern: str, use: Use) -> Fault | None:
    """Fault of a pattern that takes too much time or memory on some text of about 1,000 characters; None if there is none."""
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


def repetitive(pattern: str) -> Fault | None:
    """Fault of a pattern whose fixed text repeats itself so often that `regex` takes endless time to prepare itself."""
    tree = parse_tree(pattern)
    if tree is None and len(pattern) > _UNKNOWN_AT_MOST:
        return Fault(f"longer than {_UNKNOWN_AT_MOST:,} characters, in a syntax that only `regex` knows", "split it into several rules")
    for text in _fixed_texts(tree) if tree is not None else (pattern,):
        if _comparisons(text) > _COMPARED_AT_MOST:
            remedy = "say how often: (?:tide ){12}"
            return Fault(f"blows up: it repeats {text[:12].strip() + '…'!r} in {len(text):,} fixed characters", remedy)
    return None


def _fixed_texts(nodes: Iterable[Node]) -> Iterator[str]:
    """Texts of characters that stand in a row in a pattern; groups without alternatives, and what comes once, are seen through."""
    row = list[str]()
    for op, value in nodes:
        if op is _constants.LITERAL:
            row.append(chr(value))
        elif op is _constants.IN and len(value) == 1 and value[0][0] is _constants.LITERAL:
            row.append(chr(value[0][1]))
        else:
            is_look = op in (_constants.ASSERT, _constants.ASSERT_NOT)
            branches = [value[1]] if is_look else [value[2]] if op in REPEATS else inner(op, value)
            texts = [text for branch in branches for text in _fixed_texts(branch)]
            if op is _constants.SUBPATTERN or (op in REPEATS and value[:2] == (1, 1)):
                row += texts
            else:
                yield "".join(row)
                row.clear()
                yield from texts
    yield "".join(row)


def _comparisons(text: str) -> int:
    """Number of comparisons, by order of magnitude, for which each end of a text is looked for in all of it, whatever the case.

    >>> _comparisons("a" * 500), _comparisons("the tide came in at noon" + "b" * 500 + "c")
    (62375000, 525)
    """
    # For each place, the length of the text's end that stands before it (the Z algorithm, on the text backwards).
    backwards, length = text.lower()[::-1], len(text.lower())
    same = [0] * length
    start = end = 0
    for place in range(1, length):
        if place < end:
            same[place] = min(end - place, same[place - start])
        while place + same[place] < length and backwards[same[place]] == backwards[place + same[place]]:
            same[place] += 1
        if place + same[place] > end:
            start, end = place, place + same[place]
    return sum(same) * length


def nested_repeat(pattern: str) -> Fault | None:
    """Fault of a pattern that repeats a repeat, as `(a+)+`, which matches n letters in 2ⁿ ways; some engines try them all."""
    if not _repeats_a_repeat(parse_tree(pattern) or ()):
        return None
    remedy = "let something that must be there stand between the two: (?:a+ )+"
    return Fault("blows up: it repeats what is itself a repeat, as (a+)+ does", remedy)


def _repeats_a_repeat(nodes: Iterable[Node]) -> bool:
    for op, value in nodes:
        for branch in [value[2]] if op in REPEATS else inner(op, value):
            if op in REPEATS and op is not _constants.POSSESSIVE_REPEAT and value[1] >= MANY and _is_repeat(branch):
                return True
            if _repeats_a_repeat(branch):
                return True
    return False


def _is_repeat(nodes: Sequence[Node]) -> bool:
    """Whether nodes are an endless repeat, with nothing beside it but optional nodes."""
    while len(nodes) == 1 and nodes[0][0] is _constants.SUBPATTERN:
        nodes = nodes[0][1][3]
    if len(nodes) == 1 and nodes[0][0] is _constants.BRANCH:
        return any(map(_is_repeat, nodes[0][1][1]))
    endless = [node for node in nodes if node[0] in REPEATS[:2] and node[1][1] is _constants.MAXREPEAT]
    if not endless or any(takes_character(node) for node in nodes if node not in endless):
        return False
    needed = [node for node in endless if node[1][0]]
    return len(needed) < 2 or len({repr(list(node[1][2])) for node in endless}) == 1  # in `\w+\s+` the spaces show where each repeat ends


def probes(pattern: str) -> Iterator[str]:
    """Texts that enter a pattern's repeats and then fail to match."""
    tree = parse_tree(pattern)
    pumps = dict.fromkeys(_pumps(tree, "") if tree is not None else ())
    if tree is not None and not pumps:
        return  # it repeats nothing
    pumps.pop(("", ""), None)
    pumps |= dict.fromkeys(("", body) for body in ("a", " ", "0", "a ", "a,", "-"))
    # `regex` fails at once where a required string is missing; so a text that matches stands at the probe's end, where it does not help.
    whole = _sample(tree, 1) if tree is not None else ""
    made = 0
    for lead, body in pumps:
        for tail in ("\x01" + whole, "\x01", "\x01" + whole + "\x01"):
            yield lead[:PROBE] + body * (PROBE // max(1, len(body)) + 1) + tail
            made += 1
            if made == _PROBES_AT_MOST:
                return


def _pumps(nodes: Sequence[Node], lead: str) -> Iterator[tuple[str, str]]:
    """For each repeat, a text that matches the pattern before it, and a text that the repeat matches once."""
    before = lead
    for index, (op, value) in enumerate(nodes):
        before = (before + _sample(nodes[max(0, index - 1) : index]))[:PROBE]  # node by node: patterns may have very many
        if op in REPEATS and value[1] >= MANY:
            body = value[2]
            options = [branch for kind, branches in body if kind is _constants.BRANCH for branch in branches[1]][:4] or [body]
            samples = [_sample(option, 1) for option in options]
            yield from ((before, sample) for sample in samples)
            if len(samples) > 1:
                yield before, "".join(samples)
        if op in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from _pumps(value[1], before)
        for branch in ([value[2]] if op in REPEATS else inner(op, value))[:6]:
            yield from _pumps(branch, before)


_OF_CATEGORY = {
    _constants.CATEGORY_DIGIT: "0",
    _constants.CATEGORY_WORD: "a",
    _constants.CATEGORY_SPACE: " ",
    _constants.CATEGORY_NOT_DIGIT: "a",
    _constants.CATEGORY_NOT_WORD: "-",
    _constants.CATEGORY_NOT_SPACE: "a",
}


def _sample(nodes: Iterable[Node], at_least: int = 0) -> str:
    """A text that nodes match, lookaround and references aside; each repeat has its least count, or `at_least` if that is more."""
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


def _member(members: Sequence[Node]) -> str:
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
