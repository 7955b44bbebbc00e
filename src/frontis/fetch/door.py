"""The door: fetches an address within a policy, once for all who ask, and remembers the outcome."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
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
from frontis.fetch.freshness import LONGEST_SECONDS, UNKNOWN
from frontis.fetch.guard import Guard
from frontis.fetch.keep import Keep
from frontis.fetch.lanes import Lanes
from frontis.fetch.lookup import Lookup, SystemLookup
from frontis.fetch.originals import Fetched, NoShelf, OnFound, Original, Shelf, packed, shelf_key, unpacked
from frontis.fetch.policy import Policy
from frontis.fetch.wants import PICTURE, want_of

# So that a herd does not hammer a dead host: what the other side decided holds longer than a mishap.
DECIDED_SECONDS = 30
MISHAP_SECONDS = 5
KEPT_FAILURES_BYTES = 2_000_000
# What an entry of the memory takes besides its data, roughly.
ENTRY_BYTES = 1_000


Key = tuple[str, str]
Outcome = Fetched | FetchFailed


class Door:
    """The only way to the network. Belongs to one event loop.

    on_attempt: told about each attempt when it is over. lookup: finds the addresses of a name, in place of the system.
    shelf: where originals outlive this. on_found: told where each came from. clock: the Unix time.
    Raises BadSetting when the policy's ca_file cannot be used.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        on_attempt: OnAttempt | None = None,
        lookup: Lookup | None = None,
        shelf: Shelf | None = None,
        on_found: OnFound | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._policy = policy
        self._on_attempt = on_attempt
        self._system_lookup = SystemLookup()
        self._dialler = Dialler(policy, Guard(policy.allow), lookup or self._system_lookup)
        self._lanes = Lanes(most_to_one_host=policy.most_to_one_host, most_in_all=policy.most_in_all)
        self._flights: Flights[Key, Outcome] = Flights()
        self._shelf = shelf or NoShelf()
        self._found = on_found or _tell_nobody
        self._clock = clock
        # What may be fetched today must not come from what was allowed yesterday.
        self._allowed = repr(policy.allow)
        self._originals: Keep[Key, Original] = Keep(policy.kept_bytes)
        self._failures: Keep[Key, FetchFailed] = Keep(KEPT_FAILURES_BYTES)

    @property
    def kept_bytes(self) -> int:
        """What the originals in memory take."""
        return self._originals.size_bytes

    async def fetch(self, url: str, *, accept: str = PICTURE, budget_seconds: float | None = None) -> Fetched:
        """Return the body at `url`, from memory or the shelf if it is there and fresh.

        What is there and no longer fresh is asked about, and is still good while its server is slow or away.

        accept: the Accept header; PAGE takes nothing but pages, and of those no more than the first two megabytes.
        budget_seconds: the longest that this caller waits, if shorter than the policy's total_seconds; the fetch itself
        goes on and is remembered for the next caller.
        Raises FetchFailed's children: AddressForbidden, UpstreamTimeout, UpstreamUnreachable, UpstreamRefused,
        UpstreamBroken, UpstreamTooLarge, UpstreamUnfit.
        """
        address = self._parsed(url)
        key = (address.text, accept)
        kept = self._originals.get(key)
        if kept is not None and self._is_fresh(kept):
            self._found("memory")
            return replace(kept.fetched, url=url)
        outcome: Outcome | None = self._failures.get(key)
        if outcome is None:
            try:
                outcome = await self._flights.join(
                    key, partial(self._fetch_and_remember, key, address, accept), most_seconds=budget_seconds
                )
            except TimeoutError:
                outcome = UpstreamTimeout(url, f"it took longer than {budget_seconds:g} s")
            except ConnectionAbortedError:
                outcome = UpstreamUnreachable(url, "the fetch was ended because Frontis shuts down")
        if isinstance(outcome, FetchFailed):
            kept = self._originals.get(key)
            if kept is None or not is_transient(outcome):
                raise readdress(outcome, url) from None
            self._found("stale")
            outcome = kept.fetched
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

    def _is_fresh(self, original: Original) -> bool:
        # Else a clock that was set back would make it fresh for ever.
        return 0 < original.fresh_until - self._clock() <= LONGEST_SECONDS

    async def _fetch_and_remember(self, key: Key, address: Address, accept: str) -> Outcome:
        known = self._originals.get(key) or await self._from_shelf(key, accept)
        if known is not None and self._is_fresh(known):
            self._found("shelf")
            return known.fetched
        outcome = await self._attempt_until_settled(address, accept, known)
        if isinstance(outcome, Original):
            self._found("unchanged" if known is not None and outcome.fetched is known.fetched else "fetched")
            if want_of(accept).is_kept:
                self._keep(key, outcome)
                if outcome.may_be_stored:
                    self._shelf.put(self._shelf_key(key), packed(outcome))
            return outcome.fetched
        decided = isinstance(outcome, UpstreamRefused | UpstreamTooLarge | UpstreamUnfit)
        if decided:
            # Its server says that it is there no more, or is another thing now.
            self._originals.drop(key)
        seconds = DECIDED_SECONDS if decided else MISHAP_SECONDS
        self._failures.put(key, outcome, size_bytes=sum(map(len, key)) + ENTRY_BYTES, seconds=seconds)
        return outcome

    def _keep(self, key: Key, original: Original) -> None:
        size_bytes = sum(map(len, key)) + ENTRY_BYTES + len(original.fetched.data)
        seconds = original.fresh_until - self._clock() + self._policy.stale_seconds
        self._originals.put(key, original, size_bytes=size_bytes, seconds=seconds)

    async def _from_shelf(self, key: Key, accept: str) -> Original | None:
        """What outlived the memory, and is not too old to be better than nothing."""
        data = await self._shelf.get(self._shelf_key(key)) if want_of(accept).is_kept else None
        original = unpacked(data) if data else None
        if original is None or original.fresh_until + self._policy.stale_seconds <= self._clock():
            return None
        self._keep(key, original)
        return original

    def _shelf_key(self, key: Key) -> str:
        return shelf_key(self._allowed, *key)

    async def _attempt_until_settled(
        self, address: Address, accept: str, known: Original | None
    ) -> Original | FetchFailed:
        deadline = asyncio.get_running_loop().time() + self._policy.total_seconds
        number = 1
        while True:
            began = time.perf_counter()
            outcome = await self._attempt(address, accept, known, deadline)
            failure = outcome if isinstance(outcome, FetchFailed) else None
            if self._on_attempt is not None:
                error = type(failure) if failure else None
                self._on_attempt(Attempt(str(address.host), error, time.perf_counter() - began, number))
            time_is_over = asyncio.get_running_loop().time() >= deadline
            if failure is None or not is_transient(failure) or number == self._policy.most_attempts or time_is_over:
                return outcome
            number += 1

    async def _attempt(
        self, address: Address, accept: str, known: Original | None, deadline: float
    ) -> Original | FetchFailed:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._follow(address, accept, known)
        except TimeoutError:
            return UpstreamTimeout(address.text, f"it took longer than {self._policy.total_seconds:g} s")
        except FetchFailed as error:
            return readdress(error, address.text)

    async def _follow(self, address: Address, accept: str, known: Original | None) -> Original:
        here, seen = address, {address}
        while True:
            async with self._lanes.enter(str(here.host)):
                # What is known is known of where the last redirect led.
                is_known = known is not None and here.text == known.fetched.final_url
                asked = known.validators if known is not None and is_known else UNKNOWN
                answer = await self._dialler.dial(here, want_of(accept), asked)
            fresh_until = self._clock() + answer.fresh_seconds
            if answer.is_unchanged and known is not None:
                return known.renewed(answer.validators, fresh_until)
            if answer.location is None:
                fetched = Fetched(address.text, here.text, answer.data, answer.media_type, answer.charset)
                return Original(fetched, answer.validators, fresh_until, answer.may_be_stored)
            here = here.follow(answer.location)
            if here in seen:
                raise AddressForbidden(address.text, "it redirects in a circle")
            if len(seen) > self._policy.most_redirects:
                raise AddressForbidden(address.text, f"it redirects more than {self._policy.most_redirects} times")
            seen.add(here)


def _tell_nobody(_: str) -> None:
    """Where nobody listens."""
