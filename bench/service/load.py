"""The load: wrk asks a server for a list of paths, over so many connections, for so many seconds."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).parent / "load.lua"


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it. failed: requests that were refused, or never answered."""

    requests: int
    seconds: float
    bytes: int
    failed: int
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def load(port: int, paths: Sequence[str], *, connections: int, seconds: int, first: int = 0) -> Answered:
    """Ask for these paths in their order and again from the beginning. first: where to begin."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(paths))
        listed.flush()
        said = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}"],
            env={**os.environ, "PATHS": listed.name, "FIRST": str(first)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout  # fmt: skip
    line = next(line for line in said.splitlines() if line.startswith("JSON "))
    return Answered(**json.loads(line.removeprefix("JSON ")))
