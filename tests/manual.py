"""The manual page, made from the help. `python -m tests.manual` writes it anew; a wheel installs it for `man cleaner`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import typer

from cleaner.cli.app import app
from cleaner.cli.help import EXAMPLES, sections
from cleaner.version import __version__
from tests.conftest import ROOT

MANUAL = ROOT / "cleaner" / "cli" / "cleaner.1"

ENDING = r"""
.SH EXIT STATUS
.TP
0
Done.
.TP
1
\-\-check would change something.
.TP
2
Bad usage, a faulty configuration, or an input that can't be read or written.
.TP
3
Faulty rules, or a rule that isn't there.
.SH ENVIRONMENT
.TP
CLEANER_LEVEL, CLEANER_LANGUAGE, CLEANER_RULES, CLEANER_DISABLE
The same as the options of these names, which go before them. Paths and names are parted as in PATH.
.TP
CLEANER_PAGER, PAGER
The pager of preview. Default: less \-FRX.
.TP
CLEANER_LINKS
The form of links to rule files, such as vscode://file{path}:{line}, or none.
.TP
NO_COLOR, FORCE_COLOR
Switch colours off, or on.
.SH FILES
.TP
.cleaner.toml, pyproject.toml
Settings of a project, the latter below [tool.cleaner].
.TP
rules.d
Rules of a project.
.P
\fBcleaner config\fR shows which files are in force.
"""


def manual() -> str:
    root = typer.main.get_command(app())
    return "\n".join([*_page(root), ""])


def _page(root: Any) -> Iterator[str]:
    yield f'.TH CLEANER 1 "" "cleaner {__version__}" "User Commands"'
    yield ".SH NAME"
    yield r"cleaner \- removes the website from article text"
    yield ".SH SYNOPSIS"
    yield r".B cleaner"
    yield "[COMMAND] [OPTIONS] [FILE]..."
    yield ".SH DESCRIPTION"
    yield from _text(root.help)
    yield ".SH COMMANDS"
    yield from _commands(root, "cleaner")
    yield ENDING.strip("\n")


def _commands(group: Any, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        full = f"{path} {name}"
        yield f".SS {_plain(full)}"
        yield from _text(command.help)
        if hasattr(command, "commands"):
            yield from _commands(command, full)
            continue
        context = typer.Context(command, info_name=full, terminal_width=80)
        for title, rows in sections(command, context).items():
            if rows and title != "General":
                yield ".P"
                yield rf"\fI{_plain(title)}\fR"
                for option, about in rows:
                    yield ".TP"
                    yield rf"\fB{_plain(option)}\fR"
                    yield _plain(about)
        if name in EXAMPLES and path == "cleaner":
            yield ".P"
            yield r"\fIExamples\fR"
            for example in EXAMPLES[name]:
                yield ".TP"
                yield rf"\fB{_plain(example.line)}\fR"
                yield _plain(example.purpose)


def _text(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        yield ".P"
        yield _plain(" ".join(paragraph.split()))


def _plain(text: str) -> str:
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text[:1] in (".", "'") else text


if __name__ == "__main__":
    MANUAL.write_text(manual(), encoding="utf-8")
