"""The screens of a review, and their keys."""

from __future__ import annotations

import asyncio
import io
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

pytest.importorskip("textual")

from textual.pilot import Pilot

from cleaner.authoring.review.rule_writer import Amendment
from cleaner.authoring.review.scratch_layer import ScratchLayer
from cleaner.authoring.review.session import ACCEPT, DISABLE, Decision, Page, Session
from cleaner.engine.engine import Engine
from cleaner.render.navigator import Navigator
from cleaner.render.review import ReviewDrawing
from cleaner.render.review_app import PlanScreen, ReviewApp
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.rule import Rule
from tests.authoring.review.pages import ONE, TWO, index_of, session_of, written
from tests.conftest import SAMPLES, prepared, shares, slow
from tests.render.screens import driven, press, shown

Pilots = Pilot[Amendment | BaseException]


@pytest.fixture
def navigator(shipped: RuleSet) -> Navigator:
    return Navigator(session_of({"one.txt": ONE, "two.txt": TWO}, shipped))


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (200, 60), (40, 20), (60, 10)])
def test_what_people_see(width: int, height: int, navigator: Navigator, snapshot: SnapshotAssertion) -> None:
    async def person(pilot: Pilots) -> None:
        assert await shown(pilot) == snapshot
        await press(pilot, "k")
        assert await shown(pilot) == snapshot(name="line")
        await press(pilot, "<escape>e<tab><down>")
        assert await shown(pilot) == snapshot(name="edit")
        await press(pilot, "<escape>?")
        assert await shown(pilot) == snapshot(name="help")
        await press(pilot, "?/Sha")
        assert await shown(pilot) == snapshot(name="search")

    driven(navigator, person, (width, height))


def test_without_colour_it_stands_between_brackets(navigator: Navigator, monkeypatch: pytest.MonkeyPatch) -> None:
    screens = []

    async def person(pilot: Pilots) -> None:
        await press(pilot, "/Click to share<enter>")
        screens.append(await shown(pilot))

    driven(navigator, person, (120, 40))
    monkeypatch.setenv("NO_COLOR", "1")
    driven(navigator, person, (120, 40))
    assert "[-" not in screens[0]
    assert "[-Click to share on Facebook (Opens in new window)-] The ferry" in screens[1]


def test_what_would_be_written_is_shown(navigator: Navigator, snapshot: SnapshotAssertion, tmp_path: Path) -> None:
    async def person(pilot: Pilots) -> None:
        await press(pilot, "/Share this<enter>k/Advertise<enter>xs")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert await shown(pilot) == snapshot
        await press(pilot, "<escape>")
        assert not isinstance(pilot.app.screen, PlanScreen)
        await press(pilot, "s")
        await pilot.app.workers.wait_for_complete()
        await press(pilot, "<enter>")

    with ScratchLayer([], tmp_path / "rules.d", True) as scratch:
        app = driven(navigator, person, plan=lambda go_on: written(navigator.session, scratch))
    assert isinstance(app.return_value, Amendment)
    assert "[[exemption]]" in app.return_value.source


def test_keys_decide(navigator: Navigator) -> None:
    session = navigator.session
    share, advert, click, pitch = (index_of(session, text) for text in ("Share this", "Advertisement", "Click to", "Try Our"))

    async def person(pilot: Pilots) -> None:
        await press(pilot, "s")
        assert "nothing is decided yet" in await shown(pilot)
        await press(pilot, "/share this<enter>a")
        assert session.decisions == {share: ACCEPT}
        await press(pilot, "u")
        assert session.decisions == {}
        await press(pilot, "k/advert-mark<enter>K/click to<enter>e<left><left><left><left><enter>")
        line = ONE.splitlines()[10]
        assert session.decisions[click] == Decision("edit", line=line, start=0, end=len("Click to share on Facebook"))
        await press(pilot, "/click to<enter>e<left><right><enter>")
        assert session.decisions == {share: Decision("keep"), advert: DISABLE, click: ACCEPT}
        await press(pilot, "/try our<enter>k<up><enter>")
        assert session.decisions[pitch] == Decision("keep", "Explore what Newsbox AI can do for you:")
        await press(pilot, "/try our<enter>k<up><up>")
        assert "nearly switches the rule off" in await shown(pilot)
        await press(pilot, "<escape>A")
        await press(pilot, "/newsletter<enter>A")
        assert len(session.decisions) == 5
        await press(pilot, "q")

    assert driven(navigator, person).return_value is None


def test_keys_move(navigator: Navigator) -> None:
    async def person(pilot: Pilots) -> None:
        seen = []
        for key in ("n", "j", "<down>", "p", "<up>", "<tab>", "]", "[", "d", "<end>", "<home>", "g", "g", "N"):
            before = navigator.position, navigator.by_rule
            await press(pilot, key)
            seen.append((navigator.position, navigator.by_rule) != before)
        assert seen == [True] * len(seen)
        await press(pilot, "/share this<enter> ")
        assert "two.txt:5" in await shown(pilot)
        assert "place 2 of 2" in await shown(pilot)
        await press(pilot, "/no such<enter>")
        assert "nothing holds 'no such'" in await shown(pilot)

    driven(navigator, person)


def test_what_is_shown_is_in_sight_and_can_be_scrolled() -> None:
    rules = RuleSet(prepared(Rule("a/b", "A tail", "tail", match="The end: .*")))
    text = "".join(f"It rained on day {number}.\n" for number in range(50)) + "The end: so.\n"
    text += "".join(f"Buy boat {number}\n" for number in range(60))
    navigator = Navigator(session_of({"a": text}, rules))

    async def person(pilot: Pilots) -> None:
        assert "51 - The end: so." in await shown(pilot)
        assert "z shows them" in await shown(pilot)
        await press(pilot, "z")
        assert "z shows them" not in await shown(pilot)
        for _ in range(20):
            await press(pilot, "<pagedown>")
        assert "Buy boat 59" in await shown(pilot)
        for _ in range(20):
            await press(pilot, "<pageup>")
        assert "It rained on day 49" in await shown(pilot)
        await press(pilot, "z")
        assert "51 - The end: so." in await shown(pilot)

    driven(navigator, person)


KEYS = "aAkKxeunpdgz/?qsN "


@pytest.mark.parametrize("share", shares(13))
@settings(max_examples=8)
@given(st.lists(st.sampled_from([*KEYS, "<enter>", "<escape>", "<tab>", "<down>", "<left>"]), max_size=30))
def test_mashed_keys_break_nothing(share: int, keys: list[str]) -> None:
    rule = Rule("a/b", "A line", "line", match="x .*")
    found = RuleSet(prepared(rule, Rule("c/d", "A tail", "tail", match="end.*")))
    session = session_of({"a": "One.\nx two three\nx four\nGood.\nend of it\nRest of it is here.\n", "b": "Two.\nx four\n"}, found)

    async def person(pilot: Pilots) -> None:
        for key in keys:
            if not pilot.app.is_running:
                break
            await press(pilot, key)

    app = driven(Navigator(session), person, (30, 10), lambda go_on: Amendment("title = 'x'\n"))
    assert app.return_value in (None, Amendment("title = 'x'\n"))
    assert not app.return_code


HARD = {
    "long line": "He said so on Friday. " + "word " * 6_000 + "Click to share on Facebook (Opens in new window) " + "tail " * 6_000,
    "right to left": "قال إن الميناء فتح يوم الاثنين.\n\nClick to share on Facebook (Opens in new window) قال إن\n",
    "wide": "港口星期一重新開放。" * 30 + "\n\nClick to share on Facebook (Opens in new window)" + "港口星期一" * 40 + "\n",
    "hostile": "He said so.\n\x1b[2J\x1b]0;t\x07 [bold]x[/foo] \u202e\x9b31m Click to share on Facebook (Opens in new window)\n",
}


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("size", [slow((80, 24)), (30, 8), slow((10, 3))])
def test_hard_texts_drive_nothing(name: str, size: tuple[int, int]) -> None:
    found = RuleSet(prepared(Rule("a/b/share", "A link \x1b[1m [bold]", "match", match=r"click to share on \w+ \(opens in new window\)")))
    navigator = Navigator(session_of({f"{name}\x1b [red].txt": HARD[name]}, found))

    async def person(pilot: Pilots) -> None:
        await press(pilot, "/Click to<enter>")
        for keys in ("", "g", "e", "<escape>/[bold]", "<enter>", "k", "us", "<escape>?"):
            await press(pilot, keys)
            drawn = await shown(pilot)
            assert len(drawn.split("\n")) == size[1]
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", drawn)

    driven(navigator, person, size)


def test_what_is_pasted_drives_nothing(navigator: Navigator) -> None:
    from textual.events import Paste

    async def person(pilot: Pilots) -> None:
        await press(pilot, "/sh")
        pilot.app.post_message(Paste("\x1b[2Jx"))
        await press(pilot, "")
        assert "\x1b" not in await shown(pilot)
        await press(pilot, "<enter>")
        assert "share" in navigator.item.rule

    driven(navigator, person)


def test_many_removals_are_drawn_fast(tmp_path: Path) -> None:
    found = RuleSet(prepared(Rule("a/b/c", "A line", "line", match=r"buy \d+ boats")))
    text = "".join(f"It rained on day {n}.\nbuy {n} boats\n" for n in range(10_000))
    page = Page("a.txt", Engine(found.prepared).clean(text))
    began = time.process_time()
    navigator = Navigator(Session([page], {rule.name: rule for rule in found.prepared}))
    assert len(navigator.session.items) == 10_000

    async def person(pilot: Pilots) -> None:
        for key in "aaaaannnpppu":
            await press(pilot, key)

    driven(navigator, person, (120, 40))
    assert time.process_time() - began < 5


def test_samples_are_shown(shipped: RuleSet) -> None:
    """Drawn all, and a few of them on the screen."""
    texts = {path.name: path.read_bytes().decode() for path in sorted(SAMPLES.glob("*.txt")) if ".clean." not in path.name}
    navigator = Navigator(session_of(texts, shipped))
    drawing = ReviewDrawing(navigator)
    for position in range(len(navigator.order)):
        navigator.go(position)
        console = Console(width=80, file=io.StringIO())
        console.print(drawing.about(), *drawing.lines(), drawing.verdict())
        assert isinstance(console.file, io.StringIO)
        assert first_word(navigator) in console.file.getvalue()

    async def person(pilot: Pilots) -> None:
        for _ in range(12):
            assert first_word(navigator) in await shown(pilot)
            await press(pilot, "<tab>")

    navigator.to_end(0)
    driven(navigator, person)


def first_word(navigator: Navigator) -> str:
    return navigator.item.lines[0].split()[0][:8]


# Runs in the background.


@pytest.mark.parametrize("late", ["polls", "returns", "fails"])
def test_a_run_that_was_stopped_leaves_nothing_behind(late: str, navigator: Navigator) -> None:
    began, may_end = threading.Event(), threading.Event()
    runs: list[int] = []
    busy = threading.Lock()

    def plan(go_on: Callable[[], None]) -> Amendment:
        assert busy.acquire(blocking=False), "two at once"
        try:
            runs.append(len(navigator.session.decisions))
            if len(runs) == 1:
                began.set()
                assert may_end.wait(20)
                if late == "fails":
                    raise RuntimeError("dictionary changed size during iteration")
                if late == "polls":
                    go_on()
            return Amendment(f"{runs[-1]}")
        finally:
            busy.release()

    async def person(pilot: Pilots) -> None:
        await press(pilot, "as")
        assert await asyncio.to_thread(began.wait, 20)
        await press(pilot, "<escape>as")
        await pilot.pause(0.1)
        assert "Working out the rules" in await shown(pilot)
        await press(pilot, "<enter>")  # there is nothing yet to write
        may_end.set()
        for _ in range(200):
            await pilot.pause(0.05)
            if "Working" not in await shown(pilot):
                break
        await press(pilot, "<enter>")

    app = driven(navigator, person, plan=plan)
    assert app.return_value == Amendment("2")
    assert runs == [1, 2]


@pytest.mark.parametrize("place", ["plan", "save"])
def test_errors_end_the_review_and_are_left_to_the_command(place: str, navigator: Navigator) -> None:
    def fail(*_: object) -> Amendment:
        raise OSError("no room")

    async def drive() -> ReviewApp:
        app = ReviewApp(navigator, fail, fail if place == "save" else lambda: None)  # type: ignore[arg-type]
        async with app.run_test() as pilot:
            await press(pilot, "as")
            await pilot.pause(0.2)
        return app

    assert isinstance(asyncio.run(drive()).return_value, OSError)
