"""The terminal is not driven by the text: whatever stands in a text, a name, a rule or an argument shows as signs one can see.

Each place where the command line shows something foreign is tried with each hostile string, in a pipe and in colour.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from rich.text import Text

from cleaner.cli import context, rules, watch
from cleaner.io.audit import digest
from cleaner.render.console import console
from cleaner.render.patch import patch
from cleaner.render.visible import VisibleStream, visible, visible_lines
from cleaner.result import Removal, Result
from cleaner.ruleset.layers import load
from tests.conftest import Command, shares
from tests.trust import in_process

pty = pytest.importorskip("pty")

#: What must not reach a terminal as it is, by name. Each is short enough to be shown whole where texts are shortened.
HOSTILE = {
    "NUL": "\0",
    "C0, first half": "".join(map(chr, (*range(1, 9), *range(11, 16)))),
    "C0, second half": "".join(map(chr, range(16, 32))),
    "line feed": "x\nerror: y",
    "carriage return": "kept\rover",
    "DEL": "x\x7f\x7fy",
    "C1, first half": "".join(map(chr, range(128, 144))),
    "C1, second half": "".join(map(chr, range(144, 160))),
    "CSI": "\x1b[31;5mred\x1b[2J",
    "OSC 8": "\x1b]8;;x:y\x07z\x1b]8;;\x07",
    "OSC 52": "\x1b]52;c;eA==\x07",
    "title": "\x1b]0;t\x1b\\",
    "CSI and OSC of one byte": "\x9b31m\x9d52;c;eA==\x9c",
    "DCS and APC": "\x1bPq\x1b\\\x1b_G\x1b\\",
    "overrides": "\u202aa\u202b\u202c\u202d\u202e",
    "isolates": "\u2066a\u2067\u2068\u2069",
    "marks": "\u061ca\u200e\u200f",
    "separators": "a\u2028b\u2029c\x85d",
    "what shows as nothing": "a\ufeff\u00ad\u2060\u180e\u3164\uffa0b",
    "joiners": "pay\u200dpal\u200c\u200b",
    "tags": "\U000e0041\U000e0042\U000e007f",
    "selectors": "a\ufe0f\ufe0e\U000e0100",
    "undecodable": "\udc80\udcff",
    "markup": "[bold red]x[/] [/y]",
    "link": "[link=x:y]z[/link]",
    "emoji code": ":bomb: :smiley:",
}
#: What a terminal must be told as it is: scripts and emoji are written with it.
HARMLESS = {
    "Persian": "می\u200cخواهم",
    "Hindi": "क्\u200dष",
    "Khmer": "ភាសា\u200bខ្មែរ",
    "family": "👩\u200d👩\u200d👧",
    "heart on fire": "❤\ufe0f\u200d🔥",
    "keycap": "1\ufe0f⃣",
    "health worker": "👨🏽\u200d⚕\ufe0f",
    "Scotland": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "variant of an ideograph": "葛\U000e0100",
    "no-break spaces": "10\u00a0%\u202f",
}
# Of what Unicode calls ignorable, these are no format characters.
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")
#: Colours, and links of which each character is plain.
_STYLE = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;(?:id=\d+)?;[!-~]*\x1b\\")
#: What `preview --watch` begins a drawing with, and what rich draws a bar with: the cursor goes and comes, a line is erased, one goes up.
_CLEAR = "\x1b[2J\x1b[H"
_BAR = re.compile(r"\x1b\[\?25[lh]|\x1b\[2K|\x1b\[1A|\r")


def forbidden(char: str) -> bool:
    """Whether a character drives a terminal, or shows as nothing."""
    return char != "\n" and (unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") or bool(_IGNORABLE.match(char)))


def signs(char: str) -> tuple[str, ...]:
    """The ways to show a character that must not be shown: our own, and as Python writes it in quotes."""
    code = ord(char)
    own = chr(0x2400 + code) if code < 32 else "␡" if code == 127 else f"⟨U+{code:04X}⟩"
    return own, repr(char)[1:-1], f"\\x{code:02x}"


def faults(shown: str, bad: str, coloured: bool) -> list[str]:
    """What is wrong with an output that ought to show a hostile string."""
    if coloured:
        shown = _BAR.sub("", _STYLE.sub("", shown.removeprefix(_CLEAR)))
    raw = sorted({f"U+{ord(char):04X}" for char in shown if forbidden(char)})
    found = [f"raw: {' '.join(raw)}"] if raw else []
    hostile = [char for char in bad if forbidden(char) or char == "\n"]
    missing = sorted({f"U+{ord(char):04X}" for char in hostile if not any(sign in shown for sign in signs(char))})
    found += [f"not shown: {' '.join(missing)}"] if missing else []
    if not hostile and "".join(bad.split()) not in "".join(shown.split()):
        found.append("not shown as it is")
    return found


@dataclass
class Call:
    """A command line, and what it finds around it.

    Attributes:
        args: Its arguments.
        env: Variables of the environment.
        name: What the command is called by.
        shown: What of the hostile string must be shown, if that isn't all.
    """

    args: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)
    name: str = "cleaner"
    shown: str | None = None


@dataclass
class Place:
    """A place where something foreign is shown.

    Attributes:
        call: Prepares the working directory and gives the command line, for a hostile string.
        without: Characters that can't be there at all.
        shown: Whether it is shown there, or only must not come through.
    """

    call: Callable[[str], list[str] | Call]
    without: str = ""
    shown: bool = True


SURROGATES = "".join(map(chr, range(0xD800, 0xE000)))
ARGUMENT = "\0"
NAME = "\0/"
TEXT = "\0\r\n" + SURROGATES
#: A host has no blanks, and what ends it can't stand in it; small letters are the same as capitals.
HOST = "\0/:?#@[] \t\r\n" + SURROGATES

#: Older versions of `typer` leave colours out of what they quote, and line feeds as they are.
QUOTES = tuple(map(int, typer.__version__.split(".")[:2])) >= (0, 29)

KEPT = "It froze on Monday, and the harbour was quiet."


def file(name: str, content: str | bytes = f"{KEPT}\nShare this\n") -> str:
    """A file in the working directory, by its name."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return name


def top(path: str) -> str:
    """The first folder of a path."""
    return path.split("/")[0]


def configured(line: str) -> list[str]:
    """What shows the configuration, in a folder with one."""
    file(".cleaner.toml", line)
    return ["config"]


def inside(folder: str, _: str) -> list[str]:
    """What shows the configuration, with a folder as the working directory once a file of it is made."""
    os.chdir(folder)
    return ["rules", "test", "rules.d/absent.toml", "--rules", str(Path.cwd() / "absent")]


def toml(text: str) -> str:
    """A string of TOML."""
    return '"' + "".join(char if " " <= char <= "~" and char not in '"\\' else f"\\U{ord(char):08x}" for char in text) + '"'


def rule(path: str = "r/own.toml", head: str = "", extra: str = "", about: str = "x", match: str = "Share .*", remove: str = "line") -> str:
    """A rule file in a folder `r`."""
    said = (
        f"id = 'own'\nabout = {toml(about)}\nremove = '{remove}'\nmatch = {toml(match)}\nremoves = ['Share this']\nkeeps = ['It froze.']\n"
    )
    return file(path, f"title = 'x'\nabout = 'x'\n{head}\n[[rule]]\n{said}{extra}\n")


def rows(*lines: object) -> str:
    """A file of lines of JSON."""
    return file("rows.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


def manifest(flagged: str = "x", counts: str = "x", file_name: str = "x", kind: str = "file", to: str = "out", of: int = 1) -> str:
    """A folder with a manifest."""
    figures = {"documents": 1, "written": 1, "changed": 1, "excluded": {}, "rejected": 0, "words": 9}
    figures |= {"flagged": {flagged: 1}, "removed": {counts: 1}, "counts": {counts: 1}}
    texts = {"file": file_name, "source": "x", "sha256": "x", "fingerprint": "x"}
    for number in range(1, of + 1):
        suffix = f"-{number}-of-{of}" if of > 1 else ""
        head = {
            "kind": "run",
            "form": 1,
            "run": "x",
            "cleaner": "x",
            "shard": f"{number}/{of}",
            "files": 1,
            "settings": {"level": file_name},
        }
        entry = {"kind": kind, **texts, "size": 1, "modified": 1, "written": {}, "audit": 0, "figures": figures}
        lines = [head | {"fingerprint": "x", "rules": {}}, entry, {"kind": "end", "failed": 0}]
        file(f"{to}/.cleaner/manifest{suffix}.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    return to


def audit(*names: str, rule: str = "a/b/c") -> str:
    """An audit that says of several files that they came out like `clean.txt`."""
    clean = digest(Path(file("clean.txt", KEPT)).read_text(encoding="utf-8"))
    entries = [{"file": name, "start": 0, "end": n, "rule": rule, "text": "x" * n, "clean": clean} for n, name in enumerate(names, 1)]
    return file("audit", "".join(json.dumps(entry) + "\n" for entry in entries))


def parquet(name: str) -> str:
    """A Parquet file with one column."""
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({name: ["x"]}), "rows.parquet")
    return "rows.parquet"


PLACES = {
    # file names
    "clean: missing file": Place(lambda bad: ["clean", bad], NAME),
    "clean: file that is no text": Place(lambda bad: ["clean", "--json", file(bad, b"\xff")], NAME),
    "clean --check": Place(lambda bad: ["clean", "--check", file(bad), "-r", rule()], NAME),
    "clean: name beside a flag": Place(lambda bad: ["clean", "--check", file(bad, "Share this\n"), "-r", rule()], NAME),
    "clean --output": Place(lambda bad: ["clean", file("page"), "--output", f"absent/{bad}"], NAME),
    "clean --audit": Place(lambda bad: ["clean", file("page"), "--audit", f"absent/{bad}"], NAME),
    "clean --audit: an earlier one": Place(lambda bad: ["clean", "-i", file("page"), "--audit", file(f"log{bad}")], NAME),
    "preview: heading": Place(lambda bad: ["preview", file(bad)], NAME),
    "preview: missing file": Place(lambda bad: ["preview", bad], NAME),
    "preview --watch: heading": Place(lambda bad: ["preview", "--watch", file(bad)], NAME),
    "preview --watch: missing file": Place(lambda bad: ["preview", "--watch", bad], NAME),
    "explain: heading": Place(lambda bad: ["explain", file(f"n{bad}") + ":1"], NAME + "\n"),
    "explain: missing file": Place(lambda bad: ["explain", f"n{bad}:1"], NAME + "\n"),
    "restore: missing file": Place(lambda bad: ["restore", bad, "--audit", audit("x")], NAME),
    "restore: missing audit": Place(lambda bad: ["restore", file("page"), "--audit", bad], NAME),
    "restore: other text": Place(lambda bad: ["restore", file(bad), "--audit", audit("x")], NAME),
    "report: missing source": Place(lambda bad: ["report", bad, "-o", "out"], NAME),
    "report: source that can't be read": Place(lambda bad: ["report", top(file(f"src/{bad}.txt", b"\xff")), "-o", "out"], NAME),
    "report: place of the page": Place(lambda bad: ["report", top(file("src/page.txt")), "-o", bad], NAME),
    "report: title": Place(lambda bad: ["report", top(file("src/page.txt")), "-o", "-", "--title", f"x{bad}"], ARGUMENT, shown=False),
    "report: a text in the page": Place(
        lambda bad: ["report", file("page.txt", f"{KEPT} {bad}\nShare this\n"), "-o", "-"], TEXT, shown=False
    ),
    "report: id in the CSV": Place(lambda bad: ["report", rows({"text": KEPT, "id": f"x{bad}"}), "--csv", "-"]),
    "batch: missing source": Place(lambda bad: ["batch", bad, "-d", "out"], NAME),
    "batch: source that fails": Place(lambda bad: ["batch", top(file(f"src/{bad}.txt", b"\xff")), "-d", "out"], NAME),
    "batch: folder of output": Place(lambda bad: ["batch", top(file("src/page.txt")), "-d", file(bad)], NAME),
    "batch: folder of what is set aside": Place(
        lambda bad: ["batch", top(file("src/page.txt", b"\xff")), "-d", "out", "--exclude-to", bad], NAME
    ),
    "merge-manifests: missing place": Place(lambda bad: ["merge-manifests", bad], NAME),
    "merge-manifests: folder": Place(lambda bad: ["merge-manifests", manifest(kind="x", to=bad)], NAME),
    "rules: missing folder": Place(lambda bad: ["rules", "test", bad], NAME),
    "rules: odd file": Place(lambda bad: ["rules", "test", file(f"{bad}.toml", "x = ")], NAME),
    "rules new: no suffix": Place(lambda bad: ["rules", "new", f"n{bad}"], NAME),
    "rules new: there already": Place(lambda bad: ["rules", "new", file(f"{bad}.toml")], NAME),
    "rules new: begun": Place(lambda bad: ["rules", "new", f"n{bad}/own.toml"], NAME),
    "rules diff: missing rules": Place(lambda bad: ["rules", "diff", "--alone", bad, "-", file("page")], NAME),
    "rules diff: text that is none": Place(lambda bad: ["rules", "diff", "-", "-", file(f"{bad}.txt", b"\xff")], NAME),
    "rules diff: heading": Place(lambda bad: ["rules", "diff", "--alone", rule("old.toml", match="No"), rule(), file(f"{bad}.txt")], NAME),
    "rules show: place": Place(lambda bad: ["rules", "show", "own", "--rules", top(rule(f"{bad}/own.toml"))], NAME),
    "rules list: switched off by": Place(
        lambda bad: [
            "rules",
            "list",
            "-r",
            rule(),
            "-r",
            top(file(f"{bad}/off.toml", "title = 'x'\nabout = 'x'\ndisable = ['own/own']")),
        ],
        NAME,
    ),
    "rules list: replaced": Place(lambda bad: ["rules", "list", "-r", top(rule(f"{bad}/own.toml")), "-r", rule()], NAME),
    "rules lint: finding": Place(lambda bad: ["rules", "lint", rule(f"{bad}/own.toml")], NAME),
    "rules lint: removes nothing": Place(
        lambda bad: ["rules", "lint", rule(f"{bad}/own.toml", match="No"), "--on", file("page.txt", KEPT)], NAME
    ),
    "rules test: failed": Place(lambda bad: ["rules", "test", rule(f"{bad}/own.toml", match="No")], NAME),
    "working directory": Place(lambda bad: inside(bad, rule(f"{bad}/rules.d/own.toml")), NAME),
    # texts
    "preview: kept line": Place(lambda bad: ["preview", file("page", f"{KEPT} {bad}.\nShare this\n"), "-r", rule()], TEXT),
    "preview: removed line": Place(lambda bad: ["preview", file("page", f"{KEPT}\nShare {bad}.\n"), "-r", rule()], TEXT),
    "preview: start of a line": Place(lambda bad: ["preview", file("page", f"{KEPT}\nShare this\n-\n{bad}.\n"), "-r", rule()], TEXT),
    "preview: part of a line": Place(
        lambda bad: ["preview", file("page", f"{KEPT} Ad {bad} da. {KEPT}\n"), "-r", rule(remove="match", match="Ad .* da")], TEXT
    ),
    "preview --watch: text": Place(lambda bad: ["preview", "--watch", file("page", f"{KEPT}\nShare {bad}.\n"), "-r", rule()], TEXT),
    "explain: line that goes": Place(lambda bad: ["explain", file("page", f"{KEPT}\nShare {bad}.\n") + ":2", "-r", rule()], TEXT),
    "explain: line that stays": Place(lambda bad: ["explain", file("page", f"{KEPT} {bad}.\n") + ":1"], TEXT),
    "explain --text": Place(lambda bad: ["explain", "--text", f"x{bad}x"], "\0\r\n"),
    "rules diff: sample": Place(
        lambda bad: ["rules", "diff", "--alone", rule("old.toml", match="No"), rule(), file("page.txt", f"{KEPT}\nShare {bad}.\n")], TEXT
    ),
    # rules
    "explain: about": Place(lambda bad: ["explain", "--text", f"{KEPT}\nShare this", "-r", rule(about=f"x{bad}")], SURROGATES),
    "rules list: about": Place(lambda bad: ["rules", "list", "-r", rule(about=f"x{bad}")], SURROGATES),
    "rules show: about": Place(lambda bad: ["rules", "show", "own", "-r", rule(about=f"x{bad}")], SURROGATES),
    "rules show: site": Place(lambda bad: ["rules", "show", "own", "-r", rule(head=f"sites = [{toml(f'{bad}.example')}]")], HOST),
    "rules show: example": Place(
        lambda bad: [
            "rules",
            "show",
            "own",
            "-r",
            rule(extra=f"[[rule.example]]\nbefore = {toml(f'x{bad}x')}\nafter = {toml(f'x{bad}x')}"),
        ],
        TEXT,
    ),
    "rules catalogue: about": Place(lambda bad: ["rules", "catalogue", "-o", "-", "-r", rule(about=f"x{bad}")], SURROGATES, shown=False),
    "rules catalogue: place of the page": Place(lambda bad: ["rules", "catalogue", "-o", bad, "-r", rule()], NAME),
    "rules list: site": Place(lambda bad: ["rules", "list", "-r", rule(head=f"sites = [{toml(f'{bad}.example')}]")], HOST),
    "rules show: source": Place(
        lambda bad: ["rules", "show", "own", "--source", "-r", rule(extra=f"# {bad}")], TEXT + "".join(map(chr, range(32))) + "\x7f"
    ),
    "rules show: words": Place(
        lambda bad: ["rules", "show", "own", "--source", "-r", rule(match=f"Share {re.escape(bad)}x")], SURROGATES + "\r\n", shown=False
    ),
    "rules test: example": Place(
        lambda bad: ["rules", "test", rule(extra=f"[[rule.example]]\nbefore = {toml('Share x')}\nafter = {toml(f'x{bad}')}")], SURROGATES
    ),
    "rules: faulty rule": Place(lambda bad: ["rules", "test", rule(extra=f"{toml(f'x{bad}')} = 1")], SURROGATES),
    "rules: faulty pattern": Place(lambda bad: ["rules", "test", rule(match=f"({re.escape(bad)}")], SURROGATES, shown=False),
    "rules: odd term": Place(lambda bad: ["rules", "test", rule(head=f"[terms]\n{toml(f'x{bad}')} = 'x'")], SURROGATES),
    "rules: odd id": Place(lambda bad: ["rules", "test", rule(extra=f"[[rule]]\nid = {toml(f'x{bad}')}")], SURROGATES),
    "rules: TOML that is none": Place(lambda bad: ["rules", "test", rule(head=f"{bad}\n")], TEXT, shown=False),
    "rules: change of rules that aren't there": Place(
        lambda bad: ["rules", "list", "-r", rule(head=f"disable = [{toml(f'x{bad}')}]")], SURROGATES
    ),
    "preview --watch: faulty rule": Place(
        lambda bad: ["preview", "--watch", file("page"), "-r", rule(extra=f"{toml(f'x{bad}')} = 1")], SURROGATES
    ),
    # configuration and environment
    "config: level of the project": Place(lambda bad: configured(f"level = {toml(f'x{bad}')}"), SURROGATES),
    "config: key of the project": Place(lambda bad: configured(f"{toml(f'x{bad}')} = 1"), SURROGATES),
    "config: language of the project": Place(lambda bad: configured(f"language = {toml(f'x{bad}')}"), SURROGATES),
    "config: rules of the project": Place(lambda bad: configured(f"rules = [{toml(f'x{bad}')}]"), SURROGATES),
    "config: disabled by the project": Place(lambda bad: configured(f"disable = [{toml(f'x{bad}')}]"), SURROGATES),
    "config: level by the environment": Place(lambda bad: Call(["config"], {"CLEANER_LEVEL": f"x{bad}"}), ARGUMENT),
    "config: language by the environment": Place(lambda bad: Call(["config"], {"CLEANER_LANGUAGE": f"x{bad}"}), ARGUMENT),
    "config: rules by the environment": Place(lambda bad: Call(["config"], {"CLEANER_RULES": f"x{bad}"}), ARGUMENT + ":"),
    "config: disabled by the environment": Place(lambda bad: Call(["config"], {"CLEANER_DISABLE": f"x{bad}x"}), ARGUMENT),
    "completion by the environment": Place(lambda bad: Call(["config"], {"_CLEANER_COMPLETE": f"{bad}_{bad}"}), ARGUMENT, shown=False),
    # arguments
    "name of the command": Place(lambda bad: Call(["config", "--odd"], name=f"x{bad}"), ARGUMENT, shown=False),
    "command misspelt": Place(lambda bad: Call(["merge-manifests" + bad[:16]], shown=bad[:16]), ARGUMENT + "/"),
    "clean: unknown option": Place(lambda bad: ["clean", f"--x{bad}"], ARGUMENT + "=", shown=QUOTES),
    "clean --level": Place(lambda bad: ["clean", "--level", f"x{bad}"], ARGUMENT),
    "config --language": Place(lambda bad: ["config", "--language", f"x{bad}"], ARGUMENT),
    "config --disable": Place(lambda bad: ["config", "--disable", f"x{bad}"], ARGUMENT),
    "config: one argument too many": Place(lambda bad: ["config", f"x{bad}"], ARGUMENT, shown=QUOTES),
    "rules: no such command": Place(lambda bad: ["rules", f"x{bad}"], ARGUMENT),
    "rules list: glob": Place(lambda bad: ["rules", "show", f"x{bad}"], ARGUMENT),
    "rules list --confidence": Place(lambda bad: ["rules", "list", "--confidence", f"x{bad}"], ARGUMENT),
    "rules list --family": Place(lambda bad: ["rules", "list", "--family", f"x{bad}", "-r", rule()], ARGUMENT),
    "rules list --language": Place(lambda bad: ["rules", "list", "--language", f"x{bad}", "-r", rule()], ARGUMENT + "-"),
    "rules new --site": Place(lambda bad: ["rules", "new", "own.toml", "--site", f"x{bad.lower()}"], ARGUMENT + SURROGATES),
    "explain: no line": Place(lambda bad: ["explain", f"x{bad}"], ARGUMENT),
    "explain: no option": Place(lambda bad: ["explain", f"-x{bad}"], ARGUMENT + "rlh"),
    "explain --language": Place(
        lambda bad: ["explain", "--text", "Share this", "--language", f"x{bad}", "-r", rule(head="languages = ['de']")], ARGUMENT
    ),
    "explain --url": Place(
        lambda bad: ["explain", "--text", "Share this", "--url", f"https://x{bad}.example/", "-r", rule(head="sites = ['other.example']")],
        HOST,
    ),
    "restore --file": Place(lambda bad: ["restore", "clean.txt", "--audit", audit("x", "y"), "--file", f"x{bad}"], ARGUMENT),
    "batch --shard": Place(lambda bad: ["batch", ".", "-d", "out", "--shard", f"x{bad}"], ARGUMENT),
    "batch --text-field": Place(lambda bad: ["batch", rows({"a": 1}), "-d", "out", "--text-field", f"x{bad}"], ARGUMENT + "."),
    "batch --text-field: faulty": Place(lambda bad: ["batch", rows({"a": 1}), "-d", "out", "--text-field", f"x{bad}."], ARGUMENT),
    "batch --removals-field": Place(
        lambda bad: ["batch", rows({"text": "x", f"x{bad}": 1}), "-d", "out", "--removals-field", f"x{bad}"], ARGUMENT + SURROGATES
    ),
    # what files of documents, audits and manifests hold
    "batch: fields of JSONL": Place(lambda bad: ["batch", rows({f"x{bad}": 1}), "-d", "out"]),
    "batch: a field twice": Place(
        lambda bad: ["batch", file("a.jsonl", f'{{"x{bad}": "", "x{bad}": ""}}'), "-d", "out", "--text-field", f"x{bad}"],
        "".join(map(chr, range(32))) + "\x7f\\." + SURROGATES,
    ),
    "batch: columns of Parquet": Place(lambda bad: ["batch", parquet(f"x{bad}"), "-d", "out"], SURROGATES),
    "batch --resume: asked otherwise": Place(lambda bad: ["batch", top(file("src/page.txt")), "-d", manifest(file_name=bad), "--resume"]),
    "restore: names in the audit": Place(lambda bad: ["restore", "clean.txt", "--audit", audit(f"x{bad}", f"y{bad}")]),
    "merge-manifests: kind of a line": Place(lambda bad: ["merge-manifests", manifest(kind=f"x{bad}")]),
    "merge-manifests: flag": Place(lambda bad: ["merge-manifests", manifest(flagged=f"x{bad}")]),
    "merge-manifests: family": Place(lambda bad: ["merge-manifests", manifest(counts=f"x/{bad}/c")], "/"),
    "merge-manifests: a file twice": Place(lambda bad: ["merge-manifests", manifest(file_name=f"x{bad}", of=2)]),
}


def run(call: Call, coloured: bool) -> str:
    """All that a command shows, run in this process and in the working directory as it is."""
    env = call.env | {"COLUMNS": "2000"} | ({"FORCE_COLOR": "1", "TERM": "xterm"} if coloured else {})
    shown = in_process.run(call.args, env=env, name=call.name)
    return shown.out.decode() + shown.err


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the shipped rules, which take long to read, without a cache of patterns, and with watching that ends at once."""

    def end(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(context, "load", functools.partial(load, shipped=False))
    monkeypatch.setattr(context, "made_of", lambda kind, layers, further, make, *_: make(load(layers, shipped=False)))
    monkeypatch.setattr(rules, "load", functools.partial(load, shipped=False))
    monkeypatch.setattr(context, "keep_patterns", lambda: None)
    monkeypatch.setattr(watch, "time", SimpleNamespace(sleep=end, strftime=time.strftime))


def alternatives(place: Place) -> Iterator[tuple[str, str]]:
    """The hostile strings that can stand in a place, with their names."""
    for name, bad in HOSTILE.items():
        fit = "".join(char for char in bad if char not in place.without)
        if fit:
            yield name, fit


def counted(name: str) -> str:
    return f"{sum(1 for _ in alternatives(PLACES[name]))} strings, {name}"


#: The hostile strings of each place are tried in so many parts.
SHARES = 5


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("share", shares(SHARES))
@pytest.mark.parametrize("name", PLACES, ids=counted)
def test_no_place_lets_a_hostile_string_through(name: str, share: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, wrong = PLACES[name], []
    index = list(PLACES).index(name)
    # In a pipe and in colour by turns; that what is odd in one place is even in the next has each string tried in both ways.
    modes = itertools.cycle([False, True] if index % 2 else [True, False])
    tried = list(zip(alternatives(place), modes, strict=False))
    for (kind, bad), coloured in tried[(index + share) % SHARES :: SHARES]:  # each place begins elsewhere, so that a share has all strings
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            monkeypatch.chdir(folder)
            call = place.call(bad)
            call = call if isinstance(call, Call) else Call(call)
            shown = run(call, coloured)
            monkeypatch.chdir(tmp_path)
        expected = (bad if call.shown is None else call.shown) if place.shown else ""
        wrong += [f"{kind}{' in colour' if coloured else ''}: {fault} in {shown!r}" for fault in faults(shown, expected, coloured)]
    assert not wrong, "\n".join(wrong)


def test_all_code_points_are_harmless_or_shown_as_signs() -> None:
    everything = [chr(code) for code in range(0x110000) if chr(code) not in "\t\n"]
    shown = visible_lines("\n".join(f"x{char}" for char in everything)).split("\n")
    signed = {char for char, line in zip(everything, shown, strict=True) if line != f"x{char}"}
    # These shape what stands beside them, in scripts of their own: Arabic, Syriac, Kaithi, Mongolian, hieroglyphs.
    shaping = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u180b-\u180d\u180f\U000110bd\U000110cd\U00013430-\U0001343f]")
    expected = {char for char in everything if forbidden(char) and not shaping.match(char)}
    assert {f"U+{ord(char):04X}" for char in expected - signed} == set()
    # Unassigned ones among the ignorable are shown, too; nothing else is.
    assert {f"U+{ord(char):04X}" for char in signed - expected if unicodedata.category(char) != "Cn"} == set()
    assert (visible("\t\n"), visible_lines("\t\n")) == ("    ␊", "    \n")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_written_with_joiners_and_selectors_stays(name: str) -> None:
    text = HARMLESS[name]
    assert visible(f"a {text} b") == f"a {text} b"


@pytest.mark.parametrize("name", HOSTILE)
def test_what_was_made_visible_stays_as_it_is(name: str) -> None:
    shown = visible(HOSTILE[name])
    assert faults(shown, HOSTILE[name], coloured=False) == []
    assert visible(shown) == shown


@pytest.mark.parametrize("coloured", [False, True], ids=["in a pipe", "in colour"])
def test_the_console_and_the_stream_of_messages_show_what_a_caller_forgot(
    coloured: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = "".join(HOSTILE[name] for name in HOSTILE if name != "line feed")
    kept = re.sub("[\x07\x08\x0b-\r]", "", bad)  # what rich itself leaves out
    monkeypatch.setenv("COLUMNS", "2000")
    for name, value in (("FORCE_COLOR", "1"), ("TERM", "xterm")) if coloured else ():
        monkeypatch.setenv(name, value)
    console().print(bad)
    assert faults(capsys.readouterr().out, kept, coloured) == []
    console().print(Text(bad, "flag"))
    assert faults(capsys.readouterr().out, kept, coloured) == []
    stream = VisibleStream(sys.stderr)
    print(bad, file=stream)
    stream.writelines([bad, "\n"])
    assert faults(capsys.readouterr().err, bad, coloured=False) == []
    assert not hasattr(stream, "buffer")


def test_a_fault_of_our_own_shows_no_raw_message(cleaner: Command) -> None:
    bad = "".join(HOSTILE.values()).replace("\0", "")
    script = f"import sys; from cleaner.cli import fast_path, main\ndef run(_): raise RuntimeError({bad!a})\nfast_path.run = run\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, cwd=cleaner.folder, env=Command.environment(), timeout=60, check=False
    )
    assert done.returncode == 1
    shown = done.stderr.decode()
    assert shown.startswith("Traceback")
    assert faults(shown, bad.replace("\n", ""), coloured=False) == []


@pytest.mark.parametrize(
    "name", ["two words.txt", "tab\there.txt", 'a "quote" \\.txt', "line\nfeed.txt", "\x1b[31mred\udcff\u202e.txt", "é☃.txt"]
)
@pytest.mark.parametrize("tool", ["git apply", "patch -p1 -i"])
def test_a_patch_bears_odd_names_as_its_readers_quote_them(name: str, tool: str, tmp_path: Path) -> None:
    page = tmp_path / name
    page.write_text(f"{KEPT}\nShare this\n", encoding="utf-8")
    gone = Removal(len(KEPT) + 1, len(KEPT) + 12, "a/b/share", "Share this\n")
    lines = "".join(patch(name, Result(f"{KEPT}\n", (gone,))))
    (tmp_path / "it.patch").write_text(lines, encoding="utf-8")
    assert not any(forbidden(char) for char in lines.replace("\t\n", "\n"))
    try:
        subprocess.run([*tool.split(), "it.patch"], cwd=tmp_path, capture_output=True, check=True, timeout=60)
    except FileNotFoundError:
        pytest.skip(f"{tool.split()[0]} is not there")
    assert page.read_text(encoding="utf-8") == f"{KEPT}\n"


#: Command lines for a real terminal, with a hostile string in each.
ON_A_TERMINAL = {
    "preview": ["preview", "%s"],
    "explain": ["explain", "%s:2"],
    "batch": ["batch", ".", "-d", "out", "--include", "*"],
    "clean --check": ["clean", "--check", "%s"],
    "usage": ["clean", "-i", "page", "--audit", "%s"],
    "option": ["explain", "--%s"],
}


@pytest.mark.parametrize("name", ON_A_TERMINAL)
def test_on_a_real_terminal(name: str, cleaner: Command) -> None:
    bad = "".join(HOSTILE[each] for each in ("CSI", "OSC 52", "title", "overrides", "CSI and OSC of one byte", "emoji code"))
    (cleaner.folder / bad).write_bytes(f"{KEPT}\nShare this article\n{KEPT} {bad}\n".encode() + (b"\xff" if name == "batch" else b""))
    (cleaner.folder / "page").write_text(KEPT)
    ours, theirs = pty.openpty()
    args = [each.replace("%s", bad) for each in ON_A_TERMINAL[name]]
    env = Command.environment({"TERM": "xterm-256color", "COLUMNS": "2000"})
    process = subprocess.Popen(Command.line(args), stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=env, cwd=cleaner.folder)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # the other end is closed: all has been read
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    process.wait(timeout=60)
    assert faults(shown.decode().replace("\r\n", "\n"), bad, coloured=True) == []
