from __future__ import annotations

import io
import os
import re
import subprocess
from pathlib import Path

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from cleaner import Cleaner, Flag, Removal, Result
from cleaner.diff import patch
from cleaner.render.console import THEME
from cleaner.render.diff import Diff
from cleaner.render.tables import Tally, families
from cleaner.render.visible import visible
from tests.conftest import SAMPLES, Command

pty = pytest.importorskip("pty")


def drawn(result: Result, width: int, name: str = "page.txt", **looks: object) -> str:
    """What a console of fixed width shows, without a terminal's environment."""
    out = io.StringIO()
    console = Console(file=out, width=width, theme=THEME, markup=False, highlight=False, emoji=False, _environ={}, **looks)  # type: ignore[arg-type]
    console.print(Diff(name, result))
    console.print(families(Tally.of([result])))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def cleaned(sample: str) -> Result:
    return Cleaner().clean((SAMPLES / f"{sample}.txt").read_bytes().decode())


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("sample", ["short-notice", "inline-tabloid", "aggregator-title-twice"])
def test_without_colour(sample: str, width: int, snapshot: SnapshotAssertion) -> None:
    shown = drawn(cleaned(sample), width)
    assert max(map(len, shown.splitlines())) <= width
    assert shown == snapshot


def test_with_colour(snapshot: SnapshotAssertion) -> None:
    shown = drawn(cleaned("short-notice"), 80, force_terminal=True, color_system="standard")
    assert "[-" not in shown.replace("\x1b[", "")
    assert shown == snapshot


def test_nothing_to_remove() -> None:
    assert drawn(cleaned("clean-essay"), 80).splitlines()[1].strip() == "nothing to remove"


def test_flags_are_shown() -> None:
    assert "! budget: too much" in drawn(Result("a\n", flags=(Flag("budget", "too much"),)), 80)


def test_folds_say_what_they_hide() -> None:
    text = "X\n" + "".join(f"Line {n} of many.\n" for n in range(30)) + "X\n"
    kept = text[2:-2]
    shown = drawn(Result(kept, (Removal(0, 2, "a/b/c", "X\n"), Removal(len(text) - 2, len(text), "a/b/c", "X\n"))), 80)
    assert "⋮ 26 lines, 104 words" in shown
    assert [n for n in range(30) if f"Line {n} of" in shown] == [0, 1, 28, 29]
    gone = drawn(Result("", (Removal(0, len(kept), "a/b/tail", kept),)), 80)
    assert "⋮ 21 lines removed, 84 words" in gone
    assert len(re.findall(r"^- Line", gone, re.MULTILINE)) == 9


def test_a_long_line_is_shortened_around_its_cuts() -> None:
    before, after = "word " * 200, "word " * 300
    shown = drawn(Result(before + after, (Removal(1000, 1004, "a/b/c", "GONE"),)), 80)
    assert "[-GONE-]" in shown
    flat = " ".join(shown.split())
    assert "⋯ 157 words ⋯" in flat
    assert "⋯ 257 words ⋯" in flat
    assert len(re.findall(r"\bword\b", flat)) + 157 + 257 == 500


HOSTILE = "\x1b[2J\x1b]0;title\x07 [bold]x[/foo] :bomb: \x9b31m \u202eabc\x00\x08"


def test_text_names_and_rules_cannot_drive_the_terminal() -> None:
    text = f"{HOSTILE}\nkept {HOSTILE} line\n"
    start = len(HOSTILE) + 1
    result = Result(text[start:], (Removal(0, start, f"a/b/{HOSTILE}", text[:start]),), (Flag("budget", HOSTILE),))
    shown = drawn(result, 120, name=HOSTILE, force_terminal=True, color_system="standard")
    without_styles = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", without_styles)
    assert "[bold]x[/foo] :bomb:" in without_styles
    assert visible("\x1b\x9b\u2066") == "␛⟨U+009B⟩⟨U+2066⟩"


def on_a_terminal(cleaner: Command, *args: str, **env: str) -> str:
    """Output of a command that writes to a pseudo-terminal of 80 columns."""
    ours, theirs = pty.openpty()
    environment = Command.environment({"TERM": "xterm-256color", **env})
    process = subprocess.Popen(
        Command.line(args), stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=environment, cwd=cleaner.folder
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed: all has been read
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait(timeout=30) == 0
    return shown.decode()


def test_on_a_terminal_in_a_pipe_and_with_no_color(cleaner: Command) -> None:
    sample = str(SAMPLES / "inline-tabloid.txt")
    colour = re.compile(r"\x1b\[(?:\d+;)*3\d")
    plain = cleaner("preview", sample)
    assert plain.code == 0
    assert b"\x1b" not in plain.out
    assert b"[-Click to share on X/Twitter" in plain.out
    terminal = on_a_terminal(cleaner, "preview", sample)
    assert colour.search(terminal)
    assert "\x1b[9;31mClick to share on X/Twitter" in terminal
    sober = on_a_terminal(cleaner, "preview", sample, NO_COLOR="1")
    assert not colour.search(sober)
    assert "[-Click to share on X/Twitter" in re.sub(r"\x1b\[[\d;]*m", "", sober)


def test_preview_writes_nothing_and_reads_a_pipe(cleaner: Command) -> None:
    page = cleaner.folder / "page.txt"
    page.write_bytes((SAMPLES / "short-notice.txt").read_bytes())
    before = page.stat().st_mtime_ns
    named = cleaner("preview", "page.txt", "missing.txt")
    assert (named.code, named.err) == (2, "error: missing.txt: no such file or directory\n")
    piped = cleaner("preview", "-", stdin=page.read_bytes())
    assert piped.code == 0
    assert piped.out.decode().splitlines()[1:] == named.out.decode().splitlines()[1:]
    assert [path.name for path in cleaner.folder.iterdir()] == ["page.txt"]
    assert page.stat().st_mtime_ns == before


def test_a_closed_pipe_ends_quietly(cleaner: Command) -> None:
    (cleaner.folder / "long.txt").write_text("Share.\n\nIt froze, he said.\n\n" * 2000)
    line = " ".join(Command.line(["preview", "long.txt"])) + " | head -n 1; exit ${PIPESTATUS[0]}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, env=Command.environment(), cwd=cleaner.folder, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_progress_shows_on_a_terminal_only(cleaner: Command) -> None:
    assert "cleaning" in on_a_terminal(cleaner, "batch", str(SAMPLES), "-d", "out")
    assert cleaner("batch", SAMPLES, "-d", "out").err == ""


def test_patch_of_a_text_without_last_line_end() -> None:
    assert list(patch("p", Result("a\n", (Removal(2, 3, "x/y", "b"),)))) == [
        "--- a/p\n",
        "+++ b/p\n",
        "@@ -1,2 +1 @@\n",
        " a\n",
        "-b\n\\ No newline at end of file\n",
    ]
    assert list(patch("p", Result("a"))) == []


def test_a_sample_folder_exists_for_pictures() -> None:
    assert Path(SAMPLES / "preview.svg").read_text(encoding="utf-8").startswith("<svg")
