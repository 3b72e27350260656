"""Pictures for the README, drawn by the real renderer. `python -m tests.pictures` draws them anew."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from rich.console import Console

from cleaner import Cleaner
from cleaner.cli.preview import draw
from cleaner.render.console import THEME
from cleaner.render.diff import Form
from tests.conftest import SAMPLES


def preview(sample: str, width: int, form: Form, options: str = "") -> str:
    """What a sample's preview looks like on a terminal with colours."""
    console = Console(
        width=width, theme=THEME, markup=False, highlight=False, emoji=False, record=True, file=io.StringIO(),
        force_terminal=True, color_system="standard", legacy_windows=False, _environ={},
    )  # fmt: skip
    page = SAMPLES / f"{sample}.txt"
    draw(console, (), [(f"samples/{page.name}", Cleaner().clean(page.read_bytes().decode()))], form)
    return console.export_svg(title=f"cleaner preview {options}samples/{page.name}", unique_id=sample)


PICTURES: Mapping[str, Callable[[], str]] = {
    "preview.svg": lambda: preview("short-notice", 96, Form()),
    "side-by-side.svg": lambda: preview("inline-tabloid", 110, Form(side_by_side=True), "--side-by-side "),
}

if __name__ == "__main__":
    for name, picture in PICTURES.items():
        (SAMPLES / name).write_text(picture(), encoding="utf-8")
