"""What is done for pages where trainings are done: in the process that trains, or in a thread of
the server. Knows no Streamlit session, and is called by the names of modules.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import datasets
from . import sent, told_parcel

if TYPE_CHECKING:
    from ..lessons.story import Story

Made = tuple[Any, "Story", float, float]
"""(result, story, when the training was over in seconds since 1970, seconds that it took)."""


def made(view: str, base: Any, config: Any, **hooks: Callable) -> Made:
    """A run of the view of this name, told, its figures ready to be sent.

    base: None, or the result of another view's run, of which this one makes its own (`of`).
    """
    module: Any = importlib.import_module(view)
    began = time.perf_counter()
    if base is None:
        result = module.run(config, **hooks)
    else:
        result = module.of(base, config, **hooks)
    over, seconds = time.time(), time.perf_counter() - began
    story = module.tell(config, result)
    for figure in story.figures:
        sent.prepared(figure)
    return result, story, over, seconds


def parcel(view: str, base: Any, config: Any, **hooks: Callable) -> tuple:
    """`made`, in the form in which it leaves the process: for `opened`."""
    result, story, *times = made(view, base, config, **hooks)
    return told_parcel.pack((result, story)), story.facts, *times


def opened(view: str, config: Any, parcel: tuple) -> Made:
    """What `made` has made, from its parcel."""
    parts, facts, over, seconds = parcel
    module = importlib.import_module(view)
    return *told_parcel.unpack(module, config, parts, facts), over, seconds


def load(dataset: str) -> None:
    """Load these data, and keep them; raises what `datasets.load` raises."""
    datasets.load(dataset)
