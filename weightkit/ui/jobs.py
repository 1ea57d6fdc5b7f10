"""Trainings shared by all readers of one server: who asks for the same thing follows the same run.

A page asks with :meth:`JobRunner.follow` and draws what the job has published until it is finished::

    with runner.follow(key, lambda on_epoch, on_curves: run(config, on_epoch=on_epoch, on_curves=on_curves)) as job:
        while not job.wait(0.1):
            draw(job.done, job.total, job.ahead, job.curves())
    if job.error: ...
    job.result

Leaving the ``with`` (also through Streamlit's rerun and stop exceptions) ends the interest of this reader,
and the last one who leaves ends the training. Nothing here knows Streamlit, so the work runs in plain threads
and must not call it.

Results and curves are shared between readers: never change them in place.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any, Literal

import pandas as pd

State = Literal["queued", "running", "done", "failed", "cancelled"]
OnEpoch = Callable[[int, int], None]
OnCurves = Callable[[pd.DataFrame], None]
Work = Callable[[OnEpoch, OnCurves], Any]

OVERHEAD = 1024  # bytes counted for a result beside its frames: the key, the dataclass, the bookkeeping
MISSING = object()
logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Raised inside the work by ``on_epoch`` when nobody follows the job any more."""


def size_of(result: Any) -> int:
    """Bytes that a result is counted with: its DataFrames (deep), also inside dataclasses and containers."""
    if isinstance(result, pd.DataFrame):
        return OVERHEAD + int(result.memory_usage(deep=True).sum())
    if is_dataclass(result):
        return OVERHEAD + sum(_frames_in(getattr(result, field.name)) for field in fields(result))
    return OVERHEAD + _frames_in(result)


def _frames_in(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return sum(_frames_in(item) for item in value)
    return size_of(value) if isinstance(value, pd.DataFrame) or is_dataclass(value) else 0


class Store:
    """Finished results up to ``max_bytes``, least recently used dropped first; pinned ones stay and do not count.

    Not thread safe by itself: the runner holds its lock.
    """

    def __init__(self, max_bytes: int):
        self.max_bytes = max_bytes
        self.bytes = 0
        self.pinned_bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._pinned: dict[Hashable, tuple[Any, int]] = {}

    def __len__(self) -> int:
        return len(self._kept) + len(self._pinned)

    def get(self, key: Hashable) -> Any:
        """The result, now the most recently used, or ``MISSING``."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]
        return self._pinned[key][0] if key in self._pinned else MISSING

    def put(self, key: Hashable, result: Any, size: int) -> None:
        """Keep a result of ``size`` bytes unless it is bigger than the whole store."""
        if key in self._pinned:
            return
        self._drop(key)
        if size > self.max_bytes:
            return
        self._kept[key] = (result, size)
        self.bytes += size
        while self.bytes > self.max_bytes:
            self._drop(next(iter(self._kept)))

    def pin(self, key: Hashable, result: Any, size: int) -> None:
        """Keep a result for good, outside the bound."""
        self._drop(key)
        if key not in self._pinned:
            self._pinned[key] = (result, size)
            self.pinned_bytes += size

    def _drop(self, key: Hashable) -> None:
        if key in self._kept:
            self.bytes -= self._kept.pop(key)[1]


class Job:
    """One training, shared by everyone who asked for the same key. Readers look, only the runner writes.

    ``state`` is queued, running, done, failed or cancelled; ``done`` of ``total`` epochs are over (0 of 0 before
    the first); ``result`` is set once done and ``error`` (without its traceback, which is logged) once failed.
    """

    def __init__(self, key: Hashable, work: Work | None, runner: JobRunner, number: int = 0):
        self.key = key
        self.number = number  # in the order of asking, from 1; 0 for a kept result
        self.state: State = "queued"
        self.done = 0
        self.total = 0
        self.followers = 0
        self.result: Any = None
        self.error: BaseException | None = None
        self._work = work
        self._runner = runner
        self._pinned = False  # a warm job: goes on without followers, gives way to readers
        self._unwanted = False  # the last follower has left; the next on_epoch raises
        self._parked: threading.Event | None = None  # set by the runner to wake a warm job that gave way
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
        """All rows published so far in one frame with a fresh index; None before the first (and for a kept result).

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
        """draw(curves so far), made once for all followers, at most once in `every` seconds; None before the first rows.

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
    """Runs at most ``workers`` trainings at once, first come first served, and keeps ``max_bytes`` of results."""

    def __init__(self, workers: int | None = os.cpu_count(), max_bytes: int = 64 * 2**20):
        self.workers = max(1, workers or 1)
        self._lock = threading.Lock()
        self._store = Store(max_bytes)
        self._live: dict[Hashable, Job] = {}  # queued or running, and still wanted
        self._readers: deque[Job] = deque()
        self._warm: deque[Job] = deque()
        self._active = 0  # places taken, also by jobs that are about to end
        self._n_jobs = 0
        self._counts: Counter[str] = Counter()

    def cached(self, key: Hashable) -> Any:
        """The kept result for ``key``, or None."""
        with self._lock:
            result = self._store.get(key)
        return None if result is MISSING else result

    @contextmanager
    def follow(self, key: Hashable, work: Work) -> Iterator[Job]:
        """Follow the job for ``key``: a kept result, the job that others follow already, or a new one.

        ``work(on_epoch, on_curves) -> result`` runs in a worker thread; equal keys must mean equal work.
        """
        job = self._join(key, work)
        try:
            yield job
        finally:
            self._leave(job)

    def warm(self, key: Hashable, work: Work) -> Job:
        """Compute ``key`` in the background when no reader waits, and keep its result for good.

        A warm job gives way between two epochs: it goes on once no reader's job is waiting. Readers who follow
        it meanwhile make it one of theirs; when they leave, it is not cancelled.
        """
        with self._lock:
            result = self._store.get(key)
            if result is not MISSING:
                self._store.pin(key, result, size_of(result))
                return self._finished_job(key, result)
            job = self._live.get(key)
            if job is None:
                job = self._new_job(key, work)
                self._warm.append(job)
            job._pinned = True
            self._fill()
            return job

    def running(self) -> int:
        """How many trainings occupy a place now, those included that are about to be cancelled."""
        with self._lock:
            return self._active

    def stats(self) -> dict[str, int]:
        """Counts since the start, and what is there now.

        ``started``, ``finished``, ``failed``, ``cancelled`` (ended while running or given way), ``dropped``
        (left the queue unstarted); ``running``, ``queued`` now; ``kept`` results, their ``bytes`` (bounded) and
        ``pinned_bytes``.
        """
        with self._lock:
            counts = {name: self._counts[name] for name in ("started", "finished", "failed", "cancelled", "dropped")}
            return counts | {
                "running": self._active,
                "queued": len(self._readers) + len(self._warm),
                "kept": len(self._store),
                "bytes": self._store.bytes,
                "pinned_bytes": self._store.pinned_bytes,
            }

    # What follows up to the next comment is called with no lock held.

    def _join(self, key: Hashable, work: Work) -> Job:
        with self._lock:
            result = self._store.get(key)
            if result is not MISSING:
                job = self._finished_job(key, result)
            else:
                job = self._live.get(key) or self._new_job(key, work)
            job.followers += 1
            if job.followers == 1 and job.state == "queued":  # new, or a warm job that a reader now waits for
                with suppress(ValueError):
                    self._warm.remove(job)
                self._readers.append(job)
                self._fill()
            return job

    def _leave(self, job: Job) -> None:
        with self._lock:
            job.followers -= 1
            if job.followers or job._finished.is_set():
                return
            queued = job.state == "queued"
            if queued:
                self._readers.remove(job)
            if job._pinned:
                if queued:
                    self._queue_warm(job)
                return
            del self._live[job.key]  # from here on, who asks for this key gets a fresh job
            job._unwanted = True
            if queued:
                self._close(job, "cancelled", "dropped")

    def _ahead(self, job: Job) -> int:
        with self._lock:
            waiting = [*self._readers, *self._warm] if job.state == "queued" else []
            return waiting.index(job) if job in waiting else 0

    def _run(self, job: Job) -> None:
        """The body of a worker thread: one job, whatever it raises."""
        try:
            assert job._work is not None
            result = job._work(partial(self._on_epoch, job), job._parts.append)
            size = size_of(result)
        except BaseException as error:  # a place that is not given back would be lost for good
            if not job._unwanted:
                logger.error("%r failed", job.key, exc_info=error)
            # The traceback would keep the frames of the training, and so its tensors, alive.
            self._end(job, None, 0, error.with_traceback(None))
        else:
            self._end(job, result, size, None)

    def _end(self, job: Job, result: Any, size: int, error: BaseException | None) -> None:
        with self._lock:
            self._active -= 1
            self._finish(job, result, size, error)
            self._fill()

    def _on_epoch(self, job: Job, done: int, total: int) -> None:
        with self._lock:
            job.done, job.total = done, total
            if job._unwanted:
                raise Cancelled(f"nobody follows {job.key!r} any more")
            if not self._readers or not job._pinned or job.followers:
                return
            job._parked = woken = threading.Event()
            job.state = "queued"
            self._queue_warm(job)
            self._active -= 1
            self._fill()
        woken.wait()

    # What follows is called with the lock held.

    def _new_job(self, key: Hashable, work: Work) -> Job:
        self._n_jobs += 1
        job = self._live[key] = Job(key, work, self, self._n_jobs)
        return job

    def _finished_job(self, key: Hashable, result: Any) -> Job:
        job = Job(key, None, self)
        job.state, job.result = "done", result
        job._finished.set()
        return job

    def _queue_warm(self, job: Job) -> None:
        """A job that gave way goes first, so that at most ``workers`` unfinished trainings hold memory."""
        if job._parked:
            self._warm.appendleft(job)
        else:
            self._warm.append(job)

    def _fill(self) -> None:
        """Give free places to the jobs that wait longest, readers before warm ones."""
        while self._active < self.workers and (self._readers or self._warm):
            job = (self._readers or self._warm).popleft()
            job.state = "running"
            self._active += 1
            if job._parked:
                job._parked.set()
                job._parked = None
                continue
            self._counts["started"] += 1
            self._log(job, "started")
            job._since = time.perf_counter()
            try:
                threading.Thread(target=self._run, args=(job,), name="weightkit-job", daemon=True).start()
            except RuntimeError as error:  # the system gives no more threads
                self._active -= 1
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
        (self._store.pin if job._pinned else self._store.put)(job.key, result, size)
        self._close(job, "done", "finished")

    def _close(self, job: Job, state: State, counted: str) -> None:
        job.state = state
        job._work = None  # it may hold data that nobody needs any more
        self._counts[counted] += 1
        self._log(job, counted)
        job._finished.set()

    def _log(self, job: Job, event: str) -> None:
        """Append one JSON line to the file that WEIGHTKIT_JOB_LOG names: for load tests, off by default.

        ``event`` is a count of :meth:`stats`; ``seconds`` is the time in the queue for started and dropped, else
        the time since the start; ``running`` is the number of places taken at this moment.
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
            "running": self._active,
        }
        with suppress(OSError), open(path, "a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
