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
from itertools import islice
from typing import Any

from . import own_data, running

LONGEST = 3.0  # seconds that one of them may take, as estimated
MOST = 16  # of one page
PAGES = 8  # whose readers are thought of; the oldest is forgotten
ATTENTION = 60.0  # seconds after which nobody is thought to look at a page any more
ROOM = 0.25  # share of the store that is left to readers
logger = logging.getLogger(__name__)

_news = threading.Condition()
_looks: list[tuple[float, Any, Iterator[Any]]] = []  # (when, view, what is likely), latest last
_thread: threading.Thread | None = None


def look(view: Any, config: Any, likely: Callable[[], Iterator[Any]]) -> None:
    """Readers look at this view's run with `config`; `likely()` gives the Configs that may be next,
    the likeliest first.
    """
    global _thread
    if os.environ.get("WEIGHTKIT_IDLE") == "0" or own_data.is_own(config):
        return
    with _news:
        _looks.append((time.monotonic(), view, islice(_cheap(config, likely), MOST)))
        del _looks[:-PAGES]
        if _thread is None:
            _thread = threading.Thread(target=_work, daemon=True, name="weightkit-idle")
            _thread.start()
        _news.notify()


def _cheap(config: Any, likely: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """Those that cost little, on the data that are there."""
    dataset = getattr(config, "dataset", None)
    for other in likely():
        cost = running.cost_of(other)
        if cost is not None and cost <= LONGEST and getattr(other, "dataset", None) == dataset:
            yield other


def _work() -> None:
    while True:
        with _news:
            while not _looks:
                _news.wait()
            when, view, configs = _looks[-1]
        try:
            if time.monotonic() - when > ATTENTION:
                raise StopIteration
            _train(view, next(configs))
        except StopIteration:
            with _news:
                _looks[:] = [item for item in _looks if item[2] is not configs]
        except Exception:  # a page's next step must not end all others'
            logger.exception("idle time")


def _train(view: Any, config: Any) -> None:
    runner, work = running.runner(), running.telling(view)
    key = running.key_of(work, config)
    if runner.cached(key) is None and runner.room() > ROOM:
        done = running.as_work(work, config)
        runner.warm(key, done, running.cost_of(config), for_good=False).wait()
