"""The sockets of this process, which the server that opened them does not show."""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress


def open_files() -> list[int]:
    """The numbers of the files that this process has open, sockets among them; none where the system does not tell."""
    try:
        return [int(entry) for entry in os.listdir("/proc/self/fd")]  # noqa: PTH208  (there may be thousands)
    except OSError:
        return []


def doubles() -> Iterator[socket.socket]:
    """A double of each TCP socket, which is closed when the next is asked for: the socket itself stays open."""
    for number in open_files():
        # It may be closed by now.
        with suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as double:
                if double.family in (socket.AF_INET, socket.AF_INET6) and double.type == socket.SOCK_STREAM:
                    yield double


def is_listening(one: socket.socket) -> bool:
    """Whether connections come in by it."""
    return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
