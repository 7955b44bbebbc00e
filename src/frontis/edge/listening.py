"""What the server does not do for the sockets that it listens on."""

import asyncio
import socket

from frontis.edge.sockets import doubles, is_listening

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
        is_told = False
        for each in doubles():
            if is_listening(each):
                each.setsockopt(socket.IPPROTO_TCP, int(option or 0), int(seconds * 1_000))
                is_told = True
        if is_told:
            return
        await asyncio.sleep(LOOK_SECONDS)
