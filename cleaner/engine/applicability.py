"""Which rules are in force for a text: by its language, its site, or a site's mark in it."""

from __future__ import annotations

from cleaner.engine.matcher import View
from cleaner.engine.pickling import Matchers
from cleaner.engine.prefilter import Prefilter
from cleaner.result import Hints


class Applicability:
    """Picks the rules for a text without asking each of them.

    Args:
        matchers: The rules; they are told by their places in this list.
    """

    def __init__(self, matchers: Matchers) -> None:
        self._matchers = matchers
        self._by_language: dict[str, frozenset[int]] = {}
        self._languages = {language for matcher in matchers for language in matcher.rule.languages}
        self._at_home: dict[str, list[int]] = {}  # by site
        self._off: dict[str, list[int]] = {}
        self._marked: list[int] = []  # by a mark in the text
        self._free: list[tuple[int, tuple[str, ...]]] = []  # and the languages that they are for
        for place, matcher in enumerate(matchers):
            rule = matcher.rule
            for site in rule.off_sites:
                self._off.setdefault(site, []).append(place)
            for site in rule.sites:
                self._at_home.setdefault(site, []).append(place)
            if rule.fingerprint:
                self._marked.append(place)
            elif not rule.sites:
                self._free.append((place, rule.languages))
        self._marks = Prefilter([matchers[place].prepared.fingerprint_literals for place in self._marked])

    def of(self, hints: Hints, view: View) -> frozenset[int]:
        """The places of the rules in force for a text.

        Raises:
            RuleTimeoutError: To look for a mark took too long.
        """
        found = self._of_language(hints.primary_language)
        further: set[int] = set()
        if self._marked:
            likely = {self._marked[number] for _, numbers in self._marks.candidates(view.document.text.split("\n")) for number in numbers}
            further.update(likely)
        off = set[int]()
        for site in hints.host_and_above if self._at_home or self._off else ():
            further.update(self._at_home.get(site, ()))
            off.update(self._off.get(site, ()))
        if further or off:
            found = found.difference(off).union(place for place in further if not self._matchers[place].kept_out_by(hints, view))
        return found

    def _of_language(self, language: str) -> frozenset[int]:
        """The rules in force for texts of a language, save those that look for a site."""
        language = language if language in self._languages else "other" if language else ""
        if language not in self._by_language:
            fits = (place for place, languages in self._free if not languages or not language or language in languages)
            self._by_language[language] = frozenset(fits)
        return self._by_language[language]
