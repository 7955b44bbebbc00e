"""What cards leave free in the heap goes back to the system."""

import subprocess
import sys

# Small pieces that stay between large ones that go: the heap cannot shrink at its end.
HOLES = """
import asyncio
from pathlib import Path
from frontis.edge.memory import give_back_what_is_free

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 1_000_000

large, small = [], []
for _ in range(2_000):
    large.append(bytes(100_000))
    small.append(bytes(1_000))
full = megabytes()
large.clear()
before = megabytes()
asyncio.run(give_back_what_is_free())
print(full, before, megabytes())
"""


def test_what_is_free_between_what_is_kept_goes_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True, timeout=60)
    full, before, after = map(int, done.stdout.split())
    # Without it, glibc keeps nearly all of it.
    assert before > full - 40
    assert after < full - 80
