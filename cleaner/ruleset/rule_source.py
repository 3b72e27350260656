"""A rule as its author wrote it: its text in its file, and where each of its patterns stands there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from cleaner.ruleset.rule import Rule
from cleaner.ruleset.toml_locations import Location, Locations


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule as it stands in its file.

    Attributes:
        source: Its text, from `[[rule]]` on, without white space at its end.
        patterns: What its author wrote as `match`, with the line of each.
    """

    source: str
    patterns: tuple[tuple[str, int], ...]


def source_of(rule: Rule, source: str) -> RuleSource:
    """Find a rule in the text of its file.

    Args:
        rule: The rule.
        source: The file's text, which is valid.
    """
    data, places = tomllib.loads(source.removeprefix("\ufeff")), Locations.of(source)
    heads = [places.key(("rule", number)) for number in range(len(data["rule"]))]
    number = next(number for number, place in enumerate(heads) if place and place.line == rule.line)
    after = heads[number + 1] if number + 1 < len(heads) else None
    # Behind the last rule, a table such as [terms] may follow.
    others = [place.line for path in places.keys if path[0] != "rule" and (place := places.key(path)) and place.line > rule.line]
    end = after.line if after else min(others, default=None)
    lines = source.split("\n")[rule.line - 1 : end - 1 if end else None]
    match = data["rule"][number].get("match", [])
    patterns = [match] if isinstance(match, str) else match
    path = ("rule", number, "match")
    found = [places.value((*path, i) if isinstance(match, list) else path) or Location(rule.line, 1) for i in range(len(patterns))]
    return RuleSource("\n".join(lines).rstrip(), tuple((pattern, place.line) for pattern, place in zip(patterns, found, strict=True)))
