"""The rules that apply to a text: by its language, its site, or a site's fingerprint in it."""

from __future__ import annotations

from collections import defaultdict

from cleaner.engine.matcher import View
from cleaner.engine.pickling import Matchers
from cleaner.engine.prefilter import Prefilter
from cleaner.result import Hints


class Applicability:
    """Index of rules by language and site, to pick the rules for a text without testing each. Rules are given as indexes of `matchers`."""

    def __init__(self, matchers: Matchers) -> None:
        self._matchers = matchers
        self._by_site: dict[str, list[int]] = defaultdict(list)
        self._off_by_site: dict[str, list[int]] = defaultdict(list)
        self._with_fingerprint: list[int] = []
        self._on_all_sites: list[int] = []
        for index, matcher in enumerate(matchers):
            rule = matcher.rule
            for site in rule.off_sites:
                self._off_by_site[site].append(index)
            for site in rule.sites:
                self._by_site[site].append(index)
            if rule.fingerprint:
                self._with_fingerprint.append(index)
            elif not rule.sites:
                self._on_all_sites.append(index)
        self._fingerprints = Prefilter([matchers[index].prepared.fingerprint_literals for index in self._with_fingerprint])
        #: Rules for all sites: those for texts in a language that no rule names, those that a language has besides, and all.
        self._of_others = self._for("other")
        languages = {language for matcher in matchers for language in matcher.rule.languages}
        self._by_language = {language: self._for(language) - self._of_others for language in languages}
        self._of_all = self._for("")

    def _for(self, language: str) -> frozenset[int]:
        return frozenset(index for index in self._on_all_sites if self._matchers[index].rule.is_for(language))

    def of(self, hints: Hints, view: View) -> frozenset[int]:
        """Indexes of the rules that apply to a text.

        Raises:
            RuleTimeoutError: The search for a fingerprint took too long.
        """
        language = hints.primary_language
        in_force = self._of_others | self._by_language.get(language, frozenset()) if language else self._of_all
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
