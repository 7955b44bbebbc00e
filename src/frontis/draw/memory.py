"""Tells the C library's allocator to keep the memory of large bitmaps for the next card."""

import ctypes
import sys
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
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _MMAP_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _TRIM_BYTES)
