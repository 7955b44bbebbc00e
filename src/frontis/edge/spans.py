"""The stages of a request, for whoever traces it; of no effect where nobody does."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Protocol


class Trace(Protocol):
    """What keeps the stages of one request."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """A stage that lasts as long as the context."""

    def past(self, stages: Mapping[str, float]) -> None:
        """Stages that have just ended, by their seconds: those of a drawing."""


_trace: ContextVar[Trace | None] = ContextVar("frontis.trace", default=None)


@contextmanager
def traced(trace: Trace) -> Iterator[None]:
    """Whatever is begun within the context belongs to that trace."""
    token = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(token)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A stage of the request that the running task works for."""
    trace = _trace.get()
    if trace is None:
        yield
        return
    with trace.stage(name):
        yield


def past_stages(stages: Mapping[str, float]) -> None:
    """Stages of it that have just ended, by their seconds."""
    trace = _trace.get()
    if trace is not None:
        trace.past(stages)
