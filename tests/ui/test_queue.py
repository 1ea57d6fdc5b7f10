"""The job runner's queue: short beside long, newcomers before the served, runs that wait for their
reader to come back.
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest

from weightkit.stopping import check
from weightkit.ui import places
from weightkit.ui.jobs import JobRunner

WAIT = 60  # seconds; only a broken runner ever waits that long


class Endless:
    """Work that looks whether it is wanted, as training does between batches, until it is told to
    finish.
    """

    def __init__(self):
        self.started, self.over, self.finish = (
            threading.Event(),
            threading.Event(),
            threading.Event(),
        )

    def __call__(self, on_epoch, on_curves):
        self.started.set()
        try:
            while not self.finish.wait(0.002):
                check()
        finally:
            self.over.set()
        return "result"


def instant(on_epoch, on_curves):
    return "at once"


def ends(work: Endless, within: float = 0.5) -> bool:
    return work.over.wait(within)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_a_short_run_starts_beside_any_number_of_long_ones(workers):
    runner, works = JobRunner(workers), [Endless() for _ in range(20)]
    with ExitStack() as stack:
        for i, work in enumerate(works):
            stack.enter_context(runner.follow(("long", i), work, cost=60.0, reader=i))
        with runner.follow("short", instant, cost=1.0, reader="visitor") as job:
            assert job.wait(5.0) and job.result == "at once"
        assert 1 <= sum(work.started.is_set() for work in works) <= max(1, workers - 1)


def test_who_waits_for_memory_is_not_passed_and_starts_when_it_is_there():
    runner, large, larger, small = JobRunner(4), Endless(), Endless(), Endless()
    most = places.TOGETHER
    with ExitStack() as stack:

        def follow(name, work, memory):
            return stack.enter_context(runner.follow(name, work, 1.0, name, memory=memory))

        follow("large", large, 0.6 * most)
        assert large.started.wait(WAIT)
        follow("larger", larger, 0.7 * most)
        follow("small", small, 0.1 * most)
        assert not larger.started.wait(0.2) and not small.started.is_set()
        large.finish.set()
        assert larger.started.wait(WAIT) and small.started.wait(WAIT)
        larger.finish.set()
        small.finish.set()


def test_what_has_given_way_holds_its_memory():
    runner, default, first, second = JobRunner(2), Endless(), Endless(), Endless()
    most = places.TOGETHER
    runner.warm("default", default, 1.0, memory=0.5 * most)
    assert default.started.wait(WAIT)
    with ExitStack() as stack:
        for name, work in (("first", first), ("second", second)):
            stack.enter_context(runner.follow(name, work, 1.0, name, memory=0.4 * most))
        assert first.started.wait(WAIT)
        assert not second.started.wait(0.3), "half, and two fifths twice, are too much"
        first.finish.set()
        assert second.started.wait(WAIT)
        second.finish.set()
    default.finish.set()


def test_of_those_who_wait_the_shorter_goes_first_and_a_newcomer_before_who_was_just_served():
    runner, gate, order = JobRunner(1), Endless(), []

    def noting(name):
        return lambda on_epoch, on_curves: order.append(name)

    with ExitStack() as stack:
        runner._use.add("served", 10.0, time.monotonic())
        stack.enter_context(runner.follow("gate", gate, cost=0.5))
        jobs = [
            stack.enter_context(runner.follow(name, noting(name), cost=cost, reader=reader))
            for name, cost, reader in (
                ("slow", 1.9, "a"),
                ("again", 0.1, "served"),
                ("quick", 0.1, "b"),
            )
        ]
        assert [job.ahead for job in jobs] == [1, 2, 0]
        gate.finish.set()
        assert all(job.wait(WAIT) for job in jobs)
    assert order == ["quick", "slow", "again"]


def test_who_waits_for_a_first_result_goes_before_those_who_look_at_one():
    runner, gate, order = JobRunner(1), Endless(), []

    def noting(name):
        return lambda on_epoch, on_curves: order.append(name)

    with ExitStack() as stack:
        runner.served("a")
        stack.enter_context(runner.follow("gate", gate, cost=0.5))
        jobs = [
            stack.enter_context(runner.follow(name, noting(name), cost=2.0, reader=reader))
            for name, reader in (("move", "a"), ("also a move", "a's twin"), ("first", "newcomer"))
        ]
        assert [job.ahead for job in jobs] == [2, 0, 1]
        stack.enter_context(runner.follow("move", noting("move"), cost=2.0, reader="another"))
        assert [job.ahead for job in jobs] == [0, 1, 2], "a newcomer waits for it as well"
        gate.finish.set()
        assert all(job.wait(WAIT) for job in jobs)
    assert order == ["move", "also a move", "first"]


def test_a_run_is_counted_to_its_reader():
    runner, work = JobRunner(1), Endless()
    with runner.follow("a", work, reader="a") as job:
        time.sleep(0.2)
        work.finish.set()
        assert job.wait(WAIT)
    assert runner._use.of("a", time.monotonic()) > 0.15


def test_an_estimate_that_was_too_low_does_not_keep_the_short_ones_place(monkeypatch):
    monkeypatch.setattr("weightkit.ui.jobs.OVERRUN", 0.1)
    runner, works = JobRunner(2), [Endless(), Endless()]
    with runner.follow(0, works[0], cost=0.0), runner.follow(1, works[1], cost=0.0):
        with runner.follow("short", instant, cost=0.05) as job:
            assert job.wait(5.0) and job.state == "done"
        assert not works[0].over.is_set() and not works[1].over.is_set()


def test_an_abandoned_run_ends_within_half_a_second_of_its_epoch():
    runner, work = JobRunner(1), Endless()
    with runner.follow("a", work) as job:
        assert work.started.wait(WAIT)
    assert ends(work)
    assert job.wait(0.5) and job.state == "cancelled"


def test_a_reader_who_comes_back_finds_the_run_going_on():
    runner, work = JobRunner(1), Endless()
    with runner.follow("a", work, reader="session") as before:
        assert work.started.wait(WAIT)
    time.sleep(0.05)
    with runner.follow("a", instant, reader="session after a reload") as job:
        assert job is before
        work.finish.set()
        assert job.wait(WAIT) and job.result == "result"


def test_one_who_does_not_come_back_loses_it_after_the_grace():
    runner, work = JobRunner(1, grace=0.2), Endless()
    left = time.monotonic()
    with runner.follow("a", work, reader="session") as job:
        assert work.started.wait(WAIT)
    assert job.wait(WAIT) and job.state == "cancelled"
    assert 0.2 <= time.monotonic() - left < 2.0
    assert (runner.running(), runner._live) == (0, {})


def test_asking_for_something_else_ends_what_it_replaces():
    runner, old = JobRunner(2), Endless()
    with runner.follow("old", old, reader="session"):
        assert old.started.wait(WAIT)
    with runner.follow("new", instant, reader="session") as job:
        assert ends(old)
        assert job.wait(WAIT)


def test_also_where_the_new_run_begins_before_the_old_one_was_left():
    runner, old = JobRunner(2), Endless()
    with ExitStack() as stack:
        left = stack.enter_context(runner.follow("old", old, reader="session"))
        with runner.follow("new", instant, reader="session") as job:
            assert job.wait(WAIT) and not left.wait(0)
        stack.close()
    assert ends(old)


def test_it_goes_on_where_another_reader_follows_it_or_may_come_back():
    runner, shared = JobRunner(2), Endless()
    with runner.follow("shared", shared, reader="a"), runner.follow("shared", instant, reader="b"):
        assert shared.started.wait(WAIT)
    with runner.follow("other", instant, reader="a") as job:
        assert job.wait(WAIT)
    assert not ends(shared, 0.1), "b may come back"
    with runner.follow("another", instant, reader="b") as job:
        assert job.wait(WAIT)
    assert ends(shared)


@pytest.mark.parametrize("cost", [1.0, 60.0])
def test_a_run_without_a_reader_gives_way_to_one_who_waits(cost):
    runner, lingering, wanted = JobRunner(1), Endless(), Endless()
    with runner.follow("a", lingering, cost, reader="gone"):
        assert lingering.started.wait(WAIT)
    assert not ends(lingering, 0.1)
    with runner.follow("b", wanted, cost, reader="waits"):
        assert ends(lingering) and wanted.started.wait(1.0)
        wanted.finish.set()


def test_so_does_one_that_loses_its_reader_while_somebody_waits():
    runner, lingering, wanted = JobRunner(1), Endless(), Endless()
    with ExitStack() as stack:
        stack.enter_context(runner.follow("a", lingering, reader="goes"))
        with runner.follow("b", wanted, reader="waits"):
            assert lingering.started.wait(WAIT) and not wanted.started.is_set()
            stack.close()
            assert ends(lingering) and wanted.started.wait(1.0)
            wanted.finish.set()


def test_only_as_many_give_way_as_are_waited_for():
    runner, works = JobRunner(2), [Endless(), Endless()]
    for i, work in enumerate(works):
        with runner.follow(i, work, reader=i):
            assert work.started.wait(WAIT)
    with runner.follow("waits", instant, reader="waits") as job:
        assert job.wait(WAIT)
    time.sleep(0.05)
    assert sorted(work.over.is_set() for work in works) == [False, True]


def test_a_waiting_run_without_a_reader_lets_others_pass_and_starts_when_nobody_else_waits():
    runner, gate, left = JobRunner(1), Endless(), Endless()
    with runner.follow("gate", gate, reader="first"):
        with runner.follow("left", left, cost=0.1, reader="goes"):
            pass
        with runner.follow(
            "wanted", lambda *hooks: left.started.is_set(), cost=1.9, reader="stays"
        ) as job:
            assert job.ahead == 0
            gate.finish.set()
            assert job.wait(WAIT) and job.result is False
        assert left.started.wait(WAIT)
        left.finish.set()


def test_a_stopped_run_ends_at_once():
    runner, work = JobRunner(1), Endless()
    with runner.follow("a", work, reader="session"):
        assert work.started.wait(WAIT)
    runner.abandon("a")
    assert ends(work)
    runner.abandon("a")  # a second click


def test_no_run_that_is_followed_can_be_abandoned():
    runner, work = JobRunner(1), Endless()
    with runner.follow("a", work, reader="a"):
        runner.abandon("a")
        assert not ends(work, 0.05)
        work.finish.set()


def test_a_warm_run_gives_way_inside_an_epoch_and_goes_on():
    runner, default = JobRunner(1), Endless()
    warming = runner.warm("default", default)
    assert default.started.wait(WAIT)
    with runner.follow("reader", instant) as job:
        assert job.wait(WAIT) and job.result == "at once"
    assert not default.over.is_set()
    default.finish.set()
    assert warming.wait(WAIT) and warming.result == "result"


def test_closing_ends_what_runs_what_waits_and_what_gave_way_and_starts_nothing_more():
    runner, gone, reader, queued = JobRunner(1), Endless(), Endless(), Endless()
    warming = runner.warm("default", gone)
    assert gone.started.wait(WAIT)
    with runner.follow("reader", reader) as one, runner.follow("queued", queued) as two:
        assert reader.started.wait(WAIT) and warming.state == "queued"
        assert runner.close(WAIT)
        assert [job.state for job in (warming, one, two)] == ["cancelled"] * 3
        assert gone.over.is_set() and reader.over.is_set() and not queued.started.is_set()
        with runner.follow("late", queued) as late:
            assert late.state == "cancelled" and late.wait(0)
        assert runner.warm("later", queued).state == "cancelled"
    assert (runner.running(), queued.started.is_set()) == (0, False)


def test_closing_does_not_wait_longer_than_it_may():
    runner, deaf = JobRunner(1), threading.Event()
    with runner.follow("deaf", lambda on_epoch, on_curves: deaf.wait(WAIT)):
        assert not runner.close(0.1)
    deaf.set()


def test_a_short_run_does_not_wait_for_the_memory_of_a_long_one():
    runner, work = JobRunner(2), Endless()
    with runner.follow("long", work, cost=60.0, memory=2 * places.TOGETHER, reader="greedy"):
        assert work.started.wait(WAIT)
        asked = {"cost": 0.5, "memory": places.TOGETHER, "reader": "visitor"}
        with runner.follow("short", instant, **asked) as job:
            assert job.wait(5.0) and job.result == "at once"
    assert ends(work, WAIT)


def test_what_many_wait_for_passes_what_one_asked_for_earlier():
    runner, first, order = JobRunner(1), Endless(), []
    with ExitStack() as stack:
        stack.enter_context(runner.follow("first", first, cost=1.0))
        jobs = [
            stack.enter_context(
                runner.follow(name, lambda *_, name=name: order.append(name), 1.0, reader)
            )
            for name, reader in (("alone", 0), ("hall", 1), ("hall", 2), ("hall", 3))
        ]
        assert jobs[0].ahead == 1 and jobs[-1].ahead == 0
        first.finish.set()
        assert all(job.wait(WAIT) for job in jobs)
    assert order == ["hall", "alone"]
