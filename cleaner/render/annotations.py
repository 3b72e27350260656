"""Removals as annotations of GitHub Actions: workflow commands on standard output, which show beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.result import TIDY, Result
from cleaner.spans import restore
from cleaner.wording import shorten

#: Greatest length in characters of the removed text in an annotation.
_SHOWN = 200


def workflow_commands(file: str, result: Result) -> Iterator[str]:
    """One workflow command for each removal of a file, with its lines, the rule, and the text. Tidied space gets none."""
    text = restore(result)
    for removal in result.removals:
        if removal.rule == TIDY:
            continue
        first = text.count("\n", 0, removal.start) + 1
        last = first + removal.text.rstrip("\n").count("\n")
        said = shorten(" ".join(removal.text.split()), _SHOWN)
        yield f"::error file={_property(file)},line={first},endLine={last},title={_property(removal.rule)}::{_data(f'chrome: {said}')}"


def workflow_error(file: str, message: str) -> str:
    """A workflow command for a file that can't be read."""
    return f"::error file={_property(file)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
