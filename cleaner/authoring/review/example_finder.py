"""Examples for what a review writes: texts that show what a rule left alone, and took, and would have taken otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.authoring.examples import example_engine
from cleaner.authoring.review.drafts import Draft
from cleaner.authoring.review.session import ReviewItem, Session, line_index
from cleaner.engine.engine import Engine
from cleaner.result import TIDY, Hints, Removal
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.rule import Example, PreparedRule, Rule
from cleaner.ruleset.toml_writer import can_hold

#: Lines on either side of a removal that an example may need to bring along.
_NEIGHBOURS = 3
#: Words beside an edit that an example may be.
_WORDS = 5
#: Lines of a document that may be an example as a whole.
_WHOLE_AT_MOST = 40


class ExampleFinder:
    """Finds examples.

    Args:
        session: The items and what was decided; its rules are those that were in force.
        rules: Those that would be.
        stem: Name of the new file without its suffix.

    Attributes:
        wants: What would be taken of the text that the last draft keeps, where it stands alone, if something would.
    """

    def __init__(self, session: Session, rules: RuleSet, stem: str) -> None:
        self.session, self.stem = session, stem
        self.now = {each.name: each for each in rules.prepared}
        everyone = [each for each in rules.prepared if not each.rule.kind.judges_pages]
        self.everyone = example_engine(everyone)
        self.wants: Removal | None = None

    def give(self, draft: Draft) -> str:
        """Give a draft its examples; says why, if that can't be done."""
        self.wants = None
        item = self.session.items[draft.index]
        for name, part in draft.exemptions:
            if (name, part) in draft.keeps and self._stays(draft.keeps[name, part], self.now[name]):
                continue
            kept = self._kept(draft, item, name, part)
            if kept is None:
                return "" if self.wants else "no example could be found that stays as it is"
            draft.keeps[name, part] = kept
        return self._examples_of_part(draft, item) if draft.ways[draft.way].part else ""

    def _kept(self, draft: Draft, item: ReviewItem, name: str, part: str) -> str | None:
        """A text that a rule would take without the exemption, and leaves with it; or at least one that it leaves."""
        new = self.now[name]
        old = self.session.prepared.get(name)
        takes = example_engine([old]) if old else None
        second = None
        texts = self._stays_of(draft, item) if draft.decision.verdict == "edit" else self._texts(draft, item)
        for text in (part, *texts) if part else texts:
            if not can_hold(text) or not self._stays(text, new):
                continue
            if takes and _gone(takes, text, new.rule):
                return text
            second = text if second is None else second
        return second

    def _texts(self, draft: Draft, item: ReviewItem) -> Iterator[str]:
        """A removal, alone and with more and more of what stands around it; or what others leave of it."""
        yield "\n".join(item.lines)
        if draft.decision.mark:
            yield self.everyone.clean("\n".join(item.lines)).text.strip() or draft.decision.mark
        occurrence = item.occurrences[0]
        document = self.session.pages[occurrence.page].document
        first, last = line_index(document, occurrence.start), line_index(document, occurrence.end - 1)
        solid = [number for number, line in enumerate(document.lines) if line.text]
        begin, end = solid.index(first), solid.index(last)
        for many in range(_NEIGHBOURS + 1):
            yield "\n".join(document.lines[number].text for number in solid[max(0, begin - many) : end + many + 1])
        for many in range(1, _NEIGHBOURS + 1):
            yield "\n".join(document.lines[number].text for number in solid[begin : end + many + 1])
            yield "\n".join(document.lines[number].text for number in solid[max(0, begin - many) : end + 1])
        if len(solid) <= _WHOLE_AT_MOST:
            yield "\n".join(document.lines[number].text for number in solid)
        if draft.decision.mark:
            yield draft.decision.mark

    def _stays_of(self, draft: Draft, item: ReviewItem) -> Iterator[str]:
        """What an edit leaves, in parts."""
        decision = draft.decision
        if len(item.lines) > 1:
            parts = ["\n".join(lines) for lines in (item.lines[: decision.start], item.lines[decision.end :])]
            parts += [*item.lines[: decision.start], *item.lines[decision.end :]]
        else:
            before, after = decision.line[: decision.start], decision.line[decision.end :]
            at = max(0, decision.line.find(item.text))
            # The whole of them may hold other removals; what the edit wins back, or the words at its ends, hardly ever do.
            parts = [before, after, decision.line[at : decision.start], decision.line[decision.end : at + len(item.text)]]
            parts += [" ".join(before.split()[-_WORDS:]), " ".join(after.split()[:_WORDS])]
        yield from filter(None, map(str.strip, parts))

    def _stays(self, text: str, prepared: PreparedRule) -> bool:
        """Whether a rule, and all others, leave a text as it is."""
        rule = prepared.rule
        alone = example_engine([prepared])
        if alone.clean(text, Hints(language=rule.language)).removals:
            return False
        takers = [removal for removal in self.everyone.clean(text, Hints(language=rule.language)).removals if removal.rule != TIDY]
        takers = [taker for taker in takers if not (self.now[taker.rule].rule.sites or self.now[taker.rule].rule.fingerprint)]
        if takers and not self.wants and not takers[0].rule.startswith(f"{self.stem}/"):
            self.wants = takers[0]
        if not takers:
            self.wants = None
        return not takers

    def _examples_of_part(self, draft: Draft, item: ReviewItem) -> str:
        """Examples for the rule that takes what was marked."""
        rule, decision = self.now[f"{self.stem}/{draft.id}"], draft.decision
        engine = example_engine([rule])  # where the language isn't known, as in its tests
        if len(item.lines) > 1:
            before = "\n".join(item.lines)
            taken = "\n".join(item.lines[decision.start : decision.end])
            expected = [*item.lines[: decision.start], *item.lines[decision.end :]]
        else:
            before, taken = decision.line, decision.line[decision.start : decision.end]
            expected = (before[: decision.start] + " " + before[decision.end :]).split()
        after = engine.clean(before).text
        if "".join(after.split()) != "".join("".join(expected).split()):
            return f"a rule for it would turn {before!r} into {after!r}"
        draft.examples = (Example(before, after),)
        draft.removes = (taken,) if not engine.clean(taken).text.strip() else ()
        draft.near = ()
        rest = [text for text in self._stays_of(draft, item) if not engine.clean(text).removals]
        for text in rest:
            if self._stays(text, rule):
                draft.near = (text,)
                break
        self.wants = None  # what is chrome, but another rule's business, goes into an example
        if not draft.near:
            misses = [*rest, *(text for text in (item.text, taken + " …", "… " + taken) if not engine.clean(text).removals)]
            if not misses:
                return "nothing near it could be found that its rule would leave alone"
            draft.examples += (Example(misses[0], misses[0]),)
        return ""


def _gone(engine: Engine, text: str, rule: Rule) -> bool:
    """Whether something goes."""
    return any(removal.rule != TIDY for removal in engine.clean(text, Hints(language=rule.language)).removals)
