"""Cleaning without `typer`: the same command lines mean the same, and what takes long to import stays out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.cli import app, clean, fast_path
from cleaner.cli.clean import Request
from cleaner.cli.options import UsageError
from tests.conftest import Command

SOURCES = ["README.md", "-", "absent.txt", "clean", "batch"]
FLAGS = ["-i", "--in-place", "--diff", "--check", "--json", "--isolated", "--json=1", "-ij", "--help", "--", "--unknown"]
VALUES = ["-o", "--output", "--audit", "--url", "--title", "--language", "-l", "--level", "-r", "--rules", "--disable"]
GIVEN = ["safe", "aggressive", "reckless", "a b", "", "-x", "-", "x=y", "README.md"]


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    value = st.tuples(st.sampled_from(VALUES), st.sampled_from(GIVEN))
    part = st.one_of(
        st.sampled_from(SOURCES).map(lambda each: [each]),
        st.sampled_from(FLAGS).map(lambda each: [each]),
        value.map(list),
        value.map(lambda pair: ["=".join(pair)]),
    )
    parts = draw(st.lists(part, max_size=4))
    return [*draw(st.sampled_from([["clean"], []])), *(each for part in parts for each in part)]


def by_typer(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> Request | None:
    """What the command is asked for, if the whole command line passes."""
    asked: list[Request] = []

    def take(request: Request) -> int:
        asked.append(request)
        return 0

    monkeypatch.setattr(clean, "clean", take)
    with pytest.raises(SystemExit):
        app.run(fast_path.with_command(arguments))
    return asked[0] if asked else None


def listed(value: object) -> object:
    """A request with its lists, and those of its groups of options, as lists."""
    return [listed(each) for each in value] if isinstance(value, list | tuple) else value


@settings(max_examples=400, deadline=None)
@given(command_lines())
def test_what_is_read_plainly_is_what_typer_reads(arguments: list[str]) -> None:
    plainly = fast_path.parse(fast_path.with_command(arguments))
    if plainly:
        with pytest.MonkeyPatch.context() as patch:
            other = by_typer(arguments, patch)
        assert other is not None, arguments
        assert listed(plainly) == listed(other)


@pytest.mark.parametrize(
    "arguments",
    [
        ["clean"],
        ["README.md", "-"],
        ["clean", "absent.txt"],
        ["--level", "safe", "-r", "one", "--rules=two", "--disable", "a/*"],
        ["README.md", "-i", "--isolated"],
        ["clean", "-o", "out.txt", "--audit=log", "--json", "--check", "--diff"],
        ["--url=", "--title", "A b", "--language", "de"],
    ],
)
def test_what_people_type_is_plain(arguments: list[str]) -> None:
    assert fast_path.parse(fast_path.with_command(arguments))


@pytest.mark.parametrize(
    "arguments",
    [["batch"], ["--help"], ["clean", "-h"], ["clean", "--level", "reckless"], ["README.md", "--url"], ["--", "x"]],
)
def test_what_is_not_plain_is_left_to_typer(arguments: list[str]) -> None:
    assert fast_path.parse(fast_path.with_command(arguments)) is None


def test_options_that_clash_are_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    def clash(request: Request) -> int:
        raise UsageError("they clash")

    monkeypatch.setattr(fast_path, "clean", clash)
    fast_path.run(["clean", "--check", "--json"])  # returns, and does nothing


def names(asked: Iterable[str] = fast_path.COMMANDS) -> list[str | None]:
    found = app.app(asked)
    return [*(str(group.name) for group in found.registered_groups), *(command.name for command in found.registered_commands)]


def test_the_commands_are_those_of_typer() -> None:
    assert set(names()) == set(fast_path.COMMANDS)


@pytest.mark.parametrize("name", sorted(fast_path.COMMANDS))
def test_a_command_is_found_without_the_others(name: str) -> None:
    assert names([name]) == [name]


#: What plain cleaning has no need of once the rules are in the cache.
SLOW = {
    *("typer", "click", "rich", "pydantic", "platformdirs", "regex", "regex._main", "pathspec", "dataclasses", "hashlib", "pickle"),
    *("cleaner.ruleset.rule_file", "cleaner.patterns.literals", "cleaner.patterns.requirements", "cleaner.patterns.syntax_tree"),
}


def test_what_takes_long_to_import_stays_out(cleaner: Command) -> None:
    script = f"import sys; from cleaner.cli import main\ntry: main()\nfinally: print(*{SLOW} & sys.modules.keys(), file=sys.stderr)"
    for _ in range(2):  # the first fills the cache
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=b"The harbour froze.\nShare this article\n",
            capture_output=True,
            cwd=cleaner.folder,
            env=Command.environment(),
            check=False,
        )
    assert (done.stdout, done.stderr, done.returncode) == (b"The harbour froze.\n", b"\n", 0)
