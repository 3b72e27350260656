"""Checks of a pattern: that it is valid, can match something but not everything, and doesn't take endless time.

Rule files may come from strangers, so every check is bounded: a pattern is measured before it is compiled, and tried on short texts only.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import combinations

import regex

from cleaner.patterns.redos import TRY_AT_MOST, blows_up, nested_repeat, repetitive
from cleaner.patterns.source import CLASS, FLAGS, LONGEST_PATTERN, compiled, of_whole_lines
from cleaner.patterns.syntax_tree import begins_with_space, ends_with_space, has_anchor, never_matches, parse_tree
from cleaner.patterns.values import Fault, Use

#: Greatest number of nodes that a pattern may unfold to: `(?:a{1000}){1000}` becomes a million, and takes half a second to compile.
UNFOLDED_AT_MOST = 100_000
_NESTED_AT_MOST = 50

#: Texts that have nothing in common: a pattern that matches all of them is taken to match anything.
ANY_TEXT = ("x", "7", "Hardly anyone went there on a Sunday; nobody knew why.", "ЖУК", "¿?")


def check(pattern: str, use: Use, anything: bool = True) -> Fault | None:
    """The first fault of a pattern; None if it has none. `anything` allows it to match any text, since other keys limit the rule."""
    if use == "part":  # alone it may match more than as a part
        return _unsound(pattern, use) or nested_repeat(pattern)
    if use == "beside":  # it may match the empty text: that means that there is no such line
        return _unsound(pattern, "line") or _dead(pattern, "line") or nested_repeat(pattern) or blows_up(pattern, "line")
    fault = _unsound(pattern, use) or _empty(pattern, use) or _dead(pattern, use) or nested_repeat(pattern)
    if not fault and not anything and all(map(_matcher(compiled(pattern), use), ANY_TEXT)):
        fault = Fault("fits every text", "add a fixed word")
    return fault or blows_up(pattern, use)


def _matcher(pattern: regex.Pattern[str], use: Use) -> Callable[..., object]:
    return pattern.search if use == "found" else pattern.fullmatch


_GLOBAL_FLAGS = re.compile(r"\(\?[a-zA-Z0-9]+\)")
_RECURSION = re.compile(r"\(\?(?:R|[0-9+-]+|&\w+|P>\w+)\)")


def _unsound(pattern: str, use: Use) -> Fault | None:
    """Fault of a pattern that can't be compiled, or would take too long to compile."""
    if len(pattern) > LONGEST_PATTERN:
        return Fault(f"longer than {LONGEST_PATTERN:,} characters", "split it into several rules")
    bare = _unescaped(pattern)
    if match := _RECURSION.search(bare):
        return Fault(f"a pattern that calls itself, {match.group()}, has no end", "write out how deep it goes", match.start())
    if match := _GLOBAL_FLAGS.search(bare):
        remedy = "write (?-i:…) around the part where capitals matter"
        return Fault(f"{match.group()} would change all of the pattern", remedy, match.start())
    depth, size = _measure(bare)
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
        remedy = "put a backslash before ( ) [ ] { } . * + ? | ^ $ to mean the sign itself"
        return Fault(f"not a valid pattern: {message}", remedy, min(getattr(error, "pos", None) or 0, len(pattern)))
    except (OverflowError, MemoryError, RecursionError, ValueError) as error:
        return Fault(f"not a valid pattern: {str(error).lower() or 'too large'}", "make it simpler")
    return repetitive(pattern)


_ESCAPE_OR_CLASS = re.compile(rf"\\.|{CLASS}", re.DOTALL)


def _unescaped(pattern: str) -> str:
    """The pattern with each character of its escapes and classes replaced by NUL, so that offsets stay."""
    return _ESCAPE_OR_CLASS.sub(lambda match: "\0" * len(match.group()), pattern)


_HUGE = 10**12  # stands for all greater sizes
_COUNT = re.compile(r"\{(\d+)(?:,\d*)?\}")


def _measure(bare: str) -> tuple[int, int]:
    """Depth of a pattern's groups, and number of its nodes with counted repeats written out; `bare` comes from `_unescaped`."""
    sizes, last, deepest, offset = [0], 0, 0, 0
    while offset < len(bare):
        char = bare[offset]
        if char == "(":
            sizes[-1] += last
            sizes.append(0)
            last = 0
            deepest = max(deepest, len(sizes) - 1)
        elif char == ")" and len(sizes) > 1:
            last += sizes.pop()
        elif char == "{" and (match := _COUNT.match(bare, offset)):
            last = min(last * max(1, int(match.group(1)[:9])), _HUGE)
            offset = match.end() - 1
        else:
            sizes[-1] += last
            last = 1
        offset += 1
    return deepest, min(sum(sizes) + last, _HUGE)


def _empty(pattern: str, use: Use) -> Fault | None:
    """Fault of a pattern that matches the empty text."""
    matches = _matcher(compiled(pattern), use)
    if not matches(""):
        return None
    if use == "found":
        return Fault("is found in every text", "add a fixed word") if all(map(matches, ANY_TEXT)) else None
    return Fault("also fits a text of no characters", "use + in place of *, or add a fixed word")


def _dead(pattern: str, use: Use) -> Fault | None:
    """Fault of a pattern that can never match."""
    nodes = parse_tree(pattern)
    if not nodes:
        return None
    if use == "lines" and has_anchor(nodes):
        return Fault("^ and $ mean the ends of the whole text here", "leave them out: it is matched from a line's start to a line's end")
    if never_matches(nodes):
        return Fault("can never match", "take out ^ and $ in its midst, or write \\^ and \\$ to mean the signs")
    if use in ("line", "lines") and (begins_with_space(nodes) or ends_with_space(nodes)):
        return Fault("can never match: lines are looked at without the white space at their ends", "take it out at the pattern's ends")
    return None


#: Signs that authors forget to escape, each with a pattern that finds it unescaped.
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
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def missing_backslashes(pattern: str, text: str, use: Use) -> str:
    """Signs, separated by blanks, before which a backslash would make the pattern match the text; an empty string if that doesn't help.

    >>> missing_backslashes("listen (3 min)", "Listen (3 min)", "line")
    '( )'
    """
    bare = re.sub(r"\\.", "\0\0", pattern)
    present = [sign for sign, looks in _SIGNS.items() if sign in text and re.search(looks, bare)]
    for count in range(1, len(present) + 1):
        for signs in combinations(present, count):
            meant = _with_backslashes(pattern, signs)
            with suppress(regex.error, TimeoutError):
                if _matcher(regex.compile(meant, FLAGS), use)(text.strip(), timeout=TRY_AT_MOST):
                    return " ".join(f"{sign} {_CLOSING[sign]}" if sign in _CLOSING else sign for sign in signs)
    return ""


def _with_backslashes(pattern: str, signs: Sequence[str]) -> str:
    closing = [re.escape(_CLOSING[sign]) for sign in signs if sign in _CLOSING]
    wanted = "|".join([*(_SIGNS[sign] for sign in signs), *closing])
    parts, opened = [], 0
    for match in re.finditer(rf"(?s)\\.|(?P<sign>{wanted})|\(|.", pattern):
        token = match.group()
        if token == "(" and not match["sign"]:
            opened += 1  # a real group, whose closing bracket stays unescaped
        if token == ")" and "(" in signs and opened:
            opened -= 1
            parts.append(token)
        else:
            parts.append("\\" + token if match["sign"] else token)
    return "".join(parts)
