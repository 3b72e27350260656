"""Help, completion and the manual page: one source for all, and nothing cut."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from cleaner.cli.app import app
from cleaner.cli.fast_path import COMMANDS
from cleaner.cli.help import EXAMPLES, GROUPS, Example
from tests import manual
from tests.conftest import Command

WIDTH = 80


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


ALL = dict(commands(typer.main.get_command(app())))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_fits_a_narrow_terminal_and_cuts_nothing(path: tuple[str, ...]) -> None:
    command = ALL[path]
    said = command.get_help(typer.Context(command, info_name=" ".join(("cleaner", *path)), terminal_width=WIDTH, max_content_width=WIDTH))
    usage, _, rest = said.partition("\n\n")
    assert max(map(len, said.splitlines())) <= WIDTH
    assert "..." not in rest
    assert not any(kind in said for kind in ("<", "int range", "list["))
    assert "[[" not in usage


def test_every_option_that_a_group_names_is_there() -> None:
    known = {name for command in ALL.values() for parameter in command.params for name in parameter.opts} | {"--help"}
    named = [option for options in GROUPS.values() for option in options]
    assert set(named) <= known
    assert len(named) == len(set(named))


EACH = [pytest.param(name, example, id=example.line) for name, examples in EXAMPLES.items() for example in examples]


@pytest.mark.parametrize(("name", "example"), EACH)
def test_examples_are_command_lines_that_parse(name: str, example: Example) -> None:
    assert not name or name in COMMANDS
    _, *arguments = shlex.split(example.line.partition("| ")[2] or example.line)
    arguments = arguments[: arguments.index(">")] if ">" in arguments else arguments
    first = arguments[0] if arguments and arguments[0] in COMMANDS else "clean"
    group = ALL[(first,)]
    rest = arguments[1:] if arguments[:1] == [first] else arguments
    context = group.make_context(first, rest)
    assert name in ("", first) or "cleaner " + name in example.line or first in ("clean", "batch")
    if hasattr(group, "commands"):  # the command below it parses the rest
        below, further = group.resolve_command(context, rest)[1:]
        below.make_context(below.name, further)


@pytest.mark.parametrize("arguments", [["help"], ["help", "batch"], ["help", "rules", "list"]])
def test_help_is_a_command_too(cleaner: Command, arguments: list[str]) -> None:
    asked = cleaner(*arguments)
    assert asked.code == 0
    assert asked.out == cleaner(*arguments[1:], "--help").out
    assert b"Usage: cleaner" in asked.out


def test_the_manual_page_is_fresh() -> None:
    assert manual.MANUAL.read_text(encoding="utf-8") == manual.manual(), "run: python -m tests.manual"


@pytest.mark.skipif(not shutil.which("groff"), reason="needs groff")
def test_the_manual_page_is_well_formed() -> None:
    done = subprocess.run(
        ["groff", "-man", "-Kutf8", "-Tutf8", "-rLL=100n", str(manual.MANUAL)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    for path in ALL:
        plain = re.sub(r"\x1b\[[\d;]*m|.\x08", "", done.stdout).replace("\N{MINUS SIGN}", "-")  # without bold letters
        assert " ".join(("cleaner", *path)) in plain


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_alone_at_a_terminal_it_shows_three_commands_to_try(cleaner: Command) -> None:
    import pty

    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            cleaner.line([]), stdin=theirs, capture_output=True, text=True, check=True, env=cleaner.environment({}), timeout=60
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert sum(example.line in done.stdout for example in EXAMPLES[""]) == 3
    assert all(len(line) <= WIDTH for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cleaner pre", ["preview"]),
        ("cleaner clean --level s", ["safe", "standard"]),
        ("cleaner clean --disable en/share/share-l", ["en/share/share-line"]),
        ("cleaner clean --disable any/cre", ["any/credits/*"]),
        ("cleaner rules li", ["list", "lint"]),
        ("cleaner rules show en/share/share-l", ["en/share/share-line"]),
        ("cleaner rules list --family new", ["newsletter"]),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_levels_and_rules(cleaner: Command, line: str, expected: list[str], shell: str) -> None:
    words = line.split()
    env = {
        "_CLEANER_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,  # bash
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,  # the others
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = cleaner(env=env)
    assert done.code == 0
    said = done.out.decode()
    assert [name for name in expected if re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", said)] == expected
