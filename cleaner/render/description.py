"""Descriptions of rules in plain words, for the terminal and for the catalogue."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from cleaner.authoring.examples import example_results
from cleaner.render.console import from_here
from cleaner.render.diff_rows import Fold, Piece, Row, folded, rows
from cleaner.ruleset import toml_writer
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.rule import Confidence, Override, PreparedRule, Rule
from cleaner.wording import shorten

#: An example text: its lines, without blank ones, and folds in the place of long stretches.
Example: TypeAlias = Sequence[Row | Fold]

#: Greatest length of a piece of an example, in characters.
_PIECE_AT_MOST = 400


class Description(NamedTuple):
    """A rule in plain words.

    Attributes:
        name: Full name of the rule.
        about: What it takes, as a sentence.
        takes: What its kind takes: `Takes whole lines.`
        confidence: How sure the rule is.
        levels: Levels at which it is in force: `safe, standard and aggressive`.
        languages: Languages that it is for: `English`.
        sites: Sites that it is for: `any site`.
        family: Name of its family.
        meaning: What the family takes, or an empty string if nobody has said.
        place: File and line, relative to the working directory.
        layer: Name of the layer.
        seen: Number of pages on which learning saw what goes; 0 if nobody has counted.
        notes: Changes by other layers.
        goes: Texts of which something goes.
        stays: Near misses that stay as they are.
        goes_left_out: Number of further such texts.
        stays_left_out: Number of further such texts.
        is_off: Whether the rule is switched off everywhere.
    """

    name: str
    about: str
    takes: str
    confidence: Confidence
    levels: str
    languages: str
    sites: str
    family: str
    meaning: str
    place: str
    layer: str
    seen: int
    notes: tuple[str, ...]
    goes: tuple[Example, ...]
    stays: tuple[Example, ...]
    goes_left_out: int
    stays_left_out: int
    is_off: bool

    @property
    def option(self) -> str:
        """Command that cleans without the rule."""
        return f"cleaner --disable {shlex.quote(self.name)}"

    @property
    def setting(self) -> str:
        """Line of a configuration that switches the rule off."""
        return f"disable = [{toml_writer.string(self.name)}]"


def describe(prepared: PreparedRule, rule_set: RuleSet, most: int) -> Description:
    """Description of a rule of the set, in force or switched off, with at most `most` texts that go and as many that stay."""
    rule = prepared.rule
    removes, keeps = ([_text(text, by) for text in texts] for texts, by in ((rule.removes, rule.name), (rule.all_keeps, "")))
    results = [*example_results(prepared)]
    changed, unchanged = ([_example(rows(result)) for result in results if result.changed is wanted] for wanted in (True, False))
    goes = [
        *removes[: most - 1],
        *changed[:1],
        *removes[most - 1 :],
        *changed[1:],
    ]  # one that shows what stays beside it is among the first
    stays = [*keeps, *unchanged]
    return Description(
        name=rule.name,
        about=rule.about if rule.about.endswith((".", "!", "?", "…")) else f"{rule.about}.",
        takes=f"Takes {rule.takes}.",
        confidence=rule.confidence,
        levels=_listed(rule.levels),
        languages=_languages(rule, rule_set),
        sites=_sites(rule),
        family=rule.family,
        meaning=rule_set.families.get(rule.family, ""),
        place=place(rule),
        layer=rule.layer,
        seen=rule.seen,
        notes=tuple(_notes(rule, rule_set)),
        goes=tuple(goes[:most]),
        stays=tuple(stays[:most]),
        goes_left_out=max(0, len(goes) - most),
        stays_left_out=max(0, len(stays) - most),
        is_off=any(off.name == rule.name for off, _ in rule_set.off),
    )


def _text(text: str, by: str) -> Example:
    return _example(Row(number, (Piece(line, by),)) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _example(given: Iterable[Row]) -> Example:
    shown = [_shortened(row) for row in given if row.pieces]
    return shown if all(row.is_kept for row in shown) else list(folded(shown))


def _shortened(row: Row) -> Row:
    return Row(row.number, tuple(piece._replace(text=shorten(piece.text, _PIECE_AT_MOST)) for piece in row.pieces))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _languages(rule: Rule, rule_set: RuleSet) -> str:
    names = language_names(rule_set)
    named = _listed([names.get(code, code) for code in rule.languages]) if rule.languages else "any language"
    return f"{named}, in texts of any language" if rule.everywhere else named


def language_names(rule_set: RuleSet) -> dict[str, str]:
    """What people call the languages of a rule set, by code."""
    return {language.code: language.name for language in rule_set.languages}


def _sites(rule: Rule) -> str:
    on = [f"on {_listed(rule.sites)}"] if rule.sites else []
    marked = ["where the mark of its site stands in the text"] if rule.fingerprint else []
    return f"only {', or '.join([*on, *marked])}" if on or marked else "any site"


def _notes(rule: Rule, rule_set: RuleSet) -> Iterator[str]:
    for off, change in rule_set.off:
        if off.name == rule.name:
            yield f"switched off by {origin(change)}"
    if rule.name in rule_set.moved:
        yield f"its confidence is {rule.confidence}, by {origin(rule_set.moved[rule.name])}"
    for exemption in rule.exemptions:
        yield f"leaves alone what {from_here(exemption.file)}:{exemption.line} says"
    if rule.off_sites:
        yield f"switched off on {', '.join(rule.off_sites)}"
    for other in rule_set.replaced:
        if other.name == rule.name:
            yield f"replaces the rule of {place(other)}"


def place(rule: Rule, line: int = 0) -> str:
    """Location of a rule: its file, relative to the working directory, and `line`, by default that of the rule."""
    return f"{from_here(rule.file)}:{line or rule.line}"


def origin(change: Override) -> str:
    """Location of a change of rules: its file and line, or the option that makes it."""
    return f"{from_here(change.file)}:{change.line}" if change.line else change.file
