"""Sums over the manifests of all parts of a run, with a check that nothing is missing and nothing is counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cleaner.batch.manifest import Manifest
from cleaner.batch.options import CLEAN
from cleaner.batch.stats import Stats
from cleaner.errors import InputError, ProofError
from cleaner.io.files import OWN_FOLDER

#: Number of missing parts that are named.
_NAMED_AT_MOST = 20


@dataclass
class Merged:
    """Sums over manifests.

    Attributes:
        files: Number of files.
        size: Size of these files in bytes.
        stats: Figures of their documents.
        fingerprints: Fingerprints of the rules; more than one is a problem.
        problems: Missing or contradictory parts, in words.
    """

    files: int = 0
    size: int = 0
    stats: Stats = field(default_factory=Stats)
    fingerprints: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def find(paths: Iterable[Path]) -> Iterator[Path]:
    """Paths of manifests, each once: of those in output folders, and of those named themselves.

    Raises:
        InputError: A folder holds none.
    """
    seen: set[Path] = set()
    for path in paths:
        manifests = sorted((path / OWN_FOLDER).glob("manifest*.jsonl")) if path.is_dir() else [path]
        if not manifests:
            raise InputError(path, "no manifest is there", "name a folder that cleaner batch wrote to, or a manifest")
        for manifest in manifests:
            if manifest.resolve() not in seen:
                seen.add(manifest.resolve())
                yield manifest


def merge(paths: Iterable[Path]) -> Merged:
    """Sum up manifests, and check that they are all the parts of complete runs.

    Raises:
        InputError: A file can't be read, or isn't a manifest.
    """
    merged = Merged()
    by_folder: dict[Path, list[Manifest]] = {}
    for path in paths:
        manifest = Manifest.read(path)
        by_folder.setdefault(path.parent, []).append(manifest)
        _add(manifest, merged)
    for folder, manifests in by_folder.items():
        merged.problems += _misfits(folder, manifests)
    if len(merged.fingerprints) > 1:
        merged.problems.append(f"{len(merged.fingerprints)} different sets of rules were used")
    return merged


def _add(manifest: Manifest, merged: Merged) -> None:
    name = manifest.path
    if not manifest.finished:
        merged.problems.append(f"{name}: the run didn't come to its end (go on with --resume)")
    elif manifest.failed:
        merged.problems.append(f"{name}: {manifest.failed:,} files failed (try again with --resume)")
    elif len(manifest.entries) != manifest.head["files"]:
        merged.problems.append(f"{name}: {len(manifest.entries):,} files are on record, not {manifest.head['files']:,}")
    for file in _lost(manifest):
        merged.problems.append(f"{name}: {file} is missing, or has another size than it had (clean it again with --resume)")
    for entry in manifest.entries.values():
        stats = Stats.from_json(entry.figures)
        try:
            stats.check()
        except ProofError as error:
            merged.problems.append(f"{name}: {entry.file}: {error}")
        merged.files += 1
        merged.size += entry.size
        merged.stats.add(stats)
        merged.fingerprints.add(entry.fingerprint)


def _lost(manifest: Manifest) -> Iterator[str]:
    """Clean files on record that are not there as they were written, where the manifest still lies among them."""
    folder = manifest.path.absolute().parent
    if folder.name == OWN_FOLDER:
        for entry in manifest.entries.values():
            size = entry.written.get(CLEAN)
            try:
                there = (folder.parent / entry.file).stat().st_size
            except (OSError, ValueError):  # ValueError for a name with NUL characters
                there = None
            if there != size:
                yield entry.file


def _misfits(folder: Path, manifests: Sequence[Manifest]) -> Iterator[str]:
    """Reasons, in words, why the manifests of a folder aren't the parts of one run."""
    counts = sorted({manifest.shard.of for manifest in manifests})
    if len(counts) > 1:
        yield f"{folder}: parts of runs in {' and '.join(map(str, counts))} parts are mixed"
        return
    there = {manifest.shard.number for manifest in manifests}
    missing = [str(number) for number in range(1, counts[0] + 1) if number not in there]
    if missing:
        more = f" and {len(missing) - _NAMED_AT_MOST:,} more" if len(missing) > _NAMED_AT_MOST else ""
        named = ", ".join(missing[:_NAMED_AT_MOST]) + more
        yield f"{folder}: of {counts[0]} parts, {named} {'is' if len(missing) == 1 else 'are'} missing"
    twice = Counter(file for manifest in manifests for file in manifest.entries)
    yield from (f"{folder}: {file} is on record in {count} parts" for file, count in sorted(twice.items()) if count > 1)
