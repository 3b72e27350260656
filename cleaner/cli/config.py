"""`cleaner config`: what is in force, and where each value comes from."""

from __future__ import annotations

import json

from rich.text import Text

from cleaner.cli import context, options, stdio
from cleaner.render.console import console
from cleaner.render.description import origin
from cleaner.render.tables import settings as drawn
from cleaner.render.visible import visible

#: Number of rules that are switched off which are named.
_OFF_AT_MOST = 10


def config(
    as_json: options.Json = False,
    *,
    settings: options.SettingOptions,
) -> int:
    """Show the settings in force, and where each was made.

    Flags go before the environment (CLEANER_LEVEL, CLEANER_LANGUAGE, CLEANER_RULES, CLEANER_DISABLE), and that before the nearest
    .cleaner.toml, or pyproject.toml with [tool.cleaner], of this folder or one above it. Rules are laid over one another in the
    order shown.
    """
    chosen = context.settings(settings)
    rule_set = context.rule_set(chosen)
    listed = list(chosen.listed())
    in_force = rule_set.at(chosen.level)
    if as_json:
        values = [{"name": setting.name, "value": setting.value, "from": setting.origin, "line": setting.line} for setting in listed]
        answer = {"settings": values, "rules": len(in_force.rules), "fingerprint": in_force.fingerprint}
        stdio.write_stdout(json.dumps(answer, indent=2, ensure_ascii=False).encode(errors="backslashreplace") + b"\n")
        return 0
    out = console()
    out.print(drawn(listed))
    figures = f"{len(in_force.rules):,} rules at this level, of {len(rule_set.rules):,}"
    out.print(f"{figures}; {len(rule_set.off):,} switched off, {len(rule_set.replaced):,} replaced")
    for rule, change in rule_set.off[:_OFF_AT_MOST]:
        out.print(Text(visible(f"off: {rule.name}, by {origin(change)}"), "fold"), soft_wrap=True)
    if len(rule_set.off) > _OFF_AT_MOST:
        out.print(Text(f"and {len(rule_set.off) - _OFF_AT_MOST:,} more: cleaner rules list names all", "fold"))
    return 0
