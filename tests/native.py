"""The package's C module. `python -m tests.native` builds it for a checkout; without a C compiler it leaves it out."""

from __future__ import annotations

import sys
import sysconfig
import tempfile
from pathlib import Path

from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

SOURCE = "cleaner/engine/_native.c"


def target() -> str:
    """Path of the built module, for this Python."""
    return f"{Path(SOURCE).with_suffix('')}{sysconfig.get_config_var('EXT_SUFFIX')}"


def build() -> None:
    """Build the module beside its source, in the working directory; an older one goes."""
    Path(target()).unlink(missing_ok=True)
    # Fused multiplications round otherwise than Python does.
    options = [] if sys.platform == "win32" else ["-O2", "-ffp-contract=off"]
    extension = Extension(".".join(Path(SOURCE).with_suffix("").parts), [SOURCE], extra_compile_args=options, optional=True)
    command = build_ext(Distribution({"name": "article-cleaner", "packages": ["cleaner.engine"], "ext_modules": [extension]}))
    with tempfile.TemporaryDirectory() as temporary:
        command.inplace, command.build_temp, command.build_lib = True, temporary, temporary
        command.ensure_finalized()
        command.run()


if __name__ == "__main__":
    build()
