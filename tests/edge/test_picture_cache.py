"""Finished pictures in memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.edge.cache import ENTRY_BYTES, MOST_DEGRADED_BYTES, DegradedPictures, PictureCache
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


def test_a_flood_of_cards_that_are_asked_for_once_drives_out_none_that_is_asked_for_again() -> None:
    cache = PictureCache(20_000)
    for name in "abc":
        cache.put(name, picture(2_000))
        cache.get(name)
    for number in range(1_000):
        cache.put(str(number), picture(2_000))
    assert [name for name in "abc" if cache.has(name)] == ["a", "b", "c"]
    assert cache.has("999")
    assert cache.size_bytes <= 20_000


def test_what_was_asked_for_again_long_ago_makes_room_for_what_is_asked_for_now() -> None:
    cache = PictureCache(20_000)
    for number in range(30):
        cache.put(str(number), picture(2_000))
        cache.get(str(number))
    assert [number for number in range(30) if cache.has(str(number))] == list(range(20, 30))


def test_a_picture_larger_than_what_is_left_for_new_ones_is_kept_all_the_same() -> None:
    cache = PictureCache(20_000)
    for name in "abcdefgh":
        cache.put(name, picture(2_000))
        cache.get(name)
    cache.put("large", picture(15_000))
    assert cache.has("large")
    assert cache.size_bytes <= 20_000


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


@pytest.mark.parametrize("most_bytes", [6_000, 10**12])
def test_of_those_that_lack_something_few_are_kept_and_the_least_recently_used_leave_first(most_bytes: int) -> None:
    kept = DegradedPictures(most_bytes, clock=lambda: 0.0)
    third = min(most_bytes, MOST_DEGRADED_BYTES) // 3
    for name in "abc":
        kept.put(name, picture(third))
    kept.get("a")
    kept.put("d", picture(third))
    assert [name for name in "abcd" if kept.get(name)] == ["a", "c", "d"]


def test_one_that_lacks_something_has_the_age_of_its_last_drawing() -> None:
    now = 10.0
    kept = DegradedPictures(6_000, clock=lambda: now)
    kept.put("a", picture(2_000))
    now = 12.0
    kept.put("a", latest := picture(2_001))
    now = 14.5
    assert kept.get("a") == (latest, 2.5)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(ENTRY_BYTES, 7_000)), max_size=60))
def test_there_is_never_more_than_the_room_and_it_counts_right(steps: list[tuple[str, int]]) -> None:
    cache = PictureCache(10_000)
    for name, size_bytes in steps:
        cache.put(name, picture(size_bytes))
        held = [found for each in "abcdefgh" if (found := cache.get(each))]
        assert cache.size_bytes == sum(len(each.data) + ENTRY_BYTES for each in held) <= 10_000
        assert len(cache) == len(held)
        assert cache.get(name) is not None
