"""Hunt for inputs that break a check, guided by what code they reach; see README.md.

python -m tests.fuzz loader        # ten minutes
python -m tests.fuzz engine 60     # so many seconds
python -m tests.fuzz engine merge  # put aside what reaches something that nothing smaller does
python -m tests.fuzz engine pick   # and make the corpus of it, as far as there is room
"""

from __future__ import annotations

import hashlib
import importlib
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # what reads a pattern is worth guiding by, too
from types import FrameType
from typing import Any

CORPUS = Path(__file__).with_name("corpus")
SECONDS = 600
#: Bytes of the longest input, seconds after which one counts as endless, and megabytes that the process may take.
LENGTH, ENDLESS, MEMORY = {"loader": 2000, "engine": 400}, 60, 3000
#: What the corpus may hold of a target.
FILES_AT_MOST, BYTES_AT_MOST = 40, 50_000
#: Parts of rule files and of patterns, beside the keys of the schema.
TOKENS = Path(__file__).with_name("tokens.txt")


def main() -> None:
    target, how = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else str(SECONDS)
    found = Path(tempfile.gettempdir()) / "cleaner-fuzz" / target
    if how == "pick":
        pick(importlib.import_module("tests.fuzz.checks").TARGETS[target], CORPUS / target, found)
        return
    atheris = importlib.import_module("atheris")  # not by `import`: it is no dependency of the tests, and has no types
    with atheris.instrument_imports(include=["cleaner", "tomllib"]):
        checks = importlib.import_module("tests.fuzz.checks")
        importlib.import_module("cleaner.engine.line_classifier")  # which is imported only where a rule needs it
    for name in ("_parse", "_parse_sub", "_escape", "_class_escape"):
        atheris.instrument_func(getattr(_parser, name))
    fresh = found / "corpus"
    fresh.mkdir(parents=True, exist_ok=True)
    if how == "merge":
        merge(atheris, checks.TARGETS[target], target, found)
        return
    words = found / "words"
    words.write_text("".join(f'"{escaped(token)}"\n' for token in (*TOKENS.read_text(encoding="utf-8").split(), *keys())))
    options = [
        f"-max_total_time={how}",
        f"-max_len={LENGTH[target]}",
        f"-timeout={ENDLESS}",
        f"-rss_limit_mb={MEMORY}",
        "-print_final_stats=1",
    ]
    folders = [str(fresh), str(CORPUS / target)]
    sys.stdout.write(f"what is found goes to {found}\n")
    atheris.Setup([sys.argv[0], *options, f"-dict={words}", f"-artifact_prefix={found}/", *folders], kept(checks.TARGETS[target], found))
    atheris.Fuzz()


def keys() -> Iterator[str]:
    """Keys and values that a rule file may hold."""
    schema = importlib.import_module("cleaner.ruleset.schema")
    kinds = importlib.import_module("cleaner.ruleset.kind_keys")
    for table in (schema.RuleFileTable, schema.RuleTable, schema.ShapeTable, schema.WhereTable, schema.ExampleTable):
        yield from (f"{key} = " for key in table.model_fields)
    yield from (f'remove = "{kind}"\n' for kind in kinds.KINDS)
    yield from (f'fact = "{fact}"' for fact in schema.FACTS)


def escaped(token: str) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\x{byte:02x}" for byte in token.encode())


def kept(check: Callable[[bytes], None], folder: Path) -> Callable[[bytes], None]:
    """A check that notes what breaks it and goes on, so that one fault hides no other; of those in one place it has the shortest input."""
    known: dict[str, int] = {}

    def run(data: bytes) -> None:
        try:
            check(data)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            name = hashlib.sha256(f"{type(error).__name__}{Path(place.filename).name}{place.lineno}".encode()).hexdigest()[:8]
            if len(data) < known.get(name, sys.maxsize):
                if name not in known:
                    traceback.print_exc()
                known[name] = len(data)
                (folder / f"fault-{name}").write_bytes(data)
                sys.stderr.write(f"{type(error).__name__} at {place.filename}:{place.lineno}: {len(data)} bytes in fault-{name}\n")

    return run


def merge(atheris: Any, check: Callable[[bytes], None], target: str, found: Path) -> None:
    again = f"{sys.executable} -m tests.fuzz {target} merge"  # a merge runs itself once more, so that what crashes doesn't end it
    if len(sys.argv) > 3:
        atheris.Setup([again, *sys.argv[3:]], kept(check, found))
    else:
        merged = found / "merged"
        shutil.rmtree(merged, ignore_errors=True)
        merged.mkdir()
        folders = [str(merged), str(CORPUS / target), str(found / "corpus")]
        atheris.Setup([again, "-merge=1", f"-max_len={LENGTH[target]}", *folders], kept(check, found))
    atheris.Fuzz()


def pick(check: Callable[[bytes], None], folder: Path, found: Path) -> None:
    """Make the corpus of the merged inputs: always the one next that reaches the most lines that none before it does, for its length."""
    inputs = [path.read_bytes() for path in sorted((found / "merged").iterdir())]
    reached = {data: lines_of(check, data) for data in inputs}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    seen: set[tuple[str, int]] = set()
    size = 0
    for _ in range(FILES_AT_MOST):
        best = max(reached, key=lambda data: (len(reached[data] - seen), -len(data)), default=b"")
        if not best or not reached[best] - seen or size + len(best) > BYTES_AT_MOST:
            # Once all lines are reached, the longest are what is left to tell apart: they do the most.
            best = max(reached, key=len, default=b"")
        if not best or size + len(best) > BYTES_AT_MOST:
            break
        seen |= reached.pop(best)
        size += len(best)
        (folder / hashlib.sha256(best).hexdigest()[:12]).write_bytes(best)
    sys.stdout.write(f"{len(seen)} lines of cleaner are reached\n")


def lines_of(check: Callable[[bytes], None], data: bytes) -> set[tuple[str, int]]:
    """The lines of our own that a check runs through."""
    lines: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if "/cleaner/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        with suppress(AssertionError):  # too slow, with every line traced
            check(data)
    finally:
        sys.settrace(None)
    return lines


if __name__ == "__main__":
    main()
