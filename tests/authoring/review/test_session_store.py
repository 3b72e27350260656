"""Decisions kept between two sessions."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.authoring.review import session_store
from cleaner.errors import InputError


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("{", "damaged"),
        ("[1]", "damaged"),
        ("[" * 100_000, "damaged"),
        ('{"version": 9}', "another version"),
        ('{"version": 1, "at": "", "pages": {}, "decisions": {"a": {"verdict": "edit"}}}', "damaged"),
        ('{"version": 1, "at": "", "pages": {}, "decisions": {"a": {"verdict": "sell"}}}', "damaged"),
        ('{"version": 1, "at": "", "pages": {}, "decisions": {"a": {"verdict": "keep", "mark": 3}}}', "damaged"),
        ('{"version": 1, "at": "", "pages": [], "decisions": {}}', "damaged"),
    ],
)
def test_a_broken_state_has_a_remedy(broken: str, message: str, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text(broken)
    with pytest.raises(InputError, match=f"{message}.*start anew with --fresh"):
        session_store.read(state)
