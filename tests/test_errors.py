"""Errors say what is wrong, where, and what to do, as far as each is known."""

from __future__ import annotations

import pickle

import pytest

from cleaner.errors import InputError, Problem, RuleError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("a.txt", "is a folder"), "a.txt: is a folder"),
        (InputError("a.txt", "is a folder", "name a file"), "a.txt: is a folder (name a file)"),
        (InputError.from_os("a.txt", PermissionError(13, "Permission denied")), "a.txt: permission denied"),
        (
            InputError.from_os("a.txt", OSError("Holds no records"), "can't be read", "try again"),
            "a.txt: can't be read: holds no records (try again)",
        ),
        (RuleError([Problem("a.toml", 0, "", "is empty")]), "a.toml: is empty"),
        (RuleError([Problem("a.toml", 3, "a/b", "no match", "add one", 7)]), "a.toml:3:7: rule 'a/b': no match (add one)"),
        (RuleError([Problem("a", 1, "", "one"), Problem("b", 2, "", "two")]), "a:1: one\nb:2: two"),
    ],
)
def test_what_an_error_says_here_and_in_another_process(error: Exception, said: str) -> None:
    assert str(error) == said
    assert str(pickle.loads(pickle.dumps(error))) == said
