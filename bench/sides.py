"""One side of the comparison: a process of its own that draws one card at a time and says how long that took.

peers/protocol.mjs tells what is said.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent
OURS = "frontis"
COMMANDS = {
    OURS: [sys.executable, "-m", "bench.ours"],
    "takumi": ["node", str(HERE / "peers" / "takumi.mjs")],
    "satori": ["node", str(HERE / "peers" / "satori.mjs")],
    "chromium": ["node", str(HERE / "peers" / "chromium.mjs")],
}
PEERS = tuple(name for name in COMMANDS if name != OURS)
_LONGEST_WAIT_SECONDS = 60


class SideError(Exception):
    """A side could not start, stopped, or did not draw a card; the text holds what it said."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One card drawn and encoded. cpu_ms: processor time of all threads, or None where the side cannot know it."""

    ms: float
    cpu_ms: float | None
    size_bytes: int


class Side:
    """A running side. Use it as a context manager. label: name and version. runtime: what it runs on."""

    def __init__(self, name: str, folder: Path) -> None:
        """Start the side on the folder that `lay_out` filled. Raises SideError."""
        self.name = name
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed in __exit__)
        self._process = subprocess.Popen(
            [*COMMANDS[name], str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            cwd=HERE.parent,
            env={**os.environ, "FRONTIS_TEMPLATES_DIR": str(HERE / "templates")},
        )
        greeting = self._listen()
        self.label: str = greeting["name"]
        self.runtime: str = greeting["runtime"]
        self.formats: tuple[str, ...] = tuple(greeting["formats"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._complaints.close()

    def draw(self, card: str, title: str, form: str, save: Path | None = None) -> Drawing:
        """Draw the card and measure it; with `save`, also write the picture there. Raises SideError."""
        assert self._process.stdin
        request = {"card": card, "title": title, "format": form, "save": str(save.resolve()) if save else None}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._listen()
        return Drawing(answer["ms"], answer["cpu_ms"], answer["bytes"])

    def _listen(self) -> dict[str, Any]:
        assert self._process.stdout
        # One answer follows one request, so nothing can be waiting in Python's own buffer.
        ready, _, _ = select.select([self._process.stdout], [], [], _LONGEST_WAIT_SECONDS)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self._process.kill()
            self._complaints.seek(0)
            raise SideError(
                f"{self.name} {'stopped' if ready else 'does not answer'}:\n{self._complaints.read()[-4000:]}"
            )
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise SideError(f"{self.name} drew no card:\n{answer['error']}")
        return answer
