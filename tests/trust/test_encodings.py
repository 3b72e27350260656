"""Encodings are never guessed behind one's back: what isn't surely read comes out as it was, and what is read comes out as it came in."""

from __future__ import annotations

import codecs
import encodings
import json
import pkgutil
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.io import files
from cleaner.wording import extra
from tests.conftest import Command, sampled

#: A rule whose line every encoding of the tables can spell.
RULES = """
title = "Marks"
about = "A line that goes, whatever language the text is in."

[[rule]]
id = "mark"
about = "The mark"
confidence = "high"
remove = "line"
match = '''xx mark xx'''
removes = ["xx mark xx"]
keeps = ["xx mark xx is said here."]
"""
MARK = "xx mark xx\n"
TAIL = "It was so in 1914, too.\n"
ENGLISH = "The harbour froze on Monday, it is said.\n"
GERMAN = "Der Hafen war gefroren, und die Männer prüften früh das Eis.\n"
RUSSIAN = "Гавань замёрзла в понедельник, и никто не знал почему.\n"
JAPANESE = "港は月曜日に凍った。誰も知らなかった。\n"
#: Encodings that say nothing of themselves in the text, and a text in each.
OTHERS = {
    "latin-1": GERMAN,
    "cp1252": "“Die Männer”, sagte er – und schwieg.\n",
    "cp1251": RUSSIAN,
    "koi8-r": RUSSIAN,
    "shift_jis": JAPANESE,
    "euc-jp": JAPANESE,
    "gb18030": "港口在星期一结冰了，没有人知道。\n",
    "big5": "港口在星期一結冰了，沒有人知道。\n",
    "euc-kr": "항구는 월요일에 얼었다. 아무도 몰랐다.\n",
    "utf-16-le": GERMAN,
    "utf-16-be": RUSSIAN,
    "utf-32-le": GERMAN,
    "utf-32-be": GERMAN,
    "utf-32": GERMAN,  # with its mark, which begins like that of UTF-16
    "cp037": ENGLISH,
}
#: Bytes that are no text in UTF-8, nor in anything else that could be named.
BROKEN = {
    "nul": b"The harbour\0 froze.\n",
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "truncated": "Männer prüften das Eis. Ü".encode()[:-1],
    "lone byte": b"Caf\xe9\n",
    "overlong": b"a\xc0\xaf\xe0\x80\xafb\n",
    "cesu": b"\xed\xa0\xbd\xed\xb8\x80\n",
    "lone surrogate": b"a\xed\xb2\x80b\n",
    "beyond": b"\xf4\x90\x80\x80\n",
    "odd utf-16": b"\xff\xfea\0b",
    "utf-16 with a lone surrogate": b"\xff\xfea\0\x00\xd8b\0",
}


def rules(folder: Path) -> Path:
    path = folder / "marks.toml"
    path.write_text(RULES)
    return path


def spelled(name: str) -> tuple[bytes, bytes]:
    """A text with a line to go, and without it."""
    return (OTHERS[name] + MARK + TAIL).encode(name), (OTHERS[name] + TAIL).encode(name)


MARKED = {
    "utf-8": (b"", "utf-8"),
    "utf-8 with a mark": (codecs.BOM_UTF8, "utf-8"),
    "utf-16-le": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "utf-16-be": (codecs.BOM_UTF16_BE, "utf-16-be"),
}


def test_what_says_what_it_is_in_stays_in_it(cleaner: Command) -> None:
    """UTF-8 and UTF-16 with their marks, 4 kinds in 2 newline styles, by stdout, in place and batch: bytes minus those that go."""
    own, before, after = rules(cleaner.folder), {}, {}
    source = cleaner.folder / "src"
    source.mkdir()
    for kind, (mark, encoding) in MARKED.items():
        for end in ("\n", "\r\n"):
            name = f"{kind}{len(end)}.txt"
            text = f"Ä: {JAPANESE}😀 it froze.\n{MARK}{RUSSIAN}".replace("\n", end)
            before[name] = mark + text.encode(encoding)
            after[name] = mark + text.replace(MARK.replace("\n", end), "").encode(encoding)
            (source / name).write_bytes(before[name])
    names = sorted(before)
    done = cleaner("clean", *(source / name for name in names), "-r", own)
    assert (done.code, done.err, done.out) == (0, "", b"".join(after[name] for name in names))
    # A mark outranks what is named, and what is UTF-8 isn't guessed.
    done = cleaner("clean", *(source / name for name in names), "-r", own, "--encoding", "auto")
    assert (done.code, done.err, done.out) == (0, "", b"".join(after[name] for name in names))
    done = cleaner("batch", "src", "-d", "out", "-r", own, "-q")
    assert (done.code, done.err) == (0, "")
    assert {name: (cleaner.folder / "out" / name).read_bytes() for name in names} == after
    assert cleaner("clean", "-i", *(source / name for name in names), "-r", own).code == 0
    assert {name: (source / name).read_bytes() for name in names} == after


def test_what_is_in_another_encoding_passes_through_and_is_reported(cleaner: Command) -> None:
    """15 encodings and 10 kinds of what is no text: by stdout, in place, batch, --check, --diff and --json nothing of it changes."""
    own = rules(cleaner.folder)
    source = cleaner.folder / "src"
    source.mkdir()
    data = {f"{name}.txt": spelled(name)[0] for name in OTHERS} | {f"{name}.txt": each for name, each in BROKEN.items()}
    for name, each in data.items():
        (source / name).write_bytes(each)
    named = [f"src/{name}" for name in sorted(data)]
    for args, out in (
        (["clean", *named], b"".join(data[name] for name in sorted(data))),
        (["clean", *named, "-i"], b""),
        (["clean", *named, "--check"], b""),
        (["clean", *named, "--diff"], b""),
        (["clean", *named, "--json"], b""),
        (["batch", "src", "-d", "out", "-q", "--audit", "audit.jsonl"], b""),
    ):
        done = cleaner(*args, "-r", own)
        assert (done.code, done.out) == (2, out)
        told = done.err.splitlines()
        if args[0] == "batch":  # errors that are alike are counted, and all of them are in a file
            assert "more like src/beyond.txt" in done.err
            told = (cleaner.folder / "out/.cleaner/manifest.errors.txt").read_text().splitlines()
        if "--check" in args:
            assert told.pop() == f"0 of {len(data)} files would change"
        assert len(told) == len(data)
        assert all(line.startswith(f"error: {name}: not ") for line, name in zip(told, named, strict=True)), told
        assert {name: (source / name).read_bytes() for name in data} == data
    assert {name: (cleaner.folder / "out" / name).read_bytes() for name in data} == data
    assert (cleaner.folder / "audit.jsonl").read_bytes() == b""
    for args in (["preview", *named], ["explain", f"{named[0]}:1"], ["restore", named[0], "--audit", "audit.jsonl"]):
        done = cleaner(*args)
        assert (done.code, done.out) == (2, b"")
        assert "Traceback" not in done.err


def test_what_is_spelled_in_ascii_is_utf_8_and_stays_as_it_is(cleaner: Command) -> None:
    """ISO-2022, HZ and UTF-7 bear no byte that UTF-8 hasn't: no byte of theirs changes but those of lines that go."""
    for name, text in (("iso-2022-jp", JAPANESE), ("iso-2022-kr", OTHERS["euc-kr"]), ("hz", OTHERS["gb18030"]), ("utf-7", RUSSIAN)):
        before, after = (text + MARK + TAIL).encode(name), (text + TAIL).encode(name)
        done = cleaner("-r", rules(cleaner.folder), stdin=before)
        assert (done.code, done.out, done.err) == (0, after, ""), name


@pytest.mark.parametrize("name", sampled(OTHERS, 5))
def test_an_encoding_that_is_named_is_read_and_written(cleaner: Command, name: str) -> None:
    """15 encodings: clean to stdout with an audit; three of them, and restore."""
    own = rules(cleaner.folder)
    before, after = spelled(name)
    done = cleaner("-r", own, "--encoding", name, "--audit", "audit.jsonl", stdin=before)
    assert (done.code, done.err, done.out) == (0, "", after)
    assert json.loads((cleaner.folder / "audit.jsonl").read_text())["text"] == MARK
    if name not in ("koi8-r", "gb18030", "utf-32-be"):
        return
    (cleaner.folder / "clean.txt").write_bytes(after)
    done = cleaner("restore", "clean.txt", "--audit", "audit.jsonl", "--encoding", name)
    assert (done.code, done.err, done.out) == (0, "", before)


def test_every_command_that_reads_texts_takes_an_encoding(cleaner: Command) -> None:
    """In place, --output, --diff, batch, preview and explain, all with koi8-r."""
    own = rules(cleaner.folder)
    before, after = spelled("koi8-r")
    page = cleaner.folder / "page.txt"
    page.write_bytes(before)
    given = ["-r", own, "--encoding", "koi8-r"]
    assert cleaner("clean", page, "-o", "out.txt", *given).code == 0
    assert (cleaner.folder / "out.txt").read_bytes() == after
    done = cleaner("clean", "page.txt", "--diff", *given)
    assert f"-{MARK}" in done.out.decode("koi8-r")
    assert f" {RUSSIAN}" in done.out.decode("koi8-r")
    done = cleaner("batch", page, "-d", "out", *given, "-q")
    assert (done.code, done.err) == (0, "")
    assert (cleaner.folder / "out/page.txt").read_bytes() == after
    done = cleaner("preview", page, *given, env={"COLUMNS": "200"})
    assert done.code == 0
    assert RUSSIAN.strip() in done.out.decode()
    assert f"- {MARK.strip()}" in done.out.decode()
    done = cleaner("explain", "page.txt:1", "--json", *given)
    assert json.loads(done.out)["text"] == RUSSIAN.strip()
    assert cleaner("clean", "-i", page, *given).code == 0
    assert page.read_bytes() == after


def test_a_run_that_goes_on_must_be_asked_for_the_same_encoding(cleaner: Command) -> None:
    (cleaner.folder / "page.txt").write_bytes(spelled("koi8-r")[0])
    assert cleaner("batch", "page.txt", "-d", "out", "--encoding", "koi8-r").code == 0
    done = cleaner("batch", "page.txt", "-d", "out", "--encoding", "cp1251", "--resume")
    assert done.code == 2
    assert "encoding was 'koi8-r', and is 'cp1251'" in done.err


LONG_GERMAN = (
    "Der Hafen war am Montag zugefroren, und niemand wußte, wann die Fähre wieder führe.\n"
    "Die Männer standen früh auf, prüften das Eis und kehrten müde zurück.\n"
    "Erst gegen Abend löste sich die Kälte, sagte die Bürgermeisterin, und über den Dächern hörte man Möwen.\n"
)
LONG_RUSSIAN = (
    "Гавань замёрзла в понедельник, и никто не знал, когда паром пойдёт снова.\n"
    "Люди вставали рано, проверяли лёд и возвращались усталые домой.\n"
    "Только к вечеру стало теплее, сказала мэр города, и над крышами закричали чайки.\n"
)


def test_what_is_to_be_guessed_is_told_and_comes_out_without_loss(cleaner: Command) -> None:
    """German and Russian of some length in four encodings, to stdout and in place; what is in no encoding is passed through."""
    own = rules(cleaner.folder)
    texts = {"latin-1": LONG_GERMAN, "cp1252": LONG_GERMAN, "cp1251": LONG_RUSSIAN, "koi8-r": LONG_RUSSIAN}
    for name, text in texts.items():
        (cleaner.folder / name).write_bytes((text + MARK).encode(name))
    (cleaner.folder / "utf-8").write_text(LONG_RUSSIAN + MARK)
    given = [*texts, "utf-8", "-r", own, "--encoding", "auto"]
    expected = {**{name: text.encode(name) for name, text in texts.items()}, "utf-8": LONG_RUSSIAN.encode()}
    for args, out in (([], b"".join(expected.values())), (["-i"], b"")):
        done = cleaner("clean", *args, *given)
        assert (done.code, done.out) == (0, out)
        *lines, last = done.err.splitlines()
        lines += [] if args else [last]
        told = dict(line.split(": read as ") for line in lines)
        assert set(told) == set(texts)
        assert {name: codecs.lookup(told[name]).name for name in ("cp1251", "koi8-r")} == {"cp1251": "cp1251", "koi8-r": "koi8-r"}
        assert all(LONG_GERMAN.encode(name).decode(told[name]) for name in ("latin-1", "cp1252"))
    assert {name: (cleaner.folder / name).read_bytes() for name in expected} == expected
    noise = random.Random(1).randbytes(3000)
    done = cleaner("--encoding", "auto", stdin=noise)
    assert (done.code, done.out) == (2, noise)


@pytest.mark.parametrize("command", [["batch", "page", "-d", "out"], ["preview", "page"], ["explain", "page:1"]], ids=lambda args: args[0])
def test_every_command_says_what_it_guessed(cleaner: Command, command: list[str]) -> None:
    (cleaner.folder / "page").write_bytes(LONG_RUSSIAN.encode("koi8-r"))
    done = cleaner(*command, "--encoding", "auto")
    assert (done.code, done.err) == (0, "page: read as koi8_r\n")


#: What is read, in what, and would not be the same when it is written.
UNFAITHFUL = {
    "escapes that aren't needed": (b"\x1b$B9A\x1b(B\x1b$B9A\x1b(B\n", "iso-2022-jp"),
    "an escape at the start": (b"\x1b(Bplain text\n", "iso-2022-jp"),
    "another set of letters": (b"\x1b(Jplain text\n", "iso-2022-jp"),
    "no mark where one belongs": (ENGLISH.encode("utf-16-le"), "utf-16"),
    "no mark in utf-32": (ENGLISH.encode("utf-32-le"), "utf-32"),
    "no mark in utf-8": (ENGLISH.encode(), "utf-8-sig"),
    "letters of which two bytes are one": (b"\x81\x5f\x81\xca\xfa\x54\n", "cp932"),
    "escapes of Python": (rb"caf\xe9" + b"\n", "unicode_escape"),
    "what needs no utf-7": (b"+AGE- it is\n", "utf-7"),
}


def test_what_could_not_be_written_back_is_an_error_and_stays(cleaner: Command) -> None:
    """Nine spellings that mean the same as another; one of them through stdout, in place and batch."""
    for data, name in UNFAITHFUL.values():
        assert data.decode(name)
        with pytest.raises(InputError, match="could not be written back as it is in"):
            files.decode(data, "page", name)
    data, name = UNFAITHFUL["escapes that aren't needed"]
    data += MARK.encode()
    page = cleaner.folder / "page.txt"
    page.write_bytes(data)
    given = ["-r", rules(cleaner.folder), "--encoding", name]
    for args, out in ((["clean"], data), (["clean", "-i"], b""), (["batch", "-d", "out", "-q"], b"")):
        done = cleaner(*args, "page.txt", *given)
        assert (done.code, done.out) == (2, out)
        assert done.err == "error: page.txt: could not be written back as it is in iso-2022-jp (name another --encoding)\n"
        assert page.read_bytes() == data
    assert (cleaner.folder / "out/page.txt").read_bytes() == data


COMMANDS = {
    "clean": ["clean", "page.txt"],
    "clean -i": ["clean", "-i", "page.txt"],
    "batch": ["batch", "page.txt", "-d", "out"],
    "preview": ["preview", "page.txt"],
    "preview --watch": ["preview", "--watch", "page.txt"],
    "explain": ["explain", "page.txt:1"],
    "report": ["report", "page.txt", "-o", "out"],
    "restore": ["restore", "page.txt", "--audit", "audit.jsonl"],
}


@pytest.mark.parametrize("command", sampled(COMMANDS, 3))
def test_what_is_no_encoding_of_texts_is_bad_usage(cleaner: Command, command: str) -> None:
    """Eight ways to read texts; other names are tried below."""
    (cleaner.folder / "page.txt").write_text(ENGLISH + "Share this article\n")
    (cleaner.folder / "audit.jsonl").write_text("")
    done = cleaner(*COMMANDS[command], "--encoding", "rot13")
    assert (done.code, done.out) == (2, b"")
    assert "Traceback" not in done.err
    assert "--encoding: 'rot13'" in done.err
    assert "is no encoding of texts: write one such as latin-1" in done.err
    assert not (cleaner.folder / "out").exists()
    assert (cleaner.folder / "page.txt").read_text() == ENGLISH + "Share this article\n"


def test_names_of_encodings_are_told_from_others() -> None:
    """No name raises, and none of the ten that are none is taken for one."""
    for name in ("rot13", "hex", "base64", "zlib", "bz2", "uu", "quopri", "nonsense", "utf\udcff8", "x\0y"):
        assert not files.is_encoding(name), name
    for name in (*OTHERS, "auto", "UTF-8", "Latin1", "l1", "866"):
        assert files.is_encoding(name), name


@pytest.mark.parametrize("args", [["clean"], ["batch", "page", "-d", "out"]], ids=lambda args: args[0])
def test_to_guess_without_the_package_says_what_to_install(cleaner: Command, args: list[str]) -> None:
    """UTF-8 needs no guess, so it needs no package."""
    (cleaner.folder / "without").mkdir()
    (cleaner.folder / "without/charset_normalizer.py").write_text("raise ImportError('it is not there')\n")
    env = {"PYTHONPATH": str(cleaner.folder / "without")}
    data = spelled("koi8-r")[0]
    (cleaner.folder / "page").write_bytes(data)
    done = cleaner(*args, *(["page"] if args == ["clean"] else ["-q"]), "--encoding", "auto", env=env)
    assert (done.code, done.out) == (2, data if args == ["clean"] else b"")
    assert done.err == f"error: page: --encoding auto needs a package that isn't there ({extra('encodings')})\n"
    assert args == ["clean"] or (cleaner.folder / "out/page").read_bytes() == data
    (cleaner.folder / "page").write_text(RUSSIAN)
    assert cleaner(*args, *(["page"] if args == ["clean"] else ["-q"]), "--encoding", "auto", env=env).code == 0


#: Of all kinds: one byte, several, with states, with escapes, with marks.
FUZZED = ["", "auto", "latin-1", "cp1252", "koi8-r", "shift_jis", "gb18030", "iso-2022-jp", "utf-7", "utf-16", "utf-32", "utf-8-sig"]


@pytest.mark.parametrize("encoding", FUZZED)
def test_bytes_are_read_without_loss_or_refused(encoding: str) -> None:
    """500 strings of bytes in each of 12 encodings, in all 6,000: what is read gives the bytes back, all else is an `InputError`."""
    chance = random.Random(encoding)
    lively = b"ab +-~{}\\\x1b$(BJ@u\n\r\xff\xfe\xef\xbb\xbf\x80\xe4\x81\xd8\x00"
    found = Counter[bool]()
    for number in range(500):
        size = chance.randint(0, 40)
        data = bytes(chance.choices(lively, k=size)) if number % 2 else chance.randbytes(size)
        try:
            read = files.decode(data, "page", encoding)
        except InputError:
            found[False] += 1
        else:
            found[True] += 1
            assert read.encode(read.text) == data
            assert "\0" not in read.text
    assert found.total() == 500
    assert found[True] or encoding in ("utf-16", "utf-32")  # which need a mark, and no odd byte
    assert found[False]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python's own escapes have odd ones
def test_every_encoding_of_python_reads_without_loss_or_refuses() -> None:
    """Each that is for texts, 40 strings of bytes; the two that are for names of machines are none."""
    names = {module.name for module in pkgutil.iter_modules(encodings.__path__)}
    known = sorted(name for name in names if files.is_encoding(name))
    assert len(known) > 90
    assert not {"idna", "punycode", "undefined"} & set(known)
    for name in known:
        chance = random.Random(name)
        for _ in range(40):
            data = chance.randbytes(chance.randint(0, 12))
            try:
                read = files.decode(data, "page", name)
            except InputError:
                continue
            assert read.encode(read.text) == data


def test_what_the_clean_text_cannot_be_written_in_is_no_crash(cleaner: Command) -> None:
    """In the encoding of internet names, to cut a line may make a label that is too long."""
    text = "It rained on the harbour.\nIt rained a lot here xxxxxxxxxxxxx\nShare this article.\nyyyyyyyyyyyyyyyyy it rained here too"
    done = cleaner("clean", "--encoding", "idna", stdin=text.encode())
    assert done.code == 2
    assert "Traceback" not in done.err


def test_the_package_that_guesses_is_not_loaded_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for bytes that nothing fits, nor for what is UTF-8 or has a mark."""
    monkeypatch.setitem(sys.modules, "charset_normalizer", None)
    with pytest.raises(InputError, match="not UTF-8 text"):
        files.decode(b"Caf\xe9", "page")
    assert files.decode("Café".encode(), "page", "auto").encoding == "utf-8"
    assert files.decode("\ufeffCafé".encode("utf-16-le"), "page", "auto").encoding == "utf-16-le"
    with pytest.raises(InputError, match=r"pip install '\.\[encodings\]'"):
        files.decode(b"Caf\xe9", "page", "auto")
