"""A clean end: trainings are ended before the interpreter is.

A thread that returns from torch while the interpreter finalizes is unwound through C++ code, which
aborts the process ("terminate called without an active exception"). So at the end of a server
nothing trains any more, and what has not ended by then (an import, a library that does not look up)
is not waited for: `os._exit`.
"""

from __future__ import annotations

import concurrent.futures.thread  # noqa: F401  (its own function for the end must be registered before ours)
import logging
import os
import sys
import threading
from typing import Any

from streamlit import runtime

PATIENCE = 5.0  # seconds that the trainings have to end


def cleanly(runner: Any) -> None:
    """Close this JobRunner when the main thread has come to its end; a server's process ends with
    that.

    `threading._register_atexit` is the one hook that comes before the threads of pools are waited
    for, as
    `concurrent.futures` uses it; those threads would train to their end first.
    """
    threading._register_atexit(_end, runner)  # type: ignore[attr-defined]


def _end(runner: Any) -> None:
    runner.close(PATIENCE)
    if runtime.exists() and isinstance(runtime.get_instance(), runtime.Runtime):
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(0)
