"""Counts what happens here, for /metrics: by dialect and template, never by key or address."""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from frontis.fetch import Attempt as FetchAttempt
from frontis.model.ports import Attempts
from frontis.model.usage import Attempt, RenderMetrics, error_type

# Where cards come out of memory, are drawn, and wait for something remote.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# In place of a template that there is not: else whoever invents names would mint series without end.
NO_TEMPLATE = "unknown"


class Metrics:
    """The counters of one process. templates: the ids that may be told apart."""

    def __init__(self, templates: Collection[str] = ()) -> None:
        self._templates = frozenset(templates)
        # To find a series by its labels costs more than to count in it.
        self._answers: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._sources: dict[tuple[str, str, str], Counter] = {}
        here = self.registry = CollectorRegistry()
        ProcessCollector(registry=here)
        counter = partial(Counter, registry=here)
        self._requests = counter("frontis_requests", "Requests by dialect and status.", ["dialect", "status"])
        self._seconds = Histogram(
            "frontis_request_seconds", "From a request to its answer.", ["dialect"], buckets=_SECONDS, registry=here
        )
        self._bytes = counter("frontis_sent_bytes", "Bytes of answers.")
        self._pictures = counter(
            "frontis_pictures", "Pictures by where they came from.", ["dialect", "template", "source"]
        )
        self._stages = Histogram(
            "frontis_stage_seconds", "The stages of new pictures.", ["stage"], buckets=_SECONDS, registry=here
        )
        self._renders = counter(
            "frontis_renders",
            "Attempts to draw; error is empty for those that succeeded.",
            ["dialect", "template", "error"],
        )
        self._fetches = counter(
            "frontis_fetches", "Attempts to fetch; error is empty for those that succeeded.", ["error"]
        )
        self._originals = counter(
            "frontis_originals", "Pictures and pages from elsewhere by where they came from.", ["source"]
        )
        self._refusals = counter("frontis_refusals", "Refused requests by reason.", ["dialect", "reason"])
        self._stored = counter(
            "frontis_stored",
            "Pictures for the store: written, dropped when too many waited, failed, or late when they were read.",
            ["outcome"],
        )
        self._fallbacks = counter(
            "frontis_fallbacks",
            "Pictures that crawlers got in place of a refusal: their last good one, or a plain one.",
            ["dialect", "reason", "kind"],
        )

    def answered(self, dialect: str, status: int, sent_bytes: int, seconds: float) -> None:
        """Count one request."""
        series = self._answers.get((dialect, status))
        if series is None:
            series = self._requests.labels(dialect, str(status)), self._seconds.labels(dialect)
            self._answers[dialect, status] = series
        requests, lasted = series
        requests.inc()
        lasted.observe(seconds)
        self._bytes.inc(sent_bytes)

    def served(self, dialect: str, template: str, source: str, stages: Mapping[str, float]) -> None:
        """Count one picture. source: as Visit has it. stages: seconds of each, of one not in memory."""
        pictures = self._sources.get((dialect, template, source))
        if pictures is None:
            pictures = self._pictures.labels(dialect, self._known(template), source)
            if template in self._templates:
                self._sources[dialect, template, source] = pictures
        pictures.inc()
        for stage, seconds in stages.items():
            self._stages.labels(stage).observe(seconds)

    def refused(self, dialect: str, reason: str) -> None:
        """Count one refusal. reason: the name of the error."""
        self._refusals.labels(dialect, reason).inc()

    def stored(self, outcome: str) -> None:
        """Count one picture for the store. outcome: written, dropped, failed or late."""
        self._stored.labels(outcome).inc()

    def fell_back(self, dialect: str, reason: str, kind: str) -> None:
        """Count one picture in place of a refusal. kind: last-good or plain."""
        self._fallbacks.labels(dialect, reason, kind).inc()

    def drawn(self, attempt: Attempt) -> None:
        """Count one attempt to draw."""
        self._renders.labels(attempt.dialect, self._known(attempt.template), attempt.error_type).inc()

    def fetched(self, attempt: FetchAttempt) -> None:
        """Count one attempt to fetch."""
        self._fetches.labels(error_type(attempt.error) if attempt.error else "").inc()

    def found(self, source: str) -> None:
        """Count one picture or page from elsewhere. source: memory, shelf, unchanged, fetched or stale."""
        self._originals.labels(source).inc()

    def _known(self, template: str) -> str:
        return template if template in self._templates else NO_TEMPLATE

    def watch(self, name: str, words: str, read: Callable[[], float]) -> None:
        """Show a number that is read when somebody asks for it."""
        Gauge(f"frontis_{name}", words, registry=self.registry).set_function(read)


class CountedAttempts:
    """The port Attempts, with each attempt counted as well."""

    def __init__(self, attempts: Attempts, metrics: Metrics) -> None:
        self._attempts = attempts
        self._metrics = metrics

    def record(self, attempt: Attempt) -> None:
        """Count one, and pass it on."""
        self._metrics.drawn(attempt)
        self._attempts.record(attempt)

    async def report(self, *, hours: int) -> RenderMetrics:
        """What became of those of the last hours."""
        return await self._attempts.report(hours=hours)
