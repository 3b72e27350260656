"""Proposals as rules in TOML, each proven by its examples before it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cleaner.authoring.examples import check, example_engine
from cleaner.authoring.learn.evidence import Place, Site
from cleaner.authoring.learn.proposal import Proposal
from cleaner.engine.engine import Engine
from cleaner.errors import RuleError
from cleaner.patterns.source import Term
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule import Confidence, Example, PreparedRule
from cleaner.ruleset.rule_file import parse
from cleaner.ruleset.toml_writer import can_hold, literal, string

_PLACES: dict[Place, str] = {"start": "above the article", "end": "below the article", "inside": "in its midst"}
#: What stands in the description of a rule before the reason why it isn't sure.
DOUBTFUL = "; doubtful: "
#: Greatest length in characters of a rule's id.
_ID_AT_MOST = 40
#: Near misses of a rule, those that are tried, and their greatest length in characters.
_KEEPS, _KEEPS_TRIED, _KEEP_AT_MOST = 3, 9, 300
#: Lines of the array of a long list of patterns.
_ON_ONE_LINE = 100


@dataclass(frozen=True, slots=True)
class LearnedRule:
    """A proposal as a rule: its id in the file, its TOML, and the proposal."""

    id: str
    source: str
    proposal: Proposal


class RuleWriter:
    """Writes proposals as rules of one site.

    Args:
        site: The site that they are about.
        terms: Terms that patterns of rules may use.
        others: Engine for examples with the rules in force: what these take is no near miss.
    """

    def __init__(self, site: Site, terms: Mapping[str, Term], others: Engine | None = None) -> None:
        self._site, self._terms, self._others = site, terms, others
        self._own = self._own_lines()
        self._ids = set[str]()
        self._staying: dict[str, bool] = {}

    def written(self, proposals: Iterable[Proposal]) -> Iterator[LearnedRule]:
        """The proposals as rules; those that can't be proven by what was seen are left out."""
        proven = list(self._proven(proposals))
        everyone = example_engine(prepared for *_, prepared in proven)
        sure = example_engine(prepared for _, proposal, prepared in proven if not proposal.doubt)
        for id_, proposal, prepared in proven:
            near = [text for text in prepared.rule.keeps if self._stays(text)]
            # What a doubtful rule takes stays only until somebody accepts it.
            staying = [text for text in near if not everyone.clean(text).removals]
            if not (staying or proposal.doubt):
                staying = [text for text in near if not sure.clean(text).removals]
            if staying:
                yield LearnedRule(id_, self._source(proposal, id_, staying[:_KEEPS], prepared.rule.examples), proposal)

    def _proven(self, proposals: Iterable[Proposal]) -> Iterator[tuple[str, Proposal, PreparedRule]]:
        """The proposals that are proven by their own examples, with an id and the rule."""
        for proposal in proposals:
            if not all(can_hold(text) for text in (*proposal.patterns, *proposal.removes)):
                continue
            id_ = self._id(proposal)
            prepared = self._prepared(self._source(proposal, id_))
            if not prepared:
                continue
            keeps = tuple(self._keeps(proposal, prepared))
            examples = tuple(self._examples(proposal, prepared))
            proven = prepared._replace(rule=prepared.rule._replace(name=f"learned/{id_}", keeps=keeps, examples=examples))
            if not any(check(proven)):
                self._ids.add(id_)
                yield id_, proposal, proven

    def _id(self, proposal: Proposal) -> str:
        """An id from the first words that a rule takes; of lines that differ, from those that all of them have."""
        first, *others = [_plain_words(text) for text in proposal.removes]
        fixed = [word for word in first if all(word in other for other in others)] if proposal.max_words else []
        said = "-".join(fixed or first)
        said = said[:_ID_AT_MOST] if said[_ID_AT_MOST:][:1] in ("", "-") else said[:_ID_AT_MOST].rpartition("-")[0] or said[:_ID_AT_MOST]
        said = said or f"{proposal.place}-line"
        numbers = range(1, len(self._ids) + 2)
        return next(each for number in numbers if (each := said if number == 1 else f"{said}-{number}") not in self._ids)

    def _prepared(self, source: str) -> PreparedRule | None:
        """A rule made ready; None if it is faulty."""
        try:
            return prepare(parse(f'title = "-"\nabout = "-"\n{source}', "learned", "learned.toml", self._terms).rules[0])
        except RuleError:
            return None

    def _source(self, proposal: Proposal, id_: str, keeps: Sequence[str] = (), examples: Sequence[Example] = ()) -> str:
        about = f"{proposal.what}, {_PLACES[proposal.place]}: on {proposal.pages:,} of {self._site.size:,} pages"
        about += f"{DOUBTFUL}{proposal.doubt}" if proposal.doubt else ""
        lines = ["[[rule]]", f"id = {string(id_)}", f"about = {string(about)}", f'confidence = "{_confidence(proposal)}"']
        lines += [f'remove = "{proposal.remove}"', f"match = {_patterns(proposal.patterns)}"]
        if proposal.headlines:
            lines += [f"headlines = {proposal.headlines}"]
        if proposal.through:
            lines += [f"through = {literal(proposal.through)}"]
        if proposal.min_lines:
            lines += [f"min_lines = {proposal.min_lines}"]
        if proposal.max_lines:
            lines += [f"max_lines = {proposal.max_lines}"]
        if proposal.max_words:
            lines += [f"max_words = {proposal.max_words}"]
        if proposal.first_lines or proposal.last_lines:
            end, count = ("first", proposal.first_lines) if proposal.first_lines else ("last", proposal.last_lines)
            lines += [f"where = {{ {end} = {count} }}"]
        lines += [f"seen = {proposal.pages}"]
        if not (_reaches(proposal) or proposal.shown):
            lines += [f"removes = {_texts(proposal.removes)}"]
        if keeps:
            lines += [f"keeps = {_texts(keeps)}"]
        for example in examples:
            lines += ["", "[[rule.example]]", f"before = {literal(example.before)}", f"after = {literal(example.after)}"]
        return "\n".join([*lines, ""])

    def _own_lines(self) -> Sequence[str]:
        """What only one page says, without repeats: its lines, or, of pages on one line, their sentences."""
        own = [
            unit
            for index, page in enumerate(self._site.pages)
            for number, unit in enumerate(page.units)
            if unit.key and not self._site.is_chrome(index, number) and len(unit.text) <= _KEEP_AT_MOST and can_hold(unit.text)
        ]
        lines = [unit.text for unit in own if unit.is_line]
        return list(dict.fromkeys(lines or [unit.text for unit in own]))

    def _keeps(self, proposal: Proposal, prepared: PreparedRule) -> list[str]:
        """Lines of the pages that come nearest to what a rule takes and stay."""
        said = {word for text in proposal.removes for word in text.casefold().split()}

        def likeness(line: str) -> tuple[float, int]:
            words = line.casefold().split()
            return -len(said.intersection(words)) / (len(words) + 2), len(line)

        engine = example_engine([prepared])
        near = sorted(self._own, key=likeness)[:_KEEPS_TRIED]
        return [line for line in near if not engine.clean(line).removals]

    def _stays(self, line: str) -> bool:
        """Whether the other rules leave a line alone."""
        if line not in self._staying:
            self._staying[line] = not (self._others and self._others.clean(line).removals)
        return self._staying[line]

    def _examples(self, proposal: Proposal, prepared: PreparedRule) -> Iterator[Example]:
        """An example of a label with the list below it, between the lines around them; none if no page shows what the rule is for."""
        engine = example_engine([prepared])
        yield from (Example(text, engine.clean(text).text) for text in proposal.shown if engine.clean(text).changed)
        for spot in proposal.spots if _reaches(proposal) else ():
            units = self._site.pages[spot.page].units
            first, last = 0, units[-1]
            if proposal.remove == "head":
                last = units[min(spot.unit + 2, len(units) - 1)]
            else:
                first = next((index for index in range(spot.unit - 1, -1, -1) if units[index].is_prose), -1)
                last = units[spot.unit : spot.unit + 2 + (proposal.headlines or proposal.max_lines or len(units))][-1]
            before = self._site.pages[spot.page].source.text[units[first].start : last.stop] + "\n" if first >= 0 else ""
            result = engine.clean(before)
            gone = sum(len(removal.text) for removal in result.removals)
            if gone > len(units[spot.unit].text) + 2 and result.text.strip() and can_hold(before):
                yield Example(before, result.text)
                return


def _plain_words(text: str) -> Sequence[str]:
    """Words of a text in Latin letters without marks and figures."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[a-z0-9]+", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _reaches(proposal: Proposal) -> bool:
    """Whether a rule takes more than the lines that its pattern fits."""
    return proposal.remove in {"tail", "head", "block"} or proposal.headlines > 0


def _confidence(proposal: Proposal) -> Confidence:
    """Confidence of a rule: what is always said alike is surer than what changes."""
    if proposal.doubt:
        return "low"
    return "medium" if proposal.max_words or proposal.min_lines or _reaches(proposal) else "high"


def _patterns(patterns: Sequence[str]) -> str:
    return literal(patterns[0]) if len(patterns) == 1 else _array([literal(each) for each in patterns])


def _texts(texts: Sequence[str]) -> str:
    return _array([string(text) for text in texts])


def _array(items: Sequence[str]) -> str:
    if sum(map(len, items)) < _ON_ONE_LINE:
        return f"[{', '.join(items)}]"
    return "\n".join(["[", *(f"  {item}," for item in items), "]"])
