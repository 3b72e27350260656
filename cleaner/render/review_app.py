"""The screens of a review and their keys. The only importer of `textual`, which is an extra."""

from __future__ import annotations

import asyncio
import select
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import ClassVar, cast

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer, Input, KeyPanel, OptionList, Static
from textual.worker import Worker, WorkerCancelled, WorkerState, get_current_worker

from cleaner.authoring.review.rule_writer import Amendment
from cleaner.authoring.review.session import Decision, Region, Session, Verdict, region, suggested_line
from cleaner.render.layout import abridged
from cleaner.render.navigator import Navigator
from cleaner.render.review import ReviewDrawing, edit_lines, plan_summary
from cleaner.render.selection import Selection
from cleaner.render.visible import DRIVING, visible

#: Works out the rule file; calls what it is given again and again, which raises what ends the work.
Plan = Callable[[Callable[[], None]], Amendment]


#: A key of a screen. With priority: else one could overtake another that came before it and changes what keys do.
_key = partial(Binding, priority=True)


class ReviewApp(App[Amendment | BaseException], inherit_bindings=False):
    """Runs a review; its result is what is to be written, the error that ended it, or None. What was decided is saved at once."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
* { background: ansi_default; color: ansi_default; scrollbar-size-vertical: 1; }
#header { height: 1; padding: 0 1; text-style: reverse; }
#groups { width: 30%; min-width: 24; max-width: 44; height: 1fr; border: none; border-right: solid ansi_default; }
OptionList { height: auto; padding: 0; border: none; }
OptionList > .option-list--option-highlighted { text-style: reverse; }
#main { padding: 0 1; max-width: 122; }
#about { max-height: 6; margin-bottom: 1; }
#page { height: 1fr; }
Static { height: auto; }
#above, #below { padding-left: 1; }
#removal { border-left: heavy ansi_default; }
#verdict { max-height: 4; margin-top: 1; }
#message { height: 1; padding: 0 1; color: ansi_magenta; text-style: bold; }
#search, #search:focus { height: 0; padding: 0 1; border: none; }
#search:focus { height: 1; }
.-narrow #groups { display: none; }
.-low #about, .-low #verdict { max-height: 1; margin: 0; }
Screen { layers: below above; }
ModalScreen { padding: 1 2 0 2; }
#question { margin-bottom: 1; text-style: bold; }
KeyPanel { display: none; layer: above; split: initial; dock: right; width: 66; max-width: 100%; height: 100%; }
KeyPanel.-shown { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "quit", priority=True, show=False, system=True)]

    def __init__(self, navigator: Navigator, plan: Plan, save: Callable[[], None], message: str = "") -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-tall")]
        self._first_screen = partial(ReviewScreen, navigator, plan, save, message)

    def get_default_screen(self) -> Screen[None]:
        """The screen that shows removals."""
        return self._first_screen(not self.no_color)

    def on_mount(self) -> None:
        """End well when a signal ends us, or the terminal is gone, which textual doesn't notice: it would read on for ever."""
        for name in ("SIGTERM", "SIGHUP"):
            with suppress(NotImplementedError, AttributeError, ValueError, RuntimeError):
                signal_number = getattr(signal, name)
                asyncio.get_running_loop().add_signal_handler(signal_number, partial(self.exit, return_code=128 + signal_number))
        if sys.__stdin__ and hasattr(select, "poll") and not self.is_headless:
            terminal = select.poll()
            terminal.register(sys.__stdin__, 0)  # of no events: a hang-up is told all the same
            self.set_interval(0.5, lambda: self.exit(return_code=128 + signal.SIGHUP) if terminal.poll(0) else None)


class _Lines(OptionList, can_focus=False):
    """Lines of which one is shown as the one at hand; the keys are the screen's."""

    def draw(self, lines: Sequence[Text], highlighted: int | None) -> None:
        """Show lines."""
        if [option.prompt for option in self.options] != lines:
            self.set_options(lines)
        self.highlighted = highlighted


class _Search(Input):
    """Takes keys one by one in their order, however fast they come."""

    def on_key(self, event: Key) -> None:
        """End the search with enter; what came behind that is no part of it."""
        screen = cast("ReviewScreen", self.screen)
        if screen.focused is not self:
            event.prevent_default().stop()
            self.app.post_message(Key(event.key, event.character))
        elif event.key == "enter":
            event.prevent_default().stop()
            screen.find(self.value)


class ReviewScreen(Screen[None], inherit_bindings=False):
    """Removals, one after the other."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        _key("a", "decide('accept')", "accept", tooltip="the text goes, as the rule has it"),
        _key("A", "navigate('accept_rest')", "rest", tooltip="of the rule: accept all that is undecided"),
        _key("k", "keep", "keep", tooltip="the text, wherever the rule would take it"),
        _key("x,K", "decide('disable')", "off", tooltip="switch the rule off"),
        _key("e", "edit", "edit", tooltip="mark what goes of the text"),
        _key("u", "navigate('undo')", "undo", tooltip="take the last decision back"),
        _key("?,f1", "app.toggle_class('KeyPanel', '-shown')", "help", tooltip="show or hide this"),
        _key("n,j,down", "navigate('step', 1)", "next", tooltip="removal"),
        _key("tab,]", "navigate('to_group', 1)", "rule", tooltip="the next one, or the next document"),
        _key("s", "plan", "save", tooltip="show the rule file, and write it"),
        _key("q", "app.quit", "quit", tooltip="and go on from here another time"),
        _key("p,up", "navigate('step', -1)", "previous", tooltip="removal", show=False),
        _key("shift+tab,[", "navigate('to_group', -1)", "rule", tooltip="the one before", show=False),
        _key("d", "navigate('to_page')", "document", tooltip="the next one", show=False),
        _key("N", "navigate('to_undecided')", "undecided", tooltip="the next removal that is", show=False),
        _key("space", "navigate('to_occurrence')", "place", tooltip="the same text in another one", show=False),
        _key("home", "navigate('to_end', 0)", "first", tooltip="removal", show=False),
        _key("end", "navigate('to_end', -1)", "last", tooltip="removal", show=False),
        _key("/", "search", "search", tooltip="texts and rules; enter alone searches on", show=False),
        _key("g", "navigate('regroup')", "group", tooltip="by rule or by document", show=False),
        _key("z", "navigate('unfold')", "unfold", tooltip="a long removal", show=False),
        _key("pagedown,ctrl+d", "scroll(1)", "scroll", tooltip="down", show=False),
        _key("pageup,ctrl+u", "scroll(-1)", "scroll", tooltip="up", show=False),
        _key("escape", "close_search", "back"),
    ]

    def __init__(self, navigator: Navigator, plan: Plan, save: Callable[[], None], message: str, has_colours: bool) -> None:
        super().__init__()
        self._navigator, self._session, self._plan, self._save, self._message = navigator, navigator.session, plan, save, message
        self._drawing = ReviewDrawing(navigator, has_colours)
        self._saved = dict(self._session.decisions)

    def compose(self) -> ComposeResult:
        """Its widgets."""
        yield Static(id="header")
        with Horizontal():
            yield _Lines(id="groups", markup=False)
            with Vertical(id="main"):
                yield Static(id="about")
                with VerticalScroll(id="page", can_focus=False):
                    yield Static(id="above")
                    yield Static(id="removal")
                    yield Static(id="below")
                yield Static(id="verdict")
        yield Static(id="message")
        yield _Search(id="search", placeholder="text or name of a rule", restrict=f"[^{DRIVING}]*")
        yield KeyPanel()
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Follow the removal to where it stands once all lines are laid out."""
        for id_ in ("#above", "#page"):
            self.watch(self.query_one(id_), "virtual_size", self._scroll_to_removal, init=False)

    def on_resize(self) -> None:
        """Show what is shown, in the room that there is."""
        self.call_after_refresh(self.show, self._message)

    def show(self, message: str = "") -> None:
        """Show where the person is, and a message; and save what was decided."""
        drawing, groups = self._drawing, self.query_one(_Lines)
        for id_, content in drawing.parts(message).items():
            self.query_one(f"#{id_}", Static).update(content)
        width = groups.scrollable_content_region.width
        groups.draw([drawing.group(group, width) for group in self._navigator.groups], self._navigator.group)
        self._message = message
        self._scroll_to_removal()
        if self._saved != self._session.decisions:
            self._saved = dict(self._session.decisions)
            try:
                self._save()
            except Exception as error:
                self.app.exit(error)

    def _scroll_to_removal(self) -> None:
        page, removal = self.query_one("#page"), self.query_one("#removal")
        page.scroll_to(y=removal.virtual_region.y - page.size.height // 3, animate=False, force=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """While a search is typed, keys are letters."""
        return isinstance(self.focused, Input) == (action == "close_search")

    def action_navigate(self, move: str, *arguments: int) -> None:
        """Do what the navigator has under some name."""
        self.show(getattr(self._navigator, move)(*arguments))

    async def action_keep(self) -> None:
        """Keep the text; of several lines, ask by which it is told."""
        item = self._navigator.item
        if len(item.lines) > 1 and not self._session.obstacle(item.rule, "keep"):
            await self.app.push_screen(LineScreen(item.lines, self._decide))
        else:
            self.action_decide("keep")

    async def action_edit(self) -> None:
        """Ask what goes of the text."""
        item, occurrence = self._navigator.item, self._navigator.occurrence
        if obstacle := self._session.obstacle(item.rule, "edit"):
            self.show(obstacle)
        else:
            await self.app.push_screen(EditScreen(region(self._session.pages[occurrence.page], item, occurrence), self._decide))

    def action_decide(self, verdict: Verdict) -> None:
        """Decide about the whole of the text."""
        self._decide(Decision(verdict))

    def _decide(self, decision: Decision) -> None:
        self.show(self._navigator.decide(decision))

    def action_scroll(self, by: int) -> None:
        """Scroll the page by half its height."""
        for page in self.query(VerticalScroll):  # the help is one, too
            page.scroll_relative(y=by * page.size.height // 2, animate=False)

    def action_search(self) -> None:
        """Ask what to look for."""
        search = self.query_one(Input)
        search.clear()
        self.set_focus(search)

    def action_close_search(self) -> None:
        """Let the keys be commands again."""
        self.set_focus(None)

    def find(self, text: str) -> None:
        """Look for what was typed."""
        self.set_focus(None)
        self.show(self._navigator.find(text))

    async def action_plan(self) -> None:
        """Work out what would be written, and end if the person wants it."""
        if self._session.decisions:
            screen = PlanScreen(self._session, self._plan)
            await self.app.push_screen(screen, lambda amendment: self.app.exit(amendment) if amendment else None)
        else:
            self.show("nothing is decided yet")


class PlanScreen(ModalScreen[Amendment], inherit_bindings=False):
    """Works the rule file out, and asks whether to write it; the answer is the file, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [_key("enter,y", "write", "write it"), _key("escape,n,q", "dismiss", "back")]
    #: A run that was stopped may not have noticed yet, and both write the same scratch file.
    ONE_AT_A_TIME = threading.Lock()

    def __init__(self, session: Session, plan: Plan) -> None:
        super().__init__()
        self._session, self._plan = session, plan
        self._amendment: Amendment | None = None

    def compose(self) -> ComposeResult:
        """Its widgets."""
        with VerticalScroll():
            yield Static("Working out the rules, and cleaning all documents with them …")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Begin; to leave the screen cancels it."""
        self.run_worker(self._work, thread=True, exit_on_error=False)

    def _work(self) -> Amendment:
        worker = get_current_worker()

        def go_on() -> None:
            if worker.is_cancelled:
                raise WorkerCancelled

        with self.ONE_AT_A_TIME:
            go_on()
            return self._plan(go_on)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the result, or leave the error to the command."""
        if event.state is WorkerState.ERROR:
            self.app.exit(event.worker.error)
        elif event.state is WorkerState.SUCCESS:
            self._amendment = amendment = cast("Amendment", event.worker.result)
            self.query_one(Static).update(plan_summary(self._session, amendment))
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """There is nothing to write before it is worked out."""
        return self._amendment is not None or action != "write"

    def action_write(self) -> None:
        """Answer that it is to be written."""
        self.dismiss(self._amendment)


class _LinesScreen(ModalScreen[None], inherit_bindings=False):
    """A question about lines; the answer goes to `decide` at once, before the next key."""

    AUTO_FOCUS = ""

    def __init__(self, decide: Callable[[Decision], None]) -> None:
        super().__init__()
        self._decide = decide

    def compose(self) -> ComposeResult:
        """Its widgets."""
        yield Static(id="question")
        yield _Lines(markup=False)
        yield Footer(compact=True)

    def _ask(self, question: str, lines: Sequence[Text], highlighted: int | None) -> None:
        self.query_one(Static).update(Text(question))
        self.query_one(_Lines).draw(lines, highlighted)


class LineScreen(_LinesScreen):
    """Asks by which of its lines a text is told that is to be kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _key("down,j,n", "move(1)", "choose"),
        _key("up,p", "move(-1)", show=False),
        _key("enter,k", "keep", "keep"),
        _key("escape,q", "dismiss", "back"),
    ]

    def __init__(self, lines: Sequence[str], decide: Callable[[Decision], None]) -> None:
        super().__init__(decide)
        self._texts, self._chosen = lines, suggested_line(lines) or 0

    def on_mount(self) -> None:
        """Begin with the line that tells best."""
        self.action_move(0)

    def action_move(self, by: int) -> None:
        """Choose the next line, or the one before."""
        self._chosen = min(max(0, self._chosen + by), len(self._texts) - 1)
        note = "" if self._chosen else "\nThe first line is the rule's mark: to keep it nearly switches the rule off."
        self._ask(
            f"Which of these lines belongs to the article?{note}", [Text(abridged(visible(line))) for line in self._texts], self._chosen
        )

    def action_keep(self) -> None:
        """Keep the text by the line that is chosen."""
        self._decide(Decision("keep", self._texts[self._chosen]))
        self.dismiss()


class EditScreen(_LinesScreen):
    """Asks what goes of a text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _key("right,l,down,j", "move(1)", "forward"),
        _key("left,h,up,k", "move(-1)", "backward"),
        _key("tab,o", "other_end", "other end"),
        _key("enter", "take", "take"),
        _key("escape,q", "dismiss", "back"),
    ]

    def __init__(self, marked: Region, decide: Callable[[Decision], None]) -> None:
        super().__init__(decide)
        self._edit = Selection(marked, marked.start, marked.end)

    def on_mount(self) -> None:
        """Show what goes."""
        edit = self._edit
        edge = edit.end - 1 if edit.moves_end else edit.start
        question = f"Mark what goes: the {'end' if edit.moves_end else 'start'} moves"
        self._ask(question, edit_lines(edit), edge if edit.region.many_lines else None)

    def action_move(self, by: int) -> None:
        """Move the start or the end of what goes."""
        self._edit.move(by)
        self.on_mount()

    def action_other_end(self) -> None:
        """Move the other end from now on."""
        self._edit.moves_end = not self._edit.moves_end
        self.on_mount()

    def action_take(self) -> None:
        """Decide that this goes."""
        self._decide(self._edit.decision)
        self.dismiss()
