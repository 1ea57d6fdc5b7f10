"""The job runner: one training per key, bounded places, bounded memory, nobody's work for
nobody.
"""

from __future__ import annotations

import ast
import gc
import json
import random
import sys
import threading
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from counted import JobRunner

from weightkit.ui import job as job_module
from weightkit.ui import job_log, jobs, schedule
from weightkit.ui.jobs import Cancelled, Job
from weightkit.ui.store import COLUMN, FRAME, OVERHEAD, size_of

WAIT = 60  # seconds; only a deadlock or a broken runner ever waits that long


@dataclass(frozen=True)
class Result:
    """What an experiment gives back: frames, and something that is none."""

    curves: pd.DataFrame
    name: str = "result"


def result_of(n_bytes: int) -> Result:
    """A result whose one float64 column takes ``n_bytes`` (its index adds a little)."""
    return Result(pd.DataFrame({"loss": [0.5] * (n_bytes // 8)}))


class Training:
    """Work that takes one step for each permission given, so that tests decide when an epoch
    ends.
    """

    def __init__(self, epochs: int = 3, result: object = "result"):
        self.epochs = epochs
        self.result = result
        self.starts = 0
        self.started = threading.Event()
        self.cancelled = threading.Event()
        self.permissions = threading.Semaphore(0)

    def __call__(self, on_epoch, on_curves):
        self.starts += 1
        self.started.set()
        for epoch in range(1, self.epochs + 1):
            assert self.permissions.acquire(timeout=WAIT)
            on_curves(pd.DataFrame({"epoch": [epoch], "loss": [1 / epoch]}))
            try:
                on_epoch(epoch, self.epochs)
            except Cancelled:
                self.cancelled.set()
                raise
        return self.result

    def step(self, epochs: int = 1) -> None:
        self.permissions.release(epochs)

    def finish(self) -> None:
        self.step(self.epochs)


def instant(result: object):
    """Work that is done at once."""
    return lambda on_epoch, on_curves: result


def finished(job: Job) -> Job:
    """The same job, once it is over."""
    assert job.wait(WAIT)
    return job


def ask(runner: JobRunner, key: object, work) -> object:
    """Follow until the end, as a page does, and give the result."""
    with runner.follow(key, work) as job:
        return finished(job).result


@pytest.fixture
def jumpy():
    """Threads that take turns as often as they can, so that races show."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("module", [job_module, job_log, jobs, schedule], ids=lambda m: m.__name__)
def test_jobs_know_neither_streamlit_nor_torch(module):
    names = set()
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert names <= {
        *sys.stdlib_module_names,
        *("pandas", "stopping", "job", "places", "schedule", "store", "workers"),
    }


def test_a_job_reports_its_epochs_and_gives_its_result():
    runner, work = JobRunner(workers=1), Training(epochs=2, result=object())
    with runner.follow("a", work) as job:
        assert work.started.wait(WAIT)
        assert (job.state, job.done, job.ahead, job.followers) == ("running", 0, 0, 1)
        assert not job.wait(0)
        work.finish()
        finished(job)
        assert (job.state, job.done, job.total, job.error) == ("done", 2, 2, None)
        assert job.result is work.result
    assert runner.stats() | {"bytes": 0} == {
        "started": 1,
        "finished": 1,
        "failed": 0,
        "cancelled": 0,
        "dropped": 0,
        "running": 0,
        "queued": 0,
        "kept": 1,
        "bytes": 0,
        "pinned_bytes": 0,
    }


def test_identical_keys_share_a_running_job():
    runner, first, second = JobRunner(workers=2), Training(), Training()
    with runner.follow("a", first) as one:
        assert first.started.wait(WAIT)
        with runner.follow("a", second) as two:
            assert one is two
            assert one.followers == 2
            first.finish()
            finished(two)
    assert (first.starts, second.starts, runner.stats()["started"]) == (1, 0, 1)


def test_identical_keys_share_a_queued_job():
    runner, busy, work, unused = JobRunner(workers=1), Training(), Training(), Training()
    with (
        runner.follow("busy", busy),
        runner.follow("a", work) as one,
        runner.follow("a", unused) as two,
    ):
        assert one is two
        assert (one.state, one.followers) == ("queued", 2)
        busy.finish()
        work.finish()
        finished(one)
    assert (work.starts, unused.starts) == (1, 0)


def test_a_finished_result_is_kept_and_not_computed_again():
    runner, again = JobRunner(workers=1), Training()
    kept = result_of(1000)
    assert runner.cached("a") is None
    assert ask(runner, "a", instant(kept)) is kept
    assert runner.cached("a") is kept
    with runner.follow("a", again) as job:
        assert (job.state, job.result, job.wait(0)) == ("done", kept, True)
        assert job.curves() is None
    assert again.starts == 0


def test_no_more_jobs_than_workers_run_and_the_others_see_their_place():
    runner = JobRunner(workers=2)
    works = [Training() for _ in range(5)]
    with ExitStack() as stack:
        followed = [stack.enter_context(runner.follow(i, work)) for i, work in enumerate(works)]
        assert works[0].started.wait(WAIT)
        assert works[1].started.wait(WAIT)
        assert [job.state for job in followed] == ["running"] * 2 + ["queued"] * 3
        assert [job.ahead for job in followed] == [0, 0, 0, 1, 2]
        assert (runner.running(), runner.stats()["queued"]) == (2, 3)
        works[1].finish()
        assert works[2].started.wait(WAIT)
        assert [job.ahead for job in followed] == [0, 0, 0, 0, 1]
        assert runner.running() == 2
        assert not works[3].started.is_set()
        for work in works:
            work.finish()
        for job in followed:
            finished(job)
    assert runner.running() == 0


def test_waiting_jobs_start_first_come_first_served():
    runner, gate, order = JobRunner(workers=1), Training(), []
    with ExitStack() as stack:
        stack.enter_context(runner.follow("gate", gate))
        waiting = [
            stack.enter_context(runner.follow(i, lambda on_epoch, on_curves, i=i: order.append(i)))
            for i in range(6)
        ]
        stack.enter_context(
            runner.follow(0, Training())
        )  # a second follower changes nobody's place
        gate.finish()
        for job in waiting:
            finished(job)
    assert order == list(range(6))


def test_a_queued_job_that_nobody_follows_leaves_the_queue_at_once():
    runner, busy, dropped, behind = JobRunner(workers=1), Training(), Training(), Training()
    with runner.follow("busy", busy):
        with runner.follow("dropped", dropped) as job, runner.follow("behind", behind) as last:
            assert last.ahead == 1
        assert (job.state, job.wait(0), runner.stats()["queued"]) == ("cancelled", True, 0)
        with runner.follow("behind", behind) as last:
            assert last.ahead == 0
            busy.finish()
            behind.finish()
            assert finished(last).state == "done"
    assert dropped.starts == 0
    assert runner.stats()["dropped"] == 2


def test_the_last_follower_who_leaves_ends_the_training_within_one_epoch():
    runner, work, after = JobRunner(workers=1), Training(epochs=1000), Training()
    with runner.follow("a", work) as job:
        assert work.started.wait(WAIT)
        with runner.follow("after", after) as behind:
            assert behind.ahead == 0
    with runner.follow("after", after) as behind:
        assert not after.started.is_set()
        work.step()  # one epoch ends, and no second one begins
        assert work.cancelled.wait(WAIT)
        assert finished(job).state == "cancelled"
        assert (job.done, job.result, job.error) == (1, None, None)
        assert after.started.wait(WAIT)
        after.finish()
        assert finished(behind).state == "done"
    assert (runner.running(), runner.stats()["cancelled"]) == (0, 1)


@pytest.mark.parametrize("raised", [KeyboardInterrupt, ValueError, GeneratorExit])
def test_leaving_by_an_exception_unfollows(raised):
    runner, work = JobRunner(workers=1), Training()
    with (
        pytest.raises(raised),
        runner.follow("a", work) as job,
    ):  # Streamlit's reruns are BaseExceptions
        raise raised
    assert job.followers == 0
    work.step()
    assert finished(job).state == "cancelled"


def test_the_training_goes_on_while_one_follower_stays():
    runner, work = JobRunner(workers=1), Training()
    with runner.follow("a", work) as job:
        leaving = [runner.follow("a", Training()) for _ in range(10)]
        for follower in leaving:
            follower.__enter__()
        assert job.followers == 11
        for follower in leaving:
            follower.__exit__(None, None, None)
        assert job.followers == 1
        work.finish()
        assert finished(job).state == "done"


def test_a_dying_job_is_never_handed_out():
    runner, old, new = JobRunner(workers=2), Training(), Training(result="new")
    with runner.follow("a", old) as dying:
        assert old.started.wait(WAIT)
    with runner.follow("a", new) as job:
        assert job is not dying
        assert new.started.wait(WAIT)
        assert runner.running() == 2
        old.step()
        assert finished(dying).state == "cancelled"
        with runner.follow(
            "a", Training()
        ) as third:  # the end of the old job did not unregister the new one
            assert third is job
        new.finish()
        assert finished(job).result == "new"
    assert runner.cached("a") == "new"


def test_a_job_that_ends_after_its_last_follower_left_is_cancelled_all_the_same():
    runner, proceed, started = JobRunner(workers=1), threading.Event(), threading.Event()

    def deaf(on_epoch, on_curves):
        started.set()
        proceed.wait(WAIT)
        return "unwanted"

    with runner.follow("a", deaf) as job:
        assert started.wait(WAIT)
    proceed.set()
    assert finished(job).state == "cancelled"
    assert (job.result, runner.cached("a"), runner.stats()["kept"]) == (None, None, 0)


@pytest.mark.parametrize("error", [RuntimeError("epochs"), SystemExit(1), MemoryError()])
def test_a_failure_stays_with_its_followers_and_leaves_no_trace(error, caplog):
    runner, neighbour, gate = JobRunner(workers=2), Training(), threading.Event()

    def broken(on_epoch, on_curves):
        gate.wait(WAIT)
        raise error

    with runner.follow("ok", neighbour) as well, runner.follow("bad", broken) as one:
        with runner.follow("bad", broken) as two:
            gate.set()
            assert finished(two).state == "failed"
        assert (one.error, one.result, well.state) == (error, None, "running")
        assert error.__traceback__ is None
        neighbour.finish()
        assert finished(well).state == "done"
    assert "'bad' failed" in caplog.text
    assert (runner.cached("bad"), runner.running(), runner.stats()["failed"]) == (None, 0, 1)
    assert ask(runner, "bad", instant("mended")) == "mended"


def test_refused_settings_are_an_answer_and_no_line_in_the_log(caplog):
    runner = JobRunner(workers=1)

    def refuse(on_epoch, on_curves):
        raise ValueError("epochs is 0; it must be a whole number from 1 to 50")

    with runner.follow("refused", refuse) as job:
        assert finished(job).state == "failed" and "epochs is 0" in str(job.error)
    assert caplog.text == ""


def test_the_log_says_no_more_than_the_beginning_of_a_key(caplog):
    with JobRunner(workers=1).follow("x" * 100_000, lambda on_epoch, on_curves: 1 / 0) as job:
        finished(job)
    assert "failed" in caplog.messages[0] and len(caplog.messages[0]) < 2 * jobs.SAID


def test_a_cancelled_run_can_be_asked_for_again():
    runner, work = JobRunner(workers=1), Training()
    with runner.follow("a", work) as job:
        assert work.started.wait(WAIT)
    work.step()
    finished(job)
    assert (runner.cached("a"), runner.stats()["kept"]) == (None, 0)
    assert ask(runner, "a", instant("again")) == "again"


@pytest.mark.parametrize("end", ["cancelled", "failed"])
def test_a_run_that_ended_early_frees_what_it_held(end, monkeypatch):
    class Tensor:
        """Something big that only the frames of the work hold."""

    runner, seen, gate = JobRunner(workers=1), [], threading.Event()

    def work(on_epoch, on_curves):
        big = Tensor()
        seen.append(weakref.ref(big))
        gate.wait(WAIT)
        on_epoch(1, 2)
        raise ValueError("bad")

    # pytest keeps log records, and with them the traceback
    monkeypatch.setattr(jobs.logger, "disabled", True)
    gc.disable()  # reference cycles would keep tensors until some later collection
    try:
        with runner.follow("a", work) as job:
            if end == "failed":
                gate.set()
                finished(job)
        gate.set()
        assert finished(job).state == end
        for thread in threading.enumerate():
            if thread.name == "weightkit-job":
                thread.join(WAIT)
        assert seen[0]() is None
    finally:
        gc.enable()


def test_a_finished_job_lets_go_of_its_work():
    runner, work = JobRunner(workers=1), Training()
    held = weakref.ref(work)
    job = runner.warm("a", work)
    work.finish()
    finished(job)
    for thread in threading.enumerate():
        if thread.name == "weightkit-job":
            thread.join(WAIT)
    del work
    assert held() is None


def test_a_system_without_threads_fails_the_job_and_keeps_the_place(monkeypatch, caplog):
    runner = JobRunner(workers=1)

    def refuse(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with runner.follow("a", instant(1)) as job:
            assert (job.state, str(job.error)) == ("failed", "can't start new thread")
    assert runner.running() == 0
    assert ask(runner, "a", instant("now")) == "now"


def test_curves_grow_by_what_is_new(monkeypatch):
    runner, work, joins = JobRunner(workers=1), Training(epochs=3), []
    concat = pd.concat

    def counting(frames, **options):
        joins.append(len(frames))
        return concat(frames, **options)

    monkeypatch.setattr(job_module.pd, "concat", counting)
    reached = {1: threading.Event(), 3: threading.Event()}

    def reporting(on_epoch, on_curves):
        def tell(done, total):
            on_epoch(done, total)
            if done in reached:
                reached[done].set()

        return work(tell, on_curves)

    with runner.follow("a", reporting) as job:
        assert job.curves() is None
        work.step()
        assert reached[1].wait(WAIT)
        first = job.curves()
        assert first["epoch"].tolist() == [1]
        assert job.curves() is first
        work.step(2)
        assert reached[3].wait(WAIT)
        assert job.curves()["epoch"].tolist() == [1, 2, 3]
        assert job.curves().index.tolist() == [0, 1, 2]
        finished(job)
        assert job.curves()["loss"].tolist() == [1, 1 / 2, 1 / 3]
    assert joins == [
        1,
        3,
    ]  # the first row; the frame so far and two new ones; nothing for the other calls


def test_curves_are_whole_while_many_read_and_one_writes(jumpy):
    runner, n_rows, start = JobRunner(workers=1), 300, threading.Event()

    def work(on_epoch, on_curves):
        start.wait(WAIT)
        for epoch in range(n_rows):
            on_curves(pd.DataFrame({"epoch": [epoch]}))
            on_epoch(epoch + 1, n_rows)

    def read(job):
        start.set()
        while True:
            over = job.wait(0)
            frame = job.curves()
            epochs = [] if frame is None else frame["epoch"].tolist()
            assert epochs == list(range(len(epochs)))
            if over:
                return len(epochs)

    with runner.follow("a", work) as job, ThreadPoolExecutor(6) as pool:
        assert set(pool.map(read, [job] * 6)) == {n_rows}


def test_results_are_kept_up_to_so_many_bytes_and_the_least_recently_used_goes_first():
    one = size_of(result_of(80_000))
    runner = JobRunner(workers=1, max_bytes=3 * one)
    for key in "abc":
        ask(runner, key, instant(result_of(80_000)))
    assert (runner.stats()["kept"], runner.stats()["bytes"]) == (3, 3 * one)
    assert runner.cached("a") is not None  # now b is the one that nobody used for longest
    ask(runner, "d", instant(result_of(80_000)))
    assert [runner.cached(key) is not None for key in "abcd"] == [True, False, True, True]
    ask(runner, "e", instant(result_of(160_000)))  # two small ones go for a big one
    assert [runner.cached(key) is not None for key in "acde"] == [False, False, True, True]
    assert runner.stats()["bytes"] <= 3 * one


def test_asking_counts_as_use():
    one = size_of(result_of(80_000))
    runner = JobRunner(workers=1, max_bytes=2 * one)
    for key in "abac":
        ask(runner, key, instant(result_of(80_000)))
    assert [runner.cached(key) is not None for key in "abc"] == [True, False, True]


def test_a_result_bigger_than_the_store_reaches_its_followers_and_is_not_kept():
    runner = JobRunner(workers=1, max_bytes=100_000)
    small, big = result_of(8_000), result_of(200_000)
    ask(runner, "small", instant(small))
    assert ask(runner, "big", instant(big)) is big
    assert runner.cached("big") is None
    assert runner.cached("small") is small
    assert ask(runner, "big", instant(big)) is big
    assert runner.stats()["started"] == 3


def test_the_size_of_a_result_is_that_of_its_frames():
    names = pd.Series(
        ["xavier", "a much longer name" * 10] * 500, dtype=object
    )  # pandas' own strings are never deep
    frame = pd.DataFrame({"init": names, "loss": [0.1, 0.2] * 500})
    assert frame.memory_usage(deep=True).sum() > 2 * frame.memory_usage(deep=False).sum()
    deep = int(frame.memory_usage(deep=True).sum())
    assert deep <= size_of(Result(frame)) - size_of("none") <= deep + OVERHEAD + FRAME + 2 * COLUMN
    copies = (Result(frame), {"more": frame.copy(), "none": [frame.copy()]})
    assert size_of(copies) >= 3 * deep > size_of((Result(frame), [frame]))
    assert size_of(None) == OVERHEAD


def test_a_warm_result_is_never_evicted():
    one = size_of(result_of(80_000))
    runner = JobRunner(workers=1, max_bytes=2 * one)
    finished(runner.warm("default", instant(result_of(80_000))))
    for key in range(10):
        ask(runner, key, instant(result_of(80_000)))
    assert runner.cached("default") is not None
    stats = runner.stats()
    assert (stats["pinned_bytes"], stats["bytes"], stats["kept"]) == (one, 2 * one, 3)
    assert runner.warm("default", instant(None)).state == "done"
    assert runner.stats()["pinned_bytes"] == one


def test_warming_pins_what_is_kept_or_running_already():
    one = size_of(result_of(80_000))
    runner, work = JobRunner(workers=1, max_bytes=2 * one), Training(result=result_of(80_000))
    kept = ask(runner, "kept", instant(result_of(80_000)))
    assert runner.warm("kept", Training()).result is kept
    with runner.follow("running", work) as job:
        assert runner.warm("running", Training()) is job
        work.finish()
        finished(job)
    for key in range(5):
        ask(runner, key, instant(result_of(80_000)))
    assert runner.cached("kept") is kept
    assert runner.cached("running") is work.result
    assert runner.stats()["pinned_bytes"] == 2 * one


def test_followers_share_a_warm_job_and_do_not_end_it_by_leaving():
    runner, work = JobRunner(workers=1), Training()
    warming = runner.warm("default", work)
    assert work.started.wait(WAIT)
    with runner.follow("default", Training()) as job:
        assert job is warming
    work.finish()
    assert finished(warming).state == "done"
    assert runner.cached("default") == work.result
    assert runner.stats()["started"] == 1


def test_warm_jobs_wait_for_readers():
    runner, busy, order = JobRunner(workers=1), Training(), []
    with runner.follow("busy", busy):
        warming = runner.warm("default", lambda on_epoch, on_curves: order.append("default"))
        with runner.follow("reader", lambda on_epoch, on_curves: order.append("reader")) as reader:
            assert reader.ahead == 0
            assert (warming.state, warming.ahead) == ("queued", 1)
            busy.finish()
            finished(reader)
            finished(warming)
    assert order == ["reader", "default"]


def test_a_running_warm_job_gives_way_between_two_epochs_and_goes_on_afterwards():
    runner, default, reader, other = (
        JobRunner(workers=1),
        Training(epochs=4),
        Training(),
        Training(),
    )
    warming = runner.warm("default", default)
    later = runner.warm("other default", other)
    assert default.started.wait(WAIT)
    with runner.follow("reader", reader) as job:
        assert job.state == "queued"
        default.step()
        assert reader.started.wait(
            WAIT
        )  # the reader starts while the warm training is in its middle
        assert (warming.state, warming.done, runner.running()) == ("queued", 1, 1)
        assert (warming.ahead, later.ahead) == (0, 1)  # what has begun is finished first
        default.finish()
        reader.finish()
        finished(job)
    assert finished(warming).result == default.result
    other.finish()
    finished(later)
    assert (default.starts, runner.stats()["started"], runner.running()) == (1, 3, 0)
    assert warming.curves()["epoch"].tolist() == [1, 2, 3, 4]


def test_a_warm_job_that_a_reader_waits_for_is_a_readers_job():
    runner, default, first, second = JobRunner(workers=1), Training(), Training(), Training()
    warming = runner.warm("default", default)
    assert default.started.wait(WAIT)
    with ExitStack() as stack:
        one = stack.enter_context(runner.follow("first", first))
        default.step()
        assert first.started.wait(WAIT)
        with runner.follow("default", Training()):
            two = stack.enter_context(runner.follow("second", second))
            assert (warming.ahead, two.ahead) == (0, 1)
        assert (warming.ahead, two.ahead) == (
            1,
            0,
        )  # the reader left: behind the others again, not cancelled
        stack.enter_context(runner.follow("default", Training()))
        assert (warming.ahead, two.ahead) == (1, 0)
        for work in (default, first, second):
            work.finish()
        for job in (one, two, warming):
            assert finished(job).state == "done"
    assert default.starts == 1


def test_a_warm_job_with_a_reader_does_not_give_way():
    runner, default, other = JobRunner(workers=1), Training(epochs=2), Training()
    runner.warm("default", default)
    with runner.follow("default", Training()) as job, runner.follow("other", other) as behind:
        default.finish()
        finished(job)
        assert behind.done == 0
        other.finish()
        finished(behind)
    assert runner.stats()["started"] == 2


def test_a_warm_job_that_fails_leaves_no_trace(caplog):
    runner = JobRunner(workers=1)
    assert finished(runner.warm("default", lambda on_epoch, on_curves: 1 / 0)).state == "failed"
    assert "division by zero" in caplog.text
    assert (runner.cached("default"), runner.stats()["kept"]) == (None, 0)
    assert ask(runner, "default", instant("again")) == "again"


def test_many_readers_of_one_key_start_one_training(jumpy):
    runner, n_readers, n_rounds = JobRunner(workers=2), 16, 25
    together = threading.Barrier(n_readers)
    works = [Training(result=object()) for _ in range(n_rounds)]

    def reader(_):
        seen = []
        for key, work in enumerate(works):
            together.wait(WAIT)
            with runner.follow(key, work) as job:
                work.step()
                seen.append(finished(job).result)
        return seen

    with ThreadPoolExecutor(n_readers) as pool:
        for seen in pool.map(reader, range(n_readers)):
            assert seen == [work.result for work in works]
    assert [work.starts for work in works] == [1] * n_rounds
    assert (runner.stats()["started"], runner.running()) == (n_rounds, 0)


def test_killing_half_of_the_readers_ends_their_trainings_only():
    runner = JobRunner(workers=4)
    works = {key: Training() for key in range(4)}
    with ExitStack() as staying, ExitStack() as leaving:
        kept = {key: staying.enter_context(runner.follow(key, works[key])) for key in (0, 1)}
        gone = {}
        for key, work in [*works.items()] * 10:  # ten more readers on each key, all of them die
            gone[key] = leaving.enter_context(runner.follow(key, work))
        for work in works.values():
            assert work.started.wait(WAIT)
        leaving.close()
        for work in works.values():
            work.step()
        assert [finished(gone[key]).state for key in (2, 3)] == ["cancelled"] * 2
        assert [(kept[key].state, kept[key].followers) for key in (0, 1)] == [("running", 1)] * 2
        assert runner.running() == 2
        for work in works.values():
            work.finish()
        assert [finished(job).state for job in kept.values()] == ["done"] * 2
    assert runner.running() == 0


def test_a_storm_of_readers_leaves_nothing_behind(jumpy):
    """Readers come, stay or leave in mid-run on few keys; no place is lost and no key runs twice
    for its readers.
    """
    workers, n_readers, n_visits = 3, 16, 40
    runner = JobRunner(workers=workers, max_bytes=4 * OVERHEAD)
    at_once, most, lock = 0, 0, threading.Lock()

    def work(on_epoch, on_curves):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        try:
            for epoch in range(5):
                on_curves(pd.DataFrame({"epoch": [epoch]}))
                on_epoch(epoch + 1, 5)
        finally:
            with lock:
                at_once -= 1
        return "result"

    def reader(seed):
        outcomes, chance = Counter(), random.Random(seed)
        for _ in range(n_visits):
            with runner.follow(chance.randrange(8), work) as job:
                if chance.random() < 0.5:
                    assert job.wait(WAIT)
                    outcomes[job.state] += 1
                else:
                    job.wait(chance.random() / 1000)
                    assert job.state != "cancelled"
        return outcomes

    with ThreadPoolExecutor(n_readers) as pool:
        outcomes = sum(pool.map(reader, range(n_readers)), Counter())
    assert set(outcomes) == {"done"}  # who stays gets the result, whoever else leaves
    drained = [runner.follow(("drain", i), instant("drained")) for i in range(workers)]
    for (
        follower
    ) in drained:  # dying trainings end by themselves; these start only when places are free
        with follower as job:
            finished(job)
    for thread in threading.enumerate():
        if thread.name == "weightkit-job":
            thread.join(WAIT)
    stats = runner.stats()
    assert (stats["running"], stats["queued"], stats["failed"]) == (0, 0, 0)
    assert stats["started"] == stats["finished"] + stats["cancelled"]
    assert most <= workers
    assert stats["bytes"] <= 4 * OVERHEAD
    assert not runner._live


def test_places_are_never_taken_by_more_than_there_are_with_warm_jobs_giving_way(jumpy):
    workers = 2
    runner = JobRunner(workers=workers)
    at_once, most, lock = 0, 0, threading.Lock()

    def work(on_epoch, on_curves):
        nonlocal at_once, most
        for epoch in range(20):
            with lock:
                at_once += 1
                most = max(most, at_once)
            with lock:
                at_once -= 1
            on_epoch(epoch + 1, 20)
        return "result"

    warming = [runner.warm(("warm", i), work) for i in range(6)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda i: ask(runner, i, work), range(60)))
    assert results == ["result"] * 60
    assert [finished(job).state for job in warming] == ["done"] * 6
    assert most <= workers
    assert runner.stats()["started"] == 66


def test_workers_are_daemons_that_end_with_their_job():
    runner, threads = JobRunner(workers=2), []
    ask(runner, "a", lambda on_epoch, on_curves: threads.append(threading.current_thread()))
    assert threads[0].daemon
    threads[0].join(WAIT)
    assert not threads[0].is_alive()


def test_at_least_one_worker():
    assert JobRunner(workers=None).workers == JobRunner(workers=0).workers == 1
    assert JobRunner().workers >= 1


def test_the_log_has_a_line_per_event(tmp_path, monkeypatch, caplog):
    path = tmp_path / "jobs.log"
    monkeypatch.setenv("WEIGHTKIT_JOB_LOG", str(path))
    runner, busy = jobs.JobRunner(workers=1, observe=job_log.wanted()), Training(epochs=1)
    with runner.follow("busy", busy) as job:
        with runner.follow("dropped", Training()):
            pass
        busy.finish()
        finished(job)
    ask(runner, "bad", lambda on_epoch, on_curves: 1 / 0)
    ask(runner, "busy", instant(None))  # kept: no line
    with runner.follow(("gone", 1), Training()) as job:
        pass
    job._work.step()
    finished(job)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["job"], line["key"], line["event"], line["running"]) for line in lines] == [
        (1, "'busy'", "started", 1),
        (2, "'dropped'", "dropped", 1),
        (1, "'busy'", "finished", 0),
        (3, "'bad'", "started", 1),
        (3, "'bad'", "failed", 0),
        (4, "('gone', 1)", "started", 1),
        (4, "('gone', 1)", "cancelled", 0),
    ]
    assert all(line["seconds"] >= 0 and line["time"] > 0 for line in lines)


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path):
    runner = jobs.JobRunner(workers=1, observe=job_log.to(str(tmp_path / "no" / "such" / "folder")))
    assert ask(runner, "a", instant("result")) == "result"


def test_no_log_is_kept_where_none_is_asked_for(monkeypatch):
    monkeypatch.delenv("WEIGHTKIT_JOB_LOG", raising=False)
    assert job_log.wanted() is None


def test_a_live_picture_is_drawn_once_for_all_followers_and_not_too_often():
    job, made = jobs.Job("key", None, jobs.JobRunner(1)), []

    def draw(curves):
        made.append(len(curves))
        return object()

    assert job.drawn(draw) is None
    job._parts.append(pd.DataFrame({"epoch": [0]}))
    first = job.drawn(draw, 60.0)
    assert first is job.drawn(draw, 60.0) and made == [1]
    job._parts.append(pd.DataFrame({"epoch": [1]}))
    assert job.drawn(draw, 60.0) is first
    assert job.drawn(draw) is not first and made == [1, 2]
