"""`cleaner explain`: why a line went, or why it stayed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from cleaner.authoring.explain import Explanation
from cleaner.authoring.explain import explain as ask
from cleaner.cli import context, options, stdio
from cleaner.cli.options import Option, UsageError
from cleaner.document import Document
from cleaner.errors import InputError
from cleaner.render.console import console
from cleaner.render.description import place
from cleaner.render.rules import explanation
from cleaner.render.visible import visible
from cleaner.result import Hints

_PLACE = re.compile(r"(?P<file>.+):(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?")


def explain(
    line: Annotated[
        str | None, Option(metavar="FILE:LINE", help="A line of a text file, or several: page.txt:12-15; - is standard input.")
    ] = None,
    text: Annotated[str | None, Option("--text", metavar="TEXT", help="Explain this text in place of a file's line.")] = None,
    source: Annotated[bool, Option("--source", help="Also show the pattern that matched, as it stands in the rule's file.")] = False,
    as_json: options.JsonLines = False,
    url: options.Url = "",
    title: options.Title = "",
    *,
    settings: options.SettingOptions,
    encoding: options.Encoding = "",
) -> int:
    """Say why a line goes, or why it stays.

    If it stays, the rules that came closest are named, with what stopped each.
    """
    if (line is None) == (text is None):
        raise UsageError("name a line, as in page.txt:12, or give a text with --text")
    name, first, last = _place(line) if line is not None else ("", 1, None)
    chosen = context.settings(settings)
    encoding = encoding or chosen.encoding
    rule_set = context.rule_set(chosen)
    content = text if text is not None else context.read(Path(name), encoding).text
    hints = Hints(url, chosen.language, title)
    out = console()
    for line_number in range(first, (last or (len(Document(content).lines) if text else first)) + 1):
        try:
            explained = ask(content, line_number, rule_set, chosen.level, hints)
        except IndexError as error:
            raise InputError(name or "the text", f"has no line {line_number}: {error}") from error
        if as_json:
            stdio.write_json(_as_json(name, explained))
        else:
            out.print(explanation(name, explained, source))
    return 0


def _place(text: str) -> tuple[str, int, int | None]:
    if re.match(r"-[^:]", text):
        raise UsageError(f"no such option: {visible(text)}")
    match = _PLACE.fullmatch(text)
    if not match:
        raise InputError(text, "names no line", f"write {text.partition(':')[0]}:12 for its twelfth line")
    first, last = int(match["first"]), int(match["last"]) if match["last"] else None
    if last is not None and last < first:
        raise InputError(text, "the last line stands before the first")
    return match["file"], first, last


def _as_json(name: str, explained: Explanation) -> dict[str, object]:
    return {
        "file": name,
        "line": explained.line,
        "text": explained.text,
        "left": explained.left,
        "removed_by": [
            {
                "rule": match.rule.name,
                "at": place(match.rule, match.line),
                "pattern": match.pattern,
                "points": match.points,
                "first_line": match.first,
                "last_line": match.last,
                "named": match.owner,
                "pass": match.pass_number,
            }
            for match in explained.matches
        ],
        "tidied": explained.tidied,
        "withheld": explained.withheld,
        "nearest": [
            {"rule": miss.rule.name, "at": place(miss.rule), "stopped_by": miss.condition, "reason": miss.reason}
            for miss in explained.misses
        ],
    }
