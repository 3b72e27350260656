"""Manifests: records of a batch run, one line for each file, to resume it, check it, and merge it with its other parts."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cleaner.batch.stats import Stats
from cleaner.errors import InputError
from cleaner.io import atomic
from cleaner.io.audit import json_line
from cleaner.io.files import OWN_FOLDER, InputOutput, sha256
from cleaner.wording import shorten

#: Version of the manifest's format.
_FORM = 1
#: Characters of a part's name that are shown where it is none.
_SHOWN = 40
#: Greatest number of parts of a run.
_PARTS_AT_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` (from 1) of the sorted files of a run in `of` parts."""

    number: int = 1
    of: int = 1

    @classmethod
    def parsed(cls, text: str) -> Shard:
        """Parse a text such as `2/5`.

        Raises:
            ValueError: The text has another form, or there are too many parts.

        >>> Shard.parsed("2/5")
        Shard(number=2, of=5)
        """
        match = re.fullmatch("([0-9]{1,9})/([0-9]{1,9})", text)
        if not match or not 1 <= int(match[1]) <= int(match[2]) <= _PARTS_AT_MOST:
            raise ValueError(f"{shorten(text, _SHOWN)!r} is no part: write 2/5 for the second of five; {_PARTS_AT_MOST:,} are the most")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def manifest_path(output: Path, shard: Shard) -> Path:
    """Path of a run's manifest, in our own folder inside the output folder."""
    suffix = f"-{shard.number}-of-{shard.of}" if shard.of > 1 else ""
    return output / OWN_FOLDER / f"manifest{suffix}.jsonl"


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """Entry of a manifest for one input file.

    Attributes:
        file: Path of the clean file, relative to the output folder.
        source: Path of the input file.
        size: Size of the input file in bytes.
        modified: Its time of modification, in nanoseconds since the epoch.
        sha256: Its digest, in hexadecimal digits.
        written: Sizes in bytes of its output files, by purpose.
        fingerprint: Fingerprint of the rules.
        audit: Size of the audit in bytes once it holds this file's removals, or 0 without an audit.
        figures: `Stats` of the file, as JSON.
        digests: Digests of its output files in hexadecimal digits, by purpose; none in manifests of earlier versions.
    """

    file: str
    source: str
    size: int
    modified: int
    sha256: str
    written: Mapping[str, int]
    fingerprint: str
    audit: int
    figures: Mapping[str, Any]
    digests: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Manifest:
    """Manifest of one part of a run.

    Attributes:
        heads: Settings of each run that wrote to the manifest, the first run first.
        entries: Entries of finished files, by `file`.
        finished: Whether the last run came to its end.
        failed: Number of files that failed in the last run.
    """

    path: Path
    heads: list[Mapping[str, Any]] = field(default_factory=list)
    entries: dict[str, ManifestEntry] = field(default_factory=dict)
    finished: bool = False
    failed: int = 0

    @property
    def head(self) -> Mapping[str, Any]:
        """Settings of the last run."""
        return self.heads[-1]

    @property
    def shard(self) -> Shard:
        """The part of the files that the manifest covers."""
        return Shard.parsed(self.head["shard"])

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest; an incomplete last line, left by a killed process, is ignored.

        Raises:
            InputError: The file can't be read, or isn't a manifest.
        """
        manifest = cls(path)
        try:
            with path.open("rb") as stream:
                for line_number, line in enumerate(stream, 1):
                    if line.endswith(b"\n"):
                        manifest._read_line(line, line_number)
        except OSError as error:
            raise InputError.from_os(path, error, remedy="nothing is on record there") from error
        if not manifest.heads:
            raise InputError(path, "not a manifest: it begins with no run", "clean again without --resume")
        return manifest

    def _read_line(self, line: bytes, line_number: int) -> None:
        try:
            self._take(json.loads(line, object_pairs_hook=_with_one_name_of_each))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            remedy = "clean again without --resume"
            raise InputError(f"{self.path}:{line_number}", f"not a line of a manifest: {error}", remedy) from error

    def _take(self, line: dict[str, Any]) -> None:
        if not isinstance(line, dict):
            raise TypeError("no object")
        kind = line.pop("kind")
        if kind == "run":
            if line["form"] != _FORM:
                raise ValueError(f"its form is {line['form']}, not {_FORM}")
            _check(line, _HEAD)
            Shard.parsed(line["shard"])
            self.heads.append(line)
            self.finished = False
        elif kind == "file":
            _check(line, _ENTRY)
            _check_values(line["written"], int)
            _check_values(line.get("digests", {}), str)
            Stats.from_json(line["figures"])
            entry = ManifestEntry(**line | {"fingerprint": sys.intern(line["fingerprint"])})
            self.entries[entry.file] = entry
        elif kind == "gone":
            _check(line, {"file": str})
            self.entries.pop(line["file"], None)
        elif kind == "end":
            _check(line, {"failed": int})
            self.finished, self.failed = True, line["failed"]
        else:
            raise ValueError(f"unknown kind {kind!r}")

    def holds(
        self, job: InputOutput, output: Path, written: Mapping[str, int], digests: Callable[[], Mapping[str, str]] | None = None
    ) -> ManifestEntry | None:
        """The entry of a file if it and its outputs are unchanged since; None otherwise.

        Args:
            job: Paths of the file and of its clean file.
            output: Folder of the clean files.
            written: Sizes in bytes of the output files that exist now, by purpose.
            digests: Function that gives their digests, if these are to be compared, too.
        """
        entry = self.entries.get(job.target.relative_to(output).as_posix())
        if entry is None or entry.written != written:
            return None
        try:
            if digests and entry.digests != digests():
                return None
            status = job.source.stat()
            if status.st_size != entry.size:
                return None
            if (status.st_mtime_ns, str(job.source)) != (entry.modified, entry.source):  # perhaps a copy with the same content
                return entry if sha256(job.source) == entry.sha256 else None
        except OSError:
            return None
        return entry

    def differences(self, head: Mapping[str, Any]) -> list[str]:
        """Differences, in words, between the settings and rules of the last run and those of a new run with this head."""
        before, settings = self.head, self.head["settings"]
        differences = [
            f"{key} was {settings.get(key)!r}, and is {new!r}" for key, new in head["settings"].items() if settings.get(key) != new
        ]
        if differences or before["fingerprint"] == head["fingerprint"]:
            return differences
        if before["cleaner"] != head["cleaner"]:
            differences.append(f"cleaner was {before['cleaner']}, and is {head['cleaner']}")
        old, new = before["rules"], head["rules"]
        for what, names in (
            ("changed", [name for name in new if name in old and new[name] != old[name]]),
            ("new", [name for name in new if name not in old]),
            ("gone", [name for name in old if name not in new]),
        ):
            if names:
                more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
                differences.append(f"{what}: {', '.join(names[:3])}{more}")
        return differences or ["the rule set, in how languages are told"]


def _with_one_name_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a line; names, which are the same on hundreds of thousands of lines, are kept once."""
    return {sys.intern(name): value for name, value in pairs}


#: Seconds between two writings of entries: before each, the output files must be flushed to the disk, which takes long.
_SETTLED_EVERY = 5.0


class ManifestLog:
    """A manifest open for writing, and locked against other runs.

    An entry is written once the file's outputs, in `folders`, are on the disk, so that a crash of the machine leaves no false entries.

    Raises:
        InputError: The manifest can't be written, or another run has locked it.
    """

    def __init__(self, path: Path, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._pending: list[ManifestEntry] = []
        self._due = time.monotonic() + _SETTLED_EVERY
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._stream: IO[bytes] = path.open("ab", buffering=0)
        except OSError as error:
            raise InputError.from_os(path, error, "can't be written") from error
        try:
            atomic.lock(self._stream.fileno())
        except BlockingIOError as error:
            self.close()
            raise InputError(path, "another run is at work there", "wait for it, or choose another --output-dir") from error

    def begin(self, head: Mapping[str, Any], fresh: bool) -> None:
        """Write the head of a new run. If `fresh`, earlier lines are deleted; otherwise only an incomplete last one."""
        path = Path(self._stream.name)
        self._stream.truncate(0 if fresh else path.read_bytes().rfind(b"\n") + 1)
        self._write("run", {"form": _FORM, **head})

    def add(self, entry: ManifestEntry) -> None:
        """Write an entry soon; the file's outputs must be in place."""
        self._pending.append(entry)
        if time.monotonic() > self._due:
            self._settle()

    def _settle(self) -> None:
        if self._pending:
            for folder in self._folders:
                atomic.sync(folder)
        for entry in self._pending:
            self._write("file", {name: getattr(entry, name) for name in ManifestEntry.__slots__})
        self._pending.clear()
        self._due = time.monotonic() + _SETTLED_EVERY

    def remove(self, file: str) -> None:
        """Write that a file is no input any more."""
        self._write("gone", {"file": file})

    def end(self, figures: Mapping[str, object]) -> None:
        """Write that the run came to its end."""
        self._settle()
        self._write("end", figures)

    def close(self) -> None:
        """Write the remaining entries and close the manifest."""
        with suppress(InputError):  # files without an entry are only cleaned again
            self._settle()
        self._stream.close()

    def _write(self, kind: str, line: Mapping[str, Any]) -> None:
        data = json_line({"kind": kind, **line}).encode() + b"\n"
        before = os.fstat(self._stream.fileno()).st_size
        try:
            while data:
                data = data[self._stream.write(data) :]  # on a full disk, only a part may be written
        except OSError as error:
            with suppress(OSError):
                self._stream.truncate(before)
            raise InputError.from_os(self._stream.name, error, "can't be written") from error


def _check(line: Mapping[str, Any], kinds: Mapping[str, type]) -> None:
    """Raise `TypeError` if a value has another type than `kinds` says."""
    for name, kind in kinds.items():
        if type(line[name]) is not kind:
            raise TypeError(f"{name} is no {kind.__name__}")


def _check_values(values: Mapping[str, Any], kind: type) -> None:
    """Raise `TypeError` if a value has another type."""
    for name, value in values.items():
        if type(value) is not kind:
            raise TypeError(f"{name} is no {kind.__name__}")


_HEAD = {"run": str, "cleaner": str, "shard": str, "files": int, "settings": dict, "fingerprint": str, "rules": dict}
_ENTRY = {
    **dict.fromkeys(("file", "source", "sha256", "fingerprint"), str),
    **dict.fromkeys(("size", "modified", "audit"), int),
    **dict.fromkeys(("written", "figures"), dict),
}
