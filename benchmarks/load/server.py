"""A Streamlit server of our own for the load test: started, watched, stopped."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from tools import live

WATCH = 0.25  # seconds
SIGNS_OF_TROUBLE = ("Traceback", "Exception ignored", "never retrieved", "Error sending websocket")


@dataclass(frozen=True)
class Server:
    """A running server: its address, its process, its output (`log`), its trainings (`job_log`),
    and the highest that its memory was seen at.
    """

    url: str
    process: subprocess.Popen
    log: Path
    job_log: Path
    highest: list[float] = field(default_factory=lambda: [0.0])

    def memory_mb(self) -> dict[str, float]:
        """Resident memory in 10**6 bytes, of the server and the process that trains for it, what
        both use counted once (Linux: /proc/PID/smaps_rollup, Pss): `now` and the highest so far
        (`peak`; looked at every `WATCH` seconds).
        """
        kib = 0
        for pid in family(self.process.pid):
            with suppress(OSError):  # it may end meanwhile
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
                kib += int(next(line for line in rollup.splitlines() if "Pss:" in line).split()[1])
        now = kib * 1024 / 1e6
        self.highest[0] = max(self.highest[0], now)
        return {"now": now, "peak": self.highest[0]}

    def cpu_seconds(self) -> float:
        """Processor time of the server and the process that trains for it so far, all threads."""
        return sum(map(cpu_seconds, family(self.process.pid)))

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


def family(pid: int) -> list[int]:
    """A process and its children, looked for once in `WATCH` seconds (Linux)."""
    return _family(pid, int(time.monotonic() / WATCH))


@lru_cache(8)
def _family(pid: int, when: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and all its threads so far: clock_getcpuclockid(3) on Linux; 0 where it
    has ended.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


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
    given = {"WEIGHTKIT_JOB_LOG": str(job_log), "PYTHONUNBUFFERED": "1"}
    given["PYTHONDONTWRITEBYTECODE"] = ""  # a server compiles its modules once, not at every start
    environment = given | environment
    with live.started(app, log, **environment) as (url, process):
        server, over = Server(url, process, log, job_log), threading.Event()

        def watch() -> None:
            while not over.wait(WATCH):
                server.memory_mb()

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield server
        finally:
            over.set()
