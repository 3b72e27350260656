"""Template of the rule file that `cleaner rules new` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from cleaner.errors import Problem, RuleError
from cleaner.ruleset.layers import TERMS, check_name, shipped_folder
from cleaner.ruleset.rule_file import parse

#: Name of the template's file, in the folder of the shipped rules.
TEMPLATE = "starter.txt"


def text(name: str, sites: Sequence[str]) -> str:
    """Text of a new rule file called `name`, for some hosts or all; its examples pass."""
    plain_name = " ".join(re.findall(r"[^\W_]+", name)) or "this site"
    template = (shipped_folder() / TEMPLATE).read_text(encoding="utf-8")
    source = template.replace("@TITLE@", json.dumps(plain_name, ensure_ascii=False)).replace("@NAME@", plain_name)
    if not sites:
        return source
    hosts = ", ".join(json.dumps(host, ensure_ascii=False) for host in sites)
    return re.sub(r"^# sites = .*$", lambda _: f"sites = [{hosts}]", source, count=1, flags=re.MULTILINE)


def check(source: str, file: Path) -> None:
    """Raise `RuleError` if the text of a rule file, or its name, is invalid."""
    check_name(file)
    if file.name == TERMS:
        raise RuleError([Problem(str(file), 0, "", f"{TERMS} is for terms that several files use", "name it after the site")])
    parse(source, "new", str(file), {})
