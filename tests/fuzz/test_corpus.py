"""The inputs that the fuzzer found worth keeping still pass its checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.checks import TARGETS

CORPUS = Path(__file__).with_name("corpus")


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_what_a_fuzzer_found_worth_keeping(target: str) -> None:
    files = sorted((CORPUS / target).iterdir())
    assert files
    for file in files:
        try:
            TARGETS[target](file.read_bytes())
        except Exception as error:
            raise AssertionError(f"{target}/{file.name}") from error
