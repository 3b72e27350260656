"""Streams behave: closed, full, slow or missing, they give a sane exit code and at most a clear line; and off a terminal, plain text."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.conftest import ADVICE, CLEAN, DIRTY, Command, sampled

NOT_UTF_8 = b"Caf\xe9\n"
FULL = Path("/dev/full")
#: What a batch says of a file that isn't UTF-8.
FAILED = f"error: bad.txt: not UTF-8 text: byte 3 is 0xe9 (name its encoding with --encoding, or let --encoding auto guess it)\n{ADVICE}"
#: What drives a terminal.
#: The control character U+009B is two bytes in UTF-8; the byte alone is a part of many letters.
ESCAPE = re.compile(rb"[\x1b\r\x07\x08]|\xc2\x9b")
#: Colours of letters and of what is behind them.
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three texts in a folder, one of which isn't UTF-8, and a large one beside it."""
    (tmp_path / "src").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "src" / name).write_bytes(DIRTY)
    (tmp_path / "bad.txt").write_bytes(NOT_UTF_8)
    (tmp_path / "page.txt").write_bytes(DIRTY)
    (tmp_path / "big.txt").write_bytes(b"".join(b"%d: the harbour froze on Monday.\n" % number for number in range(4000)) + b"Share.\n")
    return tmp_path


def begin(args: Sequence[object], folder: Path, **streams: object) -> subprocess.Popen[bytes]:
    env = Command.environment()
    return subprocess.Popen(Command.line(args), cwd=folder, env=env, **({"stderr": subprocess.PIPE} | streams))  # type: ignore[call-overload,no-any-return]


#: Whatever writes to standard output.
WRITES = {
    "clean": ["clean", "page.txt"],
    "clean --json": ["clean", "--json", "page.txt"],
    "clean --diff": ["clean", "--diff", "page.txt"],
    "batch": ["batch", "src", "-d", "out"],
    "preview": ["preview", "page.txt"],
    "explain": ["explain", "page.txt:1"],
    "explain --json": ["explain", "page.txt:1", "--json"],
    "rules list": ["rules", "list"],
    "config": ["config"],
    "--help": ["--help"],
    "batch --help": ["batch", "--help"],
    "--version": ["--version"],
}


@pytest.mark.parametrize("name", sampled(["clean big.txt", "preview big.txt", "explain page.txt:1-3", "rules list"], 2))
def test_a_reader_that_has_enough_ends_it_quietly(folder: Path, name: str) -> None:
    """As `head -n 1` does: one line is read, and the pipe is closed."""
    process = begin(name.split(), folder, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr
    assert (process.wait(timeout=60), process.stderr.read()) == (0, b"")
    process.stderr.close()


@pytest.mark.parametrize("name", sampled(WRITES, 4))
def test_a_reader_that_never_was_ends_it_quietly(folder: Path, name: str) -> None:
    """Twelve commands with a pipe that was closed before they began."""
    reader, writer = os.pipe()
    os.close(reader)
    process = begin(WRITES[name], folder, stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    if name == "batch":
        assert (folder / "out/b.txt").read_bytes() == CLEAN


def test_a_batch_whose_summary_nobody_reads_still_tells_what_failed(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = begin(["batch", "src", "bad.txt", "-d", "out"], folder, stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.decode()) == (2, FAILED)


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("name", sampled(WRITES, 4))
def test_a_full_disk_under_standard_output_is_one_clear_line(folder: Path, name: str) -> None:
    """Twelve commands."""
    with FULL.open("wb") as full:
        process = begin(WRITES[name], folder, stdout=full)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (2, b"error: standard output: can't be written: no space left on device\n")


#: Command lines and their exit codes where standard error can say nothing.
UNHEARD = {
    "clean src/a.txt bad.txt": 2,
    "clean --check page.txt": 1,
    "clean missing.txt": 2,
    "clean --nonsense": 2,
    "clean -i": 2,
    "batch src bad.txt -d out": 2,
    "batch src -d out --nonsense": 2,
    "clean page.txt -r missing": 3,
    "preview bad.txt": 2,
}


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("name", sampled(UNHEARD, 3))
def test_where_messages_have_no_room_the_exit_code_tells(folder: Path, name: str) -> None:
    """Nine commands that have something to say."""
    with FULL.open("wb") as full:
        process = begin(name.split(), folder, stdout=subprocess.PIPE, stderr=full)
        process.communicate(timeout=60)
    assert process.returncode == UNHEARD[name]


def test_a_slow_reader_and_many_messages_stop_nothing(folder: Path) -> None:
    """5 MB go in while what comes out is read slowly, and more than 64 kB of messages fill the other pipe."""
    text = b"".join(b"%d: %s\n" % (number, b"the harbour froze, " * 2600) for number in range(100))
    missing = [f"{number:04}-{'x' * 190}" for number in range(450)]
    process = begin(["clean", "-", *missing, "src/a.txt"], folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    messages: list[bytes] = []
    listener = threading.Thread(target=lambda stream=process.stderr: messages.append(stream.read()))
    feeder = threading.Thread(target=lambda stream=process.stdin: (stream.write(text), stream.close()))
    feeder.start()
    read = bytearray()
    while len(read) < 1_000_000:  # nobody listens to the messages yet, and text comes in small pieces
        read += os.read(process.stdout.fileno(), 20_000)
        time.sleep(0.001)
    listener.start()
    read += process.stdout.read()
    for thread in (feeder, listener):
        thread.join(timeout=60)
    assert process.wait(timeout=60) == 2
    for stream in (process.stdout, process.stderr):
        stream.close()
    assert len(text) > 4_900_000
    assert bytes(read) == text + CLEAN
    assert len(messages[0]) > 65_536
    assert messages[0].count(b"\n") == len(missing)


def test_all_three_pipes_filled_at_once_stop_nothing(folder: Path) -> None:
    """By `communicate`, which reads both pipes as they fill."""
    text = b"".join(b"%d: %s\n" % (number, b"the harbour froze, " * 2600) for number in range(100))
    missing = [f"{number:04}-{'x' * 190}" for number in range(450)]
    process = begin(["clean", *missing, "-"], folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    out, err = process.communicate(text, timeout=60)
    assert (process.returncode, out) == (2, text)
    assert len(err) > 65_536


#: Command lines with all standard streams closed, their exit codes, and what they must have written.
CLOSED: dict[str, tuple[int, Mapping[str, bytes]]] = {
    "clean page.txt": (0, {}),
    "clean page.txt -o new.txt": (0, {"new.txt": CLEAN}),
    "clean bad.txt -o new.txt": (2, {"new.txt": NOT_UTF_8}),
    "clean page.txt bad.txt -o new.txt": (2, {}),
    "clean -i page.txt": (0, {"page.txt": CLEAN}),
    "clean": (2, {}),
    "clean --nonsense": (2, {}),
    "clean --check page.txt": (1, {}),
    "batch src bad.txt -d out -j 2": (2, {"out/a.txt": CLEAN, "out/b.txt": CLEAN, "out/bad.txt": NOT_UTF_8}),
    "preview page.txt": (0, {}),
    "explain page.txt:1": (0, {}),
    "rules list": (0, {}),
    "--help": (0, {}),
}


@pytest.mark.parametrize("name", sampled(CLOSED, 4))
def test_streams_that_were_closed_are_no_files(folder: Path, name: str) -> None:
    """Thirteen commands without any standard stream: their files get those numbers, and what they say must not land in them."""
    code, expected = CLOSED[name]
    before = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    script = f"{shlex.join(Command.line(name.split()))} <&- >&- 2>&-"
    done = subprocess.run(script, shell=True, capture_output=True, cwd=folder, env=Command.environment(), timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")
    after = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    manifest = after.pop("out/.cleaner/manifest.jsonl", b"")
    assert after == {**before, **expected}
    kinds = [json.loads(line)["kind"] for line in manifest.splitlines()]
    assert kinds == (["run", "file", "file", "file", "end"] if name.startswith("batch") else [])


def test_a_stream_that_was_closed_silences_no_other(folder: Path) -> None:
    """Messages still come where only standard output is closed, and the other way round."""
    for redirected, out, err in (
        (
            ">&-",
            b"",
            b"error: bad.txt: not UTF-8 text: byte 3 is 0xe9 (name its encoding with --encoding, or let --encoding auto guess it)\n",
        ),
        ("2>&-", NOT_UTF_8 + CLEAN, b""),
    ):
        script = f"{shlex.join(Command.line(['clean', 'bad.txt', 'page.txt']))} {redirected}"
        done = subprocess.run(script, shell=True, capture_output=True, cwd=folder, env=Command.environment(), timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (2, out, err)


def test_off_a_terminal_there_is_no_colour_no_cursor_and_no_bar(cleaner: Command, folder: Path) -> None:
    """Seven commands, one of them a batch over 150 files in two processes, which says nothing but its summary."""
    for number in range(150):
        (folder / f"src/{number:03}.txt").write_bytes(DIRTY)
    for args in (
        ["batch", "src", "bad.txt", "-d", "out", "-j", "2"],
        ["preview", "page.txt", "bad.txt"],
        ["explain", "page.txt:1-3"],
        ["rules", "list"],
        ["config"],
        ["clean", "bad.txt", "--nonsense"],
        ["clean", "bad.txt", "missing.txt"],
    ):
        done = cleaner(*args, env={"TERM": "xterm-256color"})
        assert not ESCAPE.search(done.out + done.err.encode()), args
        if args[0] == "batch":
            assert done.err == FAILED
            assert b"152 files cleaned, 152 of them changed, 1 failed" in done.out


def on_a_terminal(args: Sequence[object], folder: Path, env: dict[str, str]) -> bytes:
    """What a command shows on a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        Command.line(args), stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder,
        env=Command.environment({"TERM": "xterm-256color", **env}),
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # the other end is closed: all has been read
        while piece := os.read(ours, 65_536):
            shown += piece
    os.close(ours)
    process.wait(timeout=60)
    return shown


@pytest.mark.parametrize("name", sampled(["preview page.txt", "explain page.txt:3", "batch src -d out -j 2", "rules list"], 2))
def test_no_color_is_honoured_on_a_terminal(folder: Path, name: str) -> None:
    """Without it the same shows colours, so that this can be told; marks take their place in a preview."""
    (folder / "page.txt").write_bytes(DIRTY + b"It snowed (Jane Roe/PA) all day.\nBoats in the snow (Jane Roe/PA)\n")
    plain = on_a_terminal(name.split(), folder, {"NO_COLOR": "1"})
    assert plain
    assert not COLOUR.search(plain)
    if not name.startswith("rules"):
        assert COLOUR.search(on_a_terminal(name.split(), folder, {}))
    if name.startswith("preview"):
        assert b"- Share this article" in re.sub(rb"\x1b\[[\d;]*m", b"", plain)


@pytest.mark.parametrize("ended", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_what_waits_for_its_input(folder: Path, ended: signal.Signals) -> None:
    """`clean`, which has read some of it; nothing is written, and nothing is said."""
    reader, writer = os.pipe()
    process = subprocess.Popen(
        Command.line(["clean"]), stdin=reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, env=Command.environment(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a shell's background jobs ignore it
    )  # fmt: skip
    os.write(writer, b"More than a pipe holds.\n" * 20_000)  # returns when it reads; an earlier signal would meet Python's own start
    time.sleep(0.3)  # until it waits for more: between two reads, Python would only note the signal
    process.send_signal(ended)
    out, err = process.communicate(timeout=60)
    os.close(reader)
    os.close(writer)
    assert (process.returncode, out, err) == (128 + ended, b"", b"")


@pytest.mark.parametrize(("ended", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 0)])
def test_a_signal_ends_a_preview_that_watches(folder: Path, ended: signal.Signals, code: int) -> None:
    process = subprocess.Popen(
        Command.line(["preview", "--watch", "page.txt"]), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
        env=Command.environment({"PYTHONUNBUFFERED": "1"}),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout
    shown = b""
    while b"watching, Ctrl-C ends" not in shown and (piece := os.read(process.stdout.fileno(), 65_536)):
        shown += piece
    process.send_signal(ended)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (code, b"", b"")
    assert b"Share this article" in shown
    assert (folder / "page.txt").read_bytes() == DIRTY
