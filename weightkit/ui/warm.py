"""After the first page of a cold server has been sent: import what trains, and keep the default
results ready.

Streamlit runs none of our code before the first visitor comes; that visitor's text and controls
come first, and what is started here begins when they have been sent.
"""

from __future__ import annotations

import importlib
import os
import threading
import time

from . import apart, libraries, memory, running
from .lessons import LESSONS

# seconds in which what the visitor's page has said goes out, before imports take Python's lock
PAUSE = 0.2
_begun = threading.Event()


def begin(first: str = "") -> None:
    """Start warming, once per server; the lesson `first`, where the visitor is, comes first.

    The environment variable WEIGHTKIT_WARM=0 turns it off (tests that count trainings do so).
    """
    if _begun.is_set() or os.environ.get("WEIGHTKIT_WARM") == "0":
        return
    _begun.set()
    threading.Thread(target=_warm, args=(first,), daemon=True, name="weightkit-warm").start()


def _warm(first: str) -> None:
    time.sleep(PAUSE)
    runner = running.runner()
    libraries.bring(libraries.DRAWING if apart.apart() else libraries.TRAINING)
    for entry in sorted(LESSONS, key=lambda entry: entry.slug != first):
        for work, config in defaults(entry.slug):
            work_of = running.as_work(work, config)
            needs = running.cost_of(config), True, running.memory_of(config)
            runner.warm(running.key_of(work, config), work_of, *needs).wait()
    memory.forget_code()


def defaults(slug: str) -> list[tuple]:
    """[(work, config)] that the page of a lesson asks for when nobody has touched a control."""
    module = importlib.import_module(f"weightkit.lessons.{slug}")
    if hasattr(module, "VIEWS"):
        module = module.VIEWS[0].module
    return [(running.telling(module), module.Config())]
