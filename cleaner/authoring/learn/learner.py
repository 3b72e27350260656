"""Learning of sites, one after the other, from their sampled pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from cleaner.authoring.examples import example_engine
from cleaner.authoring.learn.evidence import PAGES_AT_LEAST, Site
from cleaner.authoring.learn.pages import PageText, key, read
from cleaner.authoring.learn.proposals import proposals
from cleaner.authoring.learn.rule_writer import LearnedRule, RuleWriter
from cleaner.engine.engine import Engine
from cleaner.io.page_store import PageStore
from cleaner.patterns.source import Term
from cleaner.result import Hints

#: Text after which an engine looks for its literals by one automaton.
_MANY_LINES = "".join(f"It was quiet on quay {number}, and on the others, too.\n" for number in range(2_500))


class SiteTask(NamedTuple):
    """Sites for one process: their names, and the number of their pages."""

    sites: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class LearnedSite:
    """What was learned of a site.

    Attributes:
        name: Host, or name of the group.
        sampled: Number of pages that were looked at.
        size: Number of those that aren't copies of others.
        rules: Proposals as rules, the sure ones first.
        fired: For each rule in force, the number of pages on which it took something.
    """

    name: str
    sampled: int
    size: int
    rules: Sequence[LearnedRule] = ()
    fired: Mapping[str, int] = field(default_factory=dict)

    def only_sure(self) -> LearnedSite:
        """The same without the doubtful rules."""
        return replace(self, rules=tuple(rule for rule in self.rules if not rule.proposal.doubt))

    @property
    def sure(self) -> int:
        """Number of sure rules."""
        return sum(not rule.proposal.doubt for rule in self.rules)


class SiteLearner:
    """Learns sites; picklable, for other processes.

    Args:
        store: Path of the store with their pages.
        engine: Engine with the rules in force.
        everyone: Engine with the rules of all levels.
        terms: Terms that patterns of rules may use.
        hints: Hints for every text.
        rejected: For each site, the digests of proposals that a person has rejected.
        kept: For each site, texts that a person has kept from a rule of it.
    """

    def __init__(
        self,
        store: Path,
        engine: Engine,
        everyone: Engine,
        terms: Mapping[str, Term],
        hints: Hints,
        rejected: Mapping[str, Collection[str]] = MappingProxyType({}),
        kept: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        self._store, self._engine, self._everyone, self._terms, self._hints = store, engine, everyone, terms, hints
        self._rejected = rejected
        self._kept = {site: frozenset(map(key, texts)) for site, texts in kept.items()}

    def __call__(self, task: SiteTask, skip: Mapping[int, str], heartbeat: Callable[[int, int, int], object]) -> list[LearnedSite]:
        """What is learned of a task's sites."""
        store = PageStore(self._store)
        try:
            return [self._learned(store, name, heartbeat, index) for index, name in enumerate(task.sites) if index not in skip]
        finally:
            store.close()

    @cached_property
    def _examples(self) -> Engine:
        """Engine for examples with the rules in force, as `rules test` has it."""
        engine = example_engine(matcher.prepared for matcher in self._everyone.matchers if not matcher.rule.kind.judges_pages)
        engine.clean(_MANY_LINES)  # then it is ready for many texts: each line here would be too short to make it so
        return engine

    def _learned(self, store: PageStore, name: str, heartbeat: Callable[[int, int, int], object], index: int) -> LearnedSite:
        pages, fired = [], Counter[str]()
        sampled = store.pages(name)
        for number, page in enumerate(sampled):
            heartbeat(index, number, len(page.text))
            pages.append(read(PageText(page.name, page.text, page.url or name), self._engine, self._hints))
            fired.update(pages[-1].fired)
        heartbeat(index, len(sampled), sum(len(page.text) for page in sampled))
        site = Site(name, pages, self._kept.get(name, ()))
        if site.size < PAGES_AT_LEAST:
            return LearnedSite(name, len(sampled), site.size, fired=fired)
        rejected = self._rejected.get(name, ())
        found = [proposal for proposal in proposals(site) if proposal.digest not in rejected]
        return LearnedSite(name, len(sampled), site.size, tuple(RuleWriter(site, self._terms, self._examples).written(found)), fired)
