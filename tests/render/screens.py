"""A review that is driven by keys, and what its screen shows."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Iterator

from rich.cells import cell_len
from textual.pilot import Pilot

from cleaner.authoring.review.rule_writer import Amendment
from cleaner.render.navigator import Navigator
from cleaner.render.review_app import Plan, ReviewApp

#: Width of a cell in the picture of a screen.
_CELL = 12.2

Person = Callable[["Pilot[Amendment | BaseException]"], Awaitable[None]]


def driven(navigator: Navigator, person: Person, size: tuple[int, int] = (80, 24), plan: Plan = lambda go_on: Amendment()) -> ReviewApp:
    """A review after somebody has sat before it."""

    async def drive() -> ReviewApp:
        app = ReviewApp(navigator, plan, lambda: None)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await person(pilot)
        return app

    return asyncio.run(drive())


async def press(pilot: Pilot[Amendment | BaseException], keys: str) -> None:
    """Press keys: single letters, and names of keys in angle brackets."""
    await pilot.press(*_named(keys))
    await pilot.pause()


def _named(keys: str) -> Iterator[str]:
    for name, letter in re.findall(r"<(\w+)>|(.)", keys):
        yield name or {"/": "slash", "?": "question_mark", " ": "space"}.get(letter, letter)


async def shown(pilot: Pilot[Amendment | BaseException]) -> str:
    """The screen as text, once it comes to rest."""
    before, text = "", _drawn(pilot)
    while text != before:
        await pilot.pause(0.05)
        before, text = text, _drawn(pilot)
    return text


def _drawn(pilot: Pilot[Amendment | BaseException]) -> str:
    width, height = pilot.app.size
    lines = [[" "] * width for _ in range(height)]
    for x, number, text in re.findall(r'<text [^>]*? x="([\d.]+)"[^>]*?-line-(\d+)\)">([^<]*)</text>', pilot.app.export_screenshot()):
        cell = round(float(x) / _CELL)
        for char in html.unescape(text).replace("\xa0", " "):
            lines[int(number)][cell : cell + cell_len(char)] = [char] + [""] * (cell_len(char) - 1)
            cell += cell_len(char)
    return "\n".join("".join(line).rstrip() for line in lines)
