"""A Streamlit server of our own for the load test: started, watched, stopped."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import live

SIGNS_OF_TROUBLE = ("Traceback", "Exception ignored", "never retrieved", "Error sending websocket")


@dataclass(frozen=True)
class Server:
    """A running server: its address, its process, its output (`log`) and its trainings
    (`job_log`).
    """

    url: str
    process: subprocess.Popen
    log: Path
    job_log: Path

    def memory_mb(self) -> dict[str, float]:
        """Resident memory in 10**6 bytes: `now` and the highest so far (`peak`), from /proc
        (Linux).
        """
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        kib = {
            line.split(":")[0]: line.split()[1]
            for line in status.splitlines()
            if line.startswith("Vm")
        }
        return {"now": int(kib["VmRSS"]) * 1024 / 1e6, "peak": int(kib["VmHWM"]) * 1024 / 1e6}

    def jobs(self) -> list[dict[str, Any]]:
        """The lines of the job log so far; see weightkit.ui.job_log for the columns."""
        if not self.job_log.exists():
            return []
        lines = self.job_log.read_text(encoding="utf-8").split("\n")
        return [
            json.loads(line) for line in lines[:-1]
        ]  # what follows the last newline is being written

    def wait_for_quiet(self, timeout: float) -> list[dict[str, Any]]:
        """The job log once no training runs any more, or after `timeout` seconds."""
        until = time.monotonic() + timeout
        while still_running(self.jobs()) and time.monotonic() < until:
            time.sleep(0.05)
        return self.jobs()

    def troubles(self) -> list[str]:
        """Lines of the server's output that should not be there."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if any(sign in line for sign in SIGNS_OF_TROUBLE)]


def still_running(lines: list[dict[str, Any]]) -> dict[int, str]:
    """Jobs that have started and not ended: {number: key}."""
    running = {}
    for line in lines:
        if line["event"] == "started":
            running[line["job"]] = line["key"]
        else:
            running.pop(line["job"], None)
    return running


def run_twice(lines: list[dict[str, Any]]) -> list[str]:
    """Keys of which a second training started while a first one, which then finished, was under
    way.
    """
    finished = {line["job"] for line in lines if line["event"] == "finished"}
    running: Counter[str] = Counter()
    twice = []
    for line in lines:
        if line["job"] not in finished:
            continue
        if line["event"] == "started":
            if running[line["key"]]:
                twice.append(line["key"])
            running[line["key"]] += 1
        else:
            running[line["key"]] -= 1
    return twice


@contextmanager
def serve(app: Path, folder: Path, **environment: str) -> Iterator[Server]:
    """Run `streamlit run app` on a free port until the block ends; logs go into `folder`."""
    log, job_log = folder / "server.log", folder / "jobs.log"
    environment = {"WEIGHTKIT_JOB_LOG": str(job_log), "PYTHONUNBUFFERED": "1"} | environment
    with live.started(app, log, **environment) as (url, process):
        yield Server(url, process, log, job_log)
