"""A folder with what was learned: a rule folder of sure proposals, and, out of its rules' way, the doubtful ones and the pages."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path

from cleaner.authoring.learn.learner import LearnedSite
from cleaner.authoring.learn.proposal import digest_of
from cleaner.authoring.learn.rule_writer import DOUBTFUL, LearnedRule
from cleaner.authoring.review.drafts import pattern
from cleaner.document import words
from cleaner.errors import InputError
from cleaner.io import atomic
from cleaner.io.files import OWN_FOLDER
from cleaner.ruleset.layers import Layer
from cleaner.ruleset.rule import Override, Rule
from cleaner.ruleset.toml_locations import Locations
from cleaner.ruleset.toml_writer import literal, string, strings

#: Name of the layers of learned rules.
LEARNED = "--learned"
#: Words of a line by which texts of a site are known whose address isn't, and greatest number of such lines.
_MARK_FROM, _MARKS = 3, 3


class LearnedFolder:
    """The files of such a folder.

    Args:
        path: The folder.
        name: Name of the folder in it with the sure rules, with which the names of these begin.

    Attributes:
        path: The folder; its rules are in force where it is a rule folder.
        sure: Folder of the rule files with sure proposals, one a site.
        doubtful: Rule folder of the doubtful ones; nobody loads it unasked.
        pages: File with the sampled pages.
    """

    def __init__(self, path: Path, name: str = "sites") -> None:
        self.path, self.sure = path, path / name
        self.doubtful, self.pages = path / OWN_FOLDER / "doubtful", path / OWN_FOLDER / "pages.sqlite"
        self._rejected = path / OWN_FOLDER / "rejected.json"

    def layers(self, below: Sequence[Layer]) -> tuple[Layer, ...]:
        """Layers with all that was learned in force, the doubtful rules, too, as if they were accepted.

        Raises:
            InputError: Nothing was learned there.
        """
        there = [folder for folder in (self.doubtful, self.path) if any(folder.glob("sites/*.toml"))]
        if not there:
            raise InputError(self.path, "holds no learned rules", "cleaner learn SRC --into DIR writes them")
        # A folder that is in force already, as a project's is, counts once.
        others = [layer for layer in below if not layer.path or layer.path.resolve() != self.path.resolve()]
        doubtful = ((site, id_) for site in self._sites_in(self.doubtful) for id_ in _blocks(_text(self._file(site, False))))
        trusted = tuple(Override(f"sites/{site}/{id_}", "medium") for site, id_ in doubtful)
        return (*others, *(Layer(LEARNED, folder) for folder in there), *([Layer(LEARNED, changes=trusted)] if trusted else []))

    def alone(self) -> AbstractContextManager[None]:
        """Keep other runs out of the folder until the block ends.

        Raises:
            InputError: Another run is at work there.
        """
        return atomic.alone(self.path / OWN_FOLDER)

    def holds(self, rule: Rule) -> bool:
        """Whether a rule in force is one of those that were learned here."""
        return rule.layer == LEARNED and rule.name.startswith("sites/")

    def sites(self) -> list[str]:
        """Names of the sites of which something was learned."""
        return sorted({*self._sites_in(self.path), *self._sites_in(self.doubtful)})

    def _sites_in(self, folder: Path) -> list[str]:
        return sorted(file.stem for file in folder.glob("sites/*.toml"))

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
        """Write what was learned of a site: behind what is there, or to new files.

        Raises:
            InputError: A file can't be written.
        """
        files = {is_sure: self._file(learned.name, is_sure) for is_sure in (True, False)}
        there = {is_sure: _text(file) for is_sure, file in files.items()}
        taken = {id_ for text in there.values() for id_ in _blocks(text)}
        for is_sure, file in files.items():
            rules = [rule for rule in learned.rules if bool(rule.proposal.doubt) != is_sure]
            if rules:
                self._write(file, "\n".join([(there[is_sure] or _head(learned)).rstrip("\n"), "", *_renamed(rules, taken)]))

    def _file(self, site: str, is_sure: bool) -> Path:
        return (self.sure if is_sure else self.doubtful / "sites") / f"{site}.toml"

    def clear(self) -> None:
        """Remove the rule files that learning wrote."""
        for folder in (self.sure, self.doubtful / "sites"):
            for file in folder.glob("*.toml"):
                file.unlink()

    def settle(self, site: str, accepted: Collection[str], rejected: Collection[str]) -> None:
        """Do what was decided about rules of a site, given their ids: doubtful ones that are accepted become sure, rejected ones go.

        Raises:
            InputError: A file can't be written.
        """
        sure, doubtful = self._file(site, True), self._file(site, False)
        of_sure, of_doubtful = _text(sure), _text(doubtful)
        blocks = _blocks(of_sure) | _blocks(of_doubtful)
        moved = [_without_doubt(blocks[id_]) for id_ in accepted if id_ in _blocks(of_doubtful)]
        self.reject(site, [digest_of(tomllib.loads(blocks[id_])["rule"][0]) for id_ in rejected if id_ in blocks])
        if moved and not of_sure:
            of_sure = of_doubtful[: len(of_doubtful) - len("".join(_blocks(of_doubtful).values()))]
        self._write_rest(sure, _without(of_sure, rejected).rstrip("\n") + "\n" + "".join(f"\n{block.rstrip()}\n" for block in moved))
        self._write_rest(doubtful, _without(of_doubtful, {*rejected, *accepted}))

    def _write_rest(self, file: Path, text: str) -> None:
        if _blocks(text):
            self._write(file, text)
        else:
            file.unlink(missing_ok=True)

    def _write(self, file: Path, text: str) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError.from_os(file.parent, error, "can't be made") from error
        atomic.write(file, text.encode())


def _text(file: Path) -> str:
    """Text of a rule file; an empty string if there is none."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise InputError.from_os(file, error, "can't be read") from error


def _blocks(source: str) -> dict[str, str]:
    """The rules of a rule file, by id, each with its examples, as they stand there."""
    if not source:
        return {}
    rules = tomllib.loads(source).get("rule", [])
    headers = {path: offset for path, offset in Locations.of(source).keys.items() if path[0] == "rule" or len(path) == 1}
    blocks = {}
    for index, rule in enumerate(rules):
        start = source.rfind("\n", 0, headers["rule", index]) + 1
        others = (offset for path, offset in headers.items() if offset > start and path[:2] != ("rule", index))
        stop = min(others, default=len(source))
        blocks[rule["id"]] = source[start : stop if stop == len(source) else source.rfind("\n", 0, stop) + 1]
    return blocks


def _without(source: str, ids: Collection[str]) -> str:
    for id_, block in _blocks(source).items():
        if id_ in ids:
            source = source.replace(block, "", 1)
    return source


def _without_doubt(block: str) -> str:
    """A rule that was doubtful, as one that is sure."""
    block = re.sub(r'^confidence = "low"$', 'confidence = "medium"', block, count=1, flags=re.MULTILINE)
    return re.sub(rf'^(about = ".*?){re.escape(DOUBTFUL)}.*"$', r'\1"', block, count=1, flags=re.MULTILINE)


def _renamed(rules: Sequence[LearnedRule], taken: set[str]) -> Iterator[str]:
    """Rules with ids that aren't taken yet."""
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
    lines = dict.fromkeys(line for proposal in sure for text in proposal.removes for line in text.split("\n"))
    telling = (line for line in lines if words(line) >= _MARK_FROM and not any(map(str.isdigit, line)))
    yield from map(pattern, islice(telling, _MARKS))
