"""Strips that are deflated once."""

import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from frontis.encode.strips import KeptStrips, Strip


class Deflate:
    """Deflates, and counts how often it was asked to."""

    def __init__(self) -> None:
        self.calls = 0

    def of(self, strips: KeptStrips, rows: NDArray[np.uint8], manner: tuple[int, ...] = ()) -> bytes:
        key, strip = strips.find(rows, manner)
        if strip is None:
            self.calls += 1
            strip = Strip(zlib.compress(rows.tobytes() + bytes(manner)), 1, rows.size)
            strips.add(key, rows, strip)
        return strip.deflated


def rows_of(number: int, size: int = 1000) -> NDArray[np.uint8]:
    return np.random.default_rng(number).integers(0, 256, (10, size // 10), np.uint8)


def size_of(rows: NDArray[np.uint8] | NDArray[np.uint32] | None, strip: Strip) -> int:
    return len(strip.deflated) + (0 if rows is None else rows.nbytes)


def test_rows_that_come_a_third_time_are_not_deflated_again() -> None:
    strips, deflate = KeptStrips(), Deflate()
    results = [deflate.of(strips, rows_of(1)) for _ in range(5)]
    assert deflate.calls == 2
    assert len(set(results)) == 1


def test_rows_that_came_once_are_not_kept() -> None:
    strips, deflate = KeptStrips(), Deflate()
    for number in range(50):
        deflate.of(strips, rows_of(number))
    assert deflate.calls == 50
    assert strips._bytes == 0


def test_other_rows_and_another_manner_are_deflated_for_themselves() -> None:
    strips, deflate = KeptStrips(), Deflate()
    for _ in range(3):
        assert zlib.decompress(deflate.of(strips, rows_of(1))) == rows_of(1).tobytes()
        assert zlib.decompress(deflate.of(strips, rows_of(2))) == rows_of(2).tobytes()
        assert zlib.decompress(deflate.of(strips, rows_of(1), (7,))) == rows_of(1).tobytes() + b"\x07"


def test_rows_with_the_same_checksum_are_told_apart() -> None:
    strips, deflate = KeptStrips(), Deflate()
    kept = rows_of(1)
    for _ in range(2):
        deflate.of(strips, kept)
    ((key, (_, strip)),) = strips._kept.items()
    strips._kept[key] = (rows_of(2), Strip(b"of other rows", 1, 1000))
    assert deflate.of(strips, kept) == strip.deflated


def test_what_is_kept_is_bounded_and_the_oldest_go() -> None:
    strips, deflate = KeptStrips(most_bytes=6100), Deflate()
    for number in range(10):
        for _ in range(2):
            deflate.of(strips, rows_of(number))
    assert strips._bytes <= 6100
    assert len(strips._kept) == 3
    before = deflate.calls
    deflate.of(strips, rows_of(9))
    assert deflate.calls == before
    deflate.of(strips, rows_of(0))
    assert deflate.calls == before + 1


def test_rows_that_are_changed_afterwards_change_nothing_that_is_kept() -> None:
    strips, deflate = KeptStrips(), Deflate()
    rows = rows_of(1)
    first = [deflate.of(strips, rows) for _ in range(2)][1]
    rows[:] = 0
    assert deflate.of(strips, rows) != first
    assert deflate.of(strips, rows_of(1)) == first


def test_many_threads_may_share_it() -> None:
    strips, deflate = KeptStrips(most_bytes=8100), Deflate()
    numbers = [number % 7 for number in range(700)]
    with ThreadPoolExecutor(4) as threads:
        for number, data in zip(numbers, threads.map(lambda n: deflate.of(strips, rows_of(n)), numbers), strict=True):
            assert zlib.decompress(data) == rows_of(number).tobytes()
    assert strips._bytes == sum(size_of(*each) for each in strips._kept.values()) <= 8100


def test_other_rows_with_the_checksum_of_those_kept_take_their_place() -> None:
    strips, deflate = KeptStrips(), Deflate()
    one, other = rows_of(1), rows_of(1)
    other[1] = 0  # a row that is not summed
    for rows in (one, one, one, other, other, one):
        assert zlib.decompress(deflate.of(strips, rows)) == rows.tobytes()
    assert deflate.calls == 4
    assert strips._bytes == sum(size_of(*each) for each in strips._kept.values())


def test_where_the_manner_tells_all_no_rows_are_kept() -> None:
    strips = KeptStrips()
    for number in range(3):
        key, strip = strips.find(None, (1, 2))
        assert (strip is not None) is (number == 2)
        strips.add(key, None, Strip(b"deflated", 1, 1000))
    assert strips._bytes == len(b"deflated")
