"""The frontis command, run as its users run it."""

import os
import subprocess
import sys
from pathlib import Path


def frontis(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """What the command says and how it ends."""
    return frontis_in(None, *words, **environment)


def frontis_in(folder: Path | None, /, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The same, run in that folder."""
    return subprocess.run(
        [sys.executable, "-m", "frontis.cli", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=folder,
        env=os.environ | environment,
    )
