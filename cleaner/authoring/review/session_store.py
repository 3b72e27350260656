"""What was decided so far, kept in the user's state folder, so that one can leave a review and come back."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, get_args

from cleaner.authoring.review.session import Decision, Region, Session, Verdict
from cleaner.errors import InputError
from cleaner.io import atomic
from cleaner.io.user_dirs import of_user

#: Of the form in which a session is kept.
VERSION = 1
_REMEDY = "start anew with --fresh"


@dataclass(frozen=True, slots=True)
class SavedSession:
    """What was decided so far.

    Attributes:
        at: Key of the item that was shown last.
        pages: Digests of the documents, by name.
        decisions: By key of the item.
    """

    at: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)


def place(folder: Path, sources: Iterable[Path]) -> Path:
    """The file for a review of some sources that writes to a rule folder; it stands alone in a folder."""
    named = [os.fsencode(os.path.realpath(path)) for path in (folder, *sources)]
    digest = hashlib.sha256(b"\0".join([named[0], *sorted(set(named[1:]))])).hexdigest()[:16]
    return of_user("state") / "review" / digest / "session.json"


def read(path: Path) -> SavedSession:
    """What was decided so far; nothing, if there is no such file.

    Raises:
        InputError: It can't be read, or holds something else.
    """
    try:
        said = json.loads(path.read_bytes())
        if said["version"] != VERSION:
            raise InputError(path, "was written by another version of cleaner", _REMEDY)
        pages = {name: digest for name, digest in said["pages"].items() if isinstance(digest, str)}
        return SavedSession(str(said["at"]), pages, {key: _decision(value) for key, value in said["decisions"].items()})
    except FileNotFoundError:
        return SavedSession()
    except OSError as error:
        raise InputError.from_os(path, error, "can't be read") from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(path, "what was decided so far can't be read: the file is damaged", _REMEDY) from error


def _decision(said: Any) -> Decision:
    """A decision as it was kept; what has the wrong type raises TypeError or ValueError."""
    decision = Decision(**said)
    types = [type(getattr(decision, name)) for name in Decision.__dataclass_fields__]
    if types != [str, str, str, int, int] or decision.verdict not in get_args(Verdict) or not 0 <= decision.start <= decision.end:
        raise ValueError(said)
    if decision.verdict == "edit" and not decision.start < decision.end <= Region(decision.line, decision.start, decision.end).size:
        raise ValueError(said)
    return decision


def write(path: Path, session: Session, at: str) -> None:
    """Keep what was decided so far, in a folder that is there.

    Raises:
        InputError: It can't be written.
    """
    said = {
        "version": VERSION,
        "at": at,
        "pages": {page.name: page.digest for page in session.pages},
        "decisions": {
            session.items[index].key: {name: value for name, value in asdict(decision).items() if value}
            for index, decision in sorted(session.decisions.items())
        },
    }
    atomic.write(path, json.dumps(said).encode())


def forget(path: Path) -> None:
    """Forget what was decided.

    Raises:
        InputError: The file can't be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise InputError.from_os(path, error, "can't be removed") from error
