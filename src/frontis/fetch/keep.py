"""A memory of limited size and age: what was used last stays longest."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[V]):
    value: V
    size_bytes: int
    ends: float


class Keep(Generic[K, V]):
    """Keeps values until they are too old or there is no room for them.

    most_bytes: what all values may take together; the least recently used go first, and a value larger than this is not
    kept at all. clock: seconds, for the age.
    """

    def __init__(self, most_bytes: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._size_bytes = 0

    @property
    def size_bytes(self) -> int:
        """What all kept values take."""
        return self._size_bytes

    def put(self, key: K, value: V, *, size_bytes: int, seconds: float) -> None:
        """Keep `value` for `seconds`, in place of what `key` had before."""
        self.drop(key)
        if size_bytes > self._most_bytes or seconds <= 0:
            return
        self._kept[key] = _Kept(value, size_bytes, self._clock() + seconds)
        self._size_bytes += size_bytes
        while self._size_bytes > self._most_bytes:
            self.drop(next(iter(self._kept)))

    def get(self, key: K) -> V | None:
        """Return what is kept for `key`, or None."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.ends <= self._clock():
            self.drop(key)
            return None
        self._kept.move_to_end(key)
        return kept.value

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._size_bytes = 0

    def drop(self, key: K) -> None:
        """Forget what is kept for `key`, if anything is."""
        if (kept := self._kept.pop(key, None)) is not None:
            self._size_bytes -= kept.size_bytes
