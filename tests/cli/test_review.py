"""`cleaner review` in a terminal."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import struct
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cleaner.authoring.review import session_store
from tests.authoring.review.pages import ONE, TWO
from tests.conftest import Command
from tests.learn.corpora import MadeSite

pty = pytest.importorskip("pty")
pyte = pytest.importorskip("pyte")
pytest.importorskip("textual")

ENTER, CTRL_C, LEFT = "\r", "\x03", "\x1b[D"


class Terminal:
    """A process in a pseudo-terminal, and what its screen shows."""

    def __init__(self, cleaner: Command, *args: str, width: int = 80, height: int = 24, **env: str) -> None:
        import fcntl
        import termios

        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        environment = Command.environment({"TERM": "xterm-256color", "XDG_STATE_HOME": str(cleaner.folder / "state"), **env})
        del environment["COLUMNS"]
        self.process = subprocess.Popen(
            Command.line(args), stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=cleaner.folder, start_new_session=True
        )
        os.close(theirs)

    def pump(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.ours], [], [], seconds)
        if not ready:
            return True
        try:
            piece = os.read(self.ours, 65536)
        except OSError:  # the other end is closed
            return False
        self.raw += piece
        self.stream.feed(piece)
        return bool(piece)

    def until(self, text: str | Callable[[str], bool]) -> str:
        end = time.monotonic() + 20
        found = (lambda shown: text in shown) if isinstance(text, str) else text
        while not found("\n".join(self.screen.display)):
            assert self.pump(0.2), f"ended before it showed {text!r}: {self.raw[-2000:]!r}"
            assert time.monotonic() < end, f"never showed {text!r}:\n" + "\n".join(self.screen.display)
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self) -> int:
        end = time.monotonic() + 60
        while self.pump(1):
            assert time.monotonic() < end, f"never ended: {self.raw[-2000:]!r}"
        code = self.process.wait(timeout=10)
        os.close(self.ours)
        return code


@pytest.fixture
def terminal(cleaner: Command) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []
    pages = cleaner.folder / "pages"
    pages.mkdir()
    (pages / "one.txt").write_text(ONE)
    (pages / "two.txt").write_text(TWO)

    def start(*args: str, **options: object) -> Terminal:
        opened.append(Terminal(cleaner, "review", *(args or ("pages",)), **options))  # type: ignore[arg-type]
        return opened[-1]

    yield start
    for each in opened:
        with suppress(OSError):
            if each.process.poll() is None:
                each.process.kill()
                each.process.wait()
            os.close(each.ours)


def states(cleaner: Command) -> list[Path]:
    return sorted((cleaner.folder / "state").rglob("*.json"))


def test_keys_in_files_out(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    seen = terminal()
    seen.until("0 of 6 decided")
    seen.press("/Share this\r")
    seen.until("A line that only asks")
    seen.press("k/Advertisement\r")
    seen.until("advert-mark")
    seen.press("x/Click to share\r")
    seen.until("click-to-share")
    seen.press("e" + LEFT * 4)
    seen.until("[-Click to share on Facebook-]")
    seen.press(ENTER)
    seen.until("3 of 6 decided")
    assert len(states(cleaner)) == 1
    for _ in range(3):
        seen.press("A")
    seen.until("6 of 6 decided")
    seen.press("s")
    seen.until("[[exemption]]")
    seen.press(ENTER)
    assert seen.end() == 0
    assert states(cleaner) == []
    [file] = (cleaner.folder / "rules.d").iterdir()
    assert re.fullmatch(r"review-\d{4}-\d\d-\d\d\.toml", file.name)
    assert f"rules.d/{file.name} is written" in seen.raw.decode()
    tested = cleaner("rules", "test", f"rules.d/{file.name}")
    assert (tested.code, tested.err) == (0, "")
    one, two = (cleaner("clean", f"pages/{name}.txt").out.decode() for name in ("one", "two"))
    assert "Share this article" in one
    assert "Share this article" in two
    assert "Advertisement" in two
    assert "\n(Opens in new window) The ferry sails" in one
    assert "READ MORE" not in one + two
    assert "newsletter" not in one
    left = {path.name for path in cleaner.folder.rglob("*") if path.is_file()}
    assert left == {"one.txt", "two.txt", file.name}


def test_a_name_that_is_taken_meanwhile_is_left_alone(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    seen = terminal(width=200)
    seen.until("0 of 6 decided")
    seen.press("/Share this\r")
    seen.until("A line that only asks")
    seen.press("ks")
    name = re.search(r"Review of (\d{4}-\d\d-\d\d)", seen.until("[[exemption]]"))
    assert name
    theirs = cleaner.folder / "rules.d" / f"review-{name[1]}.toml"
    theirs.parent.mkdir()
    theirs.write_text("title = 'Theirs'\n")
    seen.press(ENTER)
    assert seen.end() == 2
    assert f"error: rules.d/{theirs.name}: was written by somebody else meanwhile" in seen.raw.decode()
    assert theirs.read_text() == "title = 'Theirs'\n"
    assert list(theirs.parent.iterdir()) == [theirs]
    [state] = states(cleaner)
    assert len(session_store.read(state).decisions) == 1


def test_what_could_not_be_written_stays_decided(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    folders = []
    for name, word in (("a-low", "boats"), ("mine", "zorp"), ("z-high", "boats")):
        (cleaner.folder / name).mkdir()
        folders += ["--rules", name]
        rule = f"[[rule]]\nid = 'one'\nabout = 'A line with boats'\nremove = 'line'\nmatch = '{word} .{{2,80}}'\n"
        (cleaner.folder / name / f"{name}.toml").write_text(f"title = '{name}'\nabout = 'Boats.'\n{rule}")
    command = ("pages", *folders, "--into", "mine")
    seen = terminal(*command, width=200)
    seen.until("0 of 7 decided")
    for number, (text, about, key) in enumerate(
        [("Boats came", "A line with boats", "k"), ("Share this", "A line that only asks", "k"), ("Advertisement", "advert-mark", "a")], 1
    ):
        seen.press(f"/{text}\r")
        seen.until(about)
        seen.press(key)
        seen.until(f"{number} of 7 decided")
    seen.press("s")
    seen.until("can't be had")
    seen.press(ENTER)
    assert seen.end() == 0
    assert "decisions that could not be written are kept" in seen.raw.decode()
    [file] = (cleaner.folder / "mine").glob("review-*.toml")
    assert [each["rule"].split("/")[1] for each in tomllib.loads(file.read_text())["exemption"]] == ["share"]
    assert [each.verdict for each in session_store.read(states(cleaner)[0]).decisions.values()] == ["keep"]
    again = terminal(*command, width=200)
    again.until("1 decided before")
    again.press("q")
    assert again.end() == 0


def test_one_review_at_a_time(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    """Of the same texts; another of other texts may go on beside it."""
    first = terminal()
    first.until("0 of 6 decided")
    second = terminal()
    assert second.end() == 2
    assert b"another run is at work there (wait for it to end)" in second.raw
    other = terminal("pages/one.txt")
    other.until("decided")
    for each in (first, other):
        each.press("q")
        assert each.end() == 0


def test_a_killed_review_leaves_all_as_it_was_and_goes_on(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    first = terminal()
    first.until("0 of 6 decided")
    first.press("aa")
    first.until("2 of 6 decided")
    first.press("s")
    first.process.kill()
    assert first.end() == -signal.SIGKILL
    assert not (cleaner.folder / "rules.d").exists()
    assert json.loads(states(cleaner)[0].read_text())["version"] == 1
    (cleaner.folder / "pages" / "three.txt").write_text("It froze.\n")
    again = terminal()
    again.until(lambda shown: "of 6 decided" in shown and "decided before" in shown)
    again.press(CTRL_C)
    assert again.end() == 0
    assert b"run the same command to go on" in again.raw
    assert not (cleaner.folder / "rules.d").exists()


def test_sigterm_leaves_the_terminal_as_it_was(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    seen = terminal()
    seen.until("0 of 6 decided")
    seen.press("x")
    seen.until("1 of 6 decided")
    seen.press("s")
    seen.process.terminate()
    assert seen.end() == 128 + signal.SIGTERM
    assert b"\x1b[?1049l" in seen.raw
    assert not (cleaner.folder / "rules.d").exists()
    assert len(states(cleaner)) == 1


def test_a_terminal_that_is_gone_ends_the_review(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    """Nobody sends a signal: the terminal isn't the one that controls the process."""
    seen = terminal()
    seen.until("0 of 6 decided")
    seen.press("a")
    seen.until("1 of 6 decided")
    os.close(seen.ours)
    assert seen.process.wait(timeout=20) == 128 + signal.SIGHUP
    assert len(session_store.read(states(cleaner)[0]).decisions) == 1


def test_it_needs_a_terminal(cleaner: Command) -> None:
    done = cleaner("review", ".")
    assert (done.code, done.out) == (2, b"")
    assert done.err == "error: review: needs a terminal for its keys and its screen (cleaner preview shows removals anywhere)\n"


def test_without_the_extra(cleaner: Command, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text("import sys\nsys.modules['textual'] = None\n")
    seen = Terminal(cleaner, "review", ".", PYTHONPATH=str(blocked), width=120)
    assert seen.end() == 2
    assert "pip install '.[review]'" in seen.raw.decode()


def test_a_broken_state_is_an_error(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    state = session_store.place(cleaner.folder / "rules.d", [cleaner.folder / "pages"])
    place = cleaner.folder / "state" / "cleaner" / "review" / state.parent.name
    place.mkdir(parents=True)
    (place / state.name).write_text("{")
    failed = terminal(width=300)
    assert failed.end() == 2
    assert "start anew with --fresh" in failed.raw.decode()


def test_nothing_is_removed(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    (cleaner.folder / "plain.txt").write_text("It froze on Friday, he said.\n")
    seen = terminal("plain.txt", "./plain.txt")
    assert seen.end() == 0
    assert "nothing is removed from 1 text\r\n" in seen.raw.decode()
    assert states(cleaner) == []


def test_no_colour_and_a_smaller_window(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    import fcntl
    import termios

    state = (
        cleaner.folder / "state" / "cleaner" / "review" / session_store.place(cleaner.folder / "rules.d", [cleaner.folder / "pages"]).name
    )
    state.parent.mkdir(parents=True)
    state.write_text("{")
    seen = terminal("pages", "--fresh", NO_COLOR="1")
    seen.until("0 of 6 decided")
    seen.press("/Click to\r")
    seen.until("[-Click to")
    assert not re.search(rb"\x1b\[(?:\d+;)*3[1-7]m", seen.raw)
    seen.screen.resize(15, 50)
    fcntl.ioctl(seen.ours, termios.TIOCSWINSZ, struct.pack("HHHH", 15, 50, 0, 0))
    seen.process.send_signal(signal.SIGWINCH)
    seen.until(lambda shown: "│" not in shown and "[-Click to" in shown)
    seen.press("q")
    assert seen.end() == 0


def test_learned_rules_are_accepted_narrowed_and_rejected(cleaner: Command, terminal: Callable[..., Terminal]) -> None:
    made = MadeSite("quay.example", "en", ["Quay Post"], ["Quay deals of the week", "The Quay on paper"], form=["Method", "To serve"])
    lines = [json.dumps({"url": page.url, "text": page.text}) for page in made.pages(12)]
    (cleaner.folder / "pages.jsonl").write_text("\n".join(lines) + "\n")
    assert cleaner("learn", "pages.jsonl", "--into", "drafts").code == 0
    drafts = cleaner.folder / "drafts"
    before = (drafts / "sites/quay.example.toml").read_text()
    seen = terminal("--learned", "drafts", width=200)
    seen.until("0 of 5 decided")
    for number, (text, about, key) in enumerate(
        [
            ("Method", "on 12 of 12 pages; doubtful: it stands between lines of the article", "a"),
            ("To serve", "pattern  To serve", "x"),
            ("The Quay on paper", "Lines that stand together", "k"),
        ],
        1,
    ):
        seen.press(f"/{text}\r")
        seen.until(about)
        seen.press(key)
        seen.until(f"{number} of 5 decided")
    seen.press("s")
    shown = seen.until("[[exemption]]")
    assert "1 doubtful rule accepted: quay.example/method" in shown
    assert "1 rule rejected, and not proposed again: quay.example/to-serve" in shown
    seen.press(ENTER)
    assert seen.end() == 0
    after = (drafts / "sites/quay.example.toml").read_text()
    assert after.startswith(before.rstrip())
    assert '"method"' in after
    assert "doubtful" not in after
    assert not list((drafts / ".cleaner/doubtful").rglob("*.toml"))
    assert len(list(drafts.glob("review-*.toml"))) == 1
    assert cleaner("rules", "test", "drafts").code == 0
    page = next(made.pages(1, seed=5))
    clean = cleaner("--rules", "drafts", "--url", page.url, stdin=page.text.encode()).out.decode()
    assert clean == "\n".join([*(text for text in page.article if text != "Method"), "The Quay on paper"]) + "\n"
    done = cleaner("learn", "pages.jsonl", "--into", "drafts", "--since", "drafts")
    assert b"0 rules, 0 doubtful" in done.out  # neither what was rejected nor what was kept


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name what to go through"),
        (["pages", "--learned", "drafts"], "name what to go through"),
        (["--learned", "drafts", "--into", "rules.d"], "what was learned is written to the folder itself"),
    ],
)
def test_either_texts_or_learned_rules(cleaner: Command, arguments: list[str], said: str) -> None:
    done = cleaner("review", *arguments)
    assert done.code == 2
    assert said in done.err
