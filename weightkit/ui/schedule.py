"""The jobs that wait, run and linger, and who is next.

Everything here is called with the lock held; in what order they start is told in `places`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

from .job import Job, State, Work
from .places import PACE, Use, fits, free_for, next_of
from .store import Store

Observer = Callable[[Job, str, int], None]
"""Is told of each event (see `job_log`), with the number of places that are taken."""


class Closed(RuntimeError):
    """The server is ending: no training starts any more."""


class Schedule:
    """Jobs and their places; `JobRunner` is what readers meet. `observe` is told of each event: for
    load tests.
    """

    def __init__(self, workers: int, max_bytes: int, observe: Observer | None = None):
        self.workers = workers
        self._observe = observe
        self._lock = threading.Lock()
        self._store = Store(max_bytes)
        self._live: dict[Hashable, Job] = {}  # queued or running, and still wanted
        self._readers: list[Job] = []  # waiting for a place
        self._warm: list[Job] = []
        self._running: set[Job] = set()  # those that have a place, also when they are about to end
        self._use = Use()
        self._closed = False
        self._n_jobs = 0

    def ahead(self, job: Job) -> int:
        """How many waiting jobs start before this one; called with no lock held."""
        raise NotImplementedError

    def _run(self, job: Job) -> None:
        """The body of a worker thread; called with no lock held."""
        raise NotImplementedError

    def _new_job(self, key: Hashable, work: Work, cost: float, memory: float) -> Job:
        self._n_jobs += 1
        job = Job(key, work, self, self._n_jobs, cost, memory)
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
        job.asked, job.put_back = time.monotonic(), self._put_back(job, reader)
        with suppress(ValueError):
            self._warm.remove(job)
        self._readers.append(job)
        self._fill()

    def _put_back(self, job: Job, reader: Hashable) -> float:
        return PACE * job.cost + self._use.put_back(reader, time.monotonic())

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
        return any(
            free_for(waiting.long, others, self.workers) and self._fits(waiting, others)
            for waiting in self._wanted()
        )

    def _fits(self, job: Job, running: set[Job]) -> bool:
        """Whether the memory is there; what has given way holds its own until it goes on. The place
        that long runs leave to a short one comes with its memory: else it would wait for them.
        """
        if not job.long and all(other.long for other in running):
            return True
        parked = [other for other in self._warm if other._parked and other is not job]
        return not running or fits(job, [*running, *parked])

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
                return job if self._fits(job, self._running) else None
        return None

    def _start(self, job: Job) -> None:
        self._told(job, "started")
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
            (self._store.pin if job._for_good else self._store.put)(job.key, result, size)
        self._close(job, "done", "finished")

    def _close(self, job: Job, state: State, counted: str) -> None:
        job.state = state
        job._work = None  # it may hold data that nobody needs any more
        self._told(job, counted)
        job._finished.set()

    def _told(self, job: Job, event: str) -> None:
        if self._observe is not None:
            self._observe(job, event, len(self._running))
