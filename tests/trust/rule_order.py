"""Cleans one folder with the rule files in several orders, or all 24, by one, two and eight processes in turn, and counts the results.

    PYTHONHASHSEED=1 python -m tests.trust.rule_order 24

Started with several `PYTHONHASHSEED`s, it shows whether a result depends on any of that.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections import Counter
from functools import partial
from itertools import permutations
from pathlib import Path

from cleaner.batch import run
from cleaner.cli import app, context
from cleaner.ruleset.layers import load
from tests.conftest import tree
from tests.trust import interruptions

RULE = r"""title = "{0}"
about = "Marks of {0}."
[[rule]]
id = "line"
about = "Its line"
confidence = "high"
remove = "line"
match = '''{0} (?:reopened|article|castles).*|.*{0} said again'''
removes = ["{0} article"]
keeps = ["the {0}"]
[[rule]]
id = "tail"
about = "What comes behind it"
confidence = "medium"
remove = "tail"
match = '''(?:Image|READ).*{0}.*|{0} (?:Images|to see).*'''
removes = ["{0} to see in Fife"]
keeps = ["the {0}"]
[[rule]]
id = "echo"
about = "A line that is said again"
confidence = "low"
remove = "echo"
of = "previous"
removes = ["{0}\n{0}"]
keeps = ["{0}"]
[[rule]]
id = "word"
about = "Its word"
confidence = "high"
remove = "match"
match = ''' \\({0}\\)'''
removes = ["it was {0}"]
keeps = ["{0}"]
"""
NAMES = ("Harbour", "Share", "Ten", "Nobody")


def digest(folder: Path) -> str:
    return hashlib.sha256(json.dumps({name: data.hex() for name, data in sorted(tree(folder).items())}).encode()).hexdigest()


def main() -> None:
    app.app()  # imports what commands need
    os.environ["XDG_CONFIG_HOME"] = os.devnull
    run.PARALLEL_FROM, run._FILES, run._SPLIT_FROM, run._PART = 0, 2, 20_000, 10_000
    vars(context)["load"] = partial(load, shipped=False)  # to read all of them 72 times takes minutes
    found = Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        interruptions.texts(folder / "in", 12)
        (folder / "in/a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in interruptions.rows()[:12]))
        for each in NAMES:
            (folder / f"{each}.toml").write_text(RULE.format(each))
        first = int(os.environ["PYTHONHASHSEED"])
        orders = list(permutations(NAMES))
        for number, order in enumerate(orders[:: len(orders) // int(sys.argv[1])], first):
            rules = [part for each in order for part in ("--rules", f"{each}.toml")]
            processes = (1, 2, 8)[number % 3]
            process = interruptions.begin(
                folder, ["batch", "in", "-d", "out", "-q", "-j", str(processes), "--isolated", "--level", "safe", *rules]
            )
            assert interruptions.end_of(process) == 0, (folder / "err.log").read_text()
            found[digest(folder / "out")] += 1
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
