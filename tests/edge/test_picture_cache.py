"""Finished pictures in memory."""

from hypothesis import given
from hypothesis import strategies as st

from frontis.edge.cache import ENTRY_BYTES, PictureCache
from frontis.model.output import Format, Size
from frontis.model.picture import Picture


def picture(size_bytes: int, *, missing: tuple[str, ...] = ()) -> Picture:
    return Picture(b"x" * (size_bytes - ENTRY_BYTES), Format.PNG, Size(100, 100), missing=missing)


def test_the_least_recently_used_leaves_first() -> None:
    cache = PictureCache(6_000)
    for name in "abc":
        cache.put(name, picture(2_000))
    cache.get("a")
    cache.put("d", picture(2_000))
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]


def test_a_picture_that_replaces_another_takes_its_room() -> None:
    cache = PictureCache(6_000)
    cache.put("a", picture(5_000))
    cache.put("a", picture(2_000))
    assert (len(cache), cache.size_bytes) == (1, 2_000)


def test_what_is_larger_than_all_the_room_drives_nothing_out() -> None:
    cache = PictureCache(6_000)
    cache.put("a", picture(2_000))
    cache.put("b", picture(6_001))
    assert cache.get("a")
    assert cache.get("b") is None


def test_a_picture_that_lacks_something_is_not_kept() -> None:
    cache = PictureCache(6_000)
    cache.put("a", picture(2_000, missing=("https://elsewhere.example/hero.png",)))
    assert cache.get("a") is None


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(ENTRY_BYTES, 7_000)), max_size=60))
def test_there_is_never_more_than_the_room_and_it_counts_right(steps: list[tuple[str, int]]) -> None:
    cache = PictureCache(10_000)
    for name, size_bytes in steps:
        cache.put(name, picture(size_bytes))
        held = [found for each in "abcdefgh" if (found := cache.get(each))]
        assert cache.size_bytes == sum(len(each.data) + ENTRY_BYTES for each in held) <= 10_000
        assert len(cache) == len(held)
        assert cache.get(name) is not None
