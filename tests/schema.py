"""The schema that editors read. `python -m tests.schema` writes it anew."""

from __future__ import annotations

import json

from cleaner.ruleset.schema import json_schema
from tests.conftest import ROOT

SCHEMA = ROOT / "rules" / "schema.json"


def schema() -> str:
    return json.dumps(json_schema(), indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema(), encoding="utf-8")
