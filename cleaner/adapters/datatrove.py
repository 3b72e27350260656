"""A step for datatrove's pipelines, which run on one machine, on Slurm and on Ray.

It needs the package datatrove: `pip install '.[datatrove]'`. Three things to know about datatrove itself (seen with 0.10):

- It marks finished tasks by their rank alone: give executors a `logging_dir` from `logging_folder`, or a second run, with other rules,
  inputs or outputs, silently does nothing.
- A writer that is killed leaves half a file under its final name; if the run is resumed, the task runs again and replaces it.
- Readers skip lines that aren't JSON, and empty texts; writers omit the field of an empty text. Give the step an `exclusion_writer`, so
  that documents of which nothing is left are written whole. `ParquetWriter` needs a schema.
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
    """Cleans the text of each document; counts the removals of each rule as `rule-<name>`, beside the statistics of filters.

    Args:
        cleaner: The cleaner to use; by default the shipped rules at level `standard`.
        exclusion_writer: Writer of the original documents that would be left empty, or would lose too much, with the reason as
            `filter_reason` in their metadata. Without a writer, they stay among the others.
        url_field: Metadata key of the page's address, which switches on the rules of its site.
        language: Language of the texts, such as `en`; by default detected in each text.
        removals_field: Metadata key for the removals (start, end, rule), or an empty string.
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
    """Path or address of a `logging_dir` in `parent`; runs with another cleaner, inputs (in any order), `tasks` or output get another."""
    run = repr((cleaner.fingerprint, sorted(inputs), tasks, output))
    return f"{parent.rstrip('/')}/cleaner-{hashlib.sha256(run.encode()).hexdigest()[:16]}"
