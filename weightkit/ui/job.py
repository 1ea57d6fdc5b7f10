"""One training: what its readers see of it, and what its worker publishes.

Nothing here knows Streamlit. Results and curves are shared between readers: never change them in
place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Literal, Protocol

import pandas as pd

from .places import LONG

State = Literal["queued", "running", "done", "failed", "cancelled"]
OnEpoch = Callable[[int, int], None]
OnCurves = Callable[[pd.DataFrame], None]
Work = Callable[[OnEpoch, OnCurves], Any]


class Queue(Protocol):
    """What a job asks of where it waits."""

    def ahead(self, job: Job) -> int:
        """How many waiting jobs start before this one; 0 once it runs."""


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
        queue: Queue,
        number: int = 0,
        cost: float = 0.0,
        memory: float = 0.0,
    ):
        self.key = key
        self.number = number  # in the order of asking, from 1; 0 for a kept result
        self.cost = cost  # seconds that the work is expected to take
        self.bytes = memory  # of memory at its peak, as expected
        self.long = cost > LONG
        self.asked = 0.0  # its time in the queue, but for
        self.put_back = 0.0  # the seconds that one who waits for it alone is put back
        self.state: State = "queued"
        self.done = 0
        self.total = 0
        self.followers = 0
        self.result: Any = None
        self.error: BaseException | None = None
        self._work = work
        self._queue = queue
        self._readers: set[Hashable] = (
            set()
        )  # who asked for it and has not asked for something else since
        self._shared = True  # its result is kept for others
        self._for_good = False  # its result is kept whatever comes
        self._pinned = False  # a warm job: goes on without followers, gives way to readers
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
    def due(self) -> tuple[float, int]:
        """Its time in the queue: smaller goes first. Those who wait for it share what it costs."""
        return self.asked + self.put_back / max(1, self.followers), self.number

    @property
    def ahead(self) -> int:
        """How many waiting jobs start before this one; 0 once it runs."""
        return self._queue.ahead(self)

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
