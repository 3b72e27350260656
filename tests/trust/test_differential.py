"""One text has one result: whichever way 2,000 composed texts are cleaned, the same spans go, they can be put back, and no more goes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaner import Cleaner, Result
from tests.conftest import PAIRS, Command, slow
from tests.laws.test_laws import laws_hold, material
from tests.trust.test_exact import STYLES, drawn, styled

#: Texts of the quick run and of the slow one.
FEW, MANY = 60, 2_000
#: Texts that are cleaned by a process each: too many of them would take too long.
ALONE = 3
#: Lines of a sample in a text, at most.
STRETCH = 12


def composed(chance: random.Random) -> str:
    """A text of a few odd lines, or of a stretch of a sample with lines of others and of rules' examples between its own."""
    lines = drawn(chance)
    if chance.random() < 0.5:
        lines = chance.choice(PAIRS).read_bytes().decode().splitlines()
        start = chance.randint(0, max(0, len(lines) - STRETCH))
        lines = lines[start : start + STRETCH]
        for line in chance.choices(material(), k=chance.randint(1, 6)):
            lines.insert(chance.randint(0, len(lines)), line)
    return styled(lines, chance.choice(list(STYLES)), chance)


@pytest.mark.parametrize("count", [FEW, slow(MANY)])
def test_every_way_of_cleaning_gives_the_same(count: int, cleaner: Command) -> None:
    chance = random.Random(count)
    texts = [composed(chance) for _ in range(count)]
    api = Cleaner()
    results = [api.clean(text) for text in texts]
    for text, result in zip(texts, results, strict=True):
        laws_hold(text, result)
        assert api.clean(result.text).text == result.text
    assert sum(result.changed for result in results) > len(texts) / 3
    expected = [result.text for result in results]
    for name, way in WAYS.items():
        assert list(way(cleaner, texts)) == expected[: ALONE if name in PROCESSES else None], name
    assert list(removals(cleaner.folder)) == [spans(result) for result in results]
    assert restored(cleaner, count) == texts


def files(folder: Path, texts: Sequence[str], names: Sequence[str]) -> None:
    folder.mkdir()
    for name, text in zip(names, texts, strict=True):
        (folder / name).write_bytes(text.encode())


def numbered(count: int) -> list[str]:
    """Names of files; their order is not that of the texts."""
    return [f"{number * 7919 % count:04}-{number:04}.txt" for number in range(count)]


def by_pipe(cleaner: Command, texts: Sequence[str]) -> Iterator[str]:
    for text in texts[:ALONE]:
        yield cleaner(stdin=text.encode()).out.decode()


def by_clean(cleaner: Command, texts: Sequence[str]) -> Iterator[str]:
    for text in texts[:ALONE]:
        (cleaner.folder / "page.txt").write_bytes(text.encode())
        yield cleaner("clean", "page.txt").out.decode()


def in_place(cleaner: Command, texts: Sequence[str]) -> Iterator[str]:
    names = [f"{number}.txt" for number in range(len(texts))]
    files(cleaner.folder / "in-place", texts, names)
    assert cleaner("clean", "--in-place", *(f"in-place/{name}" for name in names)).code == 0
    for name in names:
        yield (cleaner.folder / "in-place" / name).read_bytes().decode()


def by_batch(processes: int) -> Callable[[Command, Sequence[str]], Iterator[str]]:
    def way(cleaner: Command, texts: Sequence[str]) -> Iterator[str]:
        source, target = f"files-{processes}", f"clean-{processes}"
        names = numbered(len(texts)) if processes > 1 else [f"{number}.txt" for number in range(len(texts))]
        files(cleaner.folder / source, texts, names)
        done = cleaner("batch", source, "-d", target, "-q", "-j", processes, "--audit", f"{target}.audit")
        assert done.code == 0, done.err
        for name in names:
            yield (cleaner.folder / target / name).read_bytes().decode()

    return way


def rows(texts: Sequence[str]) -> bytes:
    return "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts)).encode()


def by_json_lines(cleaner: Command, texts: Sequence[str]) -> Iterator[str]:
    done = cleaner("clean", "--jsonl", stdin=rows(texts))
    assert done.code == 0, done.err
    for line in done.out.splitlines():
        yield json.loads(line)["text"]


def by_batch_of_json_lines(cleaner: Command, texts: Sequence[str]) -> Iterator[str]:
    (cleaner.folder / "rows.jsonl").write_bytes(rows(texts))
    done = cleaner("batch", "rows.jsonl", "-d", "clean-rows", "-q", "-j", 2, "--removals-field", "gone")
    assert done.code == 0, done.err
    for line in (cleaner.folder / "clean-rows/rows.jsonl").read_bytes().splitlines():
        yield json.loads(line)["text"]


def by_batch_of_parquet(cleaner: Command, texts: Sequence[str]) -> Iterator[str]:
    pq.write_table(pa.table({"text": list(texts)}), cleaner.folder / "rows.parquet")
    done = cleaner("batch", "rows.parquet", "-d", "clean-parquet", "-q")
    assert done.code == 0, done.err
    yield from pq.read_table(cleaner.folder / "clean-parquet/rows.parquet")["text"].to_pylist()


WAYS: Mapping[str, Callable[[Command, Sequence[str]], Iterator[str]]] = {
    "pipe": by_pipe,
    "clean": by_clean,
    "in place": in_place,
    "batch": by_batch(1),
    "batch of two processes, in another order": by_batch(2),
    "JSONL": by_json_lines,
    "batch of JSONL": by_batch_of_json_lines,
    "batch of Parquet": by_batch_of_parquet,
}
#: Ways in which a process cleans one text.
PROCESSES = {"pipe", "clean"}


def spans(result: Result) -> list[tuple[int, int, str]]:
    return [(removal.start, removal.end, removal.rule) for removal in result.removals]


def removals(folder: Path) -> Iterator[list[tuple[int, int, str]]]:
    """Removals that the batch of JSONL has written beside each text."""
    for line in (folder / "clean-rows/rows.jsonl").read_bytes().splitlines():
        yield [(gone["start"], gone["end"], gone["rule"]) for gone in json.loads(line)["gone"]]


def restored(cleaner: Command, count: int) -> list[str]:
    """Texts as `restore` makes them of the clean files of two processes and their audit."""
    done = cleaner("restore", "clean-2", "--audit", "clean-2.audit", "-o", "restored")
    assert done.code == 0, done.err
    return [(cleaner.folder / "restored" / name).read_bytes().decode() for name in numbered(count)]
