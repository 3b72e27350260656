"""A step for datatrove's pipelines, which run on one machine, on Slurm and on Ray.

It needs the package datatrove: `pip install 'cleaner[datatrove]'`. Three things to know about datatrove itself (seen with 0.10):

- That a task is done it marks with its rank alone: give executors a `logging_dir` from `logging_folder`, or a second run, with other rules,
  inputs or outputs, does nothing and says nothing.
- A writer that is killed leaves half a file under its final name; the task runs again and replaces it if it is resumed.
- Readers pass over lines that aren't JSON, and texts that are empty; writers leave the field out of a text that is. Give the step an
  `exclusion_writer`, so that documents of which nothing is left stay whole. `ParquetWriter` must be told its schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import nullcontext

from datatrove.data import DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.typeshelper import StatHints

from cleaner import Cleaner
from cleaner.batch.stats import reason_to_exclude
from cleaner.io.audit import spans_of


class BoilerplateCleaner(PipelineStep):  # type: ignore[misc] # its package comes without types
    """Cleans the text of each document; counts, beside what filters count, the removals of each rule as `rule-<name>`.

    Args:
        cleaner: What cleans them; by default the shipped rules at level `standard`.
        exclusion_writer: Writes documents as they were that would be left empty, or that lose more than their rules are trusted with, with
            the reason as `filter_reason` in their metadata. Without one, they go on like the others.
        url_field: Key in their metadata of the page's address, which switches on the rules of its site.
        language: Language of the texts, such as `en`; told by each text itself if it isn't given.
        removals_field: Key in their metadata for what was removed (start, end, rule), or an empty string.
    """

    name = "🧽 Boilerplate"
    type = "✂️ - CLEANER"

    def __init__(
        self,
        cleaner: Cleaner | None = None,
        exclusion_writer: DiskWriter | None = None,
        url_field: str = "url",
        language: str = "",
        removals_field: str = "",
    ) -> None:
        super().__init__()
        self.cleaner = cleaner or Cleaner()
        self.exclusion_writer = exclusion_writer
        self.url_field, self.language, self.removals_field = url_field, language, removals_field

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Clean documents; see `PipelineStep.run`."""
        with self.exclusion_writer or nullcontext() as writer:
            for document in data:
                self.stat_update(StatHints.total)
                with self.track_time():
                    url = document.metadata.get(self.url_field) or ""
                    result = self.cleaner.clean(document.text, url=url, language=self.language)
                reason = reason_to_exclude(document.text, result)
                if reason:
                    self.stat_update(reason)
                if reason and writer:
                    self.stat_update(StatHints.dropped, f"dropped_{reason}")
                    document.metadata["filter_reason"] = reason
                    writer.write(document, rank)
                    continue
                if result.changed:
                    self.stat_update("changed")
                for removal in result.removals:
                    self.stat_update(f"rule-{removal.rule}")
                if self.removals_field:
                    document.metadata[self.removals_field] = spans_of(result.removals)
                document.text = result.text
                self.stat_update(StatHints.forwarded)
                self.update_doc_stats(document)
                yield document


def logging_folder(parent: str, cleaner: Cleaner, inputs: Iterable[str], tasks: int, output: str) -> str:
    """A `logging_dir` that is another whenever a run is another one.

    Args:
        parent: Folder, or address of one, in which it lies.
        cleaner: What cleans.
        inputs: Names of the input files, in any order.
        tasks: Number of tasks.
        output: Folder, or address of one, of the output.
    """
    run = repr((cleaner.fingerprint, sorted(inputs), tasks, output))
    return f"{parent.rstrip('/')}/cleaner-{hashlib.sha256(run.encode()).hexdigest()[:16]}"
