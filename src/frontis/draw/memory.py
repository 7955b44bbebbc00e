"""Tells the C library's allocator to keep the memory of large bitmaps for the next card, and that of read fonts not."""

import ctypes
import sys
from collections.abc import Callable
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_MMAP_BYTES: Final = 32 << 20
_TRIM_BYTES: Final = 64 << 20


def keep_large_buffers() -> None:
    """Take blocks of up to 32 MB from the heap, and give no more than what is over 64 MB back to the system.

    A card passes through half a dozen buffers of 3 MB. By default glibc asks the system for each and returns it, and
    every page of it is faulted in anew, which costs as much as the painting. Without glibc, nothing happens.
    """
    mallopt = _of_libc("mallopt")
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _MMAP_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _TRIM_BYTES)


def give_back_free_memory() -> None:
    """Give what is free in the heap back to the system, in a few milliseconds. Without glibc, nothing happens."""
    malloc_trim = _of_libc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _of_libc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
