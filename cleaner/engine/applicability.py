"""The rules that apply to a text: by its language, its site, or a site's fingerprint in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cleaner.engine.matcher import View
from cleaner.engine.matchers import Matchers
from cleaner.engine.prefilter import Prefilter, PrefilterIndex
from cleaner.result import Hints


class ApplicabilityIndex(NamedTuple):
    """Index of rules by language and site, of plain values. Rules are given as indexes.

    Attributes:
        by_site: Rules for some sites, by each of them.
        off_by_site: Rules that are switched off on some sites, by each of them.
        with_fingerprint: Rules with a fingerprint.
        fingerprints: Index of the literals of fingerprints.
        of_others: Rules for all sites for texts in a language that no rule names.
        by_language: Rules that a language has besides.
        of_all: All rules for all sites.
    """

    by_site: Mapping[str, Sequence[int]]
    off_by_site: Mapping[str, Sequence[int]]
    with_fingerprint: Sequence[int]
    fingerprints: PrefilterIndex
    of_others: Sequence[int]
    by_language: Mapping[str, Sequence[int]]
    of_all: Sequence[int]

    @classmethod
    def of(cls, matchers: Matchers) -> ApplicabilityIndex:
        """The index of some rules."""
        by_site: dict[str, list[int]] = defaultdict(list)
        off_by_site: dict[str, list[int]] = defaultdict(list)
        with_fingerprint: list[int] = []
        on_all_sites: list[int] = []
        for index, matcher in enumerate(matchers):
            rule = matcher.rule
            for site in rule.off_sites:
                off_by_site[site].append(index)
            for site in rule.sites:
                by_site[site].append(index)
            if rule.fingerprint:
                with_fingerprint.append(index)
            elif not rule.sites:
                on_all_sites.append(index)
        fingerprints = PrefilterIndex.of([matchers[index].prepared.fingerprint_literals for index in with_fingerprint])

        def rules_for(language: str) -> list[int]:
            return [index for index in on_all_sites if matchers[index].rule.is_for(language)]

        of_others = rules_for("other")
        languages = sorted({language for matcher in matchers for language in matcher.rule.languages})
        by_language = {language: sorted({*rules_for(language)}.difference(of_others)) for language in languages}
        return cls(by_site, off_by_site, with_fingerprint, fingerprints, of_others, by_language, rules_for(""))


class Applicability:
    """Picks the rules for a text without testing each. Rules are given as indexes of `matchers`, whose index may be given, too."""

    def __init__(self, matchers: Matchers, index: ApplicabilityIndex | None = None) -> None:
        self._matchers = matchers
        self.index = index or ApplicabilityIndex.of(matchers)
        self._by_site, self._off_by_site, self._with_fingerprint = self.index[:3]
        self._fingerprints = Prefilter(self.index.fingerprints)
        self._of_others = frozenset(self.index.of_others)
        self._of_all = frozenset(self.index.of_all)

    def of(self, hints: Hints, view: View) -> frozenset[int]:
        """Indexes of the rules that apply to a text.

        Raises:
            RuleTimeoutError: The search for a fingerprint took too long.
        """
        language = hints.primary_language
        in_force = self._of_others.union(self.index.by_language.get(language, ())) if language else self._of_all
        waiting: set[int] = set()  # rules for sites, each of which must be tested
        if self._with_fingerprint:
            for _, likely in self._fingerprints.candidates(view.document.text.split("\n")):
                waiting.update(self._with_fingerprint[index] for index in likely)
        off = set[int]()
        for site in hints.host_and_above if self._by_site or self._off_by_site else ():
            waiting.update(self._by_site.get(site, ()))
            off.update(self._off_by_site.get(site, ()))
        if waiting or off:
            in_force = in_force.difference(off).union(index for index in waiting if not self._matchers[index].kept_out_by(hints, view))
        return in_force
