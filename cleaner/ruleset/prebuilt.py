"""What is worked out of the shipped rules when the package is built: a first run would take more than a second for it.

The files stand in the package. They are for the rules and the code that they were made with; where these are others, as in a checkout
that somebody works on, they count for nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

from cleaner.errors import RuleError
from cleaner.io.disk_cache import ROOMS, own_files
from cleaner.ruleset.layers import rule_files, shipped_folder

#: The folder with these files; there may be none.
FOLDER = Path(__file__).parent.parent / "prebuilt"
#: What stands for the folder of the shipped rules in the files: the place where a package is built is not the one where it is used.
_SHIPPED_FOLDER = "\0"


def read(name: str) -> bytes | None:
    """The file of a name; None if there is none, or if it was made with other rules or other code."""
    try:
        made_with, _, data = (FOLDER / name).read_bytes().partition(b"\n")
        if made_with == _digest():
            return data.replace(_place(_SHIPPED_FOLDER), _place(str(shipped_folder())))
    except (OSError, RuleError):
        pass
    return None


def write(name: str, data: bytes) -> None:
    """Write the file of a name."""
    FOLDER.mkdir(exist_ok=True)
    content = data.replace(_place(str(shipped_folder())), _place(_SHIPPED_FOLDER))
    (FOLDER / name).write_bytes(_digest() + b"\n" + content)


def _place(folder: str) -> bytes:
    """How a folder stands in JSON, as the beginning of a rule file's path."""
    return f'"file":{json.dumps(folder, ensure_ascii=False)}'.encode("utf-8", "surrogatepass")[:-1]


def _digest() -> bytes:
    """Digest of the shipped rules and of our code, whatever their line ends."""
    import hashlib  # slow to import, and needed in a first run only

    digest = hashlib.blake2b(digest_size=16)
    rule_paths = (path for _, path in rule_files(shipped_folder()))
    for path in (*own_files(ROOMS), *rule_paths):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(b"%s\0%d\0" % (path.name.encode("utf-8", "surrogateescape"), len(content)))
        digest.update(content)
    return digest.hexdigest().encode()
