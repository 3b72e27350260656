"""`cleaner rules accept` and `cleaner rules reject`: decide about learned rules by name, without the screen of a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from rich.console import Group

from cleaner.authoring.learn.decisions import Settled, deeds, is_doubtful
from cleaner.authoring.learn.learned_folder import LearnedFolder
from cleaner.cli import context, stdio
from cleaner.cli.options import Option, SettingOptions
from cleaner.errors import InputError, did_you_mean
from cleaner.render.console import console, from_here
from cleaner.render.learn import doubtful
from cleaner.ruleset.layers import load
from cleaner.ruleset.names import find_names, is_glob, suggest
from cleaner.ruleset.rule import Rule

From = Annotated[Path, Option("--from", metavar="DIR", help="Folder that cleaner learn wrote to.")]


def accept(
    names: Annotated[Sequence[str], Option(metavar="NAME", help="Doubtful rules, or globs. Default: list them all.")] = (),
    *,
    folder: From,
) -> int:
    """Accept doubtful rules that were learned.

    Doubtful are those that may take parts of articles. Accepted, they join the other rules in DIR, and apply where these do.
    """
    learned = LearnedFolder(folder)
    there = [rule for rule in _rules_of(learned) if is_doubtful(rule)]
    if names:
        found = _found(names, there, "no such doubtful rule", folder)
        return _settle(learned, {site: Settled(accepted=tuple(ids)) for site, ids in found.items()})
    console().print(Group(*doubtful(there)))
    here = from_here(str(folder))
    stdio.echo(f"accept them by name: cleaner rules accept NAME --from {here}" if there else f"{here} holds no doubtful rules")
    return 0


def reject(names: Annotated[Sequence[str], Option(metavar="NAME", help="Learned rules, or globs.")], *, folder: From) -> int:
    """Reject rules that were learned.

    They are removed from DIR, and not proposed again there.
    """
    learned = LearnedFolder(folder)
    found = _found(names, _rules_of(learned), "no such learned rule", folder)
    return _settle(learned, {site: Settled(rejected=tuple(ids)) for site, ids in found.items()})


def _rules_of(learned: LearnedFolder) -> Sequence[Rule]:
    """The rules that were learned."""
    return [rule for rule in load(learned.layers(context.settings(SettingOptions()).layers)).rules if learned.holds(rule)]


def _found(names: Sequence[str], rules: Sequence[Rule], otherwise: str, folder: Path) -> Mapping[str, Sequence[str]]:
    """Ids of the rules that some names mean, by site.

    Raises:
        InputError: A name means none (`otherwise` says so), or several without being a glob.
    """
    known = [rule.name for rule in rules]
    ids: dict[str, list[str]] = {}
    for given in names:
        found = find_names(given, known, {})
        if not found or (len(found) > 1 and not is_glob(given)):
            listed = f"cleaner rules accept --from {from_here(str(folder))} lists the doubtful ones"
            remedy = suggest(given, found, known) if found else did_you_mean(given, [name.removeprefix("sites/") for name in known], listed)
            raise InputError(given, "may be any of several rules" if found else otherwise, remedy)
        for name in found:
            _, site, id_ = name.split("/", 2)
            ids.setdefault(site, []).append(id_)
    return ids


def _settle(learned: LearnedFolder, decided: Mapping[str, Settled]) -> int:
    """Do what was decided, and say it."""
    with learned.alone():
        for site, each in decided.items():
            learned.settle(site, *each)
    for deed in deeds(decided):
        stdio.echo(deed)
    return 0
