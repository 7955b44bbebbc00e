"""What the server does not do for the sockets that it listens on."""

import asyncio
import os
import socket
from contextlib import suppress
from pathlib import Path

UNREAD_SECONDS = 20
LOOK_SECONDS = 0.05
LOOKS = 600


async def drop_the_deaf(*, seconds: float = UNREAD_SECONDS) -> None:
    """Let the kernel end a connection whose client takes no byte of its answer for so long (RFC 5482).

    The server sets no bound of its own. Waits for it to listen; what a socket that listens was told holds for the
    connections that come in by it. Does nothing where the system has no such option.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    for _ in range(LOOKS if option is not None else 0):
        found = _listening()
        if found:
            for each in found:
                with each:
                    each.setsockopt(socket.IPPROTO_TCP, int(option or 0), int(seconds * 1_000))
            return
        await asyncio.sleep(LOOK_SECONDS)


def _listening() -> list[socket.socket]:
    """Doubles of this process's sockets that listen."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        # It may be closed by now.
        with suppress(OSError, ValueError):
            if not entry.is_socket():
                continue
            double = socket.socket(fileno=os.dup(int(entry.name)))
            is_tcp = double.family in (socket.AF_INET, socket.AF_INET6) and double.type == socket.SOCK_STREAM
            if is_tcp and double.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                found.append(double)
            else:
                double.close()
    return found
