"""The user's folders: where the platform has its place for what programs keep."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

Kind = Literal["cache", "config", "state"]

#: The XDG Base Directory Specification: the variable that names a kind's folder, and where that is in the home folder by default.
_XDG = {"cache": ("XDG_CACHE_HOME", ".cache"), "config": ("XDG_CONFIG_HOME", ".config"), "state": ("XDG_STATE_HOME", ".local/state")}


def of_user(kind: Kind) -> Path:
    """The user's folder of a kind for this program; it may not exist yet.

    Raises:
        RuntimeError: The user has no home folder.
    """
    return _plainly(kind) or _by_platform(kind)


def _plainly(kind: Kind) -> Path | None:
    """The folder where there is no doubt about it: to import what knows all platforms takes as long as to clean a page."""
    if sys.platform != "linux" or hasattr(sys, "getandroidapilevel") or any(name.startswith("ANDROID_") for name in os.environ):
        return None
    variable, by_default = _XDG[kind]
    named, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
    if named:
        return Path(named, "cleaner") if named.startswith("/") else None
    return Path(home, by_default, "cleaner") if home.startswith("/") else None


def _by_platform(kind: Kind) -> Path:
    import platformdirs

    folder = {"cache": platformdirs.user_cache_path, "config": platformdirs.user_config_path, "state": platformdirs.user_state_path}[kind]
    return Path(folder("cleaner", appauthor=False))
