"""Files with what is worked out of the shipped rules when the package is built. `python -m tests.prebuilt` writes them for a checkout."""

from __future__ import annotations

from cleaner.engine.engine import Engine
from cleaner.engine.packing import dumps
from cleaner.ruleset import plain_values, prebuilt
from cleaner.ruleset.layers import load, rule_files, shipped_folder, shipped_layer
from cleaner.ruleset.loading import LayerContent, read_layer


def write() -> None:
    """Write the files anew."""
    content = read_layer(shipped_layer(), list(rule_files(shipped_folder())), {}, {})
    prebuilt.write("rules", plain_values.dumps(content, LayerContent))
    rules = load()
    prebuilt.write("engine-standard", dumps(Engine(rules.at("standard").prepared, rules.languages)))


if __name__ == "__main__":
    write()
