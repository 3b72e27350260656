"""The terminal of a review: keys in, lines out. The only importer of `textual`, which is an extra."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from rich.segment import Segment
from textual import events
from textual.app import App
from textual.strip import Strip
from textual.widget import Widget

from cleaner.authoring.review.rule_writer import Amendment
from cleaner.render.layout import Cells
from cleaner.render.navigator import Navigator, Request
from cleaner.render.review import Screen


class StoppedError(Exception):
    """Working a file out was stopped."""


class _Canvas(Widget, can_focus=True):
    """All of the terminal."""

    DEFAULT_CSS = "_Canvas { width: 1fr; height: 1fr; background: ansi_default; color: ansi_default; }"

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.drawing = screen
        self.drawn: list[Cells] = []

    def redraw(self) -> None:
        """Draw all anew."""
        self.drawn = []
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        width, height = self.size
        if not self.drawn:
            self.drawn = self.drawing.draw(width, height)
        cells = self.drawn[y] if y < len(self.drawn) else []
        return Strip([Segment(segment.text, segment.style) for segment in cells]).adjust_cell_length(width)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.redraw()


class ReviewApp(App[bool]):
    """Runs a review; its result says whether the file is to be written.

    Args:
        browser: Where the person is.
        plan: Works out what would be written, and raises what ends the work from what it is given to ask.
        kept: Called when something was decided, or the person leaves.
    """

    ENABLE_COMMAND_PALETTE = False
    TITLE = "cleaner review"

    def __init__(self, browser: Navigator, plan: Callable[[Callable[[], None]], Amendment], kept: Callable[[], None]) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.browser, self._plan, self._kept = browser, plan, kept
        self._canvas = _Canvas(Screen(browser, not self.no_color))
        self._stop = threading.Event()  # of the run at hand; each has its own, so that none can miss it
        self._one_at_a_time = threading.Lock()
        self.fault: BaseException | None = None

    def compose(self) -> list[Widget]:
        """The one widget."""
        return [self._canvas]

    def on_mount(self) -> None:
        """Take the keys, and end well when a signal ends us."""
        self._canvas.focus()
        for name in ("SIGTERM", "SIGHUP"):
            with suppress(NotImplementedError, AttributeError, ValueError, RuntimeError):
                number = getattr(signal, name)
                asyncio.get_running_loop().add_signal_handler(number, self._end, 128 + number)

    def _end(self, code: int) -> None:
        self._stop.set()
        self.exit(False, return_code=code)

    async def on_event(self, event: events.Event) -> None:
        """Every key is the browser's, those too that textual has a use for."""
        if isinstance(event, events.Key):
            self._press(event)
            return
        await super().on_event(event)

    def _press(self, event: events.Key) -> None:
        before = dict(self.browser.session.decisions)
        request = self.browser.press(event.key, event.character)
        try:
            if before != self.browser.session.decisions:
                self._kept()
        except Exception as error:
            self._fail(error)
            return
        if request:
            self._answer(request)
        self._canvas.redraw()

    def _answer(self, request: Request) -> None:
        if request == "plan":
            self._stop.set()
            self._stop = threading.Event()
            self.run_worker(partial(self._work, self._stop), thread=True, exclusive=True, exit_on_error=False)
        elif request == "stop":
            self._stop.set()
            self.browser.mode = "look"
        else:
            self._stop.set()
            self.exit(request == "write")

    def _work(self, stop: threading.Event) -> None:
        def go_on() -> None:
            if stop.is_set():
                raise StoppedError

        try:
            with self._one_at_a_time:  # a run that was stopped may not have noticed yet, and both write the same trial file
                go_on()
                amendment = self._plan(go_on)
            go_on()
        except StoppedError:
            return
        except Exception as error:
            if not stop.is_set():
                self.call_from_thread(self._failed, stop, error)
            return
        self.call_from_thread(self._planned, stop, amendment)

    def _planned(self, stop: threading.Event, amendment: Amendment) -> None:
        if not stop.is_set():
            self.browser.planned(amendment)
            self._canvas.redraw()

    def _failed(self, stop: threading.Event, error: Exception) -> None:
        if not stop.is_set():  # else it worked on what was decided while that changed
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        """End, and leave the error to the command."""
        self.fault = error
        self.exit(False)
