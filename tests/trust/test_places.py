"""It stays in its place: no link leads a run elsewhere, nothing that is there is lost, and nothing but what was asked for is written."""

from __future__ import annotations

import errno
import fcntl
import gzip
import os
import stat
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.io import atomic, disk_cache
from cleaner.io.discovery import plan
from tests.conftest import CLEAN, DIRTY, Command, fill, sampled, tree

NOT_UTF_8 = b"Caf\xe9 was open.\n"
PRECIOUS = b"Nobody has a copy of this.\n"
#: What anybody may know of a file: mode, time of the last change, and what it holds or where it leads.
Looks = tuple[int, int, bytes]


def snapshot(folder: Path) -> dict[str, Looks]:
    """All that is in a folder, by name, folders and links too."""
    found = {}
    for path in [folder, *folder.rglob("*")]:
        status = path.lstat()
        holds = b""
        if path.is_symlink():
            holds = os.fsencode(path.readlink())
        elif path.is_file():
            holds = path.read_bytes()
        found[path.relative_to(folder).as_posix()] = (status.st_mode, status.st_mtime_ns, holds)
    return found


def changed(before: dict[str, Looks], after: dict[str, Looks]) -> set[str]:
    """Names of what came, went, or looks different."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


# What is read


def test_what_is_no_file_of_the_folder_is_named_and_not_followed(cleaner: Command) -> None:
    """Three links to folders (two of them loops), two to nothing and a pipe are named; a link to a file is read."""
    fill(cleaner.folder / "src", "a.txt", "deep/b.txt")
    fill(cleaner.folder / "other", "c.txt", "d.txt")
    links = {
        "one.txt": "../other/c.txt",
        "folder": "../other",
        "self": ".",
        "deep/up": "..",
        "gone.txt": "nowhere",
        "round.txt": "round.txt",
        "gone.html": "nowhere",
    }
    for name, target in links.items():
        (cleaner.folder / "src" / name).symlink_to(target)
    for name in ("pipe.txt", "pipe.html"):
        os.mkfifo(cleaner.folder / "src" / name)
    before = snapshot(cleaner.folder / "other"), snapshot(cleaner.folder / "src")
    done = cleaner("batch", "src", "-d", "out")
    no_folder = "is a link to a folder, which is not followed (name it as a source of its own)"
    assert sorted(done.err.splitlines()) == [
        f"warning: src/deep/up: {no_folder}",
        f"warning: src/folder: {no_folder}",
        "warning: src/gone.txt: is a link to nothing",
        "warning: src/pipe.txt: is no file",
        "warning: src/round.txt: is a link to nothing",
        f"warning: src/self: {no_folder}",
    ]
    assert done.code == 0
    assert "2 passed over by name" in done.out.decode()
    assert tree(cleaner.folder / "out") == dict.fromkeys(["a.txt", "deep/b.txt", "one.txt"], CLEAN)
    assert not (cleaner.folder / "out/one.txt").is_symlink()
    assert (snapshot(cleaner.folder / "other"), snapshot(cleaner.folder / "src")) == before


def test_what_is_written_inside_the_input_is_not_read_by_the_next_run(cleaner: Command) -> None:
    """Two runs with the output, what is set aside, and the attributes all inside the input; the output by way of a link, too."""
    fill(cleaner.folder, "a.txt", "deep/b.txt")
    fill(cleaner.folder, "bad.txt", data=NOT_UTF_8)
    seen = []
    for output in ("deep/out", "deep/out", "deep/link"):
        if output == "deep/link":
            (cleaner.folder / output).symlink_to("out")
        done = cleaner("batch", ".", "-d", output, "--exclude-to", "deep/aside", "--attributes", "deep/att/x")
        assert done.code == 2
        seen.append((tree(cleaner.folder), done.out))
    assert seen[0][1] == seen[1][1] == seen[2][1]
    assert seen[0][0] == seen[1][0] == seen[2][0]
    assert set(tree(cleaner.folder / "deep/out")) == {"a.txt", "deep/b.txt"}
    assert set(tree(cleaner.folder / "deep/aside")) == {"unreadable/bad.txt"}


# What is written by a batch


def linked(place: str, target: str) -> Callable[[Path], str]:
    """Puts a link where a batch writes; its name."""

    def put(folder: Path) -> str:
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).symlink_to(folder / target)
        return place

    return put


LINKS = {
    "to a file": linked("out/a.txt", "other/a.txt"),
    "to nothing": linked("out/a.txt", "other/new.txt"),
    "to itself": linked("out/a.txt", "out/a.txt"),
    "to a file of the output": linked("out/a.txt", "out/deep/a.txt"),
    "a folder that leads out": linked("out/deep", "other"),
    "what is set aside, to a file": linked("aside/unreadable/bad.txt", "other/a.txt"),
    "what is set aside, to nothing": linked("aside/unreadable/bad.txt", "other/new.txt"),
    "what is set aside, a folder": linked("aside/unreadable", "other"),
    "where nothing is set aside, a folder": linked("aside/emptied", "other"),
    "attributes, to a file": linked("att/x/r.jsonl", "other/a.txt"),
    "attributes, a folder": linked("att/x/deep", "other"),
    "the manifest": linked("out/.cleaner/manifest.jsonl", "other/a.txt"),
    "the folder of the manifest": linked("out/.cleaner", "other"),
}


@pytest.mark.parametrize("link", sampled(LINKS, 4))
def test_a_link_in_the_place_of_what_is_written_is_refused_by_name(cleaner: Command, link: str) -> None:
    """Thirteen links: in the output, where things are set aside, among the attributes, and in place of the manifest."""
    fill(cleaner.folder / "src", "a.txt", "deep/a.txt")
    fill(cleaner.folder / "src", "bad.txt", data=NOT_UTF_8)
    fill(cleaner.folder / "src", "r.jsonl", "deep/r.jsonl", data=b'{"text": "It rained.\\nShare this article\\n"}\n')
    fill(cleaner.folder / "other", "a.txt", "bad.txt", data=PRECIOUS)
    name = LINKS[link](cleaner.folder)
    before = snapshot(cleaner.folder / "other"), snapshot(cleaner.folder / "src")
    done = cleaner("batch", "src", "-d", "out", "--exclude-to", "aside", "--attributes", "att/x")
    assert (snapshot(cleaner.folder / "other"), snapshot(cleaner.folder / "src")) == before
    assert (cleaner.folder / name).is_symlink()
    assert done.code == 2
    assert "Traceback" not in done.err
    assert name in done.err


def test_an_output_folder_may_be_a_link_itself(cleaner: Command) -> None:
    fill(cleaner.folder, "src/a.txt", "other/b.txt")
    (cleaner.folder / "out").symlink_to("other")
    assert cleaner("batch", "src", "-d", "out").code == 0
    assert tree(cleaner.folder / "other") == {"a.txt": CLEAN, "b.txt": DIRTY}


def test_an_output_with_other_names_keeps_them_all_and_the_other_files_are_done(cleaner: Command) -> None:
    fill(cleaner.folder / "src", "a.txt", "b.txt", "c.txt")
    fill(cleaner.folder, "other/a.txt", "out/c.txt", data=PRECIOUS)
    (cleaner.folder / "out/a.txt").hardlink_to(cleaner.folder / "other/a.txt")
    (cleaner.folder / "out/c.txt").chmod(0o444)
    done = cleaner("batch", "src", "-d", "out", "-q")
    assert done.code == 2
    assert "out/a.txt: has 2 names" in done.err
    assert "out/c.txt: is read-only" in done.err
    assert tree(cleaner.folder / "out") == {"a.txt": PRECIOUS, "b.txt": CLEAN, "c.txt": PRECIOUS}
    assert (cleaner.folder / "out/a.txt").samefile(cleaner.folder / "other/a.txt")


def twins(folder: Path, *pair: str) -> tuple[Sequence[Path], Sequence[str]]:
    return [fill(folder, name) / name for name in pair], pair


def twin_folders(folder: Path) -> tuple[Sequence[Path], Sequence[str]]:
    fill(folder, "x/src/a.txt", "y/src/a.txt")
    return [folder / "x/src", folder / "y/src"], ["x/src/a.txt", "y/src/a.txt"]


def twin_links(folder: Path) -> tuple[Sequence[Path], Sequence[str]]:
    fill(folder, "src/one/a.txt", "src/two/a.txt", "out/two/b.txt")
    (folder / "out/one").symlink_to("two")
    return [folder / "src"], ["src/one/a.txt", "src/two/a.txt"]


COLLISIONS: dict[str, Callable[[Path], tuple[Sequence[Path], Sequence[str]]]] = {
    "files of one name": lambda folder: twins(folder, "src/a.txt", "src/deep/a.txt"),
    "WET and JSONL": lambda folder: twins(folder, "src/a.warc.wet", "src/a.jsonl"),
    "folders of one name": twin_folders,
    "folders that a link in the output makes one": twin_links,
}


@pytest.mark.parametrize("kind", sampled(COLLISIONS, 2))
def test_two_inputs_with_one_output_are_refused_and_both_named(cleaner: Command, kind: str) -> None:
    sources, pair = COLLISIONS[kind](cleaner.folder)
    before = snapshot(cleaner.folder)
    done = cleaner("batch", *(source.relative_to(cleaner.folder) for source in sources), "-d", "out")
    assert done.code == 2
    assert all(name in done.err for name in pair), done.err
    assert changed(before, snapshot(cleaner.folder)) == set()


def hard_linked(folder: Path) -> None:
    fill(folder, "src/a.txt")
    (folder / "out").mkdir()
    (folder / "out/b.txt").hardlink_to(folder / "src/a.txt")
    fill(folder, "src/b.txt")


def read_through_a_link(folder: Path) -> None:
    fill(folder, "src/a.txt", "out/a.txt")
    (folder / "src/b.txt").symlink_to("../out/a.txt")


#: What is there, the sources, and what must be named.
OVERWRITTEN: dict[str, tuple[Callable[[Path], object], list[str], str]] = {
    "the input is the output": (lambda folder: fill(folder, "out/a.txt"), ["out"], "out/a.txt"),
    "a file of the output": (lambda folder: fill(folder, "out/a.txt"), ["out/a.txt"], "out/a.txt"),
    "by another spelling": (lambda folder: fill(folder, "out/a.txt", "out/deep/b.txt"), ["out/deep/../a.txt"], "out/deep/../a.txt"),
    "one input by another": (
        lambda folder: fill(folder, "out/deep/a.txt", "src/deep/a.txt"), ["out/deep/a.txt", "src"], "out/deep/a.txt"
    ),
    "a name that is hard-linked": (hard_linked, ["src"], "src/a.txt"),
    "where a link leads": (read_through_a_link, ["src"], "src/b.txt"),
    "by what is set aside": (
        lambda folder: fill(folder, "aside/unreadable/a.txt", "src/a.txt"), ["aside/unreadable", "src/a.txt"], "aside/unreadable/a.txt"
    ),
    "by the manifest": (
        lambda folder: fill(folder, "out/.cleaner/manifest.jsonl"), ["out/.cleaner/manifest.jsonl"], "out/.cleaner/manifest.jsonl"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", sampled(OVERWRITTEN, 3))
def test_an_input_that_would_be_overwritten_is_refused_by_name(cleaner: Command, kind: str) -> None:
    put, sources, named = OVERWRITTEN[kind]
    put(cleaner.folder)
    before = snapshot(cleaner.folder)
    done = cleaner("batch", *sources, "-d", "out", "--exclude-to", "aside")
    after = snapshot(cleaner.folder)
    assert {name for name in changed(before, after) if name in before} == set()
    assert done.code == 2
    assert named in done.err


def test_plans_refuse_before_anything_is_there(tmp_path: Path) -> None:
    """To plan makes no folder."""
    fill(tmp_path / "src", "a.txt", "deep/a.txt")
    with pytest.raises(InputError, match="would both be written"):
        plan([tmp_path / "src/a.txt", tmp_path / "src/deep/a.txt"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


# What is written in the place of something


def test_in_place_keeps_what_is_not_text(cleaner: Command) -> None:
    """Ten files in one run: three modes, attributes, an owner, a link, two names of one file, one that is read-only, one that is clean."""
    folder = fill(cleaner.folder, "0600", "0640", "0755", "tagged", "owned", "led-to", "one-name", "read-only", "real/text")
    fill(folder, "clean", data=CLEAN)
    for name in ("0600", "0640", "0755"):
        (folder / name).chmod(int(name, 8))
    (folder / "link").symlink_to("led-to")
    (folder / "deep-link").symlink_to("real/text")
    (folder / "other-name").hardlink_to(folder / "one-name")
    (folder / "read-only").chmod(0o444)
    if os.geteuid() == 0:
        os.chown(folder / "owned", 12345, 23456)
    before = snapshot(folder)
    done = cleaner("clean", "-i", "0600", "0640", "0755", "tagged", "owned", "link", "deep-link", "one-name", "read-only", "clean")
    assert done.code == 2
    assert sorted(line.partition(" (")[0] for line in done.err.splitlines()) == [
        "7 of 8 files cleaned, 21 words removed; undo with: cleaner restore --undo",
        "error: one-name: has 2 names",
        "error: read-only: is read-only",
    ]
    written = {"0600", "0640", "0755", "tagged", "owned", "led-to", "real/text"}
    after = snapshot(folder)
    assert changed(before, after) == {*written, ".", "real"}
    assert {after[name][2] for name in written} == {CLEAN}
    assert all(before[name][0] == after[name][0] for name in before)
    assert (folder / "one-name").samefile(folder / "other-name")
    if os.geteuid() == 0:
        assert ((folder / "owned").stat().st_uid, (folder / "owned").stat().st_gid) == (12345, 23456)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_an_output_keeps_its_owner(cleaner: Command) -> None:
    fill(cleaner.folder, "a.txt", "out.txt")
    os.chown(cleaner.folder / "out.txt", 12345, 23456)
    (cleaner.folder / "out.txt").chmod(0o6750)  # which a change of the owner takes away
    assert cleaner("clean", "a.txt", "-o", "out.txt").code == 0
    status = (cleaner.folder / "out.txt").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (12345, 23456, 0o6750)


def precious(path: Path, permissions: int) -> None:
    path.write_bytes(PRECIOUS)
    path.chmod(permissions)


def link_to_a_file(path: Path) -> None:
    fill(path.parent, "led-to", data=PRECIOUS)
    path.symlink_to("led-to")


def one_of_two_names(path: Path) -> None:
    path.write_bytes(PRECIOUS)
    (path.parent / "twin").hardlink_to(path)


#: What stands where `--output` leads, and what is said if that is refused.
OUTPUTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a file": (lambda path: precious(path, 0o640), ""),
    "a link": (link_to_a_file, ""),
    "a link to nothing": (lambda path: path.symlink_to("led-to"), ""),
    "a link to itself": (lambda path: path.symlink_to(path.name), "out.txt: can't be written"),
    "one of two names": (one_of_two_names, "out.txt: has 2 names"),
    "a read-only file": (lambda path: precious(path, 0o440), "out.txt: is read-only"),
    "a folder": (lambda path: path.mkdir(), "out.txt: can't be written"),
}


@pytest.mark.parametrize("kind", sampled(OUTPUTS, 3))
def test_an_output_replaces_what_may_go_and_nothing_else(cleaner: Command, kind: str) -> None:
    """Seven things that stand there already."""
    put, refusal = OUTPUTS[kind]
    page = fill(cleaner.folder, "page.txt") / "page.txt"
    out = cleaner.folder / "out.txt"
    put(out)
    before = snapshot(cleaner.folder)
    done = cleaner("clean", page, "-o", "out.txt")
    after = snapshot(cleaner.folder)
    assert "Traceback" not in done.err
    assert not list(cleaner.folder.glob(".*.tmp"))
    if refusal:
        assert (done.code, done.out) == (2, b"")
        assert refusal in done.err
        assert changed(before, after) - {"."} == set()
    else:
        assert (done.code, done.err) == (0, "")
        assert out.read_bytes() == CLEAN
        assert changed(before, after) == {".", "led-to" if out.is_symlink() else "out.txt"}
        assert before["out.txt"][0] == after["out.txt"][0]


def test_extended_attributes_stay(cleaner: Command) -> None:
    """Those of a file that is cleaned in place, and of one that `--output` replaces."""
    folder = fill(cleaner.folder, "a.txt", "b.txt", "out.txt")
    try:
        for name in ("a.txt", "out.txt"):
            os.setxattr(folder / name, "user.source", name.encode())
            os.setxattr(folder / name, "user.other", b"\0\xff")
    except (OSError, AttributeError):
        pytest.skip("the file system has no extended attributes of users")
    assert cleaner("clean", "-i", "a.txt").code == 0
    assert cleaner("clean", "b.txt", "-o", "out.txt").code == 0
    for name in ("a.txt", "out.txt"):
        assert (folder / name).read_bytes() == CLEAN
        found = {each: os.getxattr(folder / name, each) for each in os.listxattr(folder / name) if each.startswith("user.")}
        assert found == {"user.source": name.encode(), "user.other": b"\0\xff"}


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="the system has no extended attributes")
def test_an_attribute_that_may_not_be_set_takes_no_other_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As labels of the system's security are for all but root."""
    path = fill(tmp_path, "a.txt") / "a.txt"
    kept: dict[str, bytes] = {}

    def put(_: Path, name: str, value: bytes) -> None:
        if name.startswith("security."):
            raise OSError(errno.EPERM, "Operation not permitted")
        kept[name] = value

    monkeypatch.setattr(os, "listxattr", lambda _: ["security.label", "user.source"])
    monkeypatch.setattr(os, "getxattr", lambda _, name: name.encode())
    monkeypatch.setattr(os, "setxattr", put)
    atomic.write(path, CLEAN)
    assert kept == {"user.source": b"user.source"}


def test_a_new_file_has_the_mode_that_the_umask_leaves(cleaner: Command) -> None:
    """By `--output`, and four kinds of files of a batch, with two umasks."""
    rows = b'{"text": "It rained.\\nShare this article\\n"}\n'
    fill(cleaner.folder / "src", "a.txt")
    fill(cleaner.folder / "src", "r.jsonl", data=rows)
    fill(cleaner.folder / "src", "z.jsonl.gz", data=gzip.compress(rows))
    fill(cleaner.folder / "src", "bad.txt", data=NOT_UTF_8)
    (cleaner.folder / "src/a.txt").chmod(0o600)  # what it was in the input doesn't count
    for mask, expected in ((0o022, 0o644), (0o027, 0o640)):
        with umask(mask):
            assert cleaner("batch", "src", "-d", f"{mask}/out", "--exclude-to", f"{mask}/aside", "--attributes", f"{mask}/att/x").code == 2
            assert cleaner("clean", "src/a.txt", "-o", f"{mask}/alone.txt").code == 0
        found = {path.relative_to(cleaner.folder / str(mask)): path for path in (cleaner.folder / str(mask)).rglob("*") if path.is_file()}
        assert len(found) == 8
        assert {name.as_posix(): mode(path) for name, path in found.items()} == dict.fromkeys((each.as_posix() for each in found), expected)


# What dead processes left


@pytest.mark.parametrize("options", [["-i", "page.txt"], ["page.txt", "-o", "out.txt"], ["../page.txt", "-o", "link.txt"]], ids=" ".join)
def test_what_dead_processes_left_is_swept_and_what_living_ones_hold_is_not(cleaner: Command, options: list[str]) -> None:
    """Two left-overs go, one that is held stays; so do temporary files of a batch, and files that only look like them."""
    fill(cleaner.folder, "page.txt", "here/page.txt", "here/led-to.txt")
    folder = cleaner.folder / "here"
    (folder / "link.txt").symlink_to("led-to.txt")
    left = [".page.txt.cleaner-0badc0de.tmp", f".{'a' * 40}.cleaner-12345678.tmp"]
    held = ".page.txt.cleaner-feedf00d.tmp"
    others = [".page.txt.0a1b2c3d-0badc0de.tmp", "page.txt.cleaner-0badc0de.tmp", ".page.txt.cleaner-0badc0de.txt"]
    fill(folder, *left, held, *others)
    with (folder / held).open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert Command(folder)("clean", *options).code == 0
        found = {path.name for path in folder.iterdir() if path.name.startswith(".") or path.name in others}
    assert found == {held, *others}


def test_files_of_somebody_else_whose_names_look_like_ours_stay(cleaner: Command) -> None:
    names = {
        ".notes.cleaner-shopping-list.tmp",
        ".page.cleaner-.tmp",
        ".page.txt.cleaner-0badc0de.old.tmp",
        ".page.txt.cleaner-0BADC0DE.tmp",
    }
    fill(cleaner.folder, "page.txt", *names)
    assert cleaner("clean", "-i", "page.txt").code == 0
    assert {path.name for path in cleaner.folder.iterdir()} == {"page.txt", *names}


def test_the_name_of_a_temporary_file_is_the_one_that_is_swept(tmp_path: Path) -> None:
    with atomic.writing(tmp_path / "page.txt") as stream:
        (name,) = (path.name for path in tmp_path.iterdir())
        stream.write(CLEAN)
        assert mode(tmp_path / name) == 0o600
    assert name.startswith(".page.txt.cleaner-")
    assert name.endswith(".tmp")
    assert len(name) == len(".page.txt.cleaner-0badc0de.tmp")


def test_what_is_no_file_is_no_left_over(cleaner: Command) -> None:
    """A pipe, a folder and a link of such names stay, and nobody waits for the pipe."""
    fill(cleaner.folder, "page.txt", "other.txt")
    os.mkfifo(cleaner.folder / ".page.txt.cleaner-00000001.tmp")
    (cleaner.folder / ".page.txt.cleaner-00000002.tmp").mkdir()
    (cleaner.folder / ".page.txt.cleaner-00000003.tmp").symlink_to("other.txt")
    done = subprocess.run(Command.line(["clean", "-i", "page.txt"]), cwd=cleaner.folder, env=Command.environment(), timeout=15, check=False)
    assert done.returncode == 0
    assert len(list(cleaner.folder.glob(".page.txt.cleaner-0000000?.tmp"))) == 3
    assert (cleaner.folder / "page.txt").read_bytes() == CLEAN


# What is written at all


def test_nothing_is_written_but_what_was_asked_for(cleaner: Command) -> None:
    """Eight commands that write nothing, and three that write what they say; names, bytes, modes and times of the whole tree.

    The home folder and the one for temporary files lie in the tree; the cache, which is no output, is left where it is.
    """
    fill(cleaner.folder, "src/a.txt", "src/deep/b.txt", "page.txt", "home/x", "tmp/x")
    fill(cleaner.folder, "src/bad.txt", data=NOT_UTF_8)
    fill(cleaner.folder, "src/r.jsonl", data=b'{"text": "It rained.\\nShare this article\\n"}\n' * 3)
    (cleaner.folder / "out").mkdir()
    env = {
        "HOME": str(cleaner.folder / "home"),
        "TMPDIR": str(cleaner.folder / "tmp"),
        "XDG_CACHE_HOME": str(disk_cache.folder().parent),
        "XDG_STATE_HOME": str(cleaner.folder / "home/.local/state"),
    }
    before = snapshot(cleaner.folder)
    files = ["page.txt", "src/a.txt", "src/bad.txt"]
    for args in (
        ["preview", *files],
        ["clean", *files],
        ["clean", *files, "--check"],
        ["clean", *files, "--diff"],
        ["clean", *files, "--json"],
        ["explain", "page.txt:1-3"],
        ["rules", "list"],
        ["config"],
    ):
        done = cleaner(*args, env=env)
        assert done.out or "--check" in args
        assert changed(before, snapshot(cleaner.folder)) == set(), args
    for args, written in (
        (["batch", "src", "-d", "out", "-j", "2"], {"out"}),
        (["clean", "page.txt", "--audit", "audit.jsonl"], {".", "audit.jsonl"}),
        (["clean", "-i", "page.txt"], {".", "page.txt"}),
    ):
        before = snapshot(cleaner.folder)
        assert cleaner(*args, env=env).code in (0, 2)
        new = {name for name in changed(before, snapshot(cleaner.folder)) if not name.startswith("out/")}
        undo = {name for name in new if name.startswith("home")}  # the audit by which a run in place is undone
        assert new - undo == written, args
        assert [name.startswith("home/.local/state/cleaner/undo/") for name in undo if name.endswith(".jsonl")] == ["-i" in args] * (
            "-i" in args
        )
    assert set(tree(cleaner.folder / "out")) == {"a.txt", "deep/b.txt", "bad.txt", "r.jsonl"}


def test_faulty_lines_of_an_ignore_file_are_told_and_passed_by(cleaner: Command) -> None:
    fill(cleaner.folder / "in", "a.txt", "deep/b.txt", "deep/c.txt")
    (cleaner.folder / "in/deep/.gitignore").write_text("[z-a]\na\\\nc.txt\n" + "*c" * 50 + "d\n")
    done = cleaner("batch", "in", "-d", "out", "-q")
    assert done.code == 0
    assert [line.partition(": a faulty pattern: ")[0] for line in done.err.splitlines()] == [
        "warning: in/deep/.gitignore:1",
        "warning: in/deep/.gitignore:2",
    ]
    assert tree(cleaner.folder / "out").keys() == {"a.txt", "deep/b.txt"}
