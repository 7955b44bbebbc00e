"""How much of its plan an account has used, for its owner to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from frontis.studio.accounts.models import Account
from frontis.studio.metering.summary import DialectUsage, usage_of
from frontis.studio.pages.titles import SERVICES


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of one quota is used. period: "this month" or "today". limit: 0 is none."""

    dialect: str
    period: str
    used: int
    limit: int

    @property
    def name(self) -> str:
        """The service."""
        return SERVICES.get(self.dialect, self.dialect)

    @property
    def words(self) -> str:
        """Such as "812 of 1,000"."""
        return f"{self.used:,} of {self.limit:,}" if self.limit else f"{self.used:,}, no limit"

    @property
    def warned_at(self) -> int:
        """From where on it is nearly used up."""
        return int(self.limit * settings.FRONTIS.usage_warning_percent)


def meters(account: Account, today: date) -> list[Meter]:
    """One for each quota of the account's plan, and one for each service that was used without a quota."""
    place = {dialect: number for number, dialect in enumerate(SERVICES)}
    used = sorted(usage_of(account, today), key=lambda each: place.get(each.dialect, len(place)))
    return [meter for each in used for meter in _of_one(each)]


def _of_one(used: DialectUsage) -> Iterator[Meter]:
    if used.day_limit:
        yield Meter(used.dialect, "today", used.day_used, used.day_limit)
    if used.month_limit:
        yield Meter(used.dialect, "this month", used.month_used, used.month_limit)
    if not used.day_limit and not used.month_limit:
        # What has no quota is counted for people alone.
        yield Meter(used.dialect, "this month", used.month_renders + used.month_hits, 0)
