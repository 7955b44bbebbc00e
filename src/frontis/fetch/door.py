"""The door: fetches an address within a policy, once for all who ask, and remembers the outcome."""

import asyncio
import time
from dataclasses import dataclass, replace
from functools import partial

from frontis.errors import (
    AddressForbidden,
    FetchFailed,
    UpstreamRefused,
    UpstreamTimeout,
    UpstreamTooLarge,
    UpstreamUnfit,
    UpstreamUnreachable,
)
from frontis.fetch.address import Address, parse_address
from frontis.fetch.attempts import Attempt, OnAttempt, is_transient, readdress
from frontis.fetch.dial import Dialler
from frontis.fetch.flights import Flights
from frontis.fetch.guard import Guard
from frontis.fetch.keep import Keep
from frontis.fetch.lanes import Lanes
from frontis.fetch.lookup import Lookup, SystemLookup
from frontis.fetch.policy import Policy
from frontis.fetch.wants import PICTURE, want_of

# So that a herd does not hammer a dead host: what the other side decided holds longer than a mishap.
DECIDED_SECONDS = 30
MISHAP_SECONDS = 5
KEPT_FAILURES_BYTES = 2_000_000
# What an entry of the memory takes besides its data, roughly.
ENTRY_BYTES = 1_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """An original from elsewhere.

    url: as it was asked for. final_url: where the last redirect led, in canonical form. media_type: what the server
    claims ("image/png"), "" when it says nothing; only the data's own first bytes tell the truth. charset: likewise.
    """

    url: str
    final_url: str
    data: bytes
    media_type: str
    charset: str = ""


Key = tuple[str, str]
Outcome = Fetched | FetchFailed


class Door:
    """The only way to the network. Belongs to one event loop.

    on_attempt: told about each attempt when it is over. lookup: finds the addresses of a name, in place of the system.
    Raises BadSetting when the policy's ca_file cannot be used.
    """

    def __init__(self, policy: Policy, *, on_attempt: OnAttempt | None = None, lookup: Lookup | None = None) -> None:
        self._policy = policy
        self._on_attempt = on_attempt
        self._system_lookup = SystemLookup()
        self._dialler = Dialler(policy, Guard(policy.allow), lookup or self._system_lookup)
        self._lanes = Lanes(most_to_one_host=policy.most_to_one_host, most_in_all=policy.most_in_all)
        self._flights: Flights[Key, Outcome] = Flights()
        self._originals: Keep[Key, Fetched] = Keep(policy.kept_bytes)
        self._failures: Keep[Key, FetchFailed] = Keep(KEPT_FAILURES_BYTES)

    @property
    def kept_bytes(self) -> int:
        """What the originals in memory take."""
        return self._originals.size_bytes

    async def fetch(self, url: str, *, accept: str = PICTURE, budget_seconds: float | None = None) -> Fetched:
        """Return the body at `url`, from memory if it is there.

        accept: the Accept header; PAGE takes nothing but pages, and of those no more than the first two megabytes.
        budget_seconds: the longest that this caller waits, if shorter than the policy's total_seconds; the fetch itself
        goes on and is remembered for the next caller.
        Raises FetchFailed's children: AddressForbidden, UpstreamTimeout, UpstreamUnreachable, UpstreamRefused,
        UpstreamBroken, UpstreamTooLarge, UpstreamUnfit.
        """
        address = self._parsed(url)
        key = (address.text, accept)
        outcome: Outcome | None = self._originals.get(key) or self._failures.get(key)
        if outcome is None:
            try:
                outcome = await self._flights.join(
                    key, partial(self._fetch_and_remember, key, address, accept), most_seconds=budget_seconds
                )
            except TimeoutError:
                raise UpstreamTimeout(url, f"it took longer than {budget_seconds:g} s") from None
            except ConnectionAbortedError:
                raise UpstreamUnreachable(url, "the fetch was ended because Frontis shuts down") from None
        if isinstance(outcome, FetchFailed):
            raise readdress(outcome, url)
        return replace(outcome, url=url)

    async def close(self) -> None:
        """End all fetches under way and forget what is kept."""
        await self._flights.close()
        self._system_lookup.close()
        self._originals.clear()
        self._failures.clear()

    def _parsed(self, url: str) -> Address:
        try:
            return parse_address(url)
        except FetchFailed as error:
            if self._on_attempt is not None:
                self._on_attempt(Attempt("", type(error), 0.0, 1))
            raise

    async def _fetch_and_remember(self, key: Key, address: Address, accept: str) -> Outcome:
        outcome = await self._attempt_until_settled(address, accept)
        size_bytes = len(key[0]) + len(key[1]) + ENTRY_BYTES
        if isinstance(outcome, Fetched):
            size_bytes += len(outcome.data)
            if not want_of(accept).is_kept:
                return outcome
            self._originals.put(key, outcome, size_bytes=size_bytes, seconds=self._policy.kept_seconds)
        else:
            decided = isinstance(outcome, UpstreamRefused | UpstreamTooLarge | UpstreamUnfit)
            seconds = DECIDED_SECONDS if decided else MISHAP_SECONDS
            self._failures.put(key, outcome, size_bytes=size_bytes, seconds=seconds)
        return outcome

    async def _attempt_until_settled(self, address: Address, accept: str) -> Outcome:
        deadline = asyncio.get_running_loop().time() + self._policy.total_seconds
        number = 1
        while True:
            began = time.perf_counter()
            outcome = await self._attempt(address, accept, deadline)
            failure = outcome if isinstance(outcome, FetchFailed) else None
            if self._on_attempt is not None:
                error = type(failure) if failure else None
                self._on_attempt(Attempt(str(address.host), error, time.perf_counter() - began, number))
            time_is_over = asyncio.get_running_loop().time() >= deadline
            if failure is None or not is_transient(failure) or number == self._policy.most_attempts or time_is_over:
                return outcome
            number += 1

    async def _attempt(self, address: Address, accept: str, deadline: float) -> Outcome:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._follow(address, accept)
        except TimeoutError:
            return UpstreamTimeout(address.text, f"it took longer than {self._policy.total_seconds:g} s")
        except FetchFailed as error:
            return readdress(error, address.text)

    async def _follow(self, address: Address, accept: str) -> Fetched:
        here, seen = address, {address}
        while True:
            async with self._lanes.enter(str(here.host)):
                answer = await self._dialler.dial(here, want_of(accept))
            if answer.location is None:
                return Fetched(address.text, here.text, answer.data, answer.media_type, answer.charset)
            here = here.follow(answer.location)
            if here in seen:
                raise AddressForbidden(address.text, "it redirects in a circle")
            if len(seen) > self._policy.most_redirects:
                raise AddressForbidden(address.text, f"it redirects more than {self._policy.most_redirects} times")
            seen.add(here)
