"""Who trains next: short runs have a place, nobody is passed for ever, and places are bounded."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightkit.ui.lessons import LESSONS
from weightkit.ui.places import FORGET, LONG, PACE, TOGETHER, Use, ahead_of, fits, free_for, next_of
from weightkit.ui.warm import defaults
from weightkit.ui.workers import MOST


@dataclass(frozen=True)
class Waits:
    """A job as the queue knows it."""

    long: bool
    due: tuple[float, int]
    bytes: float = 0.0


jobs = st.lists(st.tuples(st.booleans(), st.floats(0, 100)), max_size=12).map(
    lambda drawn: [Waits(long, (due, number)) for number, (long, due) in enumerate(drawn)]
)


def fill(waiting: list[Waits], workers: int) -> list[Waits]:
    """The jobs that start on an idle server, one by one."""
    waiting, running = list(waiting), []
    while job := next_of(waiting, running, workers):
        waiting.remove(job)
        running.append(job)
    return running


@given(jobs, st.integers(1, 8))
def test_places_are_bounded_and_one_is_left_to_short_runs(waiting, workers):
    running = fill(waiting, workers)
    assert len(running) <= max(workers, 2)
    assert sum(job.long for job in running) <= max(1, workers - 1)
    if not any(not job.long for job in running):
        assert free_for(False, running, workers), (
            "a short run may start, whatever long ones are there"
        )


@given(jobs, st.integers(1, 8))
def test_no_place_stays_empty_that_somebody_waits_for(waiting, workers):
    left = [job for job in waiting if job not in fill(waiting, workers)]
    running = fill(waiting, workers)
    assert not any(free_for(job.long, running, workers) for job in left)


@given(
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=16, max_size=40),
    st.integers(1, MOST),
)
def test_never_more_than_so_many_at_once_whatever_turns_out_long(asked, workers):
    """asked: whether each job counts as long, and whether all under way have turned out to be."""
    running: list[Waits] = []
    for long, late in asked:
        if late:
            running = [Waits(True, job.due) for job in running]
        if free_for(long, running, workers):
            running.append(Waits(long, (0.0, 0)))
        assert len(running) <= MOST


@given(st.integers(1, MOST - 1))
def test_short_runs_that_turn_out_long_cost_one_more_place_at_most(workers):
    running = [Waits(True, (0.0, 0)) for _ in range(workers)]
    assert free_for(False, running, workers)
    assert not free_for(False, [*running, Waits(True, (0.0, 0))], workers)
    assert not free_for(True, running, workers)


@given(jobs)
def test_those_ahead_are_those_who_start_before(waiting):
    for job in waiting:
        before = [other for other in waiting if other.due < job.due]
        assert ahead_of(job, waiting) == (
            len(before) if job.long else sum(not other.long for other in before)
        )


@given(st.lists(st.floats(0, 2 * TOGETHER), max_size=12))
def test_several_together_have_a_bound_of_memory_and_one_always_fits(asked):
    running: list[Waits] = []
    for size in asked:
        job = Waits(False, (0.0, 0), size)
        if fits(job, running):
            running.append(job)
        assert len(running) == 1 or sum(job.bytes for job in running) <= TOGETHER
    assert not asked or running, "one may always run"


def test_half_of_what_somebody_used_is_forgotten_in_time():
    use = Use()
    use.add("a", 8.0, now=100.0)
    assert use.of("a", 100.0) == 8.0
    assert use.of("a", 100.0 + FORGET) == pytest.approx(4.0)
    use.add("a", 1.0, now=100.0 + FORGET)
    assert use.of("a", 100.0 + FORGET) == pytest.approx(5.0)
    assert use.of("b", 100.0) == 0.0
    for number in range(10_000):
        use.add(number, 1.0, now=200.0 + number)
    assert len(use._taken) <= 300, "who has gone is forgotten"


def test_a_short_run_passes_longer_ones_but_not_for_ever():
    assert LONG > 1.0
    long_due, short_due = 60 * PACE, 1 * PACE
    assert long_due > short_due
    assert long_due < 300 + short_due, "who asks five minutes later comes behind the longest run"


def test_no_page_shows_first_what_counts_as_a_long_run():
    for entry in LESSONS:
        for _, config in defaults(entry.slug):
            assert config.cost.seconds < LONG, entry.slug
