"""Hostile input by the thousand: a table of cases and failures.

    python -m tests.trust.batteries             # all cases, a quarter of an hour
    python -m tests.trust.batteries --every 20  # each twentieth case

Strings, JSON and TOML come from packages of the registries, which are fetched once into a temporary folder; the other cases are made here.
What fails is named on standard error, and ends the run with 1.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import random
import sys
import tarfile
import tempfile
import time
import traceback
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import chdir
from functools import partial
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from cleaner import Hints, RuleError
from cleaner.engine import deadline
from cleaner.engine.engine import Engine
from cleaner.render.visible import visible_lines
from cleaner.result import TIDY
from cleaner.ruleset.prepare import prepare
from cleaner.ruleset.rule_file import parse
from tests.conftest import DIRTY, shipped_engine
from tests.fuzz.checks import laws_hold as own_laws_hold
from tests.fuzz.checks import loader, quoted
from tests.laws.test_laws import laws_hold, material
from tests.trust.catastrophic_patterns import Bomb, bombs
from tests.trust.in_process import Shown, run
from tests.trust.test_encodings import OTHERS

Case = tuple[str, Callable[[], object]]


class Package(NamedTuple):
    """A package of a registry.

    Attributes:
        name: Its name and version.
        url: Address of its archive.
        digest: SHA-256 of the archive.
        path: What the paths of the files that are wanted hold.
    """

    name: str
    url: str
    digest: str
    path: str

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Names and contents of the files that are wanted."""
        with tarfile.open(fileobj=io.BytesIO(self._archive())) as archive:
            for member in archive:
                if self.path in member.name and (file := archive.extractfile(member)):
                    yield member.name.partition(self.path)[2], file.read()

    def _archive(self) -> bytes:
        kept = Path(tempfile.gettempdir(), "cleaner-batteries", self.digest)
        if not kept.is_file():
            kept.parent.mkdir(exist_ok=True)
            with urllib.request.urlopen(self.url, timeout=60) as answer:
                kept.write_bytes(answer.read())
        data = kept.read_bytes()
        if hashlib.sha256(data).hexdigest() != self.digest:
            kept.unlink()
            raise ValueError(f"{self.url} isn't what it was")
        return data


STRINGS = Package(
    "blns 2.0.4",
    "https://registry.npmjs.org/blns/-/blns-2.0.4.tgz",
    "07defd1e4ac44024cec61c668696afed8353ee01d2fcaeca2a174d5220c24d9d",
    "package/resources/blns.json",
)
JSON = Package(
    "JSONTestSuite, of pyjson5 2.0.1",
    "https://files.pythonhosted.org/packages/f1/9a/3db19560e968d6e85b2a4ddf4b949c6ebf9dd1dcfb5a9f37736f8adeb927/pyjson5-2.0.1.tar.gz",
    "a5b0e322e847b198a50d8a1ef16d6b2b19129644dc018d76773e81ef1487ca39",
    "/test_parsing/",
)
TOML = Package(
    "toml-test, of tomlkit 0.15.2",
    "https://files.pythonhosted.org/packages/08/72/fc01563df95c189a9f65850096bdc205bc2fe37da6c740cd64afaf18d07e/tomlkit-0.15.2.tar.gz",
    "83e32755ba1d20d9340bd069ee97e9f6232ba2346b63ffcba425de01f7e327a6",
    "/toml-test/tests/",
)


class Battery(NamedTuple):
    """Cases of one kind.

    Attributes:
        name: What is tried.
        source: Where the cases come from.
        cases: Their names, and what fails if something is wrong.
    """

    name: str
    source: str
    cases: Callable[[], Iterator[Case]]


def told(*args: str, stdin: bytes = b"") -> Shown:
    """What a command does; it ends as commands do, and shows nothing that can't be seen."""
    shown = run(args, stdin)
    assert shown.code in (0, 1, 2, 3), shown
    assert "Traceback" not in shown.err, shown
    assert visible_lines(shown.err) == shown.err, shown
    return shown


# Strings


def strings() -> Iterator[str]:
    (content,) = (content for _, content in STRINGS.files())
    yield from json.loads(content)


def naughty_strings() -> Iterator[Case]:
    for number, string in enumerate(strings()):
        for way in (as_text, as_hint, as_row, as_file_name, as_pattern, as_rule_name, as_argument, as_title):
            yield f"string {number} {way.__name__.replace('_', ' ')}", partial(way, string)


def as_text(string: str) -> None:
    text = f"The harbour froze on Monday.\n\n{string}\nShare this article\n{string}\n"
    result = shipped_engine().clean(text)
    laws_hold(text, result)
    assert shipped_engine().clean(result.text).text == result.text


def as_hint(string: str) -> None:
    text = DIRTY.decode()
    for hints in (Hints(url=string), Hints(language=string), Hints(title=string)):
        laws_hold(text, shipped_engine().clean(text, hints))


def as_row(string: str) -> None:
    row = json.dumps({"id": string, "url": string, "text": string, string: string}) + "\n"
    shown = told("clean", "--jsonl", "--language", "en", stdin=row.encode())
    assert shown.code == 0
    (line,) = shown.out.splitlines()
    assert json.loads(line)["text"] in string


def as_file_name(string: str) -> None:
    name = string.replace("/", "").replace("\0", "").encode("utf-8", "surrogatepass")[:200].decode("utf-8", "ignore") + ".txt"
    Path("in").mkdir()
    Path("in", name).write_bytes(DIRTY)
    shown = told("batch", "in", "-d", "out", "--audit", "audit", "--no-ignore")
    assert shown.code == 0 or name.startswith("."), shown
    told("restore", "out", "--audit", "audit", "-o", "back")
    assert name.startswith(".") or Path("back", name).read_bytes() == DIRTY


def as_pattern(string: str) -> None:
    loader(f"/{string}".encode("utf-8", "replace"))


def as_rule_name(string: str) -> None:
    Path("own.toml").write_text(
        f"title = {quoted(string)}\nabout = {quoted(string)}\n[[rule]]\nid = {quoted(string)}\nabout = {quoted(string)}\n"
        f'remove = "line"\nmatch = "x"\nremoves = ["x"]\nkeeps = ["y"]\n',
        encoding="utf-8",
        errors="replace",
    )
    told("rules", "show", "own", "--rules", "own.toml")
    told("rules", "test", "own.toml")


def as_argument(string: str) -> None:
    for args in (("explain", "--text", string), ("rules", "show", string), ("rules", "list", "--search", string), (string,)):
        told(*(argument.replace("\0", "") for argument in args))


def as_title(string: str) -> None:
    Path("page.txt").write_text(f"{string}\n\nThe harbour froze on Monday.\n{string}\n", encoding="utf-8", errors="replace")
    before = Path("page.txt").read_bytes()
    told("preview", "page.txt", "-y")
    assert Path("page.txt").read_bytes() == before


# Encodings


def damaged_utf8() -> Iterator[Case]:
    whole = "Ä: the harbour froze, 港は凍った. 😀 é\nShare this article\nIt thawed – on “Friday”.\n".encode()
    bad = (b"\x80", b"\xbf", b"\xc0", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xf0\x9f", b"\xf5", b"\xfe", b"\xff", b"\0")
    for at in range(len(whole)):
        yield f"cut after {at} bytes", partial(comes_out, whole[:at])
        yield f"without byte {at}", partial(comes_out, whole[:at] + whole[at + 1 :])
        for piece in bad:
            yield f"{piece!r} before byte {at}", partial(comes_out, whole[:at] + piece + whole[at:])
            yield f"{piece!r} for byte {at}", partial(comes_out, whole[:at] + piece + whole[at + 1 :])


def other_encodings() -> Iterator[Case]:
    for encoding, text in OTHERS.items():
        for at in range(1, len(text) + 1):
            yield f"{at} characters in {encoding}", partial(comes_out, text[:at].encode(encoding))
            data = (text[:at] + "\nShare\n").encode(encoding)
            yield f"{at} characters in {encoding}, named", partial(comes_out, data, encoding)
        yield f"{encoding}, guessed", partial(comes_out, text.encode(encoding), "auto")


def comes_out(data: bytes, encoding: str = "") -> None:
    """What is no text comes out as it came in, and of the rest nothing that doesn't come back."""
    Path("page.txt").write_bytes(data)
    shown = told("clean", "page.txt", "-o", "clean.txt", "--audit", "audit", *(["--encoding", encoding] if encoding else []))
    if shown.code == 0:
        told("restore", "clean.txt", "--audit", "audit", "-o", "back.txt", *(["--encoding", encoding] if encoding else []))
        back = Path("back.txt") if Path("audit").stat().st_size else Path("clean.txt")
        assert back.read_bytes() == data
    else:
        assert shown.code == 2
        assert Path("page.txt").read_bytes() == data
        assert not Path("clean.txt").exists() or Path("clean.txt").read_bytes() == data


# JSON and TOML


def json_files() -> Iterator[Case]:
    for name, content in JSON.files():
        yield f"{name} as a row", partial(as_json_lines, content)
        yield f"{name} as an audit", partial(as_audit, content)
        yield f"{name} as a manifest", partial(as_manifest, content)


def as_json_lines(content: bytes) -> None:
    """A row that can't be read is named, and the rows around it are cleaned."""
    row = json.dumps({"text": DIRTY.decode()}).encode() + b"\n"
    Path("rows.jsonl").write_bytes(row + content.strip() + b"\n" + row)
    told("batch", "rows.jsonl", "-d", "out", "--exclude-to", "bad")
    told("clean", "--jsonl", "rows.jsonl")
    for line in (lines := Path("out/rows.jsonl").read_bytes().splitlines())[:1] + lines[-1:]:
        assert json.loads(line)["text"] == "The harbour froze on Monday.\n"


def as_audit(content: bytes) -> None:
    Path("page.txt").write_bytes(DIRTY)
    Path("audit").write_bytes(content)
    told("restore", "page.txt", "--audit", "audit", "-o", "back.txt")
    told("rules", "diff", "audit", "audit")


def as_manifest(content: bytes) -> None:
    Path("in").mkdir()
    Path("in/page.txt").write_bytes(DIRTY)
    told("batch", "in", "-d", "out", "-q")
    manifest = Path("out/.cleaner/manifest.jsonl")
    head, *rest = manifest.read_bytes().splitlines(keepends=True)
    for lines in ([content.strip() + b"\n", *rest], [head, content.strip() + b"\n", *rest]):
        manifest.write_bytes(b"".join(lines))
        told("batch", "in", "-d", "out", "-q", "--resume")
        told("merge-manifests", "out")
    assert Path("in/page.txt").read_bytes() == DIRTY


def toml_files() -> Iterator[Case]:
    for name, content in TOML.files():
        if name.endswith(".toml"):
            yield f"{name} as a rule file", partial(loader, content)
            yield f"{name} as a configuration", partial(as_configuration, content)


def as_configuration(content: bytes) -> None:
    Path(".cleaner.toml").write_bytes(content)
    shown = told("clean", stdin=DIRTY)
    assert shown.code in (0, 2)
    assert shown.out in (b"", b"The harbour froze on Monday.\n")
    told("config")


# Patterns

#: A rule for each key that holds a pattern.
KEYS = {
    "line": "remove = 'line'\nmatch = {0}\n",
    "match": "remove = 'match'\nmatch = {0}\n",
    "unless": "remove = 'line'\nmatch = '.+'\nunless = {0}\n",
    "until": "remove = 'block'\nmatch = '.+'\nmax_lines = 5\nuntil = {0}\n",
    "through": "remove = 'block'\nmatch = '.+'\nmax_lines = 5\nthrough = {0}\n",
    "previous": "remove = 'line'\nmatch = '.+'\nprevious = {0}\n",
    "next": "remove = 'line'\nmatch = '.+'\nnext = {0}\n",
    "rest": "remove = 'echo'\nof = 'next'\nrest = {0}\n",
    "tail": "remove = 'tail'\nmatch = {0}\n",
    "run": "remove = 'run'\nmin_lines = 2\nmatch = {0}\n",
    "fingerprint": "remove = 'line'\nmatch = '.+'\n",
    "shape": "remove = 'shape'\nshape = {{ start = 0, change = 0, patterns = {{ p = {0} }}, trees = ['p < 1 ? 0 : 9'] }}\n",
}


def catastrophic_patterns() -> Iterator[Case]:
    for bomb in bombs():
        for key in KEYS:
            yield f"{bomb.pattern} as {key}", partial(ends, bomb, key)


def ends(bomb: Bomb, key: str) -> None:
    """Refused, or done in the time that a text has; limits are small, so that there is time to meet them often."""
    pattern = quoted(bomb.pattern)
    head = "title = 'T'\nabout = 'A'\n" + (f"fingerprint = {pattern}\n" if key == "fingerprint" else "")
    rule = f"[[rule]]\nid = 'a'\nabout = 'A'\n{KEYS[key].format(pattern)}removes = ['x']\nkeeps = ['y']\n"
    began = time.process_time()
    try:
        rules = parse(head + rule, "own/x", "x.toml", {}).rules
    except RuleError:
        assert time.process_time() - began < 3
        return
    engine = Engine([prepare(each) for each in rules])
    line = bomb.line(3_000)
    text = f"The harbour froze.\n{line}\n{line} said twice\nIt thawed.\n"
    with mock.patch.multiple(deadline, MATCH_SECONDS=0.1, TEXT_SECONDS=0.4, CHARACTERS_A_SECOND=10**12):
        began = time.process_time()
        result = engine.clean(text)
        assert time.process_time() - began < 1.4
    own_laws_hold(text, result, {rule.name for rule in rules} | {TIDY})


# Learning


def learned_rules() -> Iterator[Case]:
    """Strings as lines and as sites of one corpus: what `learn` writes stays in its folder, and can be read."""
    found = list(strings())
    yield "a corpus of all of them", partial(learns, found)


def learns(found: list[str]) -> None:
    lines = sorted({" ".join(string.split()) for string in found})
    prose = [line for line in material() if len(line) > 80 and line.endswith(".") and "\n" not in line]
    chance = random.Random(1)
    with Path("corpus.jsonl").open("w", encoding="utf-8") as file:
        for number, start in enumerate(range(0, len(lines), 6)):
            for site in (f"site-{number}.example", found[start]):
                for page in range(8):
                    said = chance.sample(prose, 5)
                    text = "\n".join([*lines[start : start + 3], *said, *lines[start + 3 : start + 6]])
                    file.write(json.dumps({"url": f"https://{site}/{page}", "text": text}) + "\n")
    before = set(Path().rglob("*"))
    shown = told("learn", "corpus.jsonl", "--into", "learned")
    after = set(Path().rglob("*")) - before
    assert all(path.parts[0] == "learned" for path in after), after
    assert shown.code == 0, shown
    assert len(list(Path("learned/sites").glob("site-*.toml"))) > 20
    for command in ("test", "lint"):
        assert told("rules", command, "learned").code == 0, command


BATTERIES = (
    Battery("naughty strings, in eight places", STRINGS.name, naughty_strings),
    Battery("damaged UTF-8", "made here", damaged_utf8),
    Battery("other encodings, unnamed, named and guessed", "made here", other_encodings),
    Battery("JSON as rows, audits and manifests", JSON.name, json_files),
    Battery("TOML as rules and configurations", TOML.name, toml_files),
    Battery("catastrophic patterns, in twelve keys", "made here", catastrophic_patterns),
    Battery("what is learned of naughty strings", STRINGS.name, learned_rules),
)


def failures(battery: Battery, every: int) -> tuple[int, int]:
    """Cases that were tried and that failed; each has an empty working directory."""
    tried = failed = 0
    for number, (name, case) in enumerate(battery.cases()):
        if number % every:
            continue
        tried += 1
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            try:
                case()
            except Exception:
                failed += 1
                sys.stderr.write(f"{battery.name}: {name}\n{traceback.format_exc(limit=-3)}\n")
    return tried, failed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.trust.batteries", description="Hostile input by the thousand.")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try each N-th case only")
    parser.add_argument("names", nargs="*", help="words of the names of batteries; default: all")
    args = parser.parse_args()
    sys.stdout.write("| battery | source | cases | failures |\n| --- | --- | --: | --: |\n")
    faulty = 0
    with tempfile.TemporaryDirectory() as home, mock.patch.dict(os.environ, {"XDG_STATE_HOME": home}):
        for battery in BATTERIES:
            if args.names and not any(name in battery.name for name in args.names):
                continue
            tried, failed = failures(battery, args.every)
            faulty += failed
            sys.stdout.write(f"| {battery.name} | {battery.source} | {tried:,} | {failed:,} |\n")
            sys.stdout.flush()
    sys.exit(bool(faulty))


if __name__ == "__main__":
    main()
