"""What corpora cost: one made corpus in 16 shards through every way there is, side by side in one run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cleaner import Cleaner
from cleaner.ruleset.layers import load
from tests.bench import synthetic_pages

#: Files that the corpus is in.
SHARDS = 16


def corpus(megabytes: int) -> Iterator[list[dict[str, str]]]:
    """Shards of documents, so many megabytes of text in all: made pages, each shard with others."""
    rules = load().at("standard").rules
    for shard in range(SHARDS):
        rows: list[dict[str, str]] = []
        size = 0
        while size < megabytes * 1_000_000 / SHARDS:
            for page in synthetic_pages.pages(50, rules, seed=1000 * shard + len(rows) + 1):
                size += len(page.encode())
                rows.append({"id": f"{shard}-{len(rows)}", "text": page, "url": f"https://news.example/{len(rows)}"})
        yield rows


def write(folder: Path, megabytes: int) -> int:
    """Write the corpus as JSONL, JSONL.zst and Parquet; gives the number of its documents."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from backports import zstd

    for form in ("jsonl", "zst", "parquet"):
        (folder / form).mkdir()
    count = 0
    for number, rows in enumerate(corpus(megabytes)):
        lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
        (folder / "jsonl" / f"{number:02}.jsonl").write_bytes(lines)
        (folder / "zst" / f"{number:02}.jsonl.zst").write_bytes(zstd.compress(lines))
        pq.write_table(pa.Table.from_pylist(rows), folder / "parquet" / f"{number:02}.parquet", row_group_size=1000, compression="zstd")
        count += len(rows)
    return count


def plain(folder: Path) -> None:
    """Clean all texts, and nothing more: what the others are measured by."""
    cleaner = Cleaner()
    for path in sorted((folder / "jsonl").iterdir()):
        for line in path.read_bytes().splitlines():
            row = json.loads(line)
            cleaner.clean(row["text"], url=row["url"])


DATATROVE = """
import sys
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from cleaner.adapters.datatrove import BoilerplateCleaner

if __name__ == "__main__":
    folder = sys.argv[1]
    reader, writer = JsonlReader(folder + "/zst", glob_pattern="*.zst"), JsonlWriter(folder + "/trove", compression="zstd")
    LocalPipelineExecutor([reader, BoilerplateCleaner(), writer], tasks=16, workers=2, logging_dir=folder + "/logs").run()
"""
RAY = """
import sys
import ray
from cleaner import Cleaner
from cleaner.adapters.arrow import clean_batch

cleaner = Cleaner()
ray.init(num_cpus=2, log_to_driver=False)
ray.data.read_parquet(sys.argv[1] + "/parquet", override_num_blocks=16).map_batches(
    clean_batch, fn_args=(cleaner,), batch_format="pyarrow", zero_copy_batch=True
).write_parquet(sys.argv[1] + "/ray")
"""


def ways(folder: Path) -> dict[str, Callable[[], Sequence[str]]]:
    """Commands, by what to call them."""

    def batch(form: str, processes: int) -> Callable[[], Sequence[str]]:
        target = folder / f"out-{form}-{processes}"
        return lambda: [sys.executable, "-m", "cleaner", "batch", str(folder / form), "-d", str(target), "-j", str(processes), "-q"]

    return {
        "plain `clean`, one process": lambda: [sys.executable, "-m", "tests.bench.scale", "plain", str(folder)],
        "`batch`, JSONL, one process": batch("jsonl", 1),
        "`batch`, JSONL, two": batch("jsonl", 2),
        "`batch`, JSONL.zst, two": batch("zst", 2),
        "`batch`, Parquet, two": batch("parquet", 2),
        "datatrove, JSONL.zst, two": lambda: [sys.executable, "-c", DATATROVE, str(folder)],
        "Ray Data, Parquet, two": lambda: [sys.executable, "-c", RAY, str(folder)],
    }


#: Runs a command and tells the most memory that one of its processes had: from here it would be ours, if that is more.
_LAUNCH = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def run(command: Sequence[str]) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of CPU of the whole machine, and megabytes of the command's largest process.

    Some engines end their processes in a way that no parent hears of, so that nothing less than the machine's own account is complete.
    """
    started, before = time.perf_counter(), _busy()
    environment = {**os.environ, "RAY_AUTH_MODE": "disabled"}
    done = subprocess.run([sys.executable, "-c", _LAUNCH, *command], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return time.perf_counter() - started, _busy() - before, int(done.stdout) / 1000


def _busy() -> float:
    """Seconds that the machine's cores have worked since it was started; Linux tells."""
    user, nice, system = map(int, Path("/proc/stat").read_text().split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def measured(megabytes: int) -> list[list[object]]:
    """A row for each way."""
    folder = Path(tempfile.mkdtemp())
    try:
        count = write(folder, megabytes)
        rows: list[list[object]] = []
        floor = 0.0
        for name, command in ways(folder).items():
            try:
                wall, cpu, memory = run(command())
            except RuntimeError as error:
                rows.append([name, "–", "–", "–", "–", str(error).strip().splitlines()[-1][:60]])
                continue
            floor = floor or cpu
            rows.append([name, f"{wall:.1f}", f"{cpu:.1f}", f"{cpu / floor:.2f}", f"{count / cpu:.0f}", f"{memory:.0f}"])
        return rows
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    plain(Path(sys.argv[2]))
