"""Examples for what a review writes: texts that show what a rule left alone, and took, and would have taken otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.authoring.examples import example_engine
from cleaner.authoring.review.drafts import Draft
from cleaner.authoring.review.session import Session, line_index
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
        session: Its rules are those that were in force.
        rules: Those that would be.
        stem: Name of the new file without its suffix.

    Attributes:
        wants: What would be taken of the text that the last draft keeps, where it stands alone, if something would.
    """

    def __init__(self, session: Session, rules: RuleSet, stem: str) -> None:
        self.session, self.stem = session, stem
        self.now = {rule.name: rule for rule in rules.prepared}
        self.everyone = example_engine(rule for rule in rules.prepared if not rule.rule.kind.judges_pages)
        self.wants: Removal | None = None

    def give(self, draft: Draft) -> str:
        """Give a draft its examples; says why, if that can't be done."""
        self.wants = None
        for name, part in draft.exemptions:
            if (name, part) in draft.keeps and self._stays(draft.keeps[name, part], self.now[name]):
                continue
            kept = self._kept(draft, name, part)
            if kept is None:
                return "" if self.wants else "no example could be found that stays as it is"
            draft.keeps[name, part] = kept
        return self._examples_of_part(draft) if draft.way.part else ""

    def _kept(self, draft: Draft, name: str, part: str) -> str | None:
        """A text that a rule would take without the exemption, and leaves with it; or at least one that it leaves."""
        new = self.now[name]
        old = self.session.prepared.get(name)
        takes = example_engine([old]) if old else None
        near = None
        texts = self._stays_of(draft) if draft.decision.verdict == "edit" else self._texts(draft)
        for text in (part, *texts) if part else texts:
            if can_hold(text) and self._stays(text, new):
                if takes and _takers(takes, text, new.rule):
                    return text
                near = near or text
        return near

    def _texts(self, draft: Draft) -> Iterator[str]:
        """A removal, alone and with more and more of what stands around it; or what others leave of it."""
        removal = "\n".join(draft.item.lines)
        yield removal
        if draft.decision.mark:
            yield self.everyone.clean(removal).text.strip() or draft.decision.mark
        occurrence = draft.item.occurrences[0]
        document = self.session.pages[occurrence.page].document
        begin, end = (
            document.solid.index(document.lines[line_index(document, offset)]) for offset in (occurrence.start, occurrence.end - 1)
        )
        beside = range(1, _NEIGHBOURS + 1)
        for above, below in [*((many, many) for many in (0, *beside)), *(pair for many in beside for pair in ((0, many), (many, 0)))]:
            yield "\n".join(line.text for line in document.solid[max(0, begin - above) : end + below + 1])
        if len(document.solid) <= _WHOLE_AT_MOST:
            yield document.compact
        if draft.decision.mark:
            yield draft.decision.mark

    def _stays_of(self, draft: Draft) -> Iterator[str]:
        """What an edit leaves, in parts."""
        decision = draft.decision
        before, _, after = decision.parts
        parts = [before, after]
        if len(draft.item.lines) > 1:
            parts += [*before.split("\n"), *after.split("\n")]
        else:
            start = max(0, decision.line.find(draft.item.text))
            # The whole of them may hold other removals; what the edit wins back, or the words at its ends, hardly ever do.
            parts += [decision.line[start : decision.start], decision.line[decision.end : start + len(draft.item.text)]]
            parts += [" ".join(before.split()[-_WORDS:]), " ".join(after.split()[:_WORDS])]
        yield from filter(None, map(str.strip, parts))

    def _stays(self, text: str, prepared: PreparedRule) -> bool:
        """Whether a rule, and all others, leave a text as it is."""
        rule = prepared.rule
        if example_engine([prepared]).clean(text, Hints(language=rule.language)).removals:
            return False
        takers = _takers(self.everyone, text, rule)
        takers = [taker for taker in takers if not (self.now[taker.rule].rule.sites or self.now[taker.rule].rule.fingerprint)]
        if not takers:
            self.wants = None
        elif not self.wants and not takers[0].rule.startswith(f"{self.stem}/"):
            self.wants = takers[0]
        return not takers

    def _examples_of_part(self, draft: Draft) -> str:
        """Examples for the rule that takes what was marked."""
        rule, decision = self.now[f"{self.stem}/{draft.id}"], draft.decision
        engine = example_engine([rule])  # where the language isn't known, as in its tests
        before, (left, taken, right) = decision.line, decision.parts
        after = engine.clean(before).text
        if "".join(after.split()) != "".join(f"{left} {right}".split()):
            return f"a rule for it would turn {before!r} into {after!r}"
        draft.examples = (Example(before, after),)
        draft.removes = (taken,) if not engine.clean(taken).text.strip() else ()
        rest = [text for text in self._stays_of(draft) if not engine.clean(text).removals]
        draft.near = next(((text,) for text in rest if self._stays(text, rule)), ())
        self.wants = None  # what is chrome, but another rule's business, goes into an example
        if not draft.near:
            misses = [*rest, *(text for text in (draft.item.text, taken + " …", "… " + taken) if not engine.clean(text).removals)]
            if not misses:
                return "nothing near it could be found that its rule would leave alone"
            draft.examples += (Example(misses[0], misses[0]),)
        return ""


def _takers(engine: Engine, text: str, rule: Rule) -> list[Removal]:
    """What rules take of a text in the language of one of them."""
    return [removal for removal in engine.clean(text, Hints(language=rule.language)).removals if removal.rule != TIDY]
