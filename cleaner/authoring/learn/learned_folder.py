"""A folder with what was learned: a rule folder of sure proposals, and, out of its rules' way, the doubtful ones and the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from cleaner.authoring.learn.learner import LearnedSite
from cleaner.authoring.learn.rule_writer import LearnedRule
from cleaner.authoring.review.drafts import pattern
from cleaner.document import words
from cleaner.errors import InputError
from cleaner.io import atomic
from cleaner.io.files import OWN_FOLDER
from cleaner.ruleset.toml_writer import literal, string, strings

#: Words of a line by which texts of a site are known whose address isn't, and greatest number of such lines.
_MARK_FROM, _MARKS = 3, 3


class LearnedFolder:
    """The files of such a folder.

    Attributes:
        path: The folder; its rules are in force where it is a rule folder.
        sure: Folder of the rule files with sure proposals, one a site.
        doubtful: Rule folder of the doubtful ones; nobody loads it unasked.
        pages: File with the sampled pages.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.sure = path, path / "sites"
        self.doubtful, self.pages = path / OWN_FOLDER / "doubtful", path / OWN_FOLDER / "pages.sqlite"
        self._rejected = path / OWN_FOLDER / "rejected.json"

    def rejected(self) -> dict[str, list[str]]:
        """Digests of the rejected proposals of each site.

        Raises:
            InputError: Their file is damaged.
        """
        try:
            said = json.loads(self._rejected.read_bytes())
            return {str(site): [str(digest) for digest in digests] for site, digests in said.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise InputError(self._rejected, "what was rejected can't be read", "remove it to have all proposed again") from error

    def reject(self, site: str, digests: Collection[str]) -> None:
        """Remember that proposals were rejected."""
        rejected = self.rejected()
        rejected[site] = sorted({*rejected.get(site, ()), *digests})
        self._write(self._rejected, json.dumps(rejected, indent=1))

    def write(self, learned: LearnedSite) -> None:
        """Write what was learned of a site: behind what is there, or to new files."""
        for folder, is_sure in ((self.sure, True), (self.doubtful / "sites", False)):
            rules = [rule for rule in learned.rules if bool(rule.proposal.doubt) != is_sure]
            if rules:
                file = folder / f"{learned.name}.toml"
                there = file.read_text(encoding="utf-8") if file.exists() else _head(learned)
                self._write(file, "\n".join([there.rstrip("\n"), "", *_renamed(rules, there)]))

    def _write(self, file: Path, text: str) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError.from_os(file.parent, error, "can't be made") from error
        atomic.write(file, text.encode())


def _renamed(rules: Sequence[LearnedRule], there: str) -> Iterator[str]:
    """Rules with ids that aren't in a file yet."""
    taken = set(re.findall(r'^id = "([^"]+)"', there, re.MULTILINE))
    for rule in rules:
        numbers = range(1, len(taken) + 2)
        id_ = next(each for number in numbers if (each := rule.id if number == 1 else f"{rule.id}-{number}") not in taken)
        taken.add(id_)
        yield rule.source.replace(f"id = {string(rule.id)}", f"id = {string(id_)}", 1)


def _head(learned: LearnedSite) -> str:
    """Beginning of a site's rule file. Where its name is no host, lines that only it has tell its texts."""
    about = f"What the pages of this site have in common, learned from {learned.size:,} of them"
    lines = [f"title = {string(learned.name)}", f"about = {string(about)}", f"sites = {strings([learned.name])}"]
    marks = [] if "." in learned.name else list(_marks(learned.rules))
    if marks:
        lines.append(f"fingerprint = [{', '.join(literal(mark) for mark in marks)}]")
    return "\n".join([*lines, ""])


def _marks(rules: Sequence[LearnedRule]) -> Iterator[str]:
    sure = (rule.proposal for rule in rules if not rule.proposal.doubt and rule.proposal.remove == "line" and not rule.proposal.max_words)
    texts = (text for proposal in sure for text in proposal.removes if words(text) >= _MARK_FROM and not any(map(str.isdigit, text)))
    for number, text in enumerate(texts):
        if number < _MARKS:
            yield pattern(text)


def by_digest(rules: Sequence[LearnedRule]) -> Mapping[str, LearnedRule]:
    """Rules by the digests of their proposals."""
    return {rule.proposal.digest: rule for rule in rules}
