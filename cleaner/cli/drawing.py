"""Diffs on the screen with what they come to, whether once or again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console

from cleaner.batch.tally import Tally
from cleaner.engine.engine import Engine
from cleaner.engine.matcher import View
from cleaner.render.console import Colours, console, follows_links
from cleaner.render.diff import Diff, Form, legend
from cleaner.render.tables import families
from cleaner.result import Hints, Result
from cleaner.ruleset.rule import Rule
from cleaner.spans import restore


def show(engine: Engine, results: Iterable[tuple[str, Result, Hints]], form: Form) -> None:
    """Print diffs, what they come to, and how many rules sat out on all texts because nothing told them that these are of their site.

    Args:
        engine: What cleaned the texts.
        results: What became of each, by its name, and what was known beside it.
        form: How they are drawn.
    """
    out = console()
    waiting = [each for each in engine.matchers if each.rule.sites or each.rule.fingerprint]

    def seen() -> Iterator[tuple[str, Result]]:
        nonlocal waiting
        for name, result, hints in results:
            if waiting:
                view = View(restore(result))
                waiting = [matcher for matcher in waiting if matcher.kept_out_by(hints, view) in ("sites", "fingerprint")]
            yield name, result

    draw(out, engine.rules if follows_links(out) else (), seen(), form)
    if waiting:
        rules = "1 rule waits" if len(waiting) == 1 else f"{len(waiting):,} rules wait"
        said = f"{rules} for pages of their site: name the page's address with --url, or give their file a fingerprint"
        out.print(said, style="fold")


def draw(out: Console, rules: Iterable[Rule], results: Iterable[tuple[str, Result]], form: Form) -> None:
    """Print diffs as they come, and what they come to.

    Args:
        out: Where.
        rules: Those to which names may link.
        results: Documents, by their names.
        form: How they are drawn.
    """
    colours = Colours(rules)
    tally: Tally | None = None
    for name, result in results:
        diff = Diff(name, result, form, colours)
        out.print(diff, crop=False)
        tally = tally or Tally()
        tally.add(diff.tally)
    if tally and tally.counts:
        out.print(legend(out, form))
        out.print()
    if tally:
        out.print(families(tally, colours))
