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

import json
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Literal

import pandas as pd

from ..stopping import stoppable
from .places import LONG, PACE, Use, ahead_of, free_for, next_of
from .store import MISSING, Store, size_of
from .workers import default_workers

State = Literal["queued", "running", "done", "failed", "cancelled"]
OnEpoch = Callable[[int, int], None]
OnCurves = Callable[[pd.DataFrame], None]
Work = Callable[[OnEpoch, OnCurves], Any]

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


class Closed(RuntimeError):
    """The server is ending: no training starts any more."""


class Job:
    """One training, shared by everyone who asked for the same key. Readers look, only the runner
    writes.

    ``state`` is queued, running, done, failed or cancelled; ``done`` of ``total`` epochs are over
    (0 of 0 before the first); ``result`` is set once done and ``error`` (without its traceback,
    which is logged) once failed.
    """

    def __init__(
        self,
        key: Hashable,
        work: Work | None,
        runner: JobRunner,
        number: int = 0,
        cost: float = 0.0,
    ):
        self.key = key
        self.number = number  # in the order of asking, from 1; 0 for a kept result
        self.cost = cost  # seconds that the work is expected to take
        self.long = cost > LONG
        self.due: tuple[float, int] = (0.0, number)  # its time in the queue: smaller goes first
        self.state: State = "queued"
        self.done = 0
        self.total = 0
        self.followers = 0
        self.result: Any = None
        self.error: BaseException | None = None
        self._work = work
        self._runner = runner
        self._readers: set[Hashable] = (
            set()
        )  # who asked for it and has not asked for something else since
        self._pinned = False  # a warm job: goes on without followers, gives way to readers
        self._shared = True  # the result is kept for others
        self._unwanted = False  # nobody follows it any more; the next look at this raises
        self._until: float | None = None  # without followers, it is wanted up to this time
        self._parked: threading.Event | None = (
            None  # set by the runner to wake a warm job that gave way
        )
        self._finished = threading.Event()
        self._since = time.perf_counter()
        self._parts: list[pd.DataFrame] = []
        self._n_joined = 0
        self._joined: pd.DataFrame | None = None
        self._joining = threading.Lock()
        self._drawn: tuple[Any, Any, Any, float] = (None, None, None, 0.0)
        self._drawing = threading.Lock()

    @property
    def ahead(self) -> int:
        """How many waiting jobs start before this one; 0 once it runs."""
        return self._runner._ahead(self)

    def curves(self) -> pd.DataFrame | None:
        """All rows published so far in one frame with a fresh index; None before the first (and for
        a kept result).

        Cheap to call often: the same frame comes back until there are new rows.
        """
        with self._joining:
            new = self._parts[self._n_joined :]
            if new:
                old = [] if self._joined is None else [self._joined]
                self._joined = pd.concat(old + new, ignore_index=True)
                self._n_joined += len(new)
            return self._joined

    def drawn(self, draw: Callable[[pd.DataFrame], Any], every: float = 0.0) -> Any:
        """draw(curves so far), made once for all followers, at most once in `every` seconds; None
        before the first rows.

        The same picture comes back until there is a new one.
        """
        curves = self.curves()
        if curves is None:
            return None
        with self._drawing:
            by, of, picture, when = self._drawn
            if by is not draw or (of is not curves and time.monotonic() - when >= every):
                picture = draw(curves)
                self._drawn = draw, curves, picture, time.monotonic()
            return picture

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to ``timeout`` seconds; True once the job is done, failed or cancelled."""
        return self._finished.wait(timeout)


class JobRunner:
    """Runs about ``workers`` trainings at once (see `places`), and keeps ``max_bytes`` of
    results.
    """

    def __init__(
        self,
        workers: int | None = default_workers(),
        max_bytes: int = 64 * 2**20,
        grace: float = GRACE,
    ):
        self.workers = max(1, workers or 1)
        self.grace = grace
        self._lock = threading.Lock()
        self._store = Store(max_bytes)
        self._live: dict[Hashable, Job] = {}  # queued or running, and still wanted
        self._readers: list[Job] = []  # waiting for a place
        self._warm: list[Job] = []
        self._running: set[Job] = set()  # those that have a place, also when they are about to end
        self._use = Use()
        self._closed = False
        self._n_jobs = 0
        self._counts: Counter[str] = Counter()

    def cached(self, key: Hashable) -> Any:
        """The kept result for ``key``, or None."""
        with self._lock:
            result = self._store.get(key)
        return None if result is MISSING else result

    def keep(self, key: Hashable, made: Any) -> None:
        """Keep what a reader has made of a result, as results are kept."""
        with self._lock:
            self._store.put(key, made, size_of(made))

    @contextmanager
    def follow(
        self,
        key: Hashable,
        work: Work,
        cost: float | None = None,
        reader: Hashable = None,
        shared: bool = True,
    ) -> Iterator[Job]:
        """Follow the job for ``key``: a kept result, the job that others follow already, or a new
        one.

        ``work(on_epoch, on_curves) -> result`` runs in a worker thread; equal keys must mean equal
        work. ``cost``: seconds that it will take, where they are known. ``reader``: who asks, where
        that is known; a run that they left goes on for a while, and what they left earlier for
        another key ends now. ``shared``: whether the result is kept for others.
        """
        job = self._join(key, work, UNKNOWN if cost is None else cost, reader, shared)
        try:
            yield job
        finally:
            self._leave(job, reader)

    def warm(self, key: Hashable, work: Work, cost: float | None = None) -> Job:
        """Compute ``key`` in the background when no reader waits, and keep its result for good.

        A warm job gives way between two batches: it goes on once no reader's job waits for its
        place. Readers who follow it meanwhile make it one of theirs; when they leave, it is not
        cancelled.
        """
        with self._lock:
            result = self._store.get(key)
            if result is not MISSING:
                self._store.pin(key, result, size_of(result))
                return self._finished_job(key, result)
            job = self._live.get(key)
            if job is None:
                job = self._new_job(key, work, UNKNOWN if cost is None else cost)
                job.due = (float(job.number), job.number)
                if job.state == "queued":
                    self._warm.append(job)
            job._pinned, job._until = True, None
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

    def stats(self) -> dict[str, int]:
        """Counts since the start, and what is there now.

        ``started``, ``finished``, ``failed``, ``cancelled`` (ended while running or given way),
        ``dropped`` (left the queue unstarted); ``running``, ``queued`` now; ``kept`` results, their
        ``bytes`` (bounded) and
        ``pinned_bytes``.
        """
        with self._lock:
            counts = {
                name: self._counts[name]
                for name in ("started", "finished", "failed", "cancelled", "dropped")
            }
            return counts | {
                "running": len(self._running),
                "queued": len(self._readers) + len(self._warm),
                "kept": len(self._store),
                "bytes": self._store.bytes,
                "pinned_bytes": self._store.pinned_bytes,
            }

    # What follows up to the next comment is called with no lock held.

    def _join(self, key: Hashable, work: Work, cost: float, reader: Hashable, shared: bool) -> Job:
        with self._lock:
            self._replaced(key, reader)
            result = self._store.get(key)
            if result is not MISSING:
                job = self._finished_job(key, result)
            else:
                job = self._live.get(key) or self._new_job(key, work, cost)
                job._shared = shared
            job.followers += 1
            job._until = None
            if reader is not None:
                job._readers.add(reader)
            if job.followers == 1 and job.state == "queued" and job not in self._readers:
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

    def _ahead(self, job: Job) -> int:
        with self._lock:
            if job in self._readers:
                return ahead_of(job, self._wanted())
            return len(self._readers) + self._warm.index(job) if job in self._warm else 0

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
        if not job.long and time.perf_counter() - job._since > LONG:
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

    # What follows is called with the lock held.

    def _new_job(self, key: Hashable, work: Work, cost: float) -> Job:
        self._n_jobs += 1
        job = Job(key, work, self, self._n_jobs, cost)
        if self._closed:
            job.error = Closed("the server is ending")
            self._close(job, "cancelled", "dropped")
        else:
            self._live[key] = job
        return job

    def _finished_job(self, key: Hashable, result: Any) -> Job:
        job = Job(key, None, self)
        job.state, job.result = "done", result
        job._finished.set()
        return job

    def _enqueue(self, job: Job, reader: Hashable) -> None:
        """Into the readers' queue: a new job, or a warm one that a reader now waits for."""
        now = time.monotonic()
        job.due = now + PACE * (job.cost + self._use.of(reader, now)), job.number
        with suppress(ValueError):
            self._warm.remove(job)
        self._readers.append(job)
        self._fill()

    def _queue_warm(self, job: Job) -> None:
        """A job that gave way goes first, so that few unfinished trainings hold memory."""
        if job._parked:
            self._warm.insert(0, job)
        else:
            self._warm.append(job)

    def _replaced(self, key: Hashable, reader: Hashable) -> None:
        """What this reader left earlier is not wanted any more: a control has been moved."""
        if reader is None:
            return
        for job in [
            job for job in self._live.values() if job.key != key and reader in job._readers
        ]:
            job._readers.discard(reader)
            if not job.followers and not job._pinned and not job._readers:
                self._end_unfollowed(job)

    def _end_unfollowed(self, job: Job) -> None:
        """From here on, who asks for this key gets a fresh job; what runs ends at its next look."""
        self._live.pop(job.key, None)
        job._unwanted = True
        for queue in (self._wanted(), self._readers, self._warm):
            if job in queue:
                queue.remove(job)
        if job._parked:  # it ends by itself, once it is awake
            job._parked.set()
            self._running.add(job)
        elif job.state == "queued":
            self._close(job, "cancelled", "dropped")

    def _wanted_by_others(self, job: Job) -> bool:
        """Whether a waiting reader's job could start, if this running one had no place."""
        others = self._running - {job}
        return any(free_for(waiting.long, others, self.workers) for waiting in self._wanted())

    def _wanted(self) -> list[Job]:
        """The jobs that a reader waits for."""
        return [job for job in self._readers if job._until is None]

    def _fill(self) -> None:
        """Give free places to those who are next, readers before warm ones; what only lingers gives
        way to readers.
        """
        while job := self._next():
            queue = self._readers if job in self._readers else self._warm
            queue.remove(job)
            job.state = "running"
            self._running.add(job)
            if job._parked:
                job._parked.set()
                job._parked = None
                continue
            self._start(job)
        ending = sum(job._unwanted for job in self._running)
        for job in [job for job in self._running if job._until is not None and not job._unwanted]:
            if ending < len(self._wanted()) and self._wanted_by_others(job):
                self._end_unfollowed(job)
                ending += 1

    def _next(self) -> Job | None:
        now = time.monotonic()
        for job in [job for job in self._readers if job._until is not None and now > job._until]:
            self._end_unfollowed(job)
        for queue in (self._wanted(), self._readers, self._warm[:1]):
            job = next_of(queue, self._running, self.workers)
            if job is not None:
                return job
        return None

    def _start(self, job: Job) -> None:
        self._counts["started"] += 1
        self._log(job, "started")
        job._since = time.perf_counter()
        try:
            threading.Thread(
                target=self._run, args=(job,), name="weightkit-job", daemon=True
            ).start()
        except RuntimeError as error:  # the system gives no more threads
            self._running.discard(job)
            self._finish(job, None, 0, error)

    def _finish(self, job: Job, result: Any, size: int, error: BaseException | None) -> None:
        if job._unwanted:
            self._close(job, "cancelled", "cancelled")
            return
        del self._live[job.key]
        if error is not None:
            job.error = error
            self._close(job, "failed", "failed")
            return
        job.result = result
        if job._shared:
            (self._store.pin if job._pinned else self._store.put)(job.key, result, size)
        self._close(job, "done", "finished")

    def _close(self, job: Job, state: State, counted: str) -> None:
        job.state = state
        job._work = None  # it may hold data that nobody needs any more
        self._counts[counted] += 1
        self._log(job, counted)
        job._finished.set()

    def _log(self, job: Job, event: str) -> None:
        """Append one JSON line to the file that WEIGHTKIT_JOB_LOG names: for load tests, off by
        default.

        ``event`` is a count of :meth:`stats`; ``seconds`` is the time in the queue for started and
        dropped, else the time since the start; ``running`` is the number of places taken at this
        moment.
        """
        path = os.environ.get("WEIGHTKIT_JOB_LOG")
        if not path:
            return
        line = {
            "time": round(time.time(), 3),
            "job": job.number,
            "key": repr(job.key),
            "event": event,
            "seconds": round(time.perf_counter() - job._since, 4),
            "running": len(self._running),
        }
        with suppress(OSError), open(path, "a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
