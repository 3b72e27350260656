"""The line classifier can be fitted again: `tests.fit`, on pages made of the samples."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from cleaner.ruleset.layers import load
from tests import fit
from tests.conftest import PAIRS


def test_a_fit_writes_trees_that_load_and_writes_them_again_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, data = tmp_path / "shape.toml", tmp_path / "pages.jsonl.gz"
    target.write_bytes(shipped := fit.TARGET.read_bytes())
    monkeypatch.setattr(fit, "TARGET", target)
    with gzip.open(data, "wt", encoding="utf-8") as file:
        for raw in PAIRS[::3]:
            body = raw.with_suffix(".clean.txt").read_text(encoding="utf-8")
            text = body + "".join(f"Zorp {number}\n" for number in range(30))  # no rule knows these
            page = {"id": raw.stem, "url": f"https://{raw.stem}.example/", "set": "fundus", "kind": "article", "gold": body}
            file.write(json.dumps({**page, "texts": {"fullpage": text, "trafilatura": text}}) + "\n")
    fit.main([str(data)])
    first = target.read_bytes()
    assert first != shipped
    fit.main([str(data)])
    assert target.read_bytes() == first
    (shape,) = [rule.shape for rule in load([target], shipped=False).rules if rule.name == "shape/stray-line"]
    assert shape
    assert 10 < len(shape.trees) <= fit.TREES  # fewer, where nothing is left to learn
