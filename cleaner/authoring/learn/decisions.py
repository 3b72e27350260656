"""What a person decided about learned rules in a review, by site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cleaner.authoring.learn.rule_writer import DOUBTFUL
from cleaner.authoring.review.session import Session
from cleaner.ruleset.rule import Rule
from cleaner.wording import counted


class Settled(NamedTuple):
    """Ids of the rules of a site: doubtful ones that are accepted, and all that are rejected."""

    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


def settled(session: Session) -> Mapping[str, Settled]:
    """What was decided about whole rules, by site. A doubtful rule of which something is accepted, and the rest narrowed, is accepted."""
    decided: dict[str, Settled] = {}
    for name, indexes in session.of_rule.items():
        _, site, id_ = name.split("/", 2)
        before = decided.get(site, Settled())
        verdicts = {session.decisions[index].verdict for index in indexes if index in session.decisions}
        if session.is_off(name):
            decided[site] = before._replace(rejected=(*before.rejected, id_))
        elif is_doubtful(session.rules[name]) and verdicts & {"accept", "edit"}:
            decided[site] = before._replace(accepted=(*before.accepted, id_))
    return decided


def is_doubtful(rule: Rule) -> bool:
    """Whether a learned rule is one of those that nobody has accepted yet."""
    return DOUBTFUL in rule.about


def deeds(decided: Mapping[str, Settled]) -> Iterator[str]:
    """What is done with the rules, in words."""
    accepted = [f"{site}/{id_}" for site, each in decided.items() for id_ in each.accepted]
    rejected = [f"{site}/{id_}" for site, each in decided.items() for id_ in each.rejected]
    if accepted:
        yield f"{counted(len(accepted), 'doubtful rule')} accepted: {', '.join(accepted)}"
    if rejected:
        yield f"{counted(len(rejected), 'rule')} rejected, and not proposed again: {', '.join(rejected)}"
