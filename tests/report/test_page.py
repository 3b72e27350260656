"""A report and a catalogue of rules in a real browser: searched, sorted and read, by hand, by keyboard and by ear; nothing leaves them.

It wants Playwright (`pip install '.[browser]'`) and Debian's Chromium. Where CLEANER_BROWSER is set, as in CI, their absence fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cleaner.cli import context
from cleaner.cli.options import RuleOptions, SettingOptions
from cleaner.engine.engine import Engine
from cleaner.report.catalogue import catalogue
from cleaner.report.collect import CollectOptions, Collector, collect
from cleaner.report.corpus_stats import CorpusStats, Limits
from cleaner.report.export import About
from cleaner.report.page import page as made
from cleaner.result import Flag, Removal, Result
from cleaner.ruleset.layers import load
from tests.conftest import SAMPLES
from tests.report.small_catalogue import write_rules

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ABOUT = About("The harbour’s corpus", ("corpus",), "1.0", "standard", "", 3, "0123456789abcdef")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)
SCRIPTED = "</script><img src=x onerror=\"document.title='broken'\"><b>bold</b> \u202eevil"
RULES = ("en/share/prompt", "any/credits/credit", "my/own/line")


def absent(reason: str) -> None:
    if os.environ.get("CLEANER_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("needs playwright: pip install '.[browser]'")
    chromium = shutil.which("chromium")
    if not chromium:
        absent("needs Chromium: apt-get install chromium")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=[*FLAGS, "--disable-component-update"])
        yield found
        found.close()


def result(lines: list[tuple[str, str]], flags: tuple[Flag, ...] = ()) -> tuple[str, Result]:
    """A text and what became of it: lines, each with the rule that took it, or nothing."""
    text, removals = "", []
    for line, rule in lines:
        if rule:
            removals.append(Removal(len(text), len(text) + len(line) + 1, rule, f"{line}\n"))
        text += f"{line}\n"
    return text, Result("".join(f"{line}\n" for line, rule in lines if not rule), tuple(removals), flags)


def enter(figures: CorpusStats, file: str, lines: list[tuple[str, str]], flags: tuple[Flag, ...] = (), row: int = 0) -> None:
    text, found = result(lines, flags)
    figures.enter(file, row, "", text, found)


def mixed() -> CorpusStats:
    """Documents of many kinds."""
    figures = CorpusStats(limits=Limits(diffs=500))
    figures.files = 9
    enter(figures, "a/harbour.txt", [("Boats in the snow", ""), ("Share this", RULES[0]), ("The harbour froze.", "")])
    enter(
        figures, "b/long.txt", [(f"Line {number} of a long article, which goes on.", "") for number in range(3_000)] + [("Share", RULES[0])]
    )
    enter(figures, "c/wide.txt", [("word " * 20_000, ""), ("x" * 100_000, RULES[2]), ("end", "")])
    enter(figures, "d/عربي.txt", [("جمدت مياه الميناء يوم الاثنين.", ""), ("شارك هذا المقال", RULES[0]), ("שלום, נמל.", "")])
    enter(figures, "e/港.txt", [("港は月曜日に凍った。" * 40, ""), ("この記事をシェア", RULES[0])])
    enter(figures, f"f/{SCRIPTED}.txt", [(SCRIPTED, ""), (SCRIPTED, RULES[1])], (Flag("budget", SCRIPTED),))
    enter(figures, "g/clean.txt", [("Nothing goes.", ""), ("Nothing at all.", "")])
    enter(figures, "h/empty.txt", [])
    enter(figures, "i/" + "very-long-name-without-a-break" * 10 + ".txt", [("Picture: J. Roe", RULES[1])] * 30)
    figures.reject("j/latin.txt", 0, "not UTF-8 text: byte 3 is 0xe9")
    return figures


def many(number: int = 10_000) -> CorpusStats:
    figures = CorpusStats(limits=Limits(diffs=100))
    figures.files = 1
    for row in range(1, number + 1):
        flags = (Flag("budget", "rules of medium confidence would take too much"),) if row % 500 == 0 else ()
        gone = [(f"Share {row % 7}", RULES[row % 3])] if row % 3 else []
        enter(figures, "pages.jsonl", [("The harbour froze. " * (row % 11 + 1), ""), *gone], flags, row)
    return figures


class Opened:
    """A page in a browser, and what it did that it shouldn't."""

    def __init__(
        self, browser: Browser, path: Path, width: int = 1024, scheme: Any = "light", anchor: str = "", script: bool = True
    ) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.faults.append(request.url) if request.url.split("#")[0] != path.as_uri() else None)
        self.page.goto(path.as_uri() + anchor)

    def names(self) -> list[str]:
        return list(self.page.locator("#table tbody th button").all_inner_texts())

    def hits(self) -> str:
        return str(self.page.inner_text("#hits"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = {name: folder / f"{name}.html" for name in ("mixed", "many", "empty")}
    for name, figures in (("mixed", mixed()), ("many", many()), ("empty", CorpusStats(limits=Limits(diffs=5)))):
        found[name].write_bytes(made(ABOUT, figures))
    return found


@pytest.fixture
def opened(browser: Browser, files: dict[str, Path]) -> Iterator[Any]:
    """Opens pages, and sees at the end that they did nothing wrong."""
    found: list[Opened] = []

    def open_page(name: str = "mixed", **options: Any) -> Opened:
        found.append(Opened(browser, files[name], **options))
        return found[-1]

    yield open_page
    for each in found:
        assert each.faults == []
        assert not each.page.is_closed()
        assert each.page.title() == ABOUT.title
        each.context.close()


def test_the_table_can_be_searched(opened: Any) -> None:
    at = opened()
    assert at.hits() == "9 documents"
    at.page.get_by_label("Search names").fill("HARBOUR")
    assert (at.names(), at.hits()) == (["a/harbour.txt"], "1 of 9 documents")
    at.page.get_by_label("Search names").fill("credits very-long")
    assert len(at.names()) == 1
    at.page.get_by_label("Search names").fill("nowhere")
    assert (at.names(), at.hits(), at.page.inner_text("#place")) == ([], "0 of 9 documents", "None found")


def test_the_table_can_be_filtered(opened: Any) -> None:
    at = opened()
    at.page.get_by_label("flagged", exact=True).check()
    assert ([name[:2] for name in at.names()], at.hits()) == (["f/", "i/"], "2 of 9 documents")
    at.page.get_by_label("flagged", exact=True).uncheck()
    at.page.get_by_label("changed", exact=True).check()
    assert "g/clean.txt" not in at.names()
    at.page.get_by_label("Family", exact=True).select_option("credits")
    assert [name[:2] for name in at.names()] == ["f/", "i/"]


def test_the_table_can_be_sorted(opened: Any) -> None:
    at = opened()
    head = at.page.locator("#table").get_by_role("columnheader", name="Share")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert at.names()[0].startswith("i/")
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert at.names()[0] == "g/clean.txt"
    at.page.locator("#table").get_by_role("columnheader", name="Document").get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert at.names()[0] == "a/harbour.txt"


def test_a_diff_opens_by_a_click(opened: Any) -> None:
    at = opened()
    at.page.get_by_role("button", name="a/harbour.txt").click()
    dialog = at.page.get_by_role("dialog", name="a/harbour.txt")
    assert dialog.is_visible()
    assert at.page.locator("#d-diff del").all_inner_texts() == ["Share this"]
    assert at.page.locator("#d-diff .rule").inner_text().endswith("share/prompt")
    assert "2 of 9 words removed" in at.page.inner_text("#d-facts")
    at.page.wait_for_url(lambda url: url.endswith("#doc=a%2Fharbour.txt"))
    at.page.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()
    at.page.wait_for_url(lambda url: "#" not in url)  # the event comes a moment later


def test_diffs_are_read_by_keyboard(opened: Any) -> None:
    at = opened()
    name = at.page.get_by_role("button", name="a/harbour.txt")
    name.focus()
    at.page.keyboard.press("Enter")
    assert at.page.evaluate("document.activeElement.closest('dialog') !== null")
    at.page.keyboard.press("ArrowRight")
    assert at.page.inner_text("#d-name") == "b/long.txt"
    fold = at.page.locator("#d-diff .fold")
    assert fold.inner_text().startswith("⋮ 2,998 lines")
    assert at.page.locator("#d-diff .row").count() == 3
    for _ in range(12):
        if at.page.evaluate("document.activeElement.className") == "fold":
            break
        at.page.keyboard.press("Tab")
    at.page.keyboard.press("Enter")
    assert at.page.locator("#d-diff .row").count() == 3_001
    assert at.page.evaluate("document.activeElement.className") == "row"
    at.page.locator("#d-back").press("Enter")
    assert at.page.inner_text("#d-name") == "a/harbour.txt"
    assert at.page.locator("#d-back").is_disabled()
    assert at.page.evaluate("document.activeElement.id") == "d-diff"
    at.page.locator("#d-forth").press("Enter")
    at.page.locator("#d-forth").press("Enter")
    assert at.page.evaluate("document.activeElement.id") == "d-forth"
    assert at.page.inner_text("#d-name") == "c/wide.txt"
    at.page.keyboard.press("Escape")
    assert not at.page.locator("#dialog").is_visible()
    assert at.page.evaluate("document.activeElement.textContent") == "a/harbour.txt"


def test_an_address_leads_to_a_document(opened: Any) -> None:
    at = opened(anchor="#doc=g%2Fclean.txt")
    assert at.page.get_by_role("dialog", name="g/clean.txt").is_visible()
    assert "Nothing was removed." in at.page.inner_text("#d-diff")
    assert "Nothing at all." in at.page.inner_text("#d-diff")
    other = opened(anchor="#doc=%nowhere")
    assert "isn’t in this table" in other.hits()
    link = opened().page
    link.locator("#largest a").first.click()
    assert link.get_by_role("dialog").is_visible()
    link.go_back()
    assert not link.get_by_role("dialog").is_visible()


def test_texts_are_only_texts(opened: Any) -> None:
    at = opened()
    at.page.get_by_role("button", name="f/").click()
    assert at.page.locator("#dialog img, #dialog b b, main img").count() == 0
    shown = SCRIPTED.replace("\u202e", "⟨U+202E⟩")
    assert at.page.locator("#d-diff del").inner_text() == shown
    assert shown in at.page.inner_text("#flagged")
    assert at.page.evaluate("document.querySelectorAll('script').length") == 2 + 9


def test_long_lines_and_other_scripts(opened: Any) -> None:
    at = opened()
    at.page.get_by_role("button", name="c/wide.txt").click()
    assert len(at.page.inner_text("#d-diff")) < 8_000
    assert "100,000" not in at.page.inner_text("#d-diff .row")
    assert "98,200 characters" in at.page.inner_text("#d-diff")
    at.page.keyboard.press("ArrowRight")
    ways = at.page.eval_on_selector_all("#d-diff p", "all => all.map((each) => [each.dir, getComputedStyle(each).direction])")
    assert ways == [["auto", "rtl"]] * 3


@pytest.mark.parametrize("width", [390, 1024, 1600])
@pytest.mark.parametrize("name", ["mixed", "many", "empty"])
def test_nothing_is_wider_than_the_screen(opened: Any, name: str, width: int) -> None:
    at = opened(name, width=width)
    at.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert at.page.evaluate("document.documentElement.scrollWidth") <= width
    for number in range(len(at.names()) if name == "mixed" else 0):
        at.page.locator("#table tbody th button").nth(number).click()
        assert at.page.evaluate("document.querySelector('#d-diff').scrollWidth - document.querySelector('#d-diff').clientWidth") <= 0
        assert at.page.evaluate("document.querySelector('dialog').scrollWidth") <= width
        at.page.keyboard.press("Escape")


def test_ten_thousand_documents_are_few_elements(opened: Any) -> None:
    at = opened("many")
    assert at.hits() == "10,000 documents"
    assert len(at.names()) == 50
    before = at.page.evaluate("document.querySelectorAll('*').length")
    at.page.get_by_role("button", name="Next").last.click()
    assert at.page.inner_text("#place") == "51–100 of 10,000"
    assert at.names()[0] == "pages.jsonl:51"
    at.page.get_by_label("with a diff").check()
    assert at.hits() == "100 of 10,000 documents"
    at.page.get_by_label("with a diff").uncheck()
    at.page.get_by_label("Search names").fill("pages.jsonl:999")
    assert at.hits() == "11 of 10,000 documents"
    assert at.page.evaluate("document.querySelectorAll('*').length") <= before
    at.page.get_by_label("Search names").fill("")
    at.page.get_by_label("flagged", exact=True).check()
    assert at.hits() == "20 of 10,000 documents"
    at.page.get_by_label("flagged", exact=True).uncheck()
    at.page.locator("#table").get_by_role("columnheader", name="Words").get_by_role("button").click()
    at.page.locator("#table tbody tr:not(:has(.mark)) button").first.click()
    assert "This page holds no diff" in at.page.inner_text("#d-diff")


def test_without_javascript_all_but_the_table_is_there(opened: Any) -> None:
    at = opened(script=False)
    assert "need JavaScript" in at.page.inner_text("noscript")
    assert not at.page.locator("#explorer").is_visible()
    for title in ("By family", "By rule", "Most removed lines", "Largest share removed", "Flagged", "Not read"):
        assert at.page.get_by_role("heading", name=title, exact=True).is_visible()
    assert "a/harbour.txt" in at.page.inner_text("#largest")
    assert "not UTF-8 text" in at.page.inner_text("#unread")


def test_colours_follow_the_system_until_they_are_chosen(opened: Any) -> None:
    at = opened(scheme="dark")
    dark = at.page.evaluate("getComputedStyle(document.body).backgroundColor")
    at.page.get_by_role("button", name="Light colours").click()
    light = at.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    assert at.page.get_by_role("button", name="Dark colours").is_visible()
    assert opened().page.evaluate("getComputedStyle(document.body).backgroundColor") == light


def test_paper_is_white(opened: Any) -> None:
    at = opened(scheme="dark")
    at.page.emulate_media(media="print")
    assert at.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not at.page.locator("#filters").is_visible()


def test_every_diff_of_the_samples_opens(browser: Browser, tmp_path: Path) -> None:
    chosen = context.rule_set(context.settings(SettingOptions(layers=RuleOptions(isolated=True)))).at("standard")
    figures = CorpusStats(limits=Limits(diffs=500))
    engine = Engine(chosen.prepared, chosen.languages)
    for part in collect(sorted(SAMPLES.glob("*.txt")), Collector(engine, CollectOptions(limits=figures.limits)), 1):
        figures.add(part)
    (tmp_path / "r.html").write_bytes(made(ABOUT, figures))
    at = Opened(browser, tmp_path / "r.html")
    at.page.locator("#table tbody th button").first.click()
    for _ in range(figures.documents - 1):
        assert at.page.locator("#d-diff .row").count() > 0
        at.page.keyboard.press("ArrowRight")
    assert at.page.locator("#d-forth").is_disabled()
    assert at.faults == []
    at.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["page", "phone", "dialog", "unfolded", "empty"])
def test_axe_finds_nothing_serious(opened: Any, scheme: str, state: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    at = opened("empty" if state == "empty" else "mixed", width=390 if state == "phone" else 1024, scheme=scheme)
    at.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    if state in ("dialog", "unfolded"):
        at.page.get_by_role("button", name="f/" if state == "dialog" else "b/long.txt").click()
    if state == "unfolded":
        at.page.locator("#d-diff .fold").click()
    # axe comes in from outside, as no script of the page's own could.
    found = axe.Axe().run(at.page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found if each["impact"] in ("serious", "critical")] == []
    assert [each["id"] for each in found] == []


# The catalogue -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def catalogued(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    """Opens a catalogue of a few rules, and sees at the end that it did nothing wrong."""
    path = tmp_path / "rules.html"
    path.write_bytes(catalogue(load([write_rules(tmp_path / "rules")], shipped=False)))
    found: list[Opened] = []

    def open_page(**options: Any) -> Opened:
        found.append(Opened(browser, path, **options))
        return found[-1]

    yield open_page
    for each in found:
        assert each.faults == []
        assert each.page.title() == "What the rules take"
        each.context.close()


def shown_rules(at: Opened) -> list[str]:
    return [rule.get_attribute("id") or "" for rule in at.page.locator("article").all() if rule.is_visible()]


def test_the_catalogue_can_be_searched_and_filtered(catalogued: Any) -> None:
    at = catalogued()
    everything = ["de/share/knopf", "en/share/button", "odd/credit", "odd/hostile"]
    assert (shown_rules(at), at.hits()) == (everything, "4 of 4 rules")
    at.page.get_by_label("Search").fill("ARTIKEL teilen")  # an example, though it isn't unfolded
    assert (shown_rules(at), at.hits()) == (["de/share/knopf"], "1 of 4 rules")
    at.page.get_by_label("Search").fill("")
    for label, value, found in (
        ("Family", "odd", everything[2:]),
        ("Language", "en", everything[1:2]),
        ("Confidence", "low", everything[3:]),
    ):
        at.page.get_by_label(label).select_option(value)
        assert shown_rules(at) == found
        assert at.page.get_by_role("heading", name="share", exact=False, level=2).is_visible() == ("en/share/button" in found)
        at.page.get_by_label(label).select_option("")
    at.page.get_by_label("Language").select_option("*")
    assert shown_rules(at) == everything[2:]
    at.page.evaluate("location.hash = '#de/share/knopf'")  # a link to a rule shows it, whatever the filters are
    at.page.locator("[id='de/share/knopf'] dl").wait_for(state="visible")
    assert shown_rules(at) == everything


def test_a_link_leads_to_a_rule_and_its_examples(catalogued: Any) -> None:
    at = catalogued(anchor="#de/share/knopf", width=390)
    assert at.page.get_by_text("Artikel teilen").is_visible()
    assert not at.page.get_by_text("Share this article").is_visible()
    assert at.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_catalogue_is_read_without_javascript(catalogued: Any) -> None:
    at = catalogued(script=False)
    assert len(shown_rules(at)) == 4
    assert not at.page.locator("#filters").is_visible()
    at.page.locator("summary").first.click()
    assert at.page.get_by_text("Artikel teilen").is_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_in_the_catalogue(catalogued: Any, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    at = catalogued(scheme=scheme, width=width)
    at.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert [(each["id"], each["nodes"][0]["html"]) for each in axe.Axe().run(at.page).response["violations"]] == []
