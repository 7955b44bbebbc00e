"""Ends connections of a client that holds more than its share, when they become scarce.

The server bounds them all together, and knows nothing of clients: one that opens them faster than silence is noticed
would keep all others out.
"""

import asyncio
import socket
from collections import Counter

import structlog

from frontis.edge.clients import Trusted, is_trusted, parse_trusted, plain_address
from frontis.edge.rates import address_scope
from frontis.edge.sockets import doubles, is_listening, open_files

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

EVERY_SECONDS = 1.0
# Of the 8,192 that are let in.
SCARCE = 4_096
MOST_OF_ONE = 1_024


class Crowds:
    """trusted: FRONTIS_TRUSTED_PROXIES, behind which there are many. scarce, most_of_one: numbers of connections."""

    def __init__(self, *, trusted: str = "", scarce: int = SCARCE, most_of_one: int = MOST_OF_ONE) -> None:
        self._trusted = parse_trusted(trusted)
        self._scarce = scarce
        self._most_of_one = most_of_one

    async def watch(self) -> None:
        """Thin them out again and again."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            ended = await asyncio.to_thread(self.thin_out)
            if ended:
                log.warning("connections of clients that held too many were ended", connections=ended)

    def thin_out(self) -> int:
        """End those beyond a client's share, if there are so many in all. How many were ended."""
        if len(open_files()) < self._scarce:
            return 0
        ports = {each.getsockname()[1] for each in doubles() if is_listening(each)}
        held: Counter[str] = Counter()
        ended = 0
        for each in doubles():
            try:
                is_connection = each.getsockname()[1] in ports and not is_listening(each)
                client = client_of(each.getpeername()[0], self._trusted) if is_connection else ""
                if client:
                    held[client] += 1
                if held[client] > self._most_of_one:
                    each.shutdown(socket.SHUT_RDWR)
                    ended += 1
            except OSError:
                # It ended by itself.
                continue
        return ended


def client_of(address: str, trusted: Trusted) -> str:
    """Whose connection it is; "" for a proxy of the operator's, behind which there are many.

    Where one socket listens for both, an IPv4 address comes in IPv6's clothes, in which all would be of one network.
    """
    plain = plain_address(address)
    return "" if not plain or is_trusted(plain, trusted) else address_scope(plain)
