"""Requirements of the shipped rules' patterns, as the package holds them. `python -m tests.requirements` writes them anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from cleaner.patterns.values import Required
from cleaner.ruleset.layers import load
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.shipped_requirements import CODEC, FILE, ShippedRequirements, code_digest, key_of, words_digest


def requirements(anew: bool = True) -> str:
    """The file's content; if not `anew`, only what the file lacks is derived."""
    rule_set = load()
    common = frozenset(word for language in rule_set.languages for word in language.words)
    held = ShippedRequirements(common)
    found: dict[str, Sequence[object]] = {}

    def derived(derive: Callable[[str, frozenset[str]], Required], pattern: str) -> Required:
        required = (None if anew else held.get(derive, pattern)) or derive(pattern, common)
        found[key_of(derive, pattern)] = CODEC.encode(required)
        return required

    for prepared in rule_set.prepared:
        prepare(prepared.rule, common, trusted=True, requirements=derived)
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(values, ensure_ascii=False)}" for key, values in sorted(found.items()))
    head = json.dumps({"code": code_digest(), "words": words_digest(common)})
    return f'{head[:-1]}, "required": {{\n{lines}\n}}}}\n'


if __name__ == "__main__":
    FILE.write_text(requirements(), encoding="utf-8")
