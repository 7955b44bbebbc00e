"""What a process holds, asked of the system in a process of its own."""

import subprocess
import sys

REGISTER = """
from pathlib import Path
from frontis.draw.renderers import engine
from frontis.fonts import library

def held():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("Anonymous:"))

family = library().family("Noto Sans SC")
renderer = engine()
before = held()
renderer.prepare([family])
print(held() - before, sum(path.stat().st_size for path in family.files))
"""


def test_a_registered_font_takes_little_more_memory_than_its_file() -> None:
    done = subprocess.run([sys.executable, "-c", REGISTER], capture_output=True, check=True, text=True)
    held, size = map(int, done.stdout.split())
    assert size > 10_000_000
    assert held < 1.3 * size
