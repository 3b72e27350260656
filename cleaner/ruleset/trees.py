"""Decision trees as rule files write them: `words < 4 ? 120 : prose[1] < 1 ? 30 : -80`."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from cleaner.ruleset.rule import Feature, Question, Tree

_TOKEN = re.compile(
    r"\s*(?:(?P<feature>[a-z][a-z-]*)(?:\[(?:(?P<seen>seen)|(?P<first>-?\d+)(?:\.\.(?P<last>-?\d+))?)\])?|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign>[<?:]))"
)
#: Greatest distance in lines of a line that a feature is measured on.
FARTHEST = 50
#: Greatest number of questions on one way through a tree.
DEEPEST = 12


class TreeError(ValueError):
    """A tree that can't be read; the argument says why and where."""


class TreeReader:
    """Reads trees and numbers the features that they ask about.

    Args:
        names: Names of the facts and patterns that trees may ask about.
    """

    def __init__(self, names: Container[str]) -> None:
        self._names = names
        self.features: dict[Feature, int] = {}

    def read(self, source: str) -> Tree:
        """The tree that a source describes.

        Raises:
            TreeError: It describes none.
        """
        tokens = self._tokens(source)
        tree = self._tree(tokens, 0)
        rest = next(tokens, None)
        if rest is not None:
            raise TreeError(f"it goes on behind its end: {_shown(rest)!r}")
        return tree

    def _tokens(self, source: str) -> Iterator[re.Match[str]]:
        offset, end = 0, len(source.rstrip())
        while offset < end:
            token = _TOKEN.match(source, offset)
            if token is None:
                raise TreeError(f"it can't be read from {source[offset : offset + 20].strip()!r} on")
            yield token
            offset = token.end()

    def _tree(self, tokens: Iterator[re.Match[str]], depth: int) -> Tree:
        token = self._next(tokens, "points, or a question such as 'words < 4'")
        if token["number"]:
            return float(token["number"])
        if not token["feature"]:
            raise TreeError(f"{_shown(token)!r} stands where points or a question should")
        if depth == DEEPEST:
            raise TreeError(f"it asks more than {DEEPEST} questions in a row")
        feature = self._feature(token)
        number = self.features.setdefault(feature, len(self.features))
        self._sign(tokens, "<")
        bound = self._next(tokens, "a number")
        if not bound["number"]:
            raise TreeError(f"{_shown(bound)!r} stands where a number should")
        self._sign(tokens, "?")
        below = self._tree(tokens, depth + 1)
        self._sign(tokens, ":")
        return Question(number, float(bound["number"]), below, self._tree(tokens, depth + 1))

    def _feature(self, token: re.Match[str]) -> Feature:
        name, first, last = token["feature"], int(token["first"] or 0), int(token["last"] or token["first"] or 0)
        if name not in self._names:
            raise UnknownFactError(name)
        if first > last or max(abs(first), abs(last)) > FARTHEST:
            raise TreeError(f"{_shown(token)!r} is no range of lines: the lower one comes first, and none is farther than {FARTHEST}")
        return Feature(name, first, last, bool(token["seen"]))

    def _sign(self, tokens: Iterator[re.Match[str]], sign: str) -> None:
        token = self._next(tokens, repr(sign))
        if token["sign"] != sign:
            raise TreeError(f"{_shown(token)!r} stands where {sign!r} should")

    def _next(self, tokens: Iterator[re.Match[str]], wanted: str) -> re.Match[str]:
        token = next(tokens, None)
        if token is None:
            raise TreeError(f"it ends where {wanted} should stand")
        return token


class UnknownFactError(TreeError):
    """A tree asks about something that is no fact; the argument is its name."""


def _shown(token: re.Match[str]) -> str:
    return token.group().strip()
