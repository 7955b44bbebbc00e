"""Compiles the loops over pixels while Frontis is installed. Without a C compiler they are left out."""

import os
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path("src/frontis/encode/loops/loops.c")
LIBRARY = SOURCE.with_name("libloops.so")


class Loops(BuildHookInterface[BuilderConfig]):
    """The hook that hatchling calls before it makes a wheel or an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's)
        """Compile, and take the result into the wheel."""
        if self.target_name != "wheel":
            return
        library = Path(self.root, LIBRARY)
        library.unlink(missing_ok=True)
        compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
        options = ["-std=c11", "-O3", "-fPIC", "-shared", str(Path(self.root, SOURCE)), "-o", str(library)]
        try:
            subprocess.run([*compiler, *options], check=True, capture_output=True, text=True)  # noqa: S603  (CC is ours)
        except (OSError, subprocess.CalledProcessError) as error:
            why = getattr(error, "stderr", None) or error
            self.app.display_warning(f"Without a C compiler ({why}), cards take about a tenth longer to draw.")
            return
        build_data["artifacts"].append(str(LIBRARY))
        # Nothing in it is of one Python, but all of one kind of machine.
        machine = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data |= {"pure_python": False, "tag": f"py3-none-{machine}"}
