"""What was learned: a table of sites and a line, and the doubtful rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

from cleaner.authoring.learn.learner import LearnedSite
from cleaner.render.layout import PathText
from cleaner.render.visible import visible
from cleaner.ruleset.rule import Rule
from cleaner.wording import counted, shorten

#: Sites in the table.
_SITES_AT_MOST = 20
#: Characters of a text that a doubtful rule would take.
_EXAMPLE = 100


def summary(learned: Sequence[LearnedSite], sites: int, pages: int) -> Iterator[RenderableType]:
    """Summary of what was learned of some sites; `sites` and `pages` are the numbers of those that were read."""
    with_rules = sorted((site for site in learned if site.rules), key=lambda site: (-len(site.rules), site.name))
    if with_rules:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column("site", overflow="fold")
        for title in ("pages looked at", "of them different", "rules", "doubtful"):
            table.add_column(title, justify="right", no_wrap=True)
        for site in with_rules[:_SITES_AT_MOST]:
            numbers = (site.sampled, site.size, site.sure, len(site.rules) - site.sure)
            table.add_row(PathText(visible(site.name)), *(f"{number:,}" for number in numbers))
        if with_rules[_SITES_AT_MOST:]:
            table.add_row(f"and {counted(len(with_rules) - _SITES_AT_MOST, 'site')} more")
        yield table
    sure, all_ = sum(site.sure for site in learned), sum(len(site.rules) for site in learned)
    yield f"{counted(pages, 'page')} of {counted(sites, 'site')}, {counted(sure, 'rule')}, {all_ - sure:,} doubtful"


def doubtful(rules: Iterable[Rule]) -> Iterator[RenderableType]:
    """Doubtful rules: name, description, and a text that each would take."""
    for rule in rules:
        yield PathText(visible(rule.name.removeprefix("sites/")), "bold")
        taken = [*rule.removes, *(example.before for example in rule.examples)][:1]
        yield Padding(PathText(visible(rule.about)), (0, 0, 0, 4), expand=False)
        for text in taken:
            yield Padding(PathText(visible(f"for example {shorten(text, _EXAMPLE)!r}"), "fold"), (0, 0, 0, 4), expand=False)
