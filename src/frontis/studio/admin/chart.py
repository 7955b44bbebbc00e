"""What became of a day's renders, hour by hour, as bars to draw."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, F, FloatField, Q, QuerySet, Window
from django.db.models.functions import Cast, RowNumber, TruncHour

from frontis.studio.metering.attempts import p95_ms
from frontis.studio.metering.models import RenderAttempt

HOURS = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour. left, width: in hours. height: 0 to 100. words: what it stands for."""

    left: int
    height: float
    words: str

    @property
    def top(self) -> float:
        """Where it begins, from above."""
        return 100 - self.height


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure of the day. kind: renders, failures or p95. most: what the highest bar stands for."""

    kind: str
    title: str
    total: str
    most: str
    bars: tuple[Bar, ...]
    first: str
    last: str


def chart_of(day: date | None) -> dict[str, object]:
    """What the template of the chart needs."""
    return {"panels": panels_of(day), "day": day}


def panels_of(day: date | None) -> list[Panel]:
    """Renders, failures and p95 of the hours of a day in UTC; of the last 24 without one."""
    if day:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    else:
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    hours = [start + timedelta(hours=number) for number in range(HOURS)]
    rows = RenderAttempt.objects.filter(at__gte=start, at__lt=start + timedelta(hours=HOURS)).order_by()
    hourly = rows.annotate(hour=TruncHour("at", tzinfo=UTC)).values("hour")
    sums = {each["hour"]: each for each in hourly.annotate(all=Count("pk"), bad=Count("pk", filter=~Q(error_type="")))}
    renders = [sums[hour]["all"] if hour in sums else 0 for hour in hours]
    failures = [sums[hour]["bad"] if hour in sums else 0 for hour in hours]
    good = rows.filter(error_type="")
    by_hour = _p95_by_hour(good)
    slowest = [by_hour.get(hour, 0.0) for hour in hours]
    rate = f"{sum(failures):,}" + (f" ({100 * sum(failures) / sum(renders):.1f}%)" if sum(renders) else "")
    return [
        _panel("renders", "Renders", f"{sum(renders):,}", hours, renders, ""),
        _panel("failures", "Failures", rate, hours, failures, ""),
        _panel("p95", "95th percentile", _milliseconds(p95_ms(good)), hours, slowest, " ms"),
    ]


def _panel(
    kind: str, title: str, total: str, hours: list[datetime], values: list[int] | list[float], unit: str
) -> Panel:
    most = max(values)
    bars = tuple(
        Bar(number, 100 * value / most if most else 0, f"{hour:%H:%M} UTC: {value:,.0f}{unit}")
        for number, (hour, value) in enumerate(zip(hours, values, strict=True))
    )
    last = hours[-1] + timedelta(hours=1)
    return Panel(kind, title, total, f"{most:,.0f}{unit}" if most else "", bars, f"{hours[0]:%H:%M}", f"{last:%H:%M}")


def _p95_by_hour(good: "QuerySet[RenderAttempt]") -> dict[datetime, float]:
    """The nearest rank of each hour, found by the database."""
    hour = TruncHour("at", tzinfo=UTC)
    ranked = good.annotate(
        hour=hour,
        rank=Cast(Window(RowNumber(), partition_by=[hour], order_by=F("duration_ms").asc()), FloatField()),
        total=Cast(Window(Count("pk"), partition_by=[hour]), FloatField()),
    )
    # rank is the least whole number that is not below 95% of the total.
    nearest = ranked.filter(rank__gte=F("total") * 95 / 100, rank__lt=F("total") * 95 / 100 + 1)
    return dict(nearest.values_list("hour", "duration_ms"))


def _milliseconds(value: float | None) -> str:
    return f"{value:,.0f} ms" if value is not None else "–"
