"""A real Slurm on this machine: our runner as a job array, and datatrove's executor with our step."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.test_adapters import check_trove, trove, trove_input
from tests.batch import sample_corpus
from tests.cluster import slurm
from tests.conftest import ROOT, Command

pytestmark = [pytest.mark.cluster, pytest.mark.skipif(bool(slurm.missing()), reason=slurm.missing())]


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    with slurm.cluster(tmp_path / "slurm") as environment:
        # datatrove runs `sbatch` in the environment of its own process, and takes itself for a task if that says so.
        for name in [name for name in os.environ if name.startswith(("SLURM_", "SBATCH_"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("SLURM_CONF", environment["SLURM_CONF"])
        yield environment


def test_a_job_array_cleans_a_corpus(cleaner: Command, cluster: dict[str, str]) -> None:
    sample_corpus.write(cleaner.folder / "in", parts=4)
    line = [*Command.line(["batch", "in", "-d", "out", "--removals-field", "removals", "--resume", "--quiet"]), "--shard"]
    environment = Command.environment() | cluster
    task = f"{shlex.join(line)} $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"

    def submit() -> set[str]:
        line = ["sbatch", "--parsable", "--array=1-5", f"--chdir={cleaner.folder}", "--wrap", task]
        job = subprocess.run(line, env=environment, check=True, capture_output=True, text=True).stdout.strip()
        return set(slurm.wait(environment, job, 120).values())

    assert submit() == {"COMPLETED"}
    for form in ("texts", "jsonl", "gz", "zst", "parquet", "wet"):
        rows = sample_corpus.read(cleaner.folder / "out" / form)
        assert {name: row["text"] for name, row in rows.items()} == {name: text for name, (text, _) in sample_corpus.clean().items()}
        if form != "texts":
            assert {name: row["removals"] for name, row in rows.items()} == {
                name: sample_corpus.spans(gone) for name, (_, gone) in sample_corpus.clean().items()
            }
    merged = json.loads(cleaner("merge-manifests", "out", "--json").out)
    assert (merged["documents"], merged["problems"]) == (6 * len(sample_corpus.documents()), [])
    lost = next((cleaner.folder / "out/parquet").iterdir())
    lost.unlink()
    (cleaner.folder / "out/.cleaner/manifest-3-of-5.jsonl").unlink()
    assert submit() == {"COMPLETED"}
    assert lost.exists()
    assert json.loads(cleaner("merge-manifests", "out", "--json").out) == merged


def test_datatrove_on_slurm(tmp_path: Path, cluster: dict[str, str]) -> None:
    pytest.importorskip("datatrove")
    from datatrove.executor.slurm import SlurmPipelineExecutor

    trove_input(tmp_path, 4)
    executor = SlurmPipelineExecutor(
        pipeline=trove(tmp_path),
        tasks=4,
        workers=2,
        time="00:05:00",
        partition=slurm.PARTITION,
        cpus_per_task=1,
        mem_per_cpu_gb=1,
        qos="",
        requeue=False,
        job_name="trove",
        env_command=f"export PATH={Path(sys.executable).parent}:$PATH PYTHONPATH={ROOT}",
        logging_dir=str(tmp_path / "logs"),
        slurm_logs_folder=str(tmp_path / "logs/slurm"),
    )
    executor.run()
    states = slurm.wait(cluster, seconds=180)  # with the job that merges the statistics
    assert set(states.values()) == {"COMPLETED"}
    check_trove(tmp_path)
