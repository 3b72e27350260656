"""The rule file that `cleaner rules new` begins."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from cleaner.rulefile import parse
from cleaner.ruleset import check_name

_TEXT = """#:schema ./schema.json
# Each line that begins with # is a comment. The guide to rule files is rules/README.md of cleaner; `cleaner rules show share-line` shows a
# shipped rule.
title = {title}
about = "What only this site's pages say."
{site}
# A rule takes a whole line (remove = "line") if all of the line fits the pattern. Capitals don't matter.
# Besides lines there are: match (a part of a line), block, head, tail, run and echo.
[[rule]]
id = "example-line"
about = "Say here what it takes"
remove = "line"
match = \'\'\'this line stands on every page of {name}\'\'\'
# Texts that must go, and near misses that must stay. `cleaner rules test` runs them. Copy them from pages.
removes = ["This line stands on every page of {name}"]
keeps = ["This line stands on every page of {name}, she said."]

# More that a pattern can say:
#   \\d+ figures   .{{0,80}} up to 80 characters of any kind   (?:one|other) either of them   s? an s or none
# A backslash before ( ) [ ] {{ }} . * + ? | means the sign itself.
# More that a rule can say, each of which must hold:
#   unless = \'\'\'…\'\'\'            nothing goes if this is found in it
#   where = {{ last = 8 }}         only among the last 8 lines of the article (or first)
#   previous = \'\'\'…\'\'\'          the line before must fit this (or next)
#   max_words = 12               at most so many words
#   confidence = "medium"        not at --level safe
"""

_SITE = """
# The rules are at work only on pages whose address is known (--url) to be on one of these hosts, or below it …
sites = [{hosts}]
# … and where this mark stands in the text. Take the # away, and write something that every page of the site says:
# fingerprint = \'\'\'copyright coast gazette \\d{{4}}\'\'\'
"""

_NO_SITE = """
# Without these two lines, the rules are at work on every text.
# sites = ["coastgazette.example"]                    # pages whose address (--url) is on this host, or below it …
# fingerprint = \'\'\'copyright coast gazette \\d{4}\'\'\'   # … and texts in which this mark stands
"""


def text(name: str, sites: Sequence[str]) -> str:
    """A rule file to begin with, which passes its own tests.

    Args:
        name: What the file is called.
        sites: Hosts that it is for, if any.
    """
    plain = " ".join("".join(char if char.isalnum() else " " for char in name).split()) or "this site"
    hosts = ", ".join(json.dumps(host, ensure_ascii=False) for host in sites)
    site = _SITE.format(hosts=hosts) if sites else _NO_SITE
    return _TEXT.format(title=json.dumps(plain, ensure_ascii=False), name=plain, site=site)


def check(source: str, file: Path) -> None:
    """See that a rule file can be read.

    Raises:
        RuleError: It can't.
    """
    check_name(file)
    parse(source, "new", str(file), {})


def near(name: str, names: Iterable[str]) -> list[str]:
    """Names like a name that was mistyped, by their ends as well as whole."""
    ends: dict[str, str] = {}
    for each in names:
        ends.setdefault(each, each)
        ends.setdefault(each.rsplit("/", 1)[-1], each)
    return [ends[each] for each in get_close_matches(name, ends, 3)]
