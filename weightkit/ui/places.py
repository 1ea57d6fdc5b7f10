"""Who trains next: jobs wait in an order in which short ones are not kept by long ones, and take
places.

A place is a training under way. Long runs leave one place to short ones. In the queue a job stands
by when it was asked for, put back by `PACE` seconds for each second that it will take, and for each
that its asker's runs took lately, and by `SERVED` where its asker has had a result lately, divided
by how many wait for it: a short run passes longer ones, who waits for a first result passes who
looks at one already, what a hall waits for passes what one reader does, and nobody is passed for
ever. Who is next waits until the memory is there, and is not passed meanwhile; a short run beside
long ones only does not wait for it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable
from itertools import islice
from typing import Any, Protocol

from .workers import MOST

LONG = 2.5  # seconds; what takes more is a long run: no page's default
OVERRUN = 2 * LONG  # seconds after which one that counted as short is a long run after all
PACE = 4.0  # seconds that a second of work puts a job back in the queue
SERVED = 30.0  # seconds that one who has a result to look at is put back: as long as a hall arrives
TOGETHER = 60e6  # bytes of memory of several at once; one alone may take more (`costs.MAX_BYTES`)
FORGET = 30.0  # seconds after which half of what somebody's runs took is forgotten


class Waiting(Protocol):
    """What this file knows of a job: `long`; `due`, its time in the queue (smaller goes first);
    `bytes` of memory that it takes.
    """

    long: bool
    bytes: float

    @property
    def due(self) -> tuple[float, int]: ...


def free_for(long: bool, running: Collection[Any], workers: int) -> bool:
    """Whether a long (or short) job may start beside those `running`.

    Long ones take all places but one. There is a place for one short job, if need be one more than
    `workers` (but not than `MOST`): where there is one worker, or where a run that counted as short
    has turned out to be long.
    """
    n_long = sum(job.long for job in running)
    if long:
        return len(running) < workers and n_long < max(1, workers - 1)
    return len(running) < workers or n_long == len(running) <= min(workers, MOST - 1)


def fits(job: Waiting, running: Collection[Waiting]) -> bool:
    """Whether the memory is there, as far as can be estimated; one alone always fits."""
    return not running or job.bytes + sum(other.bytes for other in running) <= TOGETHER


def next_of(waiting: Iterable[Any], running: Collection[Any], workers: int) -> Any:
    """The first in the queue that there is a place for, or None."""
    free = {long: free_for(long, running, workers) for long in (False, True)}
    return min((job for job in waiting if free[job.long]), key=lambda job: job.due, default=None)


def ahead_of(job: Any, waiting: Iterable[Any]) -> int:
    """How many of the waiting jobs start before this one; long ones do not stand in the way of a
    short one.
    """
    return sum(other.due < job.due and (job.long or not other.long) for other in waiting)


class Use:
    """Seconds that each asker's runs took lately; half of it is forgotten in `FORGET` seconds."""

    def __init__(self) -> None:
        self._taken: dict[Hashable, tuple[float, float]] = {}  # seconds, and when that was so

    def of(self, asker: Hashable, now: float) -> float:
        """Seconds of this asker; 0 for one unknown."""
        seconds, when = self._taken.get(asker, (0.0, now))
        return seconds * math.exp2((when - now) / FORGET)

    def put_back(self, asker: Hashable, now: float) -> float:
        """The seconds in the queue by which this asker's next job is put back, whatever it is."""
        return PACE * self.of(asker, now) + SERVED * (asker in self._taken)

    def add(self, asker: Hashable, seconds: float, now: float) -> None:
        """This asker has a result now, whose run took `seconds` (0: it was kept); let go of those
        who had their last long ago.
        """
        if asker is None:
            return
        taken = self.of(asker, now) + seconds
        self._taken.pop(asker, None)  # the latest stands last
        self._taken[asker] = taken, now
        for oldest, (_, when) in list(islice(self._taken.items(), 2)):  # two go where one comes
            if now - when >= 10 * FORGET:
                del self._taken[oldest]
