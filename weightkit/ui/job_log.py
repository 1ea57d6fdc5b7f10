"""A line of JSON for each event of a training, in a file: for load tests."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress

from .job import Job
from .schedule import Observer


def wanted() -> Observer | None:
    """Writes to the file that the environment variable WEIGHTKIT_JOB_LOG names; None where it names
    none.
    """
    path = os.environ.get("WEIGHTKIT_JOB_LOG")
    return to(path) if path else None


def to(path: str) -> Observer:
    """Appends to this file; where that cannot be written, nothing happens.

    `event`: started, finished, failed, cancelled (ended while running or given way) or dropped
    (left the queue unstarted); `seconds`: in the queue for started and dropped, else since the
    start; `running`: places taken at this moment.
    """

    def write(job: Job, event: str, running: int) -> None:
        line = {
            "time": round(time.time(), 3),
            "job": job.number,
            "key": repr(job.key),
            "event": event,
            "seconds": round(time.perf_counter() - job._since, 4),
            "running": running,
        }
        with suppress(OSError), open(path, "a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    return write
