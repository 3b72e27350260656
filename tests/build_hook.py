"""Step of the build, by hatchling: what is worked out of the shipped rules comes with the package."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface[Any]):  # type: ignore[misc]  # its types aren't read
    """Writes the prebuilt files (see `tests/prebuilt.py`), and puts them into the wheel, although git ignores them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files before a wheel, editable or not, is made.

        Raises:
            subprocess.CalledProcessError: That failed.
        """
        subprocess.run([sys.executable, "-m", "tests.prebuilt"], cwd=self.root, check=True)
        build_data["artifacts"].append("/cleaner/prebuilt/")
