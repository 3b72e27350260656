"""Ends runs of the command at random moments, and looks at what is left.

    python -m tests.trust.interruptions kill 200 in-place

Each run is a fork of this process, which has all of `cleaner` imported and is one thread, so that a run takes the time of its work.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner import cli
from cleaner.batch import manifest, run
from cleaner.cli import app, context
from cleaner.cli.options import RuleOptions, SettingOptions
from cleaner.engine.engine import Engine
from cleaner.ruleset.layers import RuleSet
from cleaner.ruleset.settings import Settings
from tests.conftest import tree

PROSE = "The harbour froze on Monday, and nobody in the town could say when the ferry would sail again. "
CHROME = ["Share this article", "READ MORE: Ten castles to see in Fife", "Image: Getty Images", "Sign up for our newsletter"]


FAMILIES = ("en/share/", "any/related/", "en/credits/", "en/newsletter/")


def document(chance: random.Random) -> str:
    paragraphs = [PROSE * chance.randint(1, 12) for _ in range(chance.randint(2, 8))]
    for line in CHROME:
        paragraphs.insert(chance.randrange(len(paragraphs)), line)
    return f"{chance.random()}\n\n" + "\n\n".join(paragraphs) + "\n"


def texts(folder: Path, count: int = 20) -> None:
    chance = random.Random(1)
    for number in range(count):
        place = folder / f"{number % 7}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}.txt").write_text(document(chance), "utf-8")


def rows() -> list[dict[str, object]]:
    chance = random.Random(2)
    return [{"id": number, "text": document(chance)} for number in range(40)]


def jsonl(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in "abc":
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()), "utf-8")


def parquet(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in "abc":
        pq.write_table(pa.Table.from_pylist(rows()), folder / f"{name}.parquet", row_group_size=15)


#: Name of the audit, which grows line by line, and of which half a line may be there.
AUDIT = "audit.jsonl"
#: What is cleaned, and how.
KINDS: dict[str, tuple[Callable[[Path], None], Callable[[Path], list[str]]]] = {
    "in-place": (texts, lambda folder: ["clean", "-i", *sorted(map(str, folder.rglob("*.txt")))]),
    "txt": (texts, lambda folder: ["batch", "in", "-d", "out", "-q", "-j", "2", "--resume"]),
    "jsonl": (jsonl, lambda folder: ["batch", "in", "-d", "out", "-q", "-j", "2", "--resume"]),
    "parquet": (parquet, lambda folder: ["batch", "in", "-d", "out", "-q", "-j", "2", "--resume"]),
    "audited": (jsonl, lambda folder: ["batch", "in", "-d", "out", "-q", "-j", "2", "--resume", "--audit", f"out/{AUDIT}"]),
}


def prepare() -> None:
    """Let small files be cleaned as large ones are, and few rules be read once: what they remove doesn't matter here."""
    app.app()  # all that it takes long to import
    run.PARALLEL_FROM, run._FILES, run._SPLIT_FROM, run._PART = 0, 4, 60_000, 30_000
    manifest._SETTLED_EVERY = 0.05
    found: dict[str, RuleSet] = {}
    load = context.rule_set

    def once(settings: Settings) -> RuleSet:
        if settings.level not in found:
            rules = load(settings)
            found[settings.level] = rules._replace(prepared=tuple(rule for rule in rules.prepared if rule.name.startswith(FAMILIES)))
        return found[settings.level]

    context.rule_set = once
    os.environ["XDG_CONFIG_HOME"] = os.devnull
    chosen = context.settings(SettingOptions(layers=RuleOptions(isolated=True)))
    few = once(chosen).at(chosen.level)
    engine = Engine(few.prepared, few.languages)
    context.engine = lambda settings: engine
    engine.clean(document(random.Random(3)))


def begin(folder: Path, args: Sequence[str], file_size: int | None = None) -> int:
    """Start a run in a group of its own; the number of its process."""
    process = os.fork()
    if process:
        with suppress(OSError):  # it may be done already
            os.setpgid(process, process)
        return process
    code = 98
    try:
        os.setpgid(0, 0)
        os.chdir(folder)
        for descriptor, name in ((1, "out.log"), (2, "err.log")):
            os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a job of a shell's background ignores it
        if file_size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
        sys.argv = ["cleaner", *args]
        code = 99
        try:
            cli.main()
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
    except KeyboardInterrupt:  # before the command could begin
        code = 130
    finally:
        os._exit(code)


def end_of(process: int) -> int:
    """Its exit code, or less than 0 by the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def alone(group: int) -> None:
    """Wait until no process of a group is left, for at most two seconds."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError(f"processes of {group} go on")


class Site:
    """A folder in which runs are ended, what is in it at first, and what must be there in the end."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.make, self._args = KINDS[kind]
        self.folder, self.kind = folder, kind
        self.place = folder / ("in" if kind == "in-place" else "out")
        self.make(folder / "source")
        self.fresh()
        self.old = tree(self.place)
        self.seconds = min(self.timed() for _ in range(3))  # the first is slow
        self.new = tree(self.place)
        assert self.new != self.old

    def fresh(self) -> None:
        for name in ("in", "out"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.folder / "source", self.folder / "in")

    @property
    def args(self) -> list[str]:
        return self._args(self.folder / "in")

    def begin(self, file_size: int | None = None) -> int:
        return begin(self.folder, self.args, file_size)

    def run(self) -> int:
        process = self.begin()
        code = end_of(process)
        alone(process)
        return code

    def timed(self) -> float:
        """Seconds that a run takes which nobody ends."""
        self.fresh()
        start = time.monotonic()
        assert self.run() == 0, (self.folder / "err.log").read_text()
        return time.monotonic() - start

    def torn(self) -> list[str]:
        """Files that are neither the old nor the new one, and those that are gone."""
        now = tree(self.place)
        whole = {name: data for name, data in now.items() if not name.endswith(".tmp") and name != AUDIT}
        wrong = [name for name, data in whole.items() if data not in (self.old.get(name), self.new.get(name))]
        return wrong + [name for name in self.old if name not in now]

    def leftovers(self) -> list[str]:
        return [name for name in tree(self.place) if name.endswith(".tmp")]


def failed(site: Site) -> bool:
    """Whether the next run fails; it says why."""
    code = site.run()
    if code:
        sys.stderr.write(f"{code}: {(site.folder / 'err.log').read_text()}\n")
    return code != 0


def kill(site: Site, chance: random.Random) -> dict[str, int]:
    """SIGKILL for the process, or for it and those it started, at a random moment; then another run."""
    site.fresh()
    process = site.begin()
    time.sleep(chance.uniform(0, site.seconds))
    (os.kill if chance.random() < 0.5 else os.killpg)(process, signal.SIGKILL)
    code = end_of(process)
    alone(process)
    torn, left = len(site.torn()), len(site.leftovers())
    return {
        "ended": code == -signal.SIGKILL,
        "torn": torn,
        "leftovers": left,
        "failed": failed(site),
        "different": tree(site.place) != site.new,
    }


def stop(site: Site, chance: random.Random) -> dict[str, int]:
    """SIGTERM or Ctrl-C at a random moment; what is left half written must be gone then."""
    site.fresh()
    process = site.begin()
    time.sleep(chance.uniform(0, site.seconds))
    number = chance.choice([signal.SIGTERM, signal.SIGINT])
    (os.killpg if number == signal.SIGINT else os.kill)(process, number)
    code = end_of(process)
    alone(process)
    if code not in (0, 128 + number, -number):
        sys.stderr.write(f"{number!r}: {code}: {(site.folder / 'err.log').read_text()}\n")
    return {
        "ended": code in (128 + number, -number),
        "wrong code": code not in (0, 128 + number, -number),
        "torn": len(site.torn()),
        "leftovers": len(site.leftovers()),
        "failed": failed(site),
        "different": tree(site.place) != site.new,
    }


def fill(site: Site, chance: random.Random) -> dict[str, int]:
    """No file may grow beyond a random size, as on a disk that is full."""
    site.fresh()
    return filled(site, site.begin(chance.randrange(1, max(map(len, site.new.values())))))


def crowd(site: Site, chance: random.Random) -> dict[str, int]:
    """A disk that is really full: there is room for a part of what is to be written. Only root may make one."""
    site.fresh()
    status = os.statvfs(site.folder)
    # In place, each file needs room only until the old one goes.
    needed = max(map(len, site.new.values())) // 2 if site.kind == "in-place" else sum(map(len, site.new.values()))
    resize(site.folder, (status.f_blocks - status.f_bfree) * status.f_frsize + chance.randrange(1, needed))
    return filled(site, site.begin())


def filled(site: Site, process: int) -> dict[str, int]:
    code = end_of(process)
    alone(process)
    if os.path.ismount(site.folder):
        resize(site.folder, ROOM)
    return {
        "ended": code == 2,
        "wrong code": code not in (0, 2),
        "torn": len(site.torn()),
        "leftovers": len(site.leftovers()),
        "failed": failed(site),
        "different": tree(site.place) != site.new,
    }


WAYS = {"kill": kill, "stop": stop, "fill": fill, "crowd": crowd}

#: Bytes of a disk of our own while there is to be room on it.
ROOM = 100_000_000


def resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", "tmpfs", str(disk)], check=True)


@contextmanager
def a_folder(own_disk: bool) -> Iterator[Path]:
    """A folder, or a disk of its own that lies in memory.

    Raises:
        PermissionError: We may not make one.
    """
    with tempfile.TemporaryDirectory(prefix="ends-") as folder:
        if not own_disk:
            yield Path(folder)
            return
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder], check=False, capture_output=True).returncode:
            raise PermissionError("no disk can be mounted here")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def trials(way: str, count: int, kind: str) -> dict[str, int]:
    """Sums over many runs that were ended."""
    prepare()
    chance = random.Random(f"{way} {kind}")
    sums = {"trials": 0}
    with a_folder(own_disk=way == "crowd") as folder:
        site = Site(folder, kind)
        for _ in range(count):
            for name, value in {"trials": 1, **WAYS[way](site, chance)}.items():
                sums[name] = sums.get(name, 0) + value
    return sums


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(trials(sys.argv[1], int(sys.argv[2]), sys.argv[3])) + "\n")
    except PermissionError as error:
        sys.exit(f"skip: {error}")
