"""How many trainings may go on at once: one for every two cores that the process may use, at most
`MOST`.

Not more: small networks are trained by many short operations, each of which takes the lock of
Python, of which the process that trains (`apart`) has one.
Two trainings side by side took as long as one after the other (0.97 and 1.73 s alone, 2.5 s
together; 1.34 and 1.73 s, 3.8 s), three longer, and large stacks use two cores each anyway. A
hundred readers over all pages of a cold server on two cores: with one place instead of two the
first result after 1.8 s instead of 6.4 (median; on a machine with others at work), with 15 % less
CPU and 37 MB less memory. A short run beside a long one has a place of its own: `places`.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

MOST = 8
"""Trainings at once, whatever the machine: each takes memory, and large ones two cores (see
`weightkit.pieces`).
"""
VARIABLE = "WEIGHTKIT_WORKERS"
logger = logging.getLogger(__name__)


def default_workers(environ: Mapping[str, str] = os.environ, root: Path = Path("/")) -> int:
    """1 to `MOST`: WEIGHTKIT_WORKERS where it is set, else half of the cores that affinity and the
    CPU quota of the cgroup leave.

    A value that is no whole number from 1 to `MOST` is said in the log and not used. root: where
    /proc and /sys are.
    """
    cores = usable_cores()
    quota = cgroup_cores(root)
    found = max(1, min(MOST, (cores if quota is None else min(cores, quota)) // 2))
    asked = environ.get(VARIABLE, "").strip()
    if not asked:
        return found
    if asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= MOST:
        return int(asked)
    logger.warning(
        "%s must be a whole number from 1 to %d, found %r; using %d.",
        VARIABLE,
        MOST,
        asked[:40],
        found,
    )
    return found


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "process_cpu_count"):  # Python 3.13
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cgroup_cores(root: Path) -> int | None:
    """Cores' worth of time that the tightest quota above this process leaves, rounded up; None
    without a quota.

    cgroup v2: `cpu.max` holds "quota period" or "max period". v1: `cpu.cfs_quota_us` (-1: none),
    `cpu.cfs_period_us`. https://docs.kernel.org/admin-guide/cgroup-v2.html and
    https://docs.kernel.org/scheduler/sched-bwc.html
    """
    paths = _cgroups(root)
    folders = _upwards(root / "sys/fs/cgroup", paths.get("", "/"))
    found = [_share(*_words(folder / "cpu.max")) for folder in folders]
    for mount in ("cpu", "cpu,cpuacct"):
        for folder in _upwards(root / "sys/fs/cgroup" / mount, paths.get("cpu", "/")):
            found.append(
                _share(*_words(folder / "cpu.cfs_quota_us"), *_words(folder / "cpu.cfs_period_us"))
            )
    shares = [share for share in found if share is not None]
    return math.ceil(min(shares)) if shares else None


def _cgroups(root: Path) -> dict[str, str]:
    """Controller -> this process's cgroup; that of v2 under ""."""
    found: dict[str, str] = {}
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text(errors="replace").splitlines():
            parts = line.split(":", 2)
            if len(parts) == 3:
                found |= dict.fromkeys(parts[1].split(","), parts[2])
    return found


def _upwards(mount: Path, path: str) -> list[Path]:
    """The folder of a cgroup and those above it: each may have a quota. A container may see only
    the mount itself.
    """
    inside = [part for part in path.split("/") if part not in ("", ".", "..")]
    return [mount.joinpath(*inside[:n]) for n in range(len(inside), -1, -1)]


def _words(file: Path) -> list[str]:
    with suppress(OSError):
        return file.read_text(errors="replace").split()
    return []


def _share(quota: str = "", period: str = "", *more: str) -> float | None:
    """quota / period in cores; None where there is no quota, or none that can be read."""
    if more or not (quota.isdecimal() and period.isdecimal()) or not int(quota) or not int(period):
        return None
    return int(quota) / int(period)
