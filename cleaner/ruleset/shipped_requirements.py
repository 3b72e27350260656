"""Requirements of the shipped rules' patterns, derived beforehand: a first run would take a quarter of a minute to derive them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from cleaner.patterns.values import Required
from cleaner.ruleset.plain_values import codec

#: The file with them. `python -m tests.requirements` writes it anew.
FILE = Path(__file__).with_name("requirements.json")
_PATTERNS = Path(__file__).parent.parent / "patterns"


def code_digest() -> str:
    """Digest of the code that derives requirements, whatever its line ends."""
    code = b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in sorted(_PATTERNS.glob("*.py")))
    return hashlib.blake2b(code, digest_size=16).hexdigest()


def words_digest(common: frozenset[str]) -> str:
    """Digest of the commonest words of languages."""
    return hashlib.blake2b("\n".join(sorted(common)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def key_of(derive: Callable[[str, frozenset[str]], Required], pattern: str) -> str:
    """Key of what a function derives from a pattern."""
    return hashlib.blake2b(f"{derive.__name__}\0{pattern}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


#: How requirements are written in the file.
CODEC = codec(Required)


class ShippedRequirements:
    """What was derived beforehand with some common words of languages; nothing, if the code or the words were others."""

    def __init__(self, common: frozenset[str]) -> None:
        self._common = common

    def get(self, derive: Callable[[str, frozenset[str]], Required], pattern: str) -> Required | None:
        """What a function derives from a pattern; None if that isn't known."""
        values = self._required.get(key_of(derive, pattern))
        return None if values is None else CODEC.decode(values)

    @cached_property
    def _required(self) -> Mapping[str, Sequence[object]]:
        try:
            held = json.loads(FILE.read_text(encoding="utf-8"))
            is_fresh = held["code"] == code_digest() and held["words"] == words_digest(self._common)
            return held["required"] if is_fresh else {}
        except (OSError, ValueError, KeyError, TypeError):  # then they are derived
            return {}
