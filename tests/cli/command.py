"""The frontis command, run as its users run it."""

import os
import subprocess
import sys
from pathlib import Path


def frontis(*words: str, folder: Path | None = None, **environment: str) -> "subprocess.CompletedProcess[str]":
    """What the command says and how it ends. folder: where it is run."""
    return subprocess.run(
        [sys.executable, "-m", "frontis.cli", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=folder,
        env=os.environ | environment,
    )
