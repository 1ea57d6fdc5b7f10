"""Idle time is used: what the readers of a page will probably ask for next is trained while nobody
waits.

A page that has shown its run says what is likely (`look`): the next step of each control, then the
presets. What the last page said comes first. It gives way to readers at once, takes what is cheap,
and stops where the store is nearly full. WEIGHTKIT_IDLE=0 turns it off.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from . import own_data, running

LONGEST = 3.0  # seconds that one of them may take, as estimated
LARGEST = 60e6  # bytes of memory that it may take meanwhile
MOST = 16  # of one page
PAGES = 8  # whose readers are thought of; the oldest is forgotten
ATTENTION = 60.0  # seconds after which nobody is thought to look at a page any more
ROOM = 0.25  # share of the store that is left to readers
logger = logging.getLogger(__name__)


@dataclass
class Look:
    """A view that is looked at: when last, and what of it is still to be trained; None: all is."""

    view: Any
    likely: Iterator[Any] | None
    when: float = 0.0


class Idle:
    """The idle time of one server, and its thread."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._looks: dict[tuple[Any, Any], Look] = {}  # by view and Config, the latest last
        self._thread: threading.Thread | None = None

    def look(self, view: Any, config: Any, likely: Callable[[], Iterator[Any]]) -> None:
        """Readers look at this view's run with `config`; `likely()` gives the Configs that may be
        next, the likeliest first. Who looks at the same again does not begin it again.
        """
        if os.environ.get("WEIGHTKIT_IDLE") == "0" or own_data.is_own(config):
            return
        with self._news:
            seen = self._looks.pop((view, config), None)
            if seen is None:
                seen = Look(view, islice(_cheap(config, likely), MOST))
            seen.when = time.monotonic()
            self._looks[view, config] = seen
            for oldest in list(self._looks)[:-PAGES]:
                del self._looks[oldest]
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, daemon=True, name="weightkit-idle"
                )
                self._thread.start()
            self._news.notify()

    def _work(self) -> None:
        while True:
            with self._news:
                while (latest := self._latest()) is None:
                    self._news.wait()
            try:
                assert latest.likely is not None
                _train(latest.view, next(latest.likely))
            except StopIteration:
                latest.likely = None
            except Exception:  # a page's next step must not end all others'
                logger.exception("idle time")

    def _latest(self) -> Look | None:
        """What somebody has looked at last and not all is trained of."""
        now = time.monotonic()
        for seen in reversed(self._looks.values()):
            if seen.likely is not None and now - seen.when <= ATTENTION:
                return seen
        return None


look = Idle().look


def _cheap(config: Any, likely: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """Those that cost little, on the data that are there."""
    dataset = getattr(config, "dataset", None)
    for other in likely():
        cost = running.cost_of(other)
        cheap = cost is not None and cost <= LONGEST and running.memory_of(other) <= LARGEST
        if cheap and getattr(other, "dataset", None) == dataset:
            yield other


def _train(view: Any, config: Any) -> None:
    runner, work = running.runner(), running.telling(view)
    key = running.key_of(work, config)
    if runner.cached(key) is None and runner.room() > ROOM:
        done = running.as_work(work, config)
        needs = running.cost_of(config), False, running.memory_of(config)
        runner.warm(key, done, *needs).wait()
