"""`cleaner clean`: files, standard input, in place, --check, --diff, --json, and bad usage."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests import conftest
from tests.conftest import SAMPLES, Command, sampled, tree

#: With line ends as Windows has them.
DIRTY = conftest.DIRTY.replace(b"\n", b"\r\n")
CLEAN = conftest.CLEAN.replace(b"\n", b"\r\n")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_bytes(DIRTY)
    return path


def test_dash_is_standard_input_and_files_follow_one_another(cleaner: Command, page: Path) -> None:
    done = cleaner("clean", page, "-", stdin=b"Second.\nShare.\n")
    assert (done.code, done.out, done.err) == (0, CLEAN + b"Second.\n", "")


def test_output_file(cleaner: Command, page: Path) -> None:
    done = cleaner("clean", page, "--output", "out.txt")
    assert (done.code, done.out) == (0, b"")
    assert (cleaner.folder / "out.txt").read_bytes() == CLEAN
    assert page.read_bytes() == DIRTY


def test_in_place_keeps_mode_and_leaves_clean_files_alone(cleaner: Command, page: Path) -> None:
    page.chmod(0o640)
    other = cleaner.folder / "clean.txt"
    other.write_bytes(CLEAN)
    before = other.stat().st_mtime_ns, other.stat().st_ino
    done = cleaner("clean", "--in-place", page, other)
    assert (done.code, done.out) == (0, b"")
    assert done.err == "1 of 2 files cleaned, 3 words removed; undo with: cleaner restore --undo\n"
    assert page.read_bytes() == CLEAN
    assert page.stat().st_mode & 0o777 == 0o640
    assert (other.stat().st_mtime_ns, other.stat().st_ino) == before
    assert sorted(path.name for path in cleaner.folder.iterdir()) == ["clean.txt", "page.txt"]


def test_in_place_through_a_link_writes_its_target(cleaner: Command, page: Path) -> None:
    link = cleaner.folder / "link.txt"
    link.symlink_to(page)
    assert cleaner("clean", "-i", link).code == 0
    assert link.is_symlink()
    assert page.read_bytes() == CLEAN


def test_check_writes_nothing_and_says_so_by_its_exit_code(cleaner: Command, page: Path) -> None:
    done = cleaner("clean", "--check", page)
    assert (done.code, done.out, done.err) == (1, b"", f"would clean {page}\n")
    assert page.read_bytes() == DIRTY
    done = cleaner("clean", "--check", stdin=CLEAN)
    assert (done.code, done.out, done.err) == (0, b"", "")


def test_diff_is_a_patch_that_patch_takes(cleaner: Command) -> None:
    for sample in ["mobile-paper", "aggregator-harbour", "clean-poem-crlf"]:
        for end in (b"\n", b"\r\n", b"\r"):
            before, after = ((SAMPLES / f"{sample}{kind}.txt").read_bytes().replace(b"\r\n", b"\n") for kind in ("", ".clean"))
            copy = cleaner.folder / f"{sample}.txt"
            copy.write_bytes(before.replace(b"\n", end))
            done = cleaner("clean", "--diff", copy)
            assert done.code == 0
            if done.out:
                subprocess.run(["patch", "--binary", "-s", str(copy)], input=done.out, check=True)
            assert copy.read_bytes() == after.replace(b"\n", end)


def test_diff_with_check(cleaner: Command, page: Path) -> None:
    done = cleaner("clean", "--diff", "--check", page)
    assert done.code == 1
    assert b"-Share this article\r\n" in done.out
    assert page.read_bytes() == DIRTY


def test_json_holds_text_and_removals(cleaner: Command, page: Path) -> None:
    done = cleaner("clean", "--json", page, "-", stdin=CLEAN)
    first, second = map(json.loads, done.out.splitlines())
    assert first["file"] == str(page)
    assert first["text"].encode() == CLEAN
    assert [(r["start"], r["end"], r["rule"], r["text"]) for r in first["removals"]] == [
        (30, 32, "tidy", "\r\n"),
        (32, 52, "en/share/share-line", "Share this article\r\n"),
    ]
    assert second == {"file": "-", "text": CLEAN.decode(), "removals": [], "flags": []}


def test_audit_is_one_removal_a_line(cleaner: Command, page: Path) -> None:
    done = cleaner("clean", page, "--audit", "audit.jsonl")
    assert done.out == CLEAN
    rows = [json.loads(line) for line in (cleaner.folder / "audit.jsonl").read_text().splitlines()]
    assert [list(row) for row in rows] == [["file", "start", "end", "rule", "text", "clean"]] * 2
    text = DIRTY.decode()
    assert all(text[row["start"] : row["end"]] == row["text"] for row in rows)


def test_levels(cleaner: Command) -> None:
    text = b"The harbour froze on Monday.\nBoats in the snow at noon (Jane Roe/Coast Pictures)\n"
    assert cleaner("clean", "--level", "safe", stdin=text).out == text
    assert cleaner("clean", "--level", "standard", stdin=text).out == text[:29]
    assert cleaner("clean", "--level", "bold", stdin=text).code == 2


SITE = """
title = "The Coast Gazette"
about = "Marks of its own."
sites = ["coast.example"]

[[rule]]
id = "tide-table"
about = "The tide table under every story"
remove = "tail"
match = '''tide table'''
keeps = ["The tide table hangs on the pier."]
removes = ["Tide table"]
"""


def test_own_rules_and_site_by_url(cleaner: Command) -> None:
    folder = cleaner.folder / "rules"
    folder.mkdir()
    (folder / "coast.toml").write_text(SITE)
    text = b"The harbour froze.\n\nTide table\nHigh 6.12\n"
    assert cleaner("--rules", folder, stdin=text).out == text
    assert cleaner("--rules", folder, "--url", "https://other.example/a", stdin=text).out == text
    assert cleaner("--rules", folder, "--url", "https://www.coast.example/a", stdin=text).out == b"The harbour froze.\n"
    assert cleaner("--rules", folder / "coast.toml", "--url", "coast.example", stdin=text).out == b"The harbour froze.\n"


def test_faulty_rules_end_with_3_and_every_fault(cleaner: Command) -> None:
    folder = cleaner.folder / "rules"
    folder.mkdir()
    (folder / "a.toml").write_text(SITE.replace("'''tide table'''", "'''tide (table'''").replace("remove =", "removed ="))
    (folder / "b.toml").write_text("title = \n")
    done = cleaner("--rules", folder, stdin=b"x")
    assert (done.code, done.out) == (3, b"")
    assert f"{folder}/a.toml:9:1: rule 'a/tide-table': unknown key 'removed' (did you mean 'remove'?)" in done.err
    assert f"{folder}/b.toml:1:9: not valid TOML" in done.err
    assert "Traceback" not in done.err
    assert cleaner("--rules", "nowhere", stdin=b"x").code == 3


@pytest.mark.parametrize("data", [b"Caf\xe9\n", b"a\0b\n", b"\xff\xfea"], ids=["latin-1", "nul", "odd-utf-16"])
def test_what_is_not_text_passes_through_and_is_reported(cleaner: Command, data: bytes, page: Path) -> None:
    bad = cleaner.folder / "bad.txt"
    bad.write_bytes(data)
    done = cleaner("clean", bad, page)
    assert (done.code, done.out) == (2, data + CLEAN)
    assert done.err.startswith("error: ")
    assert str(bad) in done.err
    assert cleaner("clean", "-i", bad).code == 2
    assert bad.read_bytes() == data


def test_utf_16_stays_utf_16(cleaner: Command) -> None:
    for encoding, mark in [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]:
        done = cleaner(stdin=mark + DIRTY.decode().encode(encoding))
        assert (done.code, done.out) == (0, mark + CLEAN.decode().encode(encoding))


def test_a_missing_file_does_not_stop_the_others(cleaner: Command, page: Path) -> None:
    done = cleaner("clean", "missing.txt", page)
    assert (done.code, done.out, done.err) == (2, CLEAN, "error: missing.txt: no such file or directory\n")


def test_a_text_that_would_be_emptied_stays_and_is_flagged(cleaner: Command) -> None:
    text = b"Try Our AI Features\nExplore what Newsbox AI can do for you:\nIt was the end of the story.\n"
    done = cleaner(stdin=text)
    assert (done.code, done.out, done.err) == (0, text, "warning: -: left as it is: no sentence would be left\n")


@pytest.mark.parametrize(
    "args",
    sampled(
        [
            ["clean", "--in-place"],
            ["clean", "--in-place", "page.txt", "--output", "x"],
            ["clean", "--in-place", "page.txt", "--check"],
            ["clean", "page.txt", "--audit", "page.txt"],
            ["clean", "page.txt", "--output", "o.txt", "--audit", "o.txt"],
            ["clean", "--in-place", "page.txt", "--audit", "old.jsonl"],
            ["clean", "page.txt", "--output", "page.txt", "--audit", "old.jsonl"],
            ["clean", "page.txt", "--check", "--output", "old.jsonl"],
            ["clean", "page.txt", "--check", "--json"],
            ["clean", "page.txt", "--diff", "--json"],
            ["clean", "missing.txt", "--output", "old.jsonl"],
            ["batch", ".", "-d", "out", "--audit", "page.txt"],
            ["batch", ".", "-d", "out", "--audit", "out/page.txt"],
            ["batch", ".", "-d", "out", "--include", "!"],
            ["clean", "--nonsense"],
        ],
        5,
    ),
    ids=" ".join,
)
def test_bad_usage_ends_with_2_and_changes_nothing(cleaner: Command, page: Path, args: list[str]) -> None:
    (cleaner.folder / "old.jsonl").write_text("{}\n")
    done = cleaner(*args, stdin=DIRTY)
    assert (done.code, done.out) == (2, b"")
    assert "Traceback" not in done.err
    assert page.read_bytes() == DIRTY
    assert (cleaner.folder / "old.jsonl").read_text() == "{}\n"


def test_a_closed_pipe_ends_quietly(cleaner: Command, page: Path) -> None:
    page.write_bytes(b"The harbour froze on Monday.\n" * 50_000)
    reader, writer = os.pipe()
    process = subprocess.Popen(
        Command.line(["clean", page]), stdout=writer, stderr=subprocess.PIPE, env=Command.environment(), cwd=cleaner.folder
    )
    os.close(writer)
    os.read(reader, 100)
    os.close(reader)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


def test_messages_do_not_drive_the_terminal(cleaner: Command) -> None:
    done = cleaner("clean", "evil\x1b[2J\u202e.txt")
    assert done.code == 2
    assert "\x1b" not in done.err
    assert "evil␛[2J⟨U+202E⟩.txt" in done.err


def test_a_full_disk_is_an_error(cleaner: Command, page: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    for args in (["-o", "/dev/full"], ["--audit", "/dev/full"]):
        done = cleaner("clean", page, *args)
        assert (done.code, done.out) == (2, b"")
        assert done.err.startswith("error: /dev/full: can't be written")
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            Command.line(["clean", page]), stdout=full, stderr=subprocess.PIPE, env=Command.environment(), cwd=cleaner.folder, check=False
        )
    assert (process.returncode, process.stderr) == (2, b"error: standard output: can't be written: no space left on device\n")


def test_without_standard_input(cleaner: Command) -> None:
    line = " ".join(Command.line(["clean"])) + " <&-"
    done = subprocess.run(line, shell=True, capture_output=True, env=Command.environment(), cwd=cleaner.folder, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
    assert b"standard input: is closed" in done.stderr


def test_dash_as_output_is_standard_output(cleaner: Command, page: Path) -> None:
    assert cleaner("clean", page, "-o", "-").out == CLEAN
    assert not (cleaner.folder / "-").exists()


def test_help_and_version(cleaner: Command) -> None:
    for args in (["--help"], ["clean", "--help"], ["batch", "--help"], ["preview", "--help"], ["restore", "--help"], ["--version"]):
        done = cleaner(*args)
        assert (done.code, done.err) == (0, "")
        assert done.out


def test_a_file_name_that_is_not_utf_8(cleaner: Command) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (cleaner.folder / name).write_bytes(DIRTY)
    done = cleaner("clean", name, "--json", "--audit", "audit.jsonl")
    assert done.code == 0
    assert json.loads(done.out)["file"] == name
    (cleaner.folder / "clean.txt").write_bytes(CLEAN)
    assert cleaner("restore", "clean.txt", "--audit", "audit.jsonl").out == DIRTY


def test_a_folder_is_checked(cleaner: Command) -> None:
    (cleaner.folder / "deep").mkdir()
    for name, data in {"deep/a.txt": DIRTY, "b.md": DIRTY, "c.txt": CLEAN, "d.py": DIRTY}.items():
        (cleaner.folder / name).write_bytes(data)
    done = cleaner("--check", ".")
    assert (done.code, done.out, done.err) == (
        1,
        b"",
        "would clean b.md\nwould clean deep/a.txt\n2 of 3 files would change; cleaner preview shows what would go\n",
    )
    assert cleaner("clean", "--check", "c.txt").code == 0
    assert cleaner("clean", "--diff", "deep").out.startswith(b"--- a/deep/a.txt")


def test_a_check_as_annotations_of_github(cleaner: Command) -> None:
    (cleaner.folder / "50%,a.txt").write_text(
        "The ferry sails, he said.\n\nShare this article\nTry Our AI Features\nExplore what Newsbox AI can do for you:\n"
    )
    done = cleaner("clean", "--check", "--output-format", "github", "50%,a.txt")
    assert done.code == 1
    lines = done.out.decode().splitlines()
    assert lines[0] == "::error file=50%25%2Ca.txt,line=3,endLine=3,title=en/share/share-line::chrome: Share this article"
    assert lines[1].startswith("::error file=50%25%2Ca.txt,line=4,endLine=5,title=en/adverts/ai-pitch::chrome: Try Our AI Features Explore")
    (cleaner.folder / "bad.txt").write_bytes(b"Caf\xe9")
    done = cleaner("clean", "--check", "--output-format", "github", "bad.txt")
    assert (done.code, done.out) == (2, b"::error file=bad.txt::not UTF-8 text%3A byte 3 is 0xe9\n".replace(b"%3A", b":"))
    for arguments in (["clean", "a"], ["clean", "--check", "--diff", "a"]):
        assert "--output-format github goes with --check" in cleaner(*arguments, "--output-format", "github").err


def test_a_folder_is_sent_to_batch(cleaner: Command) -> None:
    done = cleaner("clean", ".")
    assert (done.code, done.err) == (2, "error: .: is a folder (cleaner batch . -d CLEAN cleans it into another one)\n")


def test_streams_that_are_closed(cleaner: Command, page: Path) -> None:
    (cleaner.folder / "bad.txt").write_bytes(b"Caf\xe9\n")
    line = " ".join(Command.line([]))
    for command, out in [("page.txt >&-", b""), ("preview page.txt >&-", b""), ("bad.txt page.txt 2>&-", b"Caf\xe9\n" + CLEAN)]:
        done = subprocess.run(
            f"{line} {command}", shell=True, capture_output=True, env=Command.environment(), cwd=cleaner.folder, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (2 if out else 0, out, b"")


def test_a_mistyped_command_is_no_file(cleaner: Command, page: Path) -> None:
    done = cleaner("clan", page)
    assert (done.code, done.out) == (2, b"")
    assert done.err == "error: clan: neither a command nor a file (did you mean clean?)\n"


def test_few_characters_on_the_terminal_are_no_crash(cleaner: Command, page: Path) -> None:
    page.write_text("Ä: the harbour froze.\n" * 30 + "Share.\n")
    done = cleaner("preview", page, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.code, done.err) == (0, "")
    assert b"\\u22ee" in done.out


def test_an_interrupt_ends_without_a_traceback(cleaner: Command) -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen(
        Command.line(["clean"]), stdin=reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=Command.environment(), cwd=cleaner.folder
    )
    os.write(writer, b"More than a pipe holds.\n" * 20_000)  # returns when it reads; an earlier interrupt would meet Python's own start
    time.sleep(0.5)  # until it waits for more: between two reads, Python would only note the signal
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    os.close(reader)
    os.close(writer)
    assert (process.returncode, out, err) == (130, b"", b"")


HTML = b"<!DOCTYPE html>\n<html><body><p>The ferry sails again on Friday.</p></body></html>\n"


def test_html_is_told(cleaner: Command) -> None:
    (cleaner.folder / "page.html").write_bytes(HTML)
    (cleaner.folder / "part.txt").write_text("".join(f"<p>The ferry sails on the {day}th, said the pilot.</p>\n" for day in range(4, 16)))
    (cleaner.folder / "about.txt").write_text("A paragraph begins with <p> and ends with </p>, said the teacher.\n")
    said = "it looks like HTML: take the text out first, with an extractor such as trafilatura"
    done = cleaner("clean", "page.html", "part.txt", "about.txt")
    assert done.code == 0
    assert done.err.splitlines() == [f"warning: page.html: {said}", f"warning: part.txt: {said}"]
    assert done.out.startswith(HTML)
    assert cleaner("preview", "page.html").err == f"warning: page.html: {said}\n"
    batch = cleaner("batch", ".", "-d", "out", "--include", "*.html", "--include", "*.txt", "-q")
    assert (batch.code, batch.err.splitlines()) == (0, done.err.splitlines())


LINES = b"""{"id": 1, "url": "https://news.example/a", "text": "Caf\\u00e9s reopen on Monday.\\nShare this article\\n", "score": 1.50}
{"id": 2}

{"id": 3, "text": "The ferry sails again on Friday."}
"""


def test_json_lines_through_a_pipe(cleaner: Command) -> None:
    done = cleaner("clean", "--jsonl", "--audit", "audit.jsonl", stdin=LINES)
    assert done.code == 2
    assert done.err == "error: -:2: has no field 'text'; it has id (name one with --text-field)\n"
    assert done.out == LINES.replace(b"\\nShare this article\\n", b"\\n")
    [entry] = map(json.loads, (cleaner.folder / "audit.jsonl").read_text().splitlines())
    assert (entry["file"], entry["row"], entry["rule"]) == ("-", 1, "en/share/share-line")
    (cleaner.folder / "pages.jsonl").write_bytes(LINES.replace(b'"text"', b'"body"'))
    assert cleaner("clean", "--jsonl", "--text-field", "body", "pages.jsonl", "-o", "clean.jsonl").code == 2
    assert (cleaner.folder / "clean.jsonl").read_bytes() == done.out.replace(b'"text"', b'"body"')
    assert cleaner("batch", "pages.jsonl", "-d", "out", "--text-field", "body", "-q").code == 2
    assert (cleaner.folder / "out/pages.jsonl").read_bytes() == (cleaner.folder / "clean.jsonl").read_bytes()
    assert "--jsonl can't be combined" in cleaner("clean", "--jsonl", "--check", "pages.jsonl").err


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [
        ("--level", "sfae", "--level: 'sfae' is not safe, standard or aggressive: did you mean 'safe'?"),
        ("--level", "7", "--level: '7' is not safe, standard or aggressive"),
        ("--output-format", "gihtub", "--output-format: 'gihtub' is not text or github: did you mean 'github'?"),
    ],
)
def test_a_mistyped_word_gets_a_suggestion(cleaner: Command, page: Path, option: str, given: str, said: str) -> None:
    done = cleaner("clean", page, option, given)
    assert done.code == 2
    assert done.err.splitlines()[-1] == f"Error: {said}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["preview", "--context", "-1"], "--context: -1 is too small: at least 0 is needed"),
        (["report", "--diffs", "few"], "--diffs: 'few' is not a whole number"),
        (["batch", "--jobs", "0"], "--jobs: 0 is too small: at least 1 is needed"),
        (["rules", "diff", "a", "b", "--samples", "1.5"], "--samples: '1.5' is not a whole number"),
    ],
)
def test_numbers_are_refused_in_plain_words(cleaner: Command, arguments: list[str], said: str) -> None:
    done = cleaner(*arguments)
    assert (done.code, done.err.splitlines()[-1]) == (2, f"Error: {said}")


def test_what_would_be_lost_is_refused(cleaner: Command, page: Path) -> None:
    """An input under its own output, an earlier audit, and documents that would be cleaned as if they were a text."""
    (cleaner.folder / "pages.jsonl").write_bytes(LINES)
    (cleaner.folder / "old.jsonl").write_text("{}\n")
    before = tree(cleaner.folder)
    for arguments, said in (
        ([page, "-o", page], "--output: the clean text would overwrite its input: --in-place does that, and can be undone"),
        ([page, page, "-o", "a"], "--output: 2 texts would run into one another: cleaner batch writes each into a folder"),
        ([page, "--audit", "old.jsonl"], "old.jsonl: holds something else than an audit (name another file)"),
        (["-i", "pages.jsonl"], "pages.jsonl: holds documents, and isn't a text (cleaner clean --jsonl and cleaner batch read it)"),
    ):
        done = cleaner("clean", *arguments)
        assert done.code == 2
        assert said in done.err
        assert tree(cleaner.folder) == before


def test_an_audit_goes_on_where_an_earlier_one_ended(cleaner: Command, page: Path) -> None:
    """Two texts, one of them twice and by rules of other names: each is restored."""
    (cleaner.folder / "other.txt").write_text("It snowed, he said.\nShare this article\n")
    (cleaner.folder / "mine.toml").write_text(
        'title = "a"\nabout = "a"\n[[rule]]\nid = "mine"\nabout = "a"\nremove = "line"\nmatch = "share this article"\n'
        'removes = ["Share this article"]\nkeeps = ["Share this"]\n'
    )
    for arguments in ([page, "-o", "a"], ["other.txt", "-o", "b"], ["other.txt", "-o", "b", "--disable", "*/share/*", "-r", "mine.toml"]):
        assert cleaner("clean", *arguments, "--audit", "audit.jsonl").code == 0
    assert len((cleaner.folder / "audit.jsonl").read_text().splitlines()) >= 4
    assert cleaner("restore", "a", "--audit", "audit.jsonl").out == page.read_bytes()
    assert cleaner("restore", "b", "--audit", "audit.jsonl").out == (cleaner.folder / "other.txt").read_bytes()


@pytest.mark.parametrize("torn", [b'{"file": "x', b'{"file": "' + b"x" * 200_000])
def test_half_a_line_of_a_killed_run_does_not_spoil_an_audit(cleaner: Command, page: Path, torn: bytes) -> None:
    audit = cleaner.folder / "audit.jsonl"
    assert cleaner("clean", page, "-o", "a", "--audit", audit).code == 0
    whole = audit.read_bytes()
    audit.write_bytes(whole + torn)
    assert cleaner("clean", page, "-o", "b", "--audit", audit).code == 0
    assert audit.read_bytes() == whole * 2
    assert cleaner("restore", "a", "--audit", audit).out == page.read_bytes()
    audit.write_bytes(torn)  # nothing but half a line
    assert cleaner("clean", page, "-o", "b", "--audit", audit).code == 0
    assert audit.read_bytes() == whole


def test_a_flood_of_errors_is_counted(cleaner: Command) -> None:
    lines = b'{"id": 1, "text": ""}\n' + b'{"id": 1}\n' * 9
    done = cleaner("clean", "--jsonl", stdin=lines)
    assert len(done.err.splitlines()) == 4
    assert done.err.endswith("error: 6 more like -:2\n")
    assert done.out == lines
    (cleaner.folder / "pages.jsonl").write_bytes(lines)
    done = cleaner("preview", "pages.jsonl")
    assert (len(done.err.splitlines()), done.err.splitlines()[-1]) == (4, "error: 6 more like pages.jsonl:2")
    assert "is compressed: unpack it first" in cleaner("clean", "--jsonl", stdin=gzip.compress(b"{}\n")).err


def test_an_empty_folder_is_told(cleaner: Command) -> None:
    (cleaner.folder / "empty").mkdir()
    done = cleaner("clean", "--check", "empty")
    assert (done.code, done.err) == (0, "warning: empty: holds no texts; cleaner batch reads JSONL and Parquet, too\n")


@pytest.mark.parametrize("way", ["option", "environment", "configuration"])
def test_what_is_no_language_is_refused(cleaner: Command, page: Path, way: str) -> None:
    if way == "configuration":
        (cleaner.folder / ".cleaner.toml").write_text('language = "english"\n')
    done = cleaner(
        "clean",
        page,
        *(["--language", "english"] if way == "option" else []),
        env={"CLEANER_LANGUAGE": "english"} if way == "environment" else {},
    )
    assert done.code == 2
    assert "'english' is no language tag" in done.err
    assert cleaner("clean", page, "--language", "pt-BR", "--isolated").code == 0


@pytest.mark.parametrize(
    ("word", "meant"), [("undo", "restore --undo"), ("version", "--version"), ("check", "clean --check"), ("claen", "clean")]
)
def test_words_that_are_no_commands_lead_to_what_is_meant(cleaner: Command, word: str, meant: str) -> None:
    done = cleaner(word)
    assert done.code == 2
    assert f"(did you mean {meant}?)" in done.err
