"""Pictures for the README, drawn by the real renderer. `python -m tests.pictures` draws them anew."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from cleaner import Cleaner
from cleaner.render.console import THEME
from cleaner.render.diff import Diff
from cleaner.render.tables import Tally, families
from tests.conftest import SAMPLES

PICTURE = SAMPLES / "preview.svg"


def preview(sample: Path, width: int) -> Console:
    """A console on which a sample's preview has been drawn as on a terminal with colours."""
    console = Console(
        width=width, theme=THEME, markup=False, highlight=False, emoji=False, record=True, file=io.StringIO(),
        force_terminal=True, color_system="standard", legacy_windows=False, _environ={},
    )  # fmt: skip
    result = Cleaner().clean(sample.read_bytes().decode())
    console.print(Diff(f"samples/{sample.name}", result))
    console.print(families(Tally.of([result])))
    return console


def picture() -> str:
    return preview(SAMPLES / "short-notice.txt", 96).export_svg(title="cleaner preview samples/short-notice.txt")


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
