"""What `import cleaner` gives, and what it says of wrong arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner


@pytest.mark.parametrize("rules", ["my-rules", Path("my-rules"), b"my-rules"])
def test_one_folder_of_rules_is_no_list_of_folders(rules: Any) -> None:
    with pytest.raises(TypeError, match=r"write rules=\[.*my-rules.*\]"):
        Cleaner(rules=rules)


def test_an_unknown_level_is_told_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="'gentle' is no level: it is one of safe, standard, aggressive"):
        Cleaner(level="gentle")  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "said"), [(b"It rained.", "not bytes: decode it first"), (None, "not NoneType")])
def test_only_a_string_is_a_text(text: Any, said: str) -> None:
    with pytest.raises(TypeError, match=f"a text is a string, {said}"):
        Cleaner(shipped=True, level="safe").clean(text)
