"""Figures are drawn once: readers share results, so they can share the pictures of them."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import pandas as pd

MOST = 48
"""Figures kept, with the frames they were drawn from; the least recently used go first."""

_lock = threading.Lock()
_drawn: OrderedDict[Hashable, tuple[Any, list[pd.DataFrame]]] = OrderedDict()
_under_way: dict[Hashable, threading.Lock] = {}


def remembered(draw: Callable) -> Callable:
    """A function of DataFrames and hashable arguments that draws each picture once.

    A frame is known by its identity, so it must not be changed after it was drawn (results never are). Who asks for
    a picture that another thread is drawing waits for it.
    """

    @functools.wraps(draw)
    def once(*args: Any, **kwargs: Any) -> Any:
        frames: list[pd.DataFrame] = []
        try:
            key = (draw, _known(args, frames), _known(sorted(kwargs.items()), frames))
            hash(key)
        except TypeError:
            return draw(*args, **kwargs)
        with _lock:
            mine = _under_way.setdefault(key, threading.Lock())
        with mine:
            with _lock:
                if key in _drawn:
                    _under_way.pop(key, None)
                    _drawn.move_to_end(key)
                    return _drawn[key][0]
            try:
                result = draw(*args, **kwargs)
                with _lock:
                    _drawn[key] = result, frames  # while a frame is kept here, no other gets its id
                    while len(_drawn) > MOST:
                        _drawn.popitem(last=False)
            finally:
                with _lock:
                    _under_way.pop(key, None)
        return result

    return once


def _known(value: Any, frames: list[pd.DataFrame]) -> Any:
    """What stands for an argument in the key; the frames met are added to `frames`."""
    if isinstance(value, pd.DataFrame):
        frames.append(value)
        return "frame", id(value)
    if isinstance(value, (tuple, list)):
        return tuple(_known(part, frames) for part in value)
    if isinstance(value, dict):
        return tuple((name, _known(part, frames)) for name, part in value.items())
    return value
