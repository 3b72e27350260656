"""`cleaner restore`: clean texts and their audit give the inputs back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, NamedTuple

from cleaner.batch.manifest import Manifest
from cleaner.batch.merge import find
from cleaner.cli import context, options, stdio, undo
from cleaner.cli.options import Option, UsageError
from cleaner.cli.restore_lines import restored_lines
from cleaner.errors import CleanerError, InputError, ProofError
from cleaner.io import atomic, compression, files
from cleaner.io.audit import AuditEntry, digest, read_audit
from cleaner.io.fields import Fields
from cleaner.io.formats import format_of
from cleaner.render.console import from_here
from cleaner.result import Removal, Result
from cleaner.spans import restore as put_back
from cleaner.wording import counted

#: Number of restored files that are named.
_NAMED_AT_MOST = 5


def restore(
    source: Annotated[
        Path | None,
        Option(
            metavar="CLEAN",
            help="Clean text, JSONL, or folder that batch wrote; - is standard input. With --in-place: default is all files of the audit.",
        ),
    ] = None,
    audit: Annotated[Path | None, Option("--audit", metavar="FILE", help="Audit that clean --audit or batch --audit wrote.")] = None,
    undo_last: Annotated[bool, Option("--undo", help="Undo the last `clean --in-place` that isn't undone yet.")] = False,
    output: Annotated[
        Path | None, Option("--output", "-o", metavar="FILE", help="File or folder to write to. Default: standard output.")
    ] = None,
    in_place: Annotated[bool, Option("--in-place", "-i", help="Replace each clean file with its input.")] = False,
    file: Annotated[str, Option("--file", metavar="NAME", help="Name of the file in the audit, if several files came out alike.")] = "",
    encoding: options.Encoding = "",
    text_field: options.TextField = "text",
) -> int:
    """Put removals back: the input again, byte for byte.

    In JSONL, only the texts change; a field that --removals-field added stays. Removed characters are escaped as the rest of the file is:
    all but ASCII, if the file holds nothing but ASCII.
    """
    if undo_last:
        if source or audit or output or file:
            raise UsageError("--undo needs no file: it takes back the last run of clean --in-place")
        return _undone(encoding)
    if not audit:
        raise UsageError("say which audit holds the removals, or --undo", "'--audit'")
    held = _Audit(audit)
    if in_place and source and source.is_dir():
        raise UsageError("a folder that batch wrote is restored into another one: name that with --output", "--in-place")
    if in_place:
        if output or file or str(source) == stdio.STDIN:
            raise UsageError("--in-place can't be combined with --output, --file or standard input")
        return _in_place(held, [source] if source else None, encoding)
    if not source:
        raise UsageError("name the clean text, a folder of clean texts, or --in-place", "CLEAN")
    put = _folder if source.is_dir() else _lines if format_of(source) == "jsonl" else _text
    return put(held, source, output, _Known(encoding, Fields(text_field), file))


class _Known(NamedTuple):
    """What options say of a file: its encoding, the names of its fields, and the name of its input in the audit."""

    encoding: str
    fields: Fields
    file: str = ""


class _Audit:
    """Removals of an audit's file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def entries(self) -> list[AuditEntry]:
        """Texts of the audit."""
        return read_audit(str(self.path), files.decode(files.read(self.path), self.path).text.split("\n"))

    @cached_property
    def encodings(self) -> dict[str, str]:
        """Encoding of each file of the audit, or an empty string if its bytes tell it."""
        return {entry.file: entry.encoding for entry in self.entries}

    def is_whole(self, path: Path, encoding: str) -> bool:
        """Whether a file still, or again, holds all that was removed from it by its entry."""
        removals = [entry.removals for entry in self.entries if entry.file == str(path)]
        text = context.read(path, encoding).text
        return bool(removals) and all(text[each.start : each.end] == each.text for each in removals[0])

    def restored(self, source: Path, encoding: str, file: str = "") -> bytes:
        """Bytes of the input of a clean text.

        Raises:
            InputError: The text isn't of this audit, or the audit was changed.
        """
        clean = context.read(source, encoding)
        try:
            text = put_back(Result(clean.text, tuple(self._removals(file, source, digest(clean.text)))))
        except ProofError as error:
            raise InputError(source, f"doesn't belong to {self.path}: {error}", "was the audit changed?") from error
        try:
            return clean.encode(text)
        except UnicodeEncodeError as error:
            raise InputError(self.path, "holds text that no file can have held", "was the audit changed?") from error

    def _removals(self, file: str, source: Path, clean: str) -> list[Removal]:
        """Removals of the text whose clean text has the digest `clean`; none if the audit is empty: then nothing was removed."""
        if not self.entries:
            return []
        matches = [entry for entry in self.entries if entry.clean == clean and file in ("", entry.file)]
        if not matches:
            if file and file in self.encodings:
                raise InputError(source, "was changed since it was cleaned", f"what was removed from it is in {self.path}")
            what = f"{file} is not" if file else "is not the clean text of any file"
            remedy = "it was changed since, nothing had been removed from it, or it is of another audit"
            raise InputError(source, f"{what} in {self.path}", remedy)
        if any(entry.removals != matches[0].removals for entry in matches):
            names = ", ".join(entry.file for entry in matches[:5])
            raise InputError(self.path, f"several files came out like {source}", f"name one with --file: {names}")
        return matches[0].removals


def _text(held: _Audit, source: Path, output: Path | None, known: _Known) -> int:
    """Restore a text."""
    if output and stdio.same_file(output, held.path):
        raise InputError(output, "the text would overwrite its audit", "name another file")
    stdio.write(output, held.restored(source, known.encoding, known.file))
    return 0


def _lines(held: _Audit, source: Path, output: Path | None, known: _Known) -> int:
    """Restore a file of JSON lines."""
    restored = restored_lines(source, held.path, held.entries, known.fields, known.file)
    if not output or str(output) == stdio.STDIN:
        for data in restored:
            stdio.write_stdout(data)
        return 0
    if any(stdio.same_file(output, other) for other in (source, held.path)):
        raise InputError(output, "would overwrite what it is made of", "name another file")
    with atomic.writing_alone(output) as raw, compression.writing(output, raw) as stream:
        stream.writelines(restored)
    return 0


def _folder(held: _Audit, folder: Path, output: Path | None, known: _Known) -> int:
    """Restore the files that a batch wrote into another folder; those from which nothing was removed are copied."""
    if not output:
        raise UsageError("say which folder the inputs go to", "'--output'")
    if output.resolve().is_relative_to(folder.resolve()):
        raise InputError(output, "is inside of the folder of the clean texts", "name another folder")
    sources = {entry.file: entry.source for path in find([folder]) for entry in Manifest.read(path).entries.values()}
    names = {entry.file for entry in held.entries}
    restored = copied = failed = 0
    for file, source in sorted(sources.items()):
        clean, target = folder / file, output / file
        try:
            if (format_of(clean), format_of(Path(source))) not in (("text", "text"), ("jsonl", "jsonl")):
                raise InputError(clean, "can't be turned back into a file of its kind", f"take its input: {source}")
            target.parent.mkdir(parents=True, exist_ok=True)
            if source not in names:
                atomic.write(target, clean.read_bytes())
            elif format_of(clean) == "jsonl":
                _lines(held, clean, target, known._replace(file=source))
            else:
                _text(held, clean, target, known._replace(file=source, encoding=held.encodings.get(source) or known.encoding))
        except CleanerError as error:
            failed += 1
            stdio.warn(f"error: {error}")
            continue
        except OSError as error:
            raise InputError.from_os(target, error, "can't be written") from error
        restored += source in names
        copied += source not in names
    stdio.warn(f"{counted(restored, 'file')} restored, {copied:,} copied, from which nothing had been removed")
    return stdio.BAD_INPUT if failed else 0


def _in_place(held: _Audit, sources: Iterable[Path] | None, encoding: str) -> int:
    """Replace clean files by what they were: some, or all that the audit names."""
    restored, failed, whole = list[Path](), 0, 0
    told = held.encodings
    for path in sources or dict.fromkeys(Path(entry.file) for entry in held.entries):
        try:
            known = told.get(str(path)) or encoding
            if held.is_whole(path, known):  # it couldn't be replaced, or was restored before
                whole += 1
                continue
            atomic.write(path, held.restored(path, known, str(path) if str(path) in told else ""))
            restored.append(path)
        except InputError as error:
            stdio.warn(f"error: {error}")
            failed += 1
    for path in restored[:_NAMED_AT_MOST]:
        stdio.warn(f"restored {from_here(str(path))}")
    said = [f"{counted(len(restored), 'file')} restored"]
    said += [f"{whole:,} held all of it already"] if whole else []
    said += [f"{failed:,} could not be restored"] if failed else []
    stdio.warn(", ".join(said))
    return stdio.BAD_INPUT if failed else 0


def _undone(encoding: str) -> int:
    audits = undo.audits()
    if not audits:
        remedy = "it undoes clean --in-place without --audit; with one: cleaner restore --in-place --audit FILE"
        raise InputError("restore --undo", "there is nothing to undo", remedy)
    last = audits[-1]
    code = _in_place(_Audit(last), None, encoding)
    if code:  # so that runs before it can be undone, too
        kept = last.with_suffix(".left")
        last.replace(kept)
        stdio.warn(f"what could not be put back is in {kept}: cleaner restore FILE --audit {kept} takes it from there")
    else:
        last.unlink(missing_ok=True)
    return code
