"""Diffs in the terminal."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from cleaner import Flag, Removal, Result
from cleaner.batch.stats import Stats
from cleaner.render.console import THEME, Colours
from cleaner.render.diff import Diff, Form
from cleaner.render.tables import families
from cleaner.render.visible import visible
from cleaner.ruleset.rule import Rule
from cleaner.spans import restore
from tests.conftest import cleaned
from tests.render.test_patch import cut_out


def drawn(result: Result, width: int, name: str = "page.txt", form: Form | None = None, **looks: object) -> str:
    """What a console of fixed width shows, without a terminal's environment."""
    out = io.StringIO()
    console = Console(file=out, width=width, theme=THEME, markup=False, highlight=False, emoji=False, _environ={}, **looks)  # type: ignore[arg-type]
    console.print(Diff(name, result, form))
    console.print(families(Stats.of(restore(result), result)))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


FORMS = [Form(), Form(side_by_side=True), Form(only_removed=True), Form(side_by_side=True, only_removed=True)]


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("sample", ["short-notice", "inline-tabloid", "aggregator-title-twice"])
def test_without_colour(sample: str, width: int, snapshot: SnapshotAssertion) -> None:
    shown = drawn(cleaned(sample), width)
    assert max(map(len, shown.splitlines())) <= width
    assert shown == snapshot


def test_with_colour(snapshot: SnapshotAssertion) -> None:
    shown = drawn(cleaned("short-notice"), 80, force_terminal=True, color_system="standard")
    assert "[-" not in shown.replace("\x1b[", "")
    assert shown == snapshot


def test_nothing_to_remove() -> None:
    assert drawn(cleaned("clean-essay"), 80).splitlines()[1].strip() == "nothing to remove"


def test_flags_are_shown() -> None:
    assert "! budget: too much" in drawn(Result("a\n", flags=(Flag("budget", "too much"),)), 80)


def test_folds_say_what_they_hide() -> None:
    text = "X\n" + "".join(f"Line {n} of many.\n" for n in range(30)) + "X\n"
    kept = text[2:-2]
    shown = drawn(Result(kept, (Removal(0, 2, "a/b/c", "X\n"), Removal(len(text) - 2, len(text), "a/b/c", "X\n"))), 80)
    assert "⋮ 26 lines, 104 words" in shown
    assert [n for n in range(30) if f"Line {n} of" in shown] == [0, 1, 28, 29]
    gone = drawn(Result("", (Removal(0, len(kept), "a/b/tail", kept),)), 80)
    assert "⋮ 21 lines removed, 84 words" in gone
    assert len(re.findall(r"^- Line", gone, re.MULTILINE)) == 9


def test_a_long_line_is_shortened_around_its_cuts() -> None:
    before, after = "word " * 200, "word " * 300
    shown = drawn(Result(before + after, (Removal(1000, 1004, "a/b/c", "GONE"),)), 80)
    assert "[-GONE-]" in shown
    flat = " ".join(shown.split())
    assert "⋯ 157 words ⋯" in flat
    assert "⋯ 257 words ⋯" in flat
    assert len(re.findall(r"\bword\b", flat)) + 157 + 257 == 500


HOSTILE = "\x1b[2J\x1b]0;title\x07 [bold]x[/foo] :bomb: \x9b31m \u202eabc\x00\x08"


def test_text_names_and_rules_cannot_drive_the_terminal() -> None:
    text = f"{HOSTILE}\nkept {HOSTILE} line\n"
    start = len(HOSTILE) + 1
    result = Result(text[start:], (Removal(0, start, f"a/b/{HOSTILE}", text[:start]),), (Flag("budget", HOSTILE),))
    shown = drawn(result, 120, name=HOSTILE, force_terminal=True, color_system="standard")
    without_styles = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", without_styles)
    assert "[bold]x[/foo] :bomb:" in without_styles
    assert visible("\x1b\x9b\u2066") == "␛⟨U+009B⟩⟨U+2066⟩"


@pytest.mark.parametrize("width", ["60", "100"])
@pytest.mark.parametrize("sample", ["inline-tabloid", "short-notice", "zhongwen-dulun"])
def test_side_by_side(sample: str, width: str, snapshot: SnapshotAssertion) -> None:
    shown = drawn(cleaned(sample), int(width), form=Form(side_by_side=True))
    assert max(map(cell_len, shown.splitlines())) <= int(width)
    body = shown[: shown.index("\nfamily")].splitlines()[2:]
    assert len({cell_len(line.split("│")[0]) for line in body if "│" in line}) == 1, "the bar stands in one column"
    assert shown == snapshot


def test_a_rule_folder_may_have_any_name() -> None:
    label = Colours([Rule("a/b/c", "", "line", file="/tmp/\udcff/r.toml", line=3)]).label("a/b/c")
    assert label.link
    assert label.link.endswith("/tmp/%FF/r.toml#3")


#: Words of several scripts and widths: double, joined, right to left, combining, and one longer than any line.
WORDS = st.sampled_from(
    ["harbour", "a", "芦花渡", "貝ヶ浦", "المرفأ", "נמל", "e\u0301te\u0301", "👩‍👩‍👧", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "เรือข้ามฟาก", "x" * 300, "\x1b[31m", "—"]
)


TEXTS = st.lists(st.lists(WORDS, max_size=30).map(" ".join), max_size=8).map("\n".join)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), max_size=6), st.integers(4, 130), st.sampled_from(FORMS))
def test_no_line_is_wider_than_the_screen(text: str, gaps: list[tuple[int, int]], width: int, form: Form) -> None:
    result = cut_out(text, gaps)
    shown = list(drawn_at(width, result, form))
    assert max(map(cell_len, shown)) <= width


def drawn_at(width: int, result: Result, form: Form) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, theme=THEME, markup=False, highlight=False, emoji=False, _environ={})
    console.print(Diff("p", result, form), crop=False)
    return out.getvalue().split("\n")


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_lost_where_there_is_no_room(form: Form) -> None:
    # Where there is no room for two columns there is one.
    whole = "".join("".join(drawn_at(200, cleaned("short-notice"), replace(form, side_by_side=False))).split())
    for width in (1, 2, 5, 6, 9, 10, 29):
        shown = "".join("".join(drawn_at(width, cleaned("short-notice"), form)).split())
        assert all(shown.count(sign) >= whole.count(sign) for sign in "bcdfghklmpqtuvw"), width


def test_side_by_side_each_rule_is_named_that_took_a_part_of_a_line() -> None:
    result = Result("", (Removal(0, 6, "a/b/share", "Share "), Removal(6, 12, "a/c/tweet", "Tweet\n")))
    lines = [line.split(" │ ") for line in drawn_at(60, result, Form(side_by_side=True)) if " │ " in line][1:]
    assert [(left.strip(), right.strip()) for left, right in lines] == [("- Share", "⟵ a/b/share"), ("- Tweet", "⟵ a/c/tweet")]
