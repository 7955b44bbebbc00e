"""Who asks, and whether they may: keys, signatures, requests a minute, quotas."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from frontis.edge.rates import RateLimiter, account_scope, address_scope, project_scope
from frontis.errors import (
    BadSignature,
    HostForeign,
    KeyMissing,
    KeyNotEnough,
    KeyUnknown,
    PlanTooSmall,
    ProjectUnknown,
)
from frontis.fetch.address import parse_address
from frontis.model.account import Holder, KeyKind, kind_of_key
from frontis.model.dialect import Dialect, Errand, Metering, Terms
from frontis.model.order import Order, RegisterWish, SignWish
from frontis.model.ports import Ports
from frontis.model.query import Query
from frontis.model.usage import Rate, Usage
from frontis.signing import SIGNATURE, is_signed, verify

# Of one client address in a minute: cards that need no key although the route does, and new accounts.
OPEN_PER_MINUTE = 10
ACCOUNTS_PER_MINUTE = 5
# Of all clients together.
ALL_ACCOUNTS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class House:
    """The rules of this installation.

    secret: verifies signatures. requires_signature: of every address of a card. anonymous_per_minute: requests of one
    client address, 0 for no limit.
    """

    secret: str
    requires_signature: bool = False
    anonymous_per_minute: int = 0


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who was let in: the holder of a key, or None for somebody anonymous, and what has been counted."""

    holder: Holder | None = None
    rate: Rate | None = None
    usage: Usage | None = None


NOBODY_COUNTED = Admitted()


class Admission:
    """Decides for each request. clock: tells the Unix time."""

    def __init__(
        self, ports: Ports, rates: RateLimiter, house: House, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._ports = ports
        self._rates = rates
        self._house = house
        self._clock = clock

    async def admit(
        self, asked: Order | Errand, dialect: Dialect, terms: Terms, query: Query, *, client: str
    ) -> Admitted:
        """Let somebody in, and count the request where its dialect counts requests.

        client: the address that it came from. Raises Refused's children, BadSignature and StudioUnavailable.
        """
        holder = await self.who(asked, terms)
        if isinstance(asked, Order):
            self._check_signature(asked, holder, query)
        elif isinstance(asked.wish, SignWish):
            await self._check_signer(asked, asked.wish, holder)
        rate = await self._count_rate(asked, holder, dialect, terms, client)
        counts = holder is not None and terms.metering is Metering.REQUESTS
        usage = await self._ports.meter.take(holder, dialect.name) if holder and counts else None
        return Admitted(holder, rate, usage)

    async def who(self, asked: Order | Errand, terms: Terms) -> Holder | None:
        """Who stands behind the key or the project that was shown, without counting anything.

        Raises ProjectUnknown, HostForeign, KeyMissing, KeyUnknown and its like, and StudioUnavailable.
        """
        return await (self._owner(asked) if isinstance(asked, Order) and asked.project else self._holder(asked, terms))

    def secret_for(self, holder: Holder | None) -> str:
        """What verifies the addresses of that holder's site."""
        project = holder.project if holder else None
        return (project.signing_secret if project else "") or self._house.secret

    async def _owner(self, order: Order) -> Holder:
        """Who stands behind a project that everybody may name. Raises ProjectUnknown and HostForeign."""
        project = await self._ports.projects.project(order.project)
        if project is None or not project.is_active:
            raise ProjectUnknown
        if order.page is not None:
            address = parse_address(order.page.url)
            host = urlsplit(address.text).netloc
            if not project.owns(host):
                raise HostForeign(host)
        return Holder(project.account, 0, KeyKind.OGSTACK, project.plan, project)

    async def _holder(self, asked: Order | Errand, terms: Terms) -> Holder | None:
        holder = await self._ports.keys.holder(asked.key) if asked.key and terms.keys else None
        if holder is not None and holder.kind not in terms.keys:
            holder = None
        is_open = isinstance(asked, Order) and asked.is_open
        if holder is None and terms.is_key_required and not is_open:
            raise KeyUnknown(is_malformed=kind_of_key(asked.key) not in terms.keys) if asked.key else KeyMissing
        if holder is not None and not terms.allows(holder.plan):
            raise PlanTooSmall(holder.plan.name)
        if terms.is_for_superusers and not (holder and holder.is_superuser):
            raise KeyNotEnough
        return holder

    def _check_signature(self, order: Order, holder: Holder | None, query: Query) -> None:
        # What a POST asks for stands in its body, which no signature covers.
        if query.method != "POST" and is_signed(query.parameters):
            verify(query.parameters, secret=self.secret_for(holder), now=self._clock())
        elif self._is_closed(holder) and not (holder and order.is_key_private):
            # Whoever shows a key that nobody can read in a page is known without a signature.
            raise BadSignature(SIGNATURE, "is missing")

    def _is_closed(self, holder: Holder | None) -> bool:
        """Whether unsigned addresses are refused."""
        project = holder.project if holder else None
        return self._house.requires_signature or bool(project and project.requires_signature)

    async def _check_signer(self, asked: Errand, wish: SignWish, holder: Holder | None) -> None:
        """Anybody may have an address signed, but where unsigned ones are refused: there it must mean something.

        So it takes a key that is never part of an address, in a header, of the account whose address it is; and one
        that is bound to a project signs for that project alone.
        """
        site = await self._ports.keys.holder(wish.site_key)
        if not self._is_closed(site) and self.secret_for(site) == self._house.secret:
            return
        if holder is None or not asked.is_key_private or holder.kind is not KeyKind.OGSTACK:
            raise KeyMissing
        its_project = site.project if site else None
        if (site and site.account != holder.account) or (holder.project and holder.project != its_project):
            raise KeyNotEnough

    async def _count_rate(
        self, asked: Order | Errand, holder: Holder | None, dialect: Dialect, terms: Terms, client: str
    ) -> Rate | None:
        if holder is not None and isinstance(asked, Order) and asked.project:
            limit = 0 if asked.passes_rate_limit else holder.plan.allowance(dialect.name).requests_per_minute
            return await self._rates.hit(project_scope(dialect.name, asked.project), limit)
        if holder is not None:
            limit = holder.plan.allowance(dialect.name).requests_per_minute if terms.is_rate_limited else 0
            return await self._rates.hit(account_scope(dialect.name, holder.account), limit) if limit else None
        if isinstance(asked, Order) and asked.is_open:
            return await self._rates.hit(f"open/{address_scope(client)}", OPEN_PER_MINUTE)
        if isinstance(asked, Errand) and isinstance(asked.wish, RegisterWish):
            await self._rates.hit(f"register/{address_scope(client)}", ACCOUNTS_PER_MINUTE)
            return await self._rates.hit("register", ALL_ACCOUNTS_PER_MINUTE)
        passes = isinstance(asked, Order) and asked.passes_rate_limit
        limit = 0 if passes else self._house.anonymous_per_minute
        return await self._rates.hit(address_scope(client), limit) if limit else None
