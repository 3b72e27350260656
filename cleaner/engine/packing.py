"""Engines as bytes, for the cache and for other processes. They hold plain values only: nothing in them is run when they are read.

The first line holds the engine's index. Behind it stand the rules, each on a line, which is read when a text first needs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from cleaner.engine.applicability import ApplicabilityIndex
from cleaner.engine.candidates import CandidateIndex
from cleaner.engine.engine import Engine, EngineIndex
from cleaner.engine.language import LanguageIndex
from cleaner.engine.part_index import PartIndex
from cleaner.engine.prefilter import PrefilterIndex
from cleaner.patterns.source import FLAGS, compile_with
from cleaner.ruleset.pattern_cache import PatternCache
from cleaner.ruleset.plain_values import codec
from cleaner.ruleset.rule import LanguageProfile

#: Number of packed engines that a process keeps.
_KEPT = 4
_LANGUAGES = codec(tuple[LanguageProfile, ...])


def dumps(engine: Engine) -> bytes:
    """An engine as bytes.

    Raises:
        TypeError, ValueError: One of its rules has no plain form.
    """
    head = json.dumps([engine.guarded, _LANGUAGES.encode(engine.languages), engine.index], ensure_ascii=False, separators=(",", ":"))
    return b"".join(line + b"\n" for line in [head.encode("utf-8", "surrogatepass"), *engine.matchers.packed])


def loads(data: bytes) -> Engine:
    """The engine from `dumps`.

    Raises:
        TypeError, ValueError: The bytes are damaged.
    """
    head, *rules = _lines(data)
    guarded, languages, plain = json.loads(bytes(head).decode("utf-8", "surrogatepass"))
    index = EngineIndex._make(plain)
    candidates = CandidateIndex._make(index.candidates)
    candidates = candidates._replace(prefilter=PrefilterIndex._make(candidates.prefilter), parts=PartIndex._make(candidates.parts))
    applicability = ApplicabilityIndex._make(index.applicability)
    applicability = applicability._replace(fingerprints=PrefilterIndex._make(applicability.fingerprints))
    index = index._replace(candidates=candidates, applicability=applicability, languages=LanguageIndex._make(index.languages))
    return Engine(rules, _LANGUAGES.decode(languages), guarded, index)


def _lines(data: bytes) -> Iterator[memoryview]:
    """Lines of some bytes, without copying them."""
    whole, start = memoryview(data), 0
    while (end := data.find(b"\n", start)) >= 0:
        yield whole[start:end]
        start = end + 1


@lru_cache(maxsize=_KEPT)
def packed(engine: Engine) -> tuple[bytes, bytes]:
    """An engine, and the compiled code of all of its patterns: reading that is much faster than compiling."""
    patterns = PatternCache(FLAGS)
    for pattern in engine.patterns:
        patterns(pattern)
    patterns.keep()
    return dumps(engine), patterns.packed()


def unpacked(engine: bytes, patterns: bytes) -> Engine:
    """The engine from `packed`; its patterns are those that this process uses from now on."""
    compile_with(PatternCache(FLAGS, patterns))
    return loads(engine)
