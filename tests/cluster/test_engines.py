"""The recipes for Ray and Spark on real clusters, of two nodes each, do what the plain cleaner does: same texts, same removals."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pytest

from cleaner import Cleaner
from tests.adapters.engine_recipes import Corpus, cleaner, corpus, read, run, text_type, want
from tests.adapters.test_adapters import check_trove, trove_input
from tests.adapters.test_sampling import learned, learned_from, pages
from tests.conftest import ROOT, Command

__all__ = ["cleaner", "corpus", "learned", "pages", "want"]  # fixtures

PATIENCE = 120.0  # seconds; a busy machine starts slowly


def witness(cleaner: Cleaner, folder: Path, place: Callable[[], str]) -> Any:
    """A cleaner that begins only when two places are at work; it leaves their names in a folder."""

    # A local class, and lambdas for the place, travel by value: workers can't import a test.
    class Witness:
        met: ClassVar[bool] = False

        def clean(self, text: str, **known: str) -> Any:
            (folder / place()).touch()
            until = time.monotonic() + PATIENCE
            while not Witness.met:
                Witness.met = len(list(folder.iterdir())) >= 2
                if time.monotonic() > until:
                    raise TimeoutError("nobody else came to work")
                time.sleep(0.05)
            return cleaner.clean(text, **known)

    folder.mkdir()
    return Witness()


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    """A cluster of two nodes, each with a scheduler, an object store and a worker of its own."""
    found = pytest.importorskip("ray")
    pytest.importorskip("ray.data")
    from ray.cluster_utils import Cluster

    cluster = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "disabled")  # a tester's own token is none of this cluster's business
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        try:
            each = {"num_cpus": 1, "object_store_memory": 300_000_000}
            cluster = Cluster(initialize_head=True, head_node_args={**each, "include_dashboard": False})
            cluster.add_node(**each)
            found.init(address=cluster.address, log_to_driver=False)
            context = found.data.DataContext.get_current()
            context.enable_progress_bars = False
            assert sum(node["Alive"] for node in found.nodes()) == 2
            yield found
        finally:
            found.shutdown()
            if cluster:
                cluster.shutdown()


#: ray.data.DataContext warns of its own settings.
OF_RAY = pytest.mark.filterwarnings("ignore:`use_\\w+` is deprecated:DeprecationWarning")


@pytest.mark.cluster
@OF_RAY
def test_ray(
    ray: Any, corpus: Corpus, cleaner: Cleaner, want: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A task for each file; else one task takes 128 MiB of them, or 1 MiB before Ray 2.60.
    monkeypatch.setenv("RAY_DATA_PARQUET_BIN_PACKING_BYTES", "1")
    monkeypatch.setattr(ray.data.DataContext.get_current(), "target_min_block_size", 1)
    nodes, target = tmp_path / "nodes", tmp_path / "cleaned"
    run("Ray Data", witness(cleaner, nodes, lambda: ray.get_runtime_context().get_node_id()), corpus.parquet, target)
    assert read(target) == want
    assert text_type(target) == pa.large_string()
    assert {path.name for path in nodes.iterdir()} == {each["NodeID"] for each in ray.nodes()}
    with pytest.raises(ValueError, match="already exists"):
        run("Ray Data", cleaner, corpus.parquet, target)


@pytest.mark.cluster
@OF_RAY
def test_ray_with_json_lines(ray: Any, corpus: Corpus, cleaner: Cleaner, want: list[dict[str, Any]], tmp_path: Path) -> None:
    nodes, target = tmp_path / "nodes", tmp_path / "cleaned"
    run("Ray Data, JSON lines", witness(cleaner, nodes, lambda: ray.get_runtime_context().get_node_id()), corpus.jsonl, target)
    lines = [line for path in target.iterdir() for line in path.read_text(encoding="utf-8").splitlines()]
    assert sorted(map(json.loads, lines), key=lambda row: str(row["id"])) == want
    assert {path.name for path in nodes.iterdir()} == {each["NodeID"] for each in ray.nodes()}


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Any]:
    """A master and two executors, each a process of its own."""
    pyspark = pytest.importorskip("pyspark")
    pytest.importorskip("pandas")  # mapInArrow wants it
    if not shutil.which("java"):
        pytest.skip("Spark needs Java")
    from pyspark.sql import SparkSession

    session = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)  # executors would take the python3 of the PATH
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        try:
            session = (
                SparkSession.builder.master("local-cluster[2,1,1024]")
                .config("spark.ui.enabled", "false")
                .config("spark.task.maxFailures", "1")
                .config("spark.sql.files.maxPartitionBytes", "64kb")  # a task for each file, however small
                .config("spark.sql.files.openCostInBytes", "64kb")
                .config("spark.sql.warehouse.dir", str(tmp_path / "warehouse"))
                .getOrCreate()
            )
            session.sparkContext.setLogLevel("ERROR")
            yield session
        finally:
            if session:
                logs = Path(pyspark.__file__).parent / "work" / session.sparkContext.applicationId
                session.stop()
                shutil.rmtree(logs, ignore_errors=True)


@pytest.mark.cluster
# Of pandas Spark needs only what pandas 2 and 3 have in common here, as the comparison shows.
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_spark(spark: Any, corpus: Corpus, cleaner: Cleaner, want: list[dict[str, Any]], tmp_path: Path) -> None:
    # Spark starts each executor in a folder of its own, named by its number.
    run("Spark", witness(cleaner, tmp_path / "executors", lambda: Path.cwd().name), corpus.parquet, tmp_path / "cleaned")
    assert read(tmp_path / "cleaned") == want
    assert {path.name for path in (tmp_path / "executors").iterdir()} == {"0", "1"}


@pytest.mark.cluster
@OF_RAY
def test_ray_counts_for_learn(ray: Any, pages: Path, learned: dict[str, bytes], tmp_path: Path) -> None:
    run("Ray Data, counts", None, pages, tmp_path / "counts")
    assert learned_from(tmp_path / "counts", tmp_path) == learned


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
def test_spark_counts_for_learn(spark: Any, pages: Path, learned: dict[str, bytes], tmp_path: Path) -> None:
    run("Spark, counts", None, pages, tmp_path / "counts")
    assert learned_from(tmp_path / "counts", tmp_path) == learned


@pytest.mark.cluster
@OF_RAY
def test_datatrove_on_ray(ray: Any, tmp_path: Path) -> None:
    pytest.importorskip("datatrove")
    trove_input(tmp_path, 3)
    address = ray.get_runtime_context().gcs_address
    program = f"""
from pathlib import Path
import ray
from datatrove.executor.ray import RayPipelineExecutor
from tests.adapters.test_adapters import trove

ray.init(address={address!r})
folder = Path({str(tmp_path)!r})
# Nodes of a test have no memory to reserve.
RayPipelineExecutor(trove(folder), tasks=3, workers=2, mem_per_cpu_gb=0, logging_dir=str(folder / "logs")).run()
"""
    # In a process of its own: started from within pytest, its executor was seen to wait for ever for tasks (datatrove 0.10.1).
    environment = Command.environment({"PYTHONPATH": str(ROOT)})
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=PATIENCE)
    check_trove(tmp_path)
