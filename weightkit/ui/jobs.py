"""Trainings shared by all readers of one server: who asks for the same thing follows the same run.

A page asks with :meth:`JobRunner.follow` and draws what the job has published until it is
finished::

    with runner.follow(key, lambda on_epoch, on_curves: run(config, on_epoch=on_epoch,
        on_curves=on_curves)) as job: while not job.wait(0.1):
            draw(job.done, job.total, job.ahead, job.curves())
    if job.error: ...
    job.result

Leaving the ``with`` (also through Streamlit's rerun and stop exceptions) ends the interest of this
reader, and the last one who leaves ends the training between two batches (`weightkit.stopping`). A
reader who has a name (`reader`, of a session) may come back: the run goes on for `GRACE` seconds,
unless it stands in somebody's way or its reader asks for something else. Who may start when is told
in :mod:`weightkit.ui.places`.

Nothing here knows Streamlit, so the work runs in plain threads and must not call it. Results and
curves are shared between readers: never change them in place.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from ..stopping import stoppable
from .job import Job, Work
from .places import OVERRUN, ahead_of
from .schedule import Closed, Observer, Schedule
from .store import MISSING, size_of
from .workers import default_workers

__all__ = ["Cancelled", "Closed", "Job", "JobRunner", "Work"]
GRACE = (
    10.0  # seconds that a run goes on without readers: a connection that breaks comes back by then
)
UNKNOWN = 1.0  # seconds that work without an estimate counts as
SAID = 500  # characters of a key in the server's log
logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Raised inside the work, between two batches or epochs, when nobody follows the job any
    more.
    """


class JobRunner(Schedule):
    """Runs about ``workers`` trainings at once (see `places`), and keeps ``max_bytes`` of
    results.
    """

    def __init__(
        self,
        workers: int | None = default_workers(),
        max_bytes: int = 64 * 2**20,
        grace: float = GRACE,
        observe: Observer | None = None,
    ):
        super().__init__(max(1, workers or 1), max_bytes, observe)
        self.grace = grace

    def cached(self, key: Hashable) -> Any:
        """The kept result for ``key``, or None."""
        with self._lock:
            result = self._store.get(key)
        return None if result is MISSING else result

    def served(self, reader: Hashable) -> None:
        """This reader has been shown a kept result: who waits for a first one goes before them."""
        with self._lock:
            self._use.add(reader, 0.0, time.monotonic())

    def keep(self, key: Hashable, made: Any) -> None:
        """Keep what a reader has made of a result, as results are kept."""
        size = size_of(made)
        with self._lock:
            self._store.put(key, made, size)

    @contextmanager
    def follow(
        self,
        key: Hashable,
        work: Work,
        cost: float | None = None,
        reader: Hashable = None,
        shared: bool = True,
        memory: float = 0.0,
    ) -> Iterator[Job]:
        """Follow the job for ``key``: a kept result, the job that others follow already, or a new
        one.

        ``work(on_epoch, on_curves) -> result`` runs in a worker thread; equal keys must mean equal
        work. ``cost``: seconds that it will take, where they are known. ``reader``: who asks, where
        that is known; a run that they left goes on for a while, and what they left earlier for
        another key ends now. ``shared``: whether the result is kept for others. ``memory``: bytes
        that it takes at its peak.
        """
        job = self._join(key, work, (UNKNOWN if cost is None else cost, memory), reader, shared)
        try:
            yield job
        finally:
            self._leave(job, reader)

    def room(self) -> float:
        """The share of the store that is free."""
        with self._lock:
            return 1 - self._store.bytes / self._store.max_bytes

    def warm(
        self,
        key: Hashable,
        work: Work,
        cost: float | None = None,
        for_good: bool = True,
        memory: float = 0.0,
    ) -> Job:
        """Compute ``key`` in the background when no reader waits, and keep its result: `for_good`,
        or as the results of readers are kept.

        A warm job gives way between two batches: it goes on once no reader's job waits for its
        place.
        Readers who follow it meanwhile make it one of theirs; when they leave, it is not
        cancelled.
        """
        with self._lock:
            result = self._store.get(key)
            if result is not MISSING:
                if for_good:
                    self._store.hold(key)
                return self._finished_job(key, result)
            job = self._live.get(key)
            if job is None:
                job = self._new_job(key, work, UNKNOWN if cost is None else cost, memory)
                job.asked, job.put_back = float(job.number), 0.0
                if job.state == "queued":
                    self._warm.append(job)
            job._pinned, job._until = True, None
            job._for_good |= for_good
            self._fill()
            return job

    def abandon(self, key: Hashable) -> None:
        """End the run for ``key`` at once where nobody follows it (any more): its reader has said
        so.
        """
        with self._lock:
            job = self._live.get(key)
            if job is not None and not job.followers and not job._pinned:
                self._end_unfollowed(job)

    def ahead(self, job: Job) -> int:
        """How many waiting jobs start before this one; 0 once it runs."""
        with self._lock:
            if job in self._readers:
                return ahead_of(job, self._wanted())
            return len(self._readers) + self._warm.index(job) if job in self._warm else 0

    def waiting(self) -> int:
        """How many readers follow a training that is not over."""
        with self._lock:
            return sum(job.followers for job in self._live.values())

    def running(self) -> int:
        """How many trainings occupy a place now, those included that are about to be cancelled."""
        with self._lock:
            return len(self._running)

    def close(self, timeout: float = 5.0) -> bool:
        """End all jobs and start none any more; True once nothing runs, False if something still
        does at the end.
        """
        with self._lock:
            self._closed = True
            for job in list(self._live.values()):
                job._pinned = False
                self._end_unfollowed(job)
            threads = list(self._running)
        until = time.monotonic() + timeout
        return all(job.wait(max(0.0, until - time.monotonic())) for job in threads)

    # What follows is called with no lock held.

    def _join(
        self,
        key: Hashable,
        work: Work,
        cost: tuple[float, float],
        reader: Hashable,
        shared: bool,
    ) -> Job:
        with self._lock:
            self._replaced(key, reader)
            result = self._store.get(key)
            if result is not MISSING:
                job = self._finished_job(key, result)
            else:
                job = self._live.get(key) or self._new_job(key, work, *cost)
                job._shared = shared
            job.followers += 1
            job._until = None
            if reader is not None:
                job._readers.add(reader)
            if job in self._readers:  # who is put back least has it so for all
                job.put_back = min(job.put_back, self._put_back(job, reader))
            elif job.followers == 1 and job.state == "queued":
                self._enqueue(job, reader)
            return job

    def _leave(self, job: Job, reader: Hashable) -> None:
        with self._lock:
            job.followers -= 1
            if job.followers or job._finished.is_set():
                return
            if job._pinned:
                if job in self._readers:
                    self._readers.remove(job)
                    self._queue_warm(job)
            elif reader not in job._readers or not self.grace or self._closed:
                self._end_unfollowed(
                    job
                )  # nobody could come back, or they have asked for something else by now
            else:
                job._until = time.monotonic() + self.grace
                self._fill()  # somebody may be waiting for its place

    def _run(self, job: Job) -> None:
        """The body of a worker thread: one job, whatever it raises."""
        try:
            assert job._work is not None
            with stoppable(partial(self._look, job)):
                result = job._work(partial(self._on_epoch, job), job._parts.append)
            size = size_of(result)
        except BaseException as error:  # a place that is not given back would be lost for good
            if not job._unwanted and not isinstance(
                error, ValueError
            ):  # a ValueError is an answer to the reader
                logger.error("%s failed", repr(job.key)[:SAID], exc_info=error)
            # The traceback would keep the frames of the training, and so its tensors, alive.
            self._end(job, None, 0, error.with_traceback(None))
        else:
            self._end(job, result, size, None)

    def _end(self, job: Job, result: Any, size: int, error: BaseException | None) -> None:
        with self._lock:
            self._running.discard(job)
            now, seconds = time.monotonic(), time.perf_counter() - job._since
            for reader in job._readers:
                self._use.add(reader, seconds / len(job._readers), now)
            self._finish(job, result, size, error)
            self._fill()

    def _on_epoch(self, job: Job, done: int, total: int) -> None:
        job.done, job.total = done, total
        self._look(job)

    def _look(self, job: Job) -> None:
        """Called between any two batches, by one or two threads: ends what is not wanted, and lets
        a warm job wait.
        """
        if job._unwanted:
            raise Cancelled
        if job._until is not None and time.monotonic() > job._until:
            self.abandon(job.key)
        if not job.long and time.perf_counter() - job._since > OVERRUN:
            with self._lock:  # the estimate was wrong: a short run's place is free for others now
                job.long = True
                self._fill()
        if job._pinned and not job.followers and (self._readers or job._parked):
            self._give_way(job)
        if job._unwanted:
            raise Cancelled

    def _give_way(self, job: Job) -> None:
        with self._lock:
            woken = job._parked
            if woken is None:
                if job.followers or not self._wanted_by_others(job):
                    return
                job._parked = woken = threading.Event()
                job.state = "queued"
                self._queue_warm(job)
                self._running.discard(job)
                self._fill()
        woken.wait()
