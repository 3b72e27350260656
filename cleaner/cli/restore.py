"""`cleaner restore`: a clean text plus its audit gives the input back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cleaner.cli import context, options, stdio
from cleaner.cli.options import Option
from cleaner.errors import InputError, ProofError
from cleaner.io import files
from cleaner.io.audit import digest, read_audit
from cleaner.result import Removal, Result
from cleaner.spans import restore as put_back


def restore(
    source: Annotated[Path, Option(metavar="CLEAN", help="The clean text; - is standard input.")],
    audit: Annotated[Path, Option("--audit", metavar="FILE", help="Its audit, as --audit of clean or batch wrote it.")],
    output: options.Output = None,
    file: Annotated[str, Option("--file", metavar="NAME", help="Which file of the audit it is, if the audit holds several.")] = "",
    encoding: options.Encoding = "",
) -> int:
    """Put removals back: the input again, byte for byte."""
    clean = context.read(source, encoding)
    if output and stdio.same_file(output, audit):
        raise InputError(output, "the text would overwrite its audit", "name another file")
    try:
        text = put_back(Result(clean.text, tuple(_removals(audit, file, source, digest(clean.text)))))
    except ProofError as error:
        raise InputError(source, f"doesn't belong to {audit}: {error}", "was the audit changed?") from error
    try:
        data = clean.encode(text)
    except UnicodeEncodeError as error:
        raise InputError(audit, "holds text that no file can have held", "was the audit changed?") from error
    stdio.write(output, data)
    return 0


def _removals(audit: Path, file: str, source: Path, clean: str) -> list[Removal]:
    """Removals, in the audit, of the text whose clean text has the digest `clean`; none if the audit is empty: then nothing was removed."""
    entries = read_audit(str(audit), files.decode(files.read(audit), audit).text.split("\n"))
    if not entries:
        return []
    matches = [entry for entry in entries if entry.clean == clean and file in ("", entry.file)]
    if not matches:
        what = f"{file} is not" if file else "is not the clean text of any file"
        remedy = "it was changed since, or nothing had been removed from it"
        raise InputError(source, f"{what} in {audit}", remedy)
    if any(entry.removals != matches[0].removals for entry in matches):
        names = ", ".join(entry.file for entry in matches[:5])
        raise InputError(audit, f"several files came out like {source}", f"name one with --file: {names}")
    return matches[0].removals
