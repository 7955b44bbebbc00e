from hypothesis import given, settings
from hypothesis import strategies as st

from frontis.fetch.keep import Keep


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_is_too_old_is_forgotten() -> None:
    clock = Clock()
    keep: Keep[str, str] = Keep(100, clock=clock)
    keep.put("a", "1", size_bytes=10, seconds=5)
    clock.now = 4.9
    assert keep.get("a") == "1"
    clock.now = 5
    assert keep.get("a") is None
    assert keep.size_bytes == 0


def test_what_was_not_used_for_longest_goes_first() -> None:
    keep: Keep[str, str] = Keep(30)
    for key in "abc":
        keep.put(key, key, size_bytes=10, seconds=60)
    keep.get("a")
    keep.put("d", "d", size_bytes=10, seconds=60)
    assert [key for key in "abcd" if keep.get(key)] == ["a", "c", "d"]


def test_what_is_larger_than_all_room_drives_nothing_out() -> None:
    keep: Keep[str, str] = Keep(30)
    keep.put("a", "a", size_bytes=30, seconds=60)
    keep.put("b", "b", size_bytes=31, seconds=60)
    assert keep.get("a") == "a"
    assert keep.get("b") is None


def test_a_second_value_takes_the_place_of_the_first() -> None:
    keep: Keep[str, str] = Keep(30)
    keep.put("a", "1", size_bytes=20, seconds=60)
    keep.put("a", "2", size_bytes=25, seconds=60)
    assert keep.get("a") == "2"
    assert keep.size_bytes == 25


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 50), st.floats(0, 10), st.floats(0, 3))),
    st.integers(0, 100),
)
def test_the_room_is_never_exceeded(entries: list[tuple[str, int, float, float]], most_bytes: int) -> None:
    clock = Clock()
    keep: Keep[str, int] = Keep(most_bytes, clock=clock)
    for key, size_bytes, seconds, pause in entries:
        clock.now += pause
        keep.put(key, size_bytes, size_bytes=size_bytes, seconds=seconds)
        held = [value for value in map(keep.get, "abcdef") if value is not None]
        assert sum(held) == keep.size_bytes <= most_bytes
