"""Pictures for the README and its guides, drawn by the real renderer. `python -m tests.pictures` draws them anew."""

from __future__ import annotations

import hashlib
import io
import shutil
import struct
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from textual.pilot import Pilot

from cleaner import Hints, __version__
from cleaner.authoring.learn.evidence import Site
from cleaner.authoring.learn.learned_folder import LearnedFolder
from cleaner.authoring.learn.learner import LearnedSite
from cleaner.authoring.learn.pages import PageText, read
from cleaner.authoring.learn.proposals import proposals
from cleaner.authoring.learn.rule_writer import RuleWriter
from cleaner.authoring.review.rule_writer import Amendment
from cleaner.authoring.review.session import Page, Session
from cleaner.engine.engine import Engine
from cleaner.io.fields import Fields
from cleaner.render.console import THEME
from cleaner.render.diff import Form, draw
from cleaner.render.navigator import Navigator
from cleaner.report.collect import CollectOptions, Collector, collect
from cleaner.report.corpus_stats import CorpusStats, Limits
from cleaner.report.export import About
from cleaner.report.page import page
from cleaner.ruleset.layers import Layer, load
from cleaner.ruleset.loading import shipped_terms
from tests.conftest import PAIRS, SAMPLES, cleaned
from tests.learn.corpora import MadeSite
from tests.render.screens import driven, press


def terminal(width: int) -> Console:
    """A terminal with colours, on record."""
    return Console(
        width=width, theme=THEME, markup=False, highlight=False, emoji=False, record=True, file=io.StringIO(),
        force_terminal=True, color_system="standard", legacy_windows=False, _environ={},
    )  # fmt: skip


def preview(sample: str, width: int, form: Form, options: str = "") -> str:
    """What a sample's preview looks like."""
    console = terminal(width)
    draw(console, (), [(f"samples/{sample}.txt", cleaned(sample))], form)
    return console.export_svg(title=f"cleaner preview {options}samples/{sample}.txt", unique_id=sample)


def review(width: int, height: int, keys: str) -> str:
    """What a review of some samples looks like behind some keys."""
    pages = [Page(f"samples/{sample}.txt", cleaned(sample)) for sample in ("mobile-paper", "local-paper", "short-notice", "sport-mobile")]
    session = Session(pages, {rule.name: rule for rule in load().prepared})
    return screen(Navigator(session), (width, height), keys, "cleaner review samples")


def screen(navigator: Navigator, size: tuple[int, int], keys: str, title: str) -> str:
    """The screen of a review behind some keys."""
    pictures = []

    async def person(pilot: Pilot[Amendment | BaseException]) -> None:
        await press(pilot, keys)
        pictures.append(pilot.app.export_screenshot(title=title))

    driven(navigator, person, size)
    return pictures[0]


def learned(width: int, height: int, keys: str) -> str:
    """What a review of learned rules looks like behind some keys."""
    with tempfile.TemporaryDirectory() as folder:
        drafts = LearnedFolder(Path(folder))
        site = Site(
            LEARNED_SITE.host, [read(PageText(page.url, page.text, page.url), _engine([]), Hints()) for page in LEARNED_SITE.pages(30)]
        )
        rules = tuple(RuleWriter(site, shipped_terms()).written(proposals(site)))
        drafts.write(LearnedSite(site.name, 30, site.size, rules))
        layers = drafts.layers(())
        engine = _engine(layers)
        in_force = {rule.name: rule for rule in load(layers).prepared}
    pages = [Page(page.url, engine.clean(page.text, Hints(page.url)), Hints(page.url)) for page in LEARNED_SITE.pages(30)]
    session = Session(pages, in_force, about={name for name, rule in in_force.items() if drafts.holds(rule.rule)})
    return screen(Navigator(session), (width, height), keys, "cleaner review --learned drafts")


#: A made site with a form in its articles, which is doubtful.
LEARNED_SITE = MadeSite(
    "quay.example",
    "en",
    ["The Quay Post", "Tides today: {n}"],
    ["Quay deals of the week", "The Quay on paper"],
    "Elsewhere",
    form=["Ingredients", "Method"],
)


def _engine(layers: Sequence[Layer]) -> Engine:
    rules = load(layers).at("standard")
    return Engine(rules.prepared, rules.languages)


PICTURES: Mapping[str, Callable[[], str]] = {
    "preview.svg": lambda: preview("short-notice", 96, Form()),
    "side-by-side.svg": lambda: preview("inline-tabloid", 110, Form(side_by_side=True), "--side-by-side "),
    "review.svg": lambda: review(110, 26, "A<tab>n"),
    "learned.svg": lambda: learned(110, 26, "A/Ingredients<enter>"),
}

#: The picture of a page bears the digest of the page, since no two machines draw letters alike.
PHOTOGRAPH = "report.png"
_KEY = b"page\0"


def reported() -> bytes:
    """The page of a report on the samples."""
    rules = load().at("standard")
    asked = CollectOptions(Fields(), Hints(), "", Limits())
    figures = CorpusStats()
    for part in collect(PAIRS, Collector(Engine(rules.prepared, rules.languages), asked), 1):
        figures.add(part)
    about = About("What was removed from the samples", ("samples",), __version__, "standard", "", 0, "")
    return page(about, figures).replace(bytes(SAMPLES), b"samples")


def digest(html: bytes) -> bytes:
    return hashlib.sha256(html).hexdigest().encode()


def photograph(html: bytes) -> bytes:
    """What a browser shows of a page, with the page's digest."""
    from playwright.sync_api import sync_playwright

    from tests.report.test_page import FLAGS

    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "report.html").write_bytes(html)
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        shown = browser.new_page(viewport={"width": 1100, "height": 860}, color_scheme="light")
        shown.goto(f"file://{folder}/report.html")
        picture: bytes = shown.screenshot()
        browser.close()
    body = b"tEXt" + _KEY + digest(html)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return picture[:_AFTER_HEAD] + chunk + picture[_AFTER_HEAD:]


#: Bytes of a PNG's signature and of its first chunk.
_AFTER_HEAD = 8 + 25


def shows(picture: bytes, html: bytes) -> bool:
    """Whether a picture was made of a page."""
    return _KEY + digest(html) in picture


if __name__ == "__main__":
    for name, picture in PICTURES.items():
        (SAMPLES / name).write_text(picture(), encoding="utf-8")
    (SAMPLES / PHOTOGRAPH).write_bytes(photograph(reported()))
