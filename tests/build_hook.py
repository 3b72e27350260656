"""Step of the build, by hatchling: the C module, and what is worked out of the shipped rules, come with the package."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface[Any]):  # type: ignore[misc]  # its types aren't read
    """Makes what git ignores and a wheel holds: see `tests/native.py` and `tests/prebuilt.py`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make it before a wheel, editable or not, is made.

        Raises:
            subprocess.CalledProcessError: That failed.
        """
        # Named here, too, for a hook is read without its package.
        module = f"cleaner/engine/_native{sysconfig.get_config_var('EXT_SUFFIX')}"
        for step in ("native", "prebuilt"):
            subprocess.run([sys.executable, "-m", f"tests.{step}"], cwd=self.root, check=True)
        build_data["artifacts"] += ["/cleaner/prebuilt/", f"/{module}"]
        if Path(self.root, module).exists():
            build_data.update(pure_python=False, infer_tag=True)
