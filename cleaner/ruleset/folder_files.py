"""Readers of the files of a rule folder that hold no rules: languages, what families take, and former names of rules."""

from __future__ import annotations

from cleaner.errors import Problem, RuleError
from cleaner.patterns.soundness import check
from cleaner.patterns.syntax_tree import is_one_character
from cleaner.patterns.values import Fault
from cleaner.ruleset.rule import LanguageProfile
from cleaner.ruleset.schema import FamilyFileTable, LanguageFileTable, LanguageTable, RenamedFileTable
from cleaner.ruleset.toml_locations import Location
from cleaner.ruleset.toml_reader import read_table


def parse_languages(source: str, file: str) -> dict[str, LanguageProfile]:
    """Features of languages, by language code, from a folder's `languages.toml`.

    Raises:
        RuleError: The file isn't such a table.
    """
    table, locations = read_table(source, LanguageFileTable, file)
    problems = []
    for code, given in table.language.items():
        fault = check(given.letters, "found", anything=False) if given.letters else None
        if given.letters and not fault and not is_one_character(given.letters):
            fault = Fault("stands for more than one letter", "write a class, such as [ĐđŠš]")
        location = locations.key(("language", code)) or Location(0, 0)
        if fault or not (given.words or given.letters):
            message = f"letters: {fault.message}" if fault else f"language {code!r} has neither words nor letters"
            problems.append(
                Problem(file, location.line, "", message, fault.remedy if fault else "give its commonest words", location.column)
            )
    if problems:
        raise RuleError(problems)
    return {code: _profile(code, given) for code, given in table.language.items()}


def _profile(code: str, given: LanguageTable) -> LanguageProfile:
    words, letters = tuple(given.words or ()), given.letters or ""
    return LanguageProfile(code, words, letters, tuple(given.abbreviations), tuple(given.addresses), given.everywhere, given.name or code)


def parse_families(source: str, file: str) -> dict[str, str]:
    """What the rules of families take, by the family's name, from a folder's `families.toml`.

    Raises:
        RuleError: The file isn't such a table.
    """
    return dict(read_table(source, FamilyFileTable, file)[0].family)


def parse_renamed(source: str, file: str) -> dict[str, str]:
    """New names of rules, by former name, from a folder's `renamed.toml`.

    Raises:
        RuleError: The file isn't such a table.
    """
    return dict(read_table(source, RenamedFileTable, file)[0].renamed)
