"""What the machine gives to this process."""

import os


def usable_cores() -> int:
    """How many cores it may use: a container may be given fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
