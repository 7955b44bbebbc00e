"""Lanes that take turns."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontis.edge import turns as module
from frontis.edge.turns import Claim, Job, Turns
from frontis.edge.wild import SHUNNED_SECONDS, WITHIN_SECONDS, WildTemplates
from frontis.errors import DrawFailed, Overloaded
from frontis.model.card import Card

CARD = Card("article", {"title": "Hello"})


def job(lane: str = "", *, width: int = 1200, deadline: float = float("inf"), queued: float | None = None) -> Job:
    made = Job(Card("article", {"title": "Hello"}, size=(width, 630)), {}, Claim(lane, deadline))
    made.queued = time.monotonic() if queued is None else queued
    return made


def everything(_: Job) -> bool:
    return True


def order_of(turns: Turns) -> list[str]:
    taken = []
    while (found := turns.take(everything)) is not None:
        taken.append(found.claim.lane)
    return taken


def test_lanes_take_turns_and_within_a_lane_the_first_comes_first() -> None:
    turns = Turns(10)
    jobs = [job(lane) for lane in "aaabbc"]
    for each in jobs:
        turns.put(each)
    taken = []
    while (found := turns.take(everything)) is not None:
        taken.append(found)
    assert [each.claim.lane for each in taken] == list("abcaba")
    assert [each for each in taken if each.claim.lane == "a"] == jobs[:3]


def test_a_newcomer_takes_the_place_of_the_youngest_of_the_longest_lane() -> None:
    turns = Turns(3)
    jobs = [job("a") for _ in range(3)]
    for each in jobs:
        assert turns.put(each) is None
    assert turns.put(job("b")) is jobs[2]
    # Now a has two and b one: that is fair.
    assert not turns.has_room("b")
    with pytest.raises(Overloaded):
        turns.put(job("b"))
    assert turns.has_room("c")
    turns.put(job("c"))
    assert not turns.has_room("d")


def test_before_tells_how_many_turns_come_first() -> None:
    turns = Turns(10)
    for lane in "aaaab":
        turns.put(job(lane))
    assert (turns.before("c"), turns.before("b"), turns.before("a")) == (2, 3, 5)


def test_one_that_does_not_fit_is_passed_by_others_but_not_for_ever() -> None:
    turns = Turns(10)
    large = job("a", width=2000)
    turns.put(large)
    turns.put(job("b"))
    small_ones = [job("b"), job("c")]
    for each in small_ones:
        turns.put(each)
    passed = turns.take(lambda each: each.pixels < 1_000_000)
    assert passed is not None
    assert passed.claim.lane == "b"
    large.queued -= module.MOST_PASSED_SECONDS + 1
    turns._lanes.move_to_end("a", last=False)
    assert turns.take(lambda each: each.pixels < 1_000_000) is None
    assert turns.take(everything) is large


def test_late_ones_leave() -> None:
    turns = Turns(10)
    late, in_time = job("a", deadline=time.monotonic() - 1), job("a")
    turns.put(late)
    turns.put(in_time)
    assert turns.late() == [late]
    assert len(turns) == 1
    assert turns.take(everything) is in_time


@given(st.lists(st.tuples(st.sampled_from(["put", "take", "remove"]), st.sampled_from("abc")), max_size=60))
def test_no_job_is_lost_and_none_comes_twice(steps: list[tuple[str, str]]) -> None:
    turns = Turns(5)
    waiting: list[Job] = []
    for step, lane in steps:
        if step == "put":
            new = job(lane)
            try:
                displaced = turns.put(new)
            except Overloaded:
                assert len(waiting) == 5
                continue
            waiting.append(new)
            if displaced is not None:
                waiting.remove(displaced)
        elif step == "take":
            found = turns.take(everything)
            assert (found is None) is (not waiting)
            if found is not None:
                waiting.remove(found)
        elif waiting:
            turns.remove(waiting.pop())
        assert len(turns) == len(waiting) <= 5
    assert sorted(order_of(turns)) == sorted(each.claim.lane for each in waiting)


def test_a_template_is_shunned_after_two_losses_for_some_minutes() -> None:
    now = 0.0
    wild = WildTemplates(clock=lambda: now)
    assert not wild.note("wild")
    now += WITHIN_SECONDS + 1
    assert not wild.note("wild")
    wild.check("wild")
    assert wild.note("wild")
    with pytest.raises(DrawFailed):
        wild.check("wild")
    wild.check("calm")
    now += SHUNNED_SECONDS + 1
    wild.check("wild")
    assert wild.names() == ()
