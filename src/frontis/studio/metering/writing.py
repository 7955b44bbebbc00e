"""The transactions in which the meter writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import connection, transaction

_turn = Lock()


@contextmanager
def writing() -> Iterator[None]:
    """All that is written inside, or nothing.

    SQLite has one writer, and who finds another at work sleeps for up to a tenth of a second before it looks again. So
    our own threads queue here, where the next one begins at once. Never within another of the same.
    """
    if connection.vendor == "sqlite":
        with _turn, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield
