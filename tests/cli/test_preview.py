"""`cleaner preview`, as people use it: on a terminal, through a pager, in a pipe, and watching."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cli.pages import PAGE, TIDE, on_a_terminal, write
from tests.conftest import SAMPLES, Command, sampled, slow

RULES = {
    "page.txt": "The ferry sails.\n\nSail with us\nIt calls at two islands, one after the other. Read more Then it sails home.\n"
    "Sail with us\n",
    "rules/ferry.toml": """title = "T"
about = "A"

[[rule]]
id = "sail"
about = "A"
remove = "line"
match = "sail with us"

[[rule]]
id = "more"
about = "A"
remove = "match"
match = "read more"
""",
}


@pytest.fixture
def ferry(cleaner: Command) -> Command:
    for name, text in RULES.items():
        path = cleaner.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return cleaner


def shown(cleaner: Command, *options: str, code: int = 0) -> str:
    done = cleaner("preview", "page.txt", "--rules", "rules", "--isolated", *options)
    assert (done.code, done.err if not code else "") == (code, "")
    return done.out.decode() if not code else done.err


def test_on_a_terminal_in_a_pipe_and_with_no_color(cleaner: Command) -> None:
    sample = str(SAMPLES / "inline-tabloid.txt")
    colour = re.compile(r"\x1b\[(?:\d+;)*3\d")
    plain = cleaner("preview", sample)
    assert plain.code == 0
    assert b"\x1b" not in plain.out
    assert b"[-Click to share on X/Twitter" in plain.out
    terminal = on_a_terminal(cleaner, "preview", sample)
    assert colour.search(terminal)
    assert "\x1b[9;31mClick to share on X/Twitter" in terminal
    sober = on_a_terminal(cleaner, "preview", sample, NO_COLOR="1")
    assert not colour.search(sober)
    assert "[-Click to share on X/Twitter" in re.sub(r"\x1b\[[\d;]*m", "", sober)


def test_preview_writes_nothing_and_reads_a_pipe(cleaner: Command) -> None:
    page = cleaner.folder / "page.txt"
    page.write_bytes((SAMPLES / "short-notice.txt").read_bytes())
    before = page.stat().st_mtime_ns
    named = cleaner("preview", "page.txt", "missing.txt")
    assert (named.code, named.err) == (2, "error: missing.txt: no such file or directory\n")
    piped = cleaner("preview", "-", stdin=page.read_bytes())
    assert piped.code == 0
    assert piped.out.decode().splitlines()[1:] == named.out.decode().splitlines()[1:]
    assert [path.name for path in cleaner.folder.iterdir()] == ["page.txt"]
    assert page.stat().st_mtime_ns == before


def test_folders_and_corpora(ferry: Command) -> None:
    """Each text has its name, and what can't be read is told; the others are shown."""
    (ferry.folder / "src/deep").mkdir(parents=True)
    (ferry.folder / "src/deep/a.txt").write_text("It rained.\nSail with us\n")
    (ferry.folder / "src/bad.txt").write_bytes(b"\xff\xfe\x00")
    (ferry.folder / "src/pages.jsonl").write_text('{"text": "It froze.\\nSail with us\\n"}\n{"body": "x"}\n\n{"text": "It thawed.\\n"}\n')
    done = ferry("preview", "src", "page.txt", "src/deep/a.txt", "--rules", "rules", "--isolated", "--stats")
    assert done.code == 2
    names = re.findall(r"^(\S+) +\d+ +\d+ +\d+ +\d+\.\d %$", done.out.decode(), re.MULTILINE)
    assert names[:4] == ["src/pages.jsonl:1", "src/pages.jsonl:4", "src/deep/a.txt", "page.txt"]
    assert [line.split(":")[1].strip() for line in done.err.splitlines()] == ["src/bad.txt", "src/pages.jsonl"]
    text = ferry("preview", "src/pages.jsonl", "--rules", "rules", "--isolated").out.decode()
    assert "src/pages.jsonl:1  3 of 5 words removed" in text
    assert "- Sail with us" in text
    (ferry.folder / "src/lost.txt").symlink_to("nowhere")
    assert "src/lost.txt: is a link to nothing" in ferry("preview", "src").err
    patch = ferry("preview", "--unified", "src/pages.jsonl")
    assert (patch.code, patch.out) == (2, b"")
    assert "src/pages.jsonl:1: is a record" in patch.err


def test_a_damaged_corpus_does_not_stop_the_others(ferry: Command) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    pa = pytest.importorskip("pyarrow")
    (ferry.folder / "src").mkdir()
    pq.write_table(pa.table({"text": ["It froze."]}), ferry.folder / "src/a.parquet")
    data = bytearray((ferry.folder / "src/a.parquet").read_bytes())
    data[-60:-20] = b"\xff" * 40
    (ferry.folder / "src/a.parquet").write_bytes(data)
    (ferry.folder / "src/b.txt").write_text("Sail with us\n")
    done = ferry("preview", "src", "--rules", "rules", "--isolated")
    assert done.code == 2
    assert done.err.startswith("error: src/a.parquet: can't be read as Parquet: ")
    assert b"src/b.txt" in done.out


def test_rules_of_a_site_do_not_wait_where_records_tell_it(ferry: Command) -> None:
    rule = ferry.folder / "rules/ferry.toml"
    rule.write_text(rule.read_text().replace('about = "A"\n', 'about = "A"\nsites = ["ferry.example"]\n', 1))
    (ferry.folder / "pages.jsonl").write_text('{"text": "Sail with us\\n", "url": "https://ferry.example/a"}\n{"text": "It froze."}\n')
    args = ("preview", "pages.jsonl", "--rules", "rules", "--isolated")
    assert b"for pages of their site" not in ferry(*args).out
    assert b"2 rules wait for pages of their site" in ferry(*args, "--url-field", "address").out


@pytest.mark.parametrize("name", ["-", "rules", "pages.jsonl"])
def test_what_cannot_be_watched(ferry: Command, name: str) -> None:
    (ferry.folder / "pages.jsonl").write_text("{}")
    done = ferry("preview", "--watch", name)
    assert done.code == 2
    assert "--watch" in done.err


def test_a_closed_pipe_ends_quietly(cleaner: Command) -> None:
    (cleaner.folder / "long.txt").write_text("Share.\n\nIt froze, he said.\n\n" * 2000)
    line = " ".join(Command.line(["preview", "long.txt"])) + " | head -n 1; exit ${PIPESTATUS[0]}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, env=Command.environment(), cwd=cleaner.folder, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_side_by_side_the_right_side_is_the_clean_text(ferry: Command) -> None:
    lines = [line.split(" │ ") for line in shown(ferry, "--side-by-side").splitlines() if " │" in line]
    right = [sides[1].strip() for sides in lines[1:] if len(sides) == 2]
    assert [line for line in right if not line.startswith("⟵")] == [
        "The ferry sails.",
        "It calls at two islands, one after",
        "the other.",
        "Then it sails home.",
    ]
    assert [line for line in right if line.startswith("⟵")] == ["⟵ ferry/sail", "⟵ ferry/more", "⟵ ferry/sail"]


def test_only_removed(ferry: Command) -> None:
    text = shown(ferry, "--only-removed")
    assert "The ferry sails." not in text
    assert text.count("Sail with us") == 2
    assert "[-Read more-]" in text
    assert "⋮" not in text


def test_only_removed_shows_all_that_goes(cleaner: Command) -> None:
    lines = [f"Share this{' ' * (1 + number % 3)}" for number in range(60)]
    (cleaner.folder / "page.txt").write_text("The harbour froze, he said.\n" + "\n".join(lines))
    assert cleaner("preview", "page.txt", "--only-removed").out.count(b"- Share this") == 60
    assert cleaner("preview", "page.txt").out.count(b"- Share this") == 9


@pytest.mark.parametrize(("context", "stays"), [("0", set()), ("1", {9, 11}), ("3", {7, 8, 9, 11, 12, 13})])
def test_context(ferry: Command, context: str, stays: set[int]) -> None:
    (ferry.folder / "page.txt").write_text("".join("Sail with us\n" if n == 10 else f"It was day {n}.\n" for n in range(20)))
    text = shown(ferry, "--context", context)
    assert {int(number) for number in re.findall(r"day (\d+)", text)} == stays
    assert f"⋮ {10 - int(context)} lines, {4 * (10 - int(context))} words" in text


def test_stats(ferry: Command) -> None:
    (ferry.folder / "other.txt").write_text("It rained.\n")
    text = shown(ferry, "--stats", "other.txt")
    assert re.search(r"^page\.txt +3 +24 +8 +33\.3 %$", text, re.MULTILINE)
    assert re.search(r"^other\.txt +0 +2 +0 +0\.0 %$", text, re.MULTILINE)
    assert re.search(r"^  ferry/sail +2 +6 +23\.1 %$", text, re.MULTILINE)
    assert "Sail with us" not in text


def test_unified_is_a_patch_with_the_context_that_is_asked_for(ferry: Command) -> None:
    patch = shown(ferry, "--unified", "--context", "0")
    assert patch.startswith("--- a/page.txt\n+++ b/page.txt\n@@ -3,3 +3 @@\n")
    clean = ferry("clean", "page.txt", "--rules", "rules", "--isolated").out
    subprocess.run(["patch", "-p1", "--silent"], input=shown(ferry, "--unified").encode(), cwd=ferry.folder, check=True, timeout=30)
    assert (ferry.folder / "page.txt").read_bytes() == clean


@pytest.mark.parametrize(
    "options",
    [["--unified", "--stats"], ["--unified", "--side-by-side"], ["--only-removed", "--context", "2"], ["--stats", "--context", "0"]],
)
def test_options_that_do_not_go_together(ferry: Command, options: list[str]) -> None:
    assert "can't be combined with" in " ".join(shown(ferry, *options, code=2).split())


def test_names_of_rules_link_to_their_place_on_a_terminal(ferry: Command) -> None:
    place = (ferry.folder / "rules/ferry.toml").resolve()
    args = ("preview", "page.txt", "--rules", "rules", "--isolated")
    assert re.search(rf"\x1b\]8;[^;]*;file://[^/]*{re.escape(quote(str(place)))}#4\x1b", on_a_terminal(ferry, *args))
    editor = on_a_terminal(ferry, *args, CLEANER_LINKS="vscode://file{path}:{line}")
    assert f";vscode://file{quote(str(place))}:10\x1b" in editor
    assert "\x1b]8;" not in on_a_terminal(ferry, *args, CLEANER_LINKS="none")
    assert "\x1b]8;" not in on_a_terminal(ferry, *args, TERM="dumb")
    assert "\x1b]8;" not in ferry(*args, env={"FORCE_COLOR": "1"}).out.decode()


def test_a_patch_on_a_terminal_is_for_eyes(ferry: Command) -> None:
    seen = on_a_terminal(ferry, "preview", "page.txt", "--rules", "rules", "--isolated", "--unified")
    assert "\x1b[31m-Sail with us" in seen


#: A pager that says what it was given, with a mark of its own.
PAGER = "sed s/^/PAGED/"


def test_what_is_shown_on_a_terminal_goes_through_the_pager(ferry: Command) -> None:
    args = ("preview", "page.txt", "--rules", "rules", "--isolated")
    (ferry.folder / "page.txt").write_text("It rained.\nSail with us\n" * 30)
    seen = on_a_terminal(ferry, *args, CLEANER_PAGER=PAGER, CLEANER_LINKS="none", PAGER="false").splitlines()
    assert all(line.startswith("PAGED") for line in seen)
    assert len(seen) > 60
    assert seen == on_a_terminal(ferry, *args, PAGER=PAGER, CLEANER_LINKS="none").splitlines()
    plain = [line.removeprefix("PAGED") for line in seen]
    assert plain == on_a_terminal(ferry, *args, "--no-pager", PAGER=PAGER, CLEANER_LINKS="none").splitlines()
    assert plain == on_a_terminal(ferry, *args, CLEANER_PAGER="", PAGER=PAGER, CLEANER_LINKS="none").splitlines()
    assert b"PAGED" not in ferry(*args, env={"PAGER": PAGER}).out, "not in a pipe"
    assert on_a_terminal(ferry, *args, PAGER="head -n 3").count("\n") == 3, "it may be left early"


@pytest.mark.parametrize("name", [slow("PAGER"), "CLEANER_PAGER"])
def test_a_pager_that_is_not_there(name: str, ferry: Command) -> None:
    (ferry.folder / "page.txt").write_text("It rained.\nSail with us\n" * 30)
    args = ("preview", "page.txt", "--rules", "rules", "--isolated")
    seen = on_a_terminal(ferry, *args, **{name: "no-such-pager"})  # type: ignore[arg-type]  # no variable is called `code`
    assert f"warning: {name}: there is no command no-such-pager" in seen
    assert seen.count("Sail with us") == 30
    odd = on_a_terminal(ferry, *args, **{name: "'"})  # type: ignore[arg-type]
    assert f"warning: {name}: is no command" in odd


def test_a_pager_may_be_a_line_for_the_shell(ferry: Command) -> None:
    (ferry.folder / "page.txt").write_text("It rained.\nSail with us\n" * 30)
    args = ("preview", "page.txt", "--rules", "rules", "--isolated")
    assert on_a_terminal(ferry, *args, PAGER="MARK=PAGED; sed s/^/$MARK/ | head -n 2").count("PAGED") == 2


@pytest.mark.skipif(not shutil.which("less"), reason="there is no less")
@pytest.mark.parametrize("pager", ["less", slow("less -FRX")])
def test_less_stops_at_what_is_longer_than_the_screen_and_ends_at_what_is_not(ferry: Command, pager: str) -> None:
    args = ("preview", "-u", "page.txt", "--rules", "rules", "--isolated")
    assert "Then it sails home" in on_a_terminal(ferry, *args, CLEANER_PAGER=pager), "it needs no key to end"
    (ferry.folder / "page.txt").write_text("Sail with us\n" + "word " * 900 + "\n")
    assert 0 < on_a_terminal(ferry, *args, CLEANER_PAGER=pager, keys=b"q").count("word ") < 800


def test_what_cannot_be_read_is_told_behind_the_pager(ferry: Command) -> None:
    (ferry.folder / "page.txt").write_text("It rained.\nSail with us\n" * 30)
    args = ("preview", "missing.txt", "page.txt", "--rules", "rules", "--isolated")
    seen = on_a_terminal(ferry, *args, code=2, PAGER=PAGER).splitlines()
    assert seen[-1] == "error: missing.txt: no such file or directory"


def test_a_form_of_links_is_checked(ferry: Command) -> None:
    args = ("preview", "page.txt", "--rules", "rules", "--isolated")
    assert "error: CLEANER_LINKS: knows no {file} (it takes {host}, {path} and {line})" in on_a_terminal(
        ferry, *args, code=2, CLEANER_LINKS="x://{file}"
    )


@pytest.mark.parametrize("name", sampled(["page.txt", "./page.txt", "deep/../page.txt", "ABSOLUTE"], 2))
def test_a_patch_is_found_from_where_it_was_made(name: str, ferry: Command) -> None:
    name = str(ferry.folder / "page.txt") if name == "ABSOLUTE" else name
    (ferry.folder / "deep").mkdir()
    lines = ferry("preview", "-u", name, "--rules", "rules", "--isolated").out
    assert lines.startswith(b"--- a/page.txt\n+++ b/page.txt\n")
    outside = subprocess.run(
        Command.line(["preview", "-u", "../page.txt", "-r", "../rules", "--isolated"]), capture_output=True, cwd=ferry.folder / "deep",
        env=Command.environment(), timeout=60, check=False,
    )  # fmt: skip
    assert outside.stdout.decode().startswith(f"--- a{ferry.folder}/page.txt\n")


@pytest.mark.parametrize("args", [["preview", "-u"], ["clean", "--diff"]])
def test_no_patch_is_made_of_utf_16(args: list[str], ferry: Command) -> None:
    (ferry.folder / "wide.txt").write_bytes("\ufeffSail with us\n".encode("utf-16-le"))
    done = ferry(*args, "wide.txt", "page.txt", "--rules", "rules", "--isolated")
    assert done.code == 2
    assert "wide.txt: is in UTF-16-LE, of which no patch can be made" in done.err
    assert done.out.startswith(b"--- a/page.txt")


def test_the_preview_says_which_rules_wait_for_their_site(cleaner: Command) -> None:
    write(cleaner.folder, my__quay_toml=TIDE.replace("\n[[", 'sites = ["quay.example"]\n[[', 1), page_txt=PAGE)
    assert (
        "1 rule waits for pages of their site: name the page's address with --url"
        in cleaner("preview", "--rules", "my", "page.txt").out.decode()
    )
    named = cleaner("preview", "--rules", "my", "page.txt", "--url", "https://quay.example/a").out.decode()
    assert "quay/tide" in named
    assert "waits" not in named


def test_watch_draws_anew_and_survives_a_broken_file(cleaner: Command) -> None:
    write(cleaner.folder, my__quay_toml=TIDE, page_txt=PAGE)
    path = cleaner.folder / "my/quay.toml"
    log = cleaner.folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            Command.line(["preview", "--watch", "--rules", "my", "page.txt"]),
            stdout=out,
            stderr=subprocess.STDOUT,
            env=Command.environment({"PYTHONUNBUFFERED": "1"}),
            cwd=cleaner.folder,
        )
    try:
        shown = wait(log, "drawn; watching")
        assert "quay/tide" in shown
        path.write_text(TIDE.replace("high tide at .{3,9}", "ferry sails again"))
        shown = wait(log, "1 removed anew, 1 no longer; watching", len(shown))
        assert re.search(r"- Ferry sails again +quay/tide", shown)
        assert "  High tide at 6.12" in shown  # it stays
        assert shown.splitlines()[-3:-1] == ["+ Ferry sails again  quay/tide", "- High tide at 6.12  quay/tide"]
        at = log.stat().st_size
        path.write_text(TIDE + "x = [\n")
        shown = wait(log, "above is the last that worked", at)
        assert "error: my/quay.toml:11: not valid TOML" in " ".join(shown.split())
        assert re.search(r"- Ferry sails again +quay/tide", shown)
        at = log.stat().st_size
        (cleaner.folder / "page.txt").write_text("High tide at 7.30\nThe ferry is late, they said.\n")
        path.write_text(TIDE)
        shown = wait(log, "no longer; watching", at)
        assert re.search(r"- High tide at 7.30 +quay/tide", shown)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert "Traceback" not in log.read_text()


def wait(log: Path, sign: str, after: int = 0) -> str:
    """What a log says after some bytes, once it holds a sign."""
    until = time.monotonic() + 40
    while time.monotonic() < until:
        said = log.read_bytes()[after:].decode()
        if sign in said:
            return said
        time.sleep(0.05)
    raise AssertionError(f"no {sign!r} in {said}")


def test_watch_needs_files(cleaner: Command) -> None:
    done = cleaner("preview", "--watch", stdin=b"x")
    assert done.code == 2
    assert "--watch needs files" in done.err


def test_only_what_one_rule_takes(cleaner: Command) -> None:
    (cleaner.folder / "a.txt").write_text("The ferry sails, he said.\nShare this article\nBoats in the snow (Jane Roe/PA)\n")
    (cleaner.folder / "b.txt").write_text("It snowed on Monday, she said.\nBoats in the snow (Jane Roe/PA)\n")
    done = cleaner("preview", "--rule", "share-line", "--unified", ".")
    assert done.out.decode().splitlines() == [
        "--- a/a.txt",
        "+++ b/a.txt",
        "@@ -1,3 +1,2 @@",
        " The ferry sails, he said.",
        "-Share this article",
        " Boats in the snow (Jane Roe/PA)",
    ]
    assert cleaner("preview", "--rule", "*/credits/*", "--unified", ".").out.count(b"-Boats in the snow") == 2
    assert "did you mean 'en/share/share-line'" in cleaner("preview", "--rule", "share-lime", ".").err
