"""Whether a crawler is whose it says: by the name of its address, or by the vendor's own networks."""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from frontis.fetch.keep import Keep

# A system's resolver gives up by itself after 5 to 30 s. Nobody waits for it, and few addresses wait with it.
THREADS = 2
MOST_WAITING = 64
LOOKUP_SECONDS = 30
# An address keeps its owner for days; who could not be asked for is asked for again soon.
TRUE_SECONDS = 86_400
FALSE_SECONDS = 3_600
UNTOLD_SECONDS = 60
MOST_ADDRESSES = 8_192


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who runs a crawler. word: in its user agent, in lower case.

    domains: in which the names of its addresses lie. networks: all of its addresses, where they are published.
    """

    word: str
    domains: tuple[str, ...] = ()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()


# The first whose word is found counts: Telegram says that it is like Twitter's.
VENDORS = (
    # Telegram's networks, as they are reported.
    Vendor("telegrambot", networks=(IPv4Network("149.154.160.0/20"), IPv4Network("91.108.4.0/22"))),
    # developers.google.com/search/docs/crawling-indexing/verifying-googlebot
    Vendor("googlebot", domains=("googlebot.com", "google.com")),
    # Meta publishes its networks by AS number only; its crawlers' addresses have names below fbsv.net.
    Vendor("facebookexternalhit", domains=("fbsv.net",)),
    Vendor("facebot", domains=("fbsv.net",)),
    Vendor("meta-external", domains=("fbsv.net",)),
    Vendor("twitterbot", domains=("twttr.com",)),
    Vendor("linkedinbot", domains=("fwd.linkedin.com",)),
    Vendor("pinterestbot", domains=("pinterest.com",)),
)

Ask = Callable[[str], tuple[str, frozenset[str]]]


def ask_system(address: str) -> tuple[str, frozenset[str]]:
    """The name of an address, and all addresses of that name, from the system's resolver. Raises OSError."""
    name = socket.gethostbyaddr(address)[0]
    answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return name, frozenset(str(ip_address(str(place[0]).partition("%")[0])) for *_, place in answers)


class Verifier:
    """Remembers which addresses belong to which vendor. Belongs to one event loop.

    It never makes anybody wait: what is not known yet is found out meanwhile, for the next request. ask: see
    `ask_system`; it runs in threads of our own.
    """

    def __init__(self, vendors: tuple[Vendor, ...] = VENDORS, *, ask: Ask = ask_system) -> None:
        self._vendors = vendors
        self._ask = ask
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="frontis-vendor")
        self._known: Keep[tuple[str, str], bool] = Keep(MOST_ADDRESSES)
        self._asking: dict[tuple[str, str], asyncio.Task[None]] = {}

    def is_verified(self, user_agent: str, address: str) -> bool:
        """Whether it is known by now that the vendor whom a user agent names has that address."""
        agent = user_agent[:512].lower()
        vendor = next((each for each in self._vendors if each.word in agent), None)
        if vendor is None or not address:
            return False
        if vendor.networks:
            return any(ip_address(address) in network for network in vendor.networks)
        place = vendor.word, address
        found = self._known.get(place)
        if found is None and place not in self._asking and len(self._asking) < MOST_WAITING:
            self._asking[place] = asyncio.create_task(self._find_out(vendor, address))
        return bool(found)

    async def close(self) -> None:
        """Begin no further lookup, and wait for none."""
        tasks = tuple(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def settled(self) -> None:
        """Wait until nothing is being found out."""
        await asyncio.gather(*self._asking.values())

    async def _find_out(self, vendor: Vendor, address: str) -> None:
        place = vendor.word, address
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, address)
        except (OSError, UnicodeError):
            # It has no name, or nobody could tell within the time (TimeoutError is an OSError).
            is_its, seconds = False, UNTOLD_SECONDS
        else:
            is_its = _belongs(vendor, address, *answer)
            seconds = TRUE_SECONDS if is_its else FALSE_SECONDS
        finally:
            del self._asking[place]
        self._known.put(place, is_its, size_bytes=1, seconds=seconds)


def _belongs(vendor: Vendor, address: str, name: str, addresses: frozenset[str]) -> bool:
    """Whether the name of an address lies in a domain of the vendor's, and leads back to that address.

    Whoever owns an address may name it as he likes; only the owner of the domain can make the name lead back.
    """
    host = name.lower().rstrip(".")
    is_inside = any(host == domain or host.endswith(f".{domain}") for domain in vendor.domains)
    return is_inside and str(ip_address(address)) in addresses
