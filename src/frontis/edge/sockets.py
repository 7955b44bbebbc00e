"""The sockets of this process, which the server that opened them does not show."""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_OPEN = Path("/proc/self/fd")


def count_open_files() -> int:
    """How many files this process has open, sockets among them; 0 where the system does not tell."""
    try:
        return len(os.listdir(_OPEN))  # noqa: PTH208  (there may be thousands)
    except OSError:
        return 0


def doubles() -> Iterator[socket.socket]:
    """A double of each TCP socket, which is closed when the next is asked for: the socket itself stays open."""
    for entry in os.listdir(_OPEN) if count_open_files() else ():  # noqa: PTH208
        # It may be closed by now.
        with suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(int(entry)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(entry))) as double:
                if double.family in (socket.AF_INET, socket.AF_INET6) and double.type == socket.SOCK_STREAM:
                    yield double


def is_listening(one: socket.socket) -> bool:
    """Whether connections come in by it."""
    return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
