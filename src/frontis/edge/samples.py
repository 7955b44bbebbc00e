"""What one process has counted, as it travels to another and is added up."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

Labels = tuple[tuple[str, str], ...]
Point = tuple[str, Labels]

# What has no meaning as a sum: since when, and how many files one process may open.
_NOT_ADDED: Mapping[str, Callable[[float, float], float]] = {
    "process_start_time_seconds": min,
    "process_max_fds": min,
}
# Counters, that go on when their process has ended. A gauge ends with it.
_LASTING = frozenset({"counter", "histogram"})
# When a series began is of no use to those who draw curves, and doubles what is sent.
_LEFT_OUT = "_created"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric with all its series. kind: counter, gauge or histogram."""

    name: str
    words: str
    kind: str
    points: Mapping[Point, float]


Book = Mapping[str, Family]
"""Metrics by their names."""


def book_of(registry: CollectorRegistry) -> Book:
    """What is counted there now. It takes some milliseconds, and may be called in any thread."""
    book = {}
    for metric in registry.collect():
        points = {
            (sample.name, tuple(sorted(sample.labels.items()))): float(sample.value)
            for sample in metric.samples
            if not sample.name.endswith(_LEFT_OUT)
        }
        book[metric.name] = Family(metric.name, metric.documentation, metric.type, points)
    return book


def write_book(book: Book) -> bytes:
    """The book as it travels."""
    return json.dumps(
        [
            [f.name, f.words, f.kind, [[name, labels, value] for (name, labels), value in f.points.items()]]
            for f in book.values()
        ]
    ).encode()


def read_book(data: bytes) -> Book:
    """The book that was written. Only for what our own processes wrote."""
    return {
        name: Family(
            name,
            words,
            kind,
            {(each, tuple((key, text) for key, text in labels)): value for each, labels, value in points},
        )
        for name, words, kind, points in json.loads(data)
    }


def total(books: Iterable[Book]) -> Book:
    """All of them added up."""
    families: dict[str, Family] = {}
    sums: dict[str, dict[Point, float]] = {}
    for book in books:
        for name, family in book.items():
            families.setdefault(name, family)
            add = _NOT_ADDED.get(name, float.__add__)
            known = sums.setdefault(name, {})
            for point, value in family.points.items():
                known[point] = add(known[point], value) if point in known else value
    return {name: Family(name, each.words, each.kind, sums[name]) for name, each in families.items()}


def lasting(book: Book) -> Book:
    """What of it goes on when its process has ended."""
    return {name: family for name, family in book.items() if family.kind in _LASTING}


def page_of(book: Book, accept: str) -> tuple[bytes, str]:
    """The page that Prometheus reads, in the form that its Accept header asks for, and its media type."""
    encode, media_type = choose_encoder(accept)
    return encode(_Told(book)), media_type


class _Told(Collector):
    def __init__(self, book: Book) -> None:
        self._book = book

    def collect(self) -> Iterator[Metric]:
        for family in self._book.values():
            metric = Metric(family.name, family.words, family.kind)
            for (name, labels), value in family.points.items():
                metric.add_sample(name, dict(labels), value)
            yield metric
