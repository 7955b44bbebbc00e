"""From a host's name to its addresses."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address

Lookup = Callable[[str], Awaitable[Sequence[IPv4Address | IPv6Address]]]


class SystemLookup:
    """Asks the system's resolver, so that /etc/hosts and an operator's own names work.

    It has threads of its own: a lookup cannot be stopped, and slow name servers must not hold up the threads which the
    rest of the program uses.
    """

    def __init__(self, threads: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="frontis-lookup")

    async def __call__(self, host: str) -> list[IPv4Address | IPv6Address]:
        """Return all addresses of `host`, in the system's order. Raises OSError when there are none."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _ask, host)

    def close(self) -> None:
        """Begin no further lookup."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _ask(host: str) -> list[IPv4Address | IPv6Address]:
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    # Each address once, in the order of the answers.
    return [ip_address(text) for text in dict.fromkeys(str(place[0]) for *_, place in answers)]
